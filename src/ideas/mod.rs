//! Ideas: what people write, who may see it, and where it stands. Submitting, editing,
//! supporting, screening. An idea does not know its score; it keeps the place of one true.

pub mod appeals;
pub mod calendar;
pub mod commands;
pub mod commands_appeals;
pub mod commands_authorship;
pub mod commands_calendar;
pub mod commands_conversation;
pub mod commands_notifications;
pub mod commands_redact;
pub mod commands_steward;
pub mod conflict;
pub mod conversation;
pub mod domain;
pub mod graphql;
pub mod history;
pub mod lifecycle;
pub mod likeness;
mod listing;
pub mod lists;
pub mod loaders;
pub mod notifications;
pub mod promises;
pub mod queries;
pub mod queries_appeals;
pub mod redaction;
pub mod screening;
pub mod store;
mod store_acts;
pub mod store_appeals;
mod store_calendar;
mod store_changes;
pub mod store_clusters;
pub mod store_conditions;
pub mod store_conflicts;
pub mod store_conversation;
pub mod store_digests;
pub mod store_frequencies;
pub mod store_history;
pub mod store_import;
pub mod store_leaving;
mod store_likeness;
mod store_lists;
pub mod store_merges;
pub mod store_notifications;
pub mod store_redact;
pub mod store_stays;
mod store_terms;
pub mod store_verify;
pub mod terms;
pub mod words;

pub use listing::{
    Cause, Numbers, Score, correct, line_of as listing_of, lock_fit, moved as line_as_it_stands,
    settle,
};
pub use notifications::Notice;
pub use store_acts::{NewDecision, decide, keep_note};
pub use store_changes::{NewRow, insert, insert_row, move_to, move_until, promise, promise_all};
pub use store_leaving::hand_on;
pub use store_notifications::{
    authors_and_followers, authors_of, followers_of, notify, notify_each, notify_in_hackathon,
};
pub use store_redact::tell as tell_redaction;
