//! What people say about an idea, and who follows it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `circle` says who may read it; the event that made the text holds the
                // digest of `salt` and `body`, and `body` is empty once it is removed.
                "create table comment (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    author_id uuid not null references member (id),
                    circle text not null,
                    is_by_author boolean not null,
                    body text not null,
                    created_at bigint not null,
                    edited_at bigint,
                    removed_at bigint,
                    salt text not null
                )",
                "create index comment_by_idea on comment (idea_id, created_at, id)",
                "create table follower (
                    idea_id uuid not null references idea (id) on delete cascade,
                    member_id uuid not null references member (id),
                    at bigint not null,
                    primary key (idea_id, member_id)
                )",
                "create index follower_by_member on follower (member_id, idea_id)",
                // Whoever wrote an idea that is here already follows it too.
                "insert into follower (idea_id, member_id, at)
                    select id, author_id, created_at from idea",
                "insert into follower (idea_id, member_id, at)
                    select co_author.idea_id, co_author.member_id, idea.created_at
                    from co_author join idea on idea.id = co_author.idea_id
                    where co_author.member_id <> idea.author_id",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["drop table follower", "drop table comment"]).await
    }
}
