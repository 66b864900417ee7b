//! How long ideas stayed in states they left, before the eyes of everybody.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stay")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub idea_id: Uuid,
    pub state: String,
    pub entered_at: i64,
    pub left_at: i64,
    pub is_hidden: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
