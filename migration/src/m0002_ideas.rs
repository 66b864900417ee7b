//! Ideas with their immutable revisions, and what people do around them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Hands out the numbers that people say aloud, without a row all writers wait for.
                "create table idea_number (
                    number {counter},
                    idea_id uuid not null
                )",
                "create table idea (
                    id uuid primary key not null,
                    number bigint not null unique,
                    external_id text unique,
                    revision integer not null,
                    text_revision integer not null,
                    shown_from_revision integer not null,
                    title text not null,
                    problem text not null,
                    proposal text,
                    beneficiaries text,
                    evidence_kind text,
                    evidence text,
                    expected_outcome text,
                    hypothesis text,
                    riskiest_assumption text,
                    success_measure text,
                    links text not null,
                    tags text not null,
                    channel text not null,
                    visibility text not null,
                    authorship text not null,
                    author_id uuid not null references member (id),
                    submitted_by_id uuid references member (id),
                    steward_id uuid references member (id),
                    state text not null,
                    left_state text,
                    state_since bigint not null,
                    due_at bigint,
                    promise_left bigint,
                    rubric_version_id uuid,
                    score_published_at bigint,
                    support_count bigint not null,
                    created_at bigint not null,
                    updated_at bigint not null,
                    submitted_at bigint
                )",
                "create index idea_by_state on idea (state, state_since, id)",
                "create index idea_by_author on idea (author_id, id)",
                "create index idea_by_steward on idea (steward_id, state)",
                "create index idea_by_update on idea (updated_at, id)",
                "create index idea_by_submission on idea ((coalesce(submitted_at, created_at)), id)",
                "create index idea_by_due on idea ((coalesce(due_at, 9000000000000000)), id)",
                "create index idea_by_support on idea (support_count, id)",
                "create index idea_by_since on idea (state_since, id)",
                // `body` holds every text of the revision as canonical JSON; the event that
                // made it holds the digest of `salt` and `body`.
                "create table idea_revision (
                    idea_id uuid not null references idea (id) on delete cascade,
                    number integer not null,
                    body text not null,
                    changed text not null,
                    at bigint not null,
                    by_id uuid references member (id),
                    salt text not null,
                    primary key (idea_id, number)
                )",
                "create table co_author (
                    idea_id uuid not null references idea (id) on delete cascade,
                    member_id uuid not null references member (id),
                    primary key (idea_id, member_id)
                )",
                "create index co_author_by_member on co_author (member_id, idea_id)",
                "create table idea_tag (
                    tag text not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    primary key (tag, idea_id)
                )",
                "create index idea_tag_by_idea on idea_tag (idea_id)",
                // The database as an index of words; folding and order are made in Rust. A word
                // is a number, with how much of it the idea holds and whether the idea is
                // hidden from some; the empty word stands in every idea.
                "create table idea_term (
                    term bigint not null,
                    number bigint not null,
                    primary key (term, number)
                ){clustered}",
                // The words of each idea in one piece, to compare it and to find its terms.
                "create table idea_words (
                    number bigint primary key not null references idea (number) on delete cascade,
                    is_hidden boolean not null,
                    words bytea not null
                ){clustered}",
                "create table support (
                    idea_id uuid not null references idea (id) on delete cascade,
                    member_id uuid not null references member (id),
                    at bigint not null,
                    primary key (idea_id, member_id)
                )",
                "create index support_by_member on support (member_id, idea_id)",
                "create table question (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    text text not null,
                    asked_by_id uuid references member (id),
                    asked_at bigint not null,
                    answer text,
                    answered_by_id uuid references member (id),
                    answered_at bigint,
                    salt text not null
                )",
                "create index question_by_idea on question (idea_id, asked_at)",
                "create table decision (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    kind text not null,
                    reason text not null,
                    decided_by_id uuid references member (id),
                    decided_at bigint not null,
                    rank_then integer,
                    score_then integer,
                    is_override boolean not null,
                    would_reconsider_if text,
                    handed_to text,
                    revisit_at bigint,
                    expectation text,
                    wrong_when text,
                    review_at bigint,
                    outcome text,
                    salt text not null
                )",
                // What somebody said with an event that has no row of its own.
                "create table note (
                    id uuid primary key not null,
                    idea_id uuid not null references idea (id) on delete cascade,
                    text text not null,
                    salt text not null
                )",
                "create index decision_by_idea on decision (idea_id, decided_at, id)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "drop table note",
                "drop table decision",
                "drop table question",
                "drop table support",
                "drop table idea_words",
                "drop table idea_term",
                "drop table idea_tag",
                "drop table co_author",
                "drop table idea_revision",
                "drop table idea",
                "drop table idea_number",
            ],
        )
        .await
    }
}
