//! The tables' mirror: one file each, no behaviour. The shapes are made by `migration`.

pub mod assessment;
pub mod co_author;
pub mod comment;
pub mod decision;
pub mod event;
pub mod event_head;
pub mod follower;
pub mod idea;
pub mod idea_number;
pub mod idea_revision;
pub mod idea_score;
pub mod idea_tag;
pub mod idea_term;
pub mod idea_words;
pub mod idempotency;
pub mod member;
pub mod note;
pub mod notification;
pub mod question;
pub mod rating;
pub mod rubric;
pub mod rubric_version;
pub mod score_change;
pub mod stay;
pub mod support;
