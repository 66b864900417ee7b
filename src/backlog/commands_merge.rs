//! What leads do with ideas that say the same: one goes on, the other is absorbed by it, and
//! can be set free again. Conflicts, quorum, scores and promises of both follow.

use super::commands::Moment;
use super::folds::Folds;
use super::queries;
use crate::assessment::{come_back, recount};
use crate::ideas::domain::{
    DecisionId, DecisionKind, Idea, IdeaId, LONGEST_TEXT, Refusal, Visibility,
};
use crate::ideas::lifecycle::{self, Step};
use crate::ideas::store::{Sees, find, standing};
use crate::ideas::{self, NewDecision, Notice, store_clusters as clusters, store_merges as merges};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::required;
use crate::policy::{Action, MergeIdeas, Permit, Standing, UnmergeIdeas};
use crate::session::Session;
use serde_json::json;

/// The idea absorbed or set free, the one that goes on, and the decision.
pub type Merged = (IdeaId, IdeaId, DecisionId);

/// Makes an idea part of another one that goes on.
pub async fn merge(
    s: &Session,
    folds: &Folds,
    absorbed: Result<IdeaId>,
    into: Result<IdeaId>,
    reason: &str,
) -> Result<Merged> {
    let mut faults = Faults::default();
    let absorbed = faults.take(absorbed)?;
    let into = faults.take(into)?;
    let reason = why(&mut faults, reason);
    let (Some(absorbed), Some(into)) = (absorbed, into) else {
        return Err(Error::Invalid(faults));
    };
    // Folded before the command begins, so that in it the newest changes are read alone.
    queries::scores(s, folds, &[absorbed]).await?;
    let before = folds.all_before();
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        // Neither is part of another idea, so that these are the locks of both clusters.
        for id in [absorbed.min(into), absorbed.max(into)] {
            tx.lock(id.subject()).await?;
        }
        let (mut idea, permit) = judged::<MergeIdeas>(s, tx, &sees, absorbed).await?;
        let (mut other, _) = judged::<MergeIdeas>(s, tx, &sees, into).await?;
        if absorbed == into {
            let told = "An idea is not merged into itself.";
            faults.add(&["intoId"], "INTO_ITSELF", told);
        } else if clusters::within(tx.sql(), &[into])
            .await?
            .contains(&absorbed)
        {
            let told = format!(
                "#{} goes on in #{} itself: set it free first.",
                other.number, idea.number
            );
            faults.add(&["intoId"], "INTO_OWN_PART", told);
        }
        faults.check()?;
        let from = idea.state;
        lifecycle::take(Step::Merge, from, idea.left_state).map_err(Refusal::from)?;
        if !other.state.takes_in() {
            return Err(takes_none_in(tx, &sees, &other).await?);
        }
        let moment = Moment::of(tx, folds, before, &idea).await?;
        let new = NewDecision {
            rank_then: moment.rank()?,
            score_then: moment.key(),
            ..NewDecision::of(DecisionKind::Merged, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        ideas::move_to(tx, &mut idea, Step::Merge, s.promises()).await?;
        let (mine, theirs) = told(tx, &idea, &other).await?;
        merges::absorb(tx, &permit, &idea, &mut other, decision).await?;
        let data = json!({
            "from": from.as_str(), "to": idea.state.as_str(), "into": into,
            "decision": decision, "digest": digest,
        });
        tx.emit(absorbed.subject(), "MERGED", data);
        let kind = told_as(&idea, "MERGED", "MERGED_IN_CONFIDENCE");
        tx.emit(into.subject(), kind, json!({"idea": absorbed}));
        let about = Some(decision.0);
        ideas::notify(tx, &idea, Notice::Merged, about, &mine).await?;
        ideas::notify(tx, &other, Notice::TookIn, about, &theirs).await?;
        recount(tx, &mut other, s.promises()).await?;
        Ok((absorbed, into, decision))
    })
    .await
}

/// Sets an idea free again, with all that was merged into it.
pub async fn unmerge(s: &Session, id: IdeaId, reason: &str) -> Result<Merged> {
    let mut faults = Faults::default();
    let reason = why(&mut faults, reason);
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        // All that it is part of shall count its supporters no more.
        let within = clusters::within(tx.sql(), &[id]).await?;
        let mut all = within.clone();
        all.insert(id);
        for one in all {
            tx.lock(one.subject()).await?;
        }
        if clusters::within(tx.sql(), &[id]).await? != within {
            return Err(Error::moved());
        }
        let (mut idea, permit) = judged::<UnmergeIdeas>(s, tx, &sees, id).await?;
        let survivor = clusters::survivor(tx.sql(), id).await?;
        let mut other = match survivor {
            Some(survivor) => Some(judged::<UnmergeIdeas>(s, tx, &sees, survivor).await?.0),
            None => None,
        };
        faults.check()?;
        let from = idea.state;
        let to = lifecycle::take(Step::Unmerge, from, idea.left_state).map_err(Refusal::from)?;
        let into = clusters::merged_into(tx.sql(), &[id]).await?.remove(&id);
        let (Some(other), Some(into)) = (&mut other, into) else {
            return Err(Error::internal("a merged idea goes on in none"));
        };
        let new = NewDecision {
            score_then: Moment::unranked(tx, id).await?.key(),
            ..NewDecision::of(DecisionKind::Unmerged, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        merges::release(tx, &permit, &idea, other, &within).await?;
        let data = json!({
            "from": from.as_str(), "to": to.as_str(), "into": into,
            "decision": decision, "digest": digest,
        });
        tx.emit(id.subject(), "UNMERGED", data);
        let kind = told_as(&idea, "UNMERGED", "UNMERGED_IN_CONFIDENCE");
        for one in &within {
            tx.emit(one.subject(), kind, json!({"idea": id}));
        }
        let (mine, theirs) = told(tx, &idea, other).await?;
        let about = Some(decision.0);
        ideas::notify(tx, &idea, Notice::Unmerged, about, &mine).await?;
        ideas::notify(tx, other, Notice::Released, about, &theirs).await?;
        ideas::move_to(tx, &mut idea, Step::Unmerge, s.promises()).await?;
        come_back(tx, &mut idea, s.promises()).await?;
        recount(tx, other, s.promises()).await?;
        Ok((id, other.id, decision))
    })
    .await
}

fn why(faults: &mut Faults, reason: &str) -> String {
    let path = ["reason"];
    required(faults, &path, reason, LONGEST_TEXT, "REASON_MISSING")
}

/// A locked idea that the caller sees, and leave to do `A` with it.
async fn judged<A: Action<On = Standing>>(
    s: &Session,
    tx: &Tx<'_>,
    sees: &Sees,
    id: IdeaId,
) -> Result<(Idea, Permit<A>)> {
    let idea = find(tx.sql(), sees, id).await?;
    let idea = idea.ok_or(Error::NotFound { noun: "idea" })?;
    let (stands, _) = standing(tx.sql(), &idea, sees.member).await?;
    let permit = s.actor.may::<A>(&stands)?;
    Ok((idea, permit))
}

/// Who is told of a merge, or that it was undone: by the idea absorbed, and the others by the
/// one that goes on, unless that would tell them of an idea not everybody sees.
async fn told(
    tx: &Tx<'_>,
    absorbed: &Idea,
    other: &Idea,
) -> Result<(Vec<MemberId>, Vec<MemberId>)> {
    let mine = ideas::authors_and_followers(tx, absorbed).await?;
    if absorbed.visibility == Visibility::Confidential {
        return Ok((mine, Vec::new()));
    }
    let mut theirs = ideas::authors_and_followers(tx, other).await?;
    theirs.retain(|member| !mine.contains(member));
    Ok((mine, theirs))
}

/// The kind of the event that tells an idea of one that came or left: who does not see that
/// one hears nothing of it.
fn told_as(absorbed: &Idea, open: &'static str, in_confidence: &'static str) -> &'static str {
    match absorbed.visibility {
        Visibility::Organization => open,
        Visibility::Confidential => in_confidence,
    }
}

/// Why an idea takes no other in, and where it goes on itself.
async fn takes_none_in(tx: &Tx<'_>, sees: &Sees, idea: &Idea) -> Result<Error> {
    let survivor = match clusters::survivor(tx.sql(), idea.id).await? {
        Some(survivor) => find(tx.sql(), sees, survivor).await?,
        None => None,
    };
    let refusal = Refusal::TakesNoneIn {
        number: idea.number,
        state: idea.state,
        goes_on_in: survivor.map(|survivor| survivor.number),
    };
    Ok(refusal.into())
}
