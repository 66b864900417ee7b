//! What events carry of hackathons in place of texts. Made when they are written, and once
//! more by `sluice verify`.

use crate::entity::{hackathon, hackathon_note};
use crate::platform::digest::sha256;

/// Of all that an organizer sets.
pub fn hackathon(row: &hackathon::Model) -> String {
    let rubric = row.rubric_version_id.map(|id| id.simple().to_string());
    let numbers = [
        row.starts_at,
        row.ends_at,
        row.submission_deadline,
        row.team_size_min.into(),
        row.team_size_max.into(),
    ];
    let [starts, ends, deadline, min, max] = numbers.map(|number| number.to_string());
    sha256(&[
        &row.salt,
        &row.name,
        &row.theme,
        &row.brief,
        &row.judging,
        &rubric.unwrap_or_default(),
        &starts,
        &ends,
        &deadline,
        &min,
        &max,
        &row.targets,
    ])
}

/// Of what was said with a phase or the results.
pub fn note(row: &hackathon_note::Model) -> String {
    sha256(&[&row.salt, &row.text])
}
