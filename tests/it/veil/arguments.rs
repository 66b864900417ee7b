//! What arguments are asked with. Every argument of every field and every field of every
//! input that can be read with stands here, choices and yes-or-no aside, which are all tried. A
//! line is named by where the argument stands; a line named by a field alone holds whole rows
//! of arguments that belong together.

use super::questions::Told;
use super::worlds::{World, day};

/// An idea that never was.
const NO_IDEA: &str = "idea_0198c0de000070008000000000000000";

/// Words that stand in texts which are hidden from somebody, some that stand in others, and
/// parts of addresses.
const WORDS: [&str; 7] = [
    "heron",
    "osprey",
    "night lamps",
    "winter rain",
    "paint shop",
    "ghost",
    "example",
];

/// The whole table, for one world.
pub(super) fn told(world: &World) -> Told {
    let quoted = |text: &str| format!("\"{text}\"");
    let idea = |name: &str| quoted(&world.ids[name]);
    let people: Vec<String> = world.people.values().map(|it| quoted(&it.id)).collect();
    let words: Vec<String> = WORDS.iter().map(|word| quoted(word)).collect();
    let numbers = |all: &[i64]| -> Vec<String> { all.iter().map(i64::to_string).collect() };
    let instants: Vec<String> = [1, 9, 12, 30].map(|it| quoted(&day(it))).to_vec();
    let rubrics = vec![quoted("innovation"), quoted("unseen"), quoted("wsjf")];
    let tags = vec![quoted("light"), quoted("heron"), quoted("osprey")];
    let hidden = world.hidden.iter().find(|id| id.starts_with("idea_"));
    let ghost = quoted(hidden.map_or(NO_IDEA, |id| id));
    let some = numbers(&[1, 3]);
    let mut explained = [
        "Lamps that burn all night",
        "Plain walls",
        "Air for the paint shop",
    ]
    .map(idea)
    .to_vec();
    explained.extend([ghost.clone(), idea("shut")]);
    let known = vec![
        quoted(&world.who("Bob").id),
        ghost.clone(),
        idea("shut"),
        idea("Plain walls"),
    ];
    Told::from([
        ("Query.node.id", known.clone()),
        ("Query.nodes.ids", known),
        ("Query.members.search", [words.clone(), vec![quoted("Bob"), quoted("an")]].concat()),
        ("Query.idea.number", (1..=40).map(|it| it.to_string()).collect()),
        ("Query.ideas.search", words.clone()),
        ("Query.ideas", ["ASC", "DESC"]
            .iter()
            .map(|way| format!("search: \"night lamps rain\", orderBy: {{field: RELEVANCE, direction: {way}}}"))
            .chain(["SCORE", "SUPPORT", "DUE_AT", "UPDATED_AT", "STATE_SINCE"]
                .iter()
                .map(|by| format!("orderBy: {{field: {by}, direction: ASC}}")))
            .collect()),
        ("Query.similarIdeas.title", vec![
            quoted("Lamps of a heron at night"), quoted("Winter rain for an osprey"),
            quoted("Masks for the paint shop"),
        ]),
        ("Query.similarIdeas.problem", vec![quoted("Nobody turns the heron off.")]),
        ("Query.similarIdeas.first", numbers(&[1, 20])),
        ("Query.hackathon.slug", ["jam", "past", "fair", "duel"].map(quoted).to_vec()),
        ("IdeaFilter.hackathonId", vec![idea("jam"), idea("past")]),
        ("Query.rubric.key", rubrics.clone()),
        ("Query.assignments.assessorId", people.clone()),
        ("Query.explainRank.ideaId", explained.clone()),
        ("Query.explainRank.cut", some.clone()),
        ("Idea.similar.first", numbers(&[1, 20])),
        ("RankExplanation.tiedWith.first", some.clone()),
        ("Rubric.version.number", numbers(&[1, 2])),
        ("IdeaFilter.authorId", people.clone()),
        ("IdeaFilter.stewardId", vec![quoted(&world.who("Lea").id), quoted(&world.who("Leo").id)]),
        ("IdeaFilter.assessorId", people.clone()),
        ("IdeaFilter.rubric", rubrics.clone()),
        ("IdeaFilter.tags", tags.clone()),
        ("IdeaFilter.dueBefore", instants.clone()),
        ("IdeaFilter.stateSinceBefore", instants.clone()),
        ("IdeaFilter.submittedAfter", instants.clone()),
        ("IdeaFilter.submittedBefore", instants),
        ("BacklogFilter.tags", tags),
        ("BacklogFilter.rubric", rubrics.clone()),
        ("BacklogFilter.minimumScore", numbers(&[0, 50, 80])),
        ("BacklogFilter.search", words.clone()),
        // Not served by every version of the schema.
        ("Query.whatIf.first", numbers(&[20])),
        ("WeightInput.criterion", vec![quoted("impact"), quoted("effort")]),
        ("WeightInput.weight", vec!["0.5".to_owned(), "0.9".to_owned()]),
        ("Query.nextAssessments.cut", some.clone()),
        ("Query.nextAssessments.first", numbers(&[20])),
        ("Query.nextAssessments.rubric", rubrics.clone()),
        ("Query.roundQuality.rubric", rubrics),
        ("Query.previewRubric.rubricVersionId", vec![idea("draft")]),
        ("Query.previewRubric.cut", some.clone()),
        ("Query.ranking.number", numbers(&[1, 2])),
        ("Query.previewRubric.cut", some),
        ("Query.learnings.search", [words, vec![quoted("tank lids")]].concat()),
        ("Prototype.relatedLearnings.first", numbers(&[1, 20])),
    ])
}
