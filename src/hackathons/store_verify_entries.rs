//! The SQL of `sluice verify` about entries, how they were judged and what they won. It reads
//! and judges nothing.

use crate::entity::{award, comparison, entry, judgement};
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// What is kept of the entries of one hackathon.
#[derive(Default)]
pub struct Kept {
    pub entries: Vec<entry::Model>,
    pub judgements: Vec<judgement::Model>,
    pub comparisons: Vec<comparison::Model>,
    pub awards: Vec<award::Model>,
}

/// The same of several hackathons: one statement per table.
pub async fn kept(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Kept>> {
    let all = || ids.iter().copied();
    let mut kept: HashMap<Uuid, Kept> = HashMap::new();
    let rows = entry::Entity::find().filter(entry::Column::HackathonId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.hackathon_id).or_default().entries.push(row);
    }
    let rows = judgement::Entity::find().filter(judgement::Column::HackathonId.is_in(all()));
    for row in rows.all(sql).await? {
        let of = kept.entry(row.hackathon_id).or_default();
        of.judgements.push(row);
    }
    let rows = comparison::Entity::find().filter(comparison::Column::HackathonId.is_in(all()));
    for row in rows.all(sql).await? {
        let of = kept.entry(row.hackathon_id).or_default();
        of.comparisons.push(row);
    }
    let rows = award::Entity::find().filter(award::Column::HackathonId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.hackathon_id).or_default().awards.push(row);
    }
    Ok(kept)
}
