//! What assessors do: hand in an assessment, replace it, take it back. What its score becomes
//! then is the business of `commands_scoring`.

use super::commands_assignments::{self, Owed};
use super::commands_scoring::{rescore, rescore_locked, version_of};
use super::domain::{NewAssessment, Ratings, Refusal};
use super::presets::presets;
use super::queries::sees_assessment;
use super::scoring::assess;
use super::store::{self, Assessment, AssessmentId, NewAssessmentRow, RubricVersion};
use crate::ideas::domain::{Authorship, Idea, IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::{Row, State, steps_from};
use crate::ideas::promises::Promises;
use crate::ideas::store::Sees;
use crate::ideas::store_conflicts::conflicted;
use crate::ideas::{self, Cause};
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

/// What people can do in that state.
pub(super) fn legal(state: State) -> Vec<String> {
    steps_from(state).filter_map(Row::call).collect()
}
