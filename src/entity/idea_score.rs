//! The score of an idea, kept apart from its text.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idea_score")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub idea_id: Uuid,
    pub rubric_id: Uuid,
    pub rubric_version_id: Uuid,
    pub key: i32,
    pub assessment_count: i32,
    pub stale_count: i32,
    pub rss: i64,
    pub deviation: Option<f64>,
    pub correction: Option<i32>,
    pub is_gated: bool,
    pub card: String,
    pub published_at: Option<i64>,
    pub submitted_at: i64,
    pub is_listed: bool,
    pub is_counted: bool,
    pub is_pooled: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
