//! The SQL of what stays behind when somebody leaves who looked after ideas.

use super::domain::{Authorship, IdeaId};
use super::lifecycle::{Party, State};
use super::notifications::Notice;
use super::store::stored;
use super::store_conflicts;
use super::store_notifications::notify_each;
use crate::entity::{
    co_author, hackathon, hackathon_judge, idea, prototype, registration, team_member,
};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::policy::{DeactivateMember, Permit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Ideas that are handed on together.
const IDEAS_AT_ONCE: u64 = 500;

/// Hands on every idea that somebody looked after, wherever it stands: to the heir, or to
/// nobody where there is none, where the heir wrote it or declared a conflict of interest, or
/// where the author is hidden and whether the heir may would tell who wrote it. Then the leads
/// owe the next step. The heir is told of those that somebody owes one. The ideas are locked in
/// the order of their ids; six statements and a lock each for five hundred.
pub async fn hand_on(
    tx: &Tx<'_>,
    _: &Permit<DeactivateMember>,
    from: MemberId,
    heir: Option<MemberId>,
) -> Result<()> {
    let mut last = Uuid::nil();
    loop {
        let ids: Vec<Uuid> = idea::Entity::find()
            .select_only()
            .column(idea::Column::Id)
            .filter(idea::Column::StewardId.eq(from.0))
            .filter(idea::Column::Id.gt(last))
            .order_by_asc(idea::Column::Id)
            .limit(IDEAS_AT_ONCE)
            .into_tuple()
            .all(tx.sql())
            .await?;
        let Some(end) = ids.last() else {
            return Ok(());
        };
        last = *end;
        for id in &ids {
            tx.lock(IdeaId(*id).subject()).await?;
        }
        // Read under the lock: one may have been handed on meanwhile.
        let rows = idea::Entity::find()
            .filter(idea::Column::Id.is_in(ids))
            .filter(idea::Column::StewardId.eq(from.0))
            .order_by_asc(idea::Column::Id)
            .all(tx.sql())
            .await?;
        let (mut to_heir, mut to_nobody) = (Vec::new(), Vec::new());
        let mut told = Vec::new();
        let all: Vec<IdeaId> = rows.iter().map(|row| IdeaId(row.id)).collect();
        let not_theirs = match heir {
            Some(heir) => not_for(tx, heir, &all).await?,
            None => HashSet::new(),
        };
        for row in rows {
            let fits = heir.is_some_and(|heir| {
                row.author_id != heir.0
                    && !not_theirs.contains(&IdeaId(row.id))
                    && row.authorship != Authorship::Anonymous.as_str()
            });
            let to = heir.filter(|_| fits);
            let data = json!({"from": from, "to": to, "isLeaving": true});
            tx.emit(IdeaId(row.id).subject(), "STEWARD_CHANGED", data);
            if fits { &mut to_heir } else { &mut to_nobody }.push(row.id);
            let state = stored("idea.state", &row.state, State::parse)?;
            let owed = to.filter(|_| state.party() != Party::Nobody);
            told.extend(owed.map(|heir| (IdeaId(row.id), heir)));
        }
        notify_each(tx, Notice::StewardNamed, None, &told).await?;
        for (ids, to) in [(to_heir, heir), (to_nobody, None)] {
            if ids.is_empty() {
                continue;
            }
            let now = idea::ActiveModel {
                steward_id: Set(to.map(|id| id.0)),
                updated_at: Set(tx.now()),
                ..Default::default()
            };
            idea::Entity::update_many()
                .set(now)
                .filter(idea::Column::Id.is_in(ids))
                .exec(tx.sql())
                .await?;
        }
    }
}

/// Ideas whose prototype somebody has in the queue or is trying.
pub async fn tried(sql: &impl ConnectionTrait, who: MemberId) -> Result<Vec<IdeaId>> {
    let ids: Vec<Uuid> = prototype::Entity::find()
        .select_only()
        .column(prototype::Column::IdeaId)
        .filter(prototype::Column::OwnerId.eq(who.0))
        .filter(prototype::Column::EndedAt.is_null())
        .into_tuple()
        .all(sql)
        .await?;
    Ok(ids.into_iter().map(IdeaId).collect())
}

/// Ideas that somebody looks after.
pub async fn looked_after(sql: &impl ConnectionTrait, who: MemberId) -> Result<Vec<IdeaId>> {
    let ids: Vec<Uuid> = idea::Entity::find()
        .select_only()
        .column(idea::Column::Id)
        .filter(idea::Column::StewardId.eq(who.0))
        .into_tuple()
        .all(sql)
        .await?;
    Ok(ids.into_iter().map(IdeaId).collect())
}

/// Of these ideas, those that show who wrote them and on which somebody declared no conflict.
pub async fn not_in_conflict(
    tx: &Tx<'_>,
    who: MemberId,
    ids: &[IdeaId],
) -> Result<HashSet<IdeaId>> {
    let named: Vec<Uuid> = idea::Entity::find()
        .select_only()
        .column(idea::Column::Id)
        .filter(idea::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(idea::Column::Authorship.eq(Authorship::Named.as_str()))
        .into_tuple()
        .all(tx.sql())
        .await?;
    let conflicts = store_conflicts::of_member(tx.sql(), who, ids).await?;
    let named = named.into_iter().map(IdeaId);
    Ok(named.filter(|id| !conflicts.contains_key(id)).collect())
}

/// Of these ideas, those that somebody is a co-author of or declared a conflict on.
async fn not_for(tx: &Tx<'_>, who: MemberId, ids: &[IdeaId]) -> Result<HashSet<IdeaId>> {
    let rows = co_author::Entity::find()
        .filter(co_author::Column::MemberId.eq(who.0))
        .filter(co_author::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .all(tx.sql())
        .await?;
    let conflicts = store_conflicts::of_member(tx.sql(), who, ids).await?;
    let written = rows.into_iter().map(|row| IdeaId(row.idea_id));
    Ok(written.chain(conflicts.into_keys()).collect())
}

/// The hackathons that somebody organizes or judges, registered for or has a team in.
pub async fn hackathons_of(sql: &impl ConnectionTrait, who: MemberId) -> Result<BTreeSet<Uuid>> {
    let organized: Vec<Uuid> = hackathon::Entity::find()
        .select_only()
        .column(hackathon::Column::Id)
        .filter(hackathon::Column::OrganizerId.eq(who.0))
        .into_tuple()
        .all(sql)
        .await?;
    let judged: Vec<Uuid> = hackathon_judge::Entity::find()
        .select_only()
        .column(hackathon_judge::Column::HackathonId)
        .filter(hackathon_judge::Column::MemberId.eq(who.0))
        .into_tuple()
        .all(sql)
        .await?;
    let registered: Vec<Uuid> = registration::Entity::find()
        .select_only()
        .column(registration::Column::HackathonId)
        .filter(registration::Column::MemberId.eq(who.0))
        .into_tuple()
        .all(sql)
        .await?;
    let teamed: Vec<Uuid> = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::HackathonId)
        .filter(team_member::Column::MemberId.eq(who.0))
        .into_tuple()
        .all(sql)
        .await?;
    let all = [organized, judged, registered, teamed];
    Ok(all.into_iter().flatten().collect())
}
