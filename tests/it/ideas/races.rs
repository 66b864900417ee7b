//! Many people press at once: every answer is true, and nothing is lost.

use std::collections::BTreeSet;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use sluice::entity::support;
use tokio::task::JoinSet;

use super::*;

/// An idea of Ann with nineteen co-authors, each of whom may edit it.
async fn twenty_authors(app: &App) -> (Idea, Vec<Person>) {
    let mut people = vec![app.member("Ann").await];
    for index in 1..20 {
        people.push(app.member(&format!("Author {index}")).await);
    }
    let others: Vec<&String> = people[1..].iter().map(|person| &person.id).collect();
    let bees = people[0].submit_with("Bees", json!({"coAuthorIds": others}));
    (bees.await, people)
}

/// What everybody gets who does this at once.
async fn at_once<F>(acts: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    acts.into_iter().collect::<JoinSet<_>>().join_all().await
}

#[rstest]
#[tokio::test]
async fn of_twenty_who_edit_what_they_read_one_wins(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, people) = twenty_authors(&app).await;

    let answers = at_once(people.iter().cloned().map(|person| {
        let bees = bees.clone();
        async move {
            let changes = json!({"title": format!("By {}", person.name), "expectedRevision": 1});
            person.update(&bees, changes).await
        }
    }));
    let answers = answers.await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.errors().is_empty());
    assert_eq!((won.len(), lost.len()), (1, 19));
    for answer in lost {
        let error = answer.refused_because("CONFLICT", "STALE_REVISION");
        assert_eq!(error["extensions"]["currentRevision"], 2);
    }
    let title = won[0].at("updateIdea.idea.title");
    let seen = people[0]
        .sees(&bees, "title revision revisions { totalCount }")
        .await;
    assert_eq!(
        seen,
        json!({"title": title, "revision": 2, "revisions": {"totalCount": 2}})
    );
}

#[rstest]
#[tokio::test]
async fn of_twenty_edits_none_is_lost(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, people) = twenty_authors(&app).await;

    let answers = at_once(people.iter().cloned().map(|person| {
        let bees = bees.clone();
        async move {
            person
                .on(
                    &bees,
                    "updateIdea",
                    json!({"title": person.name}),
                    "idea { revision }",
                )
                .await
        }
    }));
    let answers = answers.await;

    let fields = "title revision revisions(first: 100) { nodes { number title by { name } } }";
    let seen = people[0].sees(&bees, fields).await;
    let revisions = seen["revisions"]["nodes"].as_array().unwrap();
    let numbers: Vec<i64> = revisions
        .iter()
        .map(|it| it["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<i64>>());
    let titles: BTreeSet<&str> = revisions[1..]
        .iter()
        .map(|it| it["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        people.iter().map(|person| person.name.as_str()).collect()
    );
    assert!(
        revisions[1..]
            .iter()
            .all(|it| it["title"] == it["by"]["name"])
    );
    assert_eq!(seen["title"], revisions[20]["title"]);
    // Each was told a revision that had their edit in it already.
    for answer in answers {
        let told = answer.at("updateIdea.idea.revision").as_i64().unwrap();
        assert!((2..=21).contains(&told));
    }
}

#[rstest]
#[tokio::test]
async fn edits_of_different_fields_do_not_undo_each_other(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, people) = twenty_authors(&app).await;
    let fields = [
        "title",
        "problem",
        "proposal",
        "beneficiaries",
        "evidence",
        "expectedOutcome",
        "hypothesis",
        "riskiestAssumption",
        "successMeasure",
    ];

    let answers = at_once(people.iter().cloned().zip(fields).map(|(person, field)| {
        let bees = bees.clone();
        async move {
            person
                .update(&bees, json!({field: format!("New {field}")}))
                .await
        }
    }));

    for answer in answers.await {
        answer.ok();
    }
    let seen = people[0].sees(&bees, &fields.join(" ")).await;
    for field in fields {
        assert_eq!(seen[field], format!("New {field}"));
    }
}

#[rstest]
#[tokio::test]
async fn support_is_counted_right_however_many_come_and_go(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, people) = twenty_authors(&app).await;
    let press = |mutations: &'static [&'static str]| {
        let acts = people.iter().cloned().flat_map(|person| {
            let bees = bees.clone();
            mutations.iter().map(move |mutation| {
                let (person, bees) = (person.clone(), bees.clone());
                async move { person.on(&bees, mutation, json!({}), "idea { id }").await }
            })
        });
        at_once(acts.collect::<Vec<_>>())
    };
    let count = async || {
        let rows = support::Entity::find().count(app.db().reader());
        let rows = rows.await.unwrap();
        let shown = people[0].sees(&bees, "supportCount").await["supportCount"].clone();
        (rows, shown.as_u64().unwrap())
    };

    // Each twice at once: counted once all the same.
    for answer in press(&["supportIdea", "supportIdea"]).await {
        answer.ok();
    }
    assert_eq!(count().await, (20, 20));
    for answer in press(&["withdrawSupport", "supportIdea", "withdrawSupport"]).await {
        answer.ok();
    }
    let (rows, shown) = count().await;
    assert_eq!(rows, shown);
    for answer in press(&["withdrawSupport"]).await {
        answer.ok();
    }
    assert_eq!(count().await, (0, 0));
}

#[rstest]
#[tokio::test]
async fn of_ten_leads_who_screen_at_once_one_decides(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let mut leads = Vec::new();
    for index in 0..10 {
        leads.push(app.person(&format!("Lead {index}"), &["LEAD"]).await);
    }

    let answers = at_once(leads.into_iter().zip(0..).map(|(lead, index)| {
        let bees = bees.clone();
        let outcome = ["ACCEPT", "NEEDS_INFO", "DECLINE"][index % 3];
        async move { lead.screen(&bees, outcome, json!({})).await }
    }));
    let answers = answers.await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.errors().is_empty());
    assert_eq!((won.len(), lost.len()), (1, 9));
    for answer in lost {
        answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    }
    let decision = won[0].at("screenIdea.decision.id");
    let seen = ann.sees(&bees, "state decisions { id }").await;
    assert_eq!(
        seen,
        json!({"state": won[0].at("screenIdea.idea.state"), "decisions": [{"id": decision}]})
    );
}

#[rstest]
#[tokio::test]
async fn twenty_at_once_get_twenty_numbers(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    let answers = at_once((0..20).map(|index| {
        let ann = ann.clone();
        let input = json!({"title": format!("Idea {index}"), "problem": "None."});
        async move { ann.act("submitIdea", input, "idea { number }").await }
    }));

    let numbers: BTreeSet<i64> = answers
        .await
        .iter()
        .map(|it| it.at("submitIdea.idea.number").as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=20).collect());
}
