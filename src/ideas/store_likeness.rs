//! The SQL of likeness: how many ideas hold a word, which ideas do, and all words of some.
//! What everybody sees and what is hidden are apart in the index, so that the one is neither
//! counted nor searched with the other.

use super::likeness::{Counts, Reach, Shelf};
use super::store::{Sees, visible};
use super::terms::{LEVELS, WordKey};
use crate::entity::{idea, idea_term, idea_words};
use crate::platform::db::on_postgres;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, JoinType, Order, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;

/// So many hidden ideas are found at most, the latest.
const MOST_HIDDEN: u64 = 1_500;

/// In how many ideas that everybody sees each of these words stands; a word in none is not
/// there.
pub async fn frequencies(sql: &impl ConnectionTrait, words: &[WordKey]) -> Result<Counts> {
    let all_levels = |word: &WordKey| LEVELS.map(|level| word.term(level, false));
    let rows: Vec<(i64, i64)> = idea_term::Entity::find()
        .select_only()
        .column(idea_term::Column::Term)
        .expr_as(Expr::cust("count(*)"), "ideas")
        .filter(idea_term::Column::Term.is_in(words.iter().flat_map(all_levels)))
        .group_by(idea_term::Column::Term)
        .into_tuple()
        .all(sql)
        .await?;
    let mut counts = Counts::new();
    for (term, ideas) in rows {
        let (word, level) = WordKey::of_term(term);
        if let Some(count) = counts.entry(word).or_default().get_mut(level) {
            *count = ideas;
        }
    }
    Ok(counts)
}

/// The ideas within reach that this person may see, by number, with the shelf they stand on.
/// One statement, and a row for each shelf.
pub async fn within(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    reach: &Reach,
) -> Result<Vec<(Shelf, i64)>> {
    let terms = |is_hidden: bool| {
        let shelves = reach.shelves();
        shelves.map(move |shelf| (shelf.word.term(shelf.level, is_hidden), shelf))
    };
    let mut arms = Vec::new();
    if !reach.whole.is_empty() {
        let whole = reach.whole.iter();
        let whole = whole.map(|shelf| shelf.word.term(shelf.level, false));
        let mut all = Query::select();
        all.from(idea_term::Entity)
            .and_where(idea_term::Column::Term.is_in(whole));
        arms.push(by_term(all));
    }
    if let Some((shelf, most)) = &reach.part {
        let term = shelf.word.term(shelf.level, false);
        let mut latest = postings();
        latest
            .and_where(idea_term::Column::Term.eq(term))
            .order_by(idea_term::Column::Number, Order::Desc)
            .limit(most.unsigned_abs());
        arms.push(by_term_of(latest));
    }
    let on = Expr::col((idea::Entity, idea::Column::Number))
        .equals((idea_term::Entity, idea_term::Column::Number));
    let mut hidden = postings();
    hidden
        .join(JoinType::InnerJoin, idea::Entity, on)
        .and_where(idea_term::Column::Term.is_in(terms(true).map(|(term, _)| term)))
        .cond_where(visible(sees))
        .order_by((idea_term::Entity, idea_term::Column::Number), Order::Desc)
        .order_by((idea_term::Entity, idea_term::Column::Term), Order::Asc)
        .limit(MOST_HIDDEN);
    let query = arms.into_iter().fold(by_term_of(hidden), |mut query, arm| {
        query.union(UnionType::All, arm);
        query
    });
    let shelves: HashMap<i64, Shelf> = terms(false).chain(terms(true)).collect();
    let mut found = Vec::new();
    for row in sql.query_all(&query).await? {
        let shelf = shelves.get(&row.try_get_by_index::<i64>(0)?);
        let numbers: String = row.try_get_by_index(1)?;
        for number in numbers.split(',') {
            let number = number.parse().map_err(Error::internal)?;
            found.extend(shelf.map(|shelf| (*shelf, number)));
        }
    }
    Ok(found)
}

fn postings() -> SelectStatement {
    let mut postings = Query::select();
    postings
        .column((idea_term::Entity, idea_term::Column::Term))
        .column((idea_term::Entity, idea_term::Column::Number))
        .from(idea_term::Entity);
    postings
}

fn by_term_of(postings: SelectStatement) -> SelectStatement {
    let mut all = Query::select();
    all.from_subquery(postings, Alias::new("posting"));
    by_term(all)
}

/// All numbers under a term in one row: a row for each would cost several times as much.
fn by_term(mut postings: SelectStatement) -> SelectStatement {
    let numbers: SimpleExpr = Expr::cust("string_agg(cast(number as text), ',')");
    postings
        .column(idea_term::Column::Term)
        .expr(numbers)
        .group_by_col(idea_term::Column::Term);
    postings
}

/// The words of these ideas, packed, by number. All in one row, as text: rows cost more than
/// what is in them.
pub async fn words(sql: &impl ConnectionTrait, numbers: &[i64]) -> Result<Vec<(i64, Vec<u8>)>> {
    let all = if on_postgres(sql) {
        "string_agg(cast(number as text) || ':' || encode(words, 'hex'), ',')"
    } else {
        "string_agg(cast(number as text) || ':' || hex(words), ',')"
    };
    let row: Option<Option<String>> = idea_words::Entity::find()
        .select_only()
        .expr_as(Expr::cust(all), "words")
        .filter(idea_words::Column::Number.is_in(numbers.iter().copied()))
        .into_tuple()
        .one(sql)
        .await?;
    let read = |one: &str| {
        let (number, digits) = one.split_once(':')?;
        let (pairs, _) = digits.as_bytes().as_chunks();
        let bytes = pairs
            .iter()
            .map(|[high, low]| value(*high) << 4 | value(*low));
        Some((number.parse().ok()?, bytes.collect()))
    };
    let all = row.flatten().unwrap_or_default();
    Ok(all.split(',').filter_map(read).collect())
}

/// What a hexadecimal digit stands for, capital or not.
fn value(digit: u8) -> u8 {
    (digit & 15) + 9 * (digit >> 6)
}
