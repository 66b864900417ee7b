//! Twenty people edit, want and decide the same idea at once, at two servers, fifty times:
//! what each is told is true, by the idea's own chain of events. Races of one kind of act
//! stand with what they are about (`ideas/races.rs`, `decisions/racing.rs`).

use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sluice::entity::{event, idea};
use sluice::ideas::lifecycle::State;
use tokio::task::JoinSet;

use super::lifecycle::calls;
use super::support::acts::Idea;
use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{Store, Store::*};
use super::verify::fits;

const ROUNDS: usize = 50;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Writes another title, having read the first revision.
    Retitle,
    /// Fills a field that nobody else does, whatever the revision.
    Fill(&'static str),
    Support,
    WithdrawSupport,
    Decide {
        outcome: &'static str,
        /// Having read the first revision.
        expects: bool,
    },
    Withdraw,
}

impl Act {
    async fn by(self, who: &Person, idea: &Idea) -> Answer {
        let (mutation, mut input) = match self {
            Self::Retitle => (
                "updateIdea",
                json!({"title": format!("By {}", who.name), "expectedRevision": 1}),
            ),
            Self::Fill(field) => ("updateIdea", json!({field: who.name})),
            Self::Support => ("supportIdea", json!({})),
            Self::WithdrawSupport => ("withdrawSupport", json!({})),
            Self::Withdraw => ("withdrawIdea", json!({})),
            Self::Decide { outcome, expects } => {
                let mut input = json!({"outcome": outcome, "reason": who.name});
                match outcome {
                    "HOLD" => input["revisitAt"] = json!("2027-01-01T00:00:00Z"),
                    "ADOPT" => input["handedTo"] = json!("Roadmap"),
                    _ => {}
                }
                if expects {
                    input["expectedRevision"] = json!(1);
                }
                ("decideIdea", input)
            }
        };
        input["ideaId"] = json!(idea.id);
        let decision = match self {
            Self::Decide { .. } => "decision { id }",
            _ => "",
        };
        let fields = format!("idea {{ revision state supportCount }} {decision}");
        who.act(mutation, input, &fields).await
    }

    /// Whether it can be done to an idea in this state.
    fn is_legal(self, state: State) -> bool {
        let is_called = |call: String| calls(state).contains(&call);
        match self {
            Self::Retitle | Self::Fill(_) => state.is_editable(),
            Self::Support | Self::WithdrawSupport => state.is_supportable(),
            Self::Decide { outcome, .. } => is_called(format!("decideIdea({outcome})")),
            Self::Withdraw => is_called("withdrawIdea".to_owned()),
        }
    }

    fn expects(self) -> bool {
        matches!(self, Self::Retitle | Self::Decide { expects: true, .. })
    }
}

/// What was done, by whom, and what they were told.
struct Told {
    who: Person,
    act: Act,
    answer: Answer,
}

/// What became of the idea, one event after the other.
struct History {
    /// State and revision before the first, and after each.
    moments: Vec<(State, i64)>,
    edits: usize,
    decisions: Vec<String>,
    supports: i64,
}

impl History {
    /// Reads what happened to an idea in the backlog after so many events.
    async fn of(panel: &Panel, idea: &Idea, after: usize) -> Self {
        let sql = panel.app.db().reader();
        let row = idea::Entity::find()
            .filter(idea::Column::Number.eq(idea.number))
            .one(sql)
            .await
            .unwrap();
        let events = event::Entity::find()
            .filter(event::Column::SubjectId.eq(row.unwrap().id))
            .order_by_asc(event::Column::Position)
            .all(sql)
            .await
            .unwrap();
        let mut history = Self {
            moments: vec![(State::Backlog, 1)],
            edits: 0,
            decisions: Vec::new(),
            supports: 0,
        };
        for event in events.into_iter().skip(after) {
            let data: Value = serde_json::from_str(&event.data).unwrap();
            let (mut state, mut revision) = *history.moments.last().unwrap();
            match event.kind.as_str() {
                "EDITED" => {
                    assert!(state.is_editable(), "edited in {state}");
                    history.edits += 1;
                    revision += 1;
                    assert_eq!(data["revision"], revision);
                }
                "DECIDED" | "STATE_CHANGED" => {
                    assert_eq!(data["from"], state.as_str());
                    let decision = data["decision"].as_str();
                    history.decisions.extend(decision.map(str::to_owned));
                    state = State::parse(data["to"].as_str().unwrap()).unwrap();
                }
                "SUPPORTED" => history.supports += 1,
                "SUPPORT_WITHDRAWN" => history.supports -= 1,
                other => panic!("nobody did {other}"),
            }
            history.moments.push((state, revision));
        }
        history
    }

    /// Whether what somebody was told was so at some moment.
    #[track_caller]
    fn bears_out(&self, told: &Told) {
        let [error] = told.answer.errors() else {
            assert!(told.answer.errors().is_empty(), "{:?}", told.answer);
            let was_legal = self
                .moments
                .iter()
                .any(|(state, _)| told.act.is_legal(*state));
            assert!(was_legal, "{:?}: {:?}", told.act, told.answer);
            return;
        };
        let said = &error["extensions"];
        let is_true =
            self.moments
                .iter()
                .any(|(state, revision)| match said["reason"].as_str().unwrap() {
                    "STALE_REVISION" => {
                        told.act.expects() && *revision > 1 && said["currentRevision"] == *revision
                    }
                    "WRONG_STATE" => {
                        !told.act.is_legal(*state) && said["legalSteps"] == json!(calls(*state))
                    }
                    _ => false,
                });
        assert!(is_true, "{:?}: {:?}", told.act, told.answer);
    }
}

/// The people of a house, at two servers.
struct Crowd {
    panel: Panel,
    authors: Vec<Person>,
    supporters: Vec<Person>,
    leads: Vec<Person>,
}

impl Crowd {
    async fn gathered(store: Store) -> Option<Self> {
        let panel = Panel::seated(store, 3).await?;
        let other = panel.app.another().await;
        let mut crowd = Self {
            authors: vec![panel.author.clone()],
            supporters: Vec::new(),
            leads: Vec::new(),
            panel,
        };
        for number in 1..=7 {
            let app = &crowd.panel.app;
            let at = if number % 2 == 0 { app } else { &other };
            let supporter = app.member(&format!("Fan {number}")).await;
            let lead = app.person(&format!("Lead {number}"), &["LEAD"]).await;
            crowd.supporters.push(supporter.at(at));
            crowd.leads.push(lead.at(at));
            if number < 6 {
                let author = app.member(&format!("Author {number}")).await;
                crowd.authors.push(author.at(at));
            }
        }
        Some(crowd)
    }

    /// An idea of all authors in the backlog, and how many events that took.
    async fn idea(&self, round: usize) -> (Idea, usize) {
        let others: Vec<&str> = self.authors[1..]
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let title = format!("Idea {round}");
        let more = json!({"coAuthorIds": others});
        let idea = self.panel.rated_with(&title, more, &[[3; 6]; 3]).await;
        // Handed in, screened, assessed three times, published and moved by that.
        (idea, 7)
    }

    /// What everybody does in a round.
    fn acts(&self, round: usize) -> Vec<(Person, Act)> {
        let mut acts = Vec::new();
        for (index, author) in self.authors.iter().enumerate() {
            let act = match index {
                // Only the author takes it back, and not every time.
                0 if round % 5 == 4 => Act::Withdraw,
                1 => Act::Fill("proposal"),
                2 => Act::Fill("beneficiaries"),
                _ => Act::Retitle,
            };
            acts.push((author.clone(), act));
        }
        for (index, supporter) in self.supporters.iter().enumerate() {
            acts.push((supporter.clone(), Act::Support));
            if index % 3 == 0 {
                acts.push((supporter.clone(), Act::WithdrawSupport));
            }
        }
        for (index, lead) in self.leads.iter().enumerate() {
            let outcome = match round % 3 {
                0 => "ADOPT",
                1 => "HOLD",
                _ => ["ADOPT", "HOLD", "DECLINE", "REOPEN"][index % 4],
            };
            let expects = index % 2 == 1;
            acts.push((lead.clone(), Act::Decide { outcome, expects }));
        }
        // Not always the same one begins.
        let first = round % acts.len();
        acts.rotate_left(first);
        acts
    }
}

/// What was done in the round must be what is there after it.
async fn holds(crowd: &Crowd, idea: &Idea, after: usize, all: &[Told]) -> State {
    let history = History::of(&crowd.panel, idea, after).await;
    for told in all {
        history.bears_out(told);
    }
    let done: Vec<&Told> = all
        .iter()
        .filter(|told| told.answer.errors().is_empty())
        .collect();
    let fields = "state revision title proposal beneficiaries supportCount decisions { id }
        revisions(first: 50) { totalCount }";
    let seen = crowd.panel.lead.sees(idea, fields).await;
    let (state, revision) = *history.moments.last().unwrap();
    assert_eq!(
        (&seen["state"], &seen["revision"]),
        (&json!(state.as_str()), &json!(revision))
    );
    assert_eq!(seen["revisions"]["totalCount"], revision);

    let of = |act: fn(&Act) -> bool| {
        let of: Vec<&&Told> = done.iter().filter(|told| act(&told.act)).collect();
        of
    };
    // One at most has read the revision that was the newest; every other edit is still there.
    let retitled = of(|act| *act == Act::Retitle);
    assert!(retitled.len() <= 1);
    let title = retitled.first().map(|told| format!("By {}", told.who.name));
    if let Some(title) = title {
        assert_eq!(seen["title"], title);
    }
    let filled = of(|act| matches!(act, Act::Fill(_)));
    for told in &filled {
        let Act::Fill(field) = told.act else { continue };
        assert_eq!(seen[field], told.who.name);
        assert!(told.answer.at("updateIdea.idea.revision").as_i64().unwrap() > 1);
    }
    assert_eq!(history.edits, retitled.len() + filled.len());

    let decided = of(|act| matches!(act, Act::Decide { .. }));
    let mut decisions: Vec<&str> = seen["decisions"].as_array().unwrap()[1..]
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    let mut told: Vec<&str> = decided
        .iter()
        .map(|told| told.answer.at("decideIdea.decision.id").as_str().unwrap())
        .collect();
    decisions.sort_unstable();
    told.sort_unstable();
    assert_eq!(decisions, told);
    assert_eq!(history.decisions.len(), told.len());

    // Whoever only said that they want it is counted, unless it was taken back before.
    assert_eq!(seen["supportCount"], history.supports);
    let mut supporters = 0;
    for supporter in &crowd.supporters {
        let supports = supporter.sees(idea, "viewerSupports").await["viewerSupports"] == true;
        supporters += i64::from(supports);
        let acts = all.iter().filter(|told| told.who.id == supporter.id);
        let only_once = acts.clone().count() == 1;
        let was_taken = acts.clone().all(|told| told.answer.errors().is_empty());
        if only_once {
            assert_eq!(supports, was_taken, "{}", supporter.name);
        }
    }
    assert_eq!(supporters, history.supports);
    state
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_twenty_people_do_at_once_each_is_told_the_truth(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(crowd) = Crowd::gathered(store).await else {
        return;
    };
    let mut ends = Vec::new();
    for round in 0..ROUNDS {
        let (idea, after) = crowd.idea(round).await;
        let mut pressed = JoinSet::new();
        for (who, act) in crowd.acts(round) {
            let idea = idea.clone();
            pressed.spawn(async move {
                let answer = act.by(&who, &idea).await;
                Told { who, act, answer }
            });
        }
        let all = pressed.join_all().await;

        let end = holds(&crowd, &idea, after, &all).await;

        // Where all want the same that can be done once, one does it: the others come late.
        if round % 3 != 2 && end != State::Withdrawn {
            let outcomes = all.iter().filter(|told| {
                matches!(told.act, Act::Decide { .. }) && told.answer.errors().is_empty()
            });
            assert_eq!(outcomes.count(), 1);
        }
        ends.push(end);
    }

    for state in [State::Adopted, State::OnHold, State::Withdrawn] {
        assert!(ends.contains(&state), "{ends:?}");
    }
    fits(&crowd.panel.app);
}
