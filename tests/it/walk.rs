//! Random walks through the house: thousands of steps by random people, and a plain model
//! (`walk/model.rs`) that says what should come of each. After every step the idea it was
//! about is compared as people see it: whoever did it, strangers, leads; now and then all of
//! it is, with the backlog by plain counting; and at the end the record fits.
//!
//! `WALK_SEED` walks another way, `WALK_STEPS` farther. What failed says which way it was.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use super::support::people::Person;
use super::support::{App, Store, Store::*};
use super::verify::fits;
use model::{Model, Somebody, Who};
use picker::Picker;
use ranked::RANKED;
use seen::{SEEN, as_shown};
use steps::Act;

mod judging;
mod model;
mod picker;
mod ranked;
mod rules;
mod seen;
mod steps;
mod trying;

const STEPS: u64 = 2_000;

/// How often all of it is compared.
const EVERY: u64 = 200;

const fn one(name: &'static str, roles: &'static [&'static str]) -> Somebody {
    Somebody { name, roles }
}

const CAST: [Somebody; 12] = [
    one("Ann", &[]),
    one("Bob", &[]),
    one("Cyd", &[]),
    one("Dee", &["ORGANIZER"]),
    one("Eve", &["ASSESSOR"]),
    one("Fay", &["ASSESSOR"]),
    one("Gus", &["ASSESSOR"]),
    one("Hal", &["ASSESSOR"]),
    one("Lea", &["LEAD"]),
    one("Lou", &["LEAD"]),
    one("Max", &["LEAD", "ASSESSOR"]),
    one("Ada", &["ADMIN"]),
];

/// The way so far, told when it ends early.
struct Way {
    seed: u64,
    /// Each step with the idea it was about.
    steps: Vec<(usize, String)>,
}

impl Drop for Way {
    fn drop(&mut self) {
        let Some((last, _)) = self.steps.last().filter(|_| std::thread::panicking()) else {
            return;
        };
        let seed = self.seed;
        eprintln!(
            "WALK_SEED={seed}, in step {}; of that idea:",
            self.steps.len()
        );
        for (number, (idea, told)) in self.steps.iter().enumerate() {
            if idea == last {
                eprintln!("{:5} {told}", number + 1);
            }
        }
    }
}

struct Walk {
    app: App,
    people: Vec<Person>,
    ids: Vec<String>,
    model: Model,
    picker: Picker,
    way: Way,
    /// Steps that were refused.
    refused: u64,
    /// States that ideas were in.
    states: BTreeSet<&'static str>,
    /// Places in the backlog that were compared.
    ranked: usize,
}

impl Walk {
    async fn begun(store: Store, seed: u64) -> Option<Self> {
        let app = App::start_with(store, |config| config.limits.cost = 1_000_000).await?;
        let mut people = Vec::new();
        for somebody in CAST {
            people.push(app.person(somebody.name, somebody.roles).await);
        }
        Some(Self {
            ids: people.iter().map(|person| person.id.clone()).collect(),
            app,
            people,
            model: Model::of(&CAST),
            picker: Picker::new(seed),
            way: Way {
                seed,
                steps: Vec::new(),
            },
            refused: 0,
            states: BTreeSet::new(),
            ranked: 0,
        })
    }

    /// Somebody does something, and what comes of it is what the model says.
    async fn step(&mut self) {
        if self.picker.chance(4) {
            let days = 1 + self.picker.roll(12);
            self.app.days_pass(days as u64);
            self.app.calendar_turns().await;
            self.model.days_have_passed(self.app.clock().now());
        }
        let step = self.picker.next(&self.model, self.app.clock().now());
        let idea = step.act.idea().unwrap_or(self.model.ideas.len());
        let told = format!("{}: {:?}", CAST[step.by].name, step.act);
        self.way.steps.push((idea, told));
        let (mutation, input, fields, made_at) = step.act.sent(&self.model, &self.ids);
        let answer = self.people[step.by].act(mutation, input, fields).await;
        let now = self.app.clock().now();
        let made = match (answer.errors(), made_at) {
            ([], path) if !path.is_empty() => answer.text(&format!("{mutation}.{path}")),
            _ => String::new(),
        };

        match self.model.take(&step, now, &made) {
            Ok(()) => {
                answer.ok();
            }
            Err((code, reason)) => {
                answer.refused_because(code, reason);
                self.refused += 1;
            }
        }
        if let Act::Submit { .. } = step.act {
            let number = answer.at("submitIdea.idea.number").as_i64();
            self.model.ideas[idea].number = number.unwrap();
        }
        if step.act.is_trying() && answer.errors().is_empty() {
            // Its decision, and the prototype that is the latest now.
            let tried = answer.at(&format!("{mutation}.idea"));
            let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
            let decided = tried["decisions"].as_array().unwrap().last().map(id);
            let idea = &mut self.model.ideas[idea];
            idea.decisions.last_mut().unwrap().id = decided.unwrap();
            idea.trials.last_mut().unwrap().id = id(&tried["prototype"]);
        }
        self.states.insert(self.model.ideas[idea].state);
        self.compare(idea, step.by, answer.errors().is_empty())
            .await;
    }

    /// The idea as whoever did something sees it, and a stranger to it or a lead, by turns;
    /// as one of them does when nothing was done.
    async fn compare(&mut self, idea: usize, by: Who, is_done: bool) {
        let others = [self.stranger(idea), 8 + self.picker.roll(4)];
        let mut people = vec![by, others[self.way.steps.len() % 2]];
        if !is_done {
            people.remove(self.picker.roll(2));
        }
        let id = self.model.ideas[idea].id.clone();
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Idea {{ {SEEN} }} }} }}");
        let asked: Vec<_> = people
            .iter()
            .map(|who| {
                let (person, query, id) = (self.people[*who].clone(), query.clone(), id.clone());
                tokio::spawn(async move { person.post(&query, json!({"id": id})).await })
            })
            .collect();
        let mut answers = Vec::new();
        for asked in asked {
            answers.push(asked.await.unwrap());
        }
        let now = self.app.clock().now();
        for (who, answer) in people.into_iter().zip(answers) {
            let expected = self.model.seen(who, idea, now);
            let shown = as_shown(answer.at("node").clone());
            same(&shown, &expected, CAST[who].name);
        }
    }

    /// Somebody who did not write it and leads nothing.
    fn stranger(&mut self, idea: usize) -> Who {
        let idea = &self.model.ideas[idea];
        let strangers: Vec<Who> = (0..8).filter(|who| !idea.is_of(*who)).collect();
        let which = self.picker.roll(strangers.len());
        strangers[which]
    }

    /// Everything, as everybody sees it.
    async fn compare_all(&mut self) {
        let list = |filter: &str| {
            format!(
                "ideas(first: 100, orderBy: {{field: NUMBER, direction: ASC}} {filter})
                 {{ totalCount nodes {{ number state }} }}"
            )
        };
        let query = format!(
            "{{ all: {} wanted: {} followed: {} own: {} ranked: {RANKED}
               tried: prototypeQueue(first: 100) {{
                   totalCount nodes {{ state position idea {{ number }} }} }}
               taught: learnings {{ totalCount }} }}",
            list(""),
            list("filter: {viewer: [SUPPORTS]}"),
            list("filter: {viewer: [FOLLOWS]}"),
            list("filter: {viewer: [AUTHOR, CO_AUTHOR]}"),
        );
        for (who, somebody) in CAST.iter().enumerate() {
            let answer = self.people[who].post(&query, json!({})).await;
            let listed = |is_in: &dyn Fn(&model::Idea) -> bool| {
                let nodes: Vec<Value> = (0..self.model.ideas.len())
                    .filter(|idea| self.model.sees(who, *idea))
                    .map(|idea| &self.model.ideas[idea])
                    .filter(|idea| is_in(idea))
                    .map(|idea| json!({"number": idea.number, "state": idea.state}))
                    .collect();
                json!({"totalCount": nodes.len(), "nodes": nodes})
            };
            let expected = json!({
                "all": listed(&|_| true),
                "wanted": listed(&|idea| idea.supporters.contains(&who)),
                "followed": listed(&|idea| idea.followers.contains(&who)),
                "own": listed(&|idea| idea.is_of(who)),
                "ranked": self.model.ranked(who),
                "tried": self.model.queue_seen(who),
                "taught": self.model.taught(who),
            });
            same(answer.ok(), &expected, somebody.name);
            self.ranked += expected["ranked"]["nodes"].as_array().unwrap().len();
        }
    }
}

/// Both are the same, or in what they differ.
#[track_caller]
fn same(shown: &Value, expected: &Value, who: &str) {
    if let (Some(shown), Some(expected)) = (shown.as_object(), expected.as_object()) {
        for (field, value) in expected {
            assert_eq!(&shown[field], value, "`{field}` for {who}");
        }
    }
    assert_eq!(shown, expected, "for {who}");
}

/// A number from the environment.
fn told(name: &str, otherwise: u64) -> u64 {
    let told = std::env::var(name).ok();
    told.map_or(otherwise, |told| told.parse().unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_people_do_the_house_is_as_plain_words_say(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let steps = told("WALK_STEPS", STEPS);
    let Some(mut walk) = Walk::begun(store, told("WALK_SEED", 1)).await else {
        return;
    };
    for step in 1..=steps {
        walk.step().await;
        if step % EVERY == 0 {
            walk.compare_all().await;
        }
    }

    fits(&walk.app);
    // The way led everywhere, and not only where people may.
    let everywhere = [
        "BACKLOG",
        "ON_HOLD",
        "DECLINED",
        "PROTOTYPE_QUEUED",
        "PROTOTYPING",
        "VALIDATED",
        "INVALIDATED",
        "ADOPTED",
    ];
    let is_long = steps >= STEPS;
    for state in everywhere {
        assert!(!is_long || walk.states.contains(state), "never {state}");
    }
    assert!(!is_long || walk.ranked > 100, "{} ranked", walk.ranked);
    assert!(walk.refused * 10 > steps, "{} refused", walk.refused);
    println!(
        "{} of {steps} refused, {} ranked, {:?}",
        walk.refused, walk.ranked, walk.states
    );
}
