//! Does what the story tells, through the public schema: what the schema refuses cannot
//! happen in the demo either. A decision depends on where all ideas stand, so everything
//! before it is done first; what lies between two of them is done idea beside idea.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use async_graphql::{Request, ScalarType, Variables};
use futures_util::future::try_join_all;
use serde_json::{Map, Value, json};

use super::people::People;
use super::story::{self, Act};
use crate::api::limits::Limits;
use crate::api::schema::Schema;
use crate::cli::Stop;
use crate::graph::DateTime;
use crate::platform::clock::{Clock, DAY, Micros};
use crate::session::{House, Session};

/// What earlier acts make that later ones name.
const KINDS: [&str; 8] = [
    "idea",
    "decision",
    "appeal",
    "prototype",
    "hackathon",
    "candidate",
    "team",
    "entry",
];

/// Ids that earlier acts gave, by what and of which idea: `decision`, `badge-printer`.
type Ids = Mutex<HashMap<(String, String), String>>;

/// Does everything up to now.
pub(super) async fn play(house: &House, people: &People, now: Micros) -> Result<(), Stop> {
    let stage = Stage {
        house,
        people,
        now,
        schema: Schema::new(&Limits::default()),
        ids: Ids::default(),
    };
    let acts = story::acts(people, now)?;
    for acts in acts.chunk_by(|one, next| !one.is_decisive && !next.is_decisive) {
        let mut by_idea: BTreeMap<&str, Vec<&Act>> = BTreeMap::new();
        for act in acts {
            // Ideas are numbered as they come in.
            if act.mutation == "submitIdea" {
                stage.act(act).await?;
            } else {
                by_idea.entry(&act.idea).or_default().push(act);
            }
        }
        let each = by_idea.into_values().map(async |acts| {
            for act in acts {
                stage.act(act).await?;
            }
            Ok::<_, Stop>(())
        });
        try_join_all(each).await?;
    }
    Ok(())
}

/// What all acts share.
struct Stage<'a> {
    house: &'a House,
    people: &'a People,
    now: Micros,
    schema: Schema,
    ids: Ids,
}

impl Stage<'_> {
    async fn act(&self, act: &Act) -> Result<(), Stop> {
        let failed = |told: &str| {
            let (by, mutation, idea) = (&act.by, &act.mutation, &act.idea);
            Stop::failed(format!("the demo: {by}, {mutation} of {idea}: {told}"))
        };
        let (subject, fields) = shape(&act.mutation);
        let mut input = Map::new();
        if let Some((field, kind)) = subject {
            input.insert(field.to_owned(), json!(format!("@{kind}")));
        }
        input.extend(act.input.clone());
        let input = self
            .meant(&act.idea, Value::Object(input))
            .map_err(|told| failed(&told))?;
        let query = format!(
            "mutation($input: {}Input!) {{ done: {}(input: $input) {{ {fields} }} }}",
            capitalized(&act.mutation),
            act.mutation
        );
        let variables = Variables::from_json(json!({"input": input}));
        // Everybody has a clock of their own: nobody waits for another's time.
        let house = House {
            clock: Clock::stopped_at(act.at),
            ..self.house.clone()
        };
        let session = Session::new(house, self.people.actor(&act.by)?);
        let request = Request::new(query).variables(variables);
        let answer = self.schema.execute(request, session).await;
        if let Some(refusal) = answer.errors.first() {
            return Err(failed(&refusal.message));
        }
        let data = answer
            .data
            .into_json()
            .map_err(|cause| failed(&cause.to_string()))?;
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        for kind in KINDS {
            if let Some(id) = data["done"][kind]["id"].as_str() {
                ids.insert((kind.to_owned(), act.idea.clone()), id.to_owned());
            }
        }
        Ok(())
    }

    /// An input with what its words mean: `@idea`, `@decision`, `@candidate` and so on are those
    /// of what the act is about, `@idea:desks` another one, `@member:mara` a person, `@in:45` a
    /// day.
    fn meant(&self, idea: &str, value: Value) -> Result<Value, String> {
        Ok(match value {
            Value::Object(object) => {
                let mut meant = Map::new();
                for (name, value) in object {
                    meant.insert(name, self.meant(idea, value)?);
                }
                Value::Object(meant)
            }
            Value::Array(values) => values
                .into_iter()
                .map(|value| self.meant(idea, value))
                .collect::<Result<_, _>>()?,
            Value::String(text) => match text.strip_prefix('@') {
                Some(word) => json!(self.word(idea, word)?),
                None => Value::String(text),
            },
            other => other,
        })
    }

    fn word(&self, idea: &str, word: &str) -> Result<String, String> {
        let (kind, which) = word.split_once(':').unwrap_or((word, idea));
        match kind {
            "member" => {
                let id = self.people.id(which).map_err(|cause| cause.to_string())?;
                Ok(id.opaque())
            }
            "in" => {
                let days: Micros = which.parse().map_err(|_| format!("{which:?} is no day"))?;
                match DateTime(self.now + days * DAY).to_value() {
                    async_graphql::Value::String(text) => Ok(text),
                    _ => Err("an instant is told as text".to_owned()),
                }
            }
            _ => {
                let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
                let id = ids.get(&(kind.to_owned(), which.to_owned())).cloned();
                id.ok_or_else(|| format!("there is no {kind} of {which:?} yet"))
            }
        }
    }
}

/// Where a mutation names what it is about, and what of its payload is needed later on.
fn shape(mutation: &str) -> (Option<(&'static str, &'static str)>, &'static str) {
    match mutation {
        "submitIdea" => (None, "idea { id }"),
        "screenIdea" | "decideIdea" | "mergeIdeas" => (Some(("ideaId", "idea")), "decision { id }"),
        "appealDecision" => (Some(("decisionId", "decision")), "appeal { id }"),
        "resolveAppeal" => (Some(("appealId", "appeal")), "__typename"),
        "queuePrototype" => (Some(("ideaId", "idea")), "prototype { id }"),
        "planExperiment" | "startPrototype" | "concludePrototype" => {
            (Some(("prototypeId", "prototype")), "__typename")
        }
        "reviewDecision" => (Some(("decisionId", "decision")), "__typename"),
        "createHackathon" => (None, "hackathon { id }"),
        "nominateCandidate" => (None, "candidate { id }"),
        "createTeam" => (None, "team { id }"),
        "submitEntry" => (None, "entry { id }"),
        "advanceHackathon"
        | "rateFit"
        | "shortlistCandidate"
        | "confirmCandidate"
        | "dropCandidate"
        | "joinTeam"
        | "registerForHackathon"
        | "judgeEntry"
        | "publishResults" => (None, "__typename"),
        _ => (Some(("ideaId", "idea")), "__typename"),
    }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
    })
}
