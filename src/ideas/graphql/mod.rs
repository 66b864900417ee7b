//! Ideas in the graph: the public manual of what an idea shows.

mod appeals;
mod authors;
mod conversation;
mod counts;
mod history;
mod idea;
mod inputs;
mod mutations;
mod notifications;
mod parts;
mod query;
mod viewer;
mod waiting;

pub use appeals::{AppealMutation, AppealNode, AppealQuery, appeal};
pub use authors::AuthorshipMutation;
pub use conversation::{CommentNode, ConversationMutation, comment};
pub use counts::CountsQuery;
pub use history::{ActivityConnection, ActivityNode, IdeaRevisionNode, Told, activity};
pub use idea::{IdeaConnection, IdeaNode, idea, ideas};
pub use mutations::{DecideIdeaPayload, IdeaMutation, IdeaPayload, payload};
pub use notifications::{
    NotificationConnection, NotificationMutation, NotificationNode, notification, notifications_of,
    unread_of,
};
pub use parts::DecisionNode;
pub use query::{IdeaQuery, SimilarIdea, ideas_by};
