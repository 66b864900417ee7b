//! Who owes the next step, and which steps there are.

use super::appeals::standing_decision;
use super::idea::IdeaNode;
use crate::assessment::UNRATED;
use crate::assessment::graphql::{awaited, progress_of};
use crate::graph::{DateTime, session};
use crate::hackathons::graphql::{hackathon_of, is_nominated};
use crate::ideas::appeals::AppealState;
use crate::ideas::domain::Idea;
use crate::ideas::lifecycle::{Party, Row, State, Step, steps_from, take};
use crate::ideas::loaders::Unanswered;
use crate::ideas::store_stays::Stays;
use crate::identity::graphql::{MemberNode, members};
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::policy::{
    AbortPrototype, AdvanceHackathon, AnswerQuestion, ConcludePrototype, ConfirmCandidate,
    DecideIdea, DropCandidate, Judged, MergeIdeas, Permit, QueuePrototype, RecordOutcome,
    ResolveAppeal, Running, ScreenIdea, StartPrototype, SubmitDraft, UnmergeIdeas,
    ValidateInHackathon, WithdrawIdea,
};
use crate::prototypes::loaders::{self, Prototypes};
use crate::prototypes::{LIMIT_REACHED, Prototype};
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, SimpleObject};
use std::sync::Arc;

/// Who owes the next step.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct WaitingFor {
    /// Which kind of person.
    party: Party,
    /// Who in person, where somebody is and the caller may know. Of an idea in assessment the
    /// assessors who are asked, as long as one of them owes an assessment, else its steward:
    /// leads see those who still owe one; for all others the list stays whole until the last
    /// is in, because who leaves it would tell whose assessment just came. Of a prototype its
    /// owner; nobody once they have left, and then the leads see to it. Of one in a hackathon
    /// who created that; nobody once they have left, and then any organizer sees to it.
    members: Vec<MemberNode>,
    /// By when; null where nothing was promised, or the promise pauses. Of an idea in
    /// assessment: when the first of the open assignments falls due.
    due_at: Option<DateTime>,
    /// Whether that has passed.
    is_overdue: bool,
    /// The same in words.
    sentence: String,
    #[graphql(skip)]
    state: State,
    #[graphql(skip)]
    state_since: Micros,
}

#[ComplexObject]
impl WaitingFor {
    /// By when four of five ideas had left this state, counted from `stateSince`: a look at
    /// what happened, no promise, and past where this idea takes longer than most. It is the
    /// 80th percentile by nearest rank (of n stays, from the shortest, the ⌈0.8 · n⌉th) of
    /// the stays that ended within the last 90 days, whatever ended them, of ideas that
    /// the whole organization could see all the while and still can. Null while fewer than
    /// 20 ended, for a draft, and where nobody owes a step. It is counted anew every minute.
    async fn likely_by(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        if matches!(self.state.party(), Party::Nobody) {
            return Ok(None);
        }
        let (session, stays) = (session(ctx), ctx.data_unchecked::<Arc<Stays>>());
        let length = stays
            .of(session.reader(), session.now(), self.state)
            .await?;
        Ok(length.map(|length| DateTime(self.state_since + length)))
    }
}

/// Who owes the next step of this idea.
pub(super) async fn waiting_for(ctx: &Context<'_>, node: &IdeaNode) -> Result<WaitingFor> {
    let idea = &node.idea;
    let party = idea.waits_for();
    let assessors = match party {
        Party::Assessors => awaited(ctx, node).await?,
        _ => Vec::new(),
    };
    let is_assigned = !assessors.is_empty();
    let people = match party {
        Party::Author if node.shows_authors(ctx).await? => vec![idea.author],
        Party::Assessors if is_assigned => assessors,
        Party::PrototypeOwner => tried(ctx, node)
            .await?
            .and_then(|one| one.owner)
            .into_iter()
            .collect(),
        Party::Organizer => hackathon_of(ctx, node)
            .await?
            .and_then(|one| one.organizer_id())
            .into_iter()
            .collect(),
        Party::Assessors | Party::Steward => idea.steward.into_iter().collect(),
        _ => Vec::new(),
    };
    let members = members(ctx, &people).await?;
    let due = idea.due();
    let is_overdue = idea.is_overdue(session(ctx).now());
    let who = match members.first() {
        Some(member) if party != Party::Assessors => member.0.name.clone(),
        // Whoever owned it has left.
        None if party == Party::PrototypeOwner => party_in_words(Party::Lead).to_owned(),
        _ => party_in_words(party).to_owned(),
    };
    let who = match is_assigned {
        true => assigned_in_words(members.len()),
        false => who,
    };
    let keeper = match members.first() {
        Some(_) if is_assigned => String::new(),
        Some(member) if party == Party::Assessors => format!("; {} sees to it", member.0.name),
        _ => String::new(),
    };
    let since = match is_unanswered(ctx, idea).await? {
        true => "; the question stayed unanswered",
        false => "",
    };
    let by = match due.map(DateTime) {
        Some(due) if is_overdue => format!(", overdue since {}", due.day()),
        Some(due) => format!(", by {}", due.day()),
        None => String::new(),
    };
    let goes_on = node.goes_on(ctx).await?;
    let sentence = match what_is_owed(idea.state) {
        _ if idea.appeal_due().is_some() => format!("Waiting for {who} to answer an appeal{by}."),
        _ if goes_on.idea.id != idea.id => {
            let number = goes_on.idea.number;
            format!("Nobody owes a next step here: it goes on in #{number}.")
        }
        Some(what) => format!("Waiting for {who} to {what}{by}{keeper}{since}."),
        None => at_its_end(idea.state).to_owned(),
    };
    Ok(WaitingFor {
        party,
        members,
        due_at: due.map(DateTime),
        is_overdue,
        sentence,
        state: idea.state,
        state_since: idea.state_since,
    })
}

/// The prototype that is in the queue or being tried.
async fn tried(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<Prototype>> {
    let loader = ctx.data_unchecked::<DataLoader<Prototypes>>();
    let last = loader
        .load_one(node.idea.id)
        .await?
        .unwrap_or_default()
        .pop();
    Ok(last.filter(Prototype::is_open))
}

fn assigned_in_words(count: usize) -> String {
    match count {
        1 => "the assigned assessor".to_owned(),
        count => format!("the {count} assigned assessors"),
    }
}

/// Whether it is with the leads again because nobody answered what they asked.
async fn is_unanswered(ctx: &Context<'_>, idea: &Idea) -> Result<bool> {
    if idea.state != State::Submitted {
        return Ok(false);
    }
    let loader = ctx.data_unchecked::<DataLoader<Unanswered>>();
    Ok(loader.load_one(idea.id).await?.is_some())
}

fn party_in_words(party: Party) -> &'static str {
    match party {
        Party::Author => "the author",
        Party::Lead => "the leads",
        Party::Steward => "its steward",
        Party::Assessors => "the assessors",
        Party::PrototypeOwner => "the owner of its prototype",
        Party::Organizer => "the organizer",
        Party::Calendar => "the day that was named",
        Party::Nobody => "nobody",
    }
}

fn what_is_owed(state: State) -> Option<&'static str> {
    Some(match state {
        State::Draft => "hand it in",
        State::Submitted => "screen it",
        State::NeedsInfo => "answer a question",
        State::InAssessment => "assess it",
        State::Backlog => "look at it again",
        State::OnHold => "come",
        State::PrototypeQueued => "start the prototype",
        State::Prototyping => "conclude the prototype",
        State::HackathonCandidate => "start the hackathon",
        State::InHackathon => "publish the results",
        State::Validated => "decide what becomes of it",
        State::Adopted => "say what became of it",
        State::Declined
        | State::Invalidated
        | State::Delivered
        | State::Abandoned
        | State::Merged
        | State::Withdrawn => return None,
    })
}

fn at_its_end(state: State) -> &'static str {
    match state {
        State::Declined => {
            "Nobody owes a next step: it was declined, and why stands in its decisions."
        }
        State::Invalidated => {
            "Nobody owes a next step: it was shown not to work, and what that taught is kept."
        }
        State::Delivered => "Nobody owes a next step: it was delivered.",
        State::Abandoned => "Nobody owes a next step: it was adopted and then dropped.",
        State::Merged => "Nobody owes a next step here: it goes on in another idea.",
        _ => "Nobody owes a next step: its author took it back.",
    }
}

/// A step out of the present state.
#[derive(SimpleObject)]
pub struct NextStep {
    /// Where it leads.
    to: State,
    /// Who takes it.
    by: Vec<Party>,
    /// The mutation that takes it; null for a step that happens by itself.
    mutation: Option<String>,
    /// That mutation's outcome; null where it has none.
    outcome: Option<String>,
    /// Whether the caller may take it now.
    is_open: bool,
    /// Why not, as a stable reason; null when it is open or happens by itself.
    closed_reason: Option<String>,
    /// Why not, for a person; null when it is open.
    closed_because: Option<String>,
}

/// The steps out of the state this idea is in.
pub(super) async fn next_steps(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<NextStep>> {
    let standing = node.standing(ctx).await?;
    let actor = session(ctx).actor;
    let nothing_to_publish = node.idea.state == State::InAssessment
        && progress_of(ctx, &node.idea).await?.submitted == 0;
    let answers = answers_appeal(ctx, node).await?;
    let there = match node.idea.state {
        State::Merged => node.goes_on(ctx).await?.standing(ctx).await?,
        _ => standing,
    };
    let trial = match node.idea.state.party() {
        Party::PrototypeOwner => tried(ctx, node).await?,
        _ => None,
    };
    let on = Running {
        standing,
        is_owner: trial
            .as_ref()
            .is_some_and(|one| one.owner.is_some() && one.owner == actor.id()),
    };
    let not_yet = match (&trial, node.idea.state) {
        (Some(trial), State::PrototypeQueued) => not_yet(ctx, &node.idea, trial).await?,
        _ => None,
    };
    // Asked for those alone who may: it takes looking for.
    let nobody_nominated = steps_from(node.idea.state)
        .any(|row| row.step == Step::ConfirmCandidate)
        && actor.may::<ConfirmCandidate>(&standing).is_ok()
        && !is_nominated(ctx, node).await?;
    let is_judged = match node.idea.state {
        State::InHackathon => hackathon_of(ctx, node)
            .await?
            .is_some_and(|one| one.is_judged()),
        _ => false,
    };
    let leave = |row: &Row| match row.mutation {
        Some("submitDraft") => Some(closed(actor.may::<SubmitDraft>(&standing))),
        Some("screenIdea") => Some(closed(actor.may::<ScreenIdea>(&standing))),
        Some("answerQuestion") => Some(closed(actor.may::<AnswerQuestion>(&standing))),
        Some("withdrawIdea") => Some(closed(actor.may::<WithdrawIdea>(&standing))),
        Some("decideIdea") => {
            let decides = closed(actor.may::<DecideIdea>(&standing));
            Some(match row.step {
                Step::WaiveQuorum => decides.or_else(|| nothing_to_publish.then(unrated)),
                _ => decides,
            })
        }
        Some("resolveAppeal") => Some(answers.clone()),
        Some("mergeIdeas") => Some(closed(actor.may::<MergeIdeas>(&standing))),
        Some("unmergeIdeas") => {
            let frees = closed(actor.may::<UnmergeIdeas>(&standing));
            Some(frees.or_else(|| closed(actor.may::<UnmergeIdeas>(&there))))
        }
        Some("queuePrototype") => Some(closed(actor.may::<QueuePrototype>(&standing))),
        Some("startPrototype") => {
            let starts = closed(actor.may::<StartPrototype>(&on));
            Some(starts.or_else(|| not_yet.clone()))
        }
        Some("abortPrototype") => Some(closed(actor.may::<AbortPrototype>(&on))),
        Some("concludePrototype") => Some(closed(actor.may::<ConcludePrototype>(&on))),
        Some("confirmCandidate") => {
            let confirms = closed(actor.may::<ConfirmCandidate>(&standing));
            Some(confirms.or_else(|| nobody_nominated.then(not_nominated)))
        }
        Some("dropCandidate") => Some(closed(actor.may::<DropCandidate>(&standing))),
        Some("advanceHackathon") => Some(closed(actor.may::<AdvanceHackathon>(&()))),
        Some("publishResults") => {
            let validates = closed(actor.may::<ValidateInHackathon>(&standing));
            Some(validates.or_else(|| (!is_judged).then(not_judged)))
        }
        Some("recordOutcome") => Some(closed(actor.may::<RecordOutcome>(&standing))),
        _ => None,
    };
    let left = node.idea.left_state;
    let steps = steps_from(node.idea.state).filter_map(|row| {
        let to = take(row.step, node.idea.state, left).ok()?;
        let (is_open, closed_reason, closed_because) = match leave(row) {
            Some(None) => (true, None, None),
            Some(Some((reason, because))) => (false, Some(reason.to_owned()), Some(because)),
            None => (false, None, Some("This happens by itself.".to_owned())),
        };
        Some(NextStep {
            to,
            by: row.by.to_vec(),
            mutation: row.mutation.map(str::to_owned),
            outcome: row.outcome.map(str::to_owned),
            is_open,
            closed_reason,
            closed_because,
        })
    });
    Ok(steps.collect())
}

/// Why the caller cannot answer an appeal now; nothing when they can.
async fn answers_appeal(ctx: &Context<'_>, node: &IdeaNode) -> Result<Closed> {
    let actor = session(ctx).actor;
    let mut judged = Judged {
        standing: node.standing(ctx).await?,
        is_decider: false,
    };
    if let Some(no) = closed(actor.may::<ResolveAppeal>(&judged)) {
        return Ok(Some(no));
    }
    let (decision, appeal) = match standing_decision(ctx, node).await? {
        Some((decision, Some(appeal))) if appeal.state == AppealState::Open => (decision, appeal),
        _ => {
            return Ok(Some((
                "NO_OPEN_APPEAL",
                "No appeal waits for an answer.".to_owned(),
            )));
        }
    };
    judged.standing.is_co_author |= appeal.opened_by == actor.id();
    judged.is_decider = decision.decided_by == actor.id();
    Ok(closed(actor.may::<ResolveAppeal>(&judged)))
}

/// Why a trial cannot start yet.
async fn not_yet(ctx: &Context<'_>, idea: &Idea, trial: &Prototype) -> Result<Closed> {
    let text = &idea.text;
    let missing = trial.missing(
        text.hypothesis.is_some(),
        text.riskiest_assumption.is_some(),
    );
    if !missing.is_empty() {
        let told = format!("The experiment still lacks: {}.", missing.join(", "));
        return Ok(Some(("EXPERIMENT_MISSING", told)));
    }
    let loader = ctx.data_unchecked::<DataLoader<loaders::Running>>();
    let running = loader.load_one(idea.visibility).await?.unwrap_or_default();
    let is_full = running >= u64::from(session(ctx).prototype_limit());
    Ok(is_full.then(|| ("LIMIT_REACHED", LIMIT_REACHED.to_owned())))
}

fn not_nominated() -> (&'static str, String) {
    let told = "It is no candidate of a hackathon that takes nominations.";
    ("NOT_NOMINATED", told.to_owned())
}

fn not_judged() -> (&'static str, String) {
    let told = "The hackathon is not being judged yet.";
    ("WRONG_STATE", told.to_owned())
}

fn unrated() -> (&'static str, String) {
    ("ASSESSMENTS_MISSING", UNRATED.to_owned())
}

/// Why a step is closed, as a reason and for a person; nothing when it is open.
type Closed = Option<(&'static str, String)>;

/// Why leave was not given; nothing when it was.
fn closed<A>(leave: Result<Permit<A>>) -> Closed {
    match leave {
        Ok(_) => None,
        Err(Error::Forbidden { reason, message }) => Some((reason, message)),
        Err(other) => Some(("SIGN_IN_NEEDED", other.to_string())),
    }
}
