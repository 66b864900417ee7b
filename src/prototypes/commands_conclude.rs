//! What came of a trial: every measure is spoken to, the outcome agrees with them or says why
//! not, what was learned is kept, and the idea goes where outcome and decision lead.

use super::commands::{expect, locked, running};
use super::domain::{PrototypeId, State};
use super::experiment::Conclusion;
use super::store::{self, Came};
use super::store_learnings as learnings;
use crate::assessment::{begin_anew, come_back};
use crate::backlog::commands::Moment;
use crate::ideas::domain::{DecisionKind, IdeaId};
use crate::ideas::lifecycle::Step;
use crate::ideas::{self, NewDecision, Notice};
use crate::platform::error::{Error, Faults, Result};
use crate::policy::ConcludePrototype;
use crate::session::Session;
use serde_json::json;

/// Concludes a running prototype.
pub async fn conclude(
    s: &Session,
    id: Result<PrototypeId>,
    said: Conclusion,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let mut said = said.read(&mut faults);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (prototype, mut idea, stands) = locked(tx, s, id).await?;
        let on = running(s, &prototype, stands);
        let permit = s.actor.may::<ConcludePrototype>(&on)?;
        if prototype.state == State::Running {
            said.hold_against(&prototype.measures, &mut faults);
        }
        faults.check()?;
        expect(&prototype, &idea, &[State::Running])?;
        let (step, from) = (said.step(), idea.state);
        let came = Came {
            findings: &said.findings,
            outcome: said.outcome,
            decision: said.decision,
            is_self_reported: stands.is_own(),
        };
        let result_digest = store::conclude(tx, &permit, id, &came).await?;
        let reason = said.reason.unwrap_or_else(|| said.taught.found.clone());
        let of = (id, idea.id);
        let (learning, learning_digest) =
            learnings::keep(tx, &permit, of, said.outcome, said.taught).await?;
        let new = NewDecision {
            score_then: Moment::unranked(tx, idea.id).await?.key(),
            ..NewDecision::of(DecisionKind::ExperimentConcluded, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        if step == Step::ConcludePivot {
            // Whoever rates it anew does so before they see a score.
            idea.score_published_at = None;
        }
        ideas::move_to(tx, &mut idea, step, s.promises()).await?;
        let data = json!({
            "prototype": id, "from": from.as_str(), "to": idea.state.as_str(),
            "outcome": said.outcome.as_str(), "goesOn": said.decision.as_str(),
            "resultDigest": result_digest, "learning": learning,
            "learningDigest": learning_digest, "decision": decision, "digest": digest,
        });
        tx.emit(idea.id.subject(), "PROTOTYPE_CONCLUDED", data);
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        people.extend(prototype.owner.into_iter().chain(idea.steward));
        let about = Some(decision.0);
        ideas::notify(tx, &idea, Notice::PrototypeConcluded, about, &people).await?;
        match step {
            Step::ConcludePivot => begin_anew(tx, &mut idea, s.promises()).await?,
            Step::ConcludeStopped => come_back(tx, &mut idea, s.promises()).await?,
            Step::ConcludeQueuedAgain => {
                store::lock_queue(tx).await?;
                let (again, digest) = store::queue_again(tx, &permit, id).await?;
                let data = json!({
                    "prototype": again, "again": id, "owner": prototype.owner,
                    "planDigest": digest,
                });
                tx.emit(idea.id.subject(), "PROTOTYPE_QUEUED", data);
            }
            _ => {}
        }
        Ok((id, idea.id))
    })
    .await
}
