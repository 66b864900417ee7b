//! The SQL of likeness: how many ideas hold a word, which ideas hold the rarest words, and
//! how much of each they hold. What everybody sees and what is hidden are apart in the
//! index, so that the one is neither counted nor searched with the other.

use super::domain::IdeaId;
use super::likeness::{MOST_POSTINGS, Word};
use super::store::{Sees, visible};
use crate::entity::{idea, idea_term};
use crate::platform::error::Result;
use sea_orm::sea_query::{
    Alias, CaseStatement, Cond, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// In how many ideas that everybody sees each of these words stands; a word in none is not
/// there.
pub async fn frequencies(
    sql: &impl ConnectionTrait,
    words: &[&str],
) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = idea_term::Entity::find()
        .select_only()
        .column(idea_term::Column::Term)
        .expr_as(Expr::cust("count(*)"), "ideas")
        .filter(idea_term::Column::Term.is_in(words.iter().copied()))
        .filter(idea_term::Column::IsHidden.eq(false))
        .group_by(idea_term::Column::Term)
        .into_tuple()
        .all(sql)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The ideas this person may see that hold most of these words, most first; `but` is left
/// out.
pub async fn candidates(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    words: &[Word],
    but: Option<IdeaId>,
    most: u64,
) -> Result<Vec<IdeaId>> {
    let mut found = Vec::new();
    for is_hidden in [false, true] {
        let mut query = holding(words, is_hidden);
        let id = (Alias::new("term"), Alias::new("idea_id"));
        if is_hidden {
            let on = Expr::col(id.clone()).equals((idea::Entity, idea::Column::Id));
            query
                .join(JoinType::InnerJoin, idea::Entity, on)
                .cond_where(visible(sees));
        }
        if let Some(but) = but {
            query.and_where(Expr::col(id.clone()).ne(but.0));
        }
        query
            .order_by(Alias::new("holds"), Order::Desc)
            .order_by(id, Order::Asc)
            .limit(most);
        for row in sql.query_all(&query).await? {
            found.push(IdeaId(row.try_get::<Uuid>("", "idea_id")?));
        }
    }
    Ok(found)
}

/// Ideas with what they hold of these words, a rare word counting for more.
fn holding(words: &[Word], is_hidden: bool) -> SelectStatement {
    let term = |column: idea_term::Column| Expr::col((Alias::new("term"), column));
    let mut postings = Query::select();
    postings
        .columns([
            idea_term::Column::IdeaId,
            idea_term::Column::Term,
            idea_term::Column::Weight,
        ])
        .from(idea_term::Entity)
        .and_where(idea_term::Column::Term.is_in(words.iter().map(|word| word.word.as_str())))
        .and_where(idea_term::Column::IsHidden.eq(is_hidden));
    if words.iter().map(|word| word.ideas).sum::<i64>() > MOST_POSTINGS {
        // The rarest word is a common one: the latest ideas that hold it.
        postings
            .order_by(idea_term::Column::IdeaId, Order::Desc)
            .limit(MOST_POSTINGS.unsigned_abs());
    }
    let worth = words.iter().fold(CaseStatement::new(), |worth, word| {
        let is_it = term(idea_term::Column::Term).eq(word.word.as_str());
        worth.case(Cond::all().add(is_it), word.tells * word.holds)
    });
    let holds = term(idea_term::Column::Weight).mul(worth.finally(0_i64));
    Query::select()
        .column((Alias::new("term"), idea_term::Column::IdeaId))
        .expr_as(
            Func::sum(holds).cast_as(Alias::new("bigint")),
            Alias::new("holds"),
        )
        .from_subquery(postings, Alias::new("term"))
        .group_by_col((Alias::new("term"), idea_term::Column::IdeaId))
        .to_owned()
}

/// How much these ideas hold of these words, by idea.
pub async fn holdings(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
    words: &[Word],
) -> Result<HashMap<IdeaId, HashMap<String, i64>>> {
    let rows: Vec<(Uuid, String, i32)> = idea_term::Entity::find()
        .select_only()
        .columns([
            idea_term::Column::IdeaId,
            idea_term::Column::Term,
            idea_term::Column::Weight,
        ])
        .filter(idea_term::Column::Term.is_in(words.iter().map(|word| word.word.as_str())))
        .filter(idea_term::Column::IsHidden.is_in([false, true]))
        .filter(idea_term::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, HashMap<String, i64>> = HashMap::new();
    for (id, word, weight) in rows {
        let held = found.entry(IdeaId(id)).or_default();
        held.insert(word, i64::from(weight));
    }
    Ok(found)
}
