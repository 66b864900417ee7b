//! Ideas in the graph: the public manual of what an idea shows.

mod history;
mod idea;
mod inputs;
mod mutations;
mod parts;
mod query;
mod waiting;

pub use history::{ActivityNode, IdeaRevisionNode};
pub use idea::{IdeaConnection, IdeaNode, idea};
pub use mutations::IdeaMutation;
pub use parts::DecisionNode;
pub use query::{IdeaQuery, SimilarIdea, ideas_by};
