//! Hackathons in the graph.

mod activity;
mod hackathon;
mod inputs;
mod mutations;
mod queries;
mod viewer;

pub use activity::happening;
pub use hackathon::{HackathonNode, hackathon};
pub use mutations::{HackathonMutation, HackathonPayload};
pub use queries::HackathonQuery;
