//! Hackathons in the worlds: one that takes nominations, two that are being judged, and one
//! that is over.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Secret, World, day};
use crate::support::acts::Idea;

impl World {
    /// All of them.
    pub(super) async fn hosted(&mut self) {
        self.nominating().await;
        self.over().await;
        self.judged().await;
    }

    /// A hackathon of Orla's; its id.
    async fn jam(&mut self, slug: &str, more: Value) -> String {
        let mut input = json!({
            "slug": slug, "name": format!("The {slug}"), "theme": "Light", "brief": "Two days.",
            "startsAt": day(200), "endsAt": day(300), "submissionDeadline": day(250),
            "teamSizeMin": 1, "teamSizeMax": 3, "judgeIds": [self.who("Ada").id, self.who("Ben").id],
            "targets": [{"key": "TEAMS", "target": 2}],
        });
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let answer = self
            .does("Orla", "createHackathon", input, "hackathon { id }")
            .await;
        let id = answer.text("createHackathon.hackathon.id");
        self.ids.insert(slug.to_owned(), id.clone());
        self.leads(&id, "NOMINATION").await;
        id
    }

    async fn leads(&self, hackathon: &str, to: &str) {
        let input = json!({"hackathonId": hackathon, "to": to, "reason": "It is time."});
        self.does("Orla", "advanceHackathon", input, "hackathon { id }")
            .await;
    }

    /// Nominates an idea; the candidate.
    async fn nominates(&self, who: &str, hackathon: &str, idea: &Idea) -> String {
        let input = json!({"hackathonId": hackathon, "ideaId": idea.id, "reason": "It fits."});
        let answer = self
            .does(who, "nominateCandidate", input, "candidate { id }")
            .await;
        answer.text("nominateCandidate.candidate.id")
    }

    /// What the organizer does with a candidate.
    async fn says_of(&self, mutation: &str, candidate: &str) {
        let input = json!({"candidateId": candidate, "reason": "For the day."});
        self.does("Orla", mutation, input, "candidate { id }").await;
    }

    async fn forms(&self, who: &str, hackathon: &str, name: &str, candidate: &str) -> String {
        let input = json!({
            "hackathonId": hackathon, "name": name, "candidateId": candidate,
            "lookingFor": ["a carpenter"],
        });
        let answer = self.does(who, "createTeam", input, "team { id }").await;
        answer.text("createTeam.team.id")
    }

    async fn hands_in(&self, who: &str, team: &str, text: &str) -> String {
        let input = json!({
            "teamId": team, "title": format!("A {text}"), "summary": format!("It is a {text}."),
            "demoUrl": "https://demo.example/", "repositoryUrl": "https://code.example/",
            "videoUrl": "https://video.example/", "learned": format!("The {text} is heavy."),
        });
        let answer = self.does(who, "submitEntry", input, "entry { id }").await;
        answer.text("submitEntry.entry.id")
    }

    async fn judges(&self, who: &str, entry: &str, level: u8, words: &str) {
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
        let ratings: Vec<Value> = criteria
            .iter()
            .map(|key| json!({"criterion": key, "level": level, "rationale": words}))
            .collect();
        let input = json!({"entryId": entry, "ratings": ratings, "comment": words});
        self.does(who, "judgeEntry", input, "entry { id }").await;
    }

    /// One that takes nominations: one candidate stays, one is dropped, one is shortlisted, and
    /// one turned confidential since.
    async fn nominating(&mut self) {
        let jam = self.jam("jam", json!({})).await;
        let door = self.idea("A door that opens", "Cid", json!({})).await;
        let first = self.nominates("Cid", &jam, &door).await;
        let lid = self.idea("A lid that closes", "Cid", json!({})).await;
        let second = self.nominates("Ann", &jam, &lid).await;
        self.says_of("shortlistCandidate", &first).await;
        self.says_of("dropCandidate", &second).await;
        // Nominated by whoever wrote it.
        let author = self.either(Secret::Author, "Ann", "Bob");
        let anonymous = json!({"authorship": "ANONYMOUS"});
        let nobodys = self.idea("A key nobody lost", author, anonymous).await;
        self.nominates(author, &jam, &nobodys).await;
        for (who, level) in [("Ada", 2), ("Orla", 4)] {
            let input = json!({
                "candidateId": first, "theme": level, "buildable": level, "demoable": level,
                "staffable": level, "note": "Seen.",
            });
            self.does(who, "rateFit", input, "candidate { id }").await;
        }
        let sunk = self.idea("Sunk without a trace", "Bob", json!({})).await;
        if self.differs(Secret::Sunk) {
            let candidate = self.nominates("Bob", &jam, &sunk).await;
            self.hidden.push(candidate);
        } else {
            self.app.clock().advance(Duration::from_millis(1));
        }
        let hide = json!({"visibility": "CONFIDENTIAL"});
        self.on("Bob", "updateIdea", &sunk, hide).await;
        for who in ["Cid", "Gus"] {
            let input =
                json!({"hackathonId": jam, "skills": ["welding"], "seeksTeam": who == "Gus"});
            self.does(who, "registerForHackathon", input, "hackathon { id }")
                .await;
        }
        let team = self.forms("Cid", &jam, "Hinges", &first).await;
        let joins = json!({"teamId": team});
        self.does("Dee", "joinTeam", joins, "team { id }").await;
    }

    /// One that is over, with its results.
    async fn over(&mut self) {
        let past = self.jam("past", json!({})).await;
        let mut entries = Vec::new();
        for (title, who) in [("Walls that talk", "Gus"), ("Walls that listen", "Cid")] {
            let idea = self.idea(title, "Ann", json!({})).await;
            let candidate = self.nominates("Lea", &past, &idea).await;
            self.says_of("confirmCandidate", &candidate).await;
            let team = self
                .forms(who, &past, &format!("Team {who}"), &candidate)
                .await;
            entries.push((team, who));
        }
        self.leads(&past, "RUNNING").await;
        let mut handed_in = Vec::new();
        for (team, who) in entries {
            handed_in.push(self.hands_in(who, &team, "brick").await);
        }
        self.leads(&past, "JUDGING").await;
        for (at, entry) in handed_in.iter().enumerate() {
            for who in ["Ada", "Ben"] {
                self.judges(who, entry, 5 - at as u8, "Solid.").await;
            }
        }
        let input = json!({
            "hackathonId": past, "reason": "A good day.",
            "awards": [{"entryId": handed_in[0], "award": "Best", "nextStep": "Build one.",
                "ownerId": self.who("Lea").id, "dueAt": day(400)}],
            "validated": [{"entryId": handed_in[0], "evidence": "It talked."}],
        });
        self.does("Orla", "publishResults", input, "hackathon { id }")
            .await;
    }

    /// Two that are being judged, by rubric and by pairs: what somebody handed in, and what a
    /// judge says of it, is not everybody's.
    async fn judged(&mut self) {
        for (slug, judging) in [("fair", "RUBRIC"), ("duel", "PAIRWISE")] {
            let id = self.jam(slug, json!({"judging": judging})).await;
            let mut teams = Vec::new();
            for who in ["Bob", "Gus"] {
                let title = format!("A wheel for the {slug} by {who}");
                let idea = self.idea(&title, "Ann", json!({})).await;
                let candidate = self.nominates("Lea", &id, &idea).await;
                self.says_of("confirmCandidate", &candidate).await;
                let team = self
                    .forms(who, &id, &format!("{slug} {who}"), &candidate)
                    .await;
                teams.push((who, team));
            }
            self.leads(&id, "RUNNING").await;
            let mut entries = Vec::new();
            for (who, team) in &teams {
                let text = match *who {
                    "Bob" => self.either(Secret::Entered, "heron", "osprey"),
                    _ => "wheel",
                };
                entries.push(self.hands_in(who, team, text).await);
            }
            self.leads(&id, "JUDGING").await;
            let is_other = self.differs(Secret::Judged);
            if judging == "PAIRWISE" {
                let outcome = if is_other { "LEFT" } else { "RIGHT" };
                let input = json!({
                    "leftEntryId": entries[0], "rightEntryId": entries[1], "outcome": outcome,
                });
                self.does("Ada", "compareEntries", input, "hackathon { id }")
                    .await;
            } else {
                let (level, words) = if is_other {
                    (5, "osprey")
                } else {
                    (1, "heron")
                };
                self.judges("Ada", &entries[0], level, words).await;
                self.judges("Ben", &entries[0], 3, "Solid.").await;
            }
        }
    }
}
