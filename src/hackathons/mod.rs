//! Hackathons: ideas are nominated and confirmed, people register and form teams, entries are
//! handed in and judged, and every idea comes back with what was learned.

pub mod commands;
pub mod commands_candidates;
pub mod commands_entries;
pub mod commands_judging;
pub mod commands_leaving;
pub mod commands_phases;
pub mod commands_redact;
pub mod commands_registrations;
pub mod commands_results;
pub mod commands_teams;
pub mod domain;
pub mod entries;
pub mod fit;
pub mod graphql;
pub mod history;
pub mod loaders;
pub mod loaders_entries;
pub mod loaders_people;
pub mod phases;
pub mod plan;
pub mod queries;
pub mod queries_entries;
pub mod queries_people;
pub mod standings;
pub mod store;
mod store_bench;
pub mod store_candidates;
pub mod store_digests;
pub mod store_entries;
pub mod store_fit;
pub mod store_history;
pub mod store_judging;
pub mod store_leaving;
pub mod store_lists;
pub mod store_metrics;
pub mod store_phases;
pub mod store_redact;
pub mod store_registrations;
pub mod store_results;
pub mod store_teams;
pub mod store_verify;
pub mod store_verify_entries;
pub mod teaming;

pub use commands_leaving::hand_on;
pub use domain::HackathonId;
