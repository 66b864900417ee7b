//! What teams hand in, what judges say of it, and how the results are published. Each mutation
//! may carry an `idempotencyKey`.

use super::entries::{EntryNode, entry};
use super::inputs::hackathon_id;
use super::mutations::{HackathonPayload, payload};
use crate::assessment::domain::NewAssessment;
use crate::assessment::graphql::RatingInput;
use crate::graph::{DateTime, change};
use crate::hackathons::commands_results::{self as results, NewResults};
use crate::hackathons::domain::{ComparisonOutcome, EntryId, TeamId};
use crate::hackathons::entries::{NewAward, NewEntry, NewValidation};
use crate::hackathons::store_entries::MISSING;
use crate::hackathons::{commands_entries, commands_judging};
use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// What a team hands in: the whole is replaced.
#[derive(Clone, InputObject)]
pub struct SubmitEntryInput {
    /// For which team.
    team_id: ID,
    /// 1 to 120 characters in one line.
    title: String,
    /// What it is; up to 10,000 characters.
    summary: String,
    /// Where it can be tried: an http or https address of up to 2,000 characters.
    demo_url: Option<String>,
    /// Where its source is: an http or https address of up to 2,000 characters.
    repository_url: Option<String>,
    /// Where it is shown: an http or https address of up to 2,000 characters.
    video_url: Option<String>,
    /// What the team learned; up to 10,000 characters.
    learned: Option<String>,
    /// The `revision` that was read, 0 when there was no entry yet; refused as STALE_REVISION
    /// when it is no longer the newest.
    expected_revision: Option<i32>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Rates an entry: what the judge said of it before is replaced.
#[derive(Clone, InputObject)]
pub struct JudgeEntryInput {
    /// Which entry.
    entry_id: ID,
    /// One per criterion of the hackathon's rubric at most; one that is left out could not be
    /// judged.
    ratings: Vec<RatingInput>,
    /// What else there is to say, up to 10,000 characters.
    comment: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Says which of two entries is better.
#[derive(Clone, InputObject)]
pub struct CompareEntriesInput {
    /// One entry.
    left_entry_id: ID,
    /// Another one of the same hackathon.
    right_entry_id: ID,
    /// Which is better.
    outcome: ComparisonOutcome,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Says in which order entries come.
#[derive(Clone, InputObject)]
pub struct OrderEntriesInput {
    /// The best first, at most 50 in all; those in one place are equal.
    places: Vec<Vec<ID>>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// What an entry won. An award without a next step is theatre: who does what by when.
#[derive(Clone, InputObject)]
pub struct AwardInput {
    /// Which entry.
    entry_id: ID,
    /// What it won, 1 to 120 characters in one line.
    award: String,
    /// What happens with it now; up to 10,000 characters.
    next_step: String,
    /// Who does it: an active member.
    owner_id: ID,
    /// By when; in the future.
    due_at: DateTime,
}

/// An entry whose idea the hackathon showed to work.
#[derive(Clone, InputObject)]
pub struct ValidationInput {
    /// Which entry; of several entries of one idea, one of them.
    entry_id: ID,
    /// What shows it, as the author reads it; up to 10,000 characters.
    evidence: String,
}

/// Publishes the results.
#[derive(Clone, InputObject)]
pub struct PublishResultsInput {
    /// Of which hackathon.
    hackathon_id: ID,
    /// What entries won.
    awards: Option<Vec<AwardInput>>,
    /// Whose ideas were shown to work; all others go back to where they were.
    validated: Option<Vec<ValidationInput>>,
    /// What there is to say about it; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

impl SubmitEntryInput {
    fn read(self) -> NewEntry {
        NewEntry {
            title: self.title,
            summary: self.summary,
            demo_url: self.demo_url,
            repository_url: self.repository_url,
            video_url: self.video_url,
            learned: self.learned,
        }
    }
}

impl OrderEntriesInput {
    fn read(self) -> Vec<Vec<Result<EntryId>>> {
        let place = |(at, place): (usize, Vec<ID>)| {
            let at = at.to_string();
            let entry =
                |(index, id): (usize, &ID)| EntryId::read(&["places", &at, &index.to_string()], id);
            place.iter().enumerate().map(entry).collect()
        };
        self.places.into_iter().enumerate().map(place).collect()
    }
}

impl PublishResultsInput {
    fn read(self) -> NewResults {
        let award = |(at, one): (usize, AwardInput)| {
            let at = at.to_string();
            NewAward {
                entry: EntryId::read(&["awards", &at, "entryId"], &one.entry_id),
                award: one.award,
                next_step: one.next_step,
                owner: MemberId::read(&["awards", &at, "ownerId"], &one.owner_id),
                due_at: one.due_at.0,
            }
        };
        let validation = |(at, one): (usize, ValidationInput)| {
            let at = at.to_string();
            NewValidation {
                entry: EntryId::read(&["validated", &at, "entryId"], &one.entry_id),
                evidence: one.evidence,
            }
        };
        let awards = self.awards.into_iter().flatten().enumerate();
        let validated = self.validated.into_iter().flatten().enumerate();
        NewResults {
            awards: awards.map(award).collect(),
            validated: validated.map(validation).collect(),
            reason: self.reason,
        }
    }
}

/// An entry that was handed in or judged.
#[derive(SimpleObject)]
pub struct EntryPayload {
    /// The entry as it is now.
    entry: EntryNode,
}

/// What teams hand in, and what judges and organizers do with it.
#[derive(Default)]
pub struct EntryMutation;

#[Object]
impl EntryMutation {
    /// Hands in the entry of a team that takes part, or replaces it, while the teams work and
    /// until the deadline, that instant included, by the server's clock; after that it is
    /// refused as DEADLINE_PASSED. Those in the team may.
    async fn submit_entry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which team, and what it made.")] input: SubmitEntryInput,
    ) -> Option<Result<EntryPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "submitEntry", key, |s| {
            let input = input.clone();
            async move {
                let team = TeamId::read(&["teamId"], &input.team_id);
                let expected = input.expected_revision;
                commands_entries::submit(&s, team, input.read(), expected).await
            }
        });
        Some(entry_payload(ctx, done.await).await)
    }

    /// Rates an entry under the rubric of its hackathon in JUDGING, or replaces what was said
    /// before. An incomplete judgement is kept and does not count. Judges may, never an entry of
    /// their own team, of their own idea, of one they nominated or declared a conflict on. Under
    /// PAIRWISE it is refused as WRONG_MODE. Nobody sees it but the judge.
    async fn judge_entry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entry, and how it is rated.")] input: JudgeEntryInput,
    ) -> Option<Result<EntryPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "judgeEntry", key, |s| {
            let input = input.clone();
            async move {
                let id = EntryId::read(&["entryId"], &input.entry_id)?;
                let new = NewAssessment {
                    ratings: input.ratings.into_iter().map(Into::into).collect(),
                    comment: input.comment,
                    confidence: None,
                };
                commands_judging::judge(&s, id, new).await
            }
        });
        Some(entry_payload(ctx, done.await).await)
    }

    /// Says which of two entries is better, in JUDGING; the last word of each judge on each pair
    /// counts. Judges may, never about an entry they may not judge. Under RUBRIC it is refused
    /// as WRONG_MODE. Nobody sees it but the judge.
    async fn compare_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which two, and which of them is better.")] input: CompareEntriesInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "compareEntries", key, |s| {
            let input = input.clone();
            async move {
                let left = EntryId::read(&["leftEntryId"], &input.left_entry_id);
                let right = EntryId::read(&["rightEntryId"], &input.right_entry_id);
                commands_judging::compare(&s, left, right, input.outcome).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Says in which order several entries come, in JUDGING: the judge's last word on each of
    /// its pairs. Pairs of three entries or more hang together, and weigh half. Judges may,
    /// never about an entry they may not judge. Under RUBRIC it is refused as WRONG_MODE.
    /// Nobody sees it but the judge.
    async fn order_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries, in their order.")] input: OrderEntriesInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "orderEntries", key, |s| {
            let input = input.clone();
            async move { commands_judging::order(&s, input.read()).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Publishes the results and closes the hackathon: places and scores of the entries that
    /// were judged, awards with their next steps, and every idea it took in is validated with
    /// its evidence, or back where it was. Refused as PHASE_INCOMPLETE when nothing was judged.
    /// Organizers and admins may, and nobody validates their own idea.
    async fn publish_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which hackathon, with which awards and validations, and why.")]
        input: PublishResultsInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "publishResults", key, |s| {
            let input = input.clone();
            async move {
                let id = hackathon_id(&input.hackathon_id);
                results::publish(&s, id, input.read()).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

async fn entry_payload(ctx: &Context<'_>, done: Result<EntryId>) -> Result<EntryPayload> {
    let entry = entry(ctx, done?).await?.ok_or(MISSING)?;
    Ok(EntryPayload { entry })
}
