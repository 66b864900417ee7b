//! What assessing promises: an assessment is taken or kept as advice, says at once what it
//! is worth, publishes the score at the quorum and not before, and can be taken back. How
//! scores are computed is told in `scoring.rs`, where ideas stand in `backlog.rs`.

mod at_once;
mod blind;
mod gates;
mod handing_in;
mod inputs;
mod leave;
pub(crate) mod plain;
mod recused;
pub(crate) mod scorecards;
mod stale;
mod taking_back;
mod untouched;
