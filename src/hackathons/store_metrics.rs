//! The SQL of what hackathons are measured by: a statement for each metric, however many
//! hackathons. Ideas are counted among those that the whole organization can see.

use super::domain::{HackathonId, MetricKey};
use crate::entity::{candidate, entry, idea, registration, team, team_member};
use crate::ideas::domain::Visibility;
use crate::ideas::lifecycle::State;
use crate::platform::error::Result;
use sea_orm::sea_query::{Alias, Condition, Expr, Func, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait};
use std::collections::HashMap;
use uuid::Uuid;

/// What several hackathons have come to, by metric. What there is none of is left out.
pub async fn actuals(
    sql: &impl ConnectionTrait,
    ids: &[HackathonId],
) -> Result<HashMap<HackathonId, HashMap<MetricKey, i64>>> {
    let mut found: HashMap<HackathonId, HashMap<MetricKey, i64>> = HashMap::new();
    for key in MetricKey::ALL {
        for row in sql.query_all(&counting(*key, ids)).await? {
            let id: Uuid = row.try_get("", "hackathon_id")?;
            let count: i64 = row.try_get("", "count")?;
            found
                .entry(HackathonId(id))
                .or_default()
                .insert(*key, count);
        }
    }
    Ok(found)
}

fn counting(key: MetricKey, ids: &[HackathonId]) -> SelectStatement {
    let these = || ids.iter().map(|id| id.0);
    match key {
        MetricKey::Registrations => {
            let in_teams = Query::select()
                .column(team_member::Column::HackathonId)
                .column(team_member::Column::MemberId)
                .from(team_member::Entity)
                .and_where(team_member::Column::HackathonId.is_in(these()))
                .to_owned();
            // A union holds everybody once.
            let people = Query::select()
                .column(registration::Column::HackathonId)
                .column(registration::Column::MemberId)
                .from(registration::Entity)
                .and_where(registration::Column::HackathonId.is_in(these()))
                .union(UnionType::Distinct, in_teams)
                .to_owned();
            Query::select()
                .column(registration::Column::HackathonId)
                .expr_as(
                    Func::count(Expr::col(registration::Column::MemberId)),
                    Alias::new("count"),
                )
                .from_subquery(people, Alias::new("people"))
                .group_by_col(registration::Column::HackathonId)
                .to_owned()
        }
        MetricKey::Teams => counted(
            Query::select().from(team::Entity).to_owned(),
            team::Column::HackathonId,
            Condition::all().add(team::Column::HackathonId.is_in(these())),
        ),
        MetricKey::Entries => counted(
            Query::select().from(entry::Entity).to_owned(),
            entry::Column::HackathonId,
            Condition::all().add(entry::Column::HackathonId.is_in(these())),
        ),
        MetricKey::IdeasNominated => candidates(these(), Condition::all(), Condition::all()),
        MetricKey::IdeasValidated => {
            let validated = candidate::Column::IsValidated.eq(true);
            candidates(these(), Condition::all().add(validated), Condition::all())
        }
        MetricKey::IdeasAdopted => {
            let entered = candidate::Column::EnteredAt.is_not_null();
            let adopted = [State::Adopted, State::Delivered].map(State::as_str);
            let adopted = idea::Column::State.is_in(adopted);
            candidates(
                these(),
                Condition::all().add(entered),
                Condition::all().add(adopted),
            )
        }
    }
}

/// Candidates like this of ideas like that.
fn candidates(ids: impl Iterator<Item = Uuid>, which: Condition, of: Condition) -> SelectStatement {
    let open = Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .and_where(idea::Column::Visibility.eq(Visibility::Organization.as_str()))
        .cond_where(of)
        .to_owned();
    counted(
        Query::select().from(candidate::Entity).to_owned(),
        candidate::Column::HackathonId,
        Condition::all()
            .add(candidate::Column::HackathonId.is_in(ids))
            .add(candidate::Column::IdeaId.in_subquery(open))
            .add(which),
    )
}

fn counted<C: ColumnTrait>(
    mut from: SelectStatement,
    hackathon: C,
    which: Condition,
) -> SelectStatement {
    from.column(hackathon)
        .expr_as(Func::count(Expr::col(hackathon)), Alias::new("count"))
        .cond_where(which)
        .group_by_col(hackathon)
        .to_owned()
}
