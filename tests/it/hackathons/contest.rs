//! A hackathon with teams, entries and judges, as tests of judging need it.

use super::*;
use crate::support::acts::Idea;
use std::time::Duration;

/// A team of two on an idea of its own, and what it handed in.
#[derive(Clone)]
pub(super) struct Squad {
    pub(super) idea: Idea,
    pub(super) team: String,
    pub(super) people: [Person; 2],
    pub(super) entry: String,
}

/// A hackathon in which so many teams take part.
#[derive(Clone)]
pub(super) struct Contest {
    pub(super) event: Event,
    pub(super) squads: Vec<Squad>,
    pub(super) judges: Vec<Person>,
}

/// What tests ask of an entry.
pub(super) const ENTRY: &str = "entry { id revision title summary demoUrl repositoryUrl videoUrl
    learned isFrozen team { name } viewerJudgement { comment ratings { level } } }";

/// A rubric of one criterion whose levels are the score itself.
pub(super) fn points(aggregation: &str) -> Value {
    json!({
        "key": "points", "name": "Points", "aggregation": aggregation, "quorum": 1,
        "criteria": [{
            "key": "points", "name": "Points", "question": "How many?", "weight": 1.0,
            "minimum": 0.0, "maximum": 100.0, "step": 0.001,
            "levels": [
                {"value": 0.0, "anchor": "None."}, {"value": 50.0, "anchor": "Some."},
                {"value": 100.0, "anchor": "All."},
            ],
        }],
    })
}

impl Contest {
    /// One that runs, with nothing handed in yet, judged by points that judges' strictness is
    /// taken out of.
    pub(super) async fn running(store: Store, teams: usize, judges: usize) -> Option<Self> {
        Self::running_with(store, teams, judges, json!({"rubric": "points"})).await
    }

    /// The same with other fields of the hackathon.
    pub(super) async fn running_with(
        store: Store,
        teams: usize,
        judges: usize,
        more: Value,
    ) -> Option<Self> {
        let event = Event::designed(store).await?;
        event.panel.publish(points("SEVERITY_ADJUSTED")).await;
        let app = event.app().clone();
        let mut contest = Self {
            squads: Vec::new(),
            judges: Vec::new(),
            event,
        };
        for number in 1..=judges {
            let name = format!("Judge{number}");
            contest.judges.push(app.member(&name).await);
        }
        contest.edits(more).await;
        contest.appoints(&contest.judges).await;
        contest.event.advances("NOMINATION").await;
        for number in 1..=teams {
            let title = format!("Idea {number}");
            let idea = contest.event.panel.author.submit(&title).await;
            let lead = &contest.event.panel.lead;
            let candidate = lead.nominates(&contest.event, &idea).await;
            contest.event.organizer.confirms(&candidate).await;
            let people = [
                app.member(&format!("Tia{number}")).await,
                app.member(&format!("Tom{number}")).await,
            ];
            let name = format!("Team {number}");
            let team = people[0]
                .forms(&contest.event, &name, Some(&candidate))
                .await;
            people[1].joins(&team).await.ok();
            contest.squads.push(Squad {
                idea,
                team,
                people,
                entry: String::new(),
            });
        }
        contest.event.advances("RUNNING").await;
        Some(contest)
    }

    /// One that is judged: every team handed in.
    pub(super) async fn judging(store: Store, teams: usize, judges: usize) -> Option<Self> {
        Self::judging_with(store, teams, judges, json!({"rubric": "points"})).await
    }

    /// The same with other fields of the hackathon.
    pub(super) async fn judging_with(
        store: Store,
        teams: usize,
        judges: usize,
        more: Value,
    ) -> Option<Self> {
        let mut contest = Self::running_with(store, teams, judges, more).await?;
        for number in 0..teams {
            contest.hands_in(number).await;
        }
        contest.event.advances("JUDGING").await;
        Some(contest)
    }

    /// Its `number`th team hands something in.
    pub(super) async fn hands_in(&mut self, number: usize) {
        let squad = &self.squads[number];
        let title = format!("Entry {}", number + 1);
        let answer = squad.people[0].tries_to_hand_in(&squad.team, json!({"title": title}));
        self.squads[number].entry = answer.await.text("submitEntry.entry.id");
    }

    /// Edits the hackathon.
    pub(super) async fn edits(&self, more: Value) {
        let input = with(json!({"hackathonId": self.event.id}), more);
        let done = self
            .event
            .organizer
            .act("updateHackathon", input, "hackathon { id }");
        done.await.ok();
    }

    /// Names who judges.
    pub(super) async fn appoints(&self, judges: &[Person]) {
        let ids: Vec<&str> = judges.iter().map(|one| one.id.as_str()).collect();
        self.edits(json!({"judgeIds": ids})).await;
    }

    /// Entries as this person finds them in the list, in it by their titles.
    pub(super) async fn found_by(&self, person: &Person) -> Vec<String> {
        let fields = "entries(first: 100) { totalCount nodes { title } }";
        let seen = person.visits("jam", fields).await;
        let nodes = seen["entries"]["nodes"].as_array().unwrap();
        assert_eq!(seen["entries"]["totalCount"], nodes.len());
        let title = |node: &Value| node["title"].as_str().unwrap().to_owned();
        nodes.iter().map(title).collect()
    }

    /// Whether this person finds an entry, wherever they look.
    pub(super) async fn is_found_by(&self, number: usize, person: &Person) -> bool {
        let entry = &self.squads[number].entry;
        let node = person.post(NODE, json!({"id": entry})).await;
        let by_id = !node.at("node").is_null();
        let by_team = "teams(first: 100) { nodes { entry { id } } }";
        let teams = person.visits("jam", by_team).await;
        let listed = person
            .visits("jam", "entries(first: 100) { nodes { id } }")
            .await;
        let in_teams = teams["teams"]["nodes"].as_array().unwrap();
        let in_list = listed["entries"]["nodes"].as_array().unwrap();
        let in_teams = in_teams.iter().any(|team| team["entry"]["id"] == **entry);
        let in_list = in_list.iter().any(|one| one["id"] == **entry);
        assert_eq!(
            (by_id, by_id),
            (in_teams, in_list),
            "{} {number}",
            person.name
        );
        by_id
    }

    /// Moves the clock so that the next request is made at this instant.
    pub(super) fn next_request_at(&self, micros: i64) {
        let clock = self.event.app().clock();
        let ahead = micros - clock.now() - 1_000;
        clock.advance(Duration::from_micros(u64::try_from(ahead).unwrap()));
    }

    /// Publishes the results, whatever becomes of it.
    pub(super) async fn publishes(&self, person: &Person, more: Value) -> Answer {
        let input = json!({"hackathonId": self.event.id, "reason": "Well done."});
        let input = with(input, more);
        person.act("publishResults", input, RESULTS).await
    }

    /// The results as this person reads them: place, title, score.
    pub(super) async fn results_for(&self, person: &Person) -> Vec<Value> {
        let fields = "results { place score entry { title } }";
        let seen = person.visits("jam", fields).await;
        let results = seen["results"].as_array().unwrap();
        let line = |one: &Value| json!([one["place"], one["entry"]["title"], one["score"]]);
        results.iter().map(line).collect()
    }
}

const NODE: &str = "query($id: ID!) { node(id: $id) { id } }";

/// What tests ask of results.
pub(super) const RESULTS: &str = "hackathon { phase results { place score awards
    nextStep { text owner { name } dueAt } entry { title judgementCount } } }";

impl Person {
    /// Hands something in for a team, whatever becomes of it.
    pub(super) async fn tries_to_hand_in(&self, team: &str, more: Value) -> Answer {
        let input = json!({"teamId": team, "title": "Printer", "summary": "It prints badges."});
        self.act("submitEntry", with(input, more), ENTRY).await
    }

    /// Rates an entry by so many points, whatever becomes of it.
    pub(super) async fn gives(&self, entry: &str, points: f64) -> Answer {
        let input = json!({
            "entryId": entry, "ratings": [{"criterion": "points", "level": points}],
        });
        self.act("judgeEntry", input, ENTRY).await
    }

    /// Compares two entries, whatever becomes of it.
    pub(super) async fn compares(&self, left: &str, right: &str, outcome: &str) -> Answer {
        let input = json!({"leftEntryId": left, "rightEntryId": right, "outcome": outcome});
        self.act("compareEntries", input, "hackathon { phase }")
            .await
    }

    /// Whom this person is asked to compare: titles.
    pub(super) async fn is_asked(&self) -> Value {
        let fields = "nextComparison { left { title } right { title } }";
        let seen = self.visits("jam", fields).await;
        let next = &seen["nextComparison"];
        match next.is_null() {
            true => Value::Null,
            false => json!([next["left"]["title"], next["right"]["title"]]),
        }
    }
}
