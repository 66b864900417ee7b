//! What admins do with members. Each mutation may carry an `idempotencyKey`.

use super::commands_members as commands;
use super::domain::{MemberId, Role};
use super::graphql::{MemberNode, member};
use crate::assessment::{Leaving, deactivate};
use crate::graph::change;
use crate::hackathons::hand_on;
use crate::platform::error::Result;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// Grants roles inside, apart from what tokens say.
#[derive(Clone, InputObject)]
pub struct SetMemberRolesInput {
    /// Whose roles.
    member_id: ID,
    /// All that shall be granted; those granted before and not named here are taken. MEMBER
    /// need not be named: everyone is.
    roles: Vec<Role>,
    /// Why, for the record; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Lets somebody in no more.
#[derive(Clone, InputObject)]
pub struct DeactivateMemberInput {
    /// Whom.
    member_id: ID,
    /// The lead who looks after their ideas from now on. When left out, and for ideas that
    /// this lead wrote or has a conflict of interest on, or whose author is anonymous, nobody
    /// in person does and the leads owe the next step. Prototypes of theirs go the same way.
    hand_to_id: Option<ID>,
    /// Whether name, address and sign-in go for good too, and the reasons noted about them
    /// before; also later, of somebody who was deactivated.
    #[graphql(default_with = "Some(false)")]
    erase: Option<bool>,
    /// Why, for the record; up to 10,000 characters. It outlives an erasure: name nobody.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// A member who was changed.
#[derive(SimpleObject)]
pub struct MemberPayload {
    /// The member as they are now.
    member: MemberNode,
}

/// What admins do with members.
#[derive(Default)]
pub struct MemberMutation;

#[Object]
impl MemberMutation {
    /// Replaces the roles that were granted to a member inside; what their token says is added
    /// to them. In force with their next request. Admins may; whoever is the last one cannot
    /// give ADMIN away (LAST_ADMIN), and nothing is granted to who left (MEMBER_INACTIVE).
    async fn set_member_roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose roles, which, and why.")] input: SetMemberRolesInput,
    ) -> Option<Result<MemberPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "setMemberRoles", key, |s| {
            let input = input.clone();
            async move {
                let id = MemberId::read(&["memberId"], &input.member_id);
                commands::set_roles(&s, id, &input.roles, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Lets a member in no more, also with a token that still holds; what they look after is
    /// handed on, their open assignments end, and all they did stays. Erased, they are shown as "Erased member" wherever
    /// they acted, and signing in makes a new member. Admins may, not themselves (YOURSELF;
    /// LAST_ADMIN when there is no other). What was done before changes nothing.
    async fn deactivate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, to whom their ideas go, and why.")] input: DeactivateMemberInput,
    ) -> Option<Result<MemberPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "deactivateMember", key, |s| {
            let input = input.clone();
            async move {
                let id = MemberId::read(&["memberId"], &input.member_id);
                let heir = input.hand_to_id;
                let asked = Leaving {
                    heir: heir.map(|id| MemberId::read(&["handToId"], &id)),
                    erase: input.erase.unwrap_or(false),
                    reason: input.reason,
                };
                let done = deactivate(&s, id, asked, hand_on).await?;
                s.scrub().await;
                Ok(done)
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

async fn payload(ctx: &Context<'_>, done: Result<MemberId>) -> Result<MemberPayload> {
    let member = member(ctx, done?).await?;
    Ok(MemberPayload { member })
}
