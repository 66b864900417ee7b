//! Sluice: the one record of an idea, from the first sentence to the outcome.
//!
//! A request walks one way through the house. It comes in at `api` (HTTP, limits, the
//! schema), meets its `session` (who acts, what time it is, the only way to the database),
//! and asks a feature: `identity`, `ideas`, `assessment`, `backlog`, `prototypes`,
//! `hackathons`, each leaning on those before it. Inside a feature `graphql` asks `commands` and `queries`; these ask `policy`
//! for leave and `store` for rows; and the pure rooms (`lifecycle`, `scoring`, `rank`,
//! `histogram`, `explain`) know no database at all. `platform` is what all of them stand
//! on, `entity` the tables' mirror, `graph` what all resolvers share. What happens by itself
//! begins in `calendar`, which the server turns.

// All mutations in one object make types deeper than the compiler goes by itself.
#![recursion_limit = "256"]

pub mod api;
pub mod assessment;
pub mod backlog;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod entity;
pub mod graph;
pub mod hackathons;
pub mod ideas;
pub mod identity;
pub mod platform;
pub mod policy;
pub mod prototypes;
pub mod session;
