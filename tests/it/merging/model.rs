//! Random people do random things around eight ideas, one of them confidential: 2,000 steps on
//! each database. What each is answered is what a model of plain sets says, and so is all of it
//! at every third step; once all merges are undone, each idea has exactly those who said so of
//! it.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;

const IDEAS: usize = 8;
/// Seen by its author and the lead alone.
const HIDDEN: usize = 7;
const PEOPLE: usize = 6;
/// The lead; the author is 0.
const LEAD: usize = PEOPLE - 1;
/// With each of two seeds.
const STEPS: usize = 1_000;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What is kept of one idea.
#[derive(Clone, Default)]
struct Kept {
    supporters: BTreeSet<usize>,
    followers: BTreeSet<usize>,
    comments: usize,
    into: Option<usize>,
    /// In the order in which they came.
    from: Vec<usize>,
    is_held: bool,
}

#[derive(Default)]
struct Model(Vec<Kept>);

/// What should come of a step: the idea that is answered, or code and reason.
type Expected = Result<usize, (&'static str, &'static str)>;

const WRONG_STATE: Expected = Err(("ILLEGAL_STEP", "WRONG_STATE"));
const MISSING: Expected = Err(("NOT_FOUND", "NOT_FOUND"));

fn sees(person: usize, idea: usize) -> bool {
    idea != HIDDEN || person == 0 || person == LEAD
}

impl Model {
    fn new() -> Self {
        let mut model = Self(vec![Kept::default(); IDEAS]);
        for kept in &mut model.0 {
            // Who wrote it follows.
            kept.followers.insert(0);
        }
        model
    }

    fn root(&self, idea: usize) -> usize {
        self.0[idea].into.map_or(idea, |into| self.root(into))
    }

    /// An idea with all that was merged into it.
    fn cluster(&self, idea: usize) -> Vec<usize> {
        let mut all = vec![idea];
        for part in &self.0[idea].from {
            all.extend(self.cluster(*part));
        }
        all
    }

    fn supporters(&self, idea: usize) -> BTreeSet<usize> {
        let cluster = self.cluster(idea).into_iter();
        cluster
            .filter(|part| *part == idea || *part != HIDDEN)
            .flat_map(|part| self.0[part].supporters.clone())
            .collect()
    }

    fn follows(&self, person: usize, idea: usize) -> bool {
        let cluster = self.cluster(idea).into_iter();
        cluster
            .filter(|part| sees(person, *part))
            .any(|part| self.0[part].followers.contains(&person))
    }

    /// Where something leads that is said of an idea.
    fn target(&self, person: usize, idea: usize) -> Expected {
        if !sees(person, idea) {
            return MISSING;
        }
        let root = self.root(idea);
        if sees(person, root) {
            Ok(root)
        } else {
            WRONG_STATE
        }
    }

    fn say(&mut self, mutation: &str, person: usize, idea: usize) -> Expected {
        let target = self.target(person, idea);
        if matches!(mutation, "withdrawSupport" | "unfollowIdea") {
            // Where it went may be hidden; what was said there is taken back all the same.
            if target == MISSING {
                return MISSING;
            }
            for part in self.cluster(self.root(idea)) {
                match mutation {
                    "withdrawSupport" => self.0[part].supporters.remove(&person),
                    _ => self.0[part].followers.remove(&person),
                };
            }
            return Ok(target.unwrap_or(idea));
        }
        let target = target?;
        match mutation {
            "supportIdea" => {
                if !self.supporters(target).contains(&person) {
                    self.0[target].supporters.insert(person);
                }
            }
            "followIdea" => {
                if !self.follows(person, target) {
                    self.0[target].followers.insert(person);
                }
            }
            _ => {
                self.0[target].comments += 1;
                self.0[target].followers.insert(person);
            }
        }
        Ok(target)
    }

    fn merge(&mut self, idea: usize, into: usize) -> Expected {
        if idea == into {
            return Err(("BAD_USER_INPUT", "INTO_ITSELF"));
        }
        if self.cluster(idea).contains(&into) {
            return Err(("BAD_USER_INPUT", "INTO_OWN_PART"));
        }
        if self.0[idea].into.is_some() || self.0[into].into.is_some() {
            return WRONG_STATE;
        }
        self.0[idea].into = Some(into);
        self.0[into].from.push(idea);
        // What was put off comes back to where it was before.
        self.0[idea].is_held = false;
        Ok(idea)
    }

    fn unmerge(&mut self, idea: usize) -> Expected {
        let Some(into) = self.0[idea].into.take() else {
            return WRONG_STATE;
        };
        self.0[into].from.retain(|part| *part != idea);
        Ok(idea)
    }

    fn decide(&mut self, idea: usize, holds: bool) -> Expected {
        if self.0[idea].into.is_some() || self.0[idea].is_held == holds {
            return WRONG_STATE;
        }
        self.0[idea].is_held = holds;
        Ok(idea)
    }

    /// An idea as this person should see it.
    fn seen(&self, person: usize, idea: usize, numbers: &[i64]) -> Value {
        if !sees(person, idea) {
            return Value::Null;
        }
        let kept = &self.0[idea];
        let number = |idea: &usize| json!({"number": numbers[*idea]});
        let into = kept.into.filter(|into| sees(person, *into));
        let from = kept.from.iter().filter(|part| sees(person, **part));
        let supporters = self.supporters(idea);
        json!({
            "state": match (kept.into, kept.is_held) {
                (Some(_), _) => "MERGED",
                (None, true) => "ON_HOLD",
                (None, false) => "SUBMITTED",
            },
            "supportCount": supporters.len(),
            "viewerSupports": supporters.contains(&person),
            "viewerFollows": self.follows(person, idea),
            "mergedInto": into.map(|into| number(&into)),
            "mergedFrom": from.map(number).collect::<Vec<_>>(),
            "comments": {"totalCount": kept.comments},
        })
    }
}

struct Cast {
    people: Vec<Person>,
    ideas: Vec<Idea>,
    numbers: Vec<i64>,
}

impl Cast {
    async fn look(&self, model: &Model, person: usize, what: &str) {
        let fields = "state supportCount viewerSupports viewerFollows mergedInto { number }
            mergedFrom { number } comments { totalCount }";
        let nodes: Vec<String> = self
            .ideas
            .iter()
            .enumerate()
            .map(|(index, idea)| {
                let id = &idea.id;
                format!("i{index}: node(id: \"{id}\") {{ ... on Idea {{ {fields} }} }}")
            })
            .collect();
        let lists = "supported: ideas(filter: {viewer: [SUPPORTS]}) { nodes { number } }
            followed: ideas(filter: {viewer: [FOLLOWS]}) { nodes { number } }
            wanted: ideas(orderBy: {field: SUPPORT, direction: DESC}) { nodes { supportCount } }";
        let query = format!("{{ {} {lists} }}", nodes.join(" "));
        let answer = self.people[person].post(&query, json!({})).await;
        let numbers = &self.numbers;
        for index in 0..IDEAS {
            assert_eq!(
                answer.ok()[format!("i{index}")],
                model.seen(person, index, numbers),
                "idea {index} as {person} sees it, {what}"
            );
        }
        let listed = |name: &str| -> BTreeSet<i64> {
            let nodes = answer.ok()[name]["nodes"].as_array().unwrap();
            nodes
                .iter()
                .map(|node| node["number"].as_i64().unwrap())
                .collect()
        };
        let expected = |holds: &dyn Fn(usize) -> bool| -> BTreeSet<i64> {
            let ideas = (0..IDEAS).filter(|idea| sees(person, *idea) && holds(*idea));
            ideas.map(|idea| numbers[idea]).collect()
        };
        assert_eq!(
            listed("supported"),
            expected(&|idea| model.supporters(idea).contains(&person)),
            "{what}"
        );
        assert_eq!(
            listed("followed"),
            expected(&|idea| model.follows(person, idea)),
            "{what}"
        );
        let counts: Vec<i64> = answer.ok()["wanted"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["supportCount"].as_i64().unwrap())
            .collect();
        assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    }
}

#[rstest]
#[tokio::test]
async fn whatever_happens_the_counts_are_those_of_people(
    #[values(Sqlite, Postgres)] store: Store,
    #[values(0x5EED_0001, 0x5EED_0002)] seed: u64,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let roles: &[&str] = if number == LEAD { &["LEAD"] } else { &[] };
        people.push(app.person(&format!("Person {number}"), roles).await);
    }
    let mut ideas = Vec::new();
    for index in 0..IDEAS {
        let visibility = if index == HIDDEN {
            "CONFIDENTIAL"
        } else {
            "ORGANIZATION"
        };
        let more = json!({"visibility": visibility});
        ideas.push(people[0].submit_with(&format!("Idea {index}"), more).await);
    }
    let numbers: Vec<i64> = ideas.iter().map(|idea| idea.number).collect();
    let cast = Cast {
        people,
        ideas,
        numbers,
    };
    let mut model = Model::new();
    let mut dice = Dice(seed);
    let (mut merges, mut refusals) = (0, 0);
    for step in 0..STEPS {
        let (person, idea, other) = (dice.roll(PEOPLE), dice.roll(IDEAS), dice.roll(IDEAS));
        let lead = &cast.people[LEAD];
        let named = &cast.ideas[idea];
        let (mutation, expected, answer) = match dice.roll(12) {
            kind @ 0..=6 => {
                let mutation = [
                    "supportIdea",
                    "supportIdea",
                    "supportIdea",
                    "withdrawSupport",
                    "followIdea",
                    "unfollowIdea",
                    "addComment",
                ][kind];
                let expected = model.say(mutation, person, idea);
                let fields = "idea { number }";
                let answer = cast.people[person].says_of(mutation, named, fields).await;
                (mutation, expected, answer)
            }
            7..=8 => {
                let expected = model.merge(idea, other);
                merges += usize::from(expected.is_ok());
                let answer = lead.merge(named, &cast.ideas[other]).await;
                ("mergeIdeas", expected, answer)
            }
            9..=10 => (
                "unmergeIdeas",
                model.unmerge(idea),
                lead.unmerge(named).await,
            ),
            _ => {
                let holds = dice.roll(2) == 0;
                let mut input = json!({"ideaId": named.id, "reason": "Because."});
                input["outcome"] = json!(if holds { "HOLD" } else { "REOPEN" });
                if holds {
                    input["revisitAt"] = json!("2027-01-01T00:00:00Z");
                }
                let expected = model.decide(idea, holds);
                let answer = lead.act("decideIdea", input, "idea { number }").await;
                ("decideIdea", expected, answer)
            }
        };
        let what =
            format!("seed {seed:#x}, step {step}: {mutation} of {idea} ({other}) by {person}");
        match expected {
            Ok(target) => assert_eq!(
                answer.at(&format!("{mutation}.idea.number")),
                &json!(cast.numbers[target]),
                "{what}"
            ),
            Err((code, reason)) => {
                let told = &answer.errors()[0]["extensions"];
                assert_eq!(
                    (&told["code"], &told["reason"]),
                    (&json!(code), &json!(reason)),
                    "{what}"
                );
                refusals += 1;
            }
        }
        // All of it, every third step, as whoever acted sees it, anybody, and the lead, by turns.
        if step % 3 == 0 {
            let person = [person, dice.roll(PEOPLE), LEAD][step / 3 % 3];
            cast.look(&model, person, &what).await;
        }
    }
    assert!(merges >= 8 && refusals >= 8, "{merges} {refusals}");
    crate::verify::fits(&app);

    let mut merged: Vec<usize> = (0..IDEAS)
        .filter(|idea| model.0[*idea].into.is_some())
        .collect();
    while !merged.is_empty() {
        let idea = merged.swap_remove(dice.roll(merged.len()));
        assert_eq!(model.unmerge(idea), Ok(idea));
        cast.people[LEAD].unmerge(&cast.ideas[idea]).await.ok();
    }
    for person in 0..PEOPLE {
        cast.look(&model, person, "all are free again").await;
    }
    for idea in 0..IDEAS {
        assert_eq!(model.supporters(idea), model.0[idea].supporters);
    }
    crate::verify::fits(&app);
}
