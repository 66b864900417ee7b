//! Scores of many ideas at once, with the ranked ideas they stand among.

use super::Placed;
use super::folds::Folds;
use super::queries;
use crate::assessment::store::RubricId;
use crate::assessment::store_fits;
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

/// Loads what removing the assessors' leniency would make of scores, and the rank each would
/// take with that; nothing before the first fit.
pub struct Adjustments {
    pub session: Session,
    pub folds: Arc<Folds>,
}

impl Adjustments {
    /// Into how many parts the ideas of a rubric fall that share no assessor; `None` before
    /// the first fit.
    pub fn components(&self, rubric: RubricId) -> Option<u32> {
        let fitted = self.folds.fits.at_hand(rubric)?;
        Some(fitted.fit.components)
    }
}

/// An idea whose adjusted score is asked for.
#[derive(Clone)]
pub struct Adjusting(pub Placed);

impl PartialEq for Adjusting {
    fn eq(&self, other: &Self) -> bool {
        self.0.score.idea == other.0.score.idea
    }
}

impl Eq for Adjusting {}

impl std::hash::Hash for Adjusting {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.score.idea.hash(state);
    }
}

impl Loader<Adjusting> for Adjustments {
    /// Hundredths, and a rank.
    type Value = (i32, u32);
    type Error = Error;

    async fn load(&self, keys: &[Adjusting]) -> Result<HashMap<Adjusting, (i32, u32)>> {
        let ids: Vec<IdeaId> = keys.iter().map(|key| key.0.score.idea).collect();
        let given = store_fits::given(self.session.reader(), &ids).await?;
        let adjusted = keys.iter().filter_map(|key| {
            let score = &key.0.score;
            let fitted = self.folds.fits.at_hand(score.rubric)?;
            let given = given.get(&score.idea)?;
            Some((key.clone(), fitted.adjust(score.idea, given)?))
        });
        Ok(adjusted.collect())
    }
}
