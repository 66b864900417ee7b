//! Whom to ask first for one more assessment of an idea: who joins ideas that share no
//! assessor so far, because scores of such parts are hardly comparable, then whoever owes
//! least (SCORING.md §13).

use crate::identity::domain::MemberId;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who could be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free<'a> {
    pub who: MemberId,
    pub name: &'a str,
    /// Assignments they still owe.
    pub load: usize,
}

/// The first `most` of those who could be asked for an idea. `parts` tells to which part of
/// the whole somebody belongs by what they assessed, `near` to which the idea does; an idea
/// of no part joins none. Of equals the order is that of their names: ids are chance.
pub fn first_asked<'a>(
    free: impl IntoIterator<Item = Free<'a>>,
    parts: &BTreeMap<MemberId, u32>,
    near: &BTreeSet<u32>,
    most: usize,
) -> Vec<MemberId> {
    let joins = |who: &MemberId| {
        let part = parts.get(who);
        !near.is_empty() && part.is_some_and(|part| !near.contains(part))
    };
    let mut order: Vec<Free<'_>> = free.into_iter().collect();
    order.sort_unstable_by_key(|one| (!joins(&one.who), one.load, one.name, one.who));
    order.into_iter().take(most).map(|one| one.who).collect()
}
