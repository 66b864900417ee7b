//! The SQL of where one more assessment would tell most. What the reader wrote, or declared a
//! conflict on, is left out: nobody chooses who judges that.

use super::next::Group;
use super::store::{Ranked, columns, is_of_score, listed, ranked, read_ranked};
use crate::assessment::store::RubricId;
use crate::entity::{conflict, idea, idea_score, rubric_version};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::lifecycle::State;
use crate::ideas::store::{Sees, own, read, visible};
use crate::ideas::store_clusters::goes_on_for;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{
    Alias, CaseStatement, Condition, Expr, ExprTrait, Order, Query, SelectStatement,
};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};

/// Complete assessments that are in, as `assessmentProgress` counts them.
const SUBMITTED: &str = "(select count(*) from assessment where assessment.idea_id = idea.id \
    and assessment.is_complete and not assessment.is_withdrawn and not assessment.is_recused)";

/// An idea in assessment with fewer assessments than make its score known.
pub struct Waiting {
    pub idea: Idea,
    pub submitted: u32,
    pub quorum: u32,
}

/// Ideas below their quorum under a rubric, those with the fewest assessments first, then those
/// that wait longest; at most so many.
pub async fn waiting(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    rubric: RubricId,
    most: usize,
) -> Result<Vec<Waiting>> {
    let is_its_version = Expr::col((rubric_version::Entity, rubric_version::Column::Id))
        .equals((idea::Entity, idea::Column::RubricVersionId));
    let mut query = Query::select();
    query
        .from(idea::Entity)
        .inner_join(rubric_version::Entity, is_its_version)
        .cond_where(visible(sees))
        .cond_where(own_or_conflicted(sees).not())
        .and_where(idea::Column::State.eq(State::InAssessment.as_str()))
        .and_where(rubric_version::Column::RubricId.eq(rubric.0))
        .and_where(Expr::cust(SUBMITTED).lt(rubric_version::Column::Quorum.into_expr()))
        .expr_as(Expr::cust(SUBMITTED), Alias::new("submitted"))
        .expr_as(
            rubric_version::Column::Quorum.into_expr(),
            Alias::new("quorum"),
        )
        .order_by_expr(Expr::cust(SUBMITTED), Order::Asc)
        .order_by_expr(idea::Column::StateSince.into_expr(), Order::Asc)
        .order_by_expr(idea::Column::Id.into_expr(), Order::Asc)
        .limit(most as u64);
    columns::<idea::Entity>(&mut query, "idea_");
    let rows = sql.query_all(&query).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<Waiting> {
        let (submitted, quorum): (i64, i32) =
            (row.try_get("", "submitted")?, row.try_get("", "quorum")?);
        Ok(Waiting {
            idea: read(idea::Model::from_query_result(row, "idea_")?)?,
            submitted: u32::try_from(submitted).map_err(Error::internal)?,
            quorum: u32::try_from(quorum).map_err(Error::internal)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Where an idea stands.
pub struct At {
    pub idea: IdeaId,
    pub group: Group,
}

/// Where those stand in the backlog of a rubric that this person sees and not everybody.
pub async fn hidden(sql: &impl ConnectionTrait, sees: &Sees, rubric: RubricId) -> Result<Vec<At>> {
    let mut query = places(rubric);
    query
        .cond_where(visible(sees))
        // In these words both databases find the index of just these.
        .and_where(Expr::cust("idea_score.is_listed <> idea_score.is_counted"));
    read_places(sql, &query).await
}

/// Where those stand in the backlog of a rubric for which this person does not choose who
/// judges them: what they wrote, or what goes on in it, or declared a conflict on.
pub async fn barred(sql: &impl ConnectionTrait, sees: &Sees, rubric: RubricId) -> Result<Vec<At>> {
    let mut query = places(rubric);
    query
        .cond_where(listed(rubric))
        .cond_where(own_or_conflicted(sees));
    read_places(sql, &query).await
}

fn places(rubric: RubricId) -> SelectStatement {
    Query::select()
        .column((idea_score::Entity, idea_score::Column::IdeaId))
        .column((idea_score::Entity, idea_score::Column::Key))
        .column((idea_score::Entity, idea_score::Column::AssessmentCount))
        .column((idea_score::Entity, idea_score::Column::IsCounted))
        .from(idea_score::Entity)
        .inner_join(idea::Entity, is_of_score())
        .and_where(idea_score::Column::RubricId.eq(rubric.0))
        .to_owned()
}

async fn read_places(sql: &impl ConnectionTrait, query: &SelectStatement) -> Result<Vec<At>> {
    let rows = sql.query_all(query).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<At> {
        let n: i32 = row.try_get("", "assessment_count")?;
        Ok(At {
            idea: IdeaId(row.try_get("", "idea_id")?),
            group: Group {
                n: u32::try_from(n).map_err(Error::internal)?,
                key: row.try_get("", "key")?,
                is_counted: row.try_get("", "is_counted")?,
            },
        })
    };
    rows.iter().map(read).collect()
}

/// The ideas of these groups, group by group, of each those first that were handed in first;
/// at most so many.
pub async fn of_groups(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    rubric: RubricId,
    groups: &[Group],
    most: usize,
) -> Result<Vec<Ranked>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let (mut any, mut turn) = (Condition::any(), CaseStatement::new());
    for (index, group) in (0_i32..).zip(groups) {
        let in_it = Condition::all()
            .add(idea_score::Column::Key.eq(group.key))
            .add(idea_score::Column::AssessmentCount.eq(i64::from(group.n)))
            .add(idea_score::Column::IsCounted.eq(group.is_counted));
        any = any.add(in_it.clone());
        turn = turn.case(in_it, index);
    }
    let mut query = ranked(sees);
    query
        .cond_where(listed(rubric))
        .cond_where(own_or_conflicted(sees).not())
        .cond_where(any)
        .order_by_expr(turn.finally(i32::MAX).into(), Order::Asc)
        .order_by_expr(idea_score::Column::SubmittedAt.into_expr(), Order::Asc)
        .order_by_expr(idea_score::Column::IdeaId.into_expr(), Order::Asc)
        .limit(most as u64);
    let rows = sql.query_all(&query).await?;
    rows.iter().map(read_ranked).collect()
}

/// Ideas of which this person does not choose who judges them.
fn own_or_conflicted(sees: &Sees) -> Condition {
    let conflicted = Query::select()
        .column(conflict::Column::IdeaId)
        .from(conflict::Entity)
        .and_where(conflict::Column::MemberId.eq(sees.member.0))
        .and_where(conflict::Column::WithdrawnAt.is_null())
        .to_owned();
    Condition::any()
        .add(own(sees.member))
        .add(goes_on_for(sees.member))
        .add(idea::Column::Id.in_subquery(conflicted))
}
