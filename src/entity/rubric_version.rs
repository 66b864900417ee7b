//! Their versions; a published one never changes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rubric_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub rubric_id: Uuid,
    pub number: i32,
    pub definition: String,
    pub reveals_author: bool,
    pub published_at: Option<i64>,
    pub published_by_id: Option<Uuid>,
    pub quorum: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
