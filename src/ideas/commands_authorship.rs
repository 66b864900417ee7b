//! Whoever wrote an idea namelessly may put their name to it. There is no way back.

use super::commands::own;
use super::domain::{Authorship, IdeaId, Refusal};
use super::store_acts as acts;
use crate::platform::error::Result;
use crate::policy::RevealAuthorship;
use crate::session::Session;

/// Shows who wrote an anonymous idea, for ever; refused when it shows that already.
pub async fn reveal(s: &Session, id: IdeaId) -> Result<IdeaId> {
    s.write(async |tx| {
        let (mut idea, permit) = own::<RevealAuthorship>(s, tx, id).await?;
        if idea.authorship == Authorship::Named {
            return Err(Refusal::AlreadyNamed.into());
        }
        acts::reveal(tx, &permit, &mut idea).await?;
        Ok(id)
    })
    .await
}
