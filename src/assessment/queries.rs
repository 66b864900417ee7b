//! What a person can ask about rubrics and assessments, and what they may see of them:
//! under a blind rubric nobody sees a rating or a score of an idea in assessment but
//! their own.

use super::store::{self, Assessment, RubricHead, RubricVersion, ScoreRow};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::lifecycle::State;
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Result};
use crate::session::Session;

/// All rubrics the caller may see, the default one first: those that were never published are
/// the leads' own.
pub async fn rubrics(s: &Session) -> Result<Vec<RubricHead>> {
    s.actor.signed_in()?;
    let mut all = store::rubrics(s.reader()).await?;
    all.retain(|rubric| shows_rubric(s, rubric));
    Ok(all)
}

/// Whether the caller may know that there is this rubric.
pub fn shows_rubric(s: &Session, rubric: &RubricHead) -> bool {
    rubric.is_published || s.actor.leads()
}

/// The rubric with this key, when the caller may see it.
pub async fn rubric(s: &Session, key: &str) -> Result<Option<RubricHead>> {
    let mut all = rubrics(s).await?;
    all.retain(|rubric| rubric.key == key);
    Ok(all.pop())
}

/// The version a newly accepted idea is assessed under; `UNKNOWN_RUBRIC` at `input.rubric`.
pub async fn current_version(s: &Session, key: Option<&str>) -> Result<RubricVersion> {
    s.actor.signed_in()?;
    let current = match store::rubric_by_key(s.reader(), key).await? {
        Some(rubric) => store::current(s.reader(), &rubric).await?,
        None => None,
    };
    current.ok_or_else(|| match key {
        Some(key) => unknown_rubric("rubric", key),
        None => Error::internal("there is no default rubric"),
    })
}

/// No rubric with this key is offered; said at `input.<field>`.
pub fn unknown_rubric(field: &str, key: &str) -> Error {
    let told = format!("There is no published rubric with the key {key:?}.");
    Error::invalid(&[field], "UNKNOWN_RUBRIC", told)
}

/// Whether everyone who sees the idea sees its numbers: once published, or from the first
/// assessment that counts when the rubric is not blind.
pub fn shows_numbers(score: &ScoreRow, version: &RubricVersion) -> bool {
    score.published_at.is_some() || !version.rubric.is_blind
}

/// Whether this person sees an assessment at all.
pub fn sees_assessment(
    sees: &Sees,
    assessment: &Assessment,
    score: Option<&ScoreRow>,
    version: &RubricVersion,
) -> bool {
    assessment.assessor == sees.member
        || score.is_some_and(|score| score.published_at.is_some())
        || !version.rubric.is_blind
}

/// Whether this person sees who made it: its maker does, and leads once the score is
/// published.
pub fn sees_assessor(sees: &Sees, assessment: &Assessment, score: Option<&ScoreRow>) -> bool {
    assessment.assessor == sees.member
        || (sees.confidential && score.is_some_and(|score| score.published_at.is_some()))
}

/// Whether the authors of an idea are hidden from assessors while it is in assessment.
pub fn hides_authors(idea: &Idea, version: &RubricVersion) -> bool {
    !version.rubric.reveals_author && idea.state == State::InAssessment
}

/// The assessments of an idea that the caller may see, in the order in which they came.
pub async fn assessments(
    s: &Session,
    id: IdeaId,
    score: Option<&ScoreRow>,
    version: &RubricVersion,
) -> Result<Vec<Assessment>> {
    let sees = Sees::of(&s.actor)?;
    let all = store::of_idea(s.reader(), id).await?;
    Ok(all
        .into_iter()
        .filter(|one| sees_assessment(&sees, one, score, version))
        .collect())
}
