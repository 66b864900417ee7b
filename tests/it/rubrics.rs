//! What leads do with rubrics: they draft, publish, retire and choose them. A draft is the
//! leads' own and every fault of it is told; a published version never changes, and rescores
//! nothing by surprise.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::support::App;
use super::support::people::{Answer, Person};

mod drafting;
mod offering;
mod previewing;
mod publishing;
mod rescoring;

/// A rubric to draft: `impact` weighs 60 and must be answered, `effort` 40 and costs.
pub(crate) fn rubric(key: &str, more: Value) -> Value {
    let mut input = json!({
        "key": key, "name": "Quick look", "quorum": 2, "minimumCoverage": 0.6,
        "criteria": [criterion("impact", json!({"weight": 60})),
            criterion("effort", json!({"weight": 40, "kind": "COST", "isRequired": false}))],
    });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    input
}

/// A criterion on a scale of 1 to 5, with more fields or others.
pub(crate) fn criterion(key: &str, more: Value) -> Value {
    let mut input = json!({
        "key": key, "name": key.to_uppercase(), "question": "How much?",
        "minimum": 1, "maximum": 5,
        "levels": [{"value": 1, "anchor": "None"}, {"value": 3, "anchor": "Some"},
            {"value": 5, "anchor": "Much"}],
    });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    input
}

impl Person {
    /// Drafts a rubric; the id of the draft.
    pub(crate) async fn drafts(&self, rubric: Value) -> String {
        let answer = self
            .act("draftRubric", rubric, "rubricVersion { id }")
            .await;
        answer.text("draftRubric.rubricVersion.id")
    }

    /// Publishes a draft, whatever becomes of it.
    pub(crate) async fn publishes(&self, draft: &str, rescore: bool) -> Answer {
        let input = json!({"rubricVersionId": draft, "reason": "We learned.", "rescore": rescore});
        let fields = "rescoredCount notRescorable { title } rubricVersion { number state }";
        self.act("publishRubric", input, fields).await
    }

    /// Drafts and publishes a rubric.
    pub(crate) async fn brings_out(&self, rubric: Value) {
        let draft = self.drafts(rubric).await;
        self.publishes(&draft, false).await.ok();
    }
}

/// Answers to both criteria of `rubric`; 0 where the assessor cannot judge.
fn answers(impact: u8, effort: u8) -> Value {
    [("impact", impact), ("effort", effort)]
        .into_iter()
        .filter(|(_, level)| *level > 0)
        .map(|(criterion, level)| json!({"criterion": criterion, "level": level}))
        .collect()
}

/// A number the database knows.
async fn count(app: &App, query: &str) -> i64 {
    let sql = app.db().reader();
    let statement = Statement::from_string(sql.get_database_backend(), query.to_owned());
    let row = sql.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}
