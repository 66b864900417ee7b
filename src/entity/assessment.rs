//! One assessment per idea and assessor.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub idea_id: Uuid,
    pub assessor_id: Uuid,
    pub alias: i32,
    pub rubric_version_id: Uuid,
    pub idea_revision: i32,
    pub is_complete: bool,
    pub total: Option<f64>,
    pub is_withdrawn: bool,
    pub is_recused: bool,
    pub was_blind: bool,
    pub comment: Option<String>,
    pub confidence: Option<i32>,
    pub submitted_at: i64,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
