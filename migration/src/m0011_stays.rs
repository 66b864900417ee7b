//! How long ideas stayed in the states they left, so that others can tell when theirs will.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Only stays that the whole organization could watch from the first day to the
                // last; `is_hidden` follows what becomes of the idea since.
                "create table stay (
                    id {counter},
                    idea_id uuid not null references idea (id) on delete cascade,
                    state text not null,
                    entered_at bigint not null,
                    left_at bigint not null,
                    is_hidden boolean not null
                )",
                // Holds all that is read, newest first or last.
                "create index stay_by_leaving on stay (is_hidden, left_at, state, entered_at)",
                "create index stay_by_idea on stay (idea_id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table stay"]).await
    }
}
