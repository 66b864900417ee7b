//! What assessors do: hand in an assessment, replace it, take it back. Each computes the
//! idea's score anew from its own assessments, publishes it at the quorum, and takes it back
//! into assessment when none counts any more: work proportional to one idea, however many
//! there are.

use super::commands_assignments::{self, Owed};
use super::domain::{NewAssessment, Ratings, Refusal};
use super::presets::presets;
use super::queries::sees_assessment;
use super::rubric::Aggregation;
use super::scoring::{Sheet, assess, score_idea};
use super::store::{self, Assessment, AssessmentId, NewAssessmentRow, RubricVersion};
use super::store_fits::{leniencies, mean_leniency};
use crate::ideas::domain::{Authorship, Idea, IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::{Row, State, Step, steps_from};
use crate::ideas::promises::Promises;
use crate::ideas::store::Sees;
use crate::ideas::store_conflicts::conflicted;
use crate::ideas::{self, Cause, Notice, Numbers, Score};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::required;
use crate::policy::{Actor, AssessIdea, WithdrawAssessment};
use crate::session::{House, Session};
use futures_util::future::BoxFuture;
use serde_json::json;

/// What comes with the ratings.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The text that was read; the newest when nothing is said.
    pub idea_revision: Option<i32>,
    pub assessment: NewAssessment,
}

/// Hands in an assessment, or replaces the one handed in before. An incomplete one is kept
/// and does not count.
pub async fn submit(s: &Session, id: IdeaId, new: Submission) -> Result<(AssessmentId, IdeaId)> {
    s.write(async |tx| {
        let mut idea = ideas::store::locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (standing, _) = ideas::store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<AssessIdea>(&standing)?;
        if !idea.state.is_assessable() {
            return Err(not_assessable(idea.state).into());
        }
        let version = version_of(tx, &idea).await?;
        let ratings = Ratings::parse(&version.rubric, new.assessment)?;
        let idea_revision = read_revision(&idea, new.idea_revision)?;
        let earlier = store::of_idea(tx.sql(), id).await?;
        let score = assess(&version.rubric, ratings.levels());
        let row = NewAssessmentRow {
            assessor: permit.by(),
            version: &version,
            idea_revision,
            total: score.total,
            was_blind: was_blind(&idea, &version, &earlier, permit.by()),
            ratings: &ratings,
        };
        let (assessment, digest) = store::save(tx, &permit, &idea, &earlier, row).await?;
        let data = json!({"assessment": assessment, "digest": digest});
        tx.emit(id.subject(), "ASSESSED", data);
        rescore(tx, &mut idea, &version, s.promises(), Cause::Assessed).await?;
        Ok((assessment, id))
    })
    .await
}

/// Takes an own assessment back, until the idea leaves the backlog.
pub async fn withdraw(
    s: &Session,
    id: AssessmentId,
    reason: &str,
) -> Result<(AssessmentId, IdeaId)> {
    let mut faults = Faults::default();
    let reason = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    faults.check()?;
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let missing = Error::NotFound { noun: "assessment" };
        let Some(found) = store::one(tx.sql(), id).await? else {
            return Err(missing);
        };
        let mut idea = match ideas::store::locked(tx, &sees, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing),
            other => other?,
        };
        let version = version_of(tx, &idea).await?;
        let score = store::scores(tx.sql(), &[idea.id]).await?.remove(&idea.id);
        // What the caller may not see is not there.
        if !sees_assessment(&sees, &found, score.as_ref(), &version)
            || (found.is_withdrawn && found.assessor != sees.member)
        {
            return Err(missing);
        }
        let permit = s
            .actor
            .may::<WithdrawAssessment>(&(found.assessor == sees.member))?;
        if !idea.state.is_assessable() {
            return Err(settled(idea.state).into());
        }
        // Read once more under the lock: it may have been taken back meanwhile.
        let is_gone = store::one(tx.sql(), id)
            .await?
            .is_none_or(|one| one.is_withdrawn);
        if is_gone {
            return Ok((id, idea.id));
        }
        store::withdraw(tx, &permit, id).await?;
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let data = json!({"assessment": id, "note": note, "digest": digest});
        tx.emit(idea.id.subject(), "ASSESSMENT_WITHDRAWN", data);
        rescore(
            tx,
            &mut idea,
            &version,
            s.promises(),
            Cause::AssessmentWithdrawn,
        )
        .await?;
        Ok((id, idea.id))
    })
    .await
}

/// Counts the assessments of a locked idea anew after its authors changed, or what was merged
/// into it, or somebody declared a conflict of interest: nobody's of their own idea counts, nor
/// theirs, and nobody waits for them. The idea is what it became.
pub fn recount<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    promises: &'a Promises,
) -> BoxFuture<'a, Result<()>> {
    // In boxes: what a command leads to lies deep.
    Box::pin(async move {
        // What was merged into another stays as it was until it is free again.
        if idea.rubric_version.is_none() || idea.state == State::Merged {
            return Ok(());
        }
        let (owed, has_changed) = recuse(tx, idea).await?;
        if has_changed {
            rescore_locked(tx, idea, promises, Cause::Recused).await?;
            commands_assignments::promise(tx, idea, owed.before, owed.after, promises).await?;
        }
        Ok(())
    })
}

/// Counts the assessments of a locked idea anew that came back to where it was: meanwhile
/// others may have become its authors, and its score what it takes to be published, or not.
pub fn come_back<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    promises: &'a Promises,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        if idea.rubric_version.is_some() {
            let (owed, _) = recuse(tx, idea).await?;
            rescore_locked(tx, idea, promises, Cause::Moved).await?;
            commands_assignments::promise(tx, idea, owed.before, owed.after, promises).await?;
        }
        Ok(())
    })
}

/// Keeps of each assessment whether its maker wrote the idea, or what was merged into it, or
/// declared a conflict, and ends assignments for the same reasons; what is owed then, and
/// whether anything changed.
async fn recuse(tx: &Tx<'_>, idea: &Idea) -> Result<(Owed, bool)> {
    let mut co_authors = ideas::store::co_authors(tx.sql(), &[idea.id]).await?;
    let mut writers = ideas::store_clusters::writers(tx.sql(), &[idea.id]).await?;
    let mut authors = co_authors.remove(&idea.id).unwrap_or_default();
    authors.push(idea.author);
    let declared = conflicted(tx.sql(), idea.id).await?;
    // Whether it is they who were assigned would tell who wrote an anonymous idea.
    let is_named = idea.authorship == Authorship::Named;
    let is_barred = |who| declared.contains(&who) || (is_named && authors.contains(&who));
    let (owed, mut has_changed) = commands_assignments::recuse(tx, idea, is_barred).await?;
    authors.extend(writers.remove(&idea.id).unwrap_or_default());
    for one in store::of_idea(tx.sql(), idea.id).await? {
        let is_recused = authors.contains(&one.assessor) || declared.contains(&one.assessor);
        if is_recused != one.is_recused {
            store::recuse(tx, one.id, is_recused).await?;
            has_changed = true;
        }
    }
    Ok((owed, has_changed))
}

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

/// Publishes the presets that are not there yet; several servers may do so at once.
pub async fn ensure_presets(house: &House) -> Result<()> {
    let known = store::rubrics(house.db.reader()).await?;
    let missing: Vec<_> = presets()
        .into_iter()
        .filter(|preset| known.iter().all(|rubric| rubric.key != preset.key))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let nobody = Session::new(house.clone(), Actor::nobody());
    nobody
        .write(async |tx| {
            for preset in &missing {
                let is_default = known.is_empty() && preset.key == DEFAULT_RUBRIC;
                store::insert_rubric(tx, preset, is_default).await?;
            }
            Ok(())
        })
        .await
}

/// The rubric that ideas are assessed under until somebody chooses another.
const DEFAULT_RUBRIC: &str = "innovation";

/// The version an idea in assessment was accepted under.
pub(super) async fn version_of(tx: &Tx<'_>, idea: &Idea) -> Result<RubricVersion> {
    let id = idea
        .rubric_version
        .ok_or_else(|| Error::internal("an idea in assessment has no rubric"))?;
    store::version(tx.sql(), id)
        .await?
        .ok_or_else(|| Error::internal("the rubric of an idea is gone"))
}

/// The revision that was read: a past one counts and is stale from the start.
fn read_revision(idea: &Idea, read: Option<i32>) -> Result<i32> {
    match read {
        None => Ok(idea.revision),
        Some(read) if (1..=idea.revision).contains(&read) => Ok(read),
        Some(read) => Err(Error::invalid(
            &["ideaRevision"],
            "UNKNOWN_REVISION",
            format!(
                "The idea has revisions 1 to {}; there is no {read}.",
                idea.revision
            ),
        )),
    }
}

/// Whether an assessment is made before its maker could see the score. One that replaces
/// a blind one after publication is no longer blind.
pub(super) fn was_blind(
    idea: &Idea,
    version: &RubricVersion,
    earlier: &[Assessment],
    assessor: MemberId,
) -> bool {
    if version.rubric.is_blind {
        return idea.score_published_at.is_none();
    }
    // Without a blind rubric the score shows from the first assessment that counts.
    !earlier
        .iter()
        .any(|one| one.counts() && one.assessor != assessor)
}

pub(super) fn settled(state: State) -> Refusal {
    Refusal::Settled {
        state: state.to_string(),
        legal_steps: legal(state),
    }
}

pub(super) fn not_assessable(state: State) -> Refusal {
    Refusal::NotAssessable {
        state: state.to_string(),
        legal_steps: legal(state),
    }
}

fn legal(state: State) -> Vec<String> {
    steps_from(state).filter_map(Row::call).collect()
}

fn whole<N: TryInto<i32>>(n: N) -> Result<i32>
where
    N::Error: std::error::Error + Send + Sync + 'static,
{
    n.try_into().map_err(Error::internal)
}
