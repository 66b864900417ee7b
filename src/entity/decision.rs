//! Decisions with their reasons; appended, never edited.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub idea_id: Uuid,
    pub kind: String,
    pub reason: String,
    pub decided_by_id: Option<Uuid>,
    pub decided_at: i64,
    pub rank_then: Option<i32>,
    pub score_then: Option<i32>,
    pub is_override: bool,
    pub would_reconsider_if: Option<String>,
    pub handed_to: Option<String>,
    pub revisit_at: Option<i64>,
    pub expectation: Option<String>,
    pub wrong_when: Option<String>,
    pub review_at: Option<i64>,
    pub outcome: Option<String>,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
