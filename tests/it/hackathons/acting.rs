//! What people do in hackathons, as tests say it.

use super::*;
use crate::support::acts::Idea;

/// What tests ask of a candidate.
pub(super) const CANDIDATE: &str = "candidate { id state fit idea { state } }";

impl Person {
    /// Nominates an idea; the candidate's id.
    pub(super) async fn nominates(&self, event: &Event, idea: &Idea) -> String {
        let answer = self.try_to_nominate(event, idea).await;
        answer.text("nominateCandidate.candidate.id")
    }

    /// The same, whatever becomes of it.
    pub(super) async fn try_to_nominate(&self, event: &Event, idea: &Idea) -> Answer {
        let input = json!({"hackathonId": event.id, "ideaId": idea.id, "reason": "It fits."});
        self.act("nominateCandidate", input, CANDIDATE).await
    }

    /// Shortlists, confirms or drops a candidate, whatever becomes of it.
    pub(super) async fn tries_to(&self, mutation: &str, candidate: &str) -> Answer {
        let input = json!({"candidateId": candidate, "reason": "So we said."});
        self.act(mutation, input, CANDIDATE).await
    }

    /// Confirms a candidate.
    pub(super) async fn confirms(&self, candidate: &str) {
        self.tries_to("confirmCandidate", candidate).await.ok();
    }

    /// Says how well a candidate fits, whatever becomes of it.
    pub(super) async fn rates(&self, candidate: &str, marks: [i32; 4]) -> Answer {
        let [theme, buildable, demoable, staffable] = marks;
        let input = json!({
            "candidateId": candidate, "theme": theme, "buildable": buildable,
            "demoable": demoable, "staffable": staffable,
        });
        self.act("rateFit", input, FIT).await
    }

    /// Registers, whatever becomes of it.
    pub(super) async fn registers(&self, event: &Event, more: Value) -> Answer {
        let input = with(json!({"hackathonId": event.id}), more);
        let fields = "hackathon { registrations { nodes { member { name } skills seeksTeam } } }";
        self.act("registerForHackathon", input, fields).await
    }

    /// Takes that back, whatever becomes of it.
    pub(super) async fn unregisters(&self, event: &Event) -> Answer {
        let input = json!({"hackathonId": event.id});
        let fields = "hackathon { registrations { totalCount } }";
        self.act("unregisterFromHackathon", input, fields).await
    }

    /// Forms a team; its id.
    pub(super) async fn forms(&self, event: &Event, name: &str, candidate: Option<&str>) -> String {
        let more = json!({"name": name, "candidateId": candidate});
        self.try_to_form(event, more)
            .await
            .text("createTeam.team.id")
    }

    /// The same, whatever becomes of it.
    pub(super) async fn try_to_form(&self, event: &Event, more: Value) -> Answer {
        let input = with(json!({"hackathonId": event.id}), more);
        self.act("createTeam", input, TEAM).await
    }

    /// Joins a team, whatever becomes of it.
    pub(super) async fn joins(&self, team: &str) -> Answer {
        self.act("joinTeam", json!({"teamId": team}), TEAM).await
    }

    /// Leaves a team, whatever becomes of it.
    pub(super) async fn leaves(&self, team: &str) -> Answer {
        self.act("leaveTeam", json!({"teamId": team}), TEAM).await
    }

    /// Changes a team, whatever becomes of it.
    pub(super) async fn changes(&self, team: &str, more: Value) -> Answer {
        let input = with(json!({"teamId": team}), more);
        self.act("updateTeam", input, TEAM).await
    }

    /// What this person is told, the oldest first, as kind and sentence.
    pub(super) async fn heard(&self) -> Vec<Value> {
        let query = "{ viewer { notifications(last: 100) { nodes {
            kind sentence hackathon { slug } } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let told = nodes.iter().rev();
        told.map(|node| json!([node["kind"], node["sentence"], node["hackathon"]["slug"]]))
            .collect()
    }

    /// The candidates of a hackathon as this person reads them: title and state.
    pub(super) async fn reads_candidates(&self) -> Vec<Value> {
        let fields = "candidates(first: 100) { totalCount nodes { state idea { title } } }";
        let seen = self.visits("jam", fields).await;
        let nodes = seen["candidates"]["nodes"].as_array().unwrap();
        assert_eq!(seen["candidates"]["totalCount"], nodes.len());
        let line = |node: &Value| json!([node["idea"]["title"], node["state"]]);
        nodes.iter().map(line).collect()
    }

    /// The teams of a hackathon as this person reads them: name and who is in it.
    pub(super) async fn reads_teams(&self) -> Vec<Value> {
        let fields = "teams(first: 100) { totalCount nodes { name members { name } } }";
        let seen = self.visits("jam", fields).await;
        let nodes = seen["teams"]["nodes"].as_array().unwrap();
        assert_eq!(seen["teams"]["totalCount"], nodes.len());
        nodes
            .iter()
            .map(|node| json!([node["name"], names(node)]))
            .collect()
    }
}

/// The names of who is in a team.
pub(super) fn names(team: &Value) -> Vec<&str> {
    let members = team["members"].as_array().unwrap();
    members
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

/// What tests ask of a team.
pub(super) const TEAM: &str = "team { id name isOpen lookingFor members { name }
    candidate { id state idea { title } } }";

/// What tests ask of how well a candidate fits.
pub(super) const FIT: &str = "candidate { fit fitLines { question mean ratingCount }
    viewerFit { theme buildable demoable staffable note } }";

impl Event {
    /// Members with these names.
    pub(super) async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::new();
        for name in names {
            people.push(self.app().member(name).await);
        }
        people.try_into().ok().unwrap()
    }

    /// A hackathon that takes nominations.
    pub(super) async fn nominating(store: Store) -> Option<Self> {
        Self::nominating_with(store, json!({})).await
    }

    /// The same with other fields of its input.
    pub(super) async fn nominating_with(store: Store, more: Value) -> Option<Self> {
        let event = Self::designed_with(store, more).await?;
        event.advances("NOMINATION").await;
        Some(event)
    }

    /// One that runs with two in a team on one idea; the idea, its candidate and the team.
    pub(super) async fn running(store: Store) -> Option<(Self, Idea, String, [Person; 2], String)> {
        let event = Self::nominating(store).await?;
        let idea = event.panel.author.submit("Badges").await;
        let candidate = event.panel.lead.nominates(&event, &idea).await;
        event.organizer.confirms(&candidate).await;
        let pair = [
            event.app().member("Tia").await,
            event.app().member("Tom").await,
        ];
        let team = pair[0].forms(&event, "Printers", Some(&candidate)).await;
        pair[1].joins(&team).await.ok();
        event.advances("RUNNING").await;
        Some((event, idea, candidate, pair, team))
    }

    /// Another hackathon of the same organizer, which takes nominations.
    pub(super) async fn another(&self, slug: &str) -> Self {
        let answer = self
            .organizer
            .act("createHackathon", plan(slug), "hackathon { id }")
            .await;
        let other = Self {
            id: answer.text("createHackathon.hackathon.id"),
            ..self.clone()
        };
        other.advances("NOMINATION").await;
        other
    }
}
