//! What is asked of many ideas at once: how many assessments are in, and the caller's own.

use super::store::{self, Assessment};
use crate::ideas::domain::IdeaId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Counts the complete assessments of ideas.
pub struct Submitted(pub Session);

impl Loader<IdeaId> for Submitted {
    type Value = i32;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, i32>> {
        store::submitted(self.0.reader(), ids).await
    }
}

/// Loads the caller's own assessments.
pub struct Own(pub Session);

impl Loader<IdeaId> for Own {
    type Value = Assessment;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Assessment>> {
        let me = self.0.actor.signed_in()?;
        store::by_assessor(self.0.reader(), me, ids).await
    }
}
