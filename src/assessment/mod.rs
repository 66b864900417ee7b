//! Rubrics, assessments, and the score they make. The pure rooms (`rubric`, `presets`,
//! `scoring`) hold the arithmetic; the commands put it to work and publish what it says.

pub mod assigning;
pub mod commands;
pub mod commands_anew;
pub mod commands_assignments;
pub mod commands_balance;
pub mod commands_conflicts;
pub mod commands_import;
pub mod commands_leaving;
pub mod commands_reaffirm;
pub mod commands_redact;
pub mod commands_refit;
pub mod commands_rescore;
pub mod commands_rubrics;
pub mod commands_scoring;
pub mod domain;
pub mod graphql;
pub mod importing;
pub mod loaders;
pub mod nearest;
pub mod plan;
pub mod presets;
pub mod queries;
pub mod queries_assignments;
pub mod queries_candidates;
pub mod rubric;
pub mod scoring;
pub mod shelf;
pub mod store;
pub mod store_assignments;
pub mod store_assignments_lists;
pub mod store_digests;
pub mod store_fits;
pub mod store_import;
pub mod store_redact;
pub mod store_rubric_changes;
mod store_rubrics;
pub mod store_verify;

pub use commands::{come_back, recount};
pub use commands_anew::begin_anew;
pub use commands_assignments::{end_assignments_of, publish_what_waited};
pub use commands_leaving::{Leaving, deactivate};
pub use commands_scoring::UNRATED;
