//! What fitting costs among 100,000 ideas: figures of one run, so they are told and not
//! promised. Left out unless asked for:
//!
//! `cargo test --test it -- --ignored --nocapture severity::measured`

use std::time::{Duration, Instant};

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sluice::assessment::scoring::IdeaScore;
use sluice::entity::{assessment, idea, idea_score, member};
use uuid::Uuid;

use super::*;

const IDEAS: usize = 100_000;
const ASSESSORS: usize = 300;

/// Fills the house with ideas like this one, each assessed by three of many.
async fn fill(panel: &Panel, rubric: &str) {
    let sql = panel.app.db().reader();
    let idea = idea::Entity::find().one(sql).await.unwrap().unwrap();
    let line = idea_score::Entity::find().one(sql).await.unwrap().unwrap();
    let given = assessment::Entity::find().one(sql).await.unwrap().unwrap();
    let person = member::Entity::find()
        .filter(member::Column::Id.eq(given.assessor_id))
        .one(sql)
        .await
        .unwrap()
        .unwrap();
    let card: IdeaScore = serde_json::from_str(&line.card).unwrap();
    let people: Vec<Uuid> = (0..ASSESSORS).map(|_| Uuid::now_v7()).collect();
    let members = people.iter().map(|id| {
        let mut row = person.clone();
        (row.id, row.subject) = (*id, id.to_string());
        row.into_active_model().reset_all()
    });
    member::Entity::insert_many(members)
        .exec_without_returning(sql)
        .await
        .unwrap();
    let mut seed = 20_261_126_u64;
    let mut dice = move |sides: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    for part in 0..IDEAS / 500 {
        let (mut ideas, mut lines, mut rows) = (vec![], vec![], vec![]);
        for at in 0..500 {
            let id = Uuid::now_v7();
            let mut row = idea.clone();
            (row.id, row.number) = (id, 1_000 + (part * 500 + at) as i64);
            ideas.push(row.into_active_model().reset_all());
            let worth = 20 + dice(50);
            let first = dice(ASSESSORS as u64) as usize;
            let mut totals = Vec::new();
            for (alias, step) in (1..).zip([0, 7, 31]) {
                let who = (first + step) % ASSESSORS;
                let total = (worth + dice(20)) as f64 + (who % 11) as f64;
                totals.push(total);
                let mut row = given.clone();
                (row.id, row.idea_id) = (Uuid::now_v7(), id);
                (row.assessor_id, row.alias, row.total) = (people[who], alias, Some(total));
                rows.push(row.into_active_model().reset_all());
            }
            let mean = totals.iter().sum::<f64>() / 3.0;
            let mut row = line.clone();
            let mut card = card.clone();
            (card.raw, card.lines[0].contribution, card.n) = (mean, mean, 3);
            let rss: f64 = totals.iter().map(|total| (total - mean).powi(2)).sum();
            (card.theta, card.key) = (mean, (mean * 100.0).round() as i32);
            row.idea_id = id;
            (row.key, row.rss) = (card.key, (rss * 1e6).round() as i64);
            (row.assessment_count, row.card) = (3, serde_json::to_string(&card).unwrap());
            lines.push(row.into_active_model().reset_all());
        }
        idea::Entity::insert_many(ideas)
            .exec_without_returning(sql)
            .await
            .unwrap();
        idea_score::Entity::insert_many(lines)
            .exec_without_returning(sql)
            .await
            .unwrap();
        assessment::Entity::insert_many(rows)
            .exec_without_returning(sql)
            .await
            .unwrap();
    }
    eprintln!("{rubric}: {IDEAS} ideas are in");
}

async fn median(person: &Person, question: &str) -> Duration {
    let mut times = Vec::new();
    for _ in 0..30 {
        let begun = Instant::now();
        person.post(question, json!({})).await.ok();
        times.push(begun.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

#[rstest]
#[tokio::test]
#[ignore = "it measures"]
async fn fitting_a_hundred_thousand_ideas_takes_so_long(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some((panel, _)) = judged(store, aggregation, &W5[..1]).await else {
        return;
    };
    fill(&panel, aggregation).await;
    let begun = Instant::now();
    panel.app.calendar_turns().await;
    eprintln!(
        "{store:?} {aggregation}: the first turn {:?}",
        begun.elapsed()
    );
    let page = |fields: &str| {
        format!("{{ backlog(filter: {{rubric: \"points\"}}) {{ nodes {{ {fields} }} }} }}")
    };
    for fields in [
        "rank scorecard { total low }",
        "rank scorecard { total low adjusted { total rank } }",
    ] {
        let took = median(&panel.author, &page(fields)).await;
        eprintln!("{store:?} {aggregation}: {fields}: {took:?}");
    }
    let begun = Instant::now();
    quality(&panel.author).await;
    eprintln!(
        "{store:?} {aggregation}: roundQuality {:?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    panel.app.calendar_turns().await;
    eprintln!(
        "{store:?} {aggregation}: a turn with nothing new {:?}",
        begun.elapsed()
    );
}

/// Asks, and tells how long the answer took.
async fn once(person: &Person, what: &str, question: &str) {
    let begun = Instant::now();
    let answer = person.post(question, json!({})).await;
    let took = begun.elapsed();
    let refused = answer.errors().first();
    let reason = refused.map(|error| &error["extensions"]["reason"]);
    eprintln!("{what}: {took:?} {}", reason.unwrap_or(&Value::Null));
}

#[rstest]
#[tokio::test]
#[ignore = "it measures"]
async fn questions_over_every_ranked_idea_take_so_long(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some((panel, ideas)) = judged(store, aggregation, &W5[..1]).await else {
        return;
    };
    fill(&panel, aggregation).await;
    let begun = Instant::now();
    panel.app.calendar_turns().await;
    eprintln!(
        "{store:?} {aggregation}: the first turn {:?}",
        begun.elapsed()
    );
    let ask = async |what: &str, question: &str| {
        let told = format!("{store:?} {aggregation}: {what}");
        once(&panel.lead, &told, question).await;
    };
    let what_if = "{ whatIf(weights: [{criterion: \"worth\", weight: 1}],
        filter: {rubric: \"points\"}) { kendallTau entries { rank rankNow } } }";
    let next = |cut: u32| {
        format!(
            "{{ nextAssessments(rubric: \"points\", cut: {cut}) {{ topChance sentence
                candidates {{ name }} }} }}"
        )
    };
    let explain = format!(
        "{{ explainRank(ideaId: \"{}\", cut: 10) {{ topChance }} }}",
        ideas[0].id
    );
    for _ in 0..2 {
        // What the costs of the others are held against.
        ask("explainRank(cut: 10)", &explain).await;
        ask("whatIf", what_if).await;
        ask(
            "roundQuality",
            "{ roundQuality(rubric: \"points\") { icc } }",
        )
        .await;
        for cut in [10, 300, 5_000] {
            ask(&format!("nextAssessments(cut: {cut})"), &next(cut)).await;
        }
        let page = "{ backlog(filter: {rubric: \"points\"}) { nodes {
            scorecard { adjusted { total rank } } } } }";
        ask("a page with what would be without leniency", page).await;
    }
    // Something changed: what is fitted is fitted anew, and every score that moved is kept.
    gives(&panel.assessors[3], &ideas[0], 3).await;
    let begun = Instant::now();
    panel.app.calendar_turns().await;
    eprintln!(
        "{store:?} {aggregation}: a turn after one assessment {:?}",
        begun.elapsed()
    );
}
