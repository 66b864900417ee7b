//! What is asked of many ideas at once: their prototypes, what these taught, and the places of
//! those in the queue. Whoever shows one has asked first whether its idea may be seen.

use super::domain::{Learning, Prototype};
use super::{store, store_learnings};
use crate::ideas::domain::{IdeaId, Visibility};
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;
use std::sync::Arc;

/// Loads the prototypes of ideas, the earliest first.
pub struct Prototypes(pub Session);

impl Loader<IdeaId> for Prototypes {
    type Value = Vec<Prototype>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Prototype>>> {
        store::of_ideas(self.0.reader(), ids).await
    }
}

/// Loads what the prototypes of ideas taught, the earliest first.
pub struct Learnings(pub Session);

impl Loader<IdeaId> for Learnings {
    type Value = Vec<Learning>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Learning>>> {
        store_learnings::of_ideas(self.0.reader(), ids).await
    }
}

/// The queue as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Queue;

/// Loads how many are being tried beside which an idea of this visibility would start.
pub struct Running(pub Session);

impl Loader<Visibility> for Running {
    type Value = u64;
    type Error = Error;

    async fn load(&self, which: &[Visibility]) -> Result<HashMap<Visibility, u64>> {
        let sees = Sees::of(&self.0.actor)?;
        let mut counts = HashMap::new();
        for visibility in which {
            let count = store::running(self.0.reader(), &sees, *visibility).await?;
            counts.insert(*visibility, count);
        }
        Ok(counts)
    }
}

/// Loads the places of those queued whose ideas everybody sees, in order: a queue is short.
pub struct Places(pub Session);

impl Loader<Queue> for Places {
    type Value = Arc<Vec<i64>>;
    type Error = Error;

    async fn load(&self, _: &[Queue]) -> Result<HashMap<Queue, Arc<Vec<i64>>>> {
        let places = store::open_places(self.0.reader()).await?;
        Ok(HashMap::from([(Queue, Arc::new(places))]))
    }
}
