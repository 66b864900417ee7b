//! What a person can do with an idea of their own, and with one they like: one function per
//! mutation. `screening.rs` has what leads do.

use super::domain::{
    Authorship, Channel, Idea, IdeaId, LONGEST_TEXT, Link, MOST_ITEMS, Refusal, Text, Visibility,
    at_most, expect_revision,
};
use super::lifecycle::{State, Step};
use super::notifications::Notice;
use super::store::{self, Sees};
use super::store_acts as acts;
use super::store_changes::{self as changes, NewRow};
use super::store_clusters::{self as clusters, List};
use super::store_notifications::{authors_and_followers, notify};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::{
    Action, AnswerQuestion, DiscardDraft, EditIdea, Permit, Standing, SubmitDraft,
    SubmitForAnother, SubmitIdea, SupportIdea, WithdrawIdea, WithdrawSupport,
};
use crate::session::Session;
use serde_json::json;

/// An idea as it comes in.
#[derive(Clone, Debug)]
pub struct NewIdea {
    pub text: Text,
    pub channel: Channel,
    pub visibility: Visibility,
    pub authorship: Authorship,
    /// As far as their ids could be read.
    pub co_authors: Vec<Result<MemberId>>,
    pub on_behalf_of: Option<Result<MemberId>>,
    pub as_draft: bool,
}

/// Takes an idea into the house. The author may still edit it until it leaves the backlog.
pub async fn submit(s: &Session, new: NewIdea) -> Result<IdeaId> {
    let permit = s.actor.may::<SubmitIdea>(&())?;
    if new.on_behalf_of.is_some() {
        s.actor.may::<SubmitForAnother>(&())?;
    }
    let mut unread = Faults::default();
    let on_behalf_of = match new.on_behalf_of {
        Some(read) => unread.take(read)?,
        None => None,
    };
    let author = on_behalf_of.unwrap_or(permit.by());
    let is_own = author == permit.by();
    let mut faults = Faults::default();
    let text = new.text.parse(&mut faults);
    if !matches!(new.channel, Channel::Api | Channel::Web) {
        let told = "`channel` is API or WEB; the others are the server's to say.";
        faults.add(&["channel"], "BAD_CHANNEL", told);
    }
    let active = identity::store::are_active(s.reader(), &named(&new.co_authors)).await?;
    let co_authors = check_co_authors(&mut faults, author, new.co_authors, active)?;
    faults.append(unread);
    if let Some(author) = on_behalf_of
        && !identity::store::are_active(s.reader(), &[author]).await?[0]
    {
        let told = "There is no such member.";
        faults.add(&["onBehalfOfId"], "UNKNOWN_MEMBER", told);
    }
    // Whoever puts it in sees what became of it.
    if !is_own && new.as_draft {
        let told = "A draft is seen by its authors alone; put it in, or let them write it.";
        faults.add(&["asDraft"], "NOT_FOR_ANOTHER", told);
    }
    if !is_own && new.visibility == Visibility::Confidential && !s.actor.leads() {
        let told = "What is confidential is put in by its author, or by a lead for them.";
        faults.add(&["visibility"], "NOT_FOR_ANOTHER", told);
    }
    faults.check()?;
    let state = if new.as_draft {
        State::Draft
    } else {
        State::Submitted
    };
    s.write(async |tx| {
        let row = NewRow {
            text,
            channel: new.channel,
            visibility: new.visibility,
            authorship: new.authorship,
            author,
            co_authors,
            submitted_by: (!is_own).then_some(permit.by()),
            external_id: None,
            state,
            due_at: s.promises().due(state, tx.now()),
            at: tx.now(),
        };
        let co_authors = row.co_authors.clone();
        let idea = changes::insert(tx, &permit, row).await?;
        // Before anything else is in their name.
        notify(tx, &idea, Notice::PutInForYou, None, &[author]).await?;
        notify(tx, &idea, Notice::CoAuthorNamed, None, &co_authors).await?;
        Ok(idea.id)
    })
    .await
}

/// Hands in a draft.
pub async fn submit_draft(s: &Session, id: IdeaId) -> Result<IdeaId> {
    s.write(async |tx| {
        let (mut idea, _) = own::<SubmitDraft>(s, tx, id).await?;
        changes::move_to(tx, &mut idea, Step::SubmitDraft, s.promises()).await?;
        let data = json!({"revision": idea.revision});
        tx.emit(id.subject(), "SUBMITTED", data);
        Ok(id)
    })
    .await
}

/// Throws a draft away for good.
pub async fn discard_draft(s: &Session, id: IdeaId) -> Result<IdeaId> {
    s.write(async |tx| {
        let (idea, permit) = own::<DiscardDraft>(s, tx, id).await?;
        if idea.state != State::Draft {
            return Err(super::lifecycle::take(Step::SubmitDraft, idea.state, None)
                .map_err(Refusal::from)
                .err()
                .map_or_else(|| Error::internal("a draft is no draft"), Error::from));
        }
        changes::discard(tx, &permit, &idea).await?;
        Ok(id)
    })
    .await
}

/// What shall change in an idea: `None` keeps.
#[derive(Clone, Debug, Default)]
pub struct IdeaEdit {
    pub expected_revision: Option<i32>,
    pub visibility: Option<Visibility>,
    pub title: Option<String>,
    pub problem: Option<String>,
    /// In the inner one, `None` clears.
    pub proposal: Option<Option<String>>,
    pub beneficiaries: Option<Option<String>>,
    pub evidence_kind: Option<Option<String>>,
    pub evidence: Option<Option<String>>,
    pub expected_outcome: Option<Option<String>>,
    pub hypothesis: Option<Option<String>>,
    pub riskiest_assumption: Option<Option<String>>,
    pub success_measure: Option<Option<String>>,
    pub links: Option<Vec<Link>>,
    pub tags: Option<Vec<String>>,
    /// As far as their ids could be read.
    pub co_authors: Option<Vec<Result<MemberId>>>,
}

impl IdeaEdit {
    fn on(&self, old: &Text) -> Text {
        let field = |edit: &Option<Option<String>>, old: &Option<String>| match edit {
            Some(new) => new.clone(),
            None => old.clone(),
        };
        Text {
            title: self.title.clone().unwrap_or_else(|| old.title.clone()),
            problem: self.problem.clone().unwrap_or_else(|| old.problem.clone()),
            proposal: field(&self.proposal, &old.proposal),
            beneficiaries: field(&self.beneficiaries, &old.beneficiaries),
            evidence_kind: field(&self.evidence_kind, &old.evidence_kind),
            evidence: field(&self.evidence, &old.evidence),
            expected_outcome: field(&self.expected_outcome, &old.expected_outcome),
            hypothesis: field(&self.hypothesis, &old.hypothesis),
            riskiest_assumption: field(&self.riskiest_assumption, &old.riskiest_assumption),
            success_measure: field(&self.success_measure, &old.success_measure),
            links: self.links.clone().unwrap_or_else(|| old.links.clone()),
            tags: self.tags.clone().unwrap_or_else(|| old.tags.clone()),
        }
    }
}

/// Makes the next revision of an idea; none when nothing differs. `recount` is called in the
/// same transaction when its authors changed: nobody's assessment of their own idea counts.
pub async fn update(
    s: &Session,
    id: IdeaId,
    edit: IdeaEdit,
    recount: impl AsyncFnOnce(&Tx<'_>, &mut Idea) -> Result<()>,
) -> Result<IdeaId> {
    s.write(async |tx| {
        let idea = store::locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (standing, old_co_authors) =
            store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<EditIdea>(&standing)?;
        let mut faults = Faults::default();
        let text = edit.on(&idea.text).parse(&mut faults);
        let co_authors = match edit.co_authors {
            Some(read) => {
                // On the command's own connection: a second one may not be had.
                let active = identity::store::are_active(tx.sql(), &named(&read)).await?;
                Some(check_co_authors(&mut faults, idea.author, read, active)?)
            }
            None => None,
        };
        faults.check()?;
        if !idea.state.is_editable() {
            return Err(Refusal::NotEditable(idea.state).into());
        }
        expect_revision(&idea, edit.expected_revision)?;
        let mut changed = text.changed_from(&idea.text);
        let mut idea = Idea { text, ..idea };
        if let Some(visibility) = edit.visibility.filter(|new| *new != idea.visibility) {
            idea.visibility = visibility;
            changed.push("visibility");
        }
        let co_authors = co_authors.filter(|new| differ(new, &old_co_authors));
        if co_authors.is_some() {
            changed.push("coAuthors");
        }
        if !changed.is_empty() {
            changes::save_edit(tx, &permit, &mut idea, co_authors.as_deref(), &changed).await?;
        }
        if let Some(co_authors) = co_authors {
            let is_new = |member: &MemberId| !old_co_authors.contains(member);
            let added: Vec<MemberId> = co_authors.into_iter().filter(is_new).collect();
            notify(tx, &idea, Notice::CoAuthorNamed, None, &added).await?;
            recount(tx, &mut idea).await?;
        }
        Ok(id)
    })
    .await
}

/// Takes an idea back.
pub async fn withdraw(s: &Session, id: IdeaId, reason: Option<String>) -> Result<IdeaId> {
    let mut faults = Faults::default();
    let reason = optional(&mut faults, &["reason"], reason.as_deref(), LONGEST_TEXT);
    faults.check()?;
    s.write(async |tx| {
        let (mut idea, _) = own::<WithdrawIdea>(s, tx, id).await?;
        let from = idea.state;
        changes::move_to(tx, &mut idea, Step::Withdraw, s.promises()).await?;
        let mut data = json!({"from": from.as_str(), "to": idea.state.as_str()});
        if let Some(reason) = reason {
            let (note, digest) = acts::keep_note(tx, id, reason).await?;
            data["note"] = json!(note);
            data["digest"] = json!(digest);
        }
        tx.emit(id.subject(), "STATE_CHANGED", data);
        let mut people = authors_and_followers(tx, &idea).await?;
        people.extend(idea.steward);
        notify(tx, &idea, Notice::Withdrawn, None, &people).await?;
        Ok(id)
    })
    .await
}

/// Answers the open question; the idea goes back to the leads.
pub async fn answer_question(s: &Session, id: IdeaId, answer: String) -> Result<IdeaId> {
    let mut faults = Faults::default();
    let answer = required(
        &mut faults,
        &["answer"],
        &answer,
        LONGEST_TEXT,
        "ANSWER_MISSING",
    );
    faults.check()?;
    s.write(async |tx| {
        let (mut idea, permit) = own::<AnswerQuestion>(s, tx, id).await?;
        let open = store::open_question(tx.sql(), id).await?;
        changes::move_to(tx, &mut idea, Step::AnswerQuestion, s.promises()).await?;
        let open = open.ok_or_else(|| Error::internal("NEEDS_INFO without a question"))?;
        let people: Vec<MemberId> = open.asked_by.into_iter().chain(idea.steward).collect();
        let about = Some(open.id);
        notify(tx, &idea, Notice::QuestionAnswered, about, &people).await?;
        acts::answer(tx, &permit, &idea, open, answer).await?;
        Ok(id)
    })
    .await
}

/// Says "I want this", of an idea that was merged where it goes on; once more changes
/// nothing. The idea that is supported now.
pub async fn support(s: &Session, id: IdeaId) -> Result<IdeaId> {
    let permit = s.actor.may::<SupportIdea>(&())?;
    s.write(async |tx| {
        let mut idea = clusters::going_on(tx, &Sees::of(&s.actor)?, id).await?;
        if !idea.state.is_supportable() {
            return Err(Refusal::NotSupportable(idea.state).into());
        }
        acts::add_support(tx, &permit, &mut idea).await?;
        Ok(idea.id)
    })
    .await
}

/// Takes that back, wherever it was said in what goes on as one; once more changes nothing.
pub async fn withdraw_support(s: &Session, id: IdeaId) -> Result<IdeaId> {
    let permit = s.actor.may::<WithdrawSupport>(&())?;
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let said = clusters::said(tx, &sees, id, List::Supporters).await?;
        // Where a merged idea went may be hidden; who supports it can take that back.
        if !said.idea.state.is_supportable() && said.idea.state != State::Merged {
            return Err(Refusal::NotSupportable(said.idea.state).into());
        }
        acts::remove_support(tx, &permit, &said).await?;
        Ok(said.idea.id)
    })
    .await
}

/// An idea, locked, with leave to do `A` as one of its authors.
pub(super) async fn own<A: Action<On = Standing>>(
    s: &Session,
    tx: &Tx<'_>,
    id: IdeaId,
) -> Result<(Idea, Permit<A>)> {
    let idea = store::locked(tx, &Sees::of(&s.actor)?, id).await?;
    let (standing, _) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
    let permit = s.actor.may::<A>(&standing)?;
    Ok((idea, permit))
}

/// Those that are looked up: a list that is too long is refused for its length alone.
fn named(read: &[Result<MemberId>]) -> Vec<MemberId> {
    let first = read.iter().take(MOST_ITEMS);
    first.flatten().copied().collect()
}

/// The co-authors, with everything noted that is wrong with them; `active` says of each that
/// was named whether there is such a member.
fn check_co_authors(
    faults: &mut Faults,
    author: MemberId,
    read: Vec<Result<MemberId>>,
    active: Vec<bool>,
) -> Result<Vec<MemberId>> {
    at_most(faults, "coAuthorIds", read.len());
    let mut active = active.into_iter();
    let mut members: Vec<MemberId> = Vec::with_capacity(active.len());
    for (index, read) in read.into_iter().enumerate().take(MOST_ITEMS) {
        let Some(member) = faults.take(read)? else {
            continue;
        };
        let at = index.to_string();
        let path = ["coAuthorIds", at.as_str()];
        if active.next() != Some(true) {
            faults.add(&path, "UNKNOWN_MEMBER", "There is no such member.");
        } else if member == author {
            faults.add(
                &path,
                "CO_AUTHOR_IS_AUTHOR",
                "The author is not a co-author too.",
            );
        } else if members.contains(&member) {
            faults.add(&path, "CO_AUTHOR_TWICE", "Each co-author stands once.");
        }
        members.push(member);
    }
    Ok(members)
}

fn differ(a: &[MemberId], b: &[MemberId]) -> bool {
    a.len() != b.len() || a.iter().any(|member| !b.contains(member))
}
