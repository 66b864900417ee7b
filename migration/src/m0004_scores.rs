//! Scores in a narrow table of their own, and the log of every change of one.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // One row per idea with an assessment that counts. `key` is the score in
                // hundredths; `card` the whole score as the scoring function made it, in JSON.
                // `correction` is what removing leniencies adds to it, in hundredths; null where
                // the rubric removes none.
                // `is_listed`: stands in the backlog, ranked; `is_counted`: and the whole
                // organization can see it; `is_pooled`: lends its spread to the intervals.
                "create table idea_score (
                    idea_id uuid primary key not null references idea (id) on delete cascade,
                    rubric_id uuid not null references rubric (id),
                    rubric_version_id uuid not null references rubric_version (id),
                    key integer not null,
                    assessment_count integer not null,
                    stale_count integer not null,
                    rss bigint not null,
                    deviation double precision,
                    correction integer,
                    is_gated boolean not null,
                    card text not null,
                    published_at bigint,
                    submitted_at bigint not null,
                    is_listed boolean not null,
                    is_counted boolean not null,
                    is_pooled boolean not null
                )",
                "create index idea_score_ranking on idea_score
                    (rubric_id, is_listed, key desc, assessment_count desc, submitted_at, idea_id)",
                // The few that are ranked and not counted.
                "create index idea_score_hidden on idea_score (rubric_id)
                    where is_listed <> is_counted",
                // Append only. Old and new place in the ranking (null: none) and in the pool.
                "create table score_change (
                    id {counter},
                    transaction_id {transaction},
                    at bigint not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    rubric_id uuid not null,
                    rubric_version_id uuid not null,
                    cause text not null,
                    old_key integer,
                    old_count integer,
                    new_key integer,
                    new_count integer,
                    was_counted boolean not null,
                    is_counted boolean not null,
                    pooled_ideas integer not null,
                    pooled_assessments integer not null,
                    pooled_rss bigint not null
                )",
                "create index score_change_by_transaction on score_change (rubric_id, transaction_id, id)",
                "create index score_change_by_id on score_change (rubric_id, id)",
                "create index score_change_by_time on score_change (rubric_id, at)",
                "create index score_change_by_idea on score_change (idea_id, at, id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &["drop table score_change", "drop table idea_score"],
        )
        .await
    }
}
