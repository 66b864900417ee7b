//! The SQL of ideas that go on in others: which idea an absorbed one went into, what is part
//! of what, and who said something anywhere in such a cluster. Whoever changes a cluster, or
//! what is said in it, has locked the idea that goes on: its lock is the lock of all of it.

use super::domain::{Authorship, Idea, IdeaId};
use super::store::{self, Sees, visible};
use crate::entity::{absorption, co_author, follower, idea, merge, support};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, JoinType, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The idea in which each of these goes on, for those that were merged into another.
pub async fn survivors(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, IdeaId>> {
    let rows = absorption::Entity::find()
        .filter(absorption::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(absorption::Column::IsSurvivor.eq(true))
        .all(sql)
        .await?;
    let pair = |row: absorption::Model| (IdeaId(row.idea_id), IdeaId(row.within_id));
    Ok(rows.into_iter().map(pair).collect())
}

/// The number of the idea in which each of these goes on, by its own number, for those that
/// were merged into one that this person may see.
pub async fn numbered_survivors(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    numbers: &[i64],
) -> Result<HashMap<i64, i64>> {
    let absorbed = Alias::new("absorbed");
    let of_absorbed = |column: idea::Column| Expr::col((absorbed.clone(), column));
    let query = Query::select()
        .expr(of_absorbed(idea::Column::Number))
        .column((idea::Entity, idea::Column::Number))
        .from(absorption::Entity)
        .join_as(
            JoinType::InnerJoin,
            idea::Entity,
            absorbed.clone(),
            of_absorbed(idea::Column::Id).eq(absorption::Column::IdeaId.into_expr()),
        )
        .inner_join(
            idea::Entity,
            idea::Column::Id
                .into_expr()
                .eq(absorption::Column::WithinId.into_expr()),
        )
        .and_where(absorption::Column::IsSurvivor.eq(true))
        .and_where(of_absorbed(idea::Column::Number).is_in(numbers.iter().copied()))
        .cond_where(visible(sees))
        .to_owned();
    let rows = sql.query_all(&query).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// The idea in which this one goes on, when it was merged into another.
pub async fn survivor(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Option<IdeaId>> {
    Ok(survivors(sql, &[id]).await?.remove(&id))
}

/// Every idea that one of these is part of, directly or through others.
pub async fn within(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<BTreeSet<IdeaId>> {
    let rows = absorption::Entity::find()
        .filter(absorption::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| IdeaId(row.within_id)).collect())
}

/// The idea that each of these was merged into, while that stands.
pub async fn merged_into(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, IdeaId>> {
    let rows = merge::Entity::find()
        .filter(merge::Column::AbsorbedId.is_in(ids.iter().map(|id| id.0)))
        .filter(merge::Column::EndedAt.is_null())
        .all(sql)
        .await?;
    let pair = |row: merge::Model| (IdeaId(row.absorbed_id), IdeaId(row.into_id));
    Ok(rows.into_iter().map(pair).collect())
}

/// The ideas that were merged into each of these and still are, as far as this person may
/// see them, in the order in which they came.
pub async fn merged_from(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Idea>>> {
    let edges = merge::Entity::find()
        .filter(merge::Column::IntoId.is_in(ids.iter().map(|id| id.0)))
        .filter(merge::Column::EndedAt.is_null())
        .order_by_asc(merge::Column::Since)
        .order_by_asc(merge::Column::DecisionId)
        .all(sql)
        .await?;
    if edges.is_empty() {
        return Ok(HashMap::new());
    }
    let absorbed: Vec<IdeaId> = edges.iter().map(|edge| IdeaId(edge.absorbed_id)).collect();
    let mut ideas = store::find_many(sql, sees, &absorbed).await?;
    let mut found: HashMap<IdeaId, Vec<Idea>> = HashMap::new();
    for edge in edges {
        if let Some(idea) = ideas.remove(&IdeaId(edge.absorbed_id)) {
            found.entry(IdeaId(edge.into_id)).or_default().push(idea);
        }
    }
    Ok(found)
}

/// Those who wrote what was merged into each of these ideas, directly or through others.
/// Nobody judges an idea in which an own one goes on.
pub async fn writers(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<MemberId>>> {
    let mut query = authors(ids);
    query.union(UnionType::Distinct, co_authors(ids));
    writers_by_idea(sql, &query).await
}

/// The same without those of anonymous ideas.
pub async fn named_writers(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<MemberId>>> {
    let is_named = || idea::Column::Authorship.eq(Authorship::Named.as_str());
    let mut query = authors(ids);
    query.and_where(is_named());
    let mut with_others = co_authors(ids);
    with_others
        .inner_join(idea::Entity, is(idea::Column::Id))
        .and_where(is_named());
    query.union(UnionType::Distinct, with_others);
    writers_by_idea(sql, &query).await
}

async fn writers_by_idea(
    sql: &impl ConnectionTrait,
    query: &SelectStatement,
) -> Result<HashMap<IdeaId, Vec<MemberId>>> {
    let mut found: HashMap<IdeaId, Vec<MemberId>> = HashMap::new();
    for row in sql.query_all(query).await? {
        let within = IdeaId(row.try_get_by_index::<Uuid>(0)?);
        let writer = MemberId(row.try_get_by_index::<Uuid>(1)?);
        found.entry(within).or_default().push(writer);
    }
    Ok(found)
}

/// In which of these ideas one goes on that this person wrote, alone or with others.
pub async fn has_written(
    sql: &impl ConnectionTrait,
    member: MemberId,
    ids: &[IdeaId],
) -> Result<HashSet<IdeaId>> {
    let mut query = authors(ids);
    query.and_where(idea::Column::AuthorId.eq(member.0));
    let mut with_others = co_authors(ids);
    with_others.and_where(co_author::Column::MemberId.eq(member.0));
    query.union(UnionType::Distinct, with_others);
    first_ids(sql, &query).await
}

/// Ideas in which one goes on that this person wrote, as a condition on `idea`.
pub fn goes_on_for(member: MemberId) -> Condition {
    let mut written = absorbed();
    written
        .inner_join(idea::Entity, is(idea::Column::Id))
        .cond_where(store::own(member));
    Condition::all().add(idea::Column::Id.in_subquery(written))
}

/// Who follows what was merged into this idea, each with whether they may see that: everybody
/// does, or they wrote it. Leads may besides.
pub async fn followers(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Vec<(MemberId, bool)>> {
    let may_see = Condition::any()
        .add(absorption::Column::IsCounted.eq(true))
        .add(is_by(follower::Column::MemberId))
        .add(absorption::Column::IdeaId.in_subquery(co_written()));
    let query = Query::select()
        .column((follower::Entity, follower::Column::MemberId))
        .expr(Expr::case(may_see, 1).finally(0))
        .from(absorption::Entity)
        .inner_join(follower::Entity, is(follower::Column::IdeaId))
        .inner_join(idea::Entity, is(idea::Column::Id))
        .and_where(absorption::Column::WithinId.eq(id.0))
        .to_owned();
    let rows = sql.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let member = MemberId(row.try_get_by_index::<Uuid>(0)?);
            Ok((member, row.try_get_by_index::<i32>(1)? == 1))
        })
        .collect()
}

fn is_by(member: follower::Column) -> SimpleExpr {
    idea::Column::AuthorId.into_expr().eq(member.into_expr())
}

/// What the follower wrote with others.
fn co_written() -> SelectStatement {
    Query::select()
        .column((co_author::Entity, co_author::Column::IdeaId))
        .from(co_author::Entity)
        .and_where(
            Expr::col((co_author::Entity, co_author::Column::MemberId))
                .equals((follower::Entity, follower::Column::MemberId)),
        )
        .to_owned()
}

fn authors(ids: &[IdeaId]) -> SelectStatement {
    let mut query = absorbed_in(ids);
    query.column((idea::Entity, idea::Column::AuthorId));
    query.inner_join(idea::Entity, is(idea::Column::Id));
    query
}

fn co_authors(ids: &[IdeaId]) -> SelectStatement {
    let mut query = absorbed_in(ids);
    query.column((co_author::Entity, co_author::Column::MemberId));
    query.inner_join(co_author::Entity, is(co_author::Column::IdeaId));
    query
}

/// What these ideas have absorbed, each row beginning with the idea that did.
fn absorbed_in(ids: &[IdeaId]) -> SelectStatement {
    let mut query = absorbed();
    query.and_where(absorption::Column::WithinId.is_in(ids.iter().map(|id| id.0)));
    query
}

fn absorbed() -> SelectStatement {
    Query::select()
        .column((absorption::Entity, absorption::Column::WithinId))
        .from(absorption::Entity)
        .to_owned()
}

/// This column names the absorbed idea.
fn is(column: impl ColumnTrait) -> SimpleExpr {
    column
        .into_expr()
        .eq(absorption::Column::IdeaId.into_expr())
}

/// Ideas that this person supports: said so there, or in what was merged into them and
/// everybody sees. The supporters of what is hidden do not count where it went.
pub fn supported_by(member: MemberId) -> SelectStatement {
    let mut query = Query::select();
    query
        .column((support::Entity, support::Column::IdeaId))
        .from(support::Entity)
        .and_where(support::Column::MemberId.eq(member.0));
    let absorbed = Query::select()
        .column((absorption::Entity, absorption::Column::WithinId))
        .from(support::Entity)
        .inner_join(absorption::Entity, is(support::Column::IdeaId))
        .and_where(support::Column::MemberId.eq(member.0))
        .and_where(absorption::Column::IsCounted.eq(true))
        .to_owned();
    query.union(UnionType::All, absorbed);
    query
}

/// Ideas that this person follows: said so there, or in what was merged into them, as far as
/// they may see it.
pub fn followed_by(sees: &Sees) -> SelectStatement {
    let mut query = Query::select();
    query
        .column((follower::Entity, follower::Column::IdeaId))
        .from(follower::Entity)
        .and_where(follower::Column::MemberId.eq(sees.member.0));
    let absorbed = Query::select()
        .column((absorption::Entity, absorption::Column::WithinId))
        .from(follower::Entity)
        .inner_join(absorption::Entity, is(follower::Column::IdeaId))
        .inner_join(idea::Entity, is(idea::Column::Id))
        .and_where(follower::Column::MemberId.eq(sees.member.0))
        .cond_where(visible(sees))
        .to_owned();
    query.union(UnionType::All, absorbed);
    query
}

/// Which of several ideas this person supports.
pub async fn supported(
    sql: &impl ConnectionTrait,
    member: MemberId,
    ids: &[IdeaId],
) -> Result<HashSet<IdeaId>> {
    among(sql, supported_by(member), ids).await
}

/// Which of several ideas this person follows.
pub async fn followed(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ids: &[IdeaId],
) -> Result<HashSet<IdeaId>> {
    among(sql, followed_by(sees), ids).await
}

async fn among(
    sql: &impl ConnectionTrait,
    said: SelectStatement,
    ids: &[IdeaId],
) -> Result<HashSet<IdeaId>> {
    let query = Query::select()
        .column((idea::Entity, idea::Column::Id))
        .from(idea::Entity)
        .and_where(idea::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .and_where(idea::Column::Id.in_subquery(said))
        .to_owned();
    first_ids(sql, &query).await
}

async fn first_ids(sql: &impl ConnectionTrait, query: &SelectStatement) -> Result<HashSet<IdeaId>> {
    let rows = sql.query_all(query).await?;
    rows.iter()
        .map(|row| Ok(IdeaId(row.try_get_by_index::<Uuid>(0)?)))
        .collect()
}

/// How many people support each of these ideas, each counted once, wherever in what was
/// merged into it they said so; what is hidden from some does not count elsewhere.
pub async fn support_counts(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, i64>> {
    let mut query = Query::select();
    query
        .columns([support::Column::IdeaId, support::Column::MemberId])
        .from(support::Entity)
        .and_where(support::Column::IdeaId.is_in(ids.iter().map(|id| id.0)));
    let mut absorbed = absorbed_in(ids);
    absorbed
        .column((support::Entity, support::Column::MemberId))
        .inner_join(support::Entity, is(support::Column::IdeaId))
        .and_where(absorption::Column::IsCounted.eq(true));
    query.union(UnionType::Distinct, absorbed);
    let mut counts: HashMap<IdeaId, i64> = ids.iter().map(|id| (*id, 0)).collect();
    for row in sql.query_all(&query).await? {
        let id = IdeaId(row.try_get_by_index::<Uuid>(0)?);
        *counts.entry(id).or_default() += 1;
    }
    Ok(counts)
}

/// Where it leads to do something to this idea: the one it goes on in, locked, or itself
/// where it was not merged or this person may not see where it went.
pub async fn going_on(tx: &Tx<'_>, sees: &Sees, id: IdeaId) -> Result<Idea> {
    let missing = || Error::NotFound { noun: "idea" };
    let target = survivor(tx.sql(), id).await?.unwrap_or(id);
    tx.lock(target.subject()).await?;
    if survivor(tx.sql(), id).await?.unwrap_or(id) != target {
        return Err(Error::moved());
    }
    let named = store::find(tx.sql(), sees, id).await?.ok_or_else(missing)?;
    if target == id {
        return Ok(named);
    }
    Ok(store::find(tx.sql(), sees, target).await?.unwrap_or(named))
}

/// What people say of an idea by being on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Supporters,
    Followers,
}

/// Where in a cluster a person stands on a list.
pub struct Said {
    /// The idea that goes on, or the one that was named where this person may not see it.
    pub idea: Idea,
    /// The ideas at which they stand.
    pub at: Vec<IdeaId>,
    /// Those, and all that they are part of.
    pub touches: Vec<IdeaId>,
}

/// Where in the cluster of this idea a person stands on a list; the idea that goes on, and
/// all that taking them off touches, are locked.
pub async fn said(tx: &Tx<'_>, sees: &Sees, id: IdeaId, list: List) -> Result<Said> {
    let read = async || {
        let target = survivor(tx.sql(), id).await?.unwrap_or(id);
        let at = stands_at(tx.sql(), sees.member, target, list).await?;
        let mut touches = within(tx.sql(), &at).await?;
        touches.extend(at.iter().copied());
        Ok::<_, Error>((target, at, touches))
    };
    let (target, _, before) = read().await?;
    let mut all = before.clone();
    all.insert(target);
    for one in &all {
        tx.lock(one.subject()).await?;
    }
    let (still, at, touches) = read().await?;
    if still != target || !touches.is_subset(&all) {
        return Err(Error::moved());
    }
    let missing = || Error::NotFound { noun: "idea" };
    let named = store::find(tx.sql(), sees, id).await?.ok_or_else(missing)?;
    let idea = match target == id {
        true => named,
        false => store::find(tx.sql(), sees, target).await?.unwrap_or(named),
    };
    let touches = touches.into_iter().collect();
    Ok(Said { idea, at, touches })
}

async fn stands_at(
    sql: &impl ConnectionTrait,
    member: MemberId,
    target: IdeaId,
    list: List,
) -> Result<Vec<IdeaId>> {
    let absorbed = Query::select()
        .column(absorption::Column::IdeaId)
        .from(absorption::Entity)
        .and_where(absorption::Column::WithinId.eq(target.0))
        .to_owned();
    let mut query = Query::select();
    let idea_id: SimpleExpr = match list {
        List::Supporters => {
            query
                .from(support::Entity)
                .and_where(support::Column::MemberId.eq(member.0));
            support::Column::IdeaId.into_expr()
        }
        List::Followers => {
            query
                .from(follower::Entity)
                .and_where(follower::Column::MemberId.eq(member.0));
            follower::Column::IdeaId.into_expr()
        }
    };
    query.expr(idea_id.clone()).and_where(
        idea_id
            .clone()
            .eq(target.0)
            .or(idea_id.in_subquery(absorbed)),
    );
    let mut found: Vec<IdeaId> = first_ids(sql, &query).await?.into_iter().collect();
    found.sort();
    Ok(found)
}
