//! Which ranked ideas are wanted, and that in SQL.

use super::store;
use crate::assessment::scoring::{Disagreement, Yardstick};
use crate::assessment::store::RubricId;
use crate::entity::{idea, idea_score, idea_tag, idea_term};
use crate::ideas::domain::tag_form;
use crate::ideas::lifecycle::State;
use crate::ideas::store::nothing;
use crate::ideas::words;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

/// Which ranked ideas are wanted. All that is given must hold; an empty list matches nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BacklogFilter {
    /// Without it the backlog; other states list published ideas with the rank they would take.
    pub states: Option<Vec<State>>,
    pub tags: Option<Vec<String>>,
    /// Points.
    pub minimum_score: Option<f64>,
    pub search: Option<String>,
    pub disagreement: Option<Disagreement>,
}

impl BacklogFilter {
    /// Whether it leaves nothing of the backlog out.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The filter in SQL. The yardstick says what a disagreement is.
    pub fn condition(&self, rubric: RubricId, yardstick: &Yardstick) -> Condition {
        let mut all = match &self.states {
            None => store::listed(rubric),
            Some(states) => Condition::all()
                .add(idea_score::Column::RubricId.eq(rubric.0))
                .add(idea_score::Column::PublishedAt.is_not_null())
                .add(idea_score::Column::IsGated.eq(false))
                .add(match states.as_slice() {
                    [] => nothing(),
                    states => Condition::all()
                        .add(idea::Column::State.is_in(states.iter().map(|state| state.as_str()))),
                }),
        };
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
        if let Some(points) = self.minimum_score {
            // The smallest key that is shown as so many points or more.
            let key = (points * 100.0 - 1e-9).ceil().clamp(-1.0, 1e9) as i32;
            all = all.add(idea_score::Column::Key.gte(key));
        }
        if let Some(search) = &self.search {
            for word in words::words(search) {
                let found = Query::select()
                    .column(idea_term::Column::IdeaId)
                    .from(idea_term::Entity)
                    .and_where(idea_term::Column::Term.eq(word))
                    .to_owned();
                all = all.add(idea::Column::Id.in_subquery(found));
            }
        }
        if let Some(disagreement) = self.disagreement {
            all = all.add(disagreeing(disagreement, yardstick));
        }
        all
    }
}

/// The rule of `Yardstick::disagreement`, for the database.
fn disagreeing(wanted: Disagreement, yardstick: &Yardstick) -> Condition {
    let several = idea_score::Column::AssessmentCount.gte(2);
    let threshold = yardstick.disagreement_from();
    let deviation = Expr::col((idea_score::Entity, idea_score::Column::Deviation));
    match wanted {
        Disagreement::NotApplicable => {
            Condition::all().add(idea_score::Column::AssessmentCount.lt(2))
        }
        Disagreement::High => Condition::all().add(several).add(deviation.gte(threshold)),
        Disagreement::Ok => Condition::all().add(several).add(deviation.lt(threshold)),
    }
}
