//! Every change of a published score, for ranks and movement.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "score_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub transaction_id: i64,
    pub at: i64,
    pub idea_id: Uuid,
    pub rubric_id: Uuid,
    pub rubric_version_id: Uuid,
    pub cause: String,
    pub old_key: Option<i32>,
    pub old_count: Option<i32>,
    pub new_key: Option<i32>,
    pub new_count: Option<i32>,
    pub was_counted: bool,
    pub is_counted: bool,
    pub pooled_ideas: i32,
    pub pooled_assessments: i32,
    pub pooled_rss: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
