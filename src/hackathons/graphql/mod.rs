//! Hackathons in the graph.

mod activity;
mod candidates;
mod entries;
mod hackathon;
mod inputs;
mod inputs_people;
mod judging;
mod mutations;
mod mutations_people;
mod queries;
mod teams;
mod viewer;

pub use activity::happening;
pub use candidates::{
    CandidateNode, candidacies_of, candidate, hackathon_of, is_nominable, is_nominated, is_teamed,
};
pub use entries::{EntryNode, entry};
pub use hackathon::{HackathonNode, hackathon};
pub use judging::EntryMutation;
pub use mutations::{HackathonMutation, HackathonPayload};
pub use mutations_people::{CandidateMutation, TeamMutation};
pub use queries::HackathonQuery;
pub use teams::{RegistrationNode, TeamNode, registration, team};
