//! Hackathons as far as a mutation needs them: somebody who judges, a team, what it handed in.

use serde_json::{Value, json};

use super::table::To;
use crate::support::acts::Idea;
use crate::support::people::Person;

/// Who does what in a hackathon, beside whoever tries something.
pub(super) struct Stage<'a> {
    pub(super) organizer: &'a Person,
    pub(super) nominator: &'a Person,
    /// All who may try something: they judge.
    pub(super) judges: &'a [Person],
    /// Another judge.
    pub(super) judge: &'a Person,
    /// Alone in their team.
    pub(super) loners: [&'a Person; 2],
    /// Whose the other idea is.
    pub(super) other: &'a Person,
}

impl Stage<'_> {
    /// A hackathon with this idea in it; what to send: an id, or two.
    pub(super) async fn set(&self, to: To, idea: &Idea, me: &Person, is_own: bool) -> String {
        let count = self
            .organizer
            .post("{ hackathons { totalCount } }", json!({}))
            .await;
        let slug = format!("jam-{}", count.at("hackathons.totalCount"));
        let judging = if to == To::Pair { "PAIRWISE" } else { "RUBRIC" };
        let judges: Vec<&str> = self.judges.iter().map(|one| one.id.as_str()).collect();
        let judges = [judges, vec![&self.judge.id]].concat();
        let input = json!({
            "slug": slug, "name": "Jam", "theme": "Visitors", "brief": "Two days.",
            "startsAt": "2027-01-01T00:00:00Z", "endsAt": "2027-01-03T00:00:00Z",
            "submissionDeadline": "2027-01-02T00:00:00Z", "teamSizeMin": 1, "teamSizeMax": 4,
            "judging": judging, "judgeIds": judges,
            "targets": [{"key": "TEAMS", "target": 1}],
        });
        let made = self
            .organizer
            .act("createHackathon", input, "hackathon { id }");
        let event = made.await.text("createHackathon.hackathon.id");
        self.advance(&event, "NOMINATION").await;
        let first = match to {
            To::Crew if is_own => me,
            _ => self.loners[0],
        };
        let team = self.join(&event, idea, first).await;
        let second = if to == To::Pair {
            let other = self.other.submit("Another target").await;
            Some(self.join(&event, &other, self.loners[1]).await)
        } else {
            None
        };
        self.advance(&event, "RUNNING").await;
        if to == To::Crew {
            return team;
        }
        let entry = self.hand_in(first, &team).await;
        let second = match second {
            Some(team) => Some(self.hand_in(self.loners[1], &team).await),
            None => None,
        };
        self.advance(&event, "JUDGING").await;
        match (to, second) {
            (To::Pair, Some(second)) => format!("{entry} {second}"),
            (To::Judged, _) => {
                self.rate(&slug, &entry).await;
                format!("{event} {entry}")
            }
            _ => entry,
        }
    }

    async fn advance(&self, event: &str, to: &str) {
        let input = json!({"hackathonId": event, "to": to});
        let done = self.organizer.act("advanceHackathon", input, "__typename");
        done.await.ok();
    }

    /// Nominates an idea, confirms it, and has somebody work on it alone; their team.
    async fn join(&self, event: &str, idea: &Idea, who: &Person) -> String {
        let input = json!({"hackathonId": event, "ideaId": idea.id, "reason": "It fits."});
        let fields = "candidate { id }";
        let nominated = self.nominator.act("nominateCandidate", input, fields).await;
        let candidate = nominated.text("nominateCandidate.candidate.id");
        let input = json!({"candidateId": candidate, "reason": "It fits."});
        let confirmed = self.organizer.act("confirmCandidate", input, fields);
        confirmed.await.ok();
        let input = json!({"hackathonId": event, "name": "Alone", "candidateId": candidate});
        let team = who.act("createTeam", input, "team { id }").await;
        team.text("createTeam.team.id")
    }

    async fn hand_in(&self, who: &Person, team: &str) -> String {
        let input = json!({"teamId": team, "title": "Printer", "summary": "It prints."});
        let entry = who.act("submitEntry", input, "entry { id }").await;
        entry.text("submitEntry.entry.id")
    }

    /// One whole judgement, by the other judge.
    async fn rate(&self, slug: &str, entry: &str) {
        let query = "query($slug: String!) { hackathon(slug: $slug) {
            rubricVersion { criteria { key } } } }";
        let seen = self.judge.post(query, json!({"slug": slug})).await;
        let criteria = seen
            .at("hackathon.rubricVersion.criteria")
            .as_array()
            .unwrap();
        let rating = |one: &Value| json!({"criterion": one["key"], "level": 3});
        let ratings: Vec<Value> = criteria.iter().map(rating).collect();
        let input = json!({"entryId": entry, "ratings": ratings});
        let judged = self.judge.act("judgeEntry", input, "__typename");
        judged.await.ok();
    }
}
