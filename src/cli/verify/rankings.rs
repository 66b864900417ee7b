//! Frozen rankings: each is what its event says, and comes out as it was published when it is
//! computed again.

use super::super::Stop;
use super::Tally;
use super::chain::{Chain, Said};
use crate::backlog::frozen::{hash, reproduces};
use crate::backlog::store_rankings::{digest, frozen, of_rubrics};
use crate::platform::db::View;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) async fn check(view: &View, batch: &[Chain], tally: &mut Tally) -> Result<(), Stop> {
    let ids: Vec<Uuid> = batch.iter().map(|chain| chain.subject.id()).collect();
    let mut rows = of_rubrics(view, &ids).await?;
    for chain in batch {
        let events = chain.events.iter();
        let mut open: BTreeMap<i64, &Said> = events
            .filter(|event| event.kind == "RANKING_PUBLISHED")
            .filter_map(|event| Some((event.data["number"].as_i64()?, event)))
            .collect();
        for id in rows.remove(&chain.subject.id()).unwrap_or_default() {
            // One at a time: each may be as large as a backlog.
            let Some((row, lines)) = frozen(view, id).await? else {
                continue;
            };
            let number = row.number;
            let Some(event) = open.remove(&i64::from(number)) else {
                return Err(chain.misfit(format!("no event tells of ranking {number}")));
            };
            let is_as_told = event.text("inputHash") == Some(&row.input_hash)
                && hash(&row.snapshot) == row.input_hash
                && event.text("digest") == Some(&digest(&row));
            if !is_as_told {
                let told = format!("ranking {number} is not what was published");
                return Err(chain.misfit_at(event, told));
            }
            let is_whole = event.data["ideas"].as_u64() == Some(lines.len() as u64);
            if !is_whole || !reproduces(&row.snapshot, &row.input_hash, &lines) {
                let told = format!("ranking {number} does not come out as it was published");
                return Err(chain.misfit_at(event, told));
            }
            tally.rankings += 1;
        }
        if let Some((number, event)) = open.first_key_value() {
            return Err(chain.misfit_at(event, format!("ranking {number} is gone")));
        }
    }
    Ok(())
}
