//! When the leniencies of a rubric were fitted last; its row is the lock of them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub rubric_id: Uuid,
    pub fitted_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
