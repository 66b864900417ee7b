//! The order of the backlog under other weights. Saves nothing. Ratings of ideas whose score
//! is not published are not asked.

use super::folds::Folds;
use super::rank::RankKey;
use super::reweigh::Scored;
use super::store::{self, Ranked};
use super::store_filter::BacklogFilter;
use super::store_reweigh as reweigh;
use crate::assessment::rubric::{Aggregation, CriterionKind, Method, Rubric};
use crate::assessment::scoring::Shares;
use crate::assessment::scoring::stability::kendall_tau_b;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::{self as assessments, RubricHead};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Faults, Result};
use crate::session::Session;
use std::cmp::Reverse;
use std::collections::HashSet;

/// More ranked ideas than this are not weighed anew in time.
const MOST_IDEAS: u32 = 200_000;
/// So many entries are given at most.
pub const MOST_ENTRIES: usize = 100;

/// A weight as it comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct NewWeight {
    /// The criterion's key.
    pub criterion: String,
    /// Its share of the whole, 0 to 1.
    pub share: f64,
}

/// An order under other weights.
pub struct WhatIf {
    /// How alike both orders are: of the chosen ideas that have a rank in both.
    pub kendall_tau: Option<f64>,
    pub entries: Vec<Entry>,
}

/// An idea in both orders.
pub struct Entry {
    pub ranked: Ranked,
    /// Key and rank then; nothing when it would have none.
    pub then: Option<(i32, u32)>,
    pub now: (i32, u32),
}

/// The best `first` of the chosen ideas under these weights.
pub async fn what_if(
    s: &Session,
    folds: &Folds,
    shelf: &Shelf,
    rubric: &RubricHead,
    (weights, filter): (&[NewWeight], &BacklogFilter),
    first: usize,
) -> Result<WhatIf> {
    let sees = Sees::of(&s.actor)?;
    let before = folds.before(rubric.id);
    let view = s.view().await?;
    let standing = folds.standing(&view, rubric.id, before).await?;
    let versions = assessments::versions(&view, rubric.id).await?;
    let published = versions.iter().rfind(|one| one.published_at.is_some());
    let Some(newest) = published else {
        return Err(Error::internal("a rubric has no published version"));
    };
    check(&newest.rubric, weights)?;
    if standing.ranks().total() > MOST_IDEAS {
        let told = format!("More than {MOST_IDEAS} ideas are ranked: that takes too long.");
        return Err(Error::invalid_argument("weights", "TOO_MANY_IDEAS", told));
    }
    let which = filter.condition(rubric.id, &standing.yardstick);
    let chosen = reweigh::chosen(&view, &sees, which).await?;
    let field = reweigh::field(&view, shelf, rubric.id, &chosen).await?;
    let named: Vec<(&str, f64)> = weights
        .iter()
        .map(|weight| (weight.criterion.as_str(), weight.share))
        .collect();
    let then = field.under(&named);
    let chosen: HashSet<IdeaId> = chosen.into_iter().collect();
    let order_now = field.order(field.rows.iter().map(|row| Some(row.now)));
    let order_then = field.order(then.iter().copied());
    let mut listed: Vec<(Option<RankKey>, RankKey)> = field
        .rows
        .iter()
        .zip(&then)
        .filter(|(row, _)| chosen.contains(&row.idea))
        .map(|(row, then)| {
            let key =
                |score: Scored| RankKey::from((score.key, score.n, row.submitted_at, row.idea.0));
            (then.map(key), key(row.now))
        })
        .collect();
    let pairs: Vec<(f64, f64)> = listed
        .iter()
        .filter_map(|(then, now)| {
            let rank = |order: &super::reweigh::Order, key| f64::from(order.rank(key));
            Some((
                rank(&order_now, now.key),
                rank(&order_then, then.as_ref()?.key),
            ))
        })
        .collect();
    let kendall_tau = kendall_tau_b(&pairs);
    // What would have no rank comes last, in the order of today.
    listed.sort_unstable_by_key(|(then, now)| (Reverse(then.is_some()), *then, *now));
    listed.truncate(first.min(MOST_ENTRIES));
    let ids: Vec<IdeaId> = listed.iter().map(|(_, now)| IdeaId(now.idea_id)).collect();
    let mut shown = store::ranked_by_id(&view, &sees, &ids).await?;
    view.commit().await?;
    let entries = listed.into_iter().filter_map(|(then, now)| {
        Some(Entry {
            ranked: shown.remove(&IdeaId(now.idea_id))?,
            then: then.map(|then| (then.key, order_then.rank(then.key))),
            now: (now.key, order_now.rank(now.key)),
        })
    });
    Ok(WhatIf {
        kendall_tau,
        entries: entries.collect(),
    })
}

/// Everything that is wrong with the weights at once.
fn check(rubric: &Rubric, weights: &[NewWeight]) -> Result<()> {
    let mut faults = Faults::default();
    if rubric.method != Method::WeightedSum {
        let told = "The factors of this method have no weights.";
        faults.add_argument("weights", "NO_WEIGHTS", told);
        return faults.check();
    }
    if rubric.aggregation == Aggregation::SeverityAdjusted {
        let told =
            "Other weights would change every assessor's leniency; `whatIf` does not do that.";
        faults.add_argument("weights", "AGGREGATION_NOT_SERVED", told);
        return faults.check();
    }
    let mut named: Vec<(usize, f64)> = Vec::new();
    for (at, weight) in weights.iter().enumerate() {
        let at = at.to_string();
        let key = &weight.criterion;
        let mut fault = |field: &str, reason, told: String| {
            faults.add_below("weights", &[&at, field], reason, told);
        };
        match rubric.position(key) {
            None => fault(
                "criterion",
                "UNKNOWN_CRITERION",
                format!("The rubric has no criterion {key:?}."),
            ),
            Some(i) if rubric.criteria[i].kind == CriterionKind::Gate => fault(
                "criterion",
                "GATE_HAS_NO_WEIGHT",
                format!("{key:?} is a gate: it has no weight."),
            ),
            Some(i) if named.iter().any(|(other, _)| *other == i) => fault(
                "criterion",
                "CRITERION_TWICE",
                format!("{key:?} is named twice."),
            ),
            Some(i) => named.push((i, weight.share)),
        }
        if !weight.share.is_finite() {
            fault("weight", "NOT_A_NUMBER", "A weight is a number.".to_owned());
        } else if !(0.0..=1.0).contains(&weight.share) {
            let told = format!("{} is no share: it goes from 0 to 1.", weight.share);
            fault("weight", "WEIGHT_OUT_OF_RANGE", told);
        }
    }
    faults.check()?;
    if let Err((reason, told)) = Shares::with(rubric, &named) {
        let mut faults = Faults::default();
        faults.add_argument("weights", reason, told);
        return faults.check();
    }
    Ok(())
}
