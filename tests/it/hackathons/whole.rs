//! A whole hackathon, once for each way of judging, from twelve ideas to what was adopted; and
//! one that is broken off.

use rstest::rstest;

use super::*;
use crate::support::acts::Idea;
use crate::verify::fits;

/// What everybody can follow of a hackathon.
const FOLLOWED: &str = "phase missing { code }
    metrics { key target actual }
    candidates(first: 100) { totalCount nodes { id state idea { title state } teams { name } } }
    teams(first: 100) { nodes { name members { name } candidate { idea { title } } entry { title } } }
    results { place score awards nextStep { text owner { name } dueAt }
        entry { title team { name candidate { idea { title } } } } }";

/// A hackathon with twelve ideas in the house, six of them nominated, five confirmed, and four
/// teams of five people on four of these.
struct Jam {
    event: Event,
    judges: Vec<Person>,
    ideas: Vec<Idea>,
    candidates: Vec<String>,
    people: Vec<Person>,
    teams: Vec<String>,
}

impl Jam {
    /// Everybody is there, and the teams have formed.
    async fn formed(store: Store, more: Value) -> Option<Self> {
        let sizes = json!({"teamSizeMin": 3, "teamSizeMax": 5, "targets": [
            {"key": "REGISTRATIONS", "target": 20}, {"key": "IDEAS_ADOPTED", "target": 1},
        ]});
        let event = Event::designed_with(store, with(sizes, more)).await?;
        let panel = &event.panel;
        let mut judges = Vec::new();
        for name in ["Jo", "Jim", "Jay"] {
            judges.push(panel.app.member(name).await);
        }
        let ids: Vec<&str> = judges.iter().map(|judge| judge.id.as_str()).collect();
        let named = json!({"hackathonId": event.id, "judgeIds": ids});
        let organizer = &event.organizer;
        organizer
            .act("updateHackathon", named, "hackathon { id }")
            .await
            .ok();
        event.advances("NOMINATION").await;

        let mut ideas = Vec::new();
        for number in 1..=12 {
            let title = format!("Idea {number}");
            ideas.push(match number {
                // Ranked, in assessment, and just handed in.
                1..=4 => panel.rated(&title, &[[3; 6]; 3]).await,
                5..=8 => panel.idea(&title).await,
                _ => panel.author.submit(&title).await,
            });
        }
        let mut candidates = Vec::new();
        for number in [1, 2, 5, 6, 9, 10] {
            let input = json!({
                "hackathonId": event.id, "ideaId": ideas[number - 1].id, "reason": "It fits.",
            });
            let answer = panel
                .lead
                .act("nominateCandidate", input, "candidate { id }")
                .await;
            candidates.push(answer.text("nominateCandidate.candidate.id"));
        }
        for candidate in &candidates[..5] {
            let input = json!({"candidateId": candidate, "reason": "We want it."});
            let answer = organizer
                .act(
                    "confirmCandidate",
                    input,
                    "candidate { state idea { state } }",
                )
                .await;
            let confirmed = json!({"state": "CONFIRMED", "idea": {"state": "HACKATHON_CANDIDATE"}});
            assert_eq!(answer.at("confirmCandidate.candidate"), &confirmed);
        }
        let mut people = Vec::new();
        let mut teams = Vec::new();
        for number in 1..=20 {
            people.push(panel.app.member(&format!("P{number:02}")).await);
        }
        for (number, some) in people.chunks(5).enumerate() {
            let input = json!({
                "hackathonId": event.id, "name": format!("Team {}", number + 1),
                "candidateId": candidates[number],
            });
            let answer = some[0].act("createTeam", input, "team { id }").await;
            let team = answer.text("createTeam.team.id");
            for person in &some[1..] {
                let input = json!({"teamId": team});
                person.act("joinTeam", input, "team { id }").await.ok();
            }
            teams.push(team);
        }
        Some(Self {
            event,
            judges,
            ideas,
            candidates,
            people,
            teams,
        })
    }

    /// Every team hands something in; the entries, team by team.
    async fn hand_in(&self) -> Vec<String> {
        self.event.app().days_pass(10);
        let mut entries = Vec::new();
        for (number, team) in self.teams.iter().enumerate() {
            let input = json!({
                "teamId": team, "title": format!("Entry {}", number + 1), "summary": "It prints.",
                "demoUrl": "https://demo.example/", "learned": "Visitors read nothing.",
            });
            let person = &self.people[number * 5 + 1];
            let answer = person.act("submitEntry", input, "entry { id }").await;
            entries.push(answer.text("submitEntry.entry.id"));
        }
        entries
    }

    /// Publishes that the first entry won and works.
    async fn publish(&self, entries: &[String]) -> Value {
        let input = json!({
            "hackathonId": self.event.id, "reason": "Two good days.",
            "awards": [{
                "entryId": entries[0], "award": "Best of all", "nextStep": "A pilot at the gate.",
                "ownerId": self.event.panel.lead.id, "dueAt": day(60),
            }],
            "validated": [{"entryId": entries[0], "evidence": "Nine of ten printed alone."}],
        });
        let fields = format!("hackathon {{ {FOLLOWED} }}");
        let answer = self
            .event
            .organizer
            .act("publishResults", input, &fields)
            .await;
        answer.at("publishResults.hackathon").clone()
    }

    /// The states of all ideas.
    async fn states(&self) -> Vec<String> {
        let mut states = Vec::new();
        for idea in &self.ideas {
            let seen = self.event.panel.lead.sees(idea, "state").await;
            states.push(seen["state"].as_str().unwrap().to_owned());
        }
        states
    }

    /// What the metrics have come to, in the order of the enum.
    async fn actuals(&self) -> Vec<f64> {
        let read = self.people[0].visits("jam", "metrics { actual }").await;
        let all = read["metrics"].as_array().unwrap().iter();
        all.map(|one| one["actual"].as_f64().unwrap()).collect()
    }

    /// That everybody is where they belong, and what the metrics say before and after the
    /// winner is adopted.
    async fn ends_well(&self, hackathon: &Value) {
        let candidates: Vec<Value> = hackathon["candidates"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["state"], one["idea"]["title"], one["idea"]["state"]]))
            .collect();
        let wanted = [
            json!(["RETURNED", "Idea 1", "VALIDATED"]),
            json!(["RETURNED", "Idea 2", "BACKLOG"]),
            json!(["RETURNED", "Idea 5", "IN_ASSESSMENT"]),
            json!(["RETURNED", "Idea 6", "IN_ASSESSMENT"]),
            json!(["RETURNED", "Idea 9", "SUBMITTED"]),
            json!(["RETURNED", "Idea 10", "SUBMITTED"]),
        ];
        assert_eq!(candidates, wanted);
        let first = &hackathon["results"][0];
        assert_eq!(first["place"], 1);
        assert_eq!(first["awards"], json!(["Best of all"]));
        let promised =
            json!({"text": "A pilot at the gate.", "owner": {"name": "Lea"}, "dueAt": day(60)});
        assert_eq!(first["nextStep"], promised);
        assert_eq!(
            first["entry"]["team"]["candidate"]["idea"]["title"],
            "Idea 1"
        );
        assert_eq!(hackathon["phase"], "CLOSED");
        assert_eq!(hackathon["missing"], json!([]));

        assert_eq!(self.actuals().await, [20.0, 4.0, 4.0, 6.0, 1.0, 0.0]);
        let seen = self.event.panel.author.sees(&self.ideas[0], LINEAGE).await;
        let decisions: Vec<&Value> = seen["decisions"].as_array().unwrap().iter().collect();
        let last = json!({"kind": "RESULT_VALIDATED", "reason": "Nine of ten printed alone."});
        assert_eq!(decisions.last(), Some(&&last));
        let told = json!([{
            "state": "RETURNED", "hackathon": {"slug": "jam"},
            "teams": [{"name": "Team 1", "entry": {
                "title": "Entry 1", "learned": "Visitors read nothing.", "placement": {"place": 1},
                "team": {"candidate": {"idea": {"title": "Idea 1"}}},
            }}],
        }]);
        assert_eq!(seen["candidacies"], told);

        let adopt = json!({
            "ideaId": self.ideas[0].id, "outcome": "ADOPT", "reason": "It works.",
            "handedTo": "Roadmap",
        });
        let lead = &self.event.panel.lead;
        lead.act("decideIdea", adopt, "idea { state }").await.ok();
        assert_eq!(self.actuals().await, [20.0, 4.0, 4.0, 6.0, 1.0, 1.0]);
        fits(self.event.app());
    }
}

/// From an idea to all that came of it, and back.
const LINEAGE: &str = "decisions { kind reason } candidacies { state hackathon { slug }
    teams { name entry { title learned placement { place }
        team { candidate { idea { title } } } } } }";

#[rstest]
#[tokio::test]
async fn a_hackathon_judged_by_rubric_leads_from_twelve_ideas_to_one_that_is_adopted(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(jam) = Jam::formed(store, json!({})).await else {
        return;
    };
    jam.event.advances("RUNNING").await;
    let during = [
        "IN_HACKATHON",
        "IN_HACKATHON",
        "BACKLOG",
        "BACKLOG",
        "IN_HACKATHON",
        "IN_HACKATHON",
        "IN_ASSESSMENT",
        "IN_ASSESSMENT",
        "SUBMITTED",
        "SUBMITTED",
        "SUBMITTED",
        "SUBMITTED",
    ];
    assert_eq!(jam.states().await, during);
    let entries = jam.hand_in().await;
    jam.event.advances("JUDGING").await;
    let criteria = [
        "problem",
        "fit",
        "effectiveness",
        "impact",
        "feasibility",
        "novelty",
        "ease",
        "simplicity",
    ];
    for (strictness, judge) in jam.judges.iter().enumerate() {
        for (number, entry) in entries.iter().enumerate() {
            let level = 5 - number - usize::from(strictness == 1 && number < 3);
            let rating = |criterion: &&str| json!({"criterion": criterion, "level": level});
            let ratings: Vec<Value> = criteria.iter().map(rating).collect();
            let input = json!({"entryId": entry, "ratings": ratings, "comment": "Seen."});
            judge.act("judgeEntry", input, "entry { id }").await.ok();
        }
    }
    let hackathon = jam.publish(&entries).await;
    let places: Vec<&Value> = hackathon["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["place"])
        .collect();
    assert_eq!(places, [1, 2, 3, 4]);
    jam.ends_well(&hackathon).await;
}

#[rstest]
#[tokio::test]
async fn a_hackathon_judged_pair_by_pair_leads_from_twelve_ideas_to_one_that_is_adopted(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(jam) = Jam::formed(store, json!({"judging": "PAIRWISE"})).await else {
        return;
    };
    jam.event.advances("RUNNING").await;
    let entries = jam.hand_in().await;
    jam.event.advances("JUDGING").await;
    let place = |entry: &str| entries.iter().position(|one| one == entry).unwrap();
    for judge in &jam.judges {
        let mut compared = 0;
        loop {
            let read = judge
                .visits("jam", "nextComparison { left { id } right { id } }")
                .await;
            let next = &read["nextComparison"];
            if next.is_null() {
                break;
            }
            let id = |side: &str| next[side]["id"].as_str().unwrap().to_owned();
            let (left, right) = (id("left"), id("right"));
            let outcome = if place(&left) < place(&right) {
                "LEFT"
            } else {
                "RIGHT"
            };
            let input = json!({"leftEntryId": left, "rightEntryId": right, "outcome": outcome});
            judge
                .act("compareEntries", input, "hackathon { id }")
                .await
                .ok();
            compared += 1;
        }
        assert_eq!(compared, 6);
    }
    let hackathon = jam.publish(&entries).await;
    jam.ends_well(&hackathon).await;
}

#[rstest]
#[tokio::test]
async fn a_hackathon_that_is_cancelled_gives_every_idea_back(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(jam) = Jam::formed(store, json!({})).await else {
        return;
    };
    let before = [
        "BACKLOG",
        "BACKLOG",
        "BACKLOG",
        "BACKLOG",
        "IN_ASSESSMENT",
        "IN_ASSESSMENT",
        "IN_ASSESSMENT",
        "IN_ASSESSMENT",
        "SUBMITTED",
        "SUBMITTED",
        "SUBMITTED",
        "SUBMITTED",
    ];
    jam.event.advances("RUNNING").await;
    jam.hand_in().await;
    let reason = json!({"reason": "The hall burned down."});
    jam.event.try_to_advance("CANCELLED", reason).await.ok();

    assert_eq!(jam.states().await, before);
    let read = jam.people[0].visits("jam", FOLLOWED).await;
    assert_eq!(read["phase"], "CANCELLED");
    let candidates = read["candidates"]["nodes"].as_array().unwrap();
    assert!(candidates.iter().all(|one| one["state"] == "RETURNED"));
    assert_eq!(jam.candidates.len(), candidates.len());
    assert_eq!(read["results"], json!([]));
    let told = jam.people[0]
        .visits(
            "jam",
            "activity(last: 5) { nodes { kind sentence reason } }",
        )
        .await;
    let gone = json!({
        "kind": "PHASE_CHANGED", "sentence": "Ola cancelled the hackathon.",
        "reason": "The hall burned down.",
    });
    assert!(
        told["activity"]["nodes"]
            .as_array()
            .unwrap()
            .contains(&gone)
    );
    fits(jam.event.app());
}
