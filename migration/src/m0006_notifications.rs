//! What people are told about ideas, and when the calendar looks at one.

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
                "create index notification_by_member on notification (member_id, at, idea_id, id)",
                "create index notification_unread on notification (member_id, at, idea_id, id)
                    where read_at is null",
                // A draft that is thrown away takes along what was told of it.
                "create index notification_by_idea on notification (idea_id)",
                // When the calendar looks at it next: on its day, or to remind somebody.
                "alter table idea add column wake_at bigint",
                "create index idea_by_wake on idea (wake_at, id) where wake_at is not null",
                "update idea set wake_at =
                    case when state = 'ON_HOLD' then due_at else due_at - 86400000000 end
                    where due_at is not null",
                // Decisions that somebody wanted to look at again, until they were asked to.
                "create table review_due (
                    decision_id uuid primary key not null references decision (id)
                        on delete cascade,
                    at bigint not null
                )",
                "create index review_due_by_day on review_due (at, decision_id)",
                "insert into review_due (decision_id, at)
                    select id, review_at from decision where review_at is not null",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop table review_due",
                "drop index idea_by_wake",
                "alter table idea drop column wake_at",
                "drop table notification",
            ],
        )
        .await
    }
}
