//! Appeals of decisions, with their answers; one for each decision.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub decision_id: Uuid,
    pub idea_id: Uuid,
    pub state: String,
    pub reason: String,
    pub opened_by_id: Option<Uuid>,
    pub opened_at: i64,
    pub due_at: i64,
    pub answer: Option<String>,
    pub answered_by_id: Option<Uuid>,
    pub answered_at: Option<i64>,
    pub salt: String,
    pub answer_salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
