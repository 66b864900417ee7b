//! What leads do with what was handed in: accept it for assessment, ask first, or decline.

use super::domain::{
    Authorship, DecisionId, DecisionKind, Idea, IdeaId, LONGEST_TEXT, expect_revision,
};
use super::lifecycle::{Step, words};
use super::notifications::Notice;
use super::store::{self, Sees};
use super::store_acts::{self as acts, NewDecision};
use super::store_changes as changes;
use super::store_conflicts::conflicted;
use super::store_notifications::{authors_and_followers, authors_of, notify};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::ScreenIdea;
use crate::session::Session;
use serde_json::json;
use uuid::Uuid;

words! {
    /// What a lead says to an idea that was handed in.
    ScreeningOutcome {
        /// Assessors shall rate it.
        Accept = "ACCEPT",
        /// The author is asked first; the reason is the question.
        NeedsInfo = "NEEDS_INFO",
        /// No; the reason says why.
        Decline = "DECLINE",
    }
}

/// What a lead decided, as it comes in.
#[derive(Clone, Debug)]
pub struct Screening {
    pub outcome: ScreeningOutcome,
    /// What the author reads.
    pub reason: String,
    /// The version to assess under; asked for by `ACCEPT` alone.
    pub rubric_version: Option<Result<Uuid>>,
    /// Whether a rubric was named.
    pub names_rubric: bool,
    /// Whoever screens looks after the idea, unless somebody is named.
    pub steward: Option<Result<MemberId>>,
    pub would_reconsider_if: Option<String>,
    pub expected_revision: Option<i32>,
}

/// Screens an idea; the idea and the decision.
pub async fn screen(s: &Session, id: IdeaId, said: Screening) -> Result<(IdeaId, DecisionId)> {
    let mut faults = Faults::default();
    let reason = required(
        &mut faults,
        &["reason"],
        &said.reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    let rubric_version = match said.rubric_version {
        Some(read) => faults.take(read)?,
        None => None,
    };
    let named = match said.steward {
        Some(read) => faults.take(read)?,
        None => None,
    };
    if let Some(steward) = named
        && !identity::store::leads(s.reader(), steward).await?
    {
        let told = "The steward must be an active member who leads.";
        faults.add(&["stewardId"], "NOT_A_LEAD", told);
    }
    if said.outcome != ScreeningOutcome::Accept {
        for (field, is_given) in [
            ("rubric", said.names_rubric),
            ("stewardId", named.is_some()),
        ] {
            if is_given {
                let told = format!("`{field}` goes with ACCEPT alone.");
                faults.add(&[field], "ONLY_WITH_ACCEPT", told);
            }
        }
    }
    let would_reconsider_if = optional(
        &mut faults,
        &["wouldReconsiderIf"],
        said.would_reconsider_if.as_deref(),
        LONGEST_TEXT,
    );
    let (step, kind) = match said.outcome {
        ScreeningOutcome::Accept => (Step::Accept, DecisionKind::Accepted),
        ScreeningOutcome::NeedsInfo => (Step::AskInfo, DecisionKind::InfoRequested),
        ScreeningOutcome::Decline => (Step::DeclineAtScreening, DecisionKind::Declined),
    };
    s.write(async |tx| {
        let mut idea = store::locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (standing, co_authors) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<ScreenIdea>(&standing)?;
        match named {
            // Whether this one may would tell who wrote it.
            Some(steward) if idea.authorship == Authorship::Anonymous && steward != permit.by() => {
                let told = "Whoever accepts an anonymous idea looks after it.";
                faults.add(&["stewardId"], "ANONYMOUS_IDEA", told);
            }
            Some(steward) if steward == idea.author || co_authors.contains(&steward) => {
                let told = "Nobody looks after their own idea.";
                faults.add(&["stewardId"], "OWN_IDEA", told);
            }
            Some(steward) if conflicted(tx.sql(), id).await?.contains(&steward) => {
                let told = "They declared a conflict of interest on this idea.";
                faults.add(&["stewardId"], "CONFLICT_OF_INTEREST", told);
            }
            _ => {}
        }
        faults.check()?;
        expect_revision(&idea, said.expected_revision)?;
        let (from, steward_before) = (idea.state, idea.steward);
        if said.outcome == ScreeningOutcome::Accept {
            idea.rubric_version = rubric_version;
            // Somebody may look after it already.
            let earlier = idea
                .steward
                .filter(|earlier| *earlier != idea.author && !co_authors.contains(earlier));
            idea.steward = Some(named.or(earlier).unwrap_or(permit.by()));
            if idea.rubric_version.is_none() {
                return Err(Error::internal("accepted under no rubric"));
            }
        }
        changes::move_to(tx, &mut idea, step, s.promises()).await?;
        let mut data = json!({"from": from.as_str(), "to": idea.state.as_str()});
        if said.outcome == ScreeningOutcome::NeedsInfo {
            let (question, digest) = acts::ask(tx, &permit, &idea, &reason).await?;
            data["question"] = json!(question);
            data["questionDigest"] = json!(digest);
        }
        let new = NewDecision {
            would_reconsider_if,
            ..NewDecision::of(kind, reason)
        };
        let (decision, digest) = acts::decide(tx, &permit, &idea, new).await?;
        data["decision"] = json!(decision);
        data["digest"] = json!(digest);
        tx.emit(id.subject(), "SCREENED", data);
        let new_steward = idea.steward.filter(|_| idea.steward != steward_before);
        tell(tx, &idea, kind, decision, new_steward).await?;
        Ok((id, decision))
    })
    .await
}

/// Tells the authors what they are asked, or them and all who follow what was decided; and
/// who was named to look after it that they do.
async fn tell(
    tx: &Tx<'_>,
    idea: &Idea,
    kind: DecisionKind,
    decision: DecisionId,
    new_steward: Option<MemberId>,
) -> Result<()> {
    let about = Some(decision.0);
    if kind == DecisionKind::InfoRequested {
        let authors = authors_of(tx, idea).await?;
        return notify(tx, idea, Notice::QuestionAsked, about, &authors).await;
    }
    let mut people = authors_and_followers(tx, idea).await?;
    let notice = match kind {
        DecisionKind::Accepted => {
            // Told once, and what concerns them most.
            people.retain(|member| Some(*member) != new_steward);
            let steward: Vec<MemberId> = new_steward.into_iter().collect();
            notify(tx, idea, Notice::StewardNamed, about, &steward).await?;
            Notice::Accepted
        }
        _ => Notice::Declined,
    };
    notify(tx, idea, notice, about, &people).await
}
