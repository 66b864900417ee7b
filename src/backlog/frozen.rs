//! A ranking as it is frozen: everything it is computed from, and the computing. Pure; the
//! same snapshot gives the same ranking on any machine, whatever became of the ideas.

use super::rank::RankKey;
use crate::assessment::rubric::{Aggregation, Rubric};
use crate::assessment::scoring::{LAMBDA, PRIOR_DF, PRIOR_SPREAD, Sheet, score_idea};
use crate::platform::digest::sha256;
use crate::platform::outbox::canonical;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The form of a snapshot; another form gets another number.
const FORMAT: u32 = 1;

/// What a ranking is computed from: no names, and no texts but those of the rubric.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    format: u32,
    /// λ, ν0 and σ0, as they were.
    lambda: f64,
    prior_df: f64,
    prior_spread: f64,
    /// The versions the ideas were assessed under, by id: method, quorum, weights, scales.
    versions: BTreeMap<Uuid, Rubric>,
    /// Everything that took a place, by id.
    ideas: Vec<Frozen>,
}

/// An idea as it was ranked.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Frozen {
    pub idea: Uuid,
    pub version: Uuid,
    pub submitted_at: i64,
    /// Stands in the list; others only take their place.
    pub is_listed: bool,
    /// The assessments that counted, by id, with the levels as entered, in the order of the
    /// version's criteria.
    pub sheets: Vec<(Uuid, Vec<Option<f64>>)>,
}

/// A line of a frozen ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub idea: Uuid,
    /// From 1; equals share it.
    pub rank: i32,
    /// Hundredths.
    pub key: i32,
}

impl Snapshot {
    /// The snapshot of these ideas, in whatever order they come.
    pub fn new(versions: BTreeMap<Uuid, Rubric>, mut ideas: Vec<Frozen>) -> Self {
        ideas.sort_by_key(|idea| idea.idea);
        for idea in &mut ideas {
            idea.sheets.sort_by_key(|(id, _)| *id);
        }
        Self {
            format: FORMAT,
            lambda: LAMBDA,
            prior_df: PRIOR_DF,
            prior_spread: PRIOR_SPREAD,
            versions,
            ideas,
        }
    }

    /// The snapshot in writing; equal ones are equal byte for byte.
    pub fn written(&self) -> serde_json::Result<String> {
        Ok(canonical(&serde_json::to_value(self)?))
    }

    /// The listed ideas in their order, computed from what is here alone; `None` where that
    /// does not give every idea a score.
    pub fn lines(&self) -> Option<Vec<Line>> {
        let mut keys: Vec<(RankKey, bool)> = Vec::with_capacity(self.ideas.len());
        for idea in &self.ideas {
            let rubric = self.versions.get(&idea.version)?;
            if self.format != FORMAT || rubric.aggregation == Aggregation::SeverityAdjusted {
                return None;
            }
            let sheets = idea.sheets.iter();
            let sheets: Vec<Sheet<'_>> = sheets
                .map(|(id, levels)| Sheet { id: *id, levels })
                .collect();
            let score = score_idea(rubric, &sheets)?;
            let key = (score.key, score.n, idea.submitted_at, idea.idea);
            keys.push((key.into(), idea.is_listed));
        }
        keys.sort_unstable();
        let (mut rank, mut last) = (0, None);
        let mut lines = Vec::new();
        for (place, (key, is_listed)) in keys.iter().enumerate() {
            if last != Some(key.key) {
                rank = i32::try_from(place + 1).ok()?;
                last = Some(key.key);
            }
            if *is_listed {
                lines.push(Line {
                    idea: key.idea_id,
                    rank,
                    key: key.key,
                });
            }
        }
        Some(lines)
    }
}

/// The hash of a snapshot in writing.
pub fn hash(written: &str) -> String {
    sha256(&[written])
}

/// Whether a snapshot has this hash and gives these lines.
pub fn reproduces(written: &str, input_hash: &str, lines: &[Line]) -> bool {
    if hash(written) != input_hash {
        return false;
    }
    let read: Option<Snapshot> = serde_json::from_str(written).ok();
    read.and_then(|snapshot| snapshot.lines())
        .is_some_and(|found| found == lines)
}
