//! What a person can ask about ideas: one, many, a page in some order, those that are alike.

use super::domain::{Idea, IdeaId, tag_form};
use super::lifecycle::{Party, State};
use super::store::{self, Sees, nothing, visible};
use super::words;
use crate::entity::{assessment, idea, idea_score, idea_tag, idea_term, support};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::page::{KeyKind, Page, PageArgs, SortKey, encode, sort};
use crate::session::Session;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, Order, Query, SelectStatement,
    SimpleExpr,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use serde_json::json;

/// How a person stands to ideas they look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Author,
    CoAuthor,
    Steward,
    Assessed,
    Supports,
}

/// Which ideas are wanted. All that is given must hold; an empty list matches nothing.
#[derive(Clone, Debug, Default)]
pub struct IdeaFilter {
    pub states: Option<Vec<State>>,
    pub author: Option<MemberId>,
    pub steward: Option<MemberId>,
    pub viewer: Option<Vec<Relation>>,
    pub tags: Option<Vec<String>>,
    pub due_before: Option<Micros>,
    pub state_since_before: Option<Micros>,
    pub submitted_after: Option<Micros>,
    pub submitted_before: Option<Micros>,
    pub waiting_for: Option<Party>,
    pub is_overdue: Option<bool>,
}

/// What a list of ideas is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    Relevance,
    SubmittedAt,
    UpdatedAt,
    StateSince,
    DueAt,
    Score,
    Support,
    Number,
}

/// A list of ideas: which, and in which order.
#[derive(Clone, Debug)]
pub struct List {
    pub filter: IdeaFilter,
    pub search: Option<String>,
    /// By relevance when something is searched for, else the latest first.
    pub order: Option<(OrderField, Order)>,
}

/// An idea on a page, with its cursor there.
#[derive(Clone, Debug)]
pub struct Listed {
    pub idea: Idea,
    pub cursor: String,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    idea: idea::Model,
    sort_key: i64,
}

/// A page of the ideas the caller may see: one statement, at any depth.
pub async fn page(s: &Session, list: &List, args: PageArgs) -> Result<Page<Listed>> {
    let sees = Sees::of(&s.actor)?;
    let order = list.order()?;
    let name = format!("ideas:{:?}:{}", order.0, matches!(order.1, Order::Desc));
    let window = args.window(&name)?;
    let by = order.0.expression();
    let keys = [
        SortKey { by: by.clone(), order: order.1.clone(), kind: KeyKind::Integer },
        sort(idea::Column::Id.into_expr(), order.1.clone(), KeyKind::Id),
    ];
    let mut query = idea::Entity::find()
        .expr_as(by, "sort_key")
        .filter(list.condition(s, &sees))
        .filter(window.condition(&keys)?)
        .limit(window.limit());
    list.join(order.0, QueryFilter::query(&mut query));
    for key in keys {
        let direction = window.order(&key.order);
        query = query.order_by(key.by, direction);
    }
    let rows = query.into_model::<Row>().all(s.reader()).await?;
    let listed = rows.into_iter().map(|row| {
        let idea = store::read(row.idea)?;
        let cursor = encode(&name, &[json!(row.sort_key), json!(idea.id.0)]);
        Ok(Listed { idea, cursor })
    });
    Ok(window.page(listed.collect::<Result<_>>()?))
}

/// How many ideas the list holds in all.
pub async fn count(s: &Session, list: &List) -> Result<i64> {
    let sees = Sees::of(&s.actor)?;
    let mut query = idea::Entity::find()
        .select_only()
        .expr_as(idea::Column::Id.count(), "count")
        .filter(list.condition(s, &sees));
    if list.terms().is_some() {
        list.join(OrderField::Relevance, QueryFilter::query(&mut query));
    }
    let row = s.reader().query_one(query.as_query()).await?;
    let row = row.ok_or_else(|| Error::internal("a count has one row"))?;
    Ok(row.try_get("", "count")?)
}

impl OrderField {
    /// What it sorts by, on both databases; what is missing comes last or, as a score, lowest.
    fn expression(self) -> SimpleExpr {
        match self {
            Self::Relevance => Expr::col((Alias::new("found"), Alias::new("relevance"))).into(),
            Self::SubmittedAt => Expr::cust("coalesce(idea.submitted_at, idea.created_at)"),
            Self::UpdatedAt => idea::Column::UpdatedAt.into_expr().into(),
            Self::StateSince => idea::Column::StateSince.into_expr().into(),
            Self::DueAt => Expr::cust("coalesce(idea.due_at, 9000000000000000)"),
            Self::Score => Expr::cust(
                "cast(case when idea_score.published_at is null then -1 else idea_score.key end as bigint)",
            ),
            Self::Support => Expr::cust("cast(idea.support_count as bigint)"),
            Self::Number => idea::Column::Number.into_expr().into(),
        }
    }
}

impl List {
    fn terms(&self) -> Option<Vec<String>> {
        let search = self.search.as_deref()?;
        (!search.trim().is_empty()).then(|| words::words(search).into_iter().collect())
    }

    fn order(&self) -> Result<(OrderField, Order)> {
        match (&self.order, self.terms()) {
            (Some((OrderField::Relevance, _)), None) => {
                let mut faults = Faults::default();
                faults.add_argument(
                    "orderBy",
                    "SEARCH_MISSING",
                    "Ideas can be ordered by RELEVANCE when `search` says what for.",
                );
                Err(Error::Invalid(faults))
            }
            (Some(order), _) => Ok(order.clone()),
            (None, Some(_)) => Ok((OrderField::Relevance, Order::Desc)),
            (None, None) => Ok((OrderField::SubmittedAt, Order::Desc)),
        }
    }

    fn condition(&self, s: &Session, sees: &Sees) -> Condition {
        self.filter.condition(sees, s.now()).add(visible(sees))
    }

    /// Joins what the order or the search needs.
    fn join(&self, order: OrderField, query: &mut SelectStatement) {
        if let Some(terms) = self.terms() {
            let found = found(&terms);
            let on = Expr::col((Alias::new("found"), Alias::new("idea_id")))
                .equals((idea::Entity, idea::Column::Id));
            query.join_subquery(JoinType::InnerJoin, found, Alias::new("found"), on);
        }
        if order == OrderField::Score {
            let on = Expr::col((idea_score::Entity, idea_score::Column::IdeaId))
                .equals((idea::Entity, idea::Column::Id));
            query.join(JoinType::LeftJoin, idea_score::Entity, on);
        }
    }
}

/// Ideas in which every one of these words stands, with how much of them they hold.
fn found(terms: &[String]) -> SelectStatement {
    let mut query = Query::select();
    query
        .column(idea_term::Column::IdeaId)
        .expr_as(
            Func::sum(idea_term::Column::Weight.into_expr()).cast_as(Alias::new("bigint")),
            Alias::new("relevance"),
        )
        .from(idea_term::Entity)
        .cond_where(idea_term::Column::Term.is_in(terms.iter().map(String::as_str)))
        .group_by_col(idea_term::Column::IdeaId)
        .and_having(Expr::cust("count(*)").eq(i64::try_from(terms.len()).unwrap_or(i64::MAX)));
    if terms.is_empty() {
        // Something was searched for that has no word in it.
        query.and_where(Expr::cust("1 = 0"));
    }
    query
}

impl IdeaFilter {
    fn condition(&self, sees: &Sees, now: Micros) -> Condition {
        let mut all = Condition::all();
        if let Some(states) = &self.states {
            all = all.add(any_state(states));
        }
        if let Some(author) = self.author {
            // Whose authors are hidden is nobody's, but for those who wrote it.
            all = all.add(idea::Column::AuthorId.eq(author.0)).add(store::shows_authors(sees));
        }
        if let Some(steward) = self.steward {
            all = all.add(idea::Column::StewardId.eq(steward.0));
        }
        if let Some(relations) = &self.viewer {
            let any = relations
                .iter()
                .fold(Condition::any(), |any, relation| any.add(relation.condition(sees.member)));
            all = all.add(if relations.is_empty() { nothing() } else { any });
        }
        if let Some(tags) = &self.tags {
            if tags.is_empty() {
                all = all.add(nothing());
            }
            for tag in tags {
                let tagged = Query::select()
                    .column(idea_tag::Column::IdeaId)
                    .from(idea_tag::Entity)
                    .and_where(idea_tag::Column::Tag.eq(tag_form(tag)))
                    .to_owned();
                all = all.add(idea::Column::Id.in_subquery(tagged));
            }
        }
        if let Some(party) = self.waiting_for {
            let states: Vec<State> = State::ALL
                .iter()
                .copied()
                .filter(|state| state.party() == party)
                .collect();
            all = all.add(any_state(&states));
        }
        if let Some(is_overdue) = self.is_overdue {
            let overdue = idea::Column::DueAt.lt(now);
            all = all.add(if is_overdue {
                overdue.into_condition()
            } else {
                Condition::any().add(idea::Column::DueAt.is_null()).add(idea::Column::DueAt.gte(now))
            });
        }
        let bounds = [
            (self.due_before, idea::Column::DueAt, true),
            (self.state_since_before, idea::Column::StateSince, true),
            (self.submitted_before, idea::Column::SubmittedAt, true),
            (self.submitted_after, idea::Column::SubmittedAt, false),
        ];
        for (bound, column, before) in bounds {
            if let Some(bound) = bound {
                all = all.add(if before { column.lt(bound) } else { column.gt(bound) });
            }
        }
        all
    }
}

impl Relation {
    fn condition(self, member: MemberId) -> Condition {
        let ideas = |query: SelectStatement| {
            Condition::all().add(idea::Column::Id.in_subquery(query))
        };
        match self {
            Self::Author => idea::Column::AuthorId.eq(member.0).into_condition(),
            Self::CoAuthor => store::written_with(member),
            Self::Steward => idea::Column::StewardId.eq(member.0).into_condition(),
            Self::Supports => ideas(
                Query::select()
                    .column(support::Column::IdeaId)
                    .from(support::Entity)
                    .and_where(support::Column::MemberId.eq(member.0))
                    .to_owned(),
            ),
            Self::Assessed => ideas(
                Query::select()
                    .column(assessment::Column::IdeaId)
                    .from(assessment::Entity)
                    .and_where(assessment::Column::AssessorId.eq(member.0))
                    .and_where(assessment::Column::IsWithdrawn.eq(false))
                    .to_owned(),
            ),
        }
    }
}

fn any_state(states: &[State]) -> Condition {
    if states.is_empty() {
        return nothing();
    }
    idea::Column::State
        .is_in(states.iter().map(|state| state.as_str()))
        .into_condition()
}

/// An idea that is like another.
#[derive(Clone, Debug)]
pub struct Similar {
    pub idea: Idea,
    /// Thousandths, 1 to 1,000.
    pub similarity: u32,
    /// The words both have, in order.
    pub matched: Vec<String>,
}

/// Ideas are compared by so many words of the one that is looked at,
const MOST_WORDS: usize = 24;
/// and so many candidates are looked at closely.
const MOST_CANDIDATES: u64 = 60;
/// Below this, two texts have nothing to do with each other (thousandths).
const LEAST_LIKENESS: u32 = 150;

#[derive(FromQueryResult)]
struct Candidate {
    #[sea_orm(nested)]
    idea: idea::Model,
}

/// Ideas the caller may see that are like this text, the likest first; at most `most`.
/// `but` is left out. Two statements' worth of work whatever the number of ideas: the
/// longest words find the candidates, the share of common words puts them in order.
pub async fn similar(
    s: &Session,
    title: &str,
    problem: &str,
    but: Option<IdeaId>,
    most: usize,
) -> Result<Vec<Similar>> {
    let sees = Sees::of(&s.actor)?;
    let all = words::words(&format!("{title}\n{problem}"));
    let mut telling: Vec<&String> = all.iter().filter(|word| words::is_telling(word)).collect();
    telling.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), *word));
    telling.truncate(MOST_WORDS);
    if telling.is_empty() {
        return Ok(Vec::new());
    }
    let shared = Query::select()
        .column(idea_term::Column::IdeaId)
        .expr_as(Expr::cust("count(*)"), Alias::new("shared"))
        .from(idea_term::Entity)
        .and_where(idea_term::Column::Term.is_in(telling.iter().map(|word| word.as_str())))
        .group_by_col(idea_term::Column::IdeaId)
        .to_owned();
    let on = Expr::col((Alias::new("found"), Alias::new("idea_id")))
        .equals((idea::Entity, idea::Column::Id));
    let mut query = idea::Entity::find().filter(visible(&sees));
    QueryFilter::query(&mut query)
        .join_subquery(JoinType::InnerJoin, shared, Alias::new("found"), on)
        .order_by((Alias::new("found"), Alias::new("shared")), Order::Desc)
        .order_by((idea::Entity, idea::Column::Id), Order::Asc)
        .limit(MOST_CANDIDATES);
    if let Some(but) = but {
        query = query.filter(idea::Column::Id.ne(but.0));
    }
    let mut found = Vec::new();
    for row in query.into_model::<Candidate>().all(s.reader()).await? {
        let idea = store::read(row.idea)?;
        let theirs = words::words(&format!("{}\n{}", idea.text.title, idea.text.problem));
        let similarity = words::likeness(&all, &theirs);
        if similarity < LEAST_LIKENESS {
            continue;
        }
        let both = all.intersection(&theirs).filter(|word| words::is_telling(word));
        let matched = both.cloned().collect();
        found.push(Similar { idea, similarity, matched });
    }
    found.sort_by_key(|similar| (std::cmp::Reverse(similar.similarity), similar.idea.id));
    found.truncate(most);
    Ok(found)
}
