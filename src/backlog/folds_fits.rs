//! How generous and how strict the assessors of each rubric are, worked out from what they
//! gave and kept in memory. Every server fits for itself, and again only when the log of score
//! changes has moved since.

use super::histogram::Bands;
use super::next::{SPARE, by_guess, worth};
use super::store_log::{self, Mark};
use crate::assessment::scoring::quality::Quality;
use crate::assessment::scoring::{
    Contender, Covariance, Disagreement, Field, Fit, MOST_COMPARED, Pairs, Panel, Rating,
    Yardstick, key_of,
};
use crate::assessment::store::{RubricId, ScoreRow};
use crate::assessment::store_fits::{self, Rated, pool};
use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use crate::platform::db::View;
use crate::platform::error::{Error, Result};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// All published scores of a rubric as one view had them, and what they say of its assessors.
pub struct Fitted {
    pub fit: Fit,
    pub quality: Quality,
    /// Ideas whose assessors are far apart.
    pub disagreements: u32,
    /// Whether leniencies are removed from the scores.
    pub is_corrected: bool,
    rated: HashMap<IdeaId, Rated>,
    /// Where the rubric removes leniencies; `None` for too many assessors.
    covariance: Option<Covariance>,
    /// Of the ideas that take a place, what removing leniencies makes of their scores.
    adjusted: HashMap<IdeaId, i32>,
    /// The same in order.
    keys: Vec<i32>,
    /// How far the log was read.
    mark: Mark,
    /// Changes beyond the mark that were in.
    seen: Vec<i64>,
}

impl Fitted {
    fn of(rated: Vec<Rated>, mark: Mark, seen: Vec<i64>) -> Self {
        let ratings: Vec<Rating> = pool(&rated);
        let fit = Fit::of(&ratings);
        let quality = Quality::of(&ratings, &fit, &[]);
        let yardstick = fit.plain.yardstick();
        let disagreements = rated
            .iter()
            .filter(|one| one.is_pooled)
            .filter(|one| yardstick.disagreement(count(one), deviation(one)) == Disagreement::High)
            .count();
        let is_corrected = rated.iter().any(|one| one.is_corrected);
        let counted = rated.iter().filter(|one| one.is_counted);
        let adjusted: HashMap<IdeaId, i32> = counted
            .filter_map(|one| Some((one.idea, key_of(fit.idea(one.idea.0)?.theta))))
            .collect();
        let mut keys: Vec<i32> = adjusted.values().copied().collect();
        keys.sort_unstable();
        Self {
            covariance: is_corrected.then(|| fit.covariance()).flatten(),
            rated: rated.into_iter().map(|one| (one.idea, one)).collect(),
            disagreements: u32::try_from(disagreements).unwrap_or(u32::MAX),
            fit,
            quality,
            is_corrected,
            adjusted,
            keys,
            mark,
            seen,
        }
    }

    /// What the spread of single assessments is measured with: what is left once leniencies
    /// are removed, where the rubric removes them.
    pub fn yardstick(&self) -> Yardstick {
        if self.is_corrected {
            self.fit.pool.yardstick()
        } else {
            self.fit.plain.yardstick()
        }
    }

    /// What removing leniencies would make of an idea's present assessments, in hundredths,
    /// and the rank it would take with that.
    pub fn adjust(&self, idea: IdeaId, given: &[(MemberId, f64)]) -> Option<(i32, u32)> {
        if given.is_empty() {
            return None;
        }
        let own = |&(who, total): &(MemberId, f64)| (total, self.fit.leniency(who.0));
        let (totals, leniencies) = given
            .iter()
            .map(own)
            .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let count = given.len() as f64;
        let key = key_of(totals / count - leniencies / count);
        let ahead = self.keys.len() - self.keys.partition_point(|other| *other <= key);
        // Where it stood itself when all were fitted, is in nobody's way.
        let own = self.adjusted.get(&idea).is_some_and(|old| *old > key);
        let rank = 1 + ahead - usize::from(own);
        Some((key, u32::try_from(rank).unwrap_or(u32::MAX)))
    }

    fn panel(&self, covariance: &Covariance, score: &ScoreRow) -> Panel {
        match self.rated.get(&score.idea) {
            Some(one) if count(one) == score.score.n => panel(covariance, one),
            // It changed since, or is not published: then nothing is known of who gave it.
            _ => covariance.panel((0..score.score.n).map(|n| uuid::Uuid::from_u128(n.into()))),
        }
    }
}

fn count(one: &Rated) -> u32 {
    u32::try_from(one.given.len()).unwrap_or(u32::MAX)
}

fn panel(covariance: &Covariance, one: &Rated) -> Panel {
    covariance.panel(one.given.iter().map(|given| given.assessor.0))
}

fn deviation(one: &Rated) -> Option<f64> {
    let count = one.given.len() as f64;
    let mean = one.given.iter().map(|given| given.total).sum::<f64>() / count;
    let squares = one.given.iter().map(|given| (given.total - mean).powi(2));
    (one.given.len() > 1).then(|| (squares.sum::<f64>() / (count - 1.0)).sqrt())
}

/// What pairs of corrected scores say, as one view has them.
pub struct Severe {
    fitted: Arc<Fitted>,
    /// With what is left of the spread once leniencies are removed.
    pub yardstick: Yardstick,
    bands: HashMap<IdeaId, Bands>,
}

impl Severe {
    /// For these ideas, of one rubric.
    fn of<'a>(fitted: Arc<Fitted>, scores: impl IntoIterator<Item = &'a ScoreRow>) -> Self {
        let yardstick = fitted.yardstick();
        let bands = match fitted.field(yardstick) {
            Some(Among { field, places, .. }) => scores
                .into_iter()
                .map(|score| {
                    let bands = match places.get(&score.idea) {
                        Some(&at) if score.is_counted => field.bands(at, Pairs::Each),
                        _ => field.bands_of(&fitted.contender(score), Pairs::Each),
                    };
                    (score.idea, bands)
                })
                .collect(),
            None => HashMap::new(),
        };
        Self {
            fitted,
            yardstick,
            bands,
        }
    }

    /// The likely range of a rank; `None` where nobody is compared with everybody.
    pub fn bands(&self, idea: IdeaId) -> Option<Bands> {
        self.bands.get(&idea).copied()
    }

    /// 95 % around a score; `None` for more assessors than it is worked out for.
    pub fn interval(&self, score: &ScoreRow) -> Option<(f64, f64)> {
        let covariance = self.fitted.covariance.as_ref()?;
        let panel = self.fitted.panel(covariance, score);
        let se = covariance.se(&panel, &self.yardstick);
        Some(self.yardstick.interval_with(score.score.theta, se))
    }

    /// Whether two scores are further apart than chance explains; `None` as in `interval`.
    pub fn is_clear(&self, a: &ScoreRow, b: &ScoreRow) -> Option<bool> {
        let covariance = self.fitted.covariance.as_ref()?;
        let (p, q) = (
            self.fitted.panel(covariance, a),
            self.fitted.panel(covariance, b),
        );
        let variance = covariance.variance_between(&p, &q);
        let reach = self.yardstick.t95 * self.yardstick.spread * variance.sqrt();
        let gap = (a.score.theta - b.score.theta).abs();
        Some(a.score.key != b.score.key && gap > reach)
    }

    /// The chance to belong to the best `k`; `None` where there are no bands.
    pub fn chance(&self, score: &ScoreRow, k: u32) -> Option<f64> {
        let Among { field, places } = self.fitted.field(self.yardstick)?;
        Some(match places.get(&score.idea) {
            Some(&at) if score.is_counted => field.chance(at, k),
            _ => field.chance_of(&self.fitted.contender(score), k),
        })
    }
}

/// The ideas that take a place, compared, and where each of them is.
struct Among<'a> {
    field: Field<'a>,
    places: HashMap<IdeaId, usize>,
}

impl Fitted {
    fn field(&self, yardstick: Yardstick) -> Option<Among<'_>> {
        let covariance = self.covariance.as_ref()?;
        if self.keys.len() > MOST_COMPARED {
            return None;
        }
        let mut counted: Vec<&Rated> = self.rated.values().filter(|one| one.is_counted).collect();
        counted.sort_by_key(|one| one.idea);
        let contenders = counted
            .iter()
            .map(|one| Contender {
                theta: one.theta(),
                panel: panel(covariance, one),
            })
            .collect();
        let places = counted.iter().enumerate();
        Some(Among {
            places: places.map(|(at, one)| (one.idea, at)).collect(),
            field: Field::of(contenders, covariance, yardstick)?,
        })
    }

    /// Called where there is a covariance.
    fn contender(&self, score: &ScoreRow) -> Contender {
        let panel = match &self.covariance {
            Some(covariance) => self.panel(covariance, score),
            None => Panel::default(),
        };
        Contender {
            theta: score.score.theta,
            panel,
        }
    }
}

/// An idea, its chance to belong to the best, and how many assessments it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub idea: IdeaId,
    pub chance: f64,
    pub n: u32,
}

impl Fitted {
    /// The ideas in the order of how much one more assessment would tell about the best
    /// `cut`, `wanted` of them and some to spare; `None` where nobody is compared with
    /// everybody. `hidden` take a place besides those that everybody sees, `barred` are left
    /// out.
    pub fn most_telling(
        &self,
        (hidden, barred): (&HashSet<IdeaId>, &HashSet<IdeaId>),
        cut: u32,
        wanted: usize,
    ) -> Option<Vec<Chosen>> {
        let covariance = self.covariance.as_ref()?;
        let Among { field, places } = self.field(self.yardstick())?;
        let mut apart: Vec<&Rated> = hidden.iter().filter_map(|id| self.rated.get(id)).collect();
        apart.retain(|one| !one.is_counted);
        apart.sort_by_key(|one| one.idea);
        let contenders: Vec<Contender> = apart
            .iter()
            .map(|one| Contender {
                theta: one.theta(),
                panel: panel(covariance, one),
            })
            .collect();
        let mut all: Vec<(usize, &Rated)> = places
            .iter()
            .filter_map(|(id, &at)| Some((at, self.rated.get(id)?)))
            .collect();
        all.sort_unstable_by_key(|(at, _)| *at);
        all.extend((places.len()..).zip(apart));
        let sizes = all
            .iter()
            .map(|(_, one)| (count(one), u32::from(one.is_counted)));
        let sizes: Vec<(u32, u32)> = sizes.collect();
        let order = by_guess(&field.spots_with(&contenders), &sizes, cut);
        let free = order.into_iter().map(|at| all[at].1);
        let free = free.filter(|one| !barred.contains(&one.idea));
        let mut found: Vec<Chosen> = free
            .take(wanted + SPARE)
            .map(|one| Chosen {
                idea: one.idea,
                n: count(one),
                chance: match places.get(&one.idea) {
                    Some(&at) => field.chance(at, cut),
                    None => field.chance_of(
                        &Contender {
                            theta: one.theta(),
                            panel: panel(covariance, one),
                        },
                        cut,
                    ),
                },
            })
            .collect();
        found.sort_by(|a, b| {
            let by_worth = worth(b.chance, b.n).total_cmp(&worth(a.chance, a.n));
            by_worth.then(a.n.cmp(&b.n)).then(a.idea.cmp(&b.idea))
        });
        Some(found)
    }
}

/// What was fitted last, by rubric.
#[derive(Default)]
pub struct Fits {
    kept: RwLock<HashMap<RubricId, Arc<Fitted>>>,
    /// The end of the log when it was looked at, and how often it was the same.
    quiet: RwLock<(i64, u32)>,
}

impl Fits {
    /// The last fit, however old; nothing before the first.
    pub fn at_hand(&self, rubric: RubricId) -> Option<Arc<Fitted>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&rubric).cloned()
    }

    /// The fit to what this view sees, and whether it had to be made: one statement, and
    /// three more when something changed.
    pub async fn fresh(&self, view: &View, rubric: RubricId) -> Result<(Arc<Fitted>, bool)> {
        let (fitted, is_new) = self.within(view, rubric).await?;
        if is_new {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            kept.insert(rubric, Arc::clone(&fitted));
        }
        Ok((fitted, is_new))
    }

    /// The same in a command: what is not committed yet is not kept.
    pub async fn within(&self, view: &View, rubric: RubricId) -> Result<(Arc<Fitted>, bool)> {
        if let Some(kept) = self.at_hand(rubric) {
            let (tail, _) = store_log::tail(view, rubric, kept.mark).await?;
            let ids = tail.iter().map(store_log::Change::id);
            if ids.eq(kept.seen.iter().copied()) {
                return Ok((kept, false));
            }
        }
        let mark = store_log::mark(view, rubric).await?;
        let (tail, _) = store_log::tail(view, rubric, mark).await?;
        let seen = tail.iter().map(store_log::Change::id).collect();
        let rated = store_fits::rated(view, rubric).await?;
        let made = tokio::task::spawn_blocking(move || Fitted::of(rated, mark, seen));
        Ok((Arc::new(made.await.map_err(Error::internal)?), true))
    }

    /// What pairs of these corrected scores say in this view. Of more ideas than can be
    /// compared, as they were when they were fitted last.
    pub async fn severe<'a>(
        &self,
        view: &View,
        rubric: RubricId,
        scores: impl IntoIterator<Item = &'a ScoreRow>,
        is_kept: bool,
    ) -> Result<Severe> {
        let fitted = match self.large(rubric) {
            Some(large) => large,
            None if is_kept => self.fresh(view, rubric).await?.0,
            None => self.within(view, rubric).await?.0,
        };
        Ok(Severe::of(fitted, scores))
    }

    /// The fit to what this view sees; of more ideas than can be compared, the last one.
    pub async fn recent(&self, view: &View, rubric: RubricId) -> Result<Arc<Fitted>> {
        match self.large(rubric) {
            Some(large) => Ok(large),
            None => Ok(self.fresh(view, rubric).await?.0),
        }
    }

    fn large(&self, rubric: RubricId) -> Option<Arc<Fitted>> {
        self.at_hand(rubric)
            .filter(|kept| kept.keys.len() > MOST_COMPARED)
    }

    /// Whether the log has not moved for two looks: what began before the first one has
    /// ended by then. One statement.
    pub async fn is_quiet(&self, view: &View) -> Result<bool> {
        let end = store_log::end(view).await?;
        let mut quiet = self.quiet.write().unwrap_or_else(PoisonError::into_inner);
        *quiet = match *quiet {
            (last, times) if last == end => (end, times.saturating_add(1)),
            _ => (end, 0),
        };
        Ok(quiet.1 > 2)
    }
}
