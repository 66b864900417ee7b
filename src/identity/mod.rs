//! People: who a token names, and which roles they have. Makes members on first sight;
//! knows nothing of what people do here.

pub mod claims;
pub mod commands;
pub mod commands_members;
pub mod domain;
pub mod gate;
pub mod graphql;
pub mod graphql_members;
pub mod keys;
pub mod loaders;
pub mod queries;
pub mod store;
pub mod store_digests;
pub mod store_import;
pub mod store_members;
pub mod tokens;
