//! Frozen rankings.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ranking")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i32,
    pub rubric_id: Uuid,
    pub rubric_version_id: Uuid,
    pub reason: String,
    pub salt: String,
    pub snapshot: String,
    pub input_hash: String,
    pub published_at: i64,
    pub published_by_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
