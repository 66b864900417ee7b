//! The SQL of `sluice verify` about hackathons, their entries aside. It reads and judges nothing.

use crate::entity::{
    candidate, fit_rating, hackathon, hackathon_judge, hackathon_note, registration, team,
    team_member,
};
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// What is kept of one hackathon, its entries aside.
#[derive(Default)]
pub struct Kept {
    pub hackathon: Option<hackathon::Model>,
    pub judges: Vec<hackathon_judge::Model>,
    pub notes: Vec<hackathon_note::Model>,
    pub registrations: Vec<registration::Model>,
    pub candidates: Vec<candidate::Model>,
    pub fits: Vec<fit_rating::Model>,
    pub teams: Vec<team::Model>,
    pub members: Vec<team_member::Model>,
}

/// The same of several hackathons: one statement per table.
pub async fn kept(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Kept>> {
    let mut kept: HashMap<Uuid, Kept> = HashMap::new();
    let rows = hackathon::Entity::find().filter(hackathon::Column::Id.is_in(ids.iter().copied()));
    for row in rows.all(sql).await? {
        let id = row.id;
        kept.entry(id).or_default().hackathon = Some(row);
    }
    macro_rules! each {
        ($($table:ident into $field:ident;)+) => {$(
            let these = $table::Column::HackathonId.is_in(ids.iter().copied());
            for row in $table::Entity::find().filter(these).all(sql).await? {
                kept.entry(row.hackathon_id).or_default().$field.push(row);
            }
        )+};
    }
    each! {
        hackathon_judge into judges;
        hackathon_note into notes;
        registration into registrations;
        candidate into candidates;
        team into teams;
        team_member into members;
    }
    let of: HashMap<Uuid, Uuid> = kept
        .iter()
        .flat_map(|(id, one)| one.candidates.iter().map(|row| (row.id, *id)))
        .collect();
    let these = fit_rating::Column::CandidateId.is_in(of.keys().copied());
    for row in fit_rating::Entity::find().filter(these).all(sql).await? {
        if let Some(id) = of.get(&row.candidate_id) {
            kept.entry(*id).or_default().fits.push(row);
        }
    }
    Ok(kept)
}
