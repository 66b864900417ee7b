//! The ranked backlog: which idea stands where, how sure that is, and what would change it.
//! Ranks come from a histogram that is folded from the log of score changes, never from
//! counting rows.

pub mod chance;
pub mod commands;
pub mod commands_merge;
pub mod explain;
pub mod folds;
pub mod graphql;
pub mod graphql_decisions;
pub mod graphql_merges;
pub mod histogram;
pub mod loaders;
pub mod queries;
pub mod queries_explain;
pub mod rank;
pub mod store;
pub mod store_filter;
mod store_log;
pub mod store_verify;

pub use queries::Placed;
