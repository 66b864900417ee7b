//! From what judges said to the places of entries: ratings under a rubric, or comparisons of
//! two. What counts (no judge's own, no judge who is none any more) is settled before. Pure:
//! the same words give the same places, in whatever order they come.

use super::domain::ComparisonOutcome;
use crate::assessment::rubric::{Aggregation, Rubric};
use crate::assessment::scoring::pairwise::{Comparison, Strengths, Verdict, next_pair};
use crate::assessment::scoring::{self, Fit, Rating, Sheet, assess, key_of, score_idea};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What one judge says of one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The judgement; the order of these ids is the order of summing.
    pub id: Uuid,
    pub entry: Uuid,
    pub judge: Uuid,
    /// One per criterion of the rubric, `None` where the judge cannot tell.
    pub levels: Vec<Option<f64>>,
}

/// Which of two entries one judge finds better: their last word on that pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    pub judge: Uuid,
    pub left: Uuid,
    pub right: Uuid,
    pub outcome: ComparisonOutcome,
    /// It follows from an order of several, so that it weighs half.
    pub is_half: bool,
}

/// Where an entry stands that somebody judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub entry: Uuid,
    /// Its score in hundredths of a point.
    pub score: i64,
    /// 1 and how many have a higher score; none when a gate of the rubric keeps it out.
    pub place: Option<i32>,
}

impl Vote {
    /// The same vote with the smaller id on the left: how it is kept.
    #[must_use]
    pub fn turned(self) -> Self {
        if self.left <= self.right {
            return self;
        }
        Self {
            judge: self.judge,
            left: self.right,
            right: self.left,
            outcome: match self.outcome {
                ComparisonOutcome::Left => ComparisonOutcome::Right,
                ComparisonOutcome::Right => ComparisonOutcome::Left,
                ComparisonOutcome::Tie => ComparisonOutcome::Tie,
            },
            is_half: self.is_half,
        }
    }

    fn comparison(self) -> Comparison {
        Comparison {
            judge: self.judge,
            a: self.left,
            b: self.right,
            weight: if self.is_half { 0.5 } else { 1.0 },
            verdict: match self.outcome {
                ComparisonOutcome::Left => Verdict::First,
                ComparisonOutcome::Right => Verdict::Second,
                ComparisonOutcome::Tie => Verdict::Tie,
            },
        }
    }
}

/// What an order of entries says of its pairs, the best first; those in one place are equal.
/// The pairs of three or more hang together.
pub fn votes_of(judge: Uuid, places: &[Vec<Uuid>]) -> Vec<Vote> {
    let placed: Vec<(usize, Uuid)> = places
        .iter()
        .enumerate()
        .flat_map(|(place, entries)| entries.iter().map(move |entry| (place, *entry)))
        .collect();
    let is_half = placed.len() > 2;
    let pairs = placed.iter().enumerate().flat_map(|(at, left)| {
        let rest = placed[at + 1..].iter();
        rest.map(move |right| (*left, *right))
    });
    let vote = |((before, left), (after, right))| Vote {
        judge,
        left,
        right,
        outcome: match before == after {
            true => ComparisonOutcome::Tie,
            false => ComparisonOutcome::Left,
        },
        is_half,
    };
    pairs.map(|pair| vote(pair).turned()).collect()
}

/// Where the entries stand that were judged under a rubric, the best first: scored as ideas
/// are, by the rubric's own aggregation. Incomplete judgements are passed over.
pub fn by_rubric(rubric: &Rubric, judged: &[Judged]) -> Vec<Standing> {
    let mut judged: Vec<&Judged> = judged.iter().collect();
    judged.sort_by_key(|one| one.id);
    let mut sheets: BTreeMap<Uuid, Vec<Sheet<'_>>> = BTreeMap::new();
    let mut ratings = Vec::new();
    for one in judged {
        let levels = &one.levels;
        sheets
            .entry(one.entry)
            .or_default()
            .push(Sheet { id: one.id, levels });
        if let Some(total) = assess(rubric, levels).total {
            ratings.push(Rating {
                idea: one.entry,
                assessor: one.judge,
                total,
            });
        }
    }
    let fit = match rubric.aggregation {
        Aggregation::Mean | Aggregation::TrimmedMean => None,
        // Judges see different entries: each is freed of how strict its judges are.
        Aggregation::SeverityAdjusted => Some(Fit::of(&ratings)),
    };
    let scored = sheets.into_iter().filter_map(|(entry, sheets)| {
        let score = score_idea(rubric, &sheets)?;
        let fitted = fit.as_ref().and_then(|fit| fit.idea(entry));
        let theta = fitted.map_or(score.theta, |fitted| fitted.theta);
        Some((entry, i64::from(key_of(theta)), score.is_gated))
    });
    placed(scored.collect())
}

/// Where the entries stand that were compared, the best first: 100 times the mean chance to
/// win against each other entry that was.
pub fn by_pairs(votes: &[Vote]) -> Vec<Standing> {
    let seen = votes.iter().flat_map(|vote| [vote.left, vote.right]);
    let seen: Vec<Uuid> = BTreeSet::from_iter(seen).into_iter().collect();
    let fit = strengths(&seen, votes);
    let scored = fit
        .projects
        .iter()
        .map(|one| (one.id, i64::from(key_of(one.score)), false));
    placed(scored.collect())
}

/// The two of the `allowed` entries that this judge should compare next: those of which one
/// more word tells most, the smaller id first. None when they compared all of them.
pub fn next_comparison(
    entries: &[Uuid],
    allowed: &[Uuid],
    votes: &[Vote],
    judge: Uuid,
    seed: u64,
) -> Option<(Uuid, Uuid)> {
    let own = votes.iter().filter(|vote| vote.judge == judge);
    let own: BTreeSet<(Uuid, Uuid)> = own.map(|vote| (vote.left, vote.right)).collect();
    let fit = strengths(entries, votes);
    next_pair(&fit, allowed, &own, judge, seed)
}

/// Whether what one judge says of one entry is enough to count.
pub fn is_complete(rubric: &Rubric, levels: &[Option<f64>]) -> bool {
    assess(rubric, levels).is_complete
}

/// A score in hundredths as it is shown.
pub fn shown(score: i64) -> f64 {
    scoring::shown(i32::try_from(score).unwrap_or(i32::MAX))
}

fn strengths(entries: &[Uuid], votes: &[Vote]) -> Strengths {
    let said: Vec<Comparison> = votes.iter().map(|vote| vote.comparison()).collect();
    Strengths::of(entries, &said)
}

/// Those with the same score share a place, and the next ones leave it out: 1, 1, 3.
fn placed(scored: Vec<(Uuid, i64, bool)>) -> Vec<Standing> {
    let better = |than: i64| {
        let others = scored
            .iter()
            .filter(|(_, score, gated)| !gated && *score > than);
        i32::try_from(others.count()).unwrap_or(i32::MAX)
    };
    let mut all: Vec<Standing> = scored
        .iter()
        .map(|&(entry, score, gated)| Standing {
            entry,
            score,
            place: (!gated).then(|| better(score).saturating_add(1)),
        })
        .collect();
    all.sort_by_key(|one| (one.place.is_none(), one.place, -one.score, one.entry));
    all
}
