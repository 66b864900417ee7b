//! The ranked backlog: which idea stands where, how sure that is, and what would change it.
//! Ranks come from a histogram that is folded from the log of score changes, never from
//! counting rows.

pub mod chance;
pub mod commands;
pub mod commands_merge;
pub mod commands_rankings;
pub mod explain;
pub mod folds;
pub mod folds_fits;
pub mod frozen;
pub mod graphql;
pub mod graphql_decisions;
pub mod graphql_merges;
pub mod graphql_next;
pub mod graphql_preview;
pub mod graphql_quality;
pub mod graphql_rankings;
pub mod graphql_whatif;
pub mod histogram;
pub mod loaders;
pub mod movement;
pub mod next;
pub mod queries;
pub mod queries_explain;
pub mod queries_next;
pub mod queries_preview;
pub mod queries_quality;
pub mod queries_rankings;
pub mod queries_whatif;
pub mod rank;
pub mod reweigh;
pub mod store;
pub mod store_filter;
mod store_log;
pub mod store_next;
pub mod store_rankings;
pub mod store_reweigh;
pub mod store_verify;
mod store_week;

pub use queries::Placed;
