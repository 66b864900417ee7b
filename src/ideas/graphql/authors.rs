//! Who wrote an idea, as far as the caller may know, and who acts on it as its author; and how
//! an author who was hidden comes to be shown.

use super::idea::IdeaNode;
use super::mutations::{IdeaPayload, of, payload};
use crate::assessment::graphql::{hides_authors, viewer_assignment_of};
use crate::assessment::recount;
use crate::graph::{change, session};
use crate::ideas::commands_authorship as authorship;
use crate::ideas::conflict::Conflict;
use crate::ideas::conversation::Hears;
use crate::ideas::domain::{Authorship, Idea};
use crate::ideas::loaders::{CoAuthors, Conflicts, WroteAbsorbed};
use crate::ideas::store::Sees;
use crate::ideas::store_conversation::ears;
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::policy::Standing;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, InputObject, Object};

impl IdeaNode {
    /// Those who wrote it with the author, whoever asks.
    pub(super) async fn co_author_ids(&self, ctx: &Context<'_>) -> Result<Vec<MemberId>> {
        let loader = ctx.data_unchecked::<DataLoader<CoAuthors>>();
        Ok(loader.load_one(self.idea.id).await?.unwrap_or_default())
    }

    /// Whether the caller may know who wrote it.
    pub(crate) async fn shows_authors(&self, ctx: &Context<'_>) -> Result<bool> {
        let sees = Sees::of(&session(ctx).actor)?;
        if self.idea.author == sees.member {
            return Ok(true);
        }
        let is_hidden = self.idea.authorship == Authorship::Anonymous
            || (sees.blinded && hides_authors(ctx, &self.idea).await?);
        Ok(!is_hidden || self.co_author_ids(ctx).await?.contains(&sees.member))
    }

    /// Whether this person acts on the idea as one of its authors.
    pub(super) async fn is_by(&self, ctx: &Context<'_>, who: MemberId) -> Result<bool> {
        Ok(self.idea.author == who || self.co_author_ids(ctx).await?.contains(&who))
    }

    /// Somebody who acted on the idea, unless that tells who wrote it.
    pub(crate) async fn actor(
        &self,
        ctx: &Context<'_>,
        who: Option<MemberId>,
    ) -> Result<Option<MemberNode>> {
        let Some(who) = who else { return Ok(None) };
        if self.is_by(ctx, who).await? && !self.shows_authors(ctx).await? {
            return Ok(None);
        }
        member(ctx, who).await.map(Some)
    }

    /// Somebody who did what authors alone do, unless that tells who wrote it: also of one
    /// who is no author any more. Who put it in for the author is shown as that anyway.
    pub(crate) async fn acting_author(
        &self,
        ctx: &Context<'_>,
        who: Option<MemberId>,
    ) -> Result<Option<MemberNode>> {
        let is_known = who == self.idea.submitted_by || who == session(ctx).actor.id();
        if is_known || self.shows_authors(ctx).await? {
            return self.actor(ctx, who).await;
        }
        Ok(None)
    }

    /// Whether the caller wrote what was merged into it.
    async fn wrote_absorbed(&self, ctx: &Context<'_>) -> Result<bool> {
        let loader = ctx.data_unchecked::<DataLoader<WroteAbsorbed>>();
        Ok(loader.load_one(self.idea.id).await?.is_some())
    }

    /// The conflict of interest that the caller declared, as long as it stands.
    pub(super) async fn conflict(&self, ctx: &Context<'_>) -> Result<Option<Conflict>> {
        let loader = ctx.data_unchecked::<DataLoader<Conflicts>>();
        loader.load_one(self.idea.id).await
    }

    /// What the caller hears of what is said about it.
    pub(super) async fn ears(&self, ctx: &Context<'_>) -> Result<Hears> {
        let is_assigned = viewer_assignment_of(ctx, self).await?.is_some();
        ears(&session(ctx).actor, &self.standing(ctx).await?, is_assigned)
    }

    /// How the caller stands to it.
    pub(super) async fn standing(&self, ctx: &Context<'_>) -> Result<Standing> {
        let me = session(ctx).actor.signed_in()?;
        Ok(Standing {
            is_author: self.idea.author == me,
            is_co_author: self.co_author_ids(ctx).await?.contains(&me),
            wrote_absorbed: self.wrote_absorbed(ctx).await?,
            is_conflicted: self.conflict(ctx).await?.is_some(),
        })
    }
}

/// Shows who wrote an anonymous idea.
#[derive(Clone, InputObject)]
pub struct RevealAuthorshipInput {
    /// Which idea.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// How an author who was hidden comes to be shown.
#[derive(Default)]
pub struct AuthorshipMutation;

#[Object]
impl AuthorshipMutation {
    /// Shows who wrote an anonymous idea, co-authors too, wherever they acted on it, also
    /// before; there is no way back. Its author may, wherever it stands; an idea that is NAMED
    /// already is refused as ALREADY_NAMED. A rubric may still hide them during assessment.
    async fn reveal_authorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] input: RevealAuthorshipInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "revealAuthorship", key, |s| {
            let id = of(&input.idea_id);
            async move {
                let recount =
                    async |tx: &Tx<'_>, idea: &mut Idea| recount(tx, idea, s.promises()).await;
                authorship::reveal(&s, id?, recount).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}
