//! People: who a token names, and which roles they have. Makes members on first sight;
//! knows nothing of what people do here.

pub mod claims;
pub mod commands;
pub mod domain;
pub mod gate;
pub mod graphql;
pub mod keys;
pub mod loaders;
pub mod queries;
pub mod store;
pub mod store_import;
pub mod tokens;
