//! The SQL of the index of words: what search and likeness find ideas by, kept with every
//! text. Each function serves a change of an idea that is locked.

use super::domain::{Idea, Visibility};
use super::lifecycle::State;
use super::likeness;
use super::redaction::TOMBSTONE;
use super::terms::{Held, pack};
use crate::entity::{idea_term, idea_words};
use crate::platform::db::{Tx, row_of};
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// Rows that one statement takes at most: SQLite takes 32,766 values.
const ROWS_AT_ONCE: usize = 10_000;

/// Whether some of the organization do not see it.
pub fn is_hidden(idea: &Idea) -> bool {
    idea.visibility != Visibility::Organization || idea.state == State::Draft
}

/// Keeps the words of a new idea.
pub async fn insert_words(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    let row = words_of(idea);
    insert_terms(tx, idea.number, terms(&row)).await?;
    idea_words::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

/// Keeps the words that an idea has now, and forgets those it has no more.
pub async fn renew_words(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    let row = words_of(idea);
    let before = terms_before(tx, idea).await?;
    let now = terms(&row);
    let gone = before.difference(&now).copied().collect();
    let fresh = now.difference(&before).copied().collect();
    delete_terms(tx, idea.number, gone).await?;
    insert_terms(tx, idea.number, fresh).await?;
    idea_words::Entity::update(row_of(row))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Forgets all words of an idea.
pub async fn forget_words(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    let before = terms_before(tx, idea).await?;
    delete_terms(tx, idea.number, before).await?;
    idea_words::Entity::delete_by_id(idea.number)
        .exec(tx.sql())
        .await?;
    Ok(())
}

fn words_of(idea: &Idea) -> idea_words::Model {
    let text = &idea.text;
    let rest = [
        Some(&text.problem),
        text.proposal.as_ref(),
        text.beneficiaries.as_ref(),
        text.evidence.as_ref(),
        text.expected_outcome.as_ref(),
        text.hypothesis.as_ref(),
        text.riskiest_assumption.as_ref(),
        text.success_measure.as_ref(),
    ];
    // What is gone makes nothing alike.
    let said = |text: &&str| *text != TOMBSTONE;
    let title = Some(text.title.as_str()).filter(said).unwrap_or_default();
    let rest = rest.into_iter().flatten().chain(&text.tags);
    let rest: Vec<&str> = rest.map(String::as_str).filter(said).collect();
    idea_words::Model {
        number: idea.number,
        is_hidden: is_hidden(idea),
        words: pack(&likeness::kept(title, &rest.join("\n"))),
    }
}

fn terms(row: &idea_words::Model) -> BTreeSet<i64> {
    Held::of(&row.words).terms(row.is_hidden).collect()
}

async fn terms_before(tx: &Tx<'_>, idea: &Idea) -> Result<BTreeSet<i64>> {
    let row = idea_words::Entity::find_by_id(idea.number)
        .one(tx.sql())
        .await?;
    Ok(row.as_ref().map(terms).unwrap_or_default())
}

async fn insert_terms(tx: &Tx<'_>, number: i64, terms: BTreeSet<i64>) -> Result<()> {
    let rows = terms
        .into_iter()
        .map(|term| idea_term::Model { term, number });
    let rows: Vec<_> = rows.map(row_of::<_, idea_term::ActiveModel>).collect();
    for part in rows.chunks(ROWS_AT_ONCE) {
        idea_term::Entity::insert_many(part.to_vec())
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

async fn delete_terms(tx: &Tx<'_>, number: i64, terms: BTreeSet<i64>) -> Result<()> {
    let terms: Vec<i64> = terms.into_iter().collect();
    for part in terms.chunks(ROWS_AT_ONCE) {
        idea_term::Entity::delete_many()
            .filter(idea_term::Column::Term.is_in(part.iter().copied()))
            .filter(idea_term::Column::Number.eq(number))
            .exec(tx.sql())
            .await?;
    }
    Ok(())
}
