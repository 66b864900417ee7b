//! Rubrics, assessments, and the score they make. The pure rooms (`rubric`, `presets`,
//! `scoring`) hold the arithmetic; the commands put it to work and publish what it says.

pub mod commands;
pub mod commands_import;
pub mod commands_leaving;
pub mod commands_redact;
pub mod domain;
pub mod graphql;
pub mod importing;
pub mod loaders;
pub mod presets;
pub mod queries;
pub mod rubric;
pub mod scoring;
pub mod shelf;
pub mod store;
pub mod store_digests;
pub mod store_import;
pub mod store_redact;
mod store_rubrics;
pub mod store_verify;

pub use commands::{UNRATED, come_back, recount};
pub use commands_leaving::{Leaving, deactivate};
