//! What teams hand in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub hackathon_id: Uuid,
    pub team_id: Uuid,
    pub revision: i32,
    pub title: String,
    pub summary: String,
    pub demo_url: Option<String>,
    pub repository_url: Option<String>,
    pub video_url: Option<String>,
    pub learned: Option<String>,
    pub submitted_at: i64,
    pub updated_at: i64,
    pub place: Option<i32>,
    pub score: Option<i64>,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
