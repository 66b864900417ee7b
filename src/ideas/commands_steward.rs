//! Who looks after an idea, once that is handed on.

use super::domain::{Authorship, IdeaId, LONGEST_TEXT, Refusal};
use super::lifecycle::Party;
use super::notifications::Notice;
use super::store::{self, Sees};
use super::store_acts as acts;
use super::store_conflicts::conflicted;
use super::store_notifications::notify;
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::error::{Faults, Result};
use crate::platform::text::required;
use crate::policy::SetSteward;
use crate::session::Session;

/// Hands an idea to another lead; to the one who has it already changes nothing.
pub async fn set(s: &Session, id: IdeaId, to: Result<MemberId>, reason: &str) -> Result<IdeaId> {
    let mut faults = Faults::default();
    let to = faults.take(to)?;
    let reason = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    s.write(async |tx| {
        let mut idea = store::locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (standing, co_authors) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<SetSteward>(&standing)?;
        if let Some(to) = to {
            let path = ["memberId"];
            if !identity::store::leads(tx.sql(), to).await? {
                let told = "The steward must be an active member who leads.";
                faults.add(&path, "NOT_A_LEAD", told);
            } else if idea.authorship == Authorship::Anonymous && to != permit.by() {
                // Whether this one may would tell who wrote it.
                let told = "Who looks after an anonymous idea can hand it to nobody; another \
                            lead can take it over.";
                faults.add(&path, "ANONYMOUS_IDEA", told);
            } else if to == idea.author || co_authors.contains(&to) {
                let told = "Nobody looks after their own idea.";
                faults.add(&path, "OWN_IDEA", told);
            } else if conflicted(tx.sql(), id).await?.contains(&to) {
                let told = "They declared a conflict of interest on this idea.";
                faults.add(&path, "CONFLICT_OF_INTEREST", told);
            }
        }
        faults.check()?;
        if idea.state.party() == Party::Nobody {
            return Err(Refusal::NotLookedAfter(idea.state).into());
        }
        match to {
            Some(to) if idea.steward != Some(to) => {
                acts::hand_over(tx, &permit, &mut idea, to, reason).await?;
                notify(tx, &idea, Notice::StewardNamed, None, &[to]).await?;
            }
            _ => {}
        }
        Ok(id)
    })
    .await
}
