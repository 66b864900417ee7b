//! Hackathons: who takes part with which idea, what they hand in, how it is judged, and what
//! came of it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `targets` is an object of numbers in JSON. Every event that changes the texts
                // holds the digest of `salt` and all of them.
                "create table hackathon (
                    id uuid primary key not null,
                    slug text not null unique,
                    name text not null,
                    theme text not null,
                    brief text not null,
                    phase text not null,
                    judging text not null,
                    rubric_version_id uuid references rubric_version (id),
                    starts_at bigint not null,
                    ends_at bigint not null,
                    submission_deadline bigint not null,
                    team_size_min integer not null,
                    team_size_max integer not null,
                    targets text not null,
                    revision integer not null,
                    organizer_id uuid references member (id),
                    created_at bigint not null,
                    published_at bigint,
                    salt text not null
                )",
                "create index hackathon_by_start on hackathon (starts_at, id)",
                "create table hackathon_judge (
                    hackathon_id uuid not null references hackathon (id),
                    member_id uuid not null references member (id),
                    primary key (hackathon_id, member_id)
                )",
                "create index hackathon_judge_by_member on hackathon_judge (member_id)",
                // What was said with a phase or with the results.
                "create table hackathon_note (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    text text not null,
                    salt text not null
                )",
                "create table registration (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    member_id uuid not null references member (id),
                    skills text not null,
                    seeks_team boolean not null,
                    at bigint not null,
                    salt text not null,
                    unique (hackathon_id, member_id)
                )",
                "create index registration_by_time on registration (hackathon_id, at, id)",
                // `note_id` is why it was nominated, `decision_id` why it was dropped.
                "create table candidate (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    idea_id uuid not null references idea (id),
                    state text not null,
                    nominated_by_id uuid references member (id),
                    nominated_at bigint not null,
                    note_id uuid not null references note (id),
                    decision_id uuid references decision (id),
                    entered_at bigint,
                    is_validated boolean not null,
                    unique (hackathon_id, idea_id)
                )",
                "create index candidate_by_idea on candidate (idea_id, nominated_at, id)",
                "create index candidate_by_time on candidate (hackathon_id, nominated_at, id)",
                "create table fit_rating (
                    candidate_id uuid not null references candidate (id),
                    member_id uuid not null references member (id),
                    theme integer not null,
                    buildable integer not null,
                    demoable integer not null,
                    staffable integer not null,
                    note text,
                    at bigint not null,
                    salt text not null,
                    primary key (candidate_id, member_id)
                )",
                // `takes_part` is set when the hackathon starts.
                "create table team (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    name text not null,
                    candidate_id uuid references candidate (id),
                    is_open boolean not null,
                    looking_for text not null,
                    takes_part boolean not null,
                    formed_at bigint not null,
                    dissolved_at bigint,
                    salt text not null
                )",
                "create index team_by_time on team (hackathon_id, formed_at, id)",
                "create index team_by_candidate on team (candidate_id)",
                // The key holds everybody to one team of a hackathon.
                "create table team_member (
                    hackathon_id uuid not null references hackathon (id),
                    member_id uuid not null references member (id),
                    team_id uuid not null references team (id),
                    joined_at bigint not null,
                    primary key (hackathon_id, member_id)
                )",
                "create index team_member_by_team on team_member (team_id, joined_at, member_id)",
                "create index team_member_by_member on team_member (member_id)",
                // `place` and `score`, in hundredths, are set when the results are published.
                "create table entry (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    team_id uuid not null unique references team (id),
                    revision integer not null,
                    title text not null,
                    summary text not null,
                    demo_url text,
                    repository_url text,
                    video_url text,
                    learned text,
                    submitted_at bigint not null,
                    updated_at bigint not null,
                    place integer,
                    score bigint,
                    salt text not null
                )",
                "create index entry_by_time on entry (hackathon_id, submitted_at, id)",
                // `ratings` is a list in JSON; `is_complete` says whether there are enough to count.
                "create table judgement (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    entry_id uuid not null references entry (id),
                    judge_id uuid not null references member (id),
                    ratings text not null,
                    is_complete boolean not null,
                    comment text,
                    submitted_at bigint not null,
                    salt text not null,
                    unique (entry_id, judge_id)
                )",
                "create index judgement_by_hackathon on judgement (hackathon_id)",
                // Of each pair the entry with the smaller id is on the left. What follows from
                // an order of several hangs together, and weighs half.
                "create table comparison (
                    hackathon_id uuid not null references hackathon (id),
                    judge_id uuid not null references member (id),
                    left_entry_id uuid not null references entry (id),
                    right_entry_id uuid not null references entry (id),
                    outcome text not null,
                    is_half boolean not null,
                    at bigint not null,
                    primary key (judge_id, left_entry_id, right_entry_id)
                )",
                "create index comparison_by_hackathon on comparison (hackathon_id)",
                "create table award (
                    id uuid primary key not null,
                    hackathon_id uuid not null references hackathon (id),
                    entry_id uuid not null references entry (id),
                    ordinal integer not null,
                    award text not null,
                    next_step text not null,
                    owner_id uuid references member (id),
                    due_at bigint not null,
                    salt text not null
                )",
                "create index award_by_entry on award (entry_id, ordinal)",
                // The idea that an event of a hackathon is about: who may not see that does
                // not see the event.
                "alter table event add column idea_id uuid",
                "alter table notification add column hackathon_id uuid",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "alter table notification drop column hackathon_id",
                "alter table event drop column idea_id",
                "drop table award",
                "drop table comparison",
                "drop table judgement",
                "drop table entry",
                "drop table team_member",
                "drop table team",
                "drop table fit_rating",
                "drop table candidate",
                "drop table registration",
                "drop table hackathon_note",
                "drop table hackathon_judge",
                "drop table hackathon",
            ],
        )
        .await
    }
}
