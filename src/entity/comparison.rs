//! Which of two entries a judge finds better.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comparison")]
pub struct Model {
    pub hackathon_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub judge_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub left_entry_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub right_entry_id: Uuid,
    pub outcome: String,
    pub is_half: bool,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
