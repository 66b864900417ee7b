//! What is asked of many hackathons at once.

use super::domain::{Hackathon, HackathonId, MetricKey};
use super::{store, store_metrics};
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Loads hackathons.
pub struct Hackathons(pub Session);

impl Loader<HackathonId> for Hackathons {
    type Value = Hackathon;
    type Error = Error;

    async fn load(&self, ids: &[HackathonId]) -> Result<HashMap<HackathonId, Hackathon>> {
        store::find_many(self.0.reader(), ids).await
    }
}

/// Loads who judges.
pub struct Judges(pub Session);

impl Loader<HackathonId> for Judges {
    type Value = Vec<MemberId>;
    type Error = Error;

    async fn load(&self, ids: &[HackathonId]) -> Result<HashMap<HackathonId, Vec<MemberId>>> {
        store::judges(self.0.reader(), ids).await
    }
}

/// Loads what hackathons have come to.
pub struct Actuals(pub Session);

impl Loader<HackathonId> for Actuals {
    type Value = HashMap<MetricKey, i64>;
    type Error = Error;

    async fn load(
        &self,
        ids: &[HackathonId],
    ) -> Result<HashMap<HackathonId, HashMap<MetricKey, i64>>> {
        store_metrics::actuals(self.0.reader(), ids).await
    }
}
