//! Prototypes with their experiments, from the queue to what came of them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "prototype")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub idea_id: Uuid,
    pub owner_id: Option<Uuid>,
    pub state: String,
    pub revision: i32,
    pub place: i64,
    pub form: Option<String>,
    pub hypothesis: Option<String>,
    pub assumption: Option<String>,
    pub measures: String,
    pub time_box_days: Option<i32>,
    pub plan_salt: String,
    pub queued_at: i64,
    pub started_at: Option<i64>,
    pub due_at: Option<i64>,
    pub extended_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub results: String,
    pub result_salt: String,
    pub outcome: Option<String>,
    pub decision: Option<String>,
    pub is_self_reported: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
