//! Candidates of hackathons, as nodes.

use super::hackathon::{HackathonNode, hackathon};
use super::teams::TeamNode;
use crate::graph::{DateTime, Total, connection, session};
use crate::hackathons::domain::{Candidate, CandidateId, CandidateState, HackathonId};
use crate::hackathons::fit::{self, FitQuestion, Marks};
use crate::hackathons::loaders_people::{
    Candidacies, Candidates, Nominable, Reasons, Sheets, Teamed, TeamsOf,
};
use crate::hackathons::queries_people as queries;
use crate::hackathons::store_candidates::Said;
use crate::hackathons::store_fit::Sheet;
use crate::ideas::graphql::{IdeaNode, idea, ideas};
use crate::identity::graphql::MemberNode;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};

connection!(
    CandidateConnection,
    CandidateEdge,
    CandidateNode,
    "candidates"
);

/// A candidate whose idea the caller may see.
#[derive(Clone)]
pub struct CandidateNode {
    pub(super) idea: IdeaNode,
    pub(super) candidate: Candidate,
}

/// How well a candidate fits by one question.
#[derive(SimpleObject)]
pub struct FitLine {
    /// What was asked.
    question: FitQuestion,
    /// The mean of the answers, from 1 to 5, to two decimals.
    mean: f64,
    /// How many answered; the same for every question.
    rating_count: i32,
}

/// How well a candidate fits, as one person sees it; each number goes from 1 to 5.
#[derive(SimpleObject)]
pub struct FitRating {
    /// Does it fit the theme?
    theme: i32,
    /// Can it be built in the time?
    buildable: i32,
    /// Can it be shown well?
    demoable: i32,
    /// Will people be found for it?
    staffable: i32,
    /// What was said with it; null when nothing was.
    note: Option<String>,
}

impl FitRating {
    fn of(marks: Marks, note: Option<String>) -> Self {
        Self {
            theme: marks.theme,
            buildable: marks.buildable,
            demoable: marks.demoable,
            staffable: marks.staffable,
            note,
        }
    }
}

/// An idea that was nominated for a hackathon, and what became of that.
#[Object(name = "Candidate")]
impl CandidateNode {
    /// Opaque; names the candidate for ever.
    pub async fn id(&self) -> ID {
        self.candidate.id.opaque().into()
    }

    /// What was nominated; its merit is its `scorecard`.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// For which hackathon.
    async fn hackathon(&self, ctx: &Context<'_>) -> Result<HackathonNode> {
        let found = hackathon(ctx, self.candidate.hackathon).await?;
        found.ok_or_else(|| Error::internal("the hackathon of a candidate is gone"))
    }

    /// Where it stands in that hackathon.
    async fn state(&self) -> CandidateState {
        self.candidate.state
    }

    /// Who nominated it; null when nobody in person did, or when it would tell who wrote an
    /// idea whose authors are hidden from the caller.
    async fn nominated_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.actor(ctx, self.candidate.nominated_by).await
    }

    /// When.
    async fn nominated_at(&self) -> DateTime {
        DateTime(self.candidate.nominated_at)
    }

    /// How well it fits the event, from 0 to 100 to two decimals: the mean over all who said
    /// something of the mean of (n − 1) / 4 · 100. Who wrote the idea, or declared a conflict
    /// of interest since, does not count. Null when nobody does. Merit is another question: the
    /// `scorecard` of the idea.
    async fn fit(&self, ctx: &Context<'_>) -> Result<Option<f64>> {
        let sheet = self.sheet(ctx).await?;
        Ok(fit::fit(&sheet.counted).map(whole))
    }

    /// The same for each question, in the order of the enum; empty when nobody counts.
    async fn fit_lines(&self, ctx: &Context<'_>) -> Result<Vec<FitLine>> {
        let all = self.sheet(ctx).await?.counted;
        let rating_count = i32::try_from(all.len()).map_err(Error::internal)?;
        let line = |question: &FitQuestion| {
            Some(FitLine {
                question: *question,
                mean: whole(fit::mean(&all, *question)?),
                rating_count,
            })
        };
        Ok(FitQuestion::ALL.iter().filter_map(line).collect())
    }

    /// What the caller said of how well it fits; null when they did not.
    async fn viewer_fit(&self, ctx: &Context<'_>) -> Result<Option<FitRating>> {
        let own = self.sheet(ctx).await?.own;
        Ok(own.map(|(marks, note)| FitRating::of(marks, note)))
    }

    /// Why it was nominated.
    async fn nomination_reason(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.said(ctx).await?.nominated)
    }

    /// Why it was taken out; null unless it is DROPPED.
    async fn dropped_reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.candidate.state != CandidateState::Dropped {
            return Ok(None);
        }
        Ok(self.said(ctx).await?.dropped)
    }

    /// The teams that work on it, or want to, the earliest first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<TeamNode>> {
        let loader = ctx.data_unchecked::<DataLoader<TeamsOf>>();
        let found = loader.load_one(self.candidate.id).await?;
        let found = found.unwrap_or_default();
        Ok(found.into_iter().map(TeamNode::from).collect())
    }
}

impl CandidateNode {
    async fn sheet(&self, ctx: &Context<'_>) -> Result<Sheet> {
        let loader = ctx.data_unchecked::<DataLoader<Sheets>>();
        let found = loader.load_one(self.candidate.id).await?;
        Ok(found.unwrap_or_default())
    }

    async fn said(&self, ctx: &Context<'_>) -> Result<Said> {
        let loader = ctx.data_unchecked::<DataLoader<Reasons>>();
        let found = loader.load_one(self.candidate.id).await?;
        found.ok_or_else(|| Error::internal("a candidate is gone"))
    }
}

/// Hundredths as a number.
fn whole(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// The candidate with this id, when the caller may see its idea.
pub async fn candidate(ctx: &Context<'_>, id: CandidateId) -> Result<Option<CandidateNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Candidates>>();
    let Some(candidate) = loader.load_one(id).await? else {
        return Ok(None);
    };
    let idea = idea(ctx, candidate.idea).await?;
    Ok(idea.map(|idea| CandidateNode { idea, candidate }))
}

/// The candidacies of an idea, the earliest first.
pub async fn candidacies_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<CandidateNode>> {
    let of = |candidate| CandidateNode {
        idea: node.clone(),
        candidate,
    };
    Ok(candidacies(ctx, node).await?.into_iter().map(of).collect())
}

async fn candidacies(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<Candidate>> {
    let loader = ctx.data_unchecked::<DataLoader<Candidacies>>();
    Ok(loader.load_one(node.idea.id).await?.unwrap_or_default())
}

/// The hackathon that an idea waits for, or is worked on in.
pub async fn hackathon_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<HackathonNode>> {
    let is_away = |one: &Candidate| {
        matches!(
            one.state,
            CandidateState::Confirmed | CandidateState::InEvent
        )
    };
    match candidacies(ctx, node).await?.into_iter().find(is_away) {
        Some(one) => hackathon(ctx, one.hackathon).await,
        None => Ok(None),
    }
}

/// Whether an organizer could confirm an idea now: it was nominated for a hackathon that takes
/// nominations.
pub async fn is_nominated(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    use crate::hackathons::phases::Phase;
    for one in candidacies(ctx, node).await? {
        let waits = matches!(
            one.state,
            CandidateState::Nominated | CandidateState::Shortlisted
        );
        if waits
            && let Some(of) = hackathon(ctx, one.hackathon).await?
            && of.hackathon.phase == Phase::Nomination
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is a hackathon for which an idea could be nominated now, its state aside.
pub async fn is_nominable(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    let loader = ctx.data_unchecked::<DataLoader<Nominable>>();
    Ok(loader.load_one(node.idea.id).await?.is_some())
}

/// Whether the caller is in a team that works on an idea.
pub async fn is_teamed(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    let loader = ctx.data_unchecked::<DataLoader<Teamed>>();
    Ok(loader.load_one(node.idea.id).await?.is_some())
}

/// A page of the candidates of a hackathon that the caller may see.
pub(super) async fn candidates_of(
    ctx: &Context<'_>,
    of: HackathonId,
    state: Option<CandidateState>,
    args: PageArgs,
) -> Result<CandidateConnection> {
    let s = session(ctx).clone();
    let page = queries::candidates(&s, of, state, args).await?;
    let total = Total::by(move || {
        let s = s.clone();
        async move { queries::count_candidates(&s, of, state).await }
    });
    let found = ideas(ctx, page.rows.iter().map(|(one, _)| one.idea)).await?;
    let node = |(candidate, cursor): (Candidate, String)| {
        let idea = found.get(&candidate.idea).cloned();
        let idea = idea.ok_or_else(|| Error::internal("the idea of a candidate is gone"))?;
        Ok((CandidateNode { idea, candidate }, cursor))
    };
    let Page {
        rows,
        has_previous,
        has_next,
    } = page;
    let page = Page {
        rows: rows.into_iter().map(node).collect::<Result<Vec<_>>>()?,
        has_previous,
        has_next,
    };
    Ok(CandidateConnection::of(page, total, |(node, cursor)| {
        (cursor, node)
    }))
}
