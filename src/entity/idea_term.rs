//! The words of ideas, for search and likeness: which ideas stand under a term.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idea_term")]
pub struct Model {
    /// A word, how much of it an idea holds, and whether the idea is hidden from some: see
    /// `ideas/terms.rs`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: i64,
    /// The idea's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
