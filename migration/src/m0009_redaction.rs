//! Texts can go for good, and people too.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Of a comment that was taken away nothing is left to try words against.
                "update comment set salt = '' where removed_at is not null",
                // What somebody said with an event of a member. The text is emptied with
                // its salt; the event holds the digest.
                "create table member_note (
                    id uuid primary key not null,
                    member_id uuid not null references member (id),
                    text text not null,
                    salt text not null
                )",
                "create index member_note_by_member on member_note (member_id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table member_note"]).await
    }
}
