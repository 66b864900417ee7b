//! The words of each idea in one piece: what it is compared by, and what takes it out of
//! `idea_term` again.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idea_words")]
pub struct Model {
    /// The idea's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Not seen by the whole organization: a draft, or confidential.
    pub is_hidden: bool,
    /// Its words and how much it holds of each: see `ideas/terms.rs`.
    pub words: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
