//! The SQL of members.

use super::claims::Claims;
use super::domain::{MemberId, Role, Roles};
use crate::entity::member;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::platform::text::fold;
use sea_orm::sea_query::{Condition, ExprTrait, LikeExpr, OnConflict, Order};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;
use std::collections::HashMap;

/// A person the house knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    pub email: Option<String>,
    /// What the token said last.
    pub token_roles: Roles,
    /// What was granted inside.
    pub granted_roles: Roles,
    pub is_active: bool,
}

impl Member {
    /// All roles in force.
    pub fn roles(&self) -> Roles {
        let mut roles = self.token_roles.union(self.granted_roles);
        roles.insert(Role::Member);
        roles
    }
}

/// The member with this issuer and subject.
pub async fn find_by_subject(
    sql: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<Member>> {
    let row = member::Entity::find()
        .filter(member::Column::Issuer.eq(issuer))
        .filter(member::Column::Subject.eq(subject))
        .one(sql)
        .await?;
    row.map(read).transpose()
}

/// Members by id.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Member>> {
    let rows = member::Entity::find()
        .filter(member::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read(row).map(|member| (member.id, member)))
        .collect()
}

/// Of several ids, in their order, whether each names an active member.
pub async fn are_active(sql: &impl ConnectionTrait, ids: &[MemberId]) -> Result<Vec<bool>> {
    let found = if ids.is_empty() {
        HashMap::new()
    } else {
        find_many(sql, ids).await?
    };
    let is_active = |id| {
        found
            .get(id)
            .is_some_and(|member: &Member| member.is_active)
    };
    Ok(ids.iter().map(is_active).collect())
}

/// Whether this is an active member who leads.
pub async fn leads(sql: &impl ConnectionTrait, id: MemberId) -> Result<bool> {
    let found = find_many(sql, &[id]).await?.remove(&id);
    Ok(found.is_some_and(|member| {
        let roles = member.roles();
        member.is_active && (roles.contains(Role::Lead) || roles.contains(Role::Admin))
    }))
}

/// Every active member who assesses.
pub async fn assessors(sql: &impl ConnectionTrait) -> Result<Vec<MemberId>> {
    let all = assessing(sql).await?;
    Ok(all.into_iter().map(|who| who.id).collect())
}

/// The same, with all that is known of them.
pub async fn assessing(sql: &impl ConnectionTrait) -> Result<Vec<Member>> {
    let rows = member::Entity::find()
        .filter(matching(None, Some(Role::Assessor)))
        .all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// A page of the active members, by name; `search` is a part of the name.
pub async fn page(
    sql: &impl ConnectionTrait,
    which: Condition,
    window: &Window,
) -> Result<Vec<Member>> {
    let keys = sort_keys();
    let mut query = member::Entity::find()
        .filter(which)
        .filter(window.condition(&keys)?)
        .limit(window.limit());
    for key in keys {
        let order = window.order(&key.order);
        query = query.order_by(key.by, order);
    }
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many members match.
pub async fn count(sql: &impl ConnectionTrait, which: Condition) -> Result<u64> {
    Ok(member::Entity::find().filter(which).count(sql).await?)
}

/// Members are listed by name.
fn sort_keys() -> [SortKey; 2] {
    [
        sort(member::Column::Name.into_expr(), Order::Asc, KeyKind::Text),
        sort(member::Column::Id.into_expr(), Order::Asc, KeyKind::Id),
    ]
}

/// The active members with this role, whose name contains this.
pub fn matching(search: Option<&str>, role: Option<Role>) -> Condition {
    let mut all = Condition::all().add(member::Column::IsActive.eq(true));
    if let Some(search) = search {
        // `%` and `_` are looked for as they are.
        let plain = fold(search).replace('\\', "\\\\");
        let plain = plain.replace('%', "\\%").replace('_', "\\_");
        let like = LikeExpr::new(format!("%{plain}%")).escape('\\');
        all = all.add(member::Column::FoldedName.into_expr().like(like));
    }
    match role {
        // Everyone is a member.
        None | Some(Role::Member) => all,
        Some(role) => all.add(
            Condition::any()
                .add(member::Column::TokenRoles.contains(role.as_str()))
                .add(member::Column::GrantedRoles.contains(role.as_str())),
        ),
    }
}

/// Every active member who leads.
pub async fn all_who_lead(sql: &impl ConnectionTrait) -> Result<Vec<MemberId>> {
    let leads = Condition::any()
        .add(matching(None, Some(Role::Lead)))
        .add(matching(None, Some(Role::Admin)));
    let rows = member::Entity::find().filter(leads).all(sql).await?;
    Ok(rows.into_iter().map(|row| MemberId(row.id)).collect())
}

/// Makes a member of somebody seen for the first time; who came first wins.
pub async fn insert(tx: &Tx<'_>, claims: &Claims) -> Result<()> {
    let name = claims.name.as_ref().unwrap_or(&claims.subject);
    let row = member::Model {
        id: ids::fresh(tx.now()),
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        name: name.clone(),
        folded_name: fold(name),
        email: claims.email.clone(),
        token_roles: claims.roles.to_string(),
        granted_roles: String::new(),
        is_active: true,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let id = row.id;
    let inserted = member::Entity::insert(row_of(row))
        .on_conflict(
            OnConflict::columns([member::Column::Issuer, member::Column::Subject])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.sql())
        .await?;
    if inserted == 1 {
        let subject = Subject::Member(id);
        tx.begin(subject);
        tx.emit(
            subject,
            "MEMBER_JOINED",
            json!({"roles": claims.roles.to_string()}),
        );
    }
    Ok(())
}

/// Takes over what the token says now; of somebody who left meanwhile nothing is written, also
/// when they came again as somebody new.
pub async fn update(tx: &Tx<'_>, id: MemberId, claims: &Claims) -> Result<()> {
    let subject = Subject::Member(id.0);
    tx.lock(subject).await?;
    let is_there = find_by_subject(tx.sql(), &claims.issuer, &claims.subject)
        .await?
        .is_some_and(|member| member.id == id && member.is_active);
    if !is_there {
        return Ok(());
    }
    let mut row = member::ActiveModel {
        id: Set(id.0),
        email: Set(claims.email.clone()),
        token_roles: Set(claims.roles.to_string()),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    if let Some(name) = &claims.name {
        row.name = Set(name.clone());
        row.folded_name = Set(fold(name));
    }
    member::Entity::update(row).exec(tx.sql()).await?;
    tx.emit(
        subject,
        "MEMBER_CHANGED",
        json!({"roles": claims.roles.to_string()}),
    );
    Ok(())
}

/// A row as a member.
pub fn read(row: member::Model) -> Result<Member> {
    let roles = |text: &str| text.parse::<Roles>().map_err(Error::internal);
    Ok(Member {
        id: MemberId(row.id),
        name: row.name,
        email: row.email,
        token_roles: roles(&row.token_roles)?,
        granted_roles: roles(&row.granted_roles)?,
        is_active: row.is_active,
    })
}
