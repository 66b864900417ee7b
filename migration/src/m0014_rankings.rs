//! Frozen rankings, each with everything that is needed to compute it again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `snapshot` is canonical JSON: versions of the rubric, levels as entered,
                // what orders equals; no names, and no texts but those of the rubric.
                "create table ranking (
                    id uuid primary key not null,
                    number integer not null unique,
                    rubric_id uuid not null references rubric (id),
                    rubric_version_id uuid not null references rubric_version (id),
                    reason text not null,
                    salt text not null,
                    snapshot text not null,
                    input_hash text not null,
                    published_at bigint not null,
                    published_by_id uuid references member (id)
                )",
                // `place` is that in the list, from 1; equals share a rank.
                "create table ranking_entry (
                    ranking_id uuid not null references ranking (id) on delete cascade,
                    place integer not null,
                    idea_id uuid not null references idea (id),
                    rank integer not null,
                    key integer not null,
                    primary key (ranking_id, place)
                )",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table ranking_entry", "drop table ranking"]).await
    }
}
