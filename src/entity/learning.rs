//! What prototypes taught.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub prototype_id: Uuid,
    pub idea_id: Uuid,
    pub believed: Option<String>,
    pub found: String,
    pub next_time: Option<String>,
    pub outcome: String,
    pub recorded_by_id: Option<Uuid>,
    pub recorded_at: i64,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
