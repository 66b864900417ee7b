//! Assessments as nodes.

use super::assignments::assigned;
use super::rubrics::{CriterionNode, RubricVersionNode, version_of};
use super::scorecard::{ScoreLine, placed, whole};
use crate::assessment::loaders::{ByDefault, Newest, Own, Submitted};
use crate::assessment::queries::{self, sees_assessment, sees_assessor};
use crate::assessment::scoring::{AssessmentScore as Scored, assess, shown};
use crate::assessment::store::{self, Assessment, AssessmentId, RubricVersion};
use crate::graph::{DateTime, Total, connection, session};
use crate::ideas::domain::Idea;
use crate::ideas::graphql::{IdeaNode, idea};
use crate::ideas::store::Sees;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::{Error, Result};
use crate::platform::page::{PageArgs, encode};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};
use serde_json::json;
use std::sync::Arc;

const LIST: &str = "assessments";

connection!(
    AssessmentConnection,
    AssessmentEdge,
    AssessmentNode,
    "assessments"
);

/// How far the assessment of an idea has come.
#[derive(SimpleObject)]
pub struct AssessmentProgress {
    /// Complete assessments that are in.
    pub submitted: i32,
    /// How many publish the score, once nobody is awaited any more.
    quorum: i32,
    /// Assignments whose assessors still owe their assessment, overdue ones too; 0 where the
    /// idea is not assessed. The score is not published while one of them is not yet overdue.
    open_assignments: i32,
}

/// How many of how many assessments are in.
pub async fn progress_of(ctx: &Context<'_>, idea: &Idea) -> Result<AssessmentProgress> {
    let submitted = ctx
        .data_unchecked::<DataLoader<Submitted>>()
        .load_one(idea.id)
        .await?;
    let quorum = match idea.rubric_version {
        Some(id) => version_of(ctx, id).await?.rubric.quorum,
        None => {
            let newest = ctx.data_unchecked::<DataLoader<Newest>>();
            let version = newest.load_one(ByDefault).await?;
            version.map_or(0, |version| version.rubric.quorum)
        }
    };
    let open = assigned(ctx, idea.id).await?;
    let open = open.iter().filter(|one| one.is_open()).count();
    let open = if idea.state.is_assessable() { open } else { 0 };
    Ok(AssessmentProgress {
        open_assignments: i32::try_from(open).map_err(Error::internal)?,
        submitted: submitted.unwrap_or(0),
        quorum: whole(quorum)?,
    })
}

/// The caller's own assessment of an idea, unless they took it back.
pub async fn viewer_assessment_of(
    ctx: &Context<'_>,
    node: &IdeaNode,
) -> Result<Option<AssessmentNode>> {
    let own = ctx.data_unchecked::<DataLoader<Own>>();
    match own.load_one(node.idea.id).await? {
        Some(own) if !own.is_withdrawn => {
            AssessmentNode::of(ctx, node.clone(), own).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether the caller may know who made the assessments of this idea: leads, once its score
/// is published.
pub async fn may_know_assessor(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    let sees = Sees::of(&session(ctx).actor)?;
    if !sees.confidential {
        return Ok(false);
    }
    Ok(placed(ctx, node)
        .await?
        .is_some_and(|placed| placed.score.published_at.is_some()))
}

/// A page of the assessments of an idea that the caller may see.
pub async fn assessments_of(
    ctx: &Context<'_>,
    node: &IdeaNode,
    args: PageArgs,
) -> Result<AssessmentConnection> {
    let window = args.window(LIST)?;
    let Some(version) = node.idea.rubric_version else {
        return Ok(AssessmentConnection::of(
            window.page(Vec::new()),
            Total::by(|| async { Ok(0) }),
            |n| n,
        ));
    };
    let version = version_of(ctx, version).await?;
    let placed = placed(ctx, node).await?;
    let score = placed.map(|placed| placed.score);
    let mut all =
        queries::assessments(session(ctx), node.idea.id, score.as_deref(), &version).await?;
    all.retain(|one| !one.is_withdrawn);
    let count = i64::try_from(all.len()).map_err(Error::internal)?;
    // At most two hundred: the window is cut here.
    let page = window.cut(all, |one| i64::from(one.alias))?;
    let total = Total::by(move || async move { Ok(count) });
    let mut nodes = Vec::with_capacity(page.rows.len());
    for one in page.rows {
        let cursor = encode(LIST, &[json!(one.alias)]);
        nodes.push((cursor, AssessmentNode::of(ctx, node.clone(), one).await?));
    }
    let page = crate::platform::page::Page {
        rows: nodes,
        has_previous: page.has_previous,
        has_next: page.has_next,
    };
    Ok(AssessmentConnection::of(page, total, |row| row))
}

/// The assessment with this id, when the caller may see it.
pub async fn assessment(ctx: &Context<'_>, id: AssessmentId) -> Result<Option<AssessmentNode>> {
    let Some(one) = store::one(session(ctx).reader(), id).await? else {
        return Ok(None);
    };
    let Some(node) = idea(ctx, one.idea).await? else {
        return Ok(None);
    };
    let version = version_of(ctx, one.rubric_version).await?;
    let placed = placed(ctx, &node).await?;
    let score = placed.map(|placed| placed.score);
    let sees = Sees::of(&session(ctx).actor)?;
    let is_shown = sees_assessment(&sees, &one, score.as_deref(), &version)
        && (!one.is_withdrawn || one.assessor == sees.member);
    if is_shown {
        AssessmentNode::of(ctx, node, one).await.map(Some)
    } else {
        Ok(None)
    }
}

/// An assessment, the idea it is of, and what its rubric makes of it.
#[derive(Clone)]
pub struct AssessmentNode {
    idea: IdeaNode,
    assessment: Assessment,
    version: Arc<RubricVersion>,
    scored: Arc<Scored>,
}

impl AssessmentNode {
    async fn of(ctx: &Context<'_>, idea: IdeaNode, assessment: Assessment) -> Result<Self> {
        let version = version_of(ctx, assessment.rubric_version).await?;
        let levels = assessment.levels(&version.rubric);
        let scored = Arc::new(assess(&version.rubric, &levels));
        Ok(Self {
            idea,
            assessment,
            version,
            scored,
        })
    }

    /// An assessment that a mutation has just written.
    pub(super) async fn written(
        ctx: &Context<'_>,
        idea: IdeaNode,
        id: AssessmentId,
    ) -> Result<Self> {
        let found = store::one(session(ctx).reader(), id).await?;
        let assessment = found.ok_or_else(|| Error::internal("an assessment is gone"))?;
        Self::of(ctx, idea, assessment).await
    }
}

/// What one assessor says about one idea.
#[Object(name = "Assessment")]
impl AssessmentNode {
    /// Opaque; names the assessment for ever.
    pub async fn id(&self) -> ID {
        self.assessment.id.opaque().into()
    }

    /// What it is of.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// Who made it; null when the caller may not know: the assessor does, and leads once the
    /// score is published.
    async fn assessor(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        let sees = Sees::of(&session(ctx).actor)?;
        let placed = placed(ctx, &self.idea).await?;
        let score = placed.map(|placed| placed.score);
        if sees_assessor(&sees, &self.assessment, score.as_deref()) {
            member(ctx, self.assessment.assessor).await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// One per criterion, in the rubric's order; those left out have no level.
    async fn ratings(&self) -> Vec<Rating> {
        let given = |key: &str| self.assessment.ratings.get(key).cloned();
        ratings(&self.version, given)
    }

    /// What its answers add up to.
    async fn score(&self) -> AssessmentScore {
        AssessmentScore {
            scored: Arc::clone(&self.scored),
            version: Arc::clone(&self.version),
        }
    }

    /// Made on an earlier text of the idea; it counts all the same.
    async fn is_stale(&self) -> bool {
        self.assessment.idea_revision < self.idea.idea.text_revision
    }

    /// The revision that was read, or that it was said to stand for.
    async fn idea_revision(&self) -> i32 {
        self.assessment.idea_revision
    }

    /// Stable per idea; what others see in place of the person.
    async fn alias(&self) -> String {
        format!("Assessor {}", self.assessment.alias)
    }

    /// How sure the assessor was, 1 to 5; shown, never a weight. Null when not said.
    async fn confidence(&self) -> Option<i32> {
        self.assessment.confidence
    }

    /// Whether the score of the idea is made of it, among others.
    async fn is_counted(&self) -> bool {
        self.assessment.counts()
    }

    /// Made before the assessor could see the score of the idea.
    async fn was_blind(&self) -> bool {
        self.assessment.was_blind
    }

    /// What else there was to say; null when nothing was.
    async fn comment(&self) -> Option<&str> {
        self.assessment.comment.as_deref()
    }

    /// When it was handed in, replaced, or last said to stand for a new text.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.assessment.submitted_at)
    }

    /// The version of the rubric it was made under.
    async fn rubric_version(&self) -> RubricVersionNode {
        RubricVersionNode(Arc::clone(&self.version))
    }
}

/// What was answered, by the keys of criteria, as a rubric asks it: one per criterion, in its
/// order.
pub async fn ratings_under(
    ctx: &Context<'_>,
    version: uuid::Uuid,
    given: impl Fn(&str) -> Option<(Option<f64>, Option<String>)>,
) -> Result<Vec<Rating>> {
    Ok(ratings(&version_of(ctx, version).await?, given))
}

fn ratings(
    version: &Arc<RubricVersion>,
    given: impl Fn(&str) -> Option<(Option<f64>, Option<String>)>,
) -> Vec<Rating> {
    let criteria = version.rubric.criteria.iter().enumerate();
    let rating = |(index, criterion): (usize, &crate::assessment::rubric::Criterion)| {
        let (level, rationale) = given(&criterion.key).unwrap_or_default();
        let version = Arc::clone(version);
        Rating {
            criterion: CriterionNode { version, index },
            level,
            rationale,
        }
    };
    criteria.map(rating).collect()
}

/// One answer of an assessment.
#[derive(SimpleObject)]
pub struct Rating {
    /// What was asked.
    criterion: CriterionNode,
    /// As entered; null: cannot judge.
    level: Option<f64>,
    /// Why; null when not said.
    rationale: Option<String>,
}

/// What the answers of one assessment add up to.
pub struct AssessmentScore {
    scored: Arc<Scored>,
    version: Arc<RubricVersion>,
}

/// The score of one assessment, line by line.
#[Object]
impl AssessmentScore {
    /// Whether enough was answered to count.
    async fn is_complete(&self) -> bool {
        self.scored.is_complete
    }

    /// 0 to 100, two decimals; the lines add up to it exactly. Null when incomplete.
    async fn total(&self) -> Option<f64> {
        self.scored.key.map(shown)
    }

    /// Share of the weight that was answered, 0 to 1.
    async fn coverage(&self) -> f64 {
        self.scored.coverage
    }

    /// What each criterion adds, in the rubric's order; nothing when incomplete.
    async fn lines(&self) -> Vec<ScoreLine> {
        let lines = self.scored.lines.iter().cloned().enumerate();
        lines
            .map(|(index, line)| ScoreLine {
                line,
                criterion: CriterionNode {
                    version: Arc::clone(&self.version),
                    index,
                },
            })
            .collect()
    }

    /// What is missing, for the assessor; null when complete.
    async fn incomplete_because(&self) -> Option<&str> {
        let because = self.scored.incomplete_because.as_ref()?;
        Some(&because.sentence)
    }
}
