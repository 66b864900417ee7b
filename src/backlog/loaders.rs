//! Scores of many ideas at once, with the ranked ideas they stand among.

use super::Placed;
use super::folds::Folds;
use super::queries;
use crate::ideas::domain::IdeaId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;
use std::sync::Arc;

/// Loads scores, published or not: whoever shows one asks first whether it may be seen.
pub struct Scores {
    pub session: Session,
    pub folds: Arc<Folds>,
}

impl Loader<IdeaId> for Scores {
    type Value = Placed;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Placed>> {
        queries::scores(&self.session, &self.folds, ids).await
    }
}

/// Loads how ranks moved in seven days.
pub struct Movements {
    pub session: Session,
    pub folds: Arc<Folds>,
}

/// An idea whose movement is asked for, with its score as it is now.
#[derive(Clone)]
pub struct Moving(pub Placed);

impl PartialEq for Moving {
    fn eq(&self, other: &Self) -> bool {
        self.0.score.idea == other.0.score.idea
    }
}

impl Eq for Moving {}

impl std::hash::Hash for Moving {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.score.idea.hash(state);
    }
}

impl Loader<Moving> for Movements {
    type Value = queries::Movement;
    type Error = Error;

    async fn load(&self, keys: &[Moving]) -> Result<HashMap<Moving, queries::Movement>> {
        let mut by_rubric: HashMap<_, Vec<_>> = HashMap::new();
        for key in keys {
            let of = by_rubric.entry(key.0.score.rubric).or_default();
            of.push(key.0.clone());
        }
        let mut found = HashMap::new();
        for (rubric, placed) in by_rubric {
            let moved = queries::movements(&self.session, &self.folds, rubric, &placed).await?;
            for key in keys {
                if let Some(movement) = moved.get(&key.0.score.idea) {
                    found.insert(key.clone(), *movement);
                }
            }
        }
        Ok(found)
    }
}
