//! The smallest change of one criterion's weight that would lift an idea above another
//! (SCORING.md §12, the critical weight). Only where every assessment of both is fully
//! answered: then a score is linear in a share, and the answer is exact.

use super::words::ordinal;
use super::{ChangeKind, RankChange, Scored};
use crate::assessment::rubric::{Aggregation, Method, Rubric};
use crate::assessment::scoring::{Line, Shares, assess, key_of, score_idea_under};

/// Shares are told in steps of a ten-thousandth: what people can type and read.
const GRID: f64 = 10_000.0;

/// A share that would lift an idea above the other.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightChange {
    /// By its place in the rubric.
    pub criterion: usize,
    /// The share now, 0 to 1.
    pub from: f64,
    /// The share then, to four decimals; the others divide the rest as before.
    pub to: f64,
    /// All shares then: what the ranking is to be computed with.
    pub shares: Shares,
}

impl WeightChange {
    /// The change as it is told, once the ideas have been ranked under its `shares`. `other`
    /// names the one it would overtake: "#12".
    pub fn ranked(&self, rubric: &Rubric, other: &str, rank_after: u32) -> RankChange {
        let percent = |share: f64| format!("{:.2}", 100.0 * share);
        let sentence = format!(
            "If {} weighed {} % instead of {} % and the others shared the rest as before, it \
             would stand before {other} and be {}.",
            rubric.criteria[self.criterion].name,
            percent(self.to),
            percent(self.from),
            ordinal(rank_after),
        );
        RankChange {
            kind: ChangeKind::Weight,
            criterion: self.criterion,
            from: self.from,
            to: self.to,
            rank_after,
            sentence,
        }
    }
}

/// For each criterion that can do it alone: the share nearest to its own, in steps of 0.0001,
/// at which the key of `own` is above that of `rival` by a hundredth or more; the smallest
/// change first. Empty where `own` is above already, where no share from 0 to 1 does, where an involved assessment left
/// something open, under another aggregation than `MEAN`, and under the ratio methods.
pub fn weight_changes(rubric: &Rubric, own: Scored<'_>, rival: Scored<'_>) -> Vec<WeightChange> {
    let is_linear = rubric.aggregation == Aggregation::Mean && rubric.method == Method::WeightedSum;
    let is_above = own.score.key > rival.score.key;
    if is_above || !is_linear || !is_full(rubric, own) || !is_full(rubric, rival) {
        return Vec::new();
    }
    let mut found: Vec<WeightChange> = (0..rubric.criteria.len())
        .filter_map(|i| nearest(rubric, own, rival, i))
        .collect();
    found.sort_by(|x, y| {
        let size = |c: &WeightChange| (c.to - c.from).abs();
        size(x)
            .total_cmp(&size(y))
            .then(x.criterion.cmp(&y.criterion))
    });
    found
}

/// Every counted assessment answers every weighted criterion.
fn is_full(rubric: &Rubric, idea: Scored<'_>) -> bool {
    idea.sheets
        .iter()
        .map(|sheet| (sheet, assess(rubric, sheet.levels)))
        .filter(|(_, score)| score.is_complete)
        .all(|(sheet, _)| {
            (0..rubric.criteria.len())
                .filter(|&i| rubric.criteria[i].weight.is_some())
                .all(|i| sheet.levels.get(i).copied().flatten().is_some())
        })
}

/// The nearest share of criterion `i` that wins.
fn nearest(rubric: &Rubric, own: Scored<'_>, rival: Scored<'_>, i: usize) -> Option<WeightChange> {
    let from = rubric.share(i)?;
    let a = Linear::of(&own.score.lines, i, from)?;
    let b = Linear::of(&rival.score.lines, i, from)?;
    // The gap to close, 100·(share·(d − R) + R), grows with the share or falls with it.
    let slope = (a.here - a.rest) - (b.here - b.rest);
    let direction = if slope > 0.0 { 1.0 } else { -1.0 };
    let wins = |grid: f64| {
        let share = grid / GRID;
        key_of(a.at(share)) > key_of(b.at(share))
    };
    let mut grid = if slope > 0.0 {
        (from * GRID).floor()
    } else {
        (from * GRID).ceil()
    };
    if slope != 0.0 {
        // Nothing can win before the two are level: start there.
        let level = GRID * (b.rest - a.rest) / slope;
        grid = if slope > 0.0 {
            grid.max(level.floor())
        } else {
            grid.min(level.ceil())
        };
    }
    while (0.0..=GRID).contains(&grid) {
        let is_beyond = (grid / GRID - from) * direction > 0.0;
        if is_beyond
            && wins(grid)
            && let Some(change) = tried(rubric, own, rival, (i, from, grid / GRID))
        {
            return Some(change);
        }
        grid += direction;
    }
    None
}

/// The change, if the scoring function itself agrees.
fn tried(
    rubric: &Rubric,
    own: Scored<'_>,
    rival: Scored<'_>,
    (criterion, from, to): (usize, f64, f64),
) -> Option<WeightChange> {
    let shares = Shares::with(rubric, &[(criterion, to)]).ok()?;
    let key = |idea: Scored<'_>| Some(score_idea_under(rubric, &shares, idea.sheets)?.key);
    (key(own)? > key(rival)?).then_some(WeightChange {
        criterion,
        from,
        to,
        shares,
    })
}

/// A fully answered score as a function of one share: 100·(share·here + (1 − share)·rest).
struct Linear {
    /// Mean value of the criterion, 0 to 1.
    here: f64,
    /// Mean value of the others under their shares among themselves.
    rest: f64,
}

impl Linear {
    /// `None` when there is no other criterion to give to or take from.
    fn of(lines: &[Line], i: usize, share: f64) -> Option<Self> {
        let others = lines.iter().enumerate().filter(|&(k, _)| k != i);
        let (mut rest, mut is_alone) = (0.0, true);
        for (_, line) in others {
            if let (Some(share), Some(value)) = (line.share, line.value) {
                rest += share * value;
                is_alone = false;
            }
        }
        let here = lines[i].value?;
        (!is_alone).then(|| Self {
            here,
            rest: rest / (1.0 - share),
        })
    }

    fn at(&self, share: f64) -> f64 {
        100.0 * (share * self.here + (1.0 - share) * self.rest)
    }
}
