//! Who is asked to assess an idea, and by when. Pure.

use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use crate::platform::clock::{DAY, Micros};
use crate::platform::ids::id;

id! {
    /// Names an assignment.
    AssignmentId, "assignment"
}

/// So many assessors are assigned to one idea at most.
pub const MOST_ASSESSORS: usize = 50;

/// One person who is asked to assess one idea.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub id: AssignmentId,
    pub idea: IdeaId,
    pub assessor: MemberId,
    pub assigned_at: Micros,
    pub due_at: Micros,
    /// Their complete assessment is in.
    pub is_done: bool,
    /// A conflict of interest ended it.
    pub is_recused: bool,
}

impl Assignment {
    /// Whether the assessor still owes their assessment, as long as the idea is assessed.
    pub fn is_open(&self) -> bool {
        !self.is_done && !self.is_recused
    }

    /// Whether publication waits for it: it is open and not yet overdue.
    pub fn is_awaited(&self, now: Micros) -> bool {
        self.is_open() && self.due_at >= now
    }

    /// When the calendar looks at it next: a day before it falls due, or once it is overdue
    /// when that is less than a day away; never when nobody is waited for.
    pub fn watch_at(&self, now: Micros) -> Option<Micros> {
        let soon = self.due_at - DAY;
        let next = if soon > now { soon } else { self.due_at + 1 };
        self.is_open().then_some(next)
    }
}

/// When the first of those that are open falls due.
pub fn first_due(all: &[Assignment]) -> Option<Micros> {
    let open = all.iter().filter(|one| one.is_open());
    open.map(|one| one.due_at).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn due(due_at: Micros, is_done: bool, is_recused: bool) -> Assignment {
        Assignment {
            id: AssignmentId(Uuid::nil()),
            idea: IdeaId(Uuid::nil()),
            assessor: MemberId(Uuid::nil()),
            assigned_at: 0,
            due_at,
            is_done,
            is_recused,
        }
    }

    #[test]
    fn it_is_looked_at_a_day_before_it_falls_due_and_once_it_has() {
        let one = due(3 * DAY, false, false);
        assert_eq!(one.watch_at(0), Some(2 * DAY));
        assert_eq!(one.watch_at(2 * DAY), Some(3 * DAY + 1));
        assert_eq!(one.watch_at(4 * DAY), Some(3 * DAY + 1));
        assert!(one.is_awaited(3 * DAY) && !one.is_awaited(3 * DAY + 1));
        assert_eq!(due(3 * DAY, true, false).watch_at(0), None);
        assert_eq!(due(3 * DAY, false, true).watch_at(0), None);
    }

    #[test]
    fn the_first_promise_is_that_of_those_who_still_owe_it() {
        let all = [
            due(1, true, false),
            due(2, false, true),
            due(5, false, false),
            due(4, false, false),
        ];
        assert_eq!(first_due(&all), Some(4));
        assert_eq!(first_due(&all[..2]), None);
    }
}
