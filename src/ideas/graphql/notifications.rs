//! What the caller is told, in the graph.

use super::idea::IdeaNode;
use crate::graph::{DateTime, Total, change, connection, session};
use crate::hackathons::HackathonId;
use crate::hackathons::graphql::{HackathonNode, hackathon};
use crate::ideas::commands_notifications::{self as commands, MOST_READ};
use crate::ideas::notifications::{Notice, Notification, NotificationId, NotificationKind};
use crate::ideas::store_notifications::{self as store, Reader};
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use async_graphql::{Context, ID, InputObject, Object};
use serde_json::json;

connection!(
    NotificationConnection,
    NotificationEdge,
    NotificationNode,
    "what a member is told"
);

/// A notification, and what it is about.
pub struct NotificationNode {
    id: NotificationId,
    notice: Notice,
    idea: Option<IdeaNode>,
    hackathon: Option<HackathonId>,
    at: Micros,
    is_read: bool,
}

impl From<Notification> for NotificationNode {
    fn from(told: Notification) -> Self {
        Self {
            id: told.id,
            notice: told.notice,
            idea: told.idea.map(IdeaNode::from),
            hackathon: told.hackathon.map(HackathonId),
            at: told.at,
            is_read: told.is_read,
        }
    }
}

/// Something the caller is told. It is there as long as they may see what it is about.
#[Object(name = "Notification")]
impl NotificationNode {
    /// Opaque; names the notification for ever.
    pub async fn id(&self) -> ID {
        self.id.opaque().into()
    }

    /// What it is about.
    async fn kind(&self) -> NotificationKind {
        self.notice.kind()
    }

    /// The same in words, with the idea and the hackathon as they are called now. Names nobody
    /// who acted.
    async fn sentence(&self, ctx: &Context<'_>) -> Result<String> {
        let hackathon = self.hackathon(ctx).await?;
        let idea = self.idea.as_ref().map(|node| &*node.idea);
        let event = hackathon.as_ref().map(HackathonNode::called);
        Ok(self.notice.sentence(idea, event))
    }

    /// The idea it is about; null when it is about something else.
    async fn idea(&self) -> Option<&IdeaNode> {
        self.idea.as_ref()
    }

    /// The hackathon it is about; null when it is about an idea alone.
    async fn hackathon(&self, ctx: &Context<'_>) -> Result<Option<HackathonNode>> {
        match self.hackathon {
            Some(id) => hackathon(ctx, id).await,
            None => Ok(None),
        }
    }

    /// When it was told.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// Whether the caller marked it as read.
    async fn is_read(&self) -> bool {
        self.is_read
    }
}

/// What a member is told, the newest first; nothing when that is not the caller.
pub async fn notifications_of(
    ctx: &Context<'_>,
    of: MemberId,
    is_read: Option<bool>,
    args: PageArgs,
) -> Result<NotificationConnection> {
    const LIST: &str = "notifications";
    let window = args.window(LIST)?;
    let s = session(ctx).clone();
    let reader = Reader::of(&s.actor)?;
    if s.actor.id() != Some(of) {
        let nothing = Page {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
        };
        let none = Total::by(|| async { Ok(0) });
        return Ok(NotificationConnection::of(nothing, none, |told| told));
    }
    let page = window.page(store::page(s.reader(), &reader, is_read, &window).await?);
    let total = Total::by(move || {
        let s = s.clone();
        async move { store::count(s.reader(), &reader, is_read).await }
    });
    Ok(NotificationConnection::of(page, total, |told| {
        let key = [json!(told.at), json!(told.about()), json!(told.id.0)];
        let cursor = encode(LIST, &key);
        (cursor, told.into())
    }))
}

/// How much of it was not read yet; none when that is not the caller.
pub async fn unread_of(ctx: &Context<'_>, of: MemberId) -> Result<Option<i32>> {
    let s = session(ctx);
    if s.actor.id() != Some(of) {
        return Ok(None);
    }
    let unread = store::count(s.reader(), &Reader::of(&s.actor)?, Some(false)).await?;
    i32::try_from(unread).map(Some).map_err(Error::internal)
}

/// The notification with this id, when it is the caller's.
pub async fn notification(
    ctx: &Context<'_>,
    id: NotificationId,
) -> Result<Option<NotificationNode>> {
    let s = session(ctx);
    let found = store::find_many(s.reader(), &Reader::of(&s.actor)?, &[id]).await?;
    Ok(found.into_iter().next().map(NotificationNode::from))
}

/// Marks notifications as read: `ids`, or `upTo`, or both.
#[derive(Clone, InputObject)]
pub struct ReadNotificationsInput {
    /// These; at most 100.
    ids: Option<Vec<ID>>,
    /// This one, and all older ones.
    up_to: Option<ID>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Notifications that were marked as read.
pub struct ReadNotificationsPayload(Vec<NotificationNode>);

/// What was marked as read.
#[Object]
impl ReadNotificationsPayload {
    /// Those that were named, and of the others that were unread until now the newest; up to
    /// 100, the newest first.
    #[graphql(complexity = "MOST_READ * child_complexity")]
    async fn notifications(&self) -> &[NotificationNode] {
        &self.0
    }

    /// The caller, whose `unreadCount` went down.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Result<MemberNode>> {
        Some(member(ctx, session(ctx).actor.id()?).await)
    }
}

/// What can be done with notifications.
#[derive(Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Marks own notifications as read; once more changes nothing. Those of others are
    /// unknown to the caller.
    async fn read_notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: ReadNotificationsInput,
    ) -> Option<Result<ReadNotificationsPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "readNotifications", key, |s| {
            let input = input.clone();
            async move {
                let ids = input.ids.map(|ids| {
                    let read = |(index, id): (usize, ID)| {
                        NotificationId::read(&["ids", &index.to_string()], &id)
                    };
                    ids.into_iter().enumerate().map(read).collect()
                });
                let up_to = input.up_to.map(|id| NotificationId::read(&["upTo"], &id));
                commands::read(&s, ids, up_to).await
            }
        });
        Some(marked(ctx, done.await).await.map(ReadNotificationsPayload))
    }
}

async fn marked(
    ctx: &Context<'_>,
    done: Result<Vec<NotificationId>>,
) -> Result<Vec<NotificationNode>> {
    let s = session(ctx);
    let found = store::find_many(s.reader(), &Reader::of(&s.actor)?, &done?).await?;
    Ok(found.into_iter().map(NotificationNode::from).collect())
}
