//! The SQL of other weights: scores with the means they are made of, and the levels of those
//! that need them.

use super::reweigh::{Field, Levels, Row, Scored};
use super::store::listed;
use crate::assessment::rubric::Rubric;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::{self as assessments, Assessment, RubricId};
use crate::entity::{idea, idea_score};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::{Sees, visible};
use crate::platform::db::View;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryResult};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// More ideas than this cannot be computed again from their levels in time.
const MOST_COMPUTED: usize = 20_000;
/// So many ideas are asked for at once.
pub const PORTION: usize = 2_000;

/// Everything that takes a place in the backlog of a rubric, and these ideas besides.
pub async fn field(
    view: &View,
    shelf: &Shelf,
    rubric: RubricId,
    besides: &[IdeaId],
) -> Result<Field> {
    let counted = listed(rubric).add(idea_score::Column::IsCounted.eq(true));
    let mut rows = rows(view, counted).await?;
    let known: HashSet<IdeaId> = rows.iter().map(|row| row.idea).collect();
    let besides = besides.iter().filter(|id| !known.contains(id));
    let besides: Vec<IdeaId> = besides.copied().collect();
    for some in besides.chunks(PORTION) {
        let these = idea_score::Column::IdeaId.is_in(some.iter().map(|id| id.0));
        let others = rows_but_counted(view, these).await?;
        rows.extend(others);
    }
    let mut versions = HashMap::new();
    for row in &rows {
        if let std::collections::hash_map::Entry::Vacant(free) = versions.entry(row.version) {
            free.insert(shelf.version(view, row.version).await?.rubric.clone());
        }
    }
    let mut open: HashMap<Uuid, Vec<IdeaId>> = HashMap::new();
    for row in &rows {
        if !row.is_linear(&versions[&row.version]) {
            open.entry(row.version).or_default().push(row.idea);
        }
    }
    if open.values().map(Vec::len).sum::<usize>() > MOST_COMPUTED {
        return Err(Error::invalid_argument(
            "weights",
            "TOO_MANY_IDEAS",
            format!(
                "More than {MOST_COMPUTED} ideas would have to be computed again from their \
                 ratings: that takes too long."
            ),
        ));
    }
    let mut levels = HashMap::new();
    for (version, ideas) in &open {
        for some in ideas.chunks(PORTION) {
            levels.extend(levels_of(view, &versions[version], some).await?);
        }
    }
    Ok(Field {
        rows,
        versions,
        levels,
    })
}

/// The levels of several ideas.
pub async fn levels_of(
    view: &View,
    rubric: &Rubric,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Levels>> {
    let mut found: HashMap<IdeaId, Levels> = HashMap::new();
    let all = assessments::of_ideas(view, ids).await?;
    for one in all.into_iter().filter(Assessment::counts) {
        let levels = one.levels(rubric);
        found
            .entry(one.idea)
            .or_default()
            .0
            .push((one.id.0, levels));
    }
    Ok(found)
}

/// Which ranked ideas this person sees under a condition.
pub async fn chosen(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    which: Condition,
) -> Result<Vec<IdeaId>> {
    let query = Query::select()
        .column((idea_score::Entity, idea_score::Column::IdeaId))
        .from(idea_score::Entity)
        .inner_join(
            idea::Entity,
            Expr::col((idea::Entity, idea::Column::Id))
                .equals((idea_score::Entity, idea_score::Column::IdeaId)),
        )
        .cond_where(visible(sees))
        .cond_where(which)
        .to_owned();
    let rows = sql.query_all(&query).await?;
    let read = |row: &QueryResult| Ok(IdeaId(row.try_get("", "idea_id")?));
    rows.iter().map(read).collect()
}

async fn rows_but_counted(
    sql: &impl ConnectionTrait,
    these: impl Into<sea_orm::sea_query::SimpleExpr>,
) -> Result<Vec<Row>> {
    let hidden = Condition::all()
        .add(these.into())
        .add(idea_score::Column::IsCounted.eq(false));
    rows(sql, hidden).await
}

async fn rows(sql: &impl ConnectionTrait, which: Condition) -> Result<Vec<Row>> {
    let query = Query::select()
        .columns([
            idea_score::Column::IdeaId,
            idea_score::Column::RubricVersionId,
            idea_score::Column::Key,
            idea_score::Column::AssessmentCount,
            idea_score::Column::SubmittedAt,
            idea_score::Column::IsCounted,
            idea_score::Column::Card,
        ])
        .from(idea_score::Entity)
        .cond_where(which)
        .to_owned();
    sql.query_all(&query).await?.iter().map(row).collect()
}

/// What of a card is needed here.
#[derive(serde::Deserialize)]
struct Card {
    lines: Vec<Mean>,
}

#[derive(serde::Deserialize)]
struct Mean {
    value: Option<f64>,
    rating_count: u32,
}

fn row(row: &QueryResult) -> Result<Row> {
    let card: String = row.try_get("", "card")?;
    let card: Card = serde_json::from_str(&card).map_err(Error::internal)?;
    let n: i32 = row.try_get("", "assessment_count")?;
    let means = card.lines.into_iter();
    Ok(Row {
        idea: IdeaId(row.try_get("", "idea_id")?),
        version: row.try_get("", "rubric_version_id")?,
        now: Scored {
            key: row.try_get("", "key")?,
            n: u32::try_from(n).map_err(Error::internal)?,
        },
        submitted_at: row.try_get("", "submitted_at")?,
        is_counted: row.try_get("", "is_counted")?,
        means: means.map(|mean| (mean.value, mean.rating_count)).collect(),
    })
}
