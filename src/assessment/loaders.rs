//! What is asked of many ideas at once: their rubrics, how many assessments are in, and the
//! caller's own.

use super::assigning::Assignment;
use super::queries;
use super::store::{self, Assessment, RubricHead, RubricId, RubricVersion};
use super::store_assignments;
use crate::ideas::domain::IdeaId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;
use std::sync::Arc;

/// Counts the complete assessments of ideas.
pub struct Submitted(pub Session);

impl Loader<IdeaId> for Submitted {
    type Value = i32;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, i32>> {
        store::submitted(self.0.reader(), ids).await
    }
}

/// Loads everybody's assignments of ideas, the first due first: whoever shows one asks first
/// whether it may be seen.
pub struct Assigned(pub Session);

impl Loader<IdeaId> for Assigned {
    type Value = Vec<Assignment>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Assignment>>> {
        store_assignments::of_ideas(self.0.reader(), ids).await
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

/// Loads rubrics; without an id the default one.
pub struct Rubrics(pub Session);

impl Loader<Option<RubricId>> for Rubrics {
    type Value = RubricHead;
    type Error = Error;

    async fn load(&self, _: &[Option<RubricId>]) -> Result<HashMap<Option<RubricId>, RubricHead>> {
        // A house has a handful: all of them are as quickly read as one.
        let mut found = HashMap::new();
        for rubric in store::rubrics(self.0.reader()).await? {
            if rubric.is_default {
                found.insert(None, rubric.clone());
            }
            found.insert(Some(rubric.id), rubric);
        }
        Ok(found)
    }
}

/// The version that ideas accepted now are assessed under by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByDefault;

/// Loads that version.
pub struct Newest(pub Session);

impl Loader<ByDefault> for Newest {
    type Value = Arc<RubricVersion>;
    type Error = Error;

    async fn load(&self, _: &[ByDefault]) -> Result<HashMap<ByDefault, Arc<RubricVersion>>> {
        let version = queries::current_version(&self.0, None).await?;
        Ok(HashMap::from([(ByDefault, Arc::new(version))]))
    }
}
