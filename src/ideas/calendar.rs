//! When the calendar looks at an idea, and what it does then: what was put off comes back,
//! a question that nobody answers is closed, and whoever owes a step is reminded of it, a
//! day before and once it is late. Nothing expires by itself. Pure.

use super::domain::Idea;
use super::lifecycle::{State, Step};
use super::notifications::Notice;
use crate::platform::clock::{DAY, Micros};

/// When an idea that has just come into its state is looked at first, and when an appeal
/// was opened or answered: before something falls due there is somebody to tell.
pub fn first_look(
    state: State,
    due_at: Option<Micros>,
    appeal_due_at: Option<Micros>,
) -> Option<Micros> {
    let own = match state {
        State::OnHold => due_at,
        _ => due_at.map(|due| due - DAY),
    };
    let appeal = appeal_due_at.filter(|_| state.rests()).map(|due| due - DAY);
    own.into_iter().chain(appeal).min()
}

/// What the calendar does with an idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It moves.
    Take(Step),
    /// Whoever owes the next step is told, and it is looked at again then.
    Remind(Notice, Option<Micros>),
    /// There is nothing to do until then.
    Wait(Option<Micros>),
}

/// What the calendar does with an idea whose moment has come.
pub fn look(idea: &Idea, now: Micros) -> Look {
    match (idea.state, idea.due_at) {
        (State::OnHold, Some(due)) if now >= due => return Look::Take(Step::ComeBack),
        (State::NeedsInfo, Some(due)) if now >= due => return Look::Take(Step::LeaveUnanswered),
        _ => {}
    }
    // The day that was named, for which nobody is reminded.
    let day = idea.due_at.filter(|_| idea.state == State::OnHold);
    let promise = idea.due().filter(|due| Some(*due) != day);
    let next = |at: Micros| Some(day.map_or(at, |day| Ord::min(at, day)));
    match promise {
        None => Look::Wait(day),
        Some(due) if now >= due => Look::Remind(Notice::Overdue, day),
        Some(due) if now >= due - DAY => Look::Remind(Notice::DueSoon, next(due)),
        Some(due) => Look::Wait(next(due - DAY)),
    }
}
