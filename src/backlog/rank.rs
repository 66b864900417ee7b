//! `RankKey`, the order of the backlog (SCORING.md §7). SQL, index and cursor copy it;
//! they never invent one of their own:
//! `order by key desc, n desc, submitted_at asc, idea_id asc`.

use std::cmp::{Ordering, Reverse};

use uuid::Uuid;

/// Where an idea stands in the backlog. `a < b` means `a` is listed before `b`. `key` alone
/// makes the rank; the rest orders a listing inside a tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RankKey {
    /// The shown score in hundredths, higher first.
    pub key: i32,
    /// Assessments that count, more first: the standard error is σ̂/√n with one σ̂ for all,
    /// so more assessments are the smaller error.
    pub n: u32,
    /// Microseconds since 1970, earlier first.
    pub submitted_at: i64,
    /// By its bytes, smaller first.
    pub idea_id: Uuid,
}

impl RankKey {
    /// What a cursor carries, in the order of the comparison.
    pub fn parts(self) -> (i32, u32, i64, Uuid) {
        (self.key, self.n, self.submitted_at, self.idea_id)
    }

    fn order(&self) -> (Reverse<i32>, Reverse<u32>, i64, Uuid) {
        (
            Reverse(self.key),
            Reverse(self.n),
            self.submitted_at,
            self.idea_id,
        )
    }
}

impl From<(i32, u32, i64, Uuid)> for RankKey {
    fn from((key, n, submitted_at, idea_id): (i32, u32, i64, Uuid)) -> Self {
        Self {
            key,
            n,
            submitted_at,
            idea_id,
        }
    }
}

impl Ord for RankKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for RankKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
