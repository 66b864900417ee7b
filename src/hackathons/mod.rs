//! Hackathons: ideas are nominated and confirmed, people register and form teams, entries are
//! handed in and judged, and every idea comes back with what was learned.

pub mod domain;
pub mod phases;
pub mod plan;
pub mod store;
pub mod store_digests;
