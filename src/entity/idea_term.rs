//! The words of ideas, for search and likeness.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idea_term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: String,
    /// Not seen by the whole organization: a draft, or confidential.
    #[sea_orm(primary_key, auto_increment = false)]
    pub is_hidden: bool,
    #[sea_orm(primary_key, auto_increment = false)]
    pub idea_id: Uuid,
    /// How much of the word the idea holds, in thousandths.
    pub weight: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
