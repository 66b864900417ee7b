//! What a person can ask about the ranked backlog.

use super::folds::{Folds, Standing};
use super::histogram::{Bands, Place};
use super::movement::{Parts, Recent};
use super::store::{self, Ranked};
use super::store_filter::BacklogFilter;
use crate::assessment::store::{self as assessments, RubricHead, RubricId, ScoreRow};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::store::Sees;
use crate::identity::store::Member;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use std::collections::HashMap;
use std::sync::Arc;

/// A ranked idea, its author, where it stands, and its cursor.
#[derive(Clone)]
pub struct Entry {
    pub idea: Idea,
    pub author: Member,
    pub placed: Placed,
    pub cursor: String,
}

/// A score with the ranked ideas it stands among.
#[derive(Clone)]
pub struct Placed {
    pub score: Arc<ScoreRow>,
    pub standing: Arc<Standing>,
}

impl Placed {
    /// Where it stands, or would stand.
    pub fn rank(&self) -> Rank {
        rank_of(&self.standing, &self.score)
    }
}

/// Where an idea stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    pub rank: u32,
    /// `None` where nobody is compared with everybody.
    pub bands: Option<Bands>,
    /// Others with the same score.
    pub tied: u32,
}

/// Where a score stands among the ranked ideas that everybody sees.
pub fn rank_of(standing: &Standing, score: &ScoreRow) -> Rank {
    let ranks = standing.ranks();
    let place = Place {
        key: score.score.key,
        n: score.score.n,
    };
    Rank {
        rank: ranks.rank(place.key),
        bands: match &standing.severe {
            Some(severe) => severe.bands(score.idea),
            None => Some(ranks.bands(place, score.is_counted, &standing.yardstick)),
        },
        tied: ranks.tied(place.key, score.is_counted),
    }
}

const LIST: &str = "backlog";

/// The rubric that is asked for; `UNKNOWN_RUBRIC` at this argument when there is none of that
/// key.
pub async fn rubric(s: &Session, key: Option<&str>, argument: &str) -> Result<RubricHead> {
    s.actor.signed_in()?;
    let found = assessments::rubric_by_key(s.reader(), key).await?;
    found.ok_or_else(|| match key {
        Some(key) => {
            let told = format!("There is no rubric with the key {key:?}.");
            Error::invalid_argument(argument, "UNKNOWN_RUBRIC", told)
        }
        None => Error::internal("there is no default rubric"),
    })
}

/// A page of the backlog of a rubric, best first. Two statements in one view, whatever the
/// size of the page and however deep it lies.
pub async fn page(
    s: &Session,
    folds: &Folds,
    rubric: &RubricHead,
    filter: &BacklogFilter,
    args: PageArgs,
) -> Result<Page<Entry>> {
    let sees = Sees::of(&s.actor)?;
    let window = args.window(LIST)?;
    let before = folds.before(rubric.id);
    let view = s.view().await?;
    let mut standing = folds.standing(&view, rubric.id, before).await?;
    let which = filter.condition(rubric.id, &standing.yardstick);
    let rows = store::page(&view, &sees, which, &window).await?;
    let scores = || rows.iter().map(|row| &row.score);
    if scores().any(|score| score.is_corrected) {
        let severe = folds.fits.severe(&view, rubric.id, scores(), true);
        standing.severe = Some(severe.await?);
    }
    view.commit().await?;
    let standing = Arc::new(standing);
    Ok(window.page(rows).map(|ranked| entry(&standing, ranked)))
}

/// A ranked idea with the ranked ideas it stands among.
pub(super) fn entry(standing: &Arc<Standing>, ranked: Ranked) -> Entry {
    Entry {
        cursor: encode(LIST, &store::cursor_parts(ranked.rank_key())),
        placed: Placed {
            score: Arc::new(ranked.score),
            standing: Arc::clone(standing),
        },
        idea: ranked.idea,
        author: ranked.author,
    }
}

/// How many ideas the list holds in all.
pub async fn count(
    s: &Session,
    folds: &Folds,
    rubric: RubricId,
    filter: &BacklogFilter,
) -> Result<i64> {
    let sees = Sees::of(&s.actor)?;
    let standing = standing(s, folds, rubric).await?;
    if filter.is_everything() {
        let hidden = store::count_hidden(s.reader(), &sees, rubric).await?;
        return Ok(i64::from(standing.ranks().total()) + hidden);
    }
    store::count(
        s.reader(),
        &sees,
        filter.condition(rubric, &standing.yardstick),
    )
    .await
}

/// From which deviation of their scores on assessors disagree, under each rubric.
pub async fn disagreements_from(s: &Session, folds: &Folds) -> Result<Vec<(RubricId, f64)>> {
    s.actor.signed_in()?;
    let mut before = folds.all_before();
    let view = s.view().await?;
    let mut bounds = Vec::new();
    for rubric in assessments::rubrics(&view).await? {
        let standing = folds.standing(&view, rubric.id, before.take(rubric.id));
        bounds.push((rubric.id, standing.await?.yardstick.disagreement_from()));
    }
    view.commit().await?;
    Ok(bounds)
}

/// The ranked ideas of a rubric as they are now.
pub async fn standing(s: &Session, folds: &Folds, rubric: RubricId) -> Result<Standing> {
    let before = folds.before(rubric);
    let view = s.view().await?;
    let standing = folds.standing(&view, rubric, before).await?;
    view.commit().await?;
    Ok(standing)
}

/// Scores of several ideas with the ranked ideas of each rubric, as one view has them.
pub async fn scores(
    s: &Session,
    folds: &Folds,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, Placed>> {
    // Which rubrics these ideas have is known only inside the view; what is folded for all
    // of them is taken before it.
    let mut before = folds.all_before();
    let view = s.view().await?;
    let mut by_rubric: HashMap<RubricId, Vec<ScoreRow>> = HashMap::new();
    for (_, score) in assessments::scores(&view, ideas).await? {
        by_rubric.entry(score.rubric).or_default().push(score);
    }
    let mut found = HashMap::new();
    for (rubric, scores) in by_rubric {
        let before = before.take(rubric);
        let mut standing = folds.standing(&view, rubric, before).await?;
        if scores.iter().any(|score| score.is_corrected) {
            let severe = folds.fits.severe(&view, rubric, &scores, true);
            standing.severe = Some(severe.await?);
        }
        let standing = Arc::new(standing);
        for score in scores {
            let placed = Placed {
                score: Arc::new(score),
                standing: Arc::clone(&standing),
            };
            found.insert(placed.score.idea, placed);
        }
    }
    view.commit().await?;
    Ok(found)
}

/// How an idea's rank moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub rank_then: u32,
    pub rank_now: u32,
    pub since: Micros,
    /// The ranks gained, by cause.
    pub parts: Parts,
}

/// How ideas of one rubric moved in seven days; nothing for those that had no rank then. Two
/// statements for a page, and some more in a minute.
pub async fn movements(
    s: &Session,
    folds: &Folds,
    rubric: RubricId,
    placed: &[Placed],
) -> Result<HashMap<IdeaId, Movement>> {
    let before = folds.week_before(rubric);
    let view = s.view().await?;
    let (histogram, since) = folds.late(&view, rubric, s.now()).await?;
    let (week, tail) = folds.week(&view, rubric, since, before).await?;
    view.commit().await?;
    let recent = Recent::new(&week, &tail);
    let then = super::histogram::Ranks {
        folded: &histogram,
        tail: &[],
    };
    let moved = placed.iter().filter_map(|placed| {
        let score = &placed.score;
        let key = score.score.key;
        let key_then = recent.key_then(score.idea.0, score.is_listed.then_some(key))?;
        let (rank_then, rank_now) = (then.rank(key_then), placed.rank().rank);
        let ranks = placed.standing.ranks();
        let among_others =
            |other: i32| ranks.rank(other) - u32::from(score.is_counted && key > other);
        let parts = recent.parts(score.idea.0, key_then, (rank_then, rank_now), among_others);
        let movement = Movement {
            rank_then,
            rank_now,
            since,
            parts,
        };
        Some((score.idea, movement))
    });
    Ok(moved.collect())
}
