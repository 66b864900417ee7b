//! The SQL of what teams hand in: who sees it, reading and keeping it. The hackathon of every
//! row that is written is locked.

use super::domain::{Entry, EntryId, HackathonId, TeamId};
use super::entries::NewEntry;
use super::phases::Phase;
use super::store_digests as digests;
use crate::entity::{
    candidate, conflict, entry, hackathon, hackathon_judge, idea, team, team_member,
};
use crate::ideas::store::{Sees, own, visible};
use crate::ideas::store_clusters::goes_on_for;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{Actor, Permit, SubmitEntry};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// The refusal of an entry that there is not.
pub const MISSING: Error = Error::NotFound { noun: "entry" };

/// Who looks at entries.
#[derive(Clone, Copy, Debug)]
pub struct Eyes {
    pub sees: Sees,
    /// Organizers see every entry, of whichever team.
    pub organizes: bool,
}

impl Eyes {
    /// Those of whoever is signed in, or `UNAUTHENTICATED`.
    pub fn of(actor: &Actor) -> Result<Self> {
        Ok(Self {
            sees: Sees::of(actor)?,
            organizes: actor.organizes(),
        })
    }
}

/// What this person may see, as a condition on `entry`. Every read of entries has it: those of
/// their own teams; while judges judge, those they may judge; all once the results are
/// published; organizers always all. None of an idea they may not see, other than with their
/// team.
pub fn seen(eyes: &Eyes) -> Condition {
    let me = eyes.sees.member;
    let team = || entry::Column::TeamId;
    let mine = team().in_subquery(teams_of(me));
    let mut shown = Condition::any().add(
        entry::Column::HackathonId.in_subquery(
            Query::select()
                .column(hackathon::Column::Id)
                .from(hackathon::Entity)
                .and_where(hackathon::Column::Phase.eq(Phase::Closed.as_str()))
                .to_owned(),
        ),
    );
    if eyes.organizes {
        shown = Condition::any().add(Expr::val(true).eq(true));
    } else {
        let judging = Query::select()
            .column((
                hackathon_judge::Entity,
                hackathon_judge::Column::HackathonId,
            ))
            .from(hackathon_judge::Entity)
            .inner_join(
                hackathon::Entity,
                Expr::col((hackathon::Entity, hackathon::Column::Id)).equals((
                    hackathon_judge::Entity,
                    hackathon_judge::Column::HackathonId,
                )),
            )
            .and_where(hackathon_judge::Column::MemberId.eq(me.0))
            .and_where(hackathon::Column::Phase.eq(Phase::Judging.as_str()))
            .to_owned();
        shown = shown.add(
            Condition::all()
                .add(entry::Column::HackathonId.in_subquery(judging))
                .add(team().in_subquery(about(unconcerned(me)))),
        );
    }
    let shown = Condition::all()
        .add(shown)
        .add(team().in_subquery(about(visible(&eyes.sees))));
    Condition::any().add(mine).add(shown)
}

/// The teams this person is in.
fn teams_of(member: MemberId) -> SelectStatement {
    Query::select()
        .column(team_member::Column::TeamId)
        .from(team_member::Entity)
        .and_where(team_member::Column::MemberId.eq(member.0))
        .to_owned()
}

/// Teams whose idea, if they have one, is like that.
fn about(ideas: Condition) -> SelectStatement {
    let of_team = Expr::col((candidate::Entity, candidate::Column::Id))
        .equals((team::Entity, team::Column::CandidateId));
    let of_candidate = Expr::col((idea::Entity, idea::Column::Id))
        .equals((candidate::Entity, candidate::Column::IdeaId));
    Query::select()
        .column((team::Entity, team::Column::Id))
        .from(team::Entity)
        .left_join(candidate::Entity, of_team)
        .left_join(idea::Entity, of_candidate)
        .cond_where(
            Condition::any()
                .add(team::Column::CandidateId.is_null())
                .add(ideas),
        )
        .to_owned()
}

/// Ideas that are not this person's own, that they did not nominate, and on which they
/// declared no conflict.
fn unconcerned(me: MemberId) -> Condition {
    let declared = Query::select()
        .column(conflict::Column::IdeaId)
        .from(conflict::Entity)
        .and_where(conflict::Column::MemberId.eq(me.0))
        .and_where(conflict::Column::WithdrawnAt.is_null())
        .to_owned();
    Condition::all()
        .add(
            Condition::any()
                .add(candidate::Column::NominatedById.is_null())
                .add(candidate::Column::NominatedById.ne(me.0)),
        )
        .add(own(me).not())
        .add(goes_on_for(me).not())
        .add(idea::Column::Id.not_in_subquery(declared))
}

/// One entry, whoever sees it.
pub async fn one(sql: &impl ConnectionTrait, id: EntryId) -> Result<Option<Entry>> {
    let row = entry::Entity::find_by_id(id.0).one(sql).await?;
    Ok(row.map(read))
}

/// One entry, when this person may see it.
pub async fn find(sql: &impl ConnectionTrait, eyes: &Eyes, id: EntryId) -> Result<Option<Entry>> {
    Ok(find_many(sql, eyes, &[id]).await?.remove(&id))
}

/// Those of several entries that this person may see.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    eyes: &Eyes,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Entry>> {
    let rows = entry::Entity::find()
        .filter(entry::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(seen(eyes))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(read)
        .map(|one| (one.id, one))
        .collect())
}

/// What a team handed in, whoever sees it.
pub async fn of_team(sql: &impl ConnectionTrait, id: TeamId) -> Result<Option<Entry>> {
    let found = entry::Entity::find().filter(entry::Column::TeamId.eq(id.0));
    Ok(found.one(sql).await?.map(read))
}

/// What several teams handed in, as far as this person sees it.
pub async fn of_teams(
    sql: &impl ConnectionTrait,
    eyes: &Eyes,
    ids: &[TeamId],
) -> Result<HashMap<TeamId, Entry>> {
    let rows = entry::Entity::find()
        .filter(entry::Column::TeamId.is_in(ids.iter().map(|id| id.0)))
        .filter(seen(eyes))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(read)
        .map(|one| (one.team, one))
        .collect())
}

/// What was handed in to hackathons whose results are published, as far as this person sees
/// it: the best first, then those that a gate keeps out, then those that nobody judged, each
/// as they were handed in.
pub async fn placed(
    sql: &impl ConnectionTrait,
    eyes: &Eyes,
    ids: &[HackathonId],
) -> Result<HashMap<HackathonId, Vec<Entry>>> {
    let closed = Query::select()
        .column(hackathon::Column::Id)
        .from(hackathon::Entity)
        .and_where(hackathon::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .and_where(hackathon::Column::Phase.eq(Phase::Closed.as_str()))
        .to_owned();
    let rows = entry::Entity::find()
        .filter(entry::Column::HackathonId.in_subquery(closed))
        .filter(seen(eyes))
        .order_by_asc(entry::Column::SubmittedAt)
        .order_by_asc(entry::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<HackathonId, Vec<Entry>> = HashMap::new();
    for one in rows.into_iter().map(read) {
        found.entry(one.hackathon).or_default().push(one);
    }
    for all in found.values_mut() {
        // Stable: what is alike stays as it was handed in.
        all.sort_by_key(|one| {
            let score = one.score.unwrap_or_default();
            (one.place.is_none(), one.place, one.score.is_none(), -score)
        });
    }
    Ok(found)
}

/// A window of the entries of a hackathon that this person sees, the earliest first.
pub async fn page(
    sql: &impl ConnectionTrait,
    eyes: &Eyes,
    of: HackathonId,
    window: &Window,
) -> Result<Vec<Entry>> {
    let (at, id) = (entry::Column::SubmittedAt, entry::Column::Id);
    let keys: [SortKey; 2] = [
        sort(at.into_expr(), Order::Asc, KeyKind::Integer),
        sort(id.into_expr(), Order::Asc, KeyKind::Id),
    ];
    let query = entry::Entity::find()
        .filter(entry::Column::HackathonId.eq(of.0))
        .filter(seen(eyes));
    let query = window.of(query, &keys)?;
    Ok(query.all(sql).await?.into_iter().map(read).collect())
}

/// How many of them there are in all.
pub async fn count(sql: &impl ConnectionTrait, eyes: &Eyes, of: HackathonId) -> Result<u64> {
    Ok(entry::Entity::find()
        .filter(entry::Column::HackathonId.eq(of.0))
        .filter(seen(eyes))
        .count(sql)
        .await?)
}

/// Keeps what a team hands in, in place of what it handed in before; the entry, its revision
/// and digest.
pub async fn save(
    tx: &Tx<'_>,
    _: &Permit<SubmitEntry>,
    (hackathon, team): (HackathonId, TeamId),
    before: Option<&Entry>,
    new: NewEntry,
) -> Result<(EntryId, i32, String)> {
    let row = entry::Model {
        id: before.map_or_else(|| ids::fresh(tx.now()), |one| one.id.0),
        hackathon_id: hackathon.0,
        team_id: team.0,
        revision: before.map_or(1, |one| one.revision + 1),
        title: new.title,
        summary: new.summary,
        demo_url: new.demo_url,
        repository_url: new.repository_url,
        video_url: new.video_url,
        learned: new.learned,
        submitted_at: before.map_or_else(|| tx.now(), |one| one.submitted_at),
        updated_at: tx.now(),
        place: None,
        score: None,
        salt: salt(),
    };
    let told = (EntryId(row.id), row.revision, digests::entry(&row));
    let row = row_of::<_, entry::ActiveModel>(row);
    if before.is_some() {
        entry::Entity::update(row).exec(tx.sql()).await?;
    } else {
        entry::Entity::insert(row)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(told)
}

/// A row as an entry.
pub fn read(row: entry::Model) -> Entry {
    Entry {
        id: EntryId(row.id),
        hackathon: HackathonId(row.hackathon_id),
        team: TeamId(row.team_id),
        revision: row.revision,
        title: row.title,
        summary: row.summary,
        demo_url: row.demo_url,
        repository_url: row.repository_url,
        video_url: row.video_url,
        learned: row.learned,
        submitted_at: row.submitted_at,
        updated_at: row.updated_at,
        place: row.place,
        score: row.score,
    }
}
