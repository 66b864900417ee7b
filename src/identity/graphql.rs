//! People in the graph.

use super::domain::{MemberId, Role};
use super::loaders::Members;
use super::queries;
use super::store::Member;
use crate::assessment::graphql::{AssignmentConnection, assignments_by};
use crate::graph::{Total, connection, page_cost, session};
use crate::ideas::graphql::{
    IdeaConnection, NotificationConnection, ideas_by, notifications_of, unread_of,
};
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object};

connection!(MemberConnection, MemberEdge, MemberNode, "members");

/// Somebody who has signed in, or who stands in an import.
pub struct MemberNode(pub Member);

/// A person the house knows.
#[Object(name = "Member")]
impl MemberNode {
    /// Opaque; names this person for ever.
    pub async fn id(&self) -> ID {
        self.0.id.opaque().into()
    }

    /// As the token said last.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Null unless it is the caller, or the caller is an ADMIN.
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        let actor = session(ctx).actor;
        if actor.id() == Some(self.0.id) || actor.has(Role::Admin) {
            self.0.email.as_deref()
        } else {
            None
        }
    }

    /// All roles in force, MEMBER included, in the order of the enum.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        let actor = session(ctx).actor;
        if actor.id() == Some(self.0.id) {
            // The caller's own are those of this request's token.
            return Role::ALL
                .into_iter()
                .filter(|role| actor.has(*role))
                .collect();
        }
        self.0.roles().iter().collect()
    }

    /// Those granted inside, apart from what the token says.
    async fn granted_roles(&self) -> Vec<Role> {
        self.0.granted_roles.iter().collect()
    }

    /// False for somebody who can no longer sign in.
    async fn is_active(&self) -> bool {
        self.0.is_active
    }

    /// What this person is told about ideas, the newest first; empty unless it is the caller.
    /// What is about something that they may no longer see is left out.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that were read, or only those that were not.")]
        is_read: Option<bool>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<NotificationConnection> {
        notifications_of(
            ctx,
            self.0.id,
            is_read,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// How many of the notifications were not read yet; null unless it is the caller.
    #[graphql(complexity = 50)]
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        unread_of(ctx, self.0.id).await
    }

    /// Ideas this person wrote that the caller may see and may know to be theirs, the
    /// latest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn ideas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<IdeaConnection> {
        ideas_by(
            ctx,
            self.0.id,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// What this person is asked to assess, most urgent first: those that are open, the first
    /// due first, then the others. Empty for anyone but the caller and leads.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are done, or only those that are not.")] is_done: Option<
            bool,
        >,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<AssignmentConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        assignments_by(ctx, self.0.id, is_done, args).await
    }
}

/// The member with this id, by the loader of this request.
pub async fn member(ctx: &Context<'_>, id: MemberId) -> Result<MemberNode> {
    let found = ctx
        .data_unchecked::<DataLoader<Members>>()
        .load_one(id)
        .await?;
    found
        .map(MemberNode)
        .ok_or_else(|| Error::internal("a member is gone"))
}

/// Members by id, in that order.
pub async fn members(ctx: &Context<'_>, ids: &[MemberId]) -> Result<Vec<MemberNode>> {
    let mut found = ctx
        .data_unchecked::<DataLoader<Members>>()
        .load_many(ids.iter().copied())
        .await?;
    Ok(ids
        .iter()
        .filter_map(|id| found.remove(id))
        .map(MemberNode)
        .collect())
}

/// What can be asked about people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// The caller; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Result<MemberNode>> {
        Some(member(ctx, session(ctx).actor.id()?).await)
    }

    /// The active members, by name.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the contract's own list")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A part of the name, whatever its case.")] search: Option<String>,
        #[graphql(desc = "Only those with this role in force.")] role: Option<Role>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<MemberConnection>> {
        let s = session(ctx).clone();
        let page = queries::page(
            &s,
            search.as_deref(),
            role,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        );
        Some(page.await.map(|page| {
            let total = Total::by(move || {
                let (s, search) = (s.clone(), search.clone());
                async move {
                    let count = queries::count(&s, search.as_deref(), role).await?;
                    i64::try_from(count).map_err(Error::internal)
                }
            });
            MemberConnection::of(page, total, |(member, cursor)| (cursor, MemberNode(member)))
        }))
    }
}
