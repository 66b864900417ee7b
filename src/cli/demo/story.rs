//! What happened in the demo, as it stands written beside this file: one entry per idea,
//! with when things were done and by whom, and one line per act in a hackathon. Here it becomes a row of acts in order of time;
//! `acting.rs` does them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::People;
use crate::cli::Stop;
use crate::platform::clock::{DAY, Micros};

const FILES: [(&str, &str); 4] = [
    ("workplace.json", include_str!("story/workplace.json")),
    ("machines.json", include_str!("story/machines.json")),
    ("customers.json", include_str!("story/customers.json")),
    ("works.json", include_str!("story/works.json")),
];

const HACKATHONS: &str = include_str!("story/hackathons.json");

/// Acts that look at other ideas, or touch them.
const DECISIVE: [&str; 4] = [
    "decideIdea",
    "mergeIdeas",
    "resolveAppeal",
    "queuePrototype",
];

/// The criteria of the rubric `innovation`, as ratings are written down.
const CRITERIA: [&str; 6] = [
    "problem",
    "impact",
    "fit",
    "feasibility",
    "novelty",
    "effort",
];

/// Those of the rubric `hackathon-judging`.
const JUDGED: [&str; 8] = [
    "problem",
    "fit",
    "effectiveness",
    "impact",
    "feasibility",
    "novelty",
    "ease",
    "simplicity",
];

/// Days between two assessments of an idea.
const BETWEEN: f64 = 0.6;

/// An idea and what became of it. Days are counted back from today.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    by: String,
    day: f64,
    /// As `SubmitIdeaInput`.
    idea: Map<String, Value>,
    /// When, by whom and why it was accepted for assessment.
    accepted: Option<(f64, String, String)>,
    /// From when on; then who, six levels (`-`: cannot judge), and what they say to it.
    rated: Option<(f64, Vec<String>)>,
    /// How many, and until when.
    support: Option<(usize, f64)>,
    #[serde(default)]
    comments: Vec<(f64, String, String)>,
    #[serde(default)]
    then: Vec<Deed>,
}

/// Anything else that somebody does with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deed {
    day: f64,
    by: String,
    act: String,
    #[serde(default)]
    input: Map<String, Value>,
}

/// What somebody does in a hackathon.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    day: f64,
    by: String,
    act: String,
    /// The key of the hackathon, idea or team it is about.
    of: String,
    input: Map<String, Value>,
    /// Of an entry that is judged: one digit per criterion.
    levels: Option<String>,
}

/// A mutation by somebody at some time.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) at: Micros,
    /// The key of the idea it is about, or of the hackathon or team.
    pub(super) idea: String,
    /// Whether everything before it is done first.
    pub(super) is_decisive: bool,
    pub(super) by: String,
    pub(super) mutation: String,
    pub(super) input: Map<String, Value>,
}

/// All acts, in order of time.
pub(super) fn acts(people: &People, now: Micros) -> Result<Vec<Act>, Stop> {
    let mut acts = Vec::new();
    let mut turn = 0;
    for (file, text) in FILES {
        let entries: Vec<Entry> =
            serde_json::from_str(text).map_err(|cause| Stop::failed(format!("{file}: {cause}")))?;
        for entry in entries {
            told(entry, turn, people, now, &mut acts)?;
            turn += 1;
        }
    }
    let turns: Vec<Turn> = serde_json::from_str(HACKATHONS)
        .map_err(|cause| Stop::failed(format!("hackathons.json: {cause}")))?;
    acts.extend(turns.into_iter().map(|turn| hosted(turn, now)));
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

/// What happens in a hackathon.
fn hosted(turn: Turn, now: Micros) -> Act {
    let mut input = turn.input;
    if let Some(levels) = turn.levels {
        input.insert("ratings".to_owned(), rated(&JUDGED, &levels));
    }
    Act {
        at: now - (turn.day * DAY as f64) as Micros,
        idea: turn.of,
        is_decisive: true,
        by: turn.by,
        mutation: turn.act,
        input,
    }
}

/// What happens to one idea.
fn told(
    entry: Entry,
    turn: usize,
    people: &People,
    now: Micros,
    acts: &mut Vec<Act>,
) -> Result<(), Stop> {
    let key = entry.key;
    let mut count = 0;
    let mut add = |day: f64, by: &str, mutation: &str, input: Map<String, Value>| {
        count += 1;
        acts.push(Act {
            at: instant(now, day, turn, count),
            idea: key.clone(),
            is_decisive: DECISIVE.contains(&mutation),
            by: by.to_owned(),
            mutation: mutation.to_owned(),
            input,
        });
    };
    let (by, day) = (entry.by, entry.day);
    add(day, &by, "submitIdea", entry.idea);
    if let Some((day, by, reason)) = entry.accepted {
        let input = object(json!({"outcome": "ACCEPT", "reason": reason}));
        add(day, &by, "screenIdea", input);
    }
    if let Some((mut day, all)) = entry.rated {
        for line in all {
            let (by, input) = rating(&line)
                .ok_or_else(|| Stop::failed(format!("{key}: {line:?} is no assessment")))?;
            add(day, by, "submitAssessment", input);
            day -= BETWEEN;
        }
    }
    if let Some((count, until)) = entry.support {
        let mut at = day - 0.3;
        let step = (at - until) / count as f64;
        for by in people.some(turn, count, &by) {
            add(at, by, "supportIdea", Map::new());
            at -= step;
        }
    }
    for (day, by, body) in entry.comments {
        add(day, &by, "addComment", object(json!({"body": body})));
    }
    for deed in entry.then {
        add(deed.day, &deed.by, &deed.act, deed.input);
    }
    Ok(())
}

/// So many days ago, at an hour that is not the same for all; earlier than 0.2 days after.
fn instant(now: Micros, day: f64, turn: usize, count: usize) -> Micros {
    const MINUTE: f64 = 60.0 * 1_000_000.0;
    let (whole, minutes) = (DAY as f64, ((turn * 53 + count * 29) % 174) as f64);
    let ago = (day * whole - minutes * MINUTE) as Micros;
    now - ago
}

/// `ines 4354-2 What she says to it.`
fn rating(line: &str) -> Option<(&str, Map<String, Value>)> {
    let mut words = line.splitn(3, ' ');
    let (by, levels, comment) = (words.next()?, words.next()?, words.next());
    if levels.len() != CRITERIA.len() {
        return None;
    }
    let ratings = rated(&CRITERIA, levels);
    Some((by, object(json!({"ratings": ratings, "comment": comment}))))
}

/// One digit per criterion; any other sign where it cannot be judged.
fn rated(criteria: &[&str], levels: &str) -> Value {
    criteria
        .iter()
        .zip(levels.chars())
        .filter_map(|(criterion, level)| {
            let level = level.to_digit(10)?;
            Some(json!({"criterion": criterion, "level": level}))
        })
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
