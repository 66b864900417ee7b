//! The words of learnings, as numbers, for search.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_word")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub learning_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
