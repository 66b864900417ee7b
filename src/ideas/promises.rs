//! By when somebody owes the next step: so many days in each state, from settings. Pure.

use super::lifecycle::State;
use crate::platform::clock::{DAY, Micros};

/// Days that each state may take before its promise is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promises {
    /// Leads screen what is submitted.
    pub answer: u32,
    /// Authors answer a question.
    pub author_answer: u32,
    /// Assessors rate.
    pub assessment: u32,
    /// Stewards look at what stands in the backlog.
    pub backlog: u32,
    /// Stewards decide about what was validated.
    pub validated: u32,
    /// Another lead answers an appeal.
    pub appeal: u32,
}

impl Default for Promises {
    fn default() -> Self {
        Self {
            answer: 7,
            author_answer: 30,
            assessment: 21,
            backlog: 90,
            validated: 30,
            appeal: 14,
        }
    }
}

impl Promises {
    /// When the promise of a state entered at `since` falls due; nothing where a state has
    /// none, or where the day is named by whoever brings the idea there.
    pub fn due(&self, state: State, since: Micros) -> Option<Micros> {
        let days = match state {
            State::Submitted => self.answer,
            State::NeedsInfo => self.author_answer,
            State::InAssessment => self.assessment,
            State::Backlog => self.backlog,
            State::Validated => self.validated,
            _ => return None,
        };
        Some(since + i64::from(days) * DAY)
    }

    /// When the answer to an appeal made at `since` falls due.
    pub fn appeal_due(&self, since: Micros) -> Micros {
        since + i64::from(self.appeal) * DAY
    }
}
