//! What a score becomes when an assessment comes, goes, or counts no more: it is computed anew
//! from all that count, published at the quorum or early, and the idea moves where that leads.
//! Work proportional to one idea, however many there are. The commands that lead here lock it.

use super::commands::legal;
use super::commands_assignments;
use super::rubric::Aggregation;
use super::scoring::{Sheet, assess, score_idea};
use super::store::{self, Assessment, RubricVersion};
use super::store_fits::{leniencies, mean_leniency};
use crate::ideas::domain::Idea;
use crate::ideas::lifecycle::{State, Step};
use crate::ideas::promises::Promises;
use crate::ideas::{self, Cause, Notice, Numbers, Score};
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use futures_util::future::BoxFuture;
use serde_json::json;

/// The same as `rescore`, under the version that the idea was accepted under.
pub(super) async fn rescore_locked(
    tx: &Tx<'_>,
    idea: &mut Idea,
    promises: &Promises,
    cause: Cause,
) -> Result<()> {
    let version = version_of(tx, idea).await?;
    rescore(tx, idea, &version, promises, cause).await
}

/// Computes the score of a locked idea from its assessments, keeps it, and moves the idea
/// where that leads: into the backlog at the quorum, back when nothing counts.
pub async fn rescore(
    tx: &Tx<'_>,
    idea: &mut Idea,
    version: &RubricVersion,
    promises: &Promises,
    cause: Cause,
) -> Result<()> {
    score_anew(tx, idea, version, promises, cause, false).await
}

/// Why a quorum cannot be waived.
pub const UNRATED: &str =
    "No complete assessment is in: there is no score that could be published.";

/// Publishes the score of a locked idea with the assessments that are there, however few;
/// refused when there are none.
pub async fn publish_early(tx: &Tx<'_>, idea: &mut Idea, promises: &Promises) -> Result<()> {
    let counts = |all: Vec<Assessment>| all.iter().any(Assessment::counts);
    if !counts(store::of_idea(tx.sql(), idea.id).await?) {
        return Err(Error::IllegalStep {
            reason: "ASSESSMENTS_MISSING",
            message: UNRATED.to_owned(),
            legal_steps: legal(idea.state)
                .into_iter()
                .filter(|call| call != "decideIdea(WAIVE_QUORUM)")
                .collect(),
        });
    }
    let version = version_of(tx, idea).await?;
    score_anew(tx, idea, &version, promises, Cause::QuorumWaived, true).await
}

fn score_anew<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    version: &'a RubricVersion,
    promises: &'a Promises,
    cause: Cause,
    is_waived: bool,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(scored_anew(tx, idea, version, promises, cause, is_waived))
}

async fn scored_anew(
    tx: &Tx<'_>,
    idea: &mut Idea,
    version: &RubricVersion,
    promises: &Promises,
    cause: Cause,
    is_waived: bool,
) -> Result<()> {
    let assessments = store::of_idea(tx.sql(), idea.id).await?;
    let owed = commands_assignments::settle(tx, idea.id, &assessments).await?;
    // What waits elsewhere is published when it comes back.
    let publishes = match idea.state.is_assessable() {
        true if is_waived => Publishes::AnyHow,
        true if !owed.is_awaited => Publishes::AtQuorum,
        _ => Publishes::Never,
    };
    count(tx, idea, version, promises, cause, &assessments, publishes).await?;
    commands_assignments::promise(tx, idea, owed.before, owed.after, promises).await
}

/// Whether a score that was not published yet is published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Publishes {
    AnyHow,
    AtQuorum,
    /// Somebody is awaited, or the idea is not assessed.
    Never,
}

fn count<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    version: &'a RubricVersion,
    promises: &'a Promises,
    cause: Cause,
    assessments: &'a [Assessment],
    publishes: Publishes,
) -> BoxFuture<'a, Result<()>> {
    let counted = counted(tx, idea, version, promises, cause, assessments, publishes);
    Box::pin(counted)
}

async fn counted(
    tx: &Tx<'_>,
    idea: &mut Idea,
    version: &RubricVersion,
    promises: &Promises,
    cause: Cause,
    assessments: &[Assessment],
    publishes: Publishes,
) -> Result<()> {
    let before = ideas::listing_of(tx, idea.id).await?;
    let counted: Vec<&Assessment> = assessments.iter().filter(|one| one.counts()).collect();
    let levels: Vec<Vec<Option<f64>>> = counted
        .iter()
        .map(|one| one.levels(&version.rubric))
        .collect();
    let sheets: Vec<Sheet<'_>> = counted
        .iter()
        .zip(&levels)
        .map(|(one, levels)| Sheet {
            id: one.id.0,
            levels,
        })
        .collect();
    let was_published = before
        .as_ref()
        .is_some_and(|row| row.published_at.is_some());
    let subject = idea.id.subject();
    for (one, sheet) in counted.iter().zip(&sheets) {
        // Another version of the rubric may see it otherwise than the one it was made under.
        let total = assess(&version.rubric, sheet.levels).total;
        if total != one.total {
            store::keep_total(tx, one.id, total).await?;
        }
    }
    let score = score_idea(&version.rubric, &sheets);
    let is_corrected = version.rubric.aggregation == Aggregation::SeverityAdjusted;
    let score = match score {
        Some(score) if is_corrected => {
            ideas::lock_fit(tx, version.rubric_id.0).await?;
            let kept = leniencies(tx.sql(), version.rubric_id).await?;
            let who = counted.iter().map(|one| one.assessor);
            let of_them = who.map(|who| kept.get(&who).copied().unwrap_or(0));
            Some(score.corrected(&version.rubric, mean_leniency(of_them)))
        }
        plain => plain,
    };
    let Some(score) = score else {
        ideas::settle(tx, idea, Numbers::None, cause).await?;
        if idea.state == State::Backlog {
            ideas::move_to(tx, idea, Step::Unpublish, promises).await?;
            tx.emit(
                subject,
                "STATE_CHANGED",
                json!({"from": "BACKLOG", "to": "IN_ASSESSMENT"}),
            );
        }
        if was_published {
            let from = before.map(|row| row.key);
            tx.emit(
                subject,
                "SCORE_CHANGED",
                changed(from, None, version, cause),
            );
        }
        return Ok(());
    };
    let reaches_quorum = score.n >= version.rubric.quorum;
    let is_published = was_published
        || is_past_assessment(idea)
        || match publishes {
            Publishes::AnyHow => true,
            Publishes::AtQuorum => reaches_quorum,
            Publishes::Never => false,
        };
    let stale = counted
        .iter()
        .filter(|one| one.idea_revision < idea.text_revision)
        .count();
    let now = Score {
        rubric: version.rubric_id.0,
        rubric_version: version.id.0,
        key: score.key,
        assessment_count: whole(score.n)?,
        stale_count: whole(stale)?,
        rss: score.rss_micro,
        deviation: score.sd,
        correction: is_corrected.then_some(score.correction),
        is_gated: score.is_gated,
        card: serde_json::to_string(&score).map_err(Error::internal)?,
        is_published,
    };
    ideas::settle(tx, idea, Numbers::Now(now), cause).await?;
    if is_published && idea.state == State::InAssessment {
        idea.score_published_at.get_or_insert(tx.now());
        // Whoever waives the quorum says so in the decision.
        if publishes == Publishes::AnyHow {
            ideas::move_to(tx, idea, Step::WaiveQuorum, promises).await?;
        } else {
            ideas::move_to(tx, idea, Step::Publish, promises).await?;
            tx.emit(
                subject,
                "STATE_CHANGED",
                json!({"from": "IN_ASSESSMENT", "to": "BACKLOG"}),
            );
            // What is brought in from a file, nobody waited for.
            if cause != Cause::Imported {
                let mut people = ideas::authors_and_followers(tx, idea).await?;
                people.extend(idea.steward);
                ideas::notify(tx, idea, Notice::ScorePublished, None, &people).await?;
            }
        }
    }
    if !is_published && idea.state == State::Backlog {
        ideas::move_to(tx, idea, Step::Unpublish, promises).await?;
        tx.emit(
            subject,
            "STATE_CHANGED",
            json!({"from": "BACKLOG", "to": "IN_ASSESSMENT"}),
        );
    }
    let from = before.filter(|_| was_published).map(|row| row.key);
    if is_published && from != Some(score.key) {
        let data = changed(from, Some(score.key), version, cause);
        tx.emit(subject, "SCORE_CHANGED", data);
    }
    Ok(())
}

/// What the event of a changed score says: keys, and the version of the rubric that did it.
fn changed(
    from: Option<i32>,
    to: Option<i32>,
    version: &RubricVersion,
    cause: Cause,
) -> serde_json::Value {
    let mut data = json!({"from": from, "to": to});
    if cause == Cause::Rubric {
        data["rubricVersion"] = json!(version.number);
    }
    data
}

/// Whether an idea has left assessment with a score for good: it does not come back to it.
fn is_past_assessment(idea: &Idea) -> bool {
    let came_from = idea.left_state.unwrap_or(idea.state);
    idea.score_published_at.is_some()
        && !idea.state.is_assessable()
        && came_from != State::InAssessment
}

/// The version an idea in assessment was accepted under.
pub(super) async fn version_of(tx: &Tx<'_>, idea: &Idea) -> Result<RubricVersion> {
    let id = idea
        .rubric_version
        .ok_or_else(|| Error::internal("an idea in assessment has no rubric"))?;
    store::version(tx.sql(), id)
        .await?
        .ok_or_else(|| Error::internal("the rubric of an idea is gone"))
}

fn whole<N: TryInto<i32>>(n: N) -> Result<i32>
where
    N::Error: std::error::Error + Send + Sync + 'static,
{
    n.try_into().map_err(Error::internal)
}
