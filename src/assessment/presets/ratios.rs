//! The presets of the ratio methods. Their scales are the methods' own; only the words are
//! written here.

use super::{draft, levels};
use crate::assessment::rubric::{Criterion, Method, RubricDraft, ratio};

/// A factor of a ratio method, on the scale the method gives it.
fn factor(
    method: Method,
    key: &str,
    name: &str,
    question: &str,
    anchors: &[(f64, &str)],
) -> Criterion {
    let factor = ratio::factors(method)
        .iter()
        .find(|factor| factor.key == key)
        .expect("presets name factors of their method only, and a test parses them");
    Criterion {
        key: key.to_owned(),
        name: name.to_owned(),
        question: question.to_owned(),
        kind: factor.kind(),
        weight: None,
        is_required: true,
        minimum: factor.minimum,
        maximum: factor.maximum,
        step: factor.step,
        levels: levels(anchors),
    }
}

pub(super) fn rice() -> RubricDraft {
    let m = Method::Rice;
    let criteria = vec![
        factor(
            m,
            "reach",
            "Reach",
            "How many people will it touch in one quarter?",
            &[
                (1.0, "A single person in a quarter."),
                (
                    1_000.0,
                    "A thousand people in a quarter: a large department, or a good part of our customers.",
                ),
                (100_000.0, "A hundred thousand people or more in a quarter."),
            ],
        ),
        factor(
            m,
            "impact",
            "Impact",
            "How much will it change for each person it touches?",
            &[
                (0.25, "Minimal: they would hardly notice."),
                (0.5, "Low: a small comfort."),
                (1.0, "Medium: a task becomes noticeably easier."),
                (2.0, "High: a task takes half the time or less."),
                (3.0, "Massive: they can do what they could not do before."),
            ],
        ),
        factor(
            m,
            "confidence",
            "Confidence",
            "How well founded are the other three estimates?",
            &[
                (0.5, "Low: informed guesses."),
                (
                    0.8,
                    "Medium: figures for some of them, experience for the rest.",
                ),
                (1.0, "High: measured, or told by many of those concerned."),
            ],
        ),
        factor(
            m,
            "effort",
            "Effort",
            "How many person-months until it is in use?",
            &[
                (0.5, "Two weeks of one person."),
                (6.0, "Six person-months: three people for two months."),
                (24.0, "Two person-years or more."),
            ],
        ),
    ];
    draft("rice", "RICE", m, criteria)
}

pub(super) fn ice() -> RubricDraft {
    let m = Method::Ice;
    let criteria = vec![
        factor(
            m,
            "impact",
            "Impact",
            "How much will it move what we want to move, if it works?",
            &[
                (1.0, "The figure we care about would not visibly move."),
                (
                    5.0,
                    "The figure would move enough to be told apart from chance.",
                ),
                (
                    10.0,
                    "The figure would move more than anything did in the last year.",
                ),
            ],
        ),
        factor(
            m,
            "confidence",
            "Confidence",
            "How sure are we that it will work?",
            &[
                (1.0, "It is a hunch."),
                (
                    5.0,
                    "Comparable things have worked elsewhere, or several users asked for it.",
                ),
                (10.0, "We tried it here and measured that it works."),
            ],
        ),
        factor(
            m,
            "ease",
            "Ease",
            "How little does it take to do it?",
            &[
                (1.0, "Several teams for many months."),
                (5.0, "One team for a few weeks."),
                (10.0, "One person in a day."),
            ],
        ),
    ];
    draft("ice", "ICE", m, criteria)
}

pub(super) fn wsjf() -> RubricDraft {
    let m = Method::Wsjf;
    let criteria = vec![
        factor(
            m,
            "value",
            "Value",
            "How much is it worth to users and to the business, against the other ideas?",
            &[
                (1.0, "Worth least of all that we look at."),
                (5.0, "Worth about as much as a usual improvement of ours."),
                (
                    20.0,
                    "Worth more than nearly everything we did in the last year.",
                ),
            ],
        ),
        factor(
            m,
            "time",
            "Time criticality",
            "How fast does its worth fade when we wait?",
            &[
                (1.0, "It will be worth as much in a year."),
                (
                    5.0,
                    "Each quarter of waiting takes a good part of its worth.",
                ),
                (
                    20.0,
                    "There is a fixed date, and after it the thing is worth nothing.",
                ),
            ],
        ),
        factor(
            m,
            "risk",
            "Risk and opportunity",
            "How much risk does it take away, or how much does it open up?",
            &[
                (1.0, "It takes no risk away and opens nothing up."),
                (
                    5.0,
                    "It takes away a known risk or prepares other work of ours.",
                ),
                (
                    20.0,
                    "Without it a grave risk stays, or a whole field remains closed to us.",
                ),
            ],
        ),
        factor(
            m,
            "size",
            "Job size",
            "How large is the job, against the other ideas?",
            &[
                (1.0, "The smallest job of all, done in days."),
                (5.0, "A usual job of a few weeks for one team."),
                (20.0, "The largest we would take on without cutting it up."),
            ],
        ),
    ];
    draft("wsjf", "WSJF", m, criteria)
}
