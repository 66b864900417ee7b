//! Comments in the graph, and what can be done around an idea.

use super::idea::{IdeaNode, idea};
use super::mutations::{IdeaPayload, of, payload};
use super::query::changed;
use crate::graph::{DateTime, Total, change, connection, session};
use crate::ideas::commands_conversation as talk;
use crate::ideas::conversation::{Audience, Comment, CommentId};
use crate::ideas::domain::IdeaId;
use crate::ideas::store_conversation as store;
use crate::identity::graphql::MemberNode;
use crate::platform::error::{Error, Result};
use crate::platform::page::{PageArgs, encode};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use serde_json::json;

connection!(
    CommentConnection,
    CommentEdge,
    CommentNode,
    "comments on an idea"
);

/// A comment and the idea it is about.
pub struct CommentNode {
    idea: IdeaNode,
    comment: Comment,
}

/// Something said about an idea. Only its author edits or removes it.
#[Object(name = "Comment")]
impl CommentNode {
    /// Opaque; names the comment for ever.
    pub async fn id(&self) -> ID {
        self.comment.id.opaque().into()
    }

    /// Who said it; null when that would tell who wrote an idea whose authors are hidden.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        let who = Some(self.comment.author);
        if self.comment.is_by_author {
            // Also of one who is no author any more.
            return self.idea.acting_author(ctx, who).await;
        }
        self.idea.actor(ctx, who).await
    }

    /// What was said, in Markdown, as written: up to 10,000 characters. Empty once removed.
    async fn body(&self) -> &str {
        &self.comment.body
    }

    /// For whom it was meant.
    async fn audience(&self) -> Audience {
        self.comment.circle.audience()
    }

    /// When it was said.
    async fn created_at(&self) -> DateTime {
        DateTime(self.comment.created_at)
    }

    /// When its text was changed last; null when it never was.
    async fn edited_at(&self) -> Option<DateTime> {
        self.comment.edited_at.map(DateTime)
    }

    /// Whether its author took it away; its place stays.
    async fn is_removed(&self) -> bool {
        self.comment.is_removed
    }
}

/// What is said about an idea, as far as the caller hears it.
pub(super) async fn comments_of(
    ctx: &Context<'_>,
    node: &IdeaNode,
    args: PageArgs,
) -> Result<CommentConnection> {
    const LIST: &str = "comments";
    let (s, id) = (session(ctx).clone(), node.idea.id);
    let hears = node.ears(ctx).await?;
    let window = args.window(LIST)?;
    let page = window.page(store::page(s.reader(), &hears, id, &window).await?);
    let total = Total::by(move || {
        let s = s.clone();
        async move {
            let count = store::count(s.reader(), &hears, id).await?;
            i64::try_from(count).map_err(Error::internal)
        }
    });
    Ok(CommentConnection::of(page, total, |comment| {
        let cursor = encode(LIST, &[json!(comment.created_at), json!(comment.id.0)]);
        let idea = node.clone();
        (cursor, CommentNode { idea, comment })
    }))
}

/// The comment with this id, when the caller hears it.
pub async fn comment(ctx: &Context<'_>, id: CommentId) -> Result<Option<CommentNode>> {
    let s = session(ctx);
    let Some(comment) = store::one(s.reader(), id).await? else {
        return Ok(None);
    };
    let Some(idea) = idea(ctx, comment.idea).await? else {
        return Ok(None);
    };
    let hears = idea.ears(ctx).await?;
    let is_heard = hears.hears(comment.circle, Some(comment.author));
    Ok(is_heard.then_some(CommentNode { idea, comment }))
}

/// Follows an idea.
#[derive(Clone, InputObject)]
pub struct FollowIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Follows an idea no more.
#[derive(Clone, InputObject)]
pub struct UnfollowIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Says something about an idea.
#[derive(Clone, InputObject)]
pub struct AddCommentInput {
    /// Which idea.
    pub idea_id: ID,
    /// What is said, in Markdown: 1 to 10,000 characters.
    pub body: String,
    /// For whom: REVIEWERS is for assessors, leads and admins, who may not have written the
    /// idea.
    #[graphql(default_with = "Some(Audience::Everyone)")]
    pub audience: Option<Audience>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Writes a comment anew.
#[derive(Clone, InputObject)]
pub struct UpdateCommentInput {
    /// Which comment.
    pub comment_id: ID,
    /// What is said instead: 1 to 10,000 characters.
    pub body: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Takes a comment away.
#[derive(Clone, InputObject)]
pub struct RemoveCommentInput {
    /// Which comment.
    pub comment_id: ID,
    /// Why, for the record.
    pub reason: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// A comment and the idea it is about.
#[derive(SimpleObject)]
pub struct AddCommentPayload {
    /// The comment as it is now.
    comment: CommentNode,
    /// The idea it is about.
    idea: IdeaNode,
}

/// What can be done around an idea.
#[derive(Default)]
pub struct ConversationMutation;

#[Object]
impl ConversationMutation {
    /// Follows an idea until it is taken back, instead of one that was merged the idea in which
    /// it goes on; once more changes nothing. Everyone who sees it may; authors and those who
    /// comment follow by themselves. The answer is the idea that is followed now.
    async fn follow_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] input: FollowIdeaInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "followIdea", key, |s| {
            let id = of(&input.idea_id);
            async move { talk::follow(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Follows an idea no more, wherever it stands, nor what was merged into it; once more
    /// changes nothing. Everyone who sees it may.
    async fn unfollow_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] input: UnfollowIdeaInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "unfollowIdea", key, |s| {
            let id = of(&input.idea_id);
            async move { talk::unfollow(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Says something about an idea, to everyone who sees it or to its reviewers alone, and
    /// follows it. Everyone who sees it may, until it is taken back; a draft is seen by its
    /// authors only, and what is said there stays theirs. What is said about an idea that was
    /// merged is said about the one in which it goes on, and `idea` is that one.
    async fn add_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is said, and to whom.")] input: AddCommentInput,
    ) -> Option<Result<AddCommentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "addComment", key, |s| {
            let (id, body) = (of(&input.idea_id), input.body.clone());
            let audience = input.audience.unwrap_or(Audience::Everyone);
            async move { talk::comment(&s, id, &body, audience).await }
        });
        Some(commented(ctx, done.await).await)
    }

    /// Writes a comment anew, until the idea is taken back or merged. Its author may; one that
    /// was removed is refused as COMMENT_REMOVED.
    async fn update_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is said instead.")] input: UpdateCommentInput,
    ) -> Option<Result<AddCommentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "updateComment", key, |s| {
            let (id, body) = (comment_id(&input.comment_id), input.body.clone());
            async move { talk::edit(&s, id, &body).await }
        });
        Some(commented(ctx, done.await).await)
    }

    /// Takes a comment away for good, wherever the idea stands: its text is gone, its place
    /// stays. Its author may; once more changes nothing.
    async fn remove_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which comment, and why.")] input: RemoveCommentInput,
    ) -> Option<Result<AddCommentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "removeComment", key, |s| {
            let (id, reason) = (comment_id(&input.comment_id), input.reason.clone());
            async move { talk::remove(&s, id, reason.as_deref()).await }
        });
        Some(commented(ctx, done.await).await)
    }
}

fn comment_id(id: &ID) -> Result<CommentId> {
    CommentId::read(&["commentId"], id)
}

async fn commented(
    ctx: &Context<'_>,
    done: Result<(CommentId, IdeaId)>,
) -> Result<AddCommentPayload> {
    let (comment_id, idea_id) = done?;
    Ok(AddCommentPayload {
        idea: changed(ctx, idea_id).await?,
        comment: comment(ctx, comment_id)
            .await?
            .ok_or(Error::NotFound { noun: "comment" })?,
    })
}
