//! Who is generous and who is strict under rubrics that remove it from the scores.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Whoever computes a score under the rubric, or fits anew, locks its row.
                "create table fit (
                    rubric_id uuid primary key not null references rubric (id),
                    fitted_at bigint
                )",
                // `leniency` in millionths of a point: positive is generous.
                "create table leniency (
                    rubric_id uuid not null references rubric (id),
                    member_id uuid not null references member (id),
                    leniency bigint not null,
                    primary key (rubric_id, member_id)
                )",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table leniency", "drop table fit"]).await
    }
}
