//! Rubrics, assessments and scorecards in the graph.

mod assessments;
mod assigning;
mod assignments;
mod conflicts;
mod drafting;
mod mutations;
mod rubrics;
mod scorecard;

pub use assessments::{
    AssessmentConnection, AssessmentNode, AssessmentProgress, Rating, assessment, assessments_of,
    may_know_assessor, progress_of, ratings_under, viewer_assessment_of,
};
pub use assigning::AssignmentMutation;
pub use assignments::{
    AssignmentConnection, AssignmentNode, AssignmentQuery, assignment, assignments_by,
    assignments_of, awaited, overdue_assignments, viewer_assignment_of,
};
pub use conflicts::ConflictMutation;
pub use drafting::RubricMutation;
pub use mutations::{AssessmentMutation, RatingInput};
pub use rubrics::{
    CriterionNode, RubricNode, RubricQuery, RubricVersionNode, hides_authors, rubric, rubric_of,
    rubric_version, version_for_screening,
};
pub use scorecard::{ScoreLine, Scorecard, rank_of, scorecard_of};
