//! Prototypes in the graph: the queue, the experiments, and what they taught.

mod inputs;
mod mutations;
mod nodes;
mod queries;

pub use mutations::{PrototypeMutation, TrialMutation};
pub use nodes::{
    LearningConnection, LearningNode, PrototypeConnection, PrototypeNode, learning, learnings_of,
    prototype, prototypes_of,
};
pub use queries::PrototypeQuery;
