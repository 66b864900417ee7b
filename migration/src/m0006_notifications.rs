//! What people are told about ideas.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `notice` says what is told, `about_id` names what it is about: a decision, a
                // comment. There is no text: the sentence is made when it is read.
                "create table notification (
                    id uuid primary key not null,
                    member_id uuid not null references member (id),
                    notice text not null,
                    idea_id uuid references idea (id) on delete cascade,
                    about_id uuid,
                    at bigint not null,
                    read_at bigint
                )",
                "create index notification_by_member on notification (member_id, at, id)",
                "create index notification_unread on notification (member_id, at, id)
                    where read_at is null",
                // A draft that is thrown away takes along what was told of it.
                "create index notification_by_idea on notification (idea_id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table notification"]).await
    }
}
