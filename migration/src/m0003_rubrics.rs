//! Rubrics, their versions, and the assessments made under them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `retired_up_to`: versions up to this number are offered no more.
                // `salt` makes the aliases that assessors have under it.
                "create table rubric (
                    id uuid primary key not null,
                    key text not null unique,
                    name text not null,
                    is_default boolean not null,
                    is_published boolean not null,
                    retired_up_to integer not null,
                    created_at bigint not null,
                    salt text not null
                )",
                // `definition` is canonical JSON; a published version never changes.
                "create table rubric_version (
                    id uuid primary key not null,
                    rubric_id uuid not null references rubric (id),
                    number integer not null,
                    definition text not null,
                    reveals_author boolean not null,
                    published_at bigint,
                    published_by_id uuid references member (id),
                    unique (rubric_id, number)
                )",
                // Why a version was published or retired, or made the default one.
                "create table rubric_change (
                    id uuid primary key not null,
                    rubric_id uuid not null references rubric (id),
                    kind text not null,
                    number integer not null,
                    reason text not null,
                    salt text not null,
                    changed_by_id uuid references member (id),
                    changed_at bigint not null
                )",
                "create index rubric_change_by_rubric on rubric_change (rubric_id, changed_at)",
                // `total` is the score of it alone, 0 to 100; null when incomplete.
                "create table assessment (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    assessor_id uuid not null references member (id),
                    alias integer not null,
                    rubric_version_id uuid not null references rubric_version (id),
                    idea_revision integer not null,
                    is_complete boolean not null,
                    total double precision,
                    is_withdrawn boolean not null,
                    is_recused boolean not null,
                    was_blind boolean not null,
                    comment text,
                    confidence integer,
                    submitted_at bigint not null,
                    salt text not null,
                    unique (idea_id, assessor_id),
                    unique (idea_id, alias)
                )",
                "create index assessment_by_assessor on assessment (assessor_id, submitted_at, id)",
                "create table rating (
                    assessment_id uuid not null references assessment (id) on delete cascade,
                    criterion text not null,
                    level double precision,
                    rationale text,
                    primary key (assessment_id, criterion)
                )",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop table rating",
                "drop table assessment",
                "drop table rubric_change",
                "drop table rubric_version",
                "drop table rubric",
            ],
        )
        .await
    }
}
