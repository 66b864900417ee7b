//! What happened, per subject, each hashed with the one before it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: Uuid,
    pub transaction_id: i64,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub position: i64,
    pub kind: String,
    pub actor_id: Option<Uuid>,
    pub at: i64,
    pub data: String,
    pub hash: String,
    /// The idea that an event of another subject is about.
    pub idea_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
