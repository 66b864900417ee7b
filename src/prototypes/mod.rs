//! Prototypes: an idea is queued, its experiment is planned with what would disprove it, it is
//! tried within a time box, and what came of it is told, with a learning that others find.

pub mod commands;
pub mod commands_conclude;
pub mod commands_leaving;
pub mod commands_redact;
pub mod commands_running;
pub mod domain;
pub mod experiment;
pub mod graphql;
pub mod loaders;
pub mod queries;
pub mod store;
pub mod store_digests;
pub mod store_learnings;
pub mod store_lists;
pub mod store_redact;
pub mod store_verify;

pub use commands_leaving::hand_on;
pub use domain::{LIMIT_REACHED, Prototype};
pub use store_redact::plans_of;
