//! Which idea goes on in which other one, and all that each is part of.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // One edge per merge, for ever: the decision that made it, and when it was
                // undone.
                "create table merge (
                    decision_id uuid primary key not null references decision (id) on delete cascade,
                    absorbed_id uuid not null references idea (id) on delete cascade,
                    into_id uuid not null references idea (id),
                    since bigint not null,
                    ended_at bigint
                )",
                "create unique index merge_that_stands on merge (absorbed_id)
                    where ended_at is null",
                "create index merge_by_into on merge (into_id, since, absorbed_id)",
                // Each absorbed idea with every one it is part of: the one it was merged into,
                // the one that went into, and so on. `is_survivor`: that one goes on;
                // `is_counted`: the whole organization sees the absorbed one, and so its
                // supporters count where it went.
                "create table absorption (
                    idea_id uuid not null references idea (id) on delete cascade,
                    within_id uuid not null references idea (id),
                    is_survivor boolean not null,
                    is_counted boolean not null,
                    primary key (idea_id, within_id)
                )",
                "create index absorption_by_within on absorption (within_id, idea_id, is_counted)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table absorption", "drop table merge"]).await
    }
}
