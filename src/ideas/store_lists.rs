//! The SQL of lists of ideas: filters, orders, search.

use super::domain::Idea;
use super::lifecycle::{Party, State};
use super::lists::{Direction, IdeaFilter, List, OrderField, Relation};
use super::store::{self, Sees, nothing, visible};
use super::store_clusters as clusters;
use super::store_conditions::{
    any_state, apart, appealed, due, due_before, found, found_by_weight, lacking_assessments,
    overdue, under_rubric, with_tags, worked_on_by,
};
use crate::entity::{assessment, candidate, conflict, idea, idea_score};
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use sea_orm::sea_query::{
    Alias, CaseStatement, Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, Order, Query,
    SelectStatement, SimpleExpr,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    idea: idea::Model,
    sort_key: i64,
}

/// A window of a list, each idea with the number it is sorted by: one statement, at any
/// depth. `weights` are those of the words searched for, where the order asks for them.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    now: Micros,
    list: &List,
    weights: &[i64],
    window: &Window,
) -> Result<Vec<(Idea, i64)>> {
    let (field, direction) = list.order()?;
    let by = sorted_by(field);
    let order = match direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let keys = [
        SortKey {
            by: by.clone(),
            order: order.clone(),
            kind: KeyKind::Integer,
        },
        sort(idea::Column::Id.into_expr(), order, KeyKind::Id),
    ];
    let mut query = idea::Entity::find()
        .expr_as(by, "sort_key")
        .filter(filtered(&list.filter, sees, now))
        .filter(visible(sees))
        .filter(window.condition(&keys)?)
        .limit(window.limit());
    join(list, field, weights, QueryFilter::query(&mut query));
    for key in keys {
        let direction = window.order(&key.order);
        query = query.order_by(key.by, direction);
    }
    let rows = query.into_model::<Row>().all(sql).await?;
    rows.into_iter()
        .map(|row| store::read(row.idea).map(|idea| (idea, row.sort_key)))
        .collect()
}

/// How many ideas the list holds in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    now: Micros,
    list: &List,
) -> Result<i64> {
    let mut query = idea::Entity::find()
        .select_only()
        .expr_as(idea::Column::Id.count(), "count")
        .filter(filtered(&list.filter, sees, now))
        .filter(visible(sees));
    join(
        list,
        OrderField::Number,
        &[],
        QueryFilter::query(&mut query),
    );
    let row = sql.query_one(query.as_query()).await?;
    let row = row.ok_or_else(|| Error::internal("a count has one row"))?;
    Ok(row.try_get("", "count")?)
}

/// How many ideas this person sees in each state, and of these how many are overdue: one
/// statement.
pub async fn by_state(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    now: Micros,
) -> Result<HashMap<State, (i64, i64)>> {
    let overdue = CaseStatement::new().case(overdue(now), 1).finally(0);
    let query = Query::select()
        .column(idea::Column::State)
        .expr_as(Expr::cust("count(*)"), Alias::new("all_of_them"))
        .expr_as(
            Func::sum(overdue).cast_as(Alias::new("bigint")),
            Alias::new("overdue"),
        )
        .from(idea::Entity)
        .cond_where(visible(sees))
        .group_by_col(idea::Column::State)
        .to_owned();
    let mut found = HashMap::new();
    for row in sql.query_all(&query).await? {
        let state: String = row.try_get("", "state")?;
        let state = store::stored("idea.state", &state, State::parse)?;
        let counts = (row.try_get("", "all_of_them")?, row.try_get("", "overdue")?);
        found.insert(state, counts);
    }
    Ok(found)
}

/// What it sorts by, on both databases; what is missing is latest or, as a score, lowest.
fn sorted_by(field: OrderField) -> SimpleExpr {
    match field {
        OrderField::Relevance => Expr::col((Alias::new("found"), Alias::new("relevance"))),
        OrderField::SubmittedAt => Expr::cust("coalesce(idea.submitted_at, idea.created_at)"),
        OrderField::UpdatedAt => idea::Column::UpdatedAt.into_expr(),
        OrderField::StateSince => idea::Column::StateSince.into_expr(),
        OrderField::DueAt => due(),
        OrderField::Score => Expr::cust(
            "cast(case when idea_score.published_at is null then -1 else idea_score.key end as bigint)",
        ),
        OrderField::Support => idea::Column::SupportCount.into_expr(),
        OrderField::Number => idea::Column::Number.into_expr(),
    }
}

/// Joins what the search or the order needs.
fn join(list: &List, order: OrderField, weights: &[i64], query: &mut SelectStatement) {
    if let Some(words) = list.terms() {
        let found = match order {
            OrderField::Relevance => found_by_weight(&words, weights),
            _ => found(&words),
        };
        let on = Expr::col((Alias::new("found"), Alias::new("number")))
            .equals((idea::Entity, idea::Column::Number));
        query.join_subquery(JoinType::InnerJoin, found, Alias::new("found"), on);
    }
    if order == OrderField::Score {
        let on = Expr::col((idea_score::Entity, idea_score::Column::IdeaId))
            .equals((idea::Entity, idea::Column::Id));
        query.join(JoinType::LeftJoin, idea_score::Entity, on);
    }
}

fn filtered(filter: &IdeaFilter, sees: &Sees, now: Micros) -> Condition {
    let mut all = Condition::all();
    if let Some(states) = &filter.states {
        all = all.add(any_state(states));
    }
    if let Some(author) = filter.author {
        // Whose authors are hidden is nobody's, but for those who wrote it.
        all = all
            .add(idea::Column::AuthorId.eq(author.0))
            .add(store::shows_authors(sees));
    }
    if let Some(steward) = filter.steward {
        all = all.add(idea::Column::StewardId.eq(steward.0));
    }
    if let Some(assessor) = filter.assessor {
        // Who assesses what is the leads' to know, and theirs.
        all = all.add(if sees.confidential || assessor == sees.member {
            store::assigned_to(assessor)
        } else {
            nothing()
        });
    }
    if let Some(lacks) = filter.lacks_assessments {
        let condition = lacking_assessments();
        all = all.add(if lacks { condition } else { condition.not() });
    }
    if let Some(hackathon) = filter.hackathon {
        let nominated = Query::select()
            .column(candidate::Column::IdeaId)
            .from(candidate::Entity)
            .and_where(candidate::Column::HackathonId.eq(hackathon))
            .to_owned();
        all = all.add(idea::Column::Id.in_subquery(nominated));
    }
    if let Some(relations) = &filter.viewer {
        // Each once, however often it was named.
        let once = Relation::ALL.iter().filter(|one| relations.contains(one));
        let any = once.fold(Condition::any(), |any, relation| {
            any.add(related(*relation, sees))
        });
        all = all.add(if relations.is_empty() { nothing() } else { any });
    }
    if let Some(key) = &filter.rubric {
        all = all.add(under_rubric(key));
    }
    if let Some(tags) = &filter.tags {
        all = all.add(with_tags(tags));
    }
    if let Some(party) = filter.waiting_for {
        let states: Vec<State> = State::ALL
            .iter()
            .copied()
            .filter(|state| state.party() == party)
            .collect();
        let stewards: Vec<State> = State::ALL
            .iter()
            .copied()
            .filter(|state| state.party() == Party::Steward)
            .collect();
        let has_none = idea::Column::StewardId.is_null();
        all = all.add(match party {
            Party::Steward => both(any_state(&states), has_none.not()),
            Party::Lead => Condition::any()
                .add(any_state(&states))
                .add(both(any_state(&stewards), has_none))
                .add(appealed()),
            Party::Calendar | Party::Nobody => any_state(&states).add(appealed().not()),
            _ => any_state(&states),
        });
    }
    if let Some(wanted) = &filter.apart {
        all = all.add(apart(wanted));
    }
    if let Some(is_overdue) = filter.is_overdue {
        all = all.add(if is_overdue {
            overdue(now)
        } else {
            overdue(now).not()
        });
    }
    if let Some(bound) = filter.due_before {
        all = all.add(due_before(bound));
    }
    if let Some(has) = filter.has_open_appeal {
        all = all.add(if has {
            idea::Column::AppealDueAt.is_not_null()
        } else {
            idea::Column::AppealDueAt.is_null()
        });
    }
    let bounds = [
        (filter.state_since_before, idea::Column::StateSince, true),
        (filter.submitted_before, idea::Column::SubmittedAt, true),
        (filter.submitted_after, idea::Column::SubmittedAt, false),
    ];
    for (bound, column, before) in bounds {
        if let Some(bound) = bound {
            all = all.add(if before {
                column.lt(bound)
            } else {
                column.gt(bound)
            });
        }
    }
    all
}

fn both(one: Condition, other: SimpleExpr) -> Condition {
    Condition::all().add(one).add(other)
}

fn related(relation: Relation, sees: &Sees) -> Condition {
    let member = sees.member;
    let ideas = |query: SelectStatement| Condition::all().add(idea::Column::Id.in_subquery(query));
    match relation {
        Relation::Author => idea::Column::AuthorId.eq(member.0).into_condition(),
        Relation::CoAuthor => store::written_with(member),
        Relation::Steward => idea::Column::StewardId.eq(member.0).into_condition(),
        Relation::Assigned => store::assigned_to(member),
        Relation::Follows => ideas(clusters::followed_by(sees)),
        Relation::Supports => ideas(clusters::supported_by(sees.member)),
        Relation::TeamMember => ideas(worked_on_by(member)),
        Relation::Conflicted => ideas(
            Query::select()
                .column(conflict::Column::IdeaId)
                .from(conflict::Entity)
                .and_where(conflict::Column::MemberId.eq(member.0))
                .and_where(conflict::Column::WithdrawnAt.is_null())
                .to_owned(),
        ),
        Relation::Assessed => ideas(
            Query::select()
                .column(assessment::Column::IdeaId)
                .from(assessment::Entity)
                .and_where(assessment::Column::AssessorId.eq(member.0))
                .and_where(assessment::Column::IsWithdrawn.eq(false))
                .to_owned(),
        ),
    }
}
