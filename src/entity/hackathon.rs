//! Hackathons: what they are about, when they are, and in which phase.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hackathon")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub theme: String,
    pub brief: String,
    pub phase: String,
    pub judging: String,
    pub rubric_version_id: Option<Uuid>,
    pub starts_at: i64,
    pub ends_at: i64,
    pub submission_deadline: i64,
    pub team_size_min: i32,
    pub team_size_max: i32,
    pub targets: String,
    pub revision: i32,
    pub organizer_id: Option<Uuid>,
    pub created_at: i64,
    pub published_at: Option<i64>,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
