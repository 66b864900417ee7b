//! The smallest change of one criterion's ratings that would lift an idea above a key.
//! Ratings move by whole steps of their scale, as assessors could have given them.

use uuid::Uuid;

use super::words::ordinal;
use super::{ChangeKind, RankChange, Scored};
use crate::assessment::rubric::{CriterionKind, Method, Rubric};
use crate::assessment::scoring::{IdeaScore, Sheet, assess, hundredths, key_of, score_idea};

/// For each criterion that can do it alone: the smallest mean level at which the idea's key
/// is above `target` by a hundredth or more, smallest part of the scale first. Empty when
/// none can. `rank_of` says which rank a key would have, the idea's old place aside.
///
/// Under `WEIGHTED_SUM` with `MEAN` no smaller mean wins. Otherwise the steps are spread
/// evenly over the assessments, and no smaller number of steps so spread wins.
pub fn level_changes(
    rubric: &Rubric,
    own: Scored<'_>,
    target: i32,
    rank_of: impl Fn(i32) -> u32,
) -> Vec<RankChange> {
    let mut found: Vec<(f64, RankChange)> = (0..rubric.criteria.len())
        .filter(|&i| rubric.criteria[i].kind != CriterionKind::Gate)
        .filter_map(|i| {
            let ladder = Ladder::new(rubric, own, i);
            let (steps, after) = ladder.first_above(target)?;
            let (from, to) = (own.score.lines[i].level?, after.lines[i].level?);
            let rank_after = rank_of(after.key);
            let raters = ladder
                .allocate(steps)
                .iter()
                .filter(|&&moved| moved > 0)
                .count();
            let sentence = sentence(
                rubric,
                i,
                (from, to),
                raters,
                ladder.rungs.len(),
                rank_after,
            );
            let kind = ChangeKind::Level;
            let scale = rubric.steps_in_all(i) as f64 * ladder.rungs.len() as f64;
            let share = steps as f64 / scale;
            Some((
                share,
                RankChange {
                    kind,
                    criterion: i,
                    from,
                    to,
                    rank_after,
                    sentence,
                },
            ))
        })
        .collect();
    found.sort_by(|(a, x), (b, y)| a.total_cmp(b).then(x.criterion.cmp(&y.criterion)));
    found.into_iter().map(|(_, change)| change).collect()
}

/// One assessment that rated the criterion, and how far it can move for the better.
struct Rung {
    id: Uuid,
    /// Whole steps left on the scale.
    room: i64,
    /// Points one step adds to the assessment, where that is the same for every step.
    gain: f64,
}

/// The ratings of one criterion and the order in which they are moved.
struct Ladder<'a> {
    rubric: &'a Rubric,
    own: Scored<'a>,
    criterion: usize,
    /// In the order of moving: those where a step adds most come first.
    rungs: Vec<Rung>,
}

impl<'a> Ladder<'a> {
    fn new(rubric: &'a Rubric, own: Scored<'a>, criterion: usize) -> Self {
        let mut rungs: Vec<Rung> = own
            .sheets
            .iter()
            .filter_map(|sheet| {
                let level = sheet.levels.get(criterion).copied().flatten()?;
                let score = assess(rubric, sheet.levels);
                score.total?;
                let below = rubric.steps_below(criterion, level);
                let room = match rubric.criteria[criterion].kind {
                    CriterionKind::Cost => below,
                    CriterionKind::Benefit | CriterionKind::Gate => {
                        rubric.steps_in_all(criterion) - below
                    }
                };
                // In a weighted sum what was left open by an assessor makes the rest of
                // their answers count for more.
                let gain = match rubric.method {
                    Method::WeightedSum => 1.0 / score.coverage,
                    Method::Rice | Method::Ice | Method::Wsjf => 0.0,
                };
                Some(Rung {
                    id: sheet.id,
                    room,
                    gain,
                })
            })
            .collect();
        rungs.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.id.cmp(&b.id)));
        Self {
            rubric,
            own,
            criterion,
            rungs,
        }
    }

    fn room(&self) -> i64 {
        self.rungs.iter().map(|rung| rung.room).sum()
    }

    /// The fewest steps that bring the key above `target`, and the score with them.
    fn first_above(&self, target: i32) -> Option<(i64, IdeaScore)> {
        let wins = |steps| self.score_with(steps).filter(|score| score.key > target);
        let mut winning = (self.room(), wins(self.room())?);
        let mut losing = -1;
        // A step for the better never lowers the score, so the first winner is found by
        // halving.
        while winning.0 - losing > 1 {
            let middle = losing + (winning.0 - losing) / 2;
            match wins(middle) {
                Some(score) => winning = (middle, score),
                None => losing = middle,
            }
        }
        (winning.0 > 0).then_some(winning)
    }

    /// How many steps each rung takes when `steps` are shared out: first those where a step
    /// adds most; among equals evenly, as far as their room goes.
    fn allocate(&self, steps: i64) -> Vec<i64> {
        let mut taken = Vec::with_capacity(self.rungs.len());
        let mut left = steps;
        for equals in self.rungs.chunk_by(|a, b| (a.gain - b.gain).abs() < 1e-9) {
            let fits = |height: i64| equals.iter().map(|r| r.room.min(height)).sum::<i64>();
            let here = left.min(fits(i64::MAX));
            // The greatest even height that does not use up more than there is.
            let (mut height, mut beyond) = (0, here + 1);
            while beyond - height > 1 {
                let middle = height + (beyond - height) / 2;
                if fits(middle) <= here {
                    height = middle;
                } else {
                    beyond = middle;
                }
            }
            let mut over = here - fits(height);
            for rung in equals {
                let more = i64::from(over > 0 && rung.room > height);
                over -= more;
                taken.push(rung.room.min(height) + more);
            }
            left -= here;
        }
        taken
    }

    fn score_with(&self, steps: i64) -> Option<IdeaScore> {
        let i = self.criterion;
        let sign = match self.rubric.criteria[i].kind {
            CriterionKind::Cost => -1,
            CriterionKind::Benefit | CriterionKind::Gate => 1,
        };
        let taken = self.allocate(steps);
        let moved: Vec<(Uuid, Vec<Option<f64>>)> = self
            .own
            .sheets
            .iter()
            .map(|sheet| {
                let mut levels = sheet.levels.to_vec();
                let rung = self.rungs.iter().position(|rung| rung.id == sheet.id);
                if let (Some(rung), Some(level)) = (rung, levels.get(i).copied().flatten())
                    && taken[rung] > 0
                {
                    levels[i] = self.rubric.step_from(i, level, sign * taken[rung]);
                }
                (sheet.id, levels)
            })
            .collect();
        let sheets: Vec<Sheet<'_>> = moved
            .iter()
            .map(|(id, levels)| Sheet { id: *id, levels })
            .collect();
        score_idea(self.rubric, &sheets)
    }
}

fn sentence(
    rubric: &Rubric,
    i: usize,
    (from, to): (f64, f64),
    raters: usize,
    of: usize,
    rank_after: u32,
) -> String {
    let direction = match rubric.criteria[i].kind {
        CriterionKind::Cost => "lower",
        CriterionKind::Benefit | CriterionKind::Gate => "higher",
    };
    let who = match (raters, of) {
        (1, 1) => "its one rater".to_owned(),
        (raters, of) if raters == of => format!("all {of} raters"),
        (raters, of) => format!("{raters} of {of} raters"),
    };
    format!(
        "{} at a mean of {} instead of {} would make it {}: {who} would have to see it {direction}.",
        rubric.criteria[i].name,
        hundredths(key_of(to)),
        hundredths(key_of(from)),
        ordinal(rank_after),
    )
}
