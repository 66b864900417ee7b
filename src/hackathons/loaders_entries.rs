//! What is asked of many entries at once: those of teams and of hackathons that the caller
//! sees, what they said of them, and what came of them.

use super::domain::{Entry, EntryId, HackathonId, TeamId};
use super::store_entries::{self as entries, Eyes};
use super::store_judging::{self, Judgement};
use super::store_results::{self, Won};
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Loads what teams handed in, as far as the caller sees it.
pub struct EntriesOfTeams(pub Session);

impl Loader<TeamId> for EntriesOfTeams {
    type Value = Entry;
    type Error = Error;

    async fn load(&self, ids: &[TeamId]) -> Result<HashMap<TeamId, Entry>> {
        let eyes = Eyes::of(&self.0.actor)?;
        entries::of_teams(self.0.reader(), &eyes, ids).await
    }
}

/// Loads the entries of hackathons whose results are published, the best first.
pub struct Placed(pub Session);

impl Loader<HackathonId> for Placed {
    type Value = Vec<Entry>;
    type Error = Error;

    async fn load(&self, ids: &[HackathonId]) -> Result<HashMap<HackathonId, Vec<Entry>>> {
        let eyes = Eyes::of(&self.0.actor)?;
        entries::placed(self.0.reader(), &eyes, ids).await
    }
}

/// Loads how the caller rated entries.
pub struct OwnJudgements(pub Session);

impl Loader<EntryId> for OwnJudgements {
    type Value = Judgement;
    type Error = Error;

    async fn load(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, Judgement>> {
        let me = self.0.actor.signed_in()?;
        store_judging::of_judge(self.0.reader(), me, ids).await
    }
}

/// Loads how often entries were judged.
pub struct JudgementCounts(pub Session);

impl Loader<EntryId> for JudgementCounts {
    type Value = i64;
    type Error = Error;

    async fn load(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, i64>> {
        store_judging::counts(self.0.reader(), ids).await
    }
}

/// Loads what entries won.
pub struct Awards(pub Session);

impl Loader<EntryId> for Awards {
    type Value = Vec<Won>;
    type Error = Error;

    async fn load(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, Vec<Won>>> {
        store_results::won(self.0.reader(), ids).await
    }
}
