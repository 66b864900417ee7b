//! What leads decide about an idea once it was screened, and what they tell became of it.
//! Each decision keeps the score and the rank of its moment, and whether it went against the
//! ranking; that is why it stands here and not with `ideas`.

use super::chance::{best, chance};
use super::folds::{AllBefore, Folds, Standing};
use super::histogram::Place;
use super::queries::{self, rank_of};
use crate::assessment::come_back;
use crate::assessment::commands_scoring::publish_early;
use crate::assessment::store::{self as assessments, ScoreRow};
use crate::ideas::domain::{
    DecisionId, DecisionKind, Idea, IdeaId, LONGEST_TEXT, OutcomeKind, Refusal, expect_revision,
};
use crate::ideas::lifecycle::{self, Step, words};
use crate::ideas::store::{Sees, locked, standing};
use crate::ideas::{self, NewDecision, Notice};
use crate::platform::clock::Micros;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::{DecideIdea, RecordOutcome};
use crate::session::Session;
use serde_json::json;

words! {
    /// What a lead decides about an idea.
    DecisionOutcome {
        /// Not now: put off until `revisitAt`, when it comes back by itself to where it was.
        Hold = "HOLD",
        /// No, with what would change the answer.
        Decline = "DECLINE",
        /// It is taken up again.
        Reopen = "REOPEN",
        /// It is handed to a roadmap, with where.
        Adopt = "ADOPT",
        /// Its score is published with the assessments that are there.
        WaiveQuorum = "WAIVE_QUORUM",
    }
}

impl DecisionOutcome {
    fn step(self) -> Step {
        match self {
            Self::Hold => Step::Hold,
            Self::Decline => Step::Decline,
            Self::Reopen => Step::Reopen,
            Self::Adopt => Step::Adopt,
            Self::WaiveQuorum => Step::WaiveQuorum,
        }
    }

    fn kind(self) -> DecisionKind {
        match self {
            Self::Hold => DecisionKind::Held,
            Self::Decline => DecisionKind::Declined,
            Self::Reopen => DecisionKind::Reopened,
            Self::Adopt => DecisionKind::Adopted,
            Self::WaiveQuorum => DecisionKind::QuorumWaived,
        }
    }

    fn notice(self) -> Notice {
        match self {
            Self::Hold => Notice::Held,
            Self::Decline => Notice::Declined,
            Self::Reopen => Notice::Reopened,
            Self::Adopt => Notice::Adopted,
            Self::WaiveQuorum => Notice::QuorumWaived,
        }
    }
}

/// What a lead decided, as it comes in.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub outcome: DecisionOutcome,
    /// What the author reads.
    pub reason: String,
    pub revisit_at: Option<Micros>,
    pub handed_to: Option<String>,
    pub outcome_due_at: Option<Micros>,
    pub expectation: Option<String>,
    pub wrong_when: Option<String>,
    pub review_at: Option<Micros>,
    pub would_reconsider_if: Option<String>,
    pub expected_revision: Option<i32>,
}

impl Verdict {
    /// The decision as it is kept, with everything noted that is wrong with its texts, and
    /// with what belongs to another outcome.
    fn read(&self, faults: &mut Faults) -> NewDecision {
        use DecisionOutcome::{Adopt, Decline, Hold};
        let reason = required(
            faults,
            &["reason"],
            &self.reason,
            LONGEST_TEXT,
            "REASON_MISSING",
        );
        let mut text = |name: &str, text: &Option<String>| {
            optional(faults, &[name], text.as_deref(), LONGEST_TEXT)
        };
        let new = NewDecision {
            revisit_at: self.revisit_at,
            handed_to: text("handedTo", &self.handed_to),
            expectation: text("expectation", &self.expectation),
            wrong_when: text("wrongWhen", &self.wrong_when),
            review_at: self.review_at,
            would_reconsider_if: text("wouldReconsiderIf", &self.would_reconsider_if),
            ..NewDecision::of(self.outcome.kind(), reason)
        };
        if self.outcome == Hold && new.revisit_at.is_none() {
            let told = "`revisitAt` is missing: when shall it come back?";
            faults.add(&["revisitAt"], "REVISIT_MISSING", told);
        }
        if self.outcome == Adopt && new.handed_to.is_none() {
            let told = "`handedTo` is missing: the roadmap, team or ticket it goes to.";
            faults.add(&["handedTo"], "HANDED_TO_MISSING", told);
        }
        let only: [(&str, bool, &[DecisionOutcome], &'static str); 4] = [
            (
                "revisitAt",
                self.revisit_at.is_some(),
                &[Hold],
                "ONLY_WITH_HOLD",
            ),
            (
                "handedTo",
                self.handed_to.is_some(),
                &[Adopt],
                "ONLY_WITH_ADOPT",
            ),
            (
                "outcomeDueAt",
                self.outcome_due_at.is_some(),
                &[Adopt],
                "ONLY_WITH_ADOPT",
            ),
            (
                "wouldReconsiderIf",
                self.would_reconsider_if.is_some(),
                &[Hold, Decline],
                "ONLY_WITH_HOLD_OR_DECLINE",
            ),
        ];
        for (field, is_given, with, reason) in only {
            if is_given && !with.contains(&self.outcome) {
                let with: Vec<&str> = with.iter().map(|outcome| outcome.as_str()).collect();
                let told = format!("`{field}` goes with {} alone.", with.join(" and "));
                faults.add(&[field], reason, told);
            }
        }
        new
    }

    /// Notes the days that lie in the past.
    fn check_days(&self, faults: &mut Faults, now: Micros) {
        let days = [
            ("revisitAt", self.revisit_at, "REVISIT_IN_THE_PAST"),
            ("outcomeDueAt", self.outcome_due_at, "DUE_IN_THE_PAST"),
            ("reviewAt", self.review_at, "REVIEW_IN_THE_PAST"),
        ];
        for (field, day, reason) in days {
            if day.is_some_and(|day| day <= now) {
                faults.add(&[field], reason, format!("`{field}` lies in the past."));
            }
        }
    }

    /// When the next step is due, where this decision names it.
    fn day(&self) -> Option<Micros> {
        match self.outcome {
            DecisionOutcome::Hold => self.revisit_at,
            DecisionOutcome::Adopt => self.outcome_due_at,
            _ => None,
        }
    }
}

/// Decides about an idea; the idea and the decision.
pub async fn decide(
    s: &Session,
    folds: &Folds,
    id: IdeaId,
    said: Verdict,
) -> Result<(IdeaId, DecisionId)> {
    let mut faults = Faults::default();
    let mut new = said.read(&mut faults);
    // Folded before the command begins, so that in it the newest changes are read alone.
    queries::scores(s, folds, &[id]).await?;
    let before = folds.all_before();
    s.write(async |tx| {
        let mut idea = locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (stands, _) = standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<DecideIdea>(&stands)?;
        said.check_days(&mut faults, tx.now());
        faults.check()?;
        expect_revision(&idea, said.expected_revision)?;
        let step = said.outcome.step();
        let from = idea.state;
        let to = lifecycle::take(step, from, idea.left_state).map_err(Refusal::from)?;
        let moment = Moment::of(tx, folds, before, &idea).await?;
        new.rank_then = moment.rank()?;
        new.score_then = moment.key();
        new.is_override = moment.overrides(said.outcome, s.cut());
        let mut data = json!({
            "from": from.as_str(), "to": to.as_str(), "kind": new.kind.as_str(),
        });
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        data["decision"] = json!(decision);
        data["digest"] = json!(digest);
        tx.emit(id.subject(), "DECIDED", data);
        if said.outcome == DecisionOutcome::WaiveQuorum {
            publish_early(tx, &mut idea, s.promises()).await?;
        } else {
            ideas::move_until(tx, &mut idea, step, s.promises(), said.day()).await?;
        }
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        if said.outcome == DecisionOutcome::WaiveQuorum {
            // As when the score is published otherwise.
            people.extend(idea.steward);
        }
        let about = Some(decision.0);
        ideas::notify(tx, &idea, said.outcome.notice(), about, &people).await?;
        if said.outcome == DecisionOutcome::Reopen {
            come_back(tx, &mut idea, s.promises()).await?;
        }
        Ok((id, decision))
    })
    .await
}

/// Tells what became of an adopted idea; the idea and the decision that keeps it.
pub async fn record_outcome(
    s: &Session,
    id: IdeaId,
    kind: OutcomeKind,
    measured: &str,
) -> Result<(IdeaId, DecisionId)> {
    let mut faults = Faults::default();
    let measured = required(
        &mut faults,
        &["measured"],
        measured,
        LONGEST_TEXT,
        "MEASURED_MISSING",
    );
    let step = match kind {
        OutcomeKind::Shipped => Step::Deliver,
        OutcomeKind::Partly => Step::DeliverPartly,
        OutcomeKind::Dropped => Step::Abandon,
    };
    s.write(async |tx| {
        let mut idea = locked(tx, &Sees::of(&s.actor)?, id).await?;
        let (stands, _) = standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let permit = s.actor.may::<RecordOutcome>(&stands)?;
        faults.check()?;
        let from = idea.state;
        ideas::move_to(tx, &mut idea, step, s.promises()).await?;
        let new = NewDecision {
            score_then: Moment::unranked(tx, id).await?.key(),
            outcome: Some(kind),
            ..NewDecision::of(DecisionKind::OutcomeRecorded, measured)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        let data = json!({
            "from": from.as_str(), "to": idea.state.as_str(), "outcome": kind.as_str(),
            "decision": decision, "digest": digest,
        });
        tx.emit(id.subject(), "OUTCOME_RECORDED", data);
        let notice = match kind {
            OutcomeKind::Shipped => Notice::Shipped,
            OutcomeKind::Partly => Notice::ShippedInPart,
            OutcomeKind::Dropped => Notice::Dropped,
        };
        let people = ideas::authors_and_followers(tx, &idea).await?;
        ideas::notify(tx, &idea, notice, Some(decision.0), &people).await?;
        Ok((id, decision))
    })
    .await
}

/// The published score of an idea.
async fn published(tx: &Tx<'_>, id: IdeaId) -> Result<Option<ScoreRow>> {
    let found = assessments::scores(tx.sql(), &[id]).await?.remove(&id);
    Ok(found.filter(|score| score.published_at.is_some()))
}

/// Score and ranking at the moment of a decision.
pub struct Moment {
    score: Option<ScoreRow>,
    /// The ranked ideas, when it is one of them.
    standing: Option<Standing>,
}

impl Moment {
    /// That of an idea, which is locked. What was folded before the command began is at hand.
    pub async fn of(
        tx: &Tx<'_>,
        folds: &Folds,
        mut before: AllBefore,
        idea: &Idea,
    ) -> Result<Self> {
        let score = published(tx, idea.id).await?;
        let standing = match score.as_ref().filter(|score| score.is_listed) {
            Some(score) => {
                let before = before.take(score.rubric);
                let found = folds.standing_within(tx.sql(), score.rubric, before);
                let mut found = found.await?;
                if score.is_corrected {
                    let fits = &folds.fits;
                    let severe = fits.severe(tx.sql(), score.rubric, [score], false);
                    found.severe = Some(severe.await?);
                }
                Some(found)
            }
            None => None,
        };
        Ok(Self { score, standing })
    }

    /// That of an idea which stands in no ranking.
    pub async fn unranked(tx: &Tx<'_>, id: IdeaId) -> Result<Self> {
        let score = published(tx, id).await?;
        let standing = None;
        Ok(Self { score, standing })
    }

    /// The score, in hundredths.
    pub fn key(&self) -> Option<i32> {
        self.score.as_ref().map(|score| score.score.key)
    }

    fn ranked(&self) -> Option<(&ScoreRow, &Standing)> {
        self.score.as_ref().zip(self.standing.as_ref())
    }

    /// The rank; nothing where it has none.
    pub fn rank(&self) -> Result<Option<i32>> {
        let rank = self.ranked().map(|(score, standing)| {
            let rank = rank_of(standing, score).rank;
            i32::try_from(rank).map_err(Error::internal)
        });
        rank.transpose()
    }

    /// Whether taking it out of the ranking goes past one that is clearly better.
    pub fn passes_a_clearly_better(&self) -> bool {
        self.ranked()
            .and_then(|(score, standing)| rank_of(standing, score).bands)
            .is_some_and(|bands| bands.clearly_better > 0)
    }

    /// Whether a decision goes against the ranking (DESIGN §13).
    fn overrides(&self, outcome: DecisionOutcome, cut: u32) -> bool {
        let Some((score, standing)) = self.ranked() else {
            return outcome == DecisionOutcome::WaiveQuorum;
        };
        match outcome {
            DecisionOutcome::WaiveQuorum => true,
            DecisionOutcome::Reopen => false,
            DecisionOutcome::Adopt => self.passes_a_clearly_better(),
            DecisionOutcome::Hold | DecisionOutcome::Decline => {
                let ranks = standing.ranks();
                let place = Place {
                    key: score.score.key,
                    n: score.score.n,
                };
                let among = ranks.total() + u32::from(!score.is_counted);
                let (spread, k) = (standing.yardstick.spread, best(cut, among));
                let chance = match &standing.severe {
                    Some(severe) => severe.chance(score, k),
                    None => Some(chance(&ranks, place, score.is_counted, spread, k)),
                };
                chance.is_some_and(|chance| chance > 0.5)
            }
        }
    }
}
