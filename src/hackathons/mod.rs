//! Hackathons: ideas are nominated and confirmed, people register and form teams, entries are
//! handed in and judged, and every idea comes back with what was learned.

pub mod commands;
pub mod commands_phases;
pub mod domain;
pub mod graphql;
pub mod history;
pub mod loaders;
pub mod phases;
pub mod plan;
pub mod queries;
pub mod standings;
pub mod store;
pub mod store_digests;
pub mod store_history;
pub mod store_lists;
pub mod store_metrics;
pub mod store_phases;
