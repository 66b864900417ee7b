//! What events carry of assessments and rubrics. Made when they are written, and once more by
//! `sluice verify`.

use crate::entity::{assessment, rating, rubric_change};
use crate::platform::digest::sha256;

/// Of an assessment as it was handed in: every level and rationale, in the order of the
/// criteria's keys, the comment, and under what it was made.
pub fn assessment(row: &assessment::Model, ratings: &[rating::Model]) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut parts = vec![
        row.salt.clone(),
        row.rubric_version_id.simple().to_string(),
        row.idea_revision.to_string(),
        row.is_complete.to_string(),
        row.was_blind.to_string(),
        row.confidence.map_or(String::new(), |it| it.to_string()),
        text(&row.comment),
    ];
    let mut ratings: Vec<&rating::Model> = ratings.iter().collect();
    ratings.sort_by(|one, other| one.criterion.cmp(&other.criterion));
    for rating in ratings {
        parts.push(rating.criterion.clone());
        parts.push(rating.level.map_or(String::new(), |it| it.to_string()));
        parts.push(text(&rating.rationale));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    sha256(&parts)
}

/// Of what was done with a rubric, and why.
pub fn rubric_change(row: &rubric_change::Model) -> String {
    sha256(&[&row.salt, &row.kind, &row.number.to_string(), &row.reason])
}

/// Of the definition of a rubric's version, which everybody may read.
pub fn definition(definition: &str) -> String {
    sha256(&[definition])
}
