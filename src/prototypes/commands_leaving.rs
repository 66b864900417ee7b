//! Somebody leaves who owns prototypes: they go to the heir, or to nobody in person, and then
//! the leads see to them.

use super::store;
use crate::ideas::Notice;
use crate::ideas::domain::IdeaId;
use crate::ideas::store_notifications::notify_each;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Hands on what somebody who leaves has in the queue or is trying. Their ideas are locked.
pub fn hand_on<'a>(
    tx: &'a Tx<'_>,
    from: MemberId,
    heir: Option<MemberId>,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut told: Vec<(IdeaId, MemberId)> = Vec::new();
        for one in store::open_of(tx.sql(), from).await? {
            // Locked in the order of their ids; those locked already cost nothing.
            tx.lock(one.idea.subject()).await?;
            store::set_owner(tx, one.id, heir).await?;
            let data = json!({
                "prototype": one.id, "from": from, "to": heir, "isLeaving": true,
            });
            tx.emit(one.idea.subject(), "PROTOTYPE_HANDED_OVER", data);
            told.extend(heir.map(|heir| (one.idea, heir)));
        }
        notify_each(tx, Notice::PrototypeOwnerNamed, None, &told).await
    })
}
