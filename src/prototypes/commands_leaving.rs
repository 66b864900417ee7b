//! Somebody leaves who owns prototypes: they go to the heir, or to nobody in person, and then
//! the leads see to them.

use super::store;
use crate::ideas::Notice;
use crate::ideas::domain::IdeaId;
use crate::ideas::store_leaving::not_in_conflict;
use crate::ideas::store_notifications::notify_each;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Hands on what somebody who leaves has in the queue or is trying. Their ideas are locked. The
/// heir leads, and so sees all of them; what they declared a conflict on goes to nobody in
/// person, and so does an idea whose author is hidden, since whether the heir may would tell
/// who that is.
pub fn hand_on<'a>(
    tx: &'a Tx<'_>,
    from: MemberId,
    heir: Option<MemberId>,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let theirs = store::open_of(tx.sql(), from).await?;
        let ids: Vec<IdeaId> = theirs.iter().map(|one| one.idea).collect();
        // Locked in the order of their ids; those locked already cost nothing.
        for id in &ids {
            tx.lock(id.subject()).await?;
        }
        let fit = match heir {
            Some(heir) => not_in_conflict(tx, heir, &ids).await?,
            None => Default::default(),
        };
        let mut told: Vec<(IdeaId, MemberId)> = Vec::new();
        for one in theirs {
            let to = heir.filter(|_| fit.contains(&one.idea));
            store::set_owner(tx, one.id, to).await?;
            let data = json!({
                "prototype": one.id, "from": from, "to": to, "isLeaving": true,
            });
            tx.emit(one.idea.subject(), "PROTOTYPE_HANDED_OVER", data);
            told.extend(to.map(|heir| (one.idea, heir)));
        }
        notify_each(tx, Notice::PrototypeOwnerNamed, None, &told).await
    })
}
