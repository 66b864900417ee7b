//! Members by id, many at once.

use super::domain::MemberId;
use super::store::{self, Member};
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Loads members.
pub struct Members(pub Session);

impl Loader<MemberId> for Members {
    type Value = Member;
    type Error = Error;

    async fn load(&self, ids: &[MemberId]) -> Result<HashMap<MemberId, Member>> {
        store::find_many(self.0.reader(), ids).await
    }
}
