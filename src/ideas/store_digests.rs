//! What events carry of the texts around an idea: one digest per row, over its salt and all
//! that it says. Made when the row is written, and once more by `sluice verify`.

use crate::entity::{appeal, conflict, decision, decision_review, idea_revision, note, question};
use crate::platform::digest::sha256;
use uuid::Uuid;

/// Of every text of a revision.
pub fn revision(row: &idea_revision::Model) -> String {
    sha256(&[&row.salt, &row.body])
}

/// Of a decision with all that its maker said, and where the idea stood then.
pub fn decision(row: &decision::Model) -> String {
    let number = |number: Option<i64>| number.map_or(String::new(), |number| number.to_string());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    sha256(&[
        &row.salt,
        &row.kind,
        &row.reason,
        &text(&row.would_reconsider_if),
        &number(row.rank_then.map(i64::from)),
        &number(row.score_then.map(i64::from)),
        &row.is_override.to_string(),
        &text(&row.handed_to),
        &number(row.revisit_at),
        &text(&row.expectation),
        &text(&row.wrong_when),
        &number(row.review_at),
        &text(&row.outcome),
    ])
}

/// Of a question, before and after it is answered.
pub fn question(row: &question::Model) -> String {
    match &row.answer {
        None => sha256(&[&row.salt, &row.text]),
        Some(answer) => sha256(&[&row.salt, &row.text, answer]),
    }
}

/// Of an appeal as it was made: against which decision, why, and by when it is owed an answer.
pub fn appeal(row: &appeal::Model) -> String {
    let decision = row.decision_id.simple().to_string();
    sha256(&[&row.salt, &decision, &row.reason, &row.due_at.to_string()])
}

/// Of the answer to an appeal, whose outcome is the state it is in then.
pub fn appeal_answer(salt: &str, outcome: &str, answer: &str) -> String {
    sha256(&[salt, outcome, answer])
}

/// Of what was found when a decision was looked at again.
pub fn decision_review(row: &decision_review::Model) -> String {
    let decision = row.decision_id.simple().to_string();
    sha256(&[&row.salt, &decision, &row.held, &row.note])
}

/// Of what somebody said with an event.
pub fn note(row: &note::Model) -> String {
    sha256(&[&row.salt, &row.text])
}

/// Of a comment, who made it and who may hear it. There is no text to check once it is removed.
pub fn comment(salt: &str, author: Uuid, circle: &str, body: &str) -> String {
    sha256(&[salt, &author.simple().to_string(), circle, body])
}

/// Of a declared conflict of interest: its kind, and what was said with it.
pub fn conflict(row: &conflict::Model) -> String {
    sha256(&[
        &row.salt,
        &row.kind,
        row.note.as_deref().unwrap_or_default(),
    ])
}
