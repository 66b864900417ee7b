//! Members, the event log with its heads, and the keys of requests that may be sent again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // The key is issuer + subject, never the e-mail.
                "create table member (
                    id uuid primary key not null,
                    issuer text not null,
                    subject text not null,
                    name text not null,
                    folded_name text not null,
                    email text,
                    token_roles text not null,
                    granted_roles text not null,
                    is_active boolean not null,
                    created_at bigint not null,
                    updated_at bigint not null,
                    unique (issuer, subject)
                )",
                "create index member_by_name on member (name, id)",
                // One narrow row per subject: its lock, its last position, its last hash.
                "create table event_head (
                    subject_kind text not null,
                    subject_id uuid not null,
                    position bigint not null,
                    hash text not null,
                    primary key (subject_kind, subject_id)
                )",
                "create table event (
                    id {counter},
                    uid uuid not null unique,
                    transaction_id {transaction},
                    subject_kind text not null,
                    subject_id uuid not null,
                    position bigint not null,
                    kind text not null,
                    actor_id uuid references member (id),
                    at bigint not null,
                    data text not null,
                    hash text not null,
                    unique (subject_kind, subject_id, position)
                )",
                "create index event_by_transaction on event (transaction_id, id)",
                "create table idempotency (
                    member_id uuid not null references member (id),
                    mutation text not null,
                    key text not null,
                    input_hash text not null,
                    result text not null,
                    created_at bigint not null,
                    primary key (member_id, mutation, key)
                )",
                "create index idempotency_by_age on idempotency (created_at)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop table idempotency",
                "drop table event",
                "drop table event_head",
                "drop table member",
            ],
        )
        .await
    }
}
