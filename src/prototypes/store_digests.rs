//! What events carry of experiments and of what they taught. Made when they are written, and
//! once more by `sluice verify`.

use crate::entity::{learning, prototype};
use crate::platform::digest::sha256;

/// Of the plan of an experiment.
pub fn plan(row: &prototype::Model) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    sha256(&[
        &row.plan_salt,
        &text(&row.form),
        &text(&row.hypothesis),
        &text(&row.assumption),
        &row.measures,
        &row.time_box_days
            .map_or(String::new(), |days| days.to_string()),
    ])
}

/// Of what its measures came to, the outcome and how it goes on.
pub fn results(row: &prototype::Model) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    sha256(&[
        &row.result_salt,
        &row.results,
        &text(&row.outcome),
        &text(&row.decision),
        &row.is_self_reported.to_string(),
    ])
}

/// Of what it taught.
pub fn learning(row: &learning::Model) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    sha256(&[
        &row.salt,
        &row.outcome,
        &text(&row.believed),
        &row.found,
        &text(&row.next_time),
    ])
}
