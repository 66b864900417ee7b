//! What comes after a decision: its authors appeal it, another lead answers, and somebody
//! looks whether it held.

use super::appeals::{AppealId, AppealOutcome, AppealState, NoAppeal, ReviewAnswer};
use super::domain::{Decision, DecisionId, Idea, IdeaId, LONGEST_TEXT};
use super::lifecycle::Step;
use super::notifications::Notice;
use super::store::{self, Sees};
use super::store_appeals as appeals;
use super::store_calendar::review_no_more;
use super::store_changes as changes;
use super::store_notifications::{authors_and_followers, authors_of, notify};
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::required;
use crate::policy::{AppealDecision, Judged, ResolveAppeal, ReviewDecision};
use crate::session::Session;
use serde_json::json;

/// Appeals a decision that stands; each can be once. Another lead owes the answer.
pub async fn appeal(
    s: &Session,
    id: Result<DecisionId>,
    reason: &str,
) -> Result<(AppealId, IdeaId)> {
    let (id, reason, faults) = read(id, ("reason", reason), "REASON_MISSING")?;
    s.write(async |tx| {
        let (decision, mut idea) = decided(s, tx, id, "decision").await?;
        let (standing, _) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<AppealDecision>(&standing)?;
        faults.check()?;
        if appeals::is_appealed(tx.sql(), id).await? {
            return Err(NoAppeal::Twice.into());
        }
        if let Some(no) = NoAppeal::of(&decision, &idea) {
            return Err(no.into());
        }
        let due_at = s.promises().appeal_due(tx.now());
        let appeal = appeals::open(tx, &permit, &mut idea, id, reason, due_at).await?;
        // Whoever leads may answer, but for who decided; the other authors want to know.
        let mut people = identity::store::all_who_lead(tx.sql()).await?;
        people.extend(idea.steward.into_iter().chain(decision.decided_by));
        people.extend(authors_of(tx, &idea).await?);
        notify(tx, &idea, Notice::Appealed, Some(appeal.0), &people).await?;
        Ok((appeal, idea.id))
    })
    .await
}

/// Answers an appeal. One that is upheld takes the idea up again, if the decision still
/// stands; else the idea has gone on already, and stays where it is. `come_back` is called in
/// the same transaction when it is taken up: its score may belong elsewhere by now.
pub async fn resolve(
    s: &Session,
    id: Result<AppealId>,
    outcome: AppealOutcome,
    answer: &str,
    come_back: impl AsyncFnOnce(&Tx<'_>, &mut Idea) -> Result<()>,
) -> Result<(AppealId, IdeaId)> {
    let (id, answer, faults) = read(id, ("answer", answer), "ANSWER_MISSING")?;
    s.write(async |tx| {
        let missing = || Error::NotFound { noun: "appeal" };
        let found = appeals::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let (decision, mut idea) = decided(s, tx, found.decision, "appeal").await?;
        let mut judged = judged(s, tx, &decision, &idea).await?;
        // Who was an author when it was made is no judge of it, whatever they are now.
        judged.standing.is_co_author |= found.opened_by == s.actor.id();
        let permit = s.actor.may::<ResolveAppeal>(&judged)?;
        faults.check()?;
        // Once more under the lock: another lead may have answered meanwhile.
        let open = appeals::one(tx.sql(), id).await?.ok_or_else(missing)?;
        if open.state != AppealState::Open {
            return Err(NoAppeal::Answered(open.state).into());
        }
        let mut data = appeals::answer(tx, &permit, &mut idea, &open, outcome, answer).await?;
        let is_taken_up = outcome == AppealOutcome::Upheld && decision.stands(&idea);
        if is_taken_up {
            let from = idea.state;
            changes::move_to(tx, &mut idea, Step::UpholdAppeal, s.promises()).await?;
            data["from"] = json!(from.as_str());
            data["to"] = json!(idea.state.as_str());
        }
        tx.emit(idea.id.subject(), "APPEAL_RESOLVED", data);
        let notice = match outcome {
            AppealOutcome::Upheld => Notice::AppealUpheld,
            AppealOutcome::Dismissed => Notice::AppealDismissed,
        };
        let mut people = authors_and_followers(tx, &idea).await?;
        people.extend(idea.steward.into_iter().chain(decision.decided_by));
        notify(tx, &idea, notice, Some(id.0), &people).await?;
        if is_taken_up {
            come_back(tx, &mut idea).await?;
        }
        Ok((id, idea.id))
    })
    .await
}

/// Tells whether a decision held. It may be told again; the latest stands.
pub async fn review(
    s: &Session,
    id: Result<DecisionId>,
    held: ReviewAnswer,
    note: &str,
) -> Result<(IdeaId, DecisionId)> {
    let (id, note, faults) = read(id, ("note", note), "NOTE_MISSING")?;
    s.write(async |tx| {
        let (decision, idea) = decided(s, tx, id, "decision").await?;
        let judged = judged(s, tx, &decision, &idea).await?;
        let permit = s.actor.may::<ReviewDecision>(&judged)?;
        faults.check()?;
        appeals::review(tx, &permit, &decision, held, note).await?;
        // Nobody has to be asked for it any more.
        review_no_more(tx, id).await?;
        Ok((idea.id, id))
    })
    .await
}

/// What it is about, and the words with what is wrong with them. An id that cannot be read
/// is refused at once, together with that.
fn read<T>(
    id: Result<T>,
    (field, text): (&str, &str),
    missing: &'static str,
) -> Result<(T, String, Faults)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let text = required(&mut faults, &[field], text, LONGEST_TEXT, missing);
    match id {
        Some(id) => Ok((id, text, faults)),
        None => {
            faults.check()?;
            Err(Error::internal("an id was neither read nor refused"))
        }
    }
}

/// A decision and the idea it was about, locked; `NOT_FOUND` of this noun when the caller may
/// not see it.
async fn decided(
    s: &Session,
    tx: &Tx<'_>,
    id: DecisionId,
    noun: &'static str,
) -> Result<(Decision, Idea)> {
    let missing = || Error::NotFound { noun };
    let decision = store::find_decision(tx.sql(), id).await?;
    let decision = decision.ok_or_else(missing)?;
    match store::locked(tx, &Sees::of(&s.actor)?, decision.idea).await {
        Err(Error::NotFound { .. }) => Err(missing()),
        found => Ok((decision, found?)),
    }
}

/// How the caller stands to a decision.
async fn judged(s: &Session, tx: &Tx<'_>, decision: &Decision, idea: &Idea) -> Result<Judged> {
    let me = s.actor.signed_in()?;
    let (standing, _) = store::standing(tx.sql(), idea, me).await?;
    Ok(Judged {
        standing,
        is_decider: decision.decided_by == Some(me),
    })
}
