//! What stands in a frozen ranking.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ranking_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ranking_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    pub idea_id: Uuid,
    pub rank: i32,
    pub key: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
