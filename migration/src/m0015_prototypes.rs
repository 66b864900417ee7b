//! What is tried out: the queue of prototypes with their experiments, and what they taught.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `place` is the order of those that are queued. `measures` and `results` are
                // lists in JSON; the event of the plan holds the digest of `plan_salt` and all
                // that was planned, that of the conclusion the digest of `result_salt` and
                // `results`.
                "create table prototype (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    owner_id uuid references member (id),
                    state text not null,
                    revision integer not null,
                    place bigint not null,
                    form text,
                    hypothesis text,
                    assumption text,
                    measures text not null,
                    time_box_days integer,
                    plan_salt text not null,
                    queued_at bigint not null,
                    started_at bigint,
                    due_at bigint,
                    extended_at bigint,
                    ended_at bigint,
                    results text not null,
                    result_salt text not null,
                    outcome text,
                    decision text,
                    is_self_reported boolean not null
                )",
                "create index prototype_by_idea on prototype (idea_id, queued_at, id)",
                "create index prototype_by_state on prototype (state, place, id)",
                "create index prototype_by_owner on prototype (owner_id, state)",
                // One row: whoever changes the order, or starts something, holds it.
                "create table prototype_queue (id integer primary key not null)",
                "insert into prototype_queue (id) values (1)",
                // The event of the conclusion holds the digest of `salt` and the three texts.
                "create table learning (
                    id uuid primary key not null,
                    prototype_id uuid not null references prototype (id) on delete cascade,
                    idea_id uuid not null references idea (id) on delete cascade,
                    believed text,
                    found text not null,
                    next_time text,
                    outcome text not null,
                    recorded_by_id uuid references member (id),
                    recorded_at bigint not null,
                    salt text not null
                )",
                "create index learning_by_idea on learning (idea_id, recorded_at, id)",
                "create index learning_by_time on learning (recorded_at, id)",
                "create table learning_word (
                    word bigint not null,
                    learning_id uuid not null references learning (id) on delete cascade,
                    primary key (word, learning_id)
                ){clustered}",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop table learning_word",
                "drop table learning",
                "drop table prototype_queue",
                "drop table prototype",
            ],
        )
        .await
    }
}
