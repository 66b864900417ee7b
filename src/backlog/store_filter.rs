//! Which ranked ideas are wanted, and that in SQL.

use super::store;
use crate::assessment::scoring::{Disagreement, Yardstick};
use crate::assessment::store::RubricId;
use crate::entity::idea_score;
use crate::ideas::lifecycle::State;
use crate::ideas::lists::{check_search, check_tags};
use crate::ideas::store_conditions::{any_state, with_tags, with_words};
use crate::ideas::words;
use crate::platform::error::{Faults, Result};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

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
    /// What is wrong with it, of that which a database should not be asked.
    pub fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        check_search(&mut faults, "filter", self.search.as_deref());
        check_tags(&mut faults, self.tags.as_deref());
        faults.check()
    }

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
                .add(any_state(states)),
        };
        if let Some(tags) = &self.tags {
            all = all.add(with_tags(tags));
        }
        if let Some(points) = self.minimum_score {
            // The smallest key that is shown as so many points or more.
            let key = (points * 100.0 - 1e-9).ceil().clamp(-1e9, 1e9) as i32;
            all = all.add(idea_score::Column::Key.gte(key));
        }
        if let Some(search) = &self.search {
            let words: Vec<String> = words::words(search).into_iter().collect();
            if !search.trim().is_empty() {
                all = all.add(with_words(&words));
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
