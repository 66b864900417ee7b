//! What has been folded from the log of score changes, kept in memory per rubric, and how a
//! request makes it whole with the part of the log that is not folded yet. Every server folds
//! for itself; none waits for another, and each sees its own writes.

use super::folds_fits::{Fits, Severe};
use super::histogram::{Delta, Histogram, Place, Ranks};
use super::movement::{Step, Week};
use super::store_log::{self, Change, Mark};
use super::store_week::{self, From};
use crate::assessment::scoring::{Pool, Yardstick};
use crate::assessment::store::RubricId;
use crate::platform::clock::{DAY, Micros};
use crate::platform::db::View;
use crate::platform::error::Result;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A tail longer than this is folded.
const LONGEST_TAIL: usize = 64;

/// Movement is told against so long ago,
const LOOK_BACK: Micros = 7 * DAY;
/// to the minute: the late histogram is brought up to date once a minute at most.
const MINUTE: Micros = 60 * 1_000_000;

/// The ranked ideas of a rubric as they were at a mark of the log.
struct Fold {
    histogram: Histogram,
    pool: Pool,
    mark: Mark,
}

/// The ranked ideas of a rubric as they were at an instant.
struct Late {
    histogram: Histogram,
    since: Micros,
}

/// What happened in the week before a mark of the log.
struct Lately {
    week: Arc<Week>,
    mark: Mark,
}

/// Everything folded so far, by rubric.
#[derive(Default)]
pub struct Folds {
    now: RwLock<HashMap<RubricId, Arc<Fold>>>,
    late: RwLock<HashMap<RubricId, Arc<Late>>>,
    lately: RwLock<HashMap<RubricId, Arc<Lately>>>,
    /// How generous and strict assessors are.
    pub fits: Fits,
}

/// The week that was folded before a view was opened.
pub struct WeekBefore(Option<Arc<Lately>>);

/// The ranked ideas of a rubric as one view of the database has them.
pub struct Standing {
    fold: Arc<Fold>,
    tail: Vec<Delta>,
    /// What every interval and band of this view is measured with, and every disagreement.
    pub yardstick: Yardstick,
    /// What intervals and bands are measured with where leniencies are removed.
    pub severe: Option<Severe>,
}

impl Standing {
    /// The ranks of this view.
    pub fn ranks(&self) -> Ranks<'_> {
        Ranks {
            folded: &self.fold.histogram,
            tail: &self.tail,
        }
    }

    /// The same ranks as if one idea had gone from one place to another.
    pub fn tail_with(&self, change: Delta) -> Vec<Delta> {
        let mut tail = self.tail.clone();
        tail.push(change);
        tail
    }

    /// Looks up ranks in a tail made by `tail_with`.
    pub fn ranks_in<'a>(&'a self, tail: &'a [Delta]) -> Ranks<'a> {
        Ranks {
            folded: &self.fold.histogram,
            tail,
        }
    }
}

/// What was folded before a view was opened: it holds nothing the view does not see.
pub struct Before(Option<Arc<Fold>>);

/// The same for every rubric.
pub struct AllBefore(HashMap<RubricId, Arc<Fold>>);

impl AllBefore {
    /// That of one rubric.
    pub fn take(&mut self, rubric: RubricId) -> Before {
        Before(self.0.remove(&rubric))
    }
}

impl Folds {
    /// What is folded of every rubric, to be taken before a view is opened.
    pub fn all_before(&self) -> AllBefore {
        AllBefore(
            self.now
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        )
    }

    /// To be taken before the view is opened in which `standing` is asked for.
    pub fn before(&self, rubric: RubricId) -> Before {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Before(now.get(&rubric).cloned())
    }

    /// The ranked ideas as this view has them: one statement, however many there are.
    pub async fn standing(
        &self,
        view: &View,
        rubric: RubricId,
        before: Before,
    ) -> Result<Standing> {
        let fold = match before.0 {
            Some(fold) => fold,
            None => self.keep(rubric, Arc::new(load(view, rubric).await?)),
        };
        let (tail, mark) = store_log::tail(view, rubric, fold.mark).await?;
        let pool = tail
            .iter()
            .fold(fold.pool, |pool, change| pool + change.pooled);
        if tail.len() > LONGEST_TAIL {
            self.advance(rubric, &fold, &tail, mark);
        }
        Ok(Standing {
            fold,
            tail: tail.iter().map(Change::delta).collect(),
            yardstick: pool.yardstick(),
            severe: None,
        })
    }

    /// The same inside a command that writes. What is not committed is not kept here; what
    /// was folded before the command began should be at hand, so that the rest is one
    /// statement.
    pub async fn standing_within(
        &self,
        tx: &View,
        rubric: RubricId,
        before: Before,
    ) -> Result<Standing> {
        let fold = match before.0 {
            Some(fold) => fold,
            None => Arc::new(load(tx, rubric).await?),
        };
        let (tail, _) = store_log::tail(tx, rubric, fold.mark).await?;
        let pool = tail
            .iter()
            .fold(fold.pool, |pool, change| pool + change.pooled);
        Ok(Standing {
            fold,
            tail: tail.iter().map(Change::delta).collect(),
            yardstick: pool.yardstick(),
            severe: None,
        })
    }

    /// Folds what this view knows to be final.
    fn advance(&self, rubric: RubricId, fold: &Fold, tail: &[Change], mark: Mark) {
        let done: Vec<&Change> = tail.iter().filter(|change| mark.covers(change)).collect();
        let deltas: Vec<Delta> = done.iter().map(|change| change.delta()).collect();
        let next = Fold {
            histogram: fold.histogram.with(&deltas),
            pool: done
                .iter()
                .fold(fold.pool, |pool, change| pool + change.pooled),
            mark,
        };
        self.keep(rubric, Arc::new(next));
    }

    /// Keeps a fold unless a later one is there; the one that was handed in all the same,
    /// because it is what its view can see.
    fn keep(&self, rubric: RubricId, fold: Arc<Fold>) -> Arc<Fold> {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let is_later = now.get(&rubric).is_none_or(|kept| kept.mark < fold.mark);
        if is_later {
            now.insert(rubric, Arc::clone(&fold));
        }
        fold
    }

    /// The ranks of seven days ago, and the instant they are of.
    pub async fn late(
        &self,
        view: &View,
        rubric: RubricId,
        now: Micros,
    ) -> Result<(Histogram, Micros)> {
        let since = (now - LOOK_BACK).div_euclid(MINUTE) * MINUTE;
        let kept = {
            let late = self.late.read().unwrap_or_else(PoisonError::into_inner);
            late.get(&rubric).cloned()
        };
        let histogram = match kept {
            Some(late) if late.since == since => return Ok((late.histogram.clone(), since)),
            Some(late) if late.since < since => {
                let passed = store_log::changes_between(view, rubric, late.since, since).await?;
                late.histogram.with(&passed)
            }
            _ => {
                let counted = Histogram::of(store_log::counted(view, rubric).await?);
                let undone: Vec<Delta> =
                    store_log::changes_between(view, rubric, since, Micros::MAX)
                        .await?
                        .into_iter()
                        .map(reversed)
                        .collect();
                counted.with(&undone)
            }
        };
        let late = Arc::new(Late {
            histogram: histogram.clone(),
            since,
        });
        self.late
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(rubric, late);
        Ok((histogram, since))
    }
}

impl Folds {
    /// To be taken before the view is opened in which `week` is asked for.
    pub fn week_before(&self, rubric: RubricId) -> WeekBefore {
        let lately = self.lately.read().unwrap_or_else(PoisonError::into_inner);
        WeekBefore(lately.get(&rubric).cloned())
    }

    /// What happened after an instant as this view has it: what is folded, and the rest. One
    /// statement, and the work of a week once a minute or when the rest is long.
    pub async fn week(
        &self,
        view: &View,
        rubric: RubricId,
        since: Micros,
        before: WeekBefore,
    ) -> Result<(Arc<Week>, Vec<Step>)> {
        let kept = before.0.filter(|kept| kept.week.since <= since);
        let (kept, rows, mark) = match kept {
            Some(kept) => {
                let found = store_week::steps(view, rubric, From::Mark(kept.mark)).await?;
                let mark = found.1.unwrap_or(kept.mark);
                (Some(kept), found.0, mark)
            }
            None => {
                let mark = store_log::mark(view, rubric).await?;
                let found = store_week::steps(view, rubric, From::Instant(since)).await?;
                (None, found.0, mark)
            }
        };
        if let Some(kept) = &kept
            && kept.week.since == since
            && rows.len() <= LONGEST_TAIL
        {
            let tail = rows.into_iter().map(|(_, step)| step).collect();
            return Ok((Arc::clone(&kept.week), tail));
        }
        let (done, tail): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|(order, _)| *order < mark.bound());
        let done: Vec<Step> = done.into_iter().map(|(_, step)| step).collect();
        let week = Arc::new(match &kept {
            Some(kept) => kept.week.moved_on(since, &done),
            None => Week::of(since, done),
        });
        let next = Arc::new(Lately {
            week: Arc::clone(&week),
            mark,
        });
        self.lately
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(rubric, next);
        Ok((week, tail.into_iter().map(|(_, step)| step).collect()))
    }
}

/// The ranked ideas as this view has them, with what is not final taken back.
async fn load(view: &View, rubric: RubricId) -> Result<Fold> {
    let mark = store_log::mark(view, rubric).await?;
    let places: Vec<Place> = store_log::counted(view, rubric).await?;
    let pool = store_log::pool(view, rubric).await?;
    let (open, _) = store_log::tail(view, rubric, mark).await?;
    let undone: Vec<Delta> = open.iter().map(|change| reversed(change.delta())).collect();
    Ok(Fold {
        histogram: Histogram::of(places).with(&undone),
        pool: open.iter().fold(pool, |pool, change| pool - change.pooled),
        mark,
    })
}

fn reversed(delta: Delta) -> Delta {
    Delta {
        from: delta.to,
        to: delta.from,
    }
}
