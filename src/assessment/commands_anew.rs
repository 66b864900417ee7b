//! An idea is assessed anew: it goes another way, and what was said of the old one counts no
//! longer.

use super::commands_scoring::rescore_locked;
use super::store;
use super::store_assignments as assignments;
use crate::ideas::domain::Idea;
use crate::ideas::lifecycle::State;
use crate::ideas::promises::Promises;
use crate::ideas::{self, Cause, Notice};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Lets no earlier assessment of a locked idea count that has just come back into assessment,
/// and asks those anew who were asked before. The idea is what it became.
pub fn begin_anew<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    promises: &'a Promises,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let id = idea.id;
        if idea.rubric_version.is_none() {
            return Ok(());
        }
        let all = store::of_idea(tx.sql(), id).await?;
        let standing = all.into_iter().filter(|one| !one.is_withdrawn);
        let ended: Vec<_> = standing.map(|one| one.id).collect();
        if !ended.is_empty() {
            store::end_all(tx, &ended).await?;
            tx.emit(
                id.subject(),
                "ASSESSMENTS_ENDED",
                json!({"assessments": ended}),
            );
        }
        let due_at = promises.due(State::InAssessment, tx.now());
        let mut asked = Vec::new();
        for mut one in assignments::of_idea(tx.sql(), id).await? {
            one.due_at = due_at.unwrap_or(one.due_at);
            one.is_done = false;
            assignments::ask_anew(tx, &one).await?;
            asked.extend((!one.is_recused).then_some(one.assessor));
        }
        ideas::notify(tx, idea, Notice::AskedToAssess, None, &asked).await?;
        rescore_locked(tx, idea, promises, Cause::Moved).await
    })
}
