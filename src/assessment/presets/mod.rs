//! The rubrics a new house starts with, and the words on their scales. Only texts and
//! numbers; a house changes them by publishing a new version.

use super::rubric::{Aggregation, Criterion, CriterionKind, Level, Method, Rubric, RubricDraft};

mod ratios;

/// `innovation` (the default of the standing backlog), `hackathon-judging`, `rice`, `ice`
/// and `wsjf`, ready to publish.
pub fn presets() -> Vec<Rubric> {
    [
        innovation(),
        hackathon_judging(),
        ratios::rice(),
        ratios::ice(),
        ratios::wsjf(),
    ]
    .into_iter()
    .map(|draft| Rubric::parse(draft).expect("presets are constants, and a test parses them"))
    .collect()
}

fn draft(key: &str, name: &str, method: Method, criteria: Vec<Criterion>) -> RubricDraft {
    RubricDraft {
        key: key.to_owned(),
        name: name.to_owned(),
        method,
        aggregation: Aggregation::Mean,
        quorum: 3,
        is_blind: true,
        reveals_author: true,
        minimum_coverage: 0.8,
        criteria,
    }
}

/// A criterion on a scale of 1 to 5 with words at 1, 3 and 5.
fn rated(key: &str, name: &str, weight: f64, question: &str, anchors: [&str; 3]) -> Criterion {
    Criterion {
        key: key.to_owned(),
        name: name.to_owned(),
        question: question.to_owned(),
        kind: CriterionKind::Benefit,
        weight: Some(weight),
        is_required: true,
        minimum: 1.0,
        maximum: 5.0,
        step: 1.0,
        levels: levels(&[(1.0, anchors[0]), (3.0, anchors[1]), (5.0, anchors[2])]),
    }
}

/// A criterion that an assessor may leave open.
fn optional(criterion: Criterion) -> Criterion {
    Criterion {
        is_required: false,
        ..criterion
    }
}

fn levels(anchors: &[(f64, &str)]) -> Vec<Level> {
    let level = |&(value, anchor): &(f64, &str)| Level {
        value,
        anchor: anchor.to_owned(),
    };
    anchors.iter().map(level).collect()
}

fn innovation() -> RubricDraft {
    let criteria = vec![
        rated(
            "problem",
            "Problem",
            25.0,
            "Is this a real problem of real people, and does it hurt often?",
            [
                "Nobody named has it, or it is a nuisance that people shrug off.",
                "Named people have it now and then and lose time or money each time.",
                "Many people have it every week, say so themselves, and pay dearly for it.",
            ],
        ),
        rated(
            "impact",
            "Impact",
            30.0,
            "If it worked, how much better off would those people or the house be?",
            [
                "Hardly anybody would notice that it is there.",
                "One team or one kind of customer would work noticeably better.",
                "Many would work in another way, or a key figure of the house would move.",
            ],
        ),
        optional(rated(
            "fit",
            "Fit",
            15.0,
            "Does it serve what the organization is here to do?",
            [
                "It pulls away from our purpose, or is plainly somebody else's business.",
                "It goes along with our aims without serving any of them in particular.",
                "It directly serves an aim we have set ourselves for this year.",
            ],
        )),
        optional(rated(
            "feasibility",
            "Feasibility",
            10.0,
            "Could we do it with the knowledge, the means and the permissions within our reach?",
            [
                "It needs something that nobody has, or that law or contracts forbid.",
                "We know how to do most of it; one open question could still stop it.",
                "Everything it needs is here and has been done before.",
            ],
        )),
        optional(rated(
            "novelty",
            "Novelty",
            10.0,
            "Does it do something for these people that nothing else does today?",
            [
                "It exists already, here or ready to buy, and does the same.",
                "Something like it exists; this goes about it in a clearly better way.",
                "Nobody we know of has done it for these people.",
            ],
        )),
        Criterion {
            kind: CriterionKind::Cost,
            ..optional(rated(
                "effort",
                "Effort",
                10.0,
                "How much work is it until the first people can use it?",
                [
                    "A few days of one person.",
                    "A team for about a month.",
                    "Several teams for a year or longer.",
                ],
            ))
        },
    ];
    draft("innovation", "Innovation", Method::WeightedSum, criteria)
}

fn hackathon_judging() -> RubricDraft {
    let criteria = vec![
        rated(
            "problem",
            "Problem",
            15.0,
            "Has the team understood a problem worth solving?",
            [
                "I cannot tell whose problem it is.",
                "The problem is clear; that it matters is asserted.",
                "The team shows whose problem it is and what it costs them.",
            ],
        ),
        rated(
            "fit",
            "Fit",
            10.0,
            "Does the entry answer the theme of this event?",
            [
                "It would be the same entry at any other event.",
                "It touches the theme in part.",
                "The theme is at the heart of it.",
            ],
        ),
        rated(
            "effectiveness",
            "Effectiveness",
            20.0,
            "Does what was shown solve the problem?",
            [
                "What was shown does not solve it, or nothing was shown working.",
                "It solves the main case as shown, with gaps that were plain to see.",
                "It solved the problem before our eyes, awkward cases included.",
            ],
        ),
        rated(
            "impact",
            "Impact",
            20.0,
            "How much would change if it were in use?",
            [
                "Little would change, for few people.",
                "It would help a fair number of people, or a few of them a great deal.",
                "It would change the daily work of many people for the better.",
            ],
        ),
        rated(
            "feasibility",
            "Feasibility",
            10.0,
            "Could it be carried on to real use after the event?",
            [
                "It rests on something that cannot be had outside the event.",
                "The way there is known, and one large piece of it is missing.",
                "A team could carry it on tomorrow with what is at hand.",
            ],
        ),
        rated(
            "novelty",
            "Novelty",
            10.0,
            "Is there something here we have not seen before?",
            [
                "It repeats what already exists.",
                "Known parts are put together in a new and useful way.",
                "Its core is a thought that is new to all of us.",
            ],
        ),
        rated(
            "ease",
            "Ease of use",
            5.0,
            "Would the people it is for get along with it unaided?",
            [
                "I could not have used it without its makers beside me.",
                "With a short explanation people would manage.",
                "It explains itself at first sight.",
            ],
        ),
        rated(
            "simplicity",
            "Simplicity",
            10.0,
            "Is it as simple as the problem allows?",
            [
                "Much of it does nothing for the problem.",
                "Some parts could go and nobody would miss them.",
                "Nothing could be taken away.",
            ],
        ),
    ];
    RubricDraft {
        aggregation: Aggregation::SeverityAdjusted,
        quorum: 2,
        ..draft(
            "hackathon-judging",
            "Hackathon judging",
            Method::WeightedSum,
            criteria,
        )
    }
}
