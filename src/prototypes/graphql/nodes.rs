//! Prototypes, their measures, and what they taught, as nodes.

use crate::graph::{DateTime, connection, page_cost, session};
use crate::ideas::graphql::{IdeaNode, idea, ideas};
use crate::ideas::store_frequencies::Frequencies;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::{Error, Faults, Result};
use crate::prototypes::domain::{
    Decision, Form, Learning, LearningId, Outcome, Prototype, PrototypeId, State,
};
use crate::prototypes::loaders::{Learnings, Places, Prototypes, Queue};
use crate::prototypes::queries;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

connection!(
    PrototypeConnection,
    PrototypeEdge,
    PrototypeNode,
    "prototypes"
);
connection!(LearningConnection, LearningEdge, LearningNode, "learnings");

/// A prototype of an idea the caller may see.
#[derive(Clone)]
pub struct PrototypeNode {
    pub(super) idea: IdeaNode,
    pub(super) prototype: Prototype,
}

/// One thing that an experiment measures.
#[derive(SimpleObject)]
pub struct Measure {
    /// Names it within the experiment.
    key: String,
    /// The same for people.
    name: String,
    /// What shall be reached.
    target: String,
    /// What result would disprove the hypothesis.
    disproved_by: String,
    /// What came of it; null until the prototype is concluded.
    result: Option<String>,
    /// Whether the target was reached; null until the prototype is concluded, and when it could
    /// not be measured.
    is_met: Option<bool>,
}

/// An idea that is tried out, from the queue to what came of it.
#[Object(name = "Prototype")]
impl PrototypeNode {
    /// Opaque; names the prototype for ever.
    pub async fn id(&self) -> ID {
        self.prototype.id.opaque().into()
    }

    /// Grows with every plan; send it back as `expectedRevision`.
    async fn revision(&self) -> i32 {
        self.prototype.revision
    }

    /// What is tried.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// Who tries it; null once they have left and nobody in person took it over: then the leads
    /// see to it.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.prototype.owner {
            Some(owner) => member(ctx, owner).await.map(Some),
            None => Ok(None),
        }
    }

    /// Where it stands.
    async fn state(&self) -> State {
        self.prototype.state
    }

    /// Its place among those that wait, from 1; null once it has started. A confidential one
    /// takes no place from others: it shows the one it would take.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        if self.prototype.state != State::Queued {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<Places>>();
        let places = loader.load_one(Queue).await?.unwrap_or_default();
        let before = places.partition_point(|place| *place < self.prototype.place);
        i32::try_from(before + 1).map(Some).map_err(Error::internal)
    }

    /// What is made to be tried; null until the experiment is planned.
    async fn form(&self) -> Option<Form> {
        self.prototype.form
    }

    /// What is believed. Until the experiment is planned that of the idea; null when that has
    /// none.
    async fn hypothesis(&self) -> Option<&str> {
        let planned = self.prototype.hypothesis.as_deref();
        planned.or_else(|| self.of_the_idea(self.idea.idea.text.hypothesis.as_deref()))
    }

    /// What must be true and is least sure. Taken over from the idea unless planned otherwise;
    /// null when neither says one.
    async fn assumption(&self) -> Option<&str> {
        let planned = self.prototype.assumption.as_deref();
        planned.or_else(|| self.of_the_idea(self.idea.idea.text.riskiest_assumption.as_deref()))
    }

    /// What is measured, with what came of it; empty until the experiment is planned. They do
    /// not change once it has started.
    async fn measures(&self) -> Vec<Measure> {
        let found = |key: &str| self.prototype.findings.iter().find(|it| it.key == key);
        let measure = |one: &crate::prototypes::experiment::Measure| {
            let finding = found(&one.key);
            Measure {
                key: one.key.clone(),
                name: one.name.clone(),
                target: one.target.clone(),
                disproved_by: one.disproved_by.clone(),
                result: finding.map(|it| it.result.clone()),
                is_met: finding.and_then(|it| it.is_met),
            }
        };
        self.prototype.measures.iter().map(measure).collect()
    }

    /// How many days it may take, from 1 to 90; null until the experiment is planned.
    async fn time_box_days(&self) -> Option<i32> {
        self.prototype.time_box_days
    }

    /// When it came into the queue.
    async fn queued_at(&self) -> DateTime {
        DateTime(self.prototype.queued_at)
    }

    /// When it started; null before.
    async fn started_at(&self) -> Option<DateTime> {
        self.prototype.started_at.map(DateTime)
    }

    /// When its time box ends, as it was extended; null before it has started.
    async fn due_at(&self) -> Option<DateTime> {
        self.prototype.due_at.map(DateTime)
    }

    /// When it was concluded; null for all others.
    async fn concluded_at(&self) -> Option<DateTime> {
        let ended = self.prototype.ended_at.map(DateTime);
        ended.filter(|_| self.prototype.state == State::Concluded)
    }

    /// What it showed; null until it is concluded.
    async fn outcome(&self) -> Option<Outcome> {
        self.prototype.outcome
    }

    /// How it went on then; null until it is concluded.
    async fn decision(&self) -> Option<Decision> {
        self.prototype.decision
    }

    /// What it taught; null until it is concluded.
    async fn learning(&self, ctx: &Context<'_>) -> Result<Option<LearningNode>> {
        if self.prototype.state != State::Concluded {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<Learnings>>();
        let all = loader
            .load_one(self.idea.idea.id)
            .await?
            .unwrap_or_default();
        let of = all.into_iter().find(|it| it.prototype == self.prototype.id);
        Ok(of.map(|learning| LearningNode {
            idea: self.idea.clone(),
            learning,
        }))
    }

    /// Whether an author of the idea concluded it. False as well to whoever may not know the
    /// authors: it would tell who they are.
    async fn is_self_reported(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.prototype.is_self_reported && self.idea.shows_authors(ctx).await?)
    }

    /// What trials of similar ideas taught that the caller may see, of the likest idea first;
    /// at most 20.
    #[graphql(complexity = "200 + page_cost(first.or(Some(5)), None, child_complexity)")]
    async fn related_learnings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 5, desc = "How many at most.")] first: Option<i32>,
    ) -> Result<Vec<LearningNode>> {
        let most = at_most(first)?;
        let frequencies = ctx.data_unchecked::<Arc<Frequencies>>();
        let found = queries::related(session(ctx), frequencies, &self.idea.idea, most).await?;
        learning_nodes(ctx, found).await
    }
}

impl PrototypeNode {
    /// A text of the idea, as long as nothing was planned that stands in its place.
    fn of_the_idea<'a>(&self, text: Option<&'a str>) -> Option<&'a str> {
        text.filter(|_| self.prototype.is_open())
    }
}

/// How many are wanted: 5 unless told, at most 20.
fn at_most(first: Option<i32>) -> Result<usize> {
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

/// What a prototype of an idea the caller may see taught.
#[derive(Clone)]
pub struct LearningNode {
    idea: IdeaNode,
    learning: Learning,
}

/// What a trial taught: failing well is a result like any other.
#[Object(name = "Learning")]
impl LearningNode {
    /// Opaque; names the learning for ever.
    pub async fn id(&self) -> ID {
        self.learning.id.opaque().into()
    }

    /// What was tried.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// What was believed before; null when not said.
    async fn believed(&self) -> Option<&str> {
        self.learning.believed.as_deref()
    }

    /// What was found.
    async fn found(&self) -> &str {
        &self.learning.found
    }

    /// What to do next time; null when not said.
    async fn next_time(&self) -> Option<&str> {
        self.learning.next_time.as_deref()
    }

    /// What the trial showed.
    async fn outcome(&self) -> Outcome {
        self.learning.outcome
    }

    /// Who told it; null when that could tell who wrote an idea whose authors are hidden.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        let who = self.learning.recorded_by;
        self.idea.acting_author(ctx, who).await
    }

    /// When.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.learning.recorded_at)
    }
}

/// The prototypes of an idea, the earliest first.
pub async fn prototypes_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<PrototypeNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Prototypes>>();
    let all = loader.load_one(node.idea.id).await?.unwrap_or_default();
    let of = |prototype| PrototypeNode {
        idea: node.clone(),
        prototype,
    };
    Ok(all.into_iter().map(of).collect())
}

/// What the prototypes of an idea taught, the earliest first.
pub async fn learnings_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<LearningNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Learnings>>();
    let all = loader.load_one(node.idea.id).await?.unwrap_or_default();
    let of = |learning| LearningNode {
        idea: node.clone(),
        learning,
    };
    Ok(all.into_iter().map(of).collect())
}

/// The prototype with this id, when the caller may see its idea.
pub async fn prototype(ctx: &Context<'_>, id: PrototypeId) -> Result<Option<PrototypeNode>> {
    let Some(prototype) = queries::one(session(ctx), id).await? else {
        return Ok(None);
    };
    let idea = idea(ctx, prototype.idea).await?;
    Ok(idea.map(|idea| PrototypeNode { idea, prototype }))
}

/// The learning with this id, when the caller may see its idea.
pub async fn learning(ctx: &Context<'_>, id: LearningId) -> Result<Option<LearningNode>> {
    let Some(learning) = queries::learning(session(ctx), id).await? else {
        return Ok(None);
    };
    let idea = idea(ctx, learning.idea).await?;
    Ok(idea.map(|idea| LearningNode { idea, learning }))
}

/// Prototypes with their ideas, read in one statement.
pub(super) async fn prototype_nodes(
    ctx: &Context<'_>,
    all: Vec<Prototype>,
) -> Result<Vec<PrototypeNode>> {
    let found = ideas(ctx, all.iter().map(|one| one.idea)).await?;
    let node = |prototype: Prototype| {
        let idea = found.get(&prototype.idea).cloned();
        let idea = idea.ok_or_else(|| Error::internal("the idea of a prototype is gone"))?;
        Ok(PrototypeNode { idea, prototype })
    };
    all.into_iter().map(node).collect()
}

/// The same of learnings.
pub(super) async fn learning_nodes(
    ctx: &Context<'_>,
    all: Vec<Learning>,
) -> Result<Vec<LearningNode>> {
    let found = ideas(ctx, all.iter().map(|one| one.idea)).await?;
    let node = |learning: Learning| {
        let idea = found.get(&learning.idea).cloned();
        let idea = idea.ok_or_else(|| Error::internal("the idea of a learning is gone"))?;
        Ok(LearningNode { idea, learning })
    };
    all.into_iter().map(node).collect()
}
