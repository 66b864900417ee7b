//! The ranked backlog by plain counting: every pair of ideas is compared.

use serde_json::{Value, json};

use super::model::{Idea, Model, Who};
use crate::assessment::plain;
use crate::support::panel::Levels;

/// What is asked of the backlog.
pub(super) const RANKED: &str = "backlog(first: 100) { totalCount nodes {
    rank rankLow rankHigh isTied idea { number } scorecard { total assessmentCount } } }";

impl Model {
    /// The backlog as this person should see it.
    pub(super) fn ranked(&self, who: Who) -> Value {
        let ideas = || self.ideas.iter().filter(|idea| idea.is_published);
        let listed = ideas().filter(|idea| idea.state == "BACKLOG");
        let ranked: Vec<&Idea> = listed.filter(|idea| !idea.is_confidential).collect();
        let pool: Vec<Vec<Levels>> = ideas()
            .filter(|idea| !idea.is_confidential && idea.state != "WITHDRAWN")
            .map(Idea::levels)
            .collect();
        let (df, spread) = plain::spread(&pool);
        let t = plain::quantile(0.95, df);

        let mut seen: Vec<&Idea> = (0..self.ideas.len())
            .filter(|idea| self.sees(who, *idea))
            .map(|idea| &self.ideas[idea])
            .filter(|idea| idea.is_published && idea.state == "BACKLOG")
            .collect();
        // More points first, then more assessments, then who was there earlier.
        seen.sort_by_key(|idea| (-idea.key(), -(idea.counted().len() as i64), idea.submitted));
        let nodes: Vec<Value> = seen
            .iter()
            .map(|idea| {
                let (key, n) = (idea.key(), idea.counted().len());
                let (mut better, mut clearly_better, mut clearly_worse, mut equal) = (0, 0, 0, 0);
                for other in ranked.iter().filter(|other| other.id != idea.id) {
                    let gap = other.key() - key;
                    let m = other.counted().len();
                    let clear = t * spread * (1.0 / n as f64 + 1.0 / m as f64).sqrt();
                    better += usize::from(gap > 0);
                    equal += usize::from(gap == 0);
                    clearly_better += usize::from(gap as f64 / 100.0 > clear);
                    clearly_worse += usize::from(-gap as f64 / 100.0 > clear);
                }
                let of = ranked.len() + usize::from(idea.is_confidential);
                json!({
                    "rank": 1 + better, "rankLow": 1 + clearly_better,
                    "rankHigh": of - clearly_worse, "isTied": equal > 0,
                    "idea": {"number": idea.number},
                    "scorecard": {"total": key as f64 / 100.0, "assessmentCount": n},
                })
            })
            .collect();
        json!({"totalCount": nodes.len(), "nodes": nodes})
    }
}
