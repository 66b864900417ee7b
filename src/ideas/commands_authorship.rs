//! Whoever wrote an idea namelessly may put their name to it. There is no way back.

use super::commands::own;
use super::domain::{Authorship, Idea, IdeaId, Refusal};
use super::store_acts as acts;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::policy::RevealAuthorship;
use crate::session::Session;

/// Shows who wrote an anonymous idea, for ever; refused when it shows that already.
/// `recount` is called in the same transaction: nobody waits any more for what an author was
/// asked to assess.
pub async fn reveal(
    s: &Session,
    id: IdeaId,
    recount: impl AsyncFnOnce(&Tx<'_>, &mut Idea) -> Result<()>,
) -> Result<IdeaId> {
    s.write(async |tx| {
        let (mut idea, permit) = own::<RevealAuthorship>(s, tx, id).await?;
        if idea.authorship == Authorship::Named {
            return Err(Refusal::AlreadyNamed.into());
        }
        acts::reveal(tx, &permit, &mut idea).await?;
        recount(tx, &mut idea).await?;
        Ok(id)
    })
    .await
}
