//! What is asked of many ideas at once: the ideas themselves, co-authors, own support,
//! decisions with their appeals and reviews, questions, what was merged into what.

use super::appeals::{Appeal, Review};
use super::conflict::Conflict;
use super::domain::{Decision, DecisionId, Idea, IdeaId, Question};
use super::store::{self, Sees};
use super::{store_appeals, store_clusters, store_conflicts};
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Loads the ideas the caller may see.
pub struct Ideas(pub Session);

impl Loader<IdeaId> for Ideas {
    type Value = Idea;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Idea>> {
        store::find_many(self.0.reader(), &Sees::of(&self.0.actor)?, ids).await
    }
}

/// Loads co-authors.
pub struct CoAuthors(pub Session);

impl Loader<IdeaId> for CoAuthors {
    type Value = Vec<MemberId>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<MemberId>>> {
        store::co_authors(self.0.reader(), ids).await
    }
}

/// Loads whether the caller supports an idea.
pub struct Supported(pub Session);

impl Loader<IdeaId> for Supported {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let member = self.0.actor.signed_in()?;
        let found = store_clusters::supported(self.0.reader(), member, ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads whether the caller follows an idea.
pub struct Followed(pub Session);

impl Loader<IdeaId> for Followed {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let sees = Sees::of(&self.0.actor)?;
        let found = store_clusters::followed(self.0.reader(), &sees, ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads decisions, oldest first.
pub struct Decisions(pub Session);

impl Loader<IdeaId> for Decisions {
    type Value = Vec<Decision>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Decision>>> {
        let mut found: HashMap<IdeaId, Vec<Decision>> = HashMap::new();
        for decision in store::decisions(self.0.reader(), ids).await? {
            found.entry(decision.idea).or_default().push(decision);
        }
        Ok(found)
    }
}

/// Loads the appeals of decisions.
pub struct Appeals(pub Session);

impl Loader<DecisionId> for Appeals {
    type Value = Appeal;
    type Error = Error;

    async fn load(&self, ids: &[DecisionId]) -> Result<HashMap<DecisionId, Appeal>> {
        store_appeals::of_decisions(self.0.reader(), ids).await
    }
}

/// Loads the latest reviews of decisions.
pub struct Reviews(pub Session);

impl Loader<DecisionId> for Reviews {
    type Value = Review;
    type Error = Error;

    async fn load(&self, ids: &[DecisionId]) -> Result<HashMap<DecisionId, Review>> {
        store_appeals::reviews(self.0.reader(), ids).await
    }
}

/// Loads the questions that ideas wait for an answer to.
pub struct OpenQuestions(pub Session);

impl Loader<IdeaId> for OpenQuestions {
    type Value = Question;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Question>> {
        store::open_questions(self.0.reader(), ids).await
    }
}

/// Loads whether the last question about an idea stayed unanswered.
pub struct Unanswered(pub Session);

impl Loader<IdeaId> for Unanswered {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let found = store::unanswered(self.0.reader(), ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads whether the caller wrote what was merged into an idea.
pub struct WroteAbsorbed(pub Session);

impl Loader<IdeaId> for WroteAbsorbed {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let member = self.0.actor.signed_in()?;
        let found = store_clusters::has_written(self.0.reader(), member, ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads the idea in which a merged one goes on, whoever may see it.
pub struct Survivors(pub Session);

impl Loader<IdeaId> for Survivors {
    type Value = IdeaId;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, IdeaId>> {
        store_clusters::survivors(self.0.reader(), ids).await
    }
}

/// Loads the idea into which another one was merged, whoever may see it.
pub struct MergedInto(pub Session);

impl Loader<IdeaId> for MergedInto {
    type Value = IdeaId;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, IdeaId>> {
        store_clusters::merged_into(self.0.reader(), ids).await
    }
}

/// Loads the ideas merged into one that the caller may see, in the order in which they came.
pub struct MergedFrom(pub Session);

impl Loader<IdeaId> for MergedFrom {
    type Value = Vec<Idea>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Idea>>> {
        let sees = Sees::of(&self.0.actor)?;
        store_clusters::merged_from(self.0.reader(), &sees, ids).await
    }
}

/// Loads the conflicts of interest that the caller declared.
pub struct Conflicts(pub Session);

impl Loader<IdeaId> for Conflicts {
    type Value = Conflict;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Conflict>> {
        let member = self.0.actor.signed_in()?;
        store_conflicts::of_member(self.0.reader(), member, ids).await
    }
}
