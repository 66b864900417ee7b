//! Conditions that several lists of ideas share, in SQL.

use super::domain::tag_form;
use super::lifecycle::State;
use super::lists::Apart;
use super::store::nothing;
use super::terms::WordKey;
use crate::entity::{
    assessment, candidate, idea, idea_score, idea_tag, idea_term, rubric, rubric_version, team,
    team_member,
};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{
    Alias, CaseStatement, Condition, Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement,
    SimpleExpr,
};
use uuid::Uuid;

/// Ideas in one of these states; no states match nothing.
pub fn any_state(states: &[State]) -> Condition {
    if states.is_empty() {
        return nothing();
    }
    idea::Column::State
        // Each once, however often it was named.
        .is_in(
            State::ALL
                .iter()
                .filter(|state| states.contains(state))
                .map(|state| state.as_str()),
        )
        .into_condition()
}

/// Later than any promise.
const NEVER: Micros = 9_000_000_000_000_000;

/// When the next step of an idea is due, as `Idea::due` says; `NEVER` when nothing was promised.
/// In these words an index has it.
const DUE: &str = "case when idea.appeal_due_at is not null \
    and idea.state in ('DECLINED', 'ON_HOLD', 'MERGED') then idea.appeal_due_at \
    else coalesce(idea.due_at, 9000000000000000) end";

/// When the next step is due; what has no promise comes last.
pub fn due() -> SimpleExpr {
    Expr::cust(DUE)
}

/// Ideas whose promise falls due before then; those without one never do.
pub fn due_before(bound: Micros) -> SimpleExpr {
    due().lt(Ord::min(bound, NEVER))
}

/// Ideas in which whoever owes the next step is late, as `Idea::is_overdue` says.
pub fn overdue(now: Micros) -> Condition {
    let waits = any_state(&[State::OnHold]).add(appealed().not());
    Condition::all().add(due_before(now)).add(waits.not())
}

/// Ideas in which answering an appeal is the next step, as `Idea::appeal_due` says.
pub fn appealed() -> Condition {
    let rests: Vec<State> = State::ALL.iter().copied().filter(|it| it.rests()).collect();
    any_state(&rests).add(idea::Column::AppealDueAt.is_not_null())
}

/// Ideas that are assessed under a version of this rubric; for the default one, those too that
/// are not accepted yet.
pub fn under_rubric(key: &str) -> Condition {
    if key.chars().any(char::is_control) {
        // No key is like that, and PostgreSQL takes no NUL.
        return nothing();
    }
    let rubric = Query::select()
        .column(rubric::Column::Id)
        .from(rubric::Entity)
        .and_where(rubric::Column::Key.eq(key))
        .to_owned();
    let versions = Query::select()
        .column(rubric_version::Column::Id)
        .from(rubric_version::Entity)
        .and_where(rubric_version::Column::RubricId.in_subquery(rubric.clone()))
        .to_owned();
    let mut is_default = rubric;
    is_default.and_where(rubric::Column::IsDefault.eq(true));
    let not_yet = Condition::all()
        .add(idea::Column::RubricVersionId.is_null())
        .add(Expr::exists(is_default));
    Condition::any()
        .add(idea::Column::RubricVersionId.in_subquery(versions))
        .add(not_yet)
}

/// Ideas in assessment with fewer counted assessments than their rubric asks for.
pub fn lacking_assessments() -> Condition {
    let counted = Query::select()
        .expr(Expr::cust("count(*)"))
        .from(assessment::Entity)
        .and_where(
            Expr::col((assessment::Entity, assessment::Column::IdeaId))
                .equals((idea::Entity, idea::Column::Id)),
        )
        .and_where(assessment::Column::IsComplete.eq(true))
        .and_where(assessment::Column::IsWithdrawn.eq(false))
        .and_where(assessment::Column::IsRecused.eq(false))
        .to_owned();
    let quorum = Query::select()
        .column(rubric_version::Column::Quorum)
        .from(rubric_version::Entity)
        .and_where(
            Expr::col((rubric_version::Entity, rubric_version::Column::Id))
                .equals((idea::Entity, idea::Column::RubricVersionId)),
        )
        .to_owned();
    Condition::all()
        .add(any_state(&[State::InAssessment]))
        .add(SimpleExpr::from(counted).lt(SimpleExpr::from(quorum)))
}

/// Ideas with a published score whose assessors are so far apart.
pub fn apart(wanted: &Apart) -> Condition {
    let deviates = |bounds: &[(Uuid, f64)], is_far: bool| {
        let mut any = Condition::any();
        for (rubric, bound) in bounds {
            let deviation = Expr::col(idea_score::Column::Deviation);
            let side = if is_far {
                deviation.gte(*bound)
            } else {
                deviation.lt(*bound)
            };
            any = any.add(idea_score::Column::RubricId.eq(*rubric).and(side));
        }
        let several = Expr::col(idea_score::Column::AssessmentCount).gte(2);
        Condition::all().add(several).add(any)
    };
    let which = match wanted {
        Apart::TooFew => Condition::all().add(Expr::col(idea_score::Column::AssessmentCount).lt(2)),
        Apart::Below(bounds) => deviates(bounds, false),
        Apart::From(bounds) => deviates(bounds, true),
    };
    let scores = Query::select()
        .column(idea_score::Column::IdeaId)
        .from(idea_score::Entity)
        .and_where(idea_score::Column::PublishedAt.is_not_null())
        .cond_where(which)
        .to_owned();
    idea::Column::Id.in_subquery(scores).into_condition()
}

/// Ideas with all of these tags; no tags match nothing.
pub fn with_tags(tags: &[String]) -> Condition {
    let mut all = Condition::all();
    if tags.is_empty() {
        all = all.add(nothing());
    }
    for tag in tags {
        let tag = tag_form(tag);
        if tag.chars().any(char::is_control) {
            // No tag is like that, and PostgreSQL takes no NUL.
            all = all.add(nothing());
            continue;
        }
        let tagged = Query::select()
            .column(idea_tag::Column::IdeaId)
            .from(idea_tag::Entity)
            .and_where(idea_tag::Column::Tag.eq(tag))
            .to_owned();
        all = all.add(idea::Column::Id.in_subquery(tagged));
    }
    all
}

/// Ideas in which every one of these words stands.
pub fn with_words(words: &[String]) -> Condition {
    Condition::all().add(idea::Column::Number.in_subquery(found(words)))
}

/// The numbers of ideas in which every one of these words stands.
pub fn found(words: &[String]) -> SelectStatement {
    let terms = words.iter().flat_map(|word| WordKey::of(word).terms());
    let mut query = Query::select();
    query
        .column(idea_term::Column::Number)
        .from(idea_term::Entity)
        .cond_where(idea_term::Column::Term.is_in(terms))
        .group_by_col(idea_term::Column::Number)
        .and_having(Expr::cust("count(*)").eq(i64::try_from(words.len()).unwrap_or(i64::MAX)));
    if words.is_empty() {
        // Something was searched for that has no word in it.
        query.and_where(Expr::cust("1 = 0"));
    }
    query
}

/// The same with how much of the words an idea holds, each word weighing so much.
pub fn found_by_weight(words: &[String], weights: &[i64]) -> SelectStatement {
    let weighed = words.iter().zip(weights);
    let weight = weighed.fold(CaseStatement::new(), |weight, (word, so_much)| {
        let is_it = Expr::cust("(term >> 3)").eq(WordKey::of(word).number());
        weight.case(is_it, *so_much)
    });
    let held = Expr::cust("((term & 3) + 1)").mul(weight.finally(0_i64));
    let mut query = found(words);
    query.expr_as(
        Func::sum(held).cast_as(Alias::new("bigint")),
        Alias::new("relevance"),
    );
    query
}

/// The ids of ideas that a team works on, or worked on, in which this person is.
pub fn worked_on_by(member: MemberId) -> SelectStatement {
    Query::select()
        .column((candidate::Entity, candidate::Column::IdeaId))
        .from(team_member::Entity)
        .inner_join(
            team::Entity,
            Expr::col((team::Entity, team::Column::Id))
                .equals((team_member::Entity, team_member::Column::TeamId)),
        )
        .inner_join(
            candidate::Entity,
            Expr::col((candidate::Entity, candidate::Column::Id))
                .equals((team::Entity, team::Column::CandidateId)),
        )
        .and_where(team_member::Column::MemberId.eq(member.0))
        .to_owned()
}
