//! The SQL of results: places and scores of entries, awards with their next steps. The
//! hackathon is locked.

use super::domain::{EntryId, HackathonId};
use super::entries::Award;
use super::standings::Standing;
use super::store_digests as digests;
use crate::entity::{award, entry};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::policy::{Permit, PublishResults};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows that one statement writes at most.
const ROWS_AT_ONCE: usize = 1_000;

/// What an entry won, and what happens with it now.
#[derive(Clone, Debug)]
pub struct Won {
    pub award: String,
    pub next_step: String,
    /// Who does it; nobody once they are gone.
    pub owner: Option<MemberId>,
    pub due_at: Micros,
}

/// What each of several entries won, in the order in which it was told.
pub async fn won(
    sql: &impl ConnectionTrait,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Vec<Won>>> {
    let rows = award::Entity::find()
        .filter(award::Column::EntryId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(award::Column::EntryId)
        .order_by_asc(award::Column::Ordinal)
        .all(sql)
        .await?;
    let mut found: HashMap<EntryId, Vec<Won>> = HashMap::new();
    for row in rows {
        found.entry(EntryId(row.entry_id)).or_default().push(Won {
            award: row.award,
            next_step: row.next_step,
            owner: row.owner_id.map(MemberId),
            due_at: row.due_at,
        });
    }
    Ok(found)
}

/// Keeps the places and scores of entries: one statement for up to a thousand of them.
pub async fn place(tx: &Tx<'_>, _: &Permit<PublishResults>, standings: &[Standing]) -> Result<()> {
    for part in standings.chunks(ROWS_AT_ONCE) {
        let mut places = CaseStatement::new();
        let mut scores = CaseStatement::new();
        for one in part {
            let is_it = || Expr::col(entry::Column::Id).eq(one.entry);
            places = places.case(is_it(), Expr::val(one.place));
            scores = scores.case(is_it(), Expr::val(one.score));
        }
        let done = entry::Entity::update_many()
            .col_expr(entry::Column::Place, places.into())
            .col_expr(entry::Column::Score, scores.into())
            .filter(entry::Column::Id.is_in(part.iter().map(|one| one.entry)))
            .exec(tx.sql())
            .await?;
        if done.rows_affected != part.len() as u64 {
            return Err(Error::internal("an entry that was judged is gone"));
        }
    }
    Ok(())
}

/// Keeps awards in the order in which they are told; the id and digest of each.
pub async fn keep_awards(
    tx: &Tx<'_>,
    _: &Permit<PublishResults>,
    hackathon: HackathonId,
    awards: &[Award],
) -> Result<Vec<(Uuid, String)>> {
    let mut rows = Vec::with_capacity(awards.len());
    let mut told = Vec::with_capacity(awards.len());
    for (ordinal, one) in awards.iter().enumerate() {
        let row = award::Model {
            id: ids::fresh(tx.now()),
            hackathon_id: hackathon.0,
            entry_id: one.entry.0,
            ordinal: i32::try_from(ordinal).map_err(Error::internal)?,
            award: one.award.clone(),
            next_step: one.next_step.clone(),
            owner_id: Some(one.owner.0),
            due_at: one.due_at,
            salt: salt(),
        };
        told.push((row.id, digests::award(&row)));
        rows.push(row_of::<_, award::ActiveModel>(row));
    }
    for part in rows.chunks(ROWS_AT_ONCE) {
        award::Entity::insert_many(part.to_vec())
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(told)
}
