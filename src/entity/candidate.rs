//! Ideas that were nominated for a hackathon, and what came of that.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "candidate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub hackathon_id: Uuid,
    pub idea_id: Uuid,
    pub state: String,
    pub nominated_by_id: Option<Uuid>,
    pub nominated_at: i64,
    pub note_id: Uuid,
    pub decision_id: Option<Uuid>,
    pub entered_at: Option<i64>,
    pub is_validated: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
