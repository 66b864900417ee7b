//! Appeals of decisions, and what was found when a decision was looked at again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // One for each decision, for ever. The event that opened it holds the digest
                // of `salt` and `reason`, the one that answered it that of `answer_salt`
                // and `answer`.
                "create table appeal (
                    id uuid primary key not null,
                    decision_id uuid not null unique references decision (id) on delete cascade,
                    idea_id uuid not null references idea (id) on delete cascade,
                    state text not null,
                    reason text not null,
                    opened_by_id uuid references member (id),
                    opened_at bigint not null,
                    due_at bigint not null,
                    answer text,
                    answered_by_id uuid references member (id),
                    answered_at bigint,
                    salt text not null,
                    answer_salt text not null
                )",
                "create index appeal_by_idea on appeal (idea_id)",
                "create index appeal_by_due on appeal (due_at, id)",
                "create index appeal_by_state on appeal (state, due_at, id)",
                "create table decision_review (
                    id uuid primary key not null,
                    decision_id uuid not null references decision (id) on delete cascade,
                    idea_id uuid not null references idea (id) on delete cascade,
                    held text not null,
                    note text not null,
                    by_id uuid references member (id),
                    at bigint not null,
                    salt text not null
                )",
                "create index decision_review_by_decision on decision_review (decision_id, at, id)",
                "create index decision_review_by_idea on decision_review (idea_id)",
                // When the first open appeal of an idea is to be answered.
                "alter table idea add column appeal_due_at bigint",
                // Where an idea rests, an open appeal is the promise: these are the states of
                // `State::rests`, and the words those of `store_conditions::DUE`.
                "create index idea_by_promise on idea ((case when appeal_due_at is not null
                    and state in ('DECLINED', 'ON_HOLD', 'MERGED') then appeal_due_at
                    else coalesce(due_at, 9000000000000000) end), id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop index idea_by_promise",
                "alter table idea drop column appeal_due_at",
                "drop table decision_review",
                "drop table appeal",
            ],
        )
        .await
    }
}
