//! A text that must not be there any more, wherever it stands: the id says of what.

use super::node::{Node, find};
use crate::assessment::commands_redact as assessments;
use crate::assessment::store::AssessmentId;
use crate::graph::{change, session};
use crate::hackathons::commands_redact as hackathons;
use crate::hackathons::domain::EntryId;
use crate::ideas::appeals::AppealId;
use crate::ideas::commands_redact as ideas;
use crate::ideas::conversation::CommentId;
use crate::ideas::domain::{DecisionId, IdeaId};
use crate::ideas::redaction::Asked;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::ids::split;
use crate::policy;
use crate::prototypes::commands_redact as prototypes;
use crate::prototypes::domain::{LearningId, PrototypeId};
use crate::prototypes::plans_of;
use crate::session::Session;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// Takes a text away for good.
#[derive(Clone, InputObject)]
pub struct RedactInput {
    /// Of what: an idea (all its revisions), a comment, a decision, an appeal, an
    /// assessment, a prototype, a learning or an entry.
    subject_id: ID,
    /// Which of its texts; all of them when left out. An idea has `title`, `problem`,
    /// `proposal`, `beneficiaries`, `evidence`, `expectedOutcome`, `hypothesis`,
    /// `riskiestAssumption`, `successMeasure`, `links` and `tags`; a comment has `body`; a
    /// decision `reason`, `expectation`, `wrongWhen`, `handedTo`, `wouldReconsiderIf` and
    /// `review` (what those noted who looked at it again); an appeal `reason` and `answer`;
    /// an assessment `comment` and `rationales`; a prototype `hypothesis`, `assumption`,
    /// `measures` and `results`; a learning `believed`, `found` and `nextTime`; an entry
    /// `title`, `summary`, `demoUrl`, `repositoryUrl`, `videoUrl`, `learned`, `awards` (what it
    /// won, and the next steps) and `judgements` (what judges wrote of it). An idea's
    /// `hypothesis` and `riskiestAssumption` go where plans of its prototypes say the same
    /// words, too. All of an idea takes along the questions to its authors, their answers, and
    /// what was noted with events, the reasons of redactions aside; not its comments, other
    /// decisions, assessments, other texts of prototypes and learnings, which have ids of
    /// their own.
    field: Option<String>,
    /// Why, for everyone to read who could read the text; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// What is left of something that was redacted.
#[derive(SimpleObject)]
pub struct RedactPayload {
    /// What it is now; null when the caller may no longer see it.
    subject: Option<Node>,
}

/// Texts that go for good.
#[derive(Default)]
pub struct RedactionMutation;

#[Object]
impl RedactionMutation {
    /// Empties a text for good, with the salt of its digest, and leaves a tombstone: the reason,
    /// in the activity. Where a text has to be, `[redacted]` stands instead; a comment counts
    /// as removed; any other text is null or gone. No revision, search or likeness knows it
    /// any more, and the chain of events stays whole. Admins may; once more changes nothing.
    async fn redact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which text, and why.")] input: RedactInput,
    ) -> Option<Result<RedactPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "redact", key, |s| {
            let input = input.clone();
            async move {
                redact(&s, input).await?;
                s.scrub().await;
                Ok(())
            }
        });
        Some(payload(ctx, done.await, &input.subject_id).await)
    }
}

async fn redact(s: &Session, input: RedactInput) -> Result<()> {
    let asked = Asked {
        field: input.field,
        reason: input.reason,
    };
    match split(&input.subject_id) {
        Some((IdeaId::KIND, id)) => ideas::idea(s, IdeaId(id), &asked, plans_of).await.map(drop),
        Some((CommentId::KIND, id)) => ideas::comment(s, CommentId(id), &asked).await.map(drop),
        Some((DecisionId::KIND, id)) => ideas::decision(s, DecisionId(id), &asked).await.map(drop),
        Some((AppealId::KIND, id)) => ideas::appeal(s, AppealId(id), &asked).await.map(drop),
        Some((AssessmentId::KIND, id)) => assessments::redact(s, AssessmentId(id), &asked)
            .await
            .map(drop),
        Some((PrototypeId::KIND, id)) => prototypes::prototype(s, PrototypeId(id), &asked)
            .await
            .map(drop),
        Some((LearningId::KIND, id)) => prototypes::learning(s, LearningId(id), &asked)
            .await
            .map(drop),
        Some((EntryId::KIND, id)) => hackathons::entry(s, EntryId(id), &asked).await.map(drop),
        _ => {
            s.actor.may::<policy::Redact>(&())?;
            let mut faults = Faults::default();
            let told = "This is the id of no idea, comment, decision, appeal, assessment, \
                        prototype, learning or entry, and texts can be taken from nothing else.";
            faults.add(&["subjectId"], "BAD_ID", told);
            let nameless = Asked {
                field: None,
                ..asked
            };
            nameless.read(&mut faults, &[]);
            Err(Error::Invalid(faults))
        }
    }
}

async fn payload(ctx: &Context<'_>, done: Result<()>, id: &ID) -> Result<RedactPayload> {
    done?;
    session(ctx).actor.signed_in()?;
    let subject = find(ctx, "subjectId", id).await?;
    Ok(RedactPayload { subject })
}
