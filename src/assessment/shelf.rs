//! Published versions of rubrics, kept in memory once read: they never change.

use super::store::{self, RubricVersion};
use crate::platform::error::{Error, Result};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Versions that were read before, by id.
#[derive(Default)]
pub struct Shelf(RwLock<HashMap<Uuid, Arc<RubricVersion>>>);

impl Shelf {
    /// A version by id: no statement when it was read before.
    pub async fn version(
        &self,
        sql: &impl ConnectionTrait,
        id: Uuid,
    ) -> Result<Arc<RubricVersion>> {
        let kept = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned();
        if let Some(version) = kept {
            return Ok(version);
        }
        let version = store::version(sql, id)
            .await?
            .ok_or_else(|| Error::internal("a version of a rubric is gone"))?;
        let version = Arc::new(version);
        if version.published_at.is_some() {
            self.0
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, Arc::clone(&version));
        }
        Ok(version)
    }
}
