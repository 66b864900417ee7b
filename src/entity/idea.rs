//! Ideas as they are now.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idea")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub external_id: Option<String>,
    pub revision: i32,
    pub text_revision: i32,
    pub shown_from_revision: i32,
    pub title: String,
    pub problem: String,
    pub proposal: Option<String>,
    pub beneficiaries: Option<String>,
    pub evidence_kind: Option<String>,
    pub evidence: Option<String>,
    pub expected_outcome: Option<String>,
    pub hypothesis: Option<String>,
    pub riskiest_assumption: Option<String>,
    pub success_measure: Option<String>,
    pub links: String,
    pub tags: String,
    pub channel: String,
    pub visibility: String,
    pub authorship: String,
    pub author_id: Uuid,
    pub submitted_by_id: Option<Uuid>,
    pub steward_id: Option<Uuid>,
    pub state: String,
    pub left_state: Option<String>,
    pub state_since: i64,
    pub due_at: Option<i64>,
    pub promise_left: Option<i64>,
    pub wake_at: Option<i64>,
    pub rubric_version_id: Option<Uuid>,
    pub score_published_at: Option<i64>,
    pub support_count: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub submitted_at: Option<i64>,
    pub appeal_due_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
