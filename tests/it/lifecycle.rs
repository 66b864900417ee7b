//! The life of an idea as one table: walks stay in it, refusals name what it allows, and
//! what a caller is told to do can be done.

use proptest::prelude::*;
use proptest::sample::select;
use sluice::ideas::lifecycle::State::*;
use sluice::ideas::lifecycle::{Party, Row, State, Step, TABLE, To, left_after, steps_from, take};

mod illegal;

/// Every step, each once.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for row in TABLE {
        if !steps.contains(&row.step) {
            steps.push(row.step);
        }
    }
    steps
}

/// The row of a step out of a state.
fn row(step: Step, from: State) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.step == step && row.from.contains(&from))
}

/// What a caller of this server can do out of a state, in the order of the table.
pub(crate) fn calls(from: State) -> Vec<String> {
    TABLE
        .iter()
        .filter(|row| row.from.contains(&from))
        .filter_map(|row| Some((row.mutation?, row.outcome)))
        .map(|(mutation, outcome)| match outcome {
            Some(outcome) => format!("{mutation}({outcome})"),
            None => mutation.to_owned(),
        })
        .collect()
}

proptest! {
    #[test]
    fn every_walk_stays_in_the_table_and_finds_its_way_back(
        walk in prop::collection::vec(select(steps()), 0..60),
    ) {
        let (mut state, mut left) = (Draft, None);
        for step in walk {
            let found = row(step, state);
            match take(step, state, left) {
                Ok(to) => {
                    let row = found.expect("a step that was taken stands in the table");
                    match row.to {
                        To::State(named) => prop_assert_eq!(to, named),
                        To::TheStateItLeft if left == Some(NeedsInfo) => {
                            prop_assert_eq!(to, Submitted);
                        }
                        To::TheStateItLeft => prop_assert_eq!(Some(to), left),
                    }
                    left = left_after(step, state, left, to);
                    state = to;
                }
                Err(illegal) => {
                    // Wherever the table has a way back, it is known where to.
                    prop_assert!(found.is_none(), "{step:?} out of {state} with {left:?}");
                    prop_assert_eq!(illegal.from, state);
                    prop_assert_eq!(illegal.legal, calls(state));
                }
            }
            // Where an idea comes back to is a place where it can live on.
            if let Some(left) = left {
                prop_assert!(left != Draft && left != OnHold, "{state} left {left}");
            }
        }
    }
}

#[test]
fn every_illegal_step_names_the_legal_ones() {
    for &from in State::ALL {
        for step in steps() {
            if row(step, from).is_none() {
                let illegal = take(step, from, Some(Backlog)).unwrap_err();
                assert_eq!(
                    (illegal.from, illegal.legal),
                    (from, calls(from)),
                    "{step:?}"
                );
            }
        }
        let told: Vec<String> = steps_from(from).filter_map(Row::call).collect();
        assert_eq!(told, calls(from));
    }
}

#[test]
fn a_step_leads_from_each_state_to_one_place() {
    for &from in State::ALL {
        for step in steps() {
            let rows = TABLE
                .iter()
                .filter(|row| row.step == step && row.from.contains(&from));
            assert!(rows.count() <= 1, "{step:?} out of {from} stands twice");
        }
    }
}

#[test]
fn every_state_can_be_reached_and_only_ends_have_no_way_out() {
    let mut reached = vec![(Draft, None)];
    let mut next = 0;
    while let Some(&(state, left)) = reached.get(next) {
        for step in steps() {
            if let Ok(to) = take(step, state, left) {
                let place = (to, left_after(step, state, left, to));
                if !reached.contains(&place) {
                    reached.push(place);
                }
            }
        }
        next += 1;
    }

    for &state in State::ALL {
        assert!(reached.iter().any(|(it, _)| *it == state), "{state}");
        let is_open = TABLE.iter().any(|row| row.from.contains(&state));
        assert_eq!(is_open, !matches!(state, Delivered | Withdrawn), "{state}");
    }
}

#[test]
fn decisions_are_legal_where_they_are_promised() {
    let from = |step: Step| -> Vec<State> {
        let states = State::ALL.iter().copied();
        states.filter(|state| row(step, *state).is_some()).collect()
    };

    assert_eq!(
        from(Step::Hold),
        [Submitted, InAssessment, Backlog, Validated]
    );
    assert_eq!(
        from(Step::Decline),
        [NeedsInfo, InAssessment, Backlog, OnHold, Validated]
    );
    assert_eq!(from(Step::DeclineAtScreening), [Submitted]);
    assert_eq!(from(Step::Adopt), [Backlog, Validated]);
    assert_eq!(
        from(Step::Reopen),
        [OnHold, Declined, Invalidated, Abandoned]
    );
    assert_eq!(from(Step::UpholdAppeal), [OnHold, Declined]);
    assert_eq!(
        from(Step::Withdraw),
        [Submitted, NeedsInfo, InAssessment, Backlog, OnHold]
    );
    assert_eq!(from(Step::QueuePrototype), [Backlog, Validated]);
    assert_eq!(take(Step::Reopen, Invalidated, None), Ok(Backlog));
    assert_eq!(take(Step::Reopen, Abandoned, None), Ok(Backlog));
    assert_eq!(take(Step::Reopen, Declined, Some(NeedsInfo)), Ok(Submitted));
    assert_eq!(take(Step::Reopen, OnHold, Some(Validated)), Ok(Validated));
}

#[test]
fn an_idea_remembers_where_it_came_from_all_the_way_through_a_prototype() {
    let (mut state, mut left) = (Validated, None);
    for step in [
        Step::QueuePrototype,
        Step::StartPrototype,
        Step::ConcludeQueuedAgain,
        Step::StartPrototype,
        Step::ConcludeStopped,
    ] {
        let to = take(step, state, left).unwrap();
        left = left_after(step, state, left, to);
        state = to;
    }
    assert_eq!((state, left), (Validated, None));

    let held = left_after(Step::Hold, Backlog, None, OnHold);
    let declined = left_after(Step::Decline, OnHold, held, Declined);
    assert_eq!(take(Step::Reopen, Declined, declined), Ok(Backlog));
}

#[test]
fn each_state_is_owed_by_somebody_or_is_an_end() {
    for &state in State::ALL {
        let by_people = TABLE
            .iter()
            .filter(|row| row.from.contains(&state))
            .any(|row| {
                row.step != Step::Reopen
                    && row.step != Step::UpholdAppeal
                    && row.step != Step::Unmerge
            });
        assert_eq!(state.party() != Party::Nobody, by_people, "{state}");
    }
}

#[test]
fn every_step_is_a_mutation_that_is_served() {
    let sdl = sluice::api::schema::sdl();
    let served = crate::contract::breaking::Sdl::parse(&sdl).unwrap();

    for mutation in TABLE.iter().filter_map(|row| row.mutation) {
        assert!(served.has(&format!("Mutation.{mutation}")), "{mutation}");
    }
}
