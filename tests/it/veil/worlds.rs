//! Worlds: the same people do the same in the same order at the same moments, and in one of
//! two worlds something differs that is hidden from some of them. What happens in one world
//! only takes its time in the other one too.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sluice::assessment::presets::presets;
use sluice::graph::DateTime;

use crate::identity::Forger;
use crate::support::acts::Idea;
use crate::support::panel::{Levels, Panel, ratings};
use crate::support::people::{Answer, Person};
use crate::support::{App, OPENING, Store};

mod hosting;

/// Who lives in each of them.
pub(super) const PEOPLE: [(&str, &[&str]); 12] = [
    ("Ann", &[]),
    ("Bob", &[]),
    ("Cid", &[]),
    ("Ada", &["ASSESSOR"]),
    ("Ben", &["ASSESSOR"]),
    ("Dee", &["ASSESSOR"]),
    ("Fay", &["ASSESSOR"]),
    ("Gus", &["ASSESSOR"]),
    ("Lea", &["LEAD"]),
    ("Leo", &["LEAD"]),
    ("Orla", &["ORGANIZER"]),
    ("Max", &["ADMIN"]),
];

/// What may differ from the common world, and is hidden from some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// Ada's levels, words and confidence about an idea in assessment.
    Ratings,
    /// Who handed the assessment in, of two who were not asked to.
    Rater,
    /// Who of those asked has delivered.
    Delivered,
    /// A confidential idea with all that became of it.
    Ghost,
    /// What a confidential idea says, what was said, thought and decided of it.
    Shut,
    /// Who wrote an anonymous idea, answered, commented and appealed.
    Author,
    /// Who wrote it beside its author.
    CoAuthor,
    /// Who wrote an idea that is assessed blindly.
    Unseen,
    /// That something was said to reviewers.
    Whisper,
    /// And what.
    Whispered,
    /// That there is a draft.
    Sketch,
    /// What a draft said before it was handed in.
    Draft,
    /// What an idea said while it was confidential.
    Confidence,
    /// Who declared a conflict on an anonymous idea.
    Conflicted,
    /// Of which kind a conflict is, and its note.
    ConflictKind,
    /// Who supports an idea.
    Support,
    /// Who follows one.
    Follower,
    /// What a removed comment said, and an edited one before.
    Removed,
    /// What a redacted text said.
    Redacted,
    /// Whether somebody read what they were told.
    Read,
    /// Somebody's address.
    Address,
    /// Whether an idea was nominated before it became confidential.
    Sunk,
    /// What a team handed in that is not judged to the end.
    Entered,
    /// How a judge rates an entry, and compares two.
    Judged,
}

/// Each secret, with those who may know it; from everybody else it is hidden.
#[rustfmt::skip]
pub(super) const SECRETS: &[(Secret, &[&str])] = &[
    // Blind: neither leads nor admins.
    (Secret::Ratings, &["Ada"]),
    (Secret::Rater, &["Ada", "Dee"]),
    // Leads see who still owes an assessment.
    (Secret::Delivered, &["Fay", "Gus", "Lea", "Leo", "Max"]),
    // Its author, leads, and who was asked to assess it.
    (Secret::Ghost, &["Bob", "Ada", "Ben", "Fay", "Lea", "Leo", "Max"]),
    (Secret::Shut, &["Bob", "Ada", "Ben", "Fay", "Lea", "Leo", "Max"]),
    (Secret::Author, &["Ann", "Bob"]),
    // Its author knows, and so do the two.
    (Secret::CoAuthor, &["Ann", "Bob", "Cid"]),
    // Hidden from assessors only.
    (Secret::Unseen, &["Ann", "Bob", "Cid", "Lea", "Leo", "Orla", "Max"]),
    // Reviewers are assessors, leads and admins, unless the idea is their own.
    (Secret::Whisper, &["Ada", "Ben", "Dee", "Fay", "Lea", "Leo", "Max"]),
    (Secret::Whispered, &["Ada", "Ben", "Dee", "Fay", "Lea", "Leo", "Max"]),
    (Secret::Sketch, &["Bob"]),
    (Secret::Draft, &["Bob"]),
    // Its authors' own, and a comment of that time is the confidants'.
    (Secret::Confidence, &["Bob", "Lea", "Leo", "Max"]),
    (Secret::Conflicted, &["Dee", "Gus"]),
    // Leads read the note.
    (Secret::ConflictKind, &["Dee", "Lea", "Leo", "Max"]),
    (Secret::Support, &["Cid", "Orla"]),
    (Secret::Follower, &["Cid"]),
    (Secret::Removed, &[]),
    (Secret::Redacted, &[]),
    (Secret::Read, &["Bob"]),
    (Secret::Address, &["Bob", "Max"]),
    // Its author and leads.
    (Secret::Sunk, &["Bob", "Lea", "Leo", "Max"]),
    // The team, those who judge it, and organizers.
    (Secret::Entered, &["Bob", "Ada", "Ben", "Orla", "Max"]),
    // Blind to each other.
    (Secret::Judged, &["Ada"]),
];

/// What differs at once in a world, and those whom nothing of it concerns, one of each sort of
/// people; so that few worlds are enough. With `VEIL=Ratings` a secret stands alone, and
/// everybody from whom it is hidden is asked.
pub(super) const WORLDS: &[(&[Secret], &[&str])] = &[
    // What is hidden from leads, admins and other assessors too.
    (
        &[
            Secret::Ratings,
            Secret::Rater,
            Secret::Author,
            Secret::CoAuthor,
            Secret::Conflicted,
            Secret::Sketch,
            Secret::Draft,
            Secret::Support,
            Secret::Follower,
            Secret::Removed,
            Secret::Redacted,
            Secret::Read,
            Secret::Judged,
        ],
        &["Ben", "Lea", "Max"],
    ),
    // What members, organizers and an assessor who wrote something do not see.
    (
        &[
            Secret::Ratings,
            Secret::Ghost,
            Secret::Sketch,
            Secret::Draft,
            Secret::Confidence,
            Secret::Whisper,
            Secret::ConflictKind,
            Secret::Removed,
            Secret::Redacted,
            Secret::Read,
            Secret::Address,
            Secret::Sunk,
            Secret::Judged,
        ],
        &["Ann", "Cid", "Gus", "Orla"],
    ),
    // What assessors do not see of others; and what was said differently instead of more.
    (
        &[
            Secret::Delivered,
            Secret::Author,
            Secret::CoAuthor,
            Secret::Unseen,
            Secret::Draft,
            Secret::Shut,
            Secret::Confidence,
            Secret::Support,
            Secret::Address,
            Secret::Sunk,
            Secret::Entered,
            Secret::Judged,
        ],
        &["Dee"],
    ),
    (
        &[
            Secret::Delivered,
            Secret::Shut,
            Secret::Whispered,
            Secret::Conflicted,
            Secret::Rater,
        ],
        &["Ann", "Cid", "Orla"],
    ),
];

/// One world.
pub(super) struct World {
    pub(super) app: App,
    secrets: Vec<Secret>,
    pub(super) people: BTreeMap<&'static str, Person>,
    /// Ideas and whatever else is spoken of, by what it is called; the same in every world.
    pub(super) ids: BTreeMap<String, String>,
    /// What is in this world alone, as long as it is hidden.
    pub(super) hidden: Vec<String>,
}

impl World {
    /// The house, when there is a database for it, and its people.
    pub(super) async fn open(store: Store, secrets: &[Secret]) -> Option<Self> {
        let app = App::start_with(store, |config| {
            // So that a whole world is told in a few answers.
            config.limits.cost = 1 << 40;
            config.limits.depth = 40;
            config.limits.aliases = 10_000;
            config.limits.tokens = 10_000_000;
            config.limits.errors = 1_000;
            config.limits.time = Duration::from_secs(120);
            config.limits.body_bytes = 16 << 20;
        })
        .await?;
        let mut world = Self {
            app,
            secrets: secrets.to_vec(),
            people: BTreeMap::new(),
            ids: BTreeMap::new(),
            hidden: Vec::new(),
        };
        for (name, roles) in PEOPLE {
            let person = world.arrives(name, roles).await;
            world.ids.insert(name.to_owned(), person.id.clone());
            world.people.insert(name, person);
        }
        Some(world)
    }

    /// Somebody with an address.
    async fn arrives(&self, name: &str, roles: &[&str]) -> Person {
        let mut person = self.app.person(name, roles).await;
        let is_other = name == "Bob" && self.differs(Secret::Address);
        let host = if is_other { "heron" } else { "osprey" };
        let now = self.app.clock().now().div_euclid(1_000_000);
        let address = format!("{}@{host}.example", name.to_lowercase());
        person.token = Forger::new(&self.app)
            .with_claim("sub", name.to_lowercase())
            .with_claim("name", name)
            .with_claim("email", address)
            .with_claim("roles", json!(roles))
            .with_claim("exp", now + 400_000_000)
            .sign();
        let seen = person.post("{ viewer { email } }", json!({})).await;
        assert!(seen.text("viewer.email").contains(host));
        person
    }

    pub(super) fn who(&self, name: &str) -> &Person {
        &self.people[name]
    }

    /// Whether this is otherwise here than in the common world.
    fn differs(&self, secret: Secret) -> bool {
        self.secrets.contains(&secret)
    }

    /// One of two, by whether this secret makes the difference.
    fn either<T>(&self, secret: Secret, common: T, other: T) -> T {
        if self.differs(secret) { other } else { common }
    }

    /// One mutation that goes well.
    async fn does(&self, who: &str, mutation: &str, input: Value, fields: &str) -> Answer {
        let answer = self.who(who).act(mutation, input, fields).await;
        assert!(answer.errors().is_empty(), "{who} {mutation}: {answer:?}");
        answer
    }

    /// One mutation of an idea that goes well.
    async fn on(&self, who: &str, mutation: &str, idea: &Idea, more: Value) -> Answer {
        let mut input = json!({"ideaId": idea.id});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        self.does(who, mutation, input, "idea { id }").await
    }

    /// The same in the other world only; here time passes all the same.
    async fn only(&self, secret: Secret, who: &str, mutation: &str, idea: &Idea, more: Value) {
        if self.differs(secret) {
            self.on(who, mutation, idea, more).await;
        } else {
            self.app.clock().advance(Duration::from_millis(1));
        }
    }

    /// An idea that everybody may speak of.
    async fn idea(&mut self, name: &str, who: &str, more: Value) -> Idea {
        let idea = self.who(who).submit_with(name, more).await;
        self.ids.insert(name.to_owned(), idea.id.clone());
        idea
    }

    /// A comment; its id.
    async fn says(&self, who: &str, idea: &Idea, body: &str, audience: &str) -> String {
        let input = json!({"ideaId": idea.id, "body": body, "audience": audience});
        let answer = self.does(who, "addComment", input, "comment { id }").await;
        answer.text("addComment.comment.id")
    }

    /// An assessment with words.
    async fn rates(&self, who: &str, idea: &Idea, levels: Levels, words: &str, confidence: u8) {
        let mut all = ratings(levels);
        all[0]["rationale"] = json!(format!("Because of {words}."));
        let input = json!({
            "ratings": all, "comment": format!("I see {words}."), "confidence": confidence,
        });
        self.on(who, "submitAssessment", idea, input).await;
    }

    /// Three assessors who know their minds.
    async fn rated(&self, idea: &Idea, all: [Levels; 3]) {
        for (who, levels) in ["Ada", "Ben", "Dee"].into_iter().zip(all) {
            self.rates(who, idea, levels, "walnut", 3).await;
        }
    }

    async fn accepts(&self, idea: &Idea) {
        let input = json!({"outcome": "ACCEPT", "reason": "Clear."});
        self.on("Lea", "screenIdea", idea, input).await;
    }

    /// Asks them one by one: the order of those who are asked at once is chance.
    async fn assigns(&self, idea: &Idea, whom: &[&str], days: i64) {
        for name in whom {
            let input = json!({"assessorIds": [self.who(name).id], "dueAt": day(days)});
            self.on("Lea", "assignAssessors", idea, input).await;
        }
    }

    /// The decision that was made last about an idea, as leads see it.
    async fn decision(&self, idea: &Idea) -> String {
        let seen = self.who("Lea").sees(idea, "decisions { id }").await;
        let last = seen["decisions"].as_array().unwrap().last().unwrap();
        last["id"].as_str().unwrap().to_owned()
    }

    async fn decides(&self, idea: &Idea, outcome: &str, more: Value) {
        let mut input = json!({"outcome": outcome, "reason": "It fits."});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        self.on("Lea", "decideIdea", idea, input).await;
    }

    /// Everything that is common, and what makes the difference.
    pub(super) async fn lived(mut self) -> Self {
        let panel = Panel {
            app: self.app.clone(),
            lead: self.who("Lea").clone(),
            author: self.who("Ann").clone(),
            assessors: Vec::new(),
        };
        let mut rubric = serde_json::to_value(&*presets()[0]).unwrap();
        rubric["key"] = json!("unseen");
        rubric["revealsAuthor"] = json!(false);
        panel.publish(rubric).await;

        let lamps = self.in_the_open().await;
        self.anonymous().await;
        self.hosted().await;
        self.in_private().await;
        self.said(&lamps).await;
        self.app.days_pass(8);
        self.app.calendar_turns().await;
        self.in_assessment().await;
        // One after the other: what one turn tells of several ideas stands in any order.
        for days in [2, 1] {
            self.app.days_pass(days);
            self.app.calendar_turns().await;
        }
        self.last_of_all(&lamps).await;
        self.ranked().await;
        self
    }

    /// A ranking that was frozen, and a draft that would change the order.
    async fn ranked(&mut self) {
        let reason = json!({"reason": "For the board."});
        self.does("Lea", "publishRanking", reason, "ranking { id }")
            .await;
        let retired = json!({"key": "wsjf", "reason": "Nobody used it."});
        self.does("Lea", "retireRubric", retired, "rubricVersion { id }")
            .await;
        let mut rubric = serde_json::to_value(&*presets()[0]).unwrap();
        rubric["criteria"][0]["weight"] = json!(95);
        let answer = self
            .does("Lea", "draftRubric", rubric, "rubricVersion { id }")
            .await;
        let draft = answer.text("draftRubric.rubricVersion.id");
        self.ids.insert("draft".to_owned(), draft);
    }

    /// Ideas that everybody sees all of.
    async fn in_the_open(&mut self) -> Idea {
        let everything = json!({
            "problem": "Lamps burn all night and nobody turns them off.",
            "proposal": "Turn them off.", "beneficiaries": "The night shift",
            "evidenceKind": "OBSERVED", "evidence": "Twelve nights.",
            "expectedOutcome": "Half the current.", "hypothesis": "We believe it, because.",
            "riskiestAssumption": "Somebody is there.", "successMeasure": "The meter.",
            "links": [{"url": "https://lamps.example/", "title": "Lamps"}],
            "tags": ["light", "night"], "channel": "WEB",
        });
        let lamps = self
            .idea("Lamps that burn all night", "Ann", everything)
            .await;
        let desk = self
            .idea("Desks that nobody uses at night", "Cid", json!({}))
            .await;
        let bikes = self
            .idea("Bikes that stand in the rain", "Ann", json!({}))
            .await;
        let later = self.idea("Windows for the winter", "Orla", json!({})).await;
        for idea in [&lamps, &desk, &bikes, &later] {
            self.accepts(idea).await;
        }
        self.rated(&lamps, [[5; 6], [5, 4, 5, 4, 5, 4], [4; 6]])
            .await;
        self.rated(&desk, [[4; 6], [3; 6], [4, 4, 4, 3, 3, 3]])
            .await;
        let more = json!({"handedTo": "The roadmap", "outcomeDueAt": day(90),
            "expectation": "Fewer desks.", "wrongWhen": "None is free.", "reviewAt": day(30)});
        self.decides(&desk, "ADOPT", more).await;
        let input = json!({"kind": "SHIPPED", "measured": "Ten desks."});
        self.on("Lea", "recordOutcome", &desk, input).await;
        let adopted = self.decision(&desk).await;
        let input = json!({"decisionId": adopted, "held": "YES", "note": "Seen."});
        self.does("Leo", "reviewDecision", input, "idea { id }")
            .await;
        self.rated(&bikes, [[2; 6], [3; 6], [1, 5, 1, 5, 1, 5]])
            .await;
        let more = json!({"wouldReconsiderIf": "It rains more."});
        self.decides(&bikes, "DECLINE", more).await;
        let declined = self.decision(&bikes).await;
        let input = json!({"decisionId": declined, "reason": "It rains already."});
        self.does("Ann", "appealDecision", input, "idea { id }")
            .await;
        self.decides(&later, "HOLD", json!({"revisitAt": day(60)}))
            .await;
        let roofs = self
            .idea("Roofs over the bikes in the rain", "Ann", json!({}))
            .await;
        self.on(
            "Lea",
            "screenIdea",
            &roofs,
            json!({"outcome": "NEEDS_INFO", "reason": "How many?"}),
        )
        .await;
        let gates = self
            .idea("Gates that open by themselves", "Cid", json!({}))
            .await;
        self.on("Cid", "withdrawIdea", &gates, json!({"reason": "No."}))
            .await;
        self.idea("Halls that are cold", "Gus", json!({})).await;
        let told = json!({"onBehalfOfId": self.who("Cid").id});
        let phone = self.idea("Told on the phone", "Lea", told).await;
        self.accepts(&phone).await;
        let plain = self.idea("Plain walls", "Cid", json!({})).await;
        self.accepts(&plain).await;
        self.rates("Fay", &plain, [0, 0, 0, 0, 3, 0], "walnut", 1)
            .await;
        self.rated(&plain, [[3; 6], [4, 3, 4, 3, 4, 3], [3; 6]])
            .await;
        self.tried().await;
        let even = self.idea("Even walls", "Cid", json!({})).await;
        self.accepts(&even).await;
        self.rated(&even, [[3; 6], [4, 3, 4, 3, 4, 3], [3; 6]])
            .await;
        lamps
    }

    /// What is tried, what waits to be, and what a trial taught.
    async fn tried(&mut self) {
        let lids = self.idea("Lids for the tanks", "Cid", json!({})).await;
        let more = self
            .idea("Lids for the small tanks", "Cid", json!({}))
            .await;
        let racks = self.idea("Racks for the hoses", "Ann", json!({})).await;
        for idea in [&lids, &more, &racks] {
            self.accepts(idea).await;
            self.rated(idea, [[3; 6], [4; 6], [2; 6]]).await;
        }
        let first = self.queues(&lids, "Cid").await;
        self.starts("Cid", &first, "osprey").await;
        let input = json!({"prototypeId": first, "days": 2, "reason": "It snowed."});
        self.does("Cid", "extendPrototype", input, "idea { id }")
            .await;
        self.concludes("Cid", &first, "INVALIDATED", "STOP", "osprey")
            .await;
        let second = self.queues(&more, "Orla").await;
        let third = self.queues(&racks, "Lea").await;
        let input = json!({"prototypeId": second, "afterId": third, "reason": "Later."});
        self.does("Lea", "movePrototype", input, "idea { id }")
            .await;
        self.starts("Lea", &third, "osprey").await;
        let input = json!({"prototypeId": third, "ownerId": self.who("Leo").id,
            "reason": "He has time."});
        self.does("Lea", "handOverPrototype", input, "idea { id }")
            .await;
    }

    /// Puts an idea into the queue, to be tried by somebody; the prototype.
    async fn queues(&self, idea: &Idea, owner: &str) -> String {
        let input = json!({"ideaId": idea.id, "ownerId": self.who(owner).id,
            "reason": "Worth trying."});
        let answer = self
            .does("Lea", "queuePrototype", input, "prototype { id }")
            .await;
        answer.text("queuePrototype.prototype.id")
    }

    /// Plans a trial with these words and starts it.
    async fn starts(&self, who: &str, prototype: &str, words: &str) {
        let input = json!({
            "prototypeId": prototype, "form": "WIREFRAME", "timeBoxDays": 40,
            "hypothesis": format!("We believe in the {words}."),
            "assumption": format!("There is a {words}."),
            "measures": [{"key": "m", "name": format!("Of the {words}"), "target": "8 of 10",
                "disprovedBy": "Fewer than 5."}],
        });
        self.does(who, "planExperiment", input, "idea { id }").await;
        let input = json!({"prototypeId": prototype});
        self.does(who, "startPrototype", input, "idea { id }").await;
    }

    /// Tells what came of a trial.
    async fn concludes(
        &self,
        who: &str,
        prototype: &str,
        outcome: &str,
        goes_on: &str,
        words: &str,
    ) {
        let is_met = (outcome == "VALIDATED").then_some(true);
        let input = json!({
            "prototypeId": prototype, "outcome": outcome, "decision": goes_on,
            "results": [{"key": "m", "result": format!("The {words}."),
                "isMet": if outcome == "INVALIDATED" { Some(false) } else { is_met }}],
            "learning": {"believed": format!("A {words}."), "found": format!("No {words}."),
                "nextTime": format!("Ask the {words}.")},
        });
        self.does(who, "concludePrototype", input, "idea { id }")
            .await;
    }

    /// Ideas whose authors stay unknown.
    async fn anonymous(&mut self) {
        let author = self.either(Secret::Author, "Ann", "Bob");
        let anonymous = json!({"authorship": "ANONYMOUS"});
        let masks = self
            .idea("Masks for the paint shop", author, anonymous.clone())
            .await;
        self.on(
            "Lea",
            "screenIdea",
            &masks,
            json!({"outcome": "NEEDS_INFO", "reason": "Why?"}),
        )
        .await;
        self.on(
            author,
            "answerQuestion",
            &masks,
            json!({"answer": "It smells."}),
        )
        .await;
        self.says(author, &masks, "It really does.", "EVERYONE")
            .await;
        self.on(author, "updateIdea", &masks, json!({"proposal": "Masks."}))
            .await;
        self.on(author, "supportIdea", &masks, json!({})).await;
        self.accepts(&masks).await;
        self.decides(&masks, "DECLINE", json!({})).await;
        let declined = self.decision(&masks).await;
        let input = json!({"decisionId": declined, "reason": "Smell it."});
        let answer = self
            .does(author, "appealDecision", input, "appeal { id }")
            .await;
        let appeal = answer.text("appealDecision.appeal.id");
        let input = json!({"appealId": appeal, "outcome": "DISMISSED", "answer": "We did."});
        self.does("Leo", "resolveAppeal", input, "idea { id }")
            .await;

        // One is merged into what somebody else wrote, one waits for assessors.
        let tea = self
            .idea("Tea that is warm in the morning", "Cid", json!({}))
            .await;
        self.accepts(&tea).await;
        let warm = self
            .idea("Warm tea for the paint shop", author, anonymous.clone())
            .await;
        let input = json!({"ideaId": warm.id, "intoId": tea.id, "reason": "The same."});
        self.does("Lea", "mergeIdeas", input, "idea { id }").await;
        self.says("Orla", &tea, "I would drink it.", "EVERYONE")
            .await;
        let open = self
            .idea("Air for the paint shop", author, anonymous.clone())
            .await;
        self.accepts(&open).await;
        self.assigns(&open, &["Fay"], 9).await;

        // Ann tries it, in one world as its author.
        let steam = self
            .idea("Steam in the paint shop", author, anonymous.clone())
            .await;
        self.accepts(&steam).await;
        self.rated(&steam, [[3; 6], [4; 6], [2; 6]]).await;
        let trial = self.queues(&steam, "Ann").await;
        self.starts("Ann", &trial, "walnut").await;
        self.concludes("Ann", &trial, "VALIDATED", "PERSEVERE", "walnut")
            .await;

        let second = self.either(Secret::CoAuthor, "Bob", "Cid");
        let ids = [self.who(second).id.clone()];
        let mut more = anonymous;
        more["coAuthorIds"] = json!(ids);
        let hush = self.idea("Hush in the canteen", "Ann", more).await;
        self.on(second, "updateIdea", &hush, json!({"proposal": "Felt."}))
            .await;
        self.says(second, &hush, "Felt is cheap.", "EVERYONE").await;
        self.accepts(&hush).await;
        let torn = self.either(Secret::Conflicted, "Dee", "Gus");
        let input = json!({"kind": "TEAMMATE", "note": "We sit together."});
        self.on(torn, "declareConflict", &hush, input).await;

        let author = self.either(Secret::Unseen, "Ann", "Bob");
        let veils = self.idea("Veils for the hives", author, json!({})).await;
        let input = json!({"outcome": "ACCEPT", "reason": "Clear.", "rubric": "unseen"});
        self.on("Lea", "screenIdea", &veils, input).await;
        self.says(author, &veils, "Bees sting.", "EVERYONE").await;
        self.on(author, "updateIdea", &veils, json!({"proposal": "Veils."}))
            .await;
    }

    /// What was written for few.
    async fn in_private(&mut self) {
        let text = self.either(Secret::Draft, "heron", "osprey");
        let input = json!({"asDraft": true, "problem": format!("The {text}."), "tags": [text]});
        let shown = self.idea("Shown after a while", "Bob", input).await;
        let now = json!({"problem": "Nobody saw it.", "tags": []});
        self.on("Bob", "updateIdea", &shown, now).await;
        self.on("Bob", "submitDraft", &shown, json!({})).await;

        let text = self.either(Secret::Confidence, "heron", "osprey");
        let input = json!({"visibility": "CONFIDENTIAL", "problem": format!("The {text}.")});
        let opened = self.idea("Opened after a while", "Bob", input).await;
        self.says("Bob", &opened, &format!("A {text}."), "EVERYONE")
            .await;
        self.on(
            "Bob",
            "updateIdea",
            &opened,
            json!({"problem": "Nobody knew it."}),
        )
        .await;
        self.on(
            "Bob",
            "updateIdea",
            &opened,
            json!({"visibility": "ORGANIZATION"}),
        )
        .await;
        self.accepts(&opened).await;

        let is_other = self.differs(Secret::Shut);
        let text = if is_other {
            "heron night lamps"
        } else {
            "osprey winter rain"
        };
        let input = json!({"visibility": "CONFIDENTIAL", "problem": format!("The {text}."),
            "tags": [if is_other { "light" } else { "bird" }]});
        let shut = self
            .who("Bob")
            .submit_with(&format!("Shut {text}"), input)
            .await;
        self.ids.insert("shut".to_owned(), shut.id.clone());
        self.accepts(&shut).await;
        self.says("Bob", &shut, text, "EVERYONE").await;
        for who in if is_other {
            ["Lea", "Leo"]
        } else {
            ["Bob", "Max"]
        } {
            self.on(who, "supportIdea", &shut, json!({})).await;
        }
        self.assigns(&shut, &["Ada", "Ben", "Fay"], if is_other { 9 } else { 40 })
            .await;
        let levels = if is_other { [5; 6] } else { [1; 6] };
        let count = if is_other { 2 } else { 3 };
        for (at, who) in ["Ada", "Ben", "Fay"].into_iter().enumerate() {
            if at < count {
                self.rates(who, &shut, levels, text, 5).await;
            } else {
                self.app.clock().advance(Duration::from_millis(1));
            }
        }
        if is_other {
            // As many requests as the trial took.
            self.app.clock().advance(Duration::from_millis(4));
        } else {
            let trial = self.queues(&shut, "Bob").await;
            self.starts("Bob", &trial, text).await;
            let input = json!({"prototypeId": trial, "reason": format!("No {text}.")});
            self.does("Bob", "abortPrototype", input, "idea { id }")
                .await;
        }
        self.decides(
            &shut,
            if is_other { "DECLINE" } else { "HOLD" },
            match is_other {
                true => json!({}),
                false => json!({"revisitAt": day(70)}),
            },
        )
        .await;

        // The last of all ideas, so that no number of another one tells of them.
        if self.differs(Secret::Ghost) {
            let input = json!({"visibility": "CONFIDENTIAL", "tags": ["light"],
                "problem": "Lamps burn all night and nobody turns the heron off."});
            let ghost = self.who("Bob").submit_with("Lamps of a ghost", input).await;
            self.accepts(&ghost).await;
            let comment = self.says("Bob", &ghost, "Heron.", "EVERYONE").await;
            self.on("Lea", "supportIdea", &ghost, json!({})).await;
            self.assigns(&ghost, &["Ada", "Ben", "Fay"], 9).await;
            for who in ["Ada", "Ben", "Fay"] {
                self.rates(who, &ghost, [5, 1, 5, 1, 5, 1], "heron", 5)
                    .await;
            }
            // Tried once, and first in the queue again.
            let trial = self.queues(&ghost, "Bob").await;
            let first = json!({"prototypeId": trial, "reason": "It matters."});
            self.does("Lea", "movePrototype", first, "idea { id }")
                .await;
            self.starts("Bob", &trial, "heron").await;
            self.concludes("Bob", &trial, "INCONCLUSIVE", "PERSEVERE", "heron")
                .await;
            let seen = self.who("Lea").sees(&ghost, HELD).await;
            super::plain::ids_in(&seen, &mut self.hidden);
            self.hidden.retain(|id| !id.starts_with("member_"));
            self.hidden.push(comment);
        } else {
            // As many requests as made it.
            self.app.clock().advance(Duration::from_millis(16));
        }
        if self.differs(Secret::Sketch) {
            let input = json!({"asDraft": true, "tags": ["light"],
                "problem": "Lamps burn all night and nobody turns the heron off."});
            let sketch = self
                .who("Bob")
                .submit_with("Lamps of a sketch", input)
                .await;
            self.hidden.push(sketch.id);
        } else {
            self.app.clock().advance(Duration::from_millis(1));
        }
    }

    /// What people said, and took away again.
    async fn said(&mut self, lamps: &Idea) {
        let hall = Idea {
            id: self.ids["Halls that are cold"].clone(),
            number: 0,
        };
        self.accepts(&hall).await;
        self.on("Cid", "followIdea", &hall, json!({})).await;
        self.on("Ada", "followIdea", &hall, json!({})).await;
        self.on("Dee", "followIdea", &hall, json!({})).await;
        let (kind, note) = self.either(
            Secret::ConflictKind,
            ("TEAMMATE", "A heron."),
            ("MANAGER", "An osprey."),
        );
        self.on(
            "Dee",
            "declareConflict",
            &hall,
            json!({"kind": kind, "note": note}),
        )
        .await;
        let body = self.either(Secret::Whispered, "A heron.", "Ospreys, many of them.");
        let first = self.says("Ada", &hall, body, "REVIEWERS").await;
        if self.differs(Secret::Whisper) {
            let comment = self.says("Ben", &hall, "The heron.", "REVIEWERS").await;
            self.hidden.push(comment);
        } else {
            self.app.clock().advance(Duration::from_millis(1));
        }
        let input = json!({"commentId": first, "body": format!("{body} Still.")});
        self.does("Ada", "updateComment", input, "idea { id }")
            .await;

        let body = self.either(Secret::Removed, "A heron.", "Ospreys, many of them.");
        for change in ["removeComment", "updateComment"] {
            let comment = self.says("Cid", lamps, body, "EVERYONE").await;
            let mut input = json!({"commentId": comment});
            if change == "updateComment" {
                input["body"] = json!("Something else.");
            }
            self.does("Cid", change, input, "idea { id }").await;
        }
        let body = self.either(Secret::Redacted, "A heron.", "Ospreys, many of them.");
        let comment = self.says("Cid", lamps, body, "EVERYONE").await;
        let input = json!({"subjectId": comment, "reason": "Told in error."});
        self.does("Max", "redact", input, "subject { id }").await;
        self.on("Ann", "updateIdea", lamps, json!({"evidence": body}))
            .await;
        self.on(
            "Ann",
            "updateIdea",
            lamps,
            json!({"evidence": "Twelve nights."}),
        )
        .await;
        let input = json!({"subjectId": lamps.id, "field": "evidence", "reason": "In error."});
        self.does("Max", "redact", input, "subject { id }").await;
        self.on(
            "Ann",
            "updateIdea",
            lamps,
            json!({"evidence": "Two nights."}),
        )
        .await;
        let who = self.either(Secret::Support, "Cid", "Orla");
        self.on(who, "supportIdea", lamps, json!({})).await;
    }

    /// What is not told as long as it is assessed.
    async fn in_assessment(&mut self) {
        let find = |world: &Self, name: &str| Idea {
            id: world.ids[name].clone(),
            number: 0,
        };
        let tea = find(self, "Tea that is warm in the morning");
        let air = find(self, "Air for the paint shop");
        let hall = find(self, "Halls that are cold");
        let is_other = self.differs(Secret::Ratings);
        let (levels, words, sure) = match is_other {
            false => ([1; 6], "heron", 1),
            true => ([5; 6], "osprey", 5),
        };
        self.rates("Ada", &air, levels, words, sure).await;
        self.rates("Ben", &air, [3; 6], "walnut", 3).await;
        let rater = self.either(Secret::Rater, "Ada", "Dee");
        self.rates(rater, &tea, [4; 6], "walnut", 3).await;
        self.assigns(&tea, &["Fay", "Gus"], 12).await;
        let delivers = self.either(Secret::Delivered, "Fay", "Gus");
        self.rates(delivers, &tea, [3; 6], "walnut", 3).await;
        self.assigns(&hall, &["Ben", "Fay"], 30).await;
    }

    /// What happens in one of both, and what everybody does in the end.
    async fn last_of_all(&mut self, lamps: &Idea) {
        self.on(
            "Ann",
            "updateIdea",
            lamps,
            json!({"problem": "Lamps burn all night, still."}),
        )
        .await;
        let plain = Idea {
            id: self.ids["Plain walls"].clone(),
            number: 0,
        };
        self.only(Secret::Follower, "Cid", "followIdea", lamps, json!({}))
            .await;
        self.says("Orla", lamps, "Good.", "EVERYONE").await;
        self.says("Ann", &plain, "Good.", "EVERYONE").await;
        if self.differs(Secret::Read) {
            let query = "{ viewer { notifications(first: 1) { nodes { id } } } }";
            let answer = self.who("Bob").post(query, json!({})).await;
            let newest = answer.text("viewer.notifications.nodes.0.id");
            let input = json!({"upTo": newest});
            self.does("Bob", "readNotifications", input, "viewer { id }")
                .await;
        } else {
            self.app.clock().advance(Duration::from_millis(2));
        }
    }
}

/// All that has an id around an idea.
const HELD: &str = "id decisions { id } activity(first: 100) { nodes { id } }
    assessments { nodes { id } } assignments { id } comments { nodes { id } }
    prototypes { id } learnings { id }";

/// So many days after the house opened, as the API tells it.
pub(super) fn day(days: i64) -> String {
    let at = DateTime(OPENING + days * 24 * 60 * 60 * 1_000_000);
    match async_graphql::ScalarType::to_value(&at) {
        async_graphql::Value::String(text) => text,
        other => panic!("an instant is a text, not {other}"),
    }
}
