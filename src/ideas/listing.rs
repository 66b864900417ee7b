//! The line an idea has in the score tables, kept true to its state and visibility: whether
//! it stands in the ranked backlog, takes a place from others, and lends its spread. Every
//! change of a published score appends one row to `score_change`, in the transaction that
//! made it; ranks, bands, spread and movement are all folded from that log.
//!
//! It keeps numbers and computes none: `assessment` does, and hands them in here.

use super::domain::{Idea, Visibility};
use super::lifecycle::State;
use crate::entity::{fit, idea_score, score_change};
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, on_postgres, row_of};
use crate::platform::error::Result;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, QuerySelect,
};
use uuid::Uuid;

/// The score of an idea, as computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub rubric: Uuid,
    pub rubric_version: Uuid,
    /// Hundredths.
    pub key: i32,
    pub assessment_count: i32,
    pub stale_count: i32,
    /// Residual sum of squares in millionths.
    pub rss: i64,
    pub deviation: Option<f64>,
    /// What removing leniencies adds, in hundredths; `None` where the rubric removes none.
    pub correction: Option<i32>,
    pub is_gated: bool,
    /// The whole score, as the scoring function made it, in JSON.
    pub card: String,
    /// Becomes visible now, or is already.
    pub is_published: bool,
}

/// What became of the numbers.
pub enum Numbers {
    /// Only state or visibility changed.
    Same,
    /// Computed anew.
    Now(Score),
    /// No assessment counts any more.
    None,
}

/// Why a published score changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Assessed,
    AssessmentWithdrawn,
    Edited,
    Recused,
    /// Publication waited for somebody, and does no more.
    AwaitedNoMore,
    Moved,
    QuorumWaived,
    Imported,
    /// A new version of its rubric was published, and it was computed again under it.
    Rubric,
    /// The assessors turned out to be more generous, or stricter, than was known.
    Refitted,
}

impl Cause {
    fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "ASSESSED",
            Self::AssessmentWithdrawn => "ASSESSMENT_WITHDRAWN",
            Self::Edited => "EDITED",
            Self::Recused => "RECUSED",
            Self::AwaitedNoMore => "AWAITED_NO_MORE",
            Self::Moved => "MOVED",
            Self::QuorumWaived => "QUORUM_WAIVED",
            Self::Imported => "IMPORTED",
            Self::Rubric => "RUBRIC",
            Self::Refitted => "REFITTED",
        }
    }
}

/// Writes the line of an idea as it stands now, and the change of it.
pub async fn settle(tx: &Tx<'_>, idea: &Idea, numbers: Numbers, cause: Cause) -> Result<()> {
    let mut old = line_of(tx, idea.id).await?;
    if let Some(rubric) = corrected_under(&numbers, old.as_ref()) {
        // Who fits the leniencies anew changes lines without the locks of their ideas.
        lock_fit(tx, rubric).await?;
        old = line_of(tx, idea.id).await?;
    }
    let new = match (&numbers, &old) {
        (Numbers::Now(score), old) => Some(line(tx.now(), idea, score, old.as_ref())),
        (Numbers::Same, Some(old)) => Some(moved(idea, aged(idea, old.clone(), cause))),
        (Numbers::Same, None) | (Numbers::None, _) => None,
    };
    if old == new {
        return Ok(());
    }
    match (&old, &new) {
        (None, Some(new)) => {
            idea_score::Entity::insert(row_of(new.clone()))
                .exec_without_returning(tx.sql())
                .await?;
        }
        (Some(_), Some(new)) => {
            idea_score::Entity::update(row_of(new.clone()))
                .exec(tx.sql())
                .await?;
        }
        (_, None) => {
            idea_score::Entity::delete_by_id(idea.id.0)
                .exec(tx.sql())
                .await?;
        }
    }
    append(tx, old.as_ref(), new.as_ref(), cause).await
}

/// The rubric of a line that leniencies are removed from, or will be.
fn corrected_under(numbers: &Numbers, old: Option<&idea_score::Model>) -> Option<Uuid> {
    match numbers {
        Numbers::Now(score) if score.correction.is_some() => Some(score.rubric),
        _ => old
            .filter(|old| old.correction.is_some())
            .map(|old| old.rubric_id),
    }
}

/// Locks the leniencies of a rubric, after all subjects: until the command ends they stay as
/// they are, and so do the scores they are removed from.
pub async fn lock_fit(tx: &Tx<'_>, rubric: Uuid) -> Result<()> {
    let row = fit::Model {
        rubric_id: rubric,
        fitted_at: None,
    };
    fit::Entity::insert(row_of::<_, fit::ActiveModel>(row))
        .on_conflict(
            OnConflict::column(fit::Column::RubricId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.sql())
        .await?;
    if on_postgres(tx.sql()) {
        fit::Entity::find_by_id(rubric)
            .lock_exclusive()
            .one(tx.sql())
            .await?;
    }
    Ok(())
}

/// Lines that one statement writes at most: SQLite takes 32,766 values.
const LINES_AT_ONCE: usize = 1_000;

/// Writes lines whose leniencies were fitted anew, each with what it was, and the changes of
/// them, under the lock of the leniencies: two statements for a thousand.
pub async fn correct(tx: &Tx<'_>, lines: &[(idea_score::Model, idea_score::Model)]) -> Result<()> {
    for part in lines.chunks(LINES_AT_ONCE) {
        let new = part.iter().map(|(_, new)| new.clone());
        idea_score::Entity::insert_many(new.map(row_of::<_, idea_score::ActiveModel>))
            .on_conflict(
                OnConflict::column(idea_score::Column::IdeaId)
                    .update_columns([
                        idea_score::Column::Key,
                        idea_score::Column::Correction,
                        idea_score::Column::Card,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.sql())
            .await?;
        let changes: Vec<score_change::ActiveModel> = part
            .iter()
            .filter_map(|(old, new)| change(tx, Some(old), Some(new), Cause::Refitted))
            .collect();
        if !changes.is_empty() {
            score_change::Entity::insert_many(changes)
                .exec_without_returning(tx.sql())
                .await?;
        }
    }
    Ok(())
}

/// The line of an idea as it stands, when it has one.
pub async fn line_of(tx: &Tx<'_>, id: super::domain::IdeaId) -> Result<Option<idea_score::Model>> {
    Ok(idea_score::Entity::find_by_id(id.0).one(tx.sql()).await?)
}

fn line(
    now: Micros,
    idea: &Idea,
    score: &Score,
    old: Option<&idea_score::Model>,
) -> idea_score::Model {
    let published_at = old
        .and_then(|old| old.published_at)
        .or_else(|| score.is_published.then_some(now));
    let row = idea_score::Model {
        idea_id: idea.id.0,
        rubric_id: score.rubric,
        rubric_version_id: score.rubric_version,
        key: score.key,
        assessment_count: score.assessment_count,
        stale_count: score.stale_count,
        rss: score.rss,
        deviation: score.deviation,
        correction: score.correction,
        is_gated: score.is_gated,
        card: score.card.clone(),
        published_at,
        submitted_at: idea.submitted_at.unwrap_or(idea.created_at),
        is_listed: false,
        is_counted: false,
        is_pooled: false,
    };
    moved(idea, row)
}

/// A new text leaves every assessment made before it behind.
fn aged(idea: &Idea, mut row: idea_score::Model, cause: Cause) -> idea_score::Model {
    if cause == Cause::Edited && idea.text_revision == idea.revision {
        row.stale_count = row.assessment_count;
    }
    row
}

/// A line with its place made true to the state and visibility of the idea.
pub fn moved(idea: &Idea, mut row: idea_score::Model) -> idea_score::Model {
    let is_open = idea.visibility == Visibility::Organization;
    let is_published = row.published_at.is_some();
    row.is_listed = is_published && !row.is_gated && idea.state == State::Backlog;
    row.is_counted = row.is_listed && is_open;
    row.is_pooled = is_published && is_open && idea.state.is_pooled();
    row
}

/// The part of a line that the log tells of.
struct Share {
    place: Option<(i32, i32)>,
    is_counted: bool,
    pooled: (i32, i32, i64),
}

impl Share {
    fn of(row: Option<&idea_score::Model>) -> Self {
        let listed = row.filter(|row| row.is_listed);
        let pooled = row.filter(|row| row.is_pooled);
        Self {
            place: listed.map(|row| (row.key, row.assessment_count)),
            is_counted: listed.is_some_and(|row| row.is_counted),
            pooled: pooled.map_or((0, 0, 0), |row| (1, row.assessment_count, row.rss)),
        }
    }
}

async fn append(
    tx: &Tx<'_>,
    old: Option<&idea_score::Model>,
    new: Option<&idea_score::Model>,
    cause: Cause,
) -> Result<()> {
    if let Some(change) = change(tx, old, new, cause) {
        score_change::Entity::insert(change)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

/// What the log tells of a change; nothing where it is of no account there.
fn change(
    tx: &Tx<'_>,
    old: Option<&idea_score::Model>,
    new: Option<&idea_score::Model>,
    cause: Cause,
) -> Option<score_change::ActiveModel> {
    let any = new.or(old)?;
    let (was, is) = (Share::of(old), Share::of(new));
    let pooled = (
        is.pooled.0 - was.pooled.0,
        is.pooled.1 - was.pooled.1,
        is.pooled.2 - was.pooled.2,
    );
    let same_place = was.place == is.place && was.is_counted == is.is_counted;
    if same_place && pooled == (0, 0, 0) {
        return None;
    }
    Some(score_change::ActiveModel {
        id: NotSet,
        transaction_id: NotSet,
        at: Set(tx.now()),
        idea_id: Set(any.idea_id),
        rubric_id: Set(any.rubric_id),
        rubric_version_id: Set(any.rubric_version_id),
        cause: Set(cause.as_str().to_owned()),
        old_key: Set(was.place.map(|place| place.0)),
        old_count: Set(was.place.map(|place| place.1)),
        new_key: Set(is.place.map(|place| place.0)),
        new_count: Set(is.place.map(|place| place.1)),
        was_counted: Set(was.is_counted),
        is_counted: Set(is.is_counted),
        pooled_ideas: Set(pooled.0),
        pooled_assessments: Set(pooled.1),
        pooled_rss: Set(pooled.2),
    })
}
