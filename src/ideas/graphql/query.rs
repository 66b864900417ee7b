//! What can be asked about ideas.

use super::idea::{IdeaConnection, IdeaNode, idea as load_idea};
use super::inputs::{IdeaFilter, IdeaOrder};
use crate::backlog::graphql::apart;
use crate::graph::{Total, page_cost, session};
use crate::ideas::domain::DecisionKind;
use crate::ideas::domain::Idea;
use crate::ideas::lifecycle::State;
use crate::ideas::lists::{self, List};
use crate::ideas::queries::{self, Similar};
use crate::ideas::redaction::TOMBSTONE;
use crate::ideas::store::{self, Sees};
use crate::ideas::store_frequencies::Frequencies;
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::page::PageArgs;
use crate::platform::text::clean;
use crate::prototypes::loaders::Learnings;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// An idea that is like another, or like a text that is being written.
#[derive(SimpleObject)]
pub struct SimilarIdea {
    /// The idea found; for what was merged, the one in which it goes on, where the caller may
    /// see that: then the likeness is that of the text that was merged.
    idea: IdeaNode,
    /// How alike, above 0 and at most 1: how much of the text stands in it too, rare words
    /// counting for more; 1 when all of it does.
    similarity: f64,
    /// Telling words that stand in both, in alphabetical order.
    matched_words: Vec<String>,
    /// What its latest trial taught, or why it was declined; null when neither.
    lesson: Option<String>,
}

impl SimilarIdea {
    /// Ideas like the text of this one.
    pub(super) async fn of(ctx: &Context<'_>, idea: &Idea, most: usize) -> Result<Vec<Self>> {
        let frequencies = ctx.data_unchecked::<Arc<Frequencies>>();
        let text = (&*idea.text.title, &*idea.text.problem);
        let found = queries::similar(session(ctx), frequencies, text, Some(idea.number), most);
        Self::all(ctx, found.await?).await
    }

    /// The ideas found, each with its lesson: two statements more, however many there are.
    async fn all(ctx: &Context<'_>, found: Vec<Similar>) -> Result<Vec<Self>> {
        let declined: Vec<_> = found
            .iter()
            .filter(|similar| similar.idea.state == State::Declined)
            .map(|similar| similar.idea.id)
            .collect();
        let mut lessons = std::collections::HashMap::new();
        if !declined.is_empty() {
            // Of those that declined it the last is the one that stands.
            for decision in store::decisions(session(ctx).reader(), &declined).await? {
                if decision.kind == DecisionKind::Declined && decision.reason != TOMBSTONE {
                    lessons.insert(decision.idea, decision.reason);
                }
            }
        }
        let ids: Vec<_> = found.iter().map(|similar| similar.idea.id).collect();
        if !ids.is_empty() {
            let loader = ctx.data_unchecked::<DataLoader<Learnings>>();
            for (id, mut taught) in loader.load_many(ids).await? {
                taught.retain(|one| one.found != TOMBSTONE);
                lessons.extend(taught.pop().map(|one| (id, one.found)));
            }
        }
        let node = |similar: Similar| Self {
            similarity: f64::from(similar.similarity) / 1_000.0,
            matched_words: similar.matched,
            lesson: lessons.remove(&similar.idea.id),
            idea: similar.idea.into(),
        };
        Ok(found.into_iter().map(node).collect())
    }
}

/// How many similar ideas are wanted: 5 unless told, at most 20.
pub(super) fn most_similar(first: Option<i32>) -> Result<usize> {
    let first = first.unwrap_or(5);
    match usize::try_from(first) {
        Ok(first) if first <= 20 => Ok(first),
        _ => {
            let mut faults = Faults::default();
            let told = format!("`first` is {first}; it goes from 0 to 20 here.");
            faults.add_argument("first", "PAGE_TOO_LARGE", told);
            Err(Error::Invalid(faults))
        }
    }
}

/// What can be asked about ideas.
#[derive(Default)]
pub struct IdeaQuery;

#[Object]
impl IdeaQuery {
    /// The idea with this number; null when there is none that the caller may see.
    async fn idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number people say aloud: 42 for #42.")] number: i32,
    ) -> Option<Result<IdeaNode>> {
        let s = session(ctx);
        let found =
            async { store::find_by_number(s.reader(), &Sees::of(&s.actor)?, number.into()).await };
        found.await.map(|idea| idea.map(IdeaNode::from)).transpose()
    }

    /// Every idea the caller may see, declined ones included; the latest first, or the most
    /// relevant first when something is searched for.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the contract's own list")]
    async fn ideas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<IdeaFilter>,
        #[graphql(
            desc = "Words that must all stand in the idea, whatever their case and accents."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order.")] order_by: Option<IdeaOrder>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<IdeaConnection>> {
        let list = async {
            let filter = filter.unwrap_or_default();
            let disagreement = filter.disagreement;
            let mut filter = filter.read()?;
            if let Some(disagreement) = disagreement {
                filter.apart = Some(apart(ctx, disagreement).await?);
            }
            let list = List {
                filter,
                search: search.map(|search| clean(&search)),
                order: order_by.map(|order| order.read()),
            };
            list.check()?;
            listed(
                ctx,
                list,
                PageArgs {
                    first,
                    after,
                    last,
                    before,
                },
            )
            .await
        };
        Some(list.await)
    }

    /// For a form that is being typed: likely duplicates that the caller may see, best first.
    #[graphql(complexity = "200 + page_cost(first.or(Some(5)), None, child_complexity)")]
    async fn similar_ideas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The title so far.")] title: String,
        #[graphql(desc = "The problem so far.")] problem: Option<String>,
        #[graphql(default = 5, desc = "How many at most, up to 20.")] first: Option<i32>,
    ) -> Option<Result<Vec<SimilarIdea>>> {
        let found = async {
            let problem = problem.unwrap_or_default();
            let most = most_similar(first)?;
            let s = session(ctx);
            let frequencies = ctx.data_unchecked::<Arc<Frequencies>>();
            let text = (&*clean(&title), &*clean(&problem));
            let found = queries::similar(s, frequencies, text, None, most).await?;
            SimilarIdea::all(ctx, found).await
        };
        Some(found.await)
    }
}

/// Ideas that this member wrote, as far as the caller may know.
pub async fn ideas_by(
    ctx: &Context<'_>,
    author: MemberId,
    args: PageArgs,
) -> Result<IdeaConnection> {
    let filter = lists::IdeaFilter {
        author: Some(author),
        ..Default::default()
    };
    let list = List {
        filter,
        search: None,
        order: None,
    };
    listed(ctx, list, args).await
}

async fn listed(ctx: &Context<'_>, list: List, args: PageArgs) -> Result<IdeaConnection> {
    let (s, frequencies) = (session(ctx), ctx.data_unchecked::<Arc<Frequencies>>());
    let page = queries::page(s, frequencies, &list, args).await?;
    let s = s.clone();
    let total = Total::by(move || {
        let (s, list) = (s.clone(), list.clone());
        async move { queries::count(&s, &list).await }
    });
    Ok(IdeaConnection::of(page, total, |row| {
        (row.cursor, row.idea.into())
    }))
}

/// An idea that a mutation changed, as the caller sees it now.
pub(super) async fn changed(
    ctx: &Context<'_>,
    id: crate::ideas::domain::IdeaId,
) -> Result<IdeaNode> {
    load_idea(ctx, id)
        .await?
        .ok_or(Error::NotFound { noun: "idea" })
}
