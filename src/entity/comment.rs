//! What people said about ideas.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub idea_id: Uuid,
    pub author_id: Uuid,
    pub circle: String,
    pub is_by_author: bool,
    pub body: String,
    pub created_at: i64,
    pub edited_at: Option<i64>,
    pub removed_at: Option<i64>,
    pub salt: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
