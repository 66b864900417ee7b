//! The walk through the table over HTTP: an idea is brought into each state there is a way
//! to, and every step that is not legal there is tried by somebody who may, with input that
//! is otherwise right. All of it is read off the table, so that a step that comes later is
//! tried or fails here.

use std::collections::VecDeque;

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::support::Store;
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::whole::Types;

/// The steps that lead from a new draft to each state, the shortest way.
fn ways() -> Vec<(State, Vec<&'static Row>)> {
    let mut seen = vec![(Draft, None)];
    let mut ways = Vec::new();
    let mut ahead = VecDeque::from([(Draft, None, Vec::new())]);
    while let Some((state, left, way)) = ahead.pop_front() {
        if ways.iter().all(|(known, _)| *known != state) {
            ways.push((state, way.clone()));
        }
        // What a hackathon showed to work can be shown by a prototype too.
        let steps = steps_from(state).filter(|row| row.mutation != Some("publishResults"));
        for row in steps {
            let Ok(to) = take(row.step, state, left) else {
                continue;
            };
            let place = (to, left_after(row.step, state, left, to));
            if !seen.contains(&place) {
                seen.push(place);
                let way = way.iter().copied().chain([row]).collect();
                ahead.push_back((place.0, place.1, way));
            }
        }
    }
    ways
}

struct House {
    panel: Panel,
    /// Who runs hackathons.
    organizer: Person,
    types: Types,
    /// Another idea, handed in.
    other: Idea,
}

impl House {
    async fn open(store: Store) -> Option<Self> {
        let panel = Panel::seated(store, 3).await?;
        Some(Self {
            organizer: panel.app.person("Ola", &["ORGANIZER"]).await,
            types: Types::of(&panel.app).await,
            other: panel.author.submit("Another").await,
            panel,
        })
    }

    /// Who may take a step, the mutation, and its input for this idea.
    fn act(&self, row: &Row, idea: &Idea) -> (&Person, &'static str, Value) {
        let Panel { lead, author, .. } = &self.panel;
        let mutation = row.mutation.unwrap();
        let (who, mut input) = match (mutation, row.outcome) {
            ("submitDraft" | "withdrawIdea", None) => (author, json!({})),
            ("answerQuestion", None) => (author, json!({"answer": "On the roof."})),
            ("screenIdea", Some(outcome)) => {
                (lead, json!({"outcome": outcome, "reason": "Because."}))
            }
            ("decideIdea", Some(outcome)) => {
                let mut input = json!({"outcome": outcome, "reason": "Because."});
                match outcome {
                    "HOLD" => input["revisitAt"] = json!("2027-01-01T00:00:00Z"),
                    "ADOPT" => input["handedTo"] = json!("Roadmap"),
                    _ => {}
                }
                (lead, input)
            }
            ("recordOutcome", Some(kind)) => (lead, json!({"kind": kind, "measured": "It runs."})),
            ("mergeIdeas", None) => (
                lead,
                json!({"intoId": self.other.id, "reason": "The same."}),
            ),
            ("unmergeIdeas", None) => (lead, json!({"reason": "Not the same."})),
            ("queuePrototype", None) => (lead, json!({"ownerId": lead.id, "reason": "Try it."})),
            ("startPrototype", None) => (lead, json!({})),
            ("abortPrototype", None) => (lead, json!({"reason": "Snow."})),
            ("concludePrototype", Some(outcome)) => {
                let (shown, goes_on, is_met) = match outcome {
                    "VALIDATED" => ("VALIDATED", "PERSEVERE", Some(true)),
                    "INVALIDATED" => ("INVALIDATED", "STOP", Some(false)),
                    "PIVOT" => ("VALIDATED", "PIVOT", Some(true)),
                    decision => ("INCONCLUSIVE", decision, None),
                };
                let input = json!({
                    "results": [{"key": "m", "result": "Seen.", "isMet": is_met}],
                    "outcome": shown, "decision": goes_on, "learning": {"found": "This."},
                });
                (lead, input)
            }
            ("confirmCandidate", None) => (&self.organizer, json!({"reason": "It fits."})),
            ("advanceHackathon", Some(phase)) => (&self.organizer, json!({"to": phase})),
            (mutation, outcome) => panic!("nobody knows how to try {mutation} {outcome:?}"),
        };
        match mutation {
            "startPrototype" | "abortPrototype" | "concludePrototype" => {}
            "confirmCandidate" | "advanceHackathon" => {}
            _ => input["ideaId"] = json!(idea.id),
        }
        (who, mutation, input)
    }

    /// The same for the prototype of that idea, for its candidacy or for the hackathon of that;
    /// nothing where it takes one and there is none.
    async fn act_now(&self, row: &Row, idea: &Idea) -> Option<(&Person, &'static str, Value)> {
        let (who, mutation, mut input) = self.act(row, idea);
        if matches!(mutation, "confirmCandidate" | "advanceHackathon") {
            let fields = "candidacies { id hackathon { id } }";
            let seen = self.panel.author.sees(idea, fields).await;
            let candidacy = &seen["candidacies"][0];
            match mutation {
                "confirmCandidate" => input["candidateId"] = json!(candidacy["id"].as_str()?),
                _ => input["hackathonId"] = json!(candidacy["hackathon"]["id"].as_str()?),
            }
        } else if input.get("ideaId").is_none() {
            let seen = self.panel.author.sees(idea, "prototype { id }").await;
            input["prototypeId"] = json!(seen["prototype"]["id"].as_str()?);
        }
        Some((who, mutation, input))
    }

    /// Nominates an idea for a hackathon of its own.
    async fn nominate(&self, idea: &Idea) {
        let mut plan = crate::hackathons::plan(&format!("jam-{}", idea.number));
        plan["teamSizeMin"] = json!(1);
        let organizer = &self.organizer;
        let made = organizer
            .act("createHackathon", plan, "hackathon { id }")
            .await;
        let id = made.text("createHackathon.hackathon.id");
        let input = json!({"hackathonId": id, "to": "NOMINATION"});
        organizer
            .act("advanceHackathon", input, "__typename")
            .await
            .ok();
        let input = json!({"hackathonId": id, "ideaId": idea.id, "reason": "It fits."});
        let lead = &self.panel.lead;
        lead.act("nominateCandidate", input, "__typename")
            .await
            .ok();
    }

    /// Forms a team for the candidate that an idea is.
    async fn staff(&self, idea: &Idea) {
        let fields = "candidacies { id hackathon { id } }";
        let seen = self.panel.author.sees(idea, fields).await;
        let candidacy = &seen["candidacies"][0];
        let input = json!({
            "hackathonId": candidacy["hackathon"]["id"], "candidateId": candidacy["id"],
            "name": "Team",
        });
        let lead = &self.panel.lead;
        lead.act("createTeam", input, "__typename").await.ok();
    }

    /// A draft that went this way.
    async fn brought(&self, way: &[&Row]) -> Idea {
        let draft = json!({"asDraft": true});
        let idea = self.panel.author.submit_with("Bees", draft).await;
        for row in way {
            match row.mutation {
                Some(_) => {
                    let (who, mutation, input) = self.act_now(row, &idea).await.unwrap();
                    if mutation == "startPrototype" {
                        let prototype = input["prototypeId"].as_str().unwrap();
                        who.plans(prototype, &["m"]).await;
                    }
                    if mutation == "advanceHackathon" {
                        self.staff(&idea).await;
                    }
                    who.act(mutation, input, "__typename").await.ok();
                    if mutation == "submitDraft" {
                        self.nominate(&idea).await;
                    }
                }
                None if row.step == Step::Publish => {
                    self.panel.rate(&idea, &[[3; 6]; 3]).await;
                }
                None => panic!("nobody knows how {:?} happens", row.step),
            }
        }
        idea
    }
}

/// The mutations that take steps, each once with each of its outcomes. The answer to an appeal
/// is not among them, nor to drop a candidate: these are legal wherever the idea is, and where
/// it went on move nothing; nor what is done to a hackathon with all its ideas.
fn served() -> Vec<&'static Row> {
    let mut served: Vec<&Row> = Vec::new();
    for row in TABLE {
        let is_new = served.iter().all(|one| one.call() != row.call());
        let is_answer = matches!(
            row.mutation,
            Some("resolveAppeal" | "dropCandidate" | "advanceHackathon" | "publishResults")
        );
        if row.mutation.is_some() && is_new && !is_answer {
            served.push(row);
        }
    }
    served
}

#[rstest]
#[tokio::test]
async fn whatever_is_not_legal_in_a_state_is_refused_and_changes_nothing(
    #[values(Store::Sqlite, Store::Postgres)] store: Store,
) {
    let Some(house) = House::open(store).await else {
        return;
    };
    let Panel { app, author, .. } = &house.panel;
    let (mut states, mut tried) = (0, 0);
    for (state, way) in ways() {
        let idea = house.brought(&way).await;
        let seen = author.sees_whole(&house.types, &idea.id).await;
        assert_eq!(seen["state"], state.as_str());
        let kept = app.kept().await;
        states += 1;
        let legal = calls(state);

        for row in served() {
            if legal.contains(&row.call().unwrap()) {
                continue;
            }
            // There the candidate or the hackathon refuses it, before the idea is asked.
            let is_away = matches!(state, HackathonCandidate | InHackathon);
            if is_away && row.mutation == Some("confirmCandidate") {
                continue;
            }
            let Some((who, mutation, input)) = house.act_now(row, &idea).await else {
                continue;
            };
            let what = format!("{} out of {state}", row.call().unwrap());

            let answer = who.act(mutation, input, "__typename").await;

            if state == Draft && who.name != author.name {
                // Nobody but its authors knows that it is there.
                answer.refused_because("NOT_FOUND", "NOT_FOUND");
            } else {
                let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
                assert_eq!(error["extensions"]["legalSteps"], json!(legal), "{what}");
            }
            assert_eq!(answer.data(), &json!({mutation: null}), "{what}");
            assert_eq!(app.kept().await, kept, "{what}");
            tried += 1;
        }
        let after = author.sees_whole(&house.types, &idea.id).await;
        assert_eq!(after, seen);
    }
    assert!(states >= 15 && tried >= 200, "{tried} in {states} states");
}
