//! What Sluice promises, told as tests: one file per promise, each on both databases, over
//! real HTTP. `support` holds the house and its people.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and helpers are tests too"
)]

mod architecture;
mod assessment;
mod assigning;
mod authorization;
mod backlog;
mod calendar;
mod commands;
mod contract;
mod cost;
mod cursors;
mod decisions;
mod durability;
mod events;
mod hackathons;
mod http;
mod ideas;
mod identity;
mod import;
mod lifecycle;
mod members;
mod merging;
mod notifications;
mod people;
mod prototypes;
mod races;
mod ranking;
mod redaction;
mod rubrics;
mod schema;
mod scoring;
mod severity;
mod support;
mod texts;
mod veil;
mod verify;
mod walk;
