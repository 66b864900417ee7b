//! Why an idea stands where it stands, and what would have to change. Everything is read in
//! one view, so that ranks, gaps and changes belong together.

use super::chance::chance;
use super::explain::{self, Gap, RankChange, Scored, WeightChange};
use super::folds::{Folds, Standing};
use super::histogram::{Delta, Place};
use super::queries::{Placed, Rank, rank_of};
use super::reweigh::Levels;
use super::store::{self, Ranked};
use super::store_reweigh as reweigh;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::{self as assessments, RubricVersion, ScoreRow};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::store::{Sees, find};
use crate::platform::db::View;
use crate::platform::error::{Error, Faults, Result};
use crate::session::Session;
use std::sync::Arc;

/// A change of weights is tried on all ranked ideas; above so many it is not told.
const MOST_IDEAS_REWEIGHED: u32 = 2_000;

/// Why an idea stands where it stands.
pub struct Explanation {
    pub idea: Idea,
    pub placed: Placed,
    pub rank: Rank,
    /// How many ideas are ranked.
    pub of: u32,
    /// Its chance to belong to the best `cut`, 0 to 1; `None` without a cut.
    pub top_chance: Option<f64>,
    pub version: Arc<RubricVersion>,
    /// The nearest idea with a higher score.
    pub above: Option<Neighbor>,
    /// The nearest idea with a lower score.
    pub below: Option<Neighbor>,
    /// The smallest changes that would lift it.
    pub changes: Vec<RankChange>,
    pub sentence: String,
}

/// A neighbor, and how far it is away.
pub struct Neighbor {
    pub ranked: Ranked,
    pub gap: Gap,
}

/// Explains the rank of an idea; nothing when it has none, or the caller may not see it.
/// `cut`: the line that matters, from 1.
pub async fn explain(
    s: &Session,
    folds: &Folds,
    shelf: &Shelf,
    id: IdeaId,
    cut: Option<i32>,
) -> Result<Option<Explanation>> {
    let sees = Sees::of(&s.actor)?;
    let cut = cut.map(read_cut).transpose()?;
    let mut before = folds.all_before();
    let view = s.view().await?;
    let Some(idea) = find(&view, &sees, id).await? else {
        return Ok(None);
    };
    let Some(score) = assessments::scores(&view, &[id]).await?.remove(&id) else {
        return Ok(None);
    };
    if !score.is_listed {
        return Ok(None);
    }
    let rubric = score.rubric;
    let mut standing = folds.standing(&view, rubric, before.take(rubric)).await?;
    if score.is_corrected {
        let severe = folds.fits.severe(&view, rubric, [&score], true);
        standing.severe = Some(severe.await?);
    }
    let version = shelf.version(&view, score.rubric_version).await?;
    let rank = rank_of(&standing, &score);
    let key = score.score.key;
    let above = neighbor(&view, &sees, &standing, &score, true).await?;
    let below = neighbor(&view, &sees, &standing, &score, false).await?;
    let (rival, goal) = match cut {
        Some(cut) if rank.rank > cut => {
            let last_inside = store::at_place(&view, &sees, rubric, u64::from(cut)).await?;
            (last_inside, cut)
        }
        _ => {
            let above = above.as_ref().map(|above| above.ranked.clone());
            (above, rank.rank.saturating_sub(1))
        }
    };
    let changes = match rival {
        // Other ratings also change who is generous, and so all other scores: what is told
        // would not be true.
        Some(rival) if rival.score.score.key >= key && !score.is_corrected => {
            let case = Case {
                view: &view,
                standing: &standing,
                shelf,
                version: &version,
                score: &score,
                goal,
            };
            case.changes(&rival).await?
        }
        _ => Vec::new(),
    };
    view.commit().await?;
    let of = standing.ranks().total();
    let (tied, is_counted) = (rank.tied, score.is_counted);
    let mut told = vec![match rank.bands {
        Some(bands) => explain::rank_sentence(rank.rank, of, tied, bands, is_counted),
        None => explain::bare_rank_sentence(rank.rank, of, tied, is_counted),
    }];
    let top_chance = cut.and_then(|cut| {
        let place = Place {
            key,
            n: score.score.n,
        };
        let spread = standing.yardstick.spread;
        let chance = match &standing.severe {
            Some(severe) => severe.chance(&score, cut)?,
            None => chance(&standing.ranks(), place, is_counted, spread, cut),
        };
        told.push(explain::chance_sentence(chance, cut));
        Some(chance)
    });
    if let Some(above) = &above {
        let name = format!("#{}", above.ranked.idea.number);
        told.push(explain::neighbor_sentence(
            &version.rubric,
            &name,
            &above.gap,
        ));
    }
    Ok(Some(Explanation {
        idea,
        placed: Placed {
            score: Arc::new(score),
            standing: Arc::new(standing),
        },
        rank,
        of,
        top_chance,
        version,
        above,
        below,
        changes,
        sentence: told.join(" "),
    }))
}

/// Other ideas with exactly the score of this one, in the order of the list.
pub async fn tied_with(s: &Session, score: &ScoreRow, most: u64) -> Result<Vec<Ranked>> {
    let sees = Sees::of(&s.actor)?;
    store::with_key(s.reader(), &sees, score, most).await
}

/// The line that matters, from 1.
pub(super) fn read_cut(cut: i32) -> Result<u32> {
    u32::try_from(cut)
        .ok()
        .filter(|cut| *cut > 0)
        .ok_or_else(|| {
            let mut faults = Faults::default();
            faults.add_argument(
                "cut",
                "CUT_OUT_OF_RANGE",
                format!("`cut` is {cut}; it is 1 or more."),
            );
            Error::Invalid(faults)
        })
}

async fn neighbor(
    view: &View,
    sees: &Sees,
    standing: &Standing,
    own: &ScoreRow,
    above: bool,
) -> Result<Option<Neighbor>> {
    let found = store::neighbor(view, sees, own.rubric, own.score.key, above).await?;
    Ok(found.map(|ranked| {
        let mut gap = explain::gap(&own.score, &ranked.score.score, &standing.yardstick);
        if let Some(severe) = &standing.severe {
            gap.is_clear = severe.is_clear(own, &ranked.score).unwrap_or(false);
        }
        Neighbor { gap, ranked }
    }))
}

/// One idea whose rank shall change.
struct Case<'a> {
    view: &'a View,
    standing: &'a Standing,
    shelf: &'a Shelf,
    version: &'a RubricVersion,
    score: &'a ScoreRow,
    /// The rank it shall have, or a better one.
    goal: u32,
}

impl Case<'_> {
    /// What would lift it past the rival.
    async fn changes(&self, rival: &Ranked) -> Result<Vec<RankChange>> {
        let own = levels(self.view, self.version, self.score.idea).await?;
        let own_sheets = own.sheets();
        let own_scored = Scored {
            score: &self.score.score,
            sheets: &own_sheets,
        };
        let place = Place {
            key: self.score.score.key,
            n: self.score.score.n,
        };
        // Its own place does not stand in its way.
        let without = self.standing.tail_with(Delta {
            from: self.score.is_counted.then_some(place),
            to: None,
        });
        let ranks = self.standing.ranks_in(&without);
        let target = rival.score.score.key;
        let mut changes = explain::level_changes(&self.version.rubric, own_scored, target, |key| {
            ranks.rank(key)
        });
        let is_small = self.standing.ranks().total() <= MOST_IDEAS_REWEIGHED;
        if is_small && rival.score.rubric_version == self.score.rubric_version {
            let theirs = levels(self.view, self.version, rival.idea.id).await?;
            let their_sheets = theirs.sheets();
            let their_scored = Scored {
                score: &rival.score.score,
                sheets: &their_sheets,
            };
            let found = explain::weight_changes(&self.version.rubric, own_scored, their_scored);
            changes.extend(self.ranked(found, rival).await?);
        }
        Ok(changes)
    }

    /// The rank that each change of weights leads to, by computing every ranked idea anew.
    async fn ranked(&self, found: Vec<WeightChange>, rival: &Ranked) -> Result<Vec<RankChange>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let rubric = &self.version.rubric;
        let mine = [self.score.idea];
        let field = reweigh::field(self.view, self.shelf, self.score.rubric, &mine).await?;
        let own = field.place(self.score.idea);
        let name = format!("#{}", rival.idea.number);
        let rank_after = |change: &WeightChange| {
            let key = rubric.criteria[change.criterion].key.as_str();
            let scores = field.under(&[(key, change.to)]);
            let own = scores[own?]?;
            Some(field.order(scores.into_iter()).rank(own.key))
        };
        // Other weights move all the others, too: passing the rival need not be enough.
        Ok(found
            .iter()
            .filter_map(|change| Some(change.ranked(rubric, &name, rank_after(change)?)))
            .filter(|change| change.rank_after <= self.goal)
            .collect())
    }
}

async fn levels(view: &View, version: &RubricVersion, id: IdeaId) -> Result<Levels> {
    let found = reweigh::levels_of(view, &version.rubric, &[id])
        .await?
        .remove(&id);
    Ok(found.unwrap_or_default())
}
