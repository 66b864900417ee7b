//! A random walk through hackathons, one after the other and two at a time: members, an
//! organizer and a judge press whatever they like, and a plain model says whether it is done,
//! or for which reasons it may be refused. After every step the hackathon and all ideas are
//! compared, and at the end the record fits.

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;

use super::*;
use crate::support::acts::Idea;
use crate::verify::fits;

const STEPS: usize = 800;
const PEOPLE: usize = 7;
const IDEAS: usize = 5;
/// At most so many in a team, and one at least.
const LARGEST: usize = 3;

/// Numbers by chance that are the same every time (xorshift).
struct Lots(u64);

impl Lots {
    fn one_of(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % count as u64).unwrap()
    }
}

#[derive(Clone)]
struct Team {
    id: String,
    name: String,
    /// Which idea it works on.
    idea: Option<usize>,
    people: BTreeSet<usize>,
    takes_part: bool,
    /// What it handed in.
    entry: Option<String>,
    is_judged: bool,
}

/// A hackathon as plain words say it.
#[derive(Clone)]
struct Plain {
    id: String,
    slug: String,
    phase: &'static str,
    /// By idea: the candidate and where it stands.
    candidates: BTreeMap<usize, (String, &'static str)>,
    /// Dissolved ones are gone.
    teams: Vec<Team>,
}

struct Walk {
    event: Event,
    judge: Person,
    people: Vec<Person>,
    ideas: Vec<Idea>,
    /// Where each idea stands.
    states: Vec<&'static str>,
    /// And where it goes back to.
    homes: Vec<&'static str>,
    going: Vec<Plain>,
    begun: usize,
    lots: Lots,
    done: BTreeMap<&'static str, usize>,
}

impl Walk {
    async fn begun(store: Store, seed: u64) -> Option<Self> {
        let event = Event::designed_with(store, json!({"slug": "unused"})).await?;
        let judge = event.app().member("Jo").await;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(event.app().member(&format!("P{number}")).await);
        }
        let mut ideas = Vec::new();
        for number in 0..IDEAS {
            ideas.push(event.panel.author.submit(&format!("Idea {number}")).await);
        }
        let mut walk = Self {
            event,
            judge,
            people,
            ideas,
            states: vec!["SUBMITTED"; IDEAS],
            homes: vec!["SUBMITTED"; IDEAS],
            going: Vec::new(),
            begun: 0,
            lots: Lots(seed),
            done: BTreeMap::new(),
        };
        for _ in 0..2 {
            let next = walk.opens().await;
            walk.going.push(next);
        }
        Some(walk)
    }

    /// Another hackathon, in DESIGN.
    async fn opens(&mut self) -> Plain {
        self.begun += 1;
        let slug = format!("walk-{}", self.begun);
        let more = json!({
            "teamSizeMin": 1, "teamSizeMax": LARGEST, "judgeIds": [self.judge.id],
            "startsAt": day(1000), "submissionDeadline": day(2000), "endsAt": day(2000),
        });
        let input = with(plan(&slug), more);
        let answer = self
            .event
            .organizer
            .act("createHackathon", input, "hackathon { id }")
            .await;
        Plain {
            id: answer.text("createHackathon.hackathon.id"),
            slug,
            phase: "DESIGN",
            candidates: BTreeMap::new(),
            teams: Vec::new(),
        }
    }

    /// What was done, when for no reason it had to be refused; else one of these is told.
    fn judges(&mut self, what: &'static str, answer: &Answer, reasons: &[&str]) -> bool {
        if reasons.is_empty() {
            assert!(answer.errors().is_empty(), "{what}: {answer:?}");
            *self.done.entry(what).or_default() += 1;
            return true;
        }
        let told = answer.errors()[0]["extensions"]["reason"].as_str().unwrap();
        assert!(reasons.contains(&told), "{what}: {told}, not {reasons:?}");
        false
    }

    async fn step(&mut self) {
        let which = self.lots.one_of(self.going.len());
        let mut at = self.going[which].clone();
        match self.lots.one_of(18) {
            0..=2 => self.nominates(&mut at).await,
            3..=5 => self.confirms(&mut at).await,
            6 => self.drops(&mut at).await,
            7..=9 => self.forms(&mut at).await,
            10 | 11 => self.joins(&mut at).await,
            12 => self.leaves(&mut at).await,
            13 | 14 => self.hands_in(&mut at).await,
            15 => self.rates(&mut at).await,
            16 => self.publishes(&mut at).await,
            _ => self.advances(&mut at).await,
        }
        self.compares(&at).await;
        self.going[which] = at;
        if matches!(self.going[which].phase, "CLOSED" | "CANCELLED") {
            self.going[which] = self.opens().await;
        }
    }

    fn takes_nominations(&self, idea: usize) -> bool {
        matches!(self.states[idea], "SUBMITTED" | "VALIDATED")
    }

    async fn nominates(&mut self, at: &mut Plain) {
        let (who, idea) = (self.lots.one_of(PEOPLE), self.lots.one_of(IDEAS));
        let input = json!({
            "hackathonId": at.id, "ideaId": self.ideas[idea].id, "reason": "It fits.",
        });
        let answer = self.people[who]
            .act("nominateCandidate", input, "candidate { id }")
            .await;
        let mut no = Vec::new();
        if at.phase != "NOMINATION" || !self.takes_nominations(idea) {
            no.push("WRONG_STATE");
        }
        if at.candidates.contains_key(&idea) {
            no.push("ALREADY_CANDIDATE");
        }
        if self.judges("nominateCandidate", &answer, &no) {
            let id = answer.text("nominateCandidate.candidate.id");
            at.candidates.insert(idea, (id, "NOMINATED"));
        }
    }

    /// A candidate of this hackathon by chance.
    fn some_candidate(&mut self, at: &Plain) -> Option<(usize, String, &'static str)> {
        let all: Vec<_> = at.candidates.iter().collect();
        if all.is_empty() {
            return None;
        }
        let (idea, (id, state)) = all[self.lots.one_of(all.len())];
        Some((*idea, id.clone(), *state))
    }

    async fn confirms(&mut self, at: &mut Plain) {
        let Some((idea, id, state)) = self.some_candidate(at) else {
            return;
        };
        let input = json!({"candidateId": id, "reason": "Good."});
        let answer = self
            .event
            .organizer
            .act("confirmCandidate", input, "candidate { id }")
            .await;
        let is_elsewhere = self.going.iter().any(|other| {
            let there = other.candidates.get(&idea).map(|(_, state)| *state);
            other.id != at.id && matches!(there, Some("CONFIRMED" | "IN_EVENT"))
        });
        let mut no = Vec::new();
        if at.phase != "NOMINATION" || state != "NOMINATED" || !self.takes_nominations(idea) {
            no.push("WRONG_STATE");
        }
        if is_elsewhere {
            no.push("ALREADY_CANDIDATE");
        }
        if self.judges("confirmCandidate", &answer, &no) {
            at.candidates.insert(idea, (id, "CONFIRMED"));
            self.homes[idea] = self.states[idea];
            self.states[idea] = "HACKATHON_CANDIDATE";
        }
    }

    async fn drops(&mut self, at: &mut Plain) {
        let Some((idea, id, state)) = self.some_candidate(at) else {
            return;
        };
        let by_author = self.lots.one_of(2) == 0;
        let who = match by_author {
            true => &self.event.panel.author,
            false => &self.event.organizer,
        };
        let input = json!({"candidateId": id, "reason": "Not now."});
        let answer = who.act("dropCandidate", input, "candidate { id }").await;
        let can = at.phase == "NOMINATION" && matches!(state, "NOMINATED" | "CONFIRMED");
        let no: &[&str] = if can { &[] } else { &["WRONG_STATE"] };
        if self.judges("dropCandidate", &answer, no) {
            at.candidates.insert(idea, (id, "DROPPED"));
            if state == "CONFIRMED" {
                self.states[idea] = self.homes[idea];
            }
        }
    }

    fn is_in_a_team(at: &Plain, who: usize) -> bool {
        at.teams.iter().any(|team| team.people.contains(&who))
    }

    async fn forms(&mut self, at: &mut Plain) {
        let who = self.lots.one_of(PEOPLE);
        let on = self.some_candidate(at);
        let name = format!("T{}", self.lots.one_of(1_000_000));
        let input = json!({
            "hackathonId": at.id, "name": name, "candidateId": on.as_ref().map(|one| &one.1),
        });
        let answer = self.people[who]
            .act("createTeam", input, "team { id }")
            .await;
        let mut no = Vec::new();
        if let Some((_, _, "RETURNED" | "DROPPED")) = &on {
            no.push("NOT_A_CANDIDATE");
        }
        if at.phase != "NOMINATION" {
            no.push("WRONG_STATE");
        }
        if Self::is_in_a_team(at, who) {
            no.push("ALREADY_IN_TEAM");
        }
        if self.judges("createTeam", &answer, &no) {
            at.teams.push(Team {
                id: answer.text("createTeam.team.id"),
                name,
                idea: on.map(|one| one.0),
                people: BTreeSet::from([who]),
                takes_part: false,
                entry: None,
                is_judged: false,
            });
        }
    }

    async fn joins(&mut self, at: &mut Plain) {
        if at.teams.is_empty() {
            return;
        }
        let (who, which) = (self.lots.one_of(PEOPLE), self.lots.one_of(at.teams.len()));
        let input = json!({"teamId": at.teams[which].id});
        let answer = self.people[who].act("joinTeam", input, "team { id }").await;
        let mut no = Vec::new();
        if !matches!(at.phase, "NOMINATION" | "RUNNING") {
            no.push("WRONG_STATE");
        }
        if Self::is_in_a_team(at, who) {
            no.push("ALREADY_IN_TEAM");
        }
        if at.teams[which].people.len() >= LARGEST {
            no.push("TEAM_FULL");
        }
        if self.judges("joinTeam", &answer, &no) {
            at.teams[which].people.insert(who);
        }
    }

    async fn leaves(&mut self, at: &mut Plain) {
        if at.teams.is_empty() {
            return;
        }
        let (who, which) = (self.lots.one_of(PEOPLE), self.lots.one_of(at.teams.len()));
        let team = at.teams[which].clone();
        let input = json!({"teamId": team.id});
        let answer = self.people[who]
            .act("leaveTeam", input, "team { id }")
            .await;
        let is_last = team.people == BTreeSet::from([who]);
        let mut no = Vec::new();
        if !team.people.contains(&who) {
            no.push("NOT_IN_TEAM");
        }
        if !matches!(at.phase, "NOMINATION" | "RUNNING") {
            no.push("WRONG_STATE");
        }
        if is_last && team.entry.is_some() {
            no.push("LAST_MEMBER");
        }
        if self.judges("leaveTeam", &answer, &no) {
            at.teams[which].people.remove(&who);
            if is_last {
                at.teams.remove(which);
            }
        }
    }

    async fn hands_in(&mut self, at: &mut Plain) {
        if at.teams.is_empty() {
            return;
        }
        let (mut who, which) = (self.lots.one_of(PEOPLE), self.lots.one_of(at.teams.len()));
        let team = &at.teams[which];
        if self.lots.one_of(4) > 0 {
            // More often somebody who is in it.
            who = *team.people.first().unwrap();
        }
        let input = json!({"teamId": team.id, "title": team.name, "summary": "It shines."});
        let answer = self.people[who]
            .act("submitEntry", input, "entry { id }")
            .await;
        let mut no = Vec::new();
        if !team.people.contains(&who) {
            no.push("NOT_IN_TEAM");
        }
        if at.phase != "RUNNING" || !team.takes_part {
            no.push("WRONG_STATE");
        }
        if self.judges("submitEntry", &answer, &no) {
            at.teams[which].entry = Some(answer.text("submitEntry.entry.id"));
        }
    }

    async fn rates(&mut self, at: &mut Plain) {
        let entered: Vec<usize> = (0..at.teams.len())
            .filter(|which| at.teams[*which].entry.is_some())
            .collect();
        if entered.is_empty() {
            return;
        }
        let which = entered[self.lots.one_of(entered.len())];
        let level = 1 + self.lots.one_of(5);
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
        let ratings = criteria.map(|key| json!({"criterion": key, "level": level}));
        let input = json!({"entryId": at.teams[which].entry, "ratings": ratings});
        let answer = self.judge.act("judgeEntry", input, "entry { id }").await;
        // Before, a judge does not see it.
        let no: &[&str] = match at.phase {
            "JUDGING" => &[],
            _ => &["NOT_FOUND", "WRONG_STATE"],
        };
        if self.judges("judgeEntry", &answer, no) {
            at.teams[which].is_judged = true;
        }
    }

    async fn advances(&mut self, at: &mut Plain) {
        let to = match self.lots.one_of(30) {
            0 => "CANCELLED",
            1 => "JUDGING",
            _ => match at.phase {
                "DESIGN" => "NOMINATION",
                "NOMINATION" => "RUNNING",
                _ => "JUDGING",
            },
        };
        let input = json!({"hackathonId": at.id, "to": to});
        let answer = self
            .event
            .organizer
            .act("advanceHackathon", input, "hackathon { id }")
            .await;
        let is_confirmed = |idea: &Option<usize>| {
            let found = idea.and_then(|idea| at.candidates.get(&idea));
            matches!(found, Some((_, "CONFIRMED")))
        };
        let is_ready = |team: &Team| is_confirmed(&team.idea) && team.people.len() <= LARGEST;
        let no: &[&str] = match (at.phase, to) {
            (_, "CANCELLED") | ("DESIGN", "NOMINATION") => &[],
            ("NOMINATION", "RUNNING") if at.teams.iter().any(is_ready) => &[],
            ("NOMINATION", "RUNNING") => &["PHASE_INCOMPLETE"],
            ("RUNNING", "JUDGING") if at.teams.iter().any(|team| team.entry.is_some()) => &[],
            ("RUNNING", "JUDGING") => &["PHASE_INCOMPLETE"],
            _ => &["PHASE_ORDER"],
        };
        if !self.judges("advanceHackathon", &answer, no) {
            return;
        }
        let mut needed = BTreeSet::new();
        if to == "RUNNING" {
            let ready: Vec<bool> = at.teams.iter().map(is_ready).collect();
            for (team, is_ready) in at.teams.iter_mut().zip(ready) {
                team.takes_part = is_ready;
                needed.extend(team.idea.filter(|_| is_ready));
            }
        }
        at.phase = to;
        if matches!(to, "RUNNING" | "CANCELLED") {
            for (idea, (_, state)) in &mut at.candidates {
                if needed.contains(idea) {
                    *state = "IN_EVENT";
                    self.states[*idea] = "IN_HACKATHON";
                } else if *state != "DROPPED" && *state != "RETURNED" {
                    if matches!(*state, "CONFIRMED" | "IN_EVENT") {
                        self.states[*idea] = self.homes[*idea];
                    }
                    *state = "RETURNED";
                }
            }
        }
    }

    async fn publishes(&mut self, at: &mut Plain) {
        let entered: Vec<&Team> = at
            .teams
            .iter()
            .filter(|team| team.entry.is_some())
            .collect();
        let proven = match entered.is_empty() {
            true => None,
            false => Some(entered[self.lots.one_of(entered.len())].clone()),
        };
        let validated: Vec<Value> = proven
            .iter()
            .map(|team| json!({"entryId": team.entry, "evidence": "Seen."}))
            .collect();
        let input = json!({"hackathonId": at.id, "reason": "Done.", "validated": validated});
        let answer = self
            .event
            .organizer
            .act("publishResults", input, "hackathon { id }")
            .await;
        let no: &[&str] = match at.phase {
            "JUDGING" if at.teams.iter().any(|team| team.is_judged) => &[],
            "JUDGING" => &["PHASE_INCOMPLETE"],
            _ => &["WRONG_STATE"],
        };
        if !self.judges("publishResults", &answer, no) {
            return;
        }
        at.phase = "CLOSED";
        let works = proven.and_then(|team| team.idea);
        for (idea, (_, state)) in &mut at.candidates {
            if *state == "IN_EVENT" {
                *state = "RETURNED";
                self.states[*idea] = match works == Some(*idea) {
                    true => "VALIDATED",
                    false => self.homes[*idea],
                };
            }
        }
    }

    /// That everybody sees what the model says.
    async fn compares(&self, at: &Plain) {
        let fields = "phase candidates(first: 50) { nodes { state idea { title state } } }
            teams(first: 50) { nodes { name members { name } candidate { idea { title } } } }";
        let seen = self.people[0].visits(&at.slug, fields).await;
        assert_eq!(seen["phase"], at.phase);
        let nodes = |list: &str| seen[list]["nodes"].as_array().unwrap().clone();
        let title = |idea: usize| format!("Idea {idea}");
        let candidates: BTreeSet<String> = nodes("candidates")
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    one["idea"]["title"], one["state"], one["idea"]["state"]
                )
            })
            .collect();
        let wanted = at.candidates.iter().map(|(idea, (_, state))| {
            format!("{:?} {:?} {:?}", title(*idea), state, self.states[*idea])
        });
        assert_eq!(candidates, wanted.collect());
        let teams: BTreeSet<String> = nodes("teams")
            .iter()
            .map(|one| {
                let people: BTreeSet<&str> = super::names(one).into_iter().collect();
                format!(
                    "{} {people:?} {}",
                    one["name"], one["candidate"]["idea"]["title"]
                )
            })
            .collect();
        let wanted = at.teams.iter().map(|team| {
            let people: BTreeSet<String> =
                team.people.iter().map(|who| format!("P{who}")).collect();
            let on = team.idea.map_or(Value::Null, |idea| json!(title(idea)));
            format!("{:?} {people:?} {on}", team.name)
        });
        assert_eq!(teams, wanted.collect());
    }
}

#[rstest]
#[tokio::test]
async fn whatever_people_press_hackathons_are_as_plain_words_say(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut walk) = Walk::begun(store, 0x5EED_0005).await else {
        return;
    };
    for _ in 0..STEPS {
        walk.step().await;
    }
    // Everything was done, and hackathons came to both their ends.
    for what in [
        "nominateCandidate",
        "confirmCandidate",
        "dropCandidate",
        "createTeam",
        "joinTeam",
        "leaveTeam",
        "submitEntry",
        "judgeEntry",
        "publishResults",
        "advanceHackathon",
    ] {
        assert!(walk.done.contains_key(what), "{what}: {:?}", walk.done);
    }
    fits(walk.event.app());
}
