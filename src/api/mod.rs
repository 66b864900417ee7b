//! The way in: the schema, the HTTP door, limits, and what refusals look like from outside.

pub mod error;
pub mod explorer;
pub mod http;
pub mod limits;
pub mod node;
pub mod redact;
pub mod schema;
