//! Who is asked to assess an idea, and who must not judge it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `watch_at` is when the calendar looks at it next; none once nobody is waited for.
                "create table assignment (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    assessor_id uuid not null references member (id),
                    assigned_at bigint not null,
                    due_at bigint not null,
                    is_done boolean not null,
                    is_recused boolean not null,
                    watch_at bigint,
                    unique (idea_id, assessor_id)
                )",
                "create index assignment_by_assessor on assignment (assessor_id, due_at, id)",
                "create index assignment_by_due on assignment (due_at, id)",
                "create index assignment_by_watch on assignment (watch_at, id)",
                // The event that made it holds the digest of `salt`, `kind` and `note`.
                "create table conflict (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    member_id uuid not null references member (id),
                    kind text not null,
                    note text,
                    declared_at bigint not null,
                    withdrawn_at bigint,
                    salt text not null
                )",
                "create index conflict_by_idea on conflict (idea_id, member_id)",
                "create index conflict_by_member on conflict (member_id, idea_id)",
                // Said once more beside the definition, for lists that ask who lacks assessments.
                "alter table rubric_version add column quorum integer not null default 0",
            ],
        )
        .await?;
        let quorum = match manager.get_database_backend() {
            DbBackend::Postgres => "cast(cast(definition as json) ->> 'quorum' as integer)",
            _ => "json_extract(definition, '$.quorum')",
        };
        let told = format!("update rubric_version set quorum = {quorum}");
        manager.get_connection().execute_unprepared(&told).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "alter table rubric_version drop column quorum",
                "drop table conflict",
                "drop table assignment",
            ],
        )
        .await
    }
}
