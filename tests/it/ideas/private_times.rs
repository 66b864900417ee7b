//! What was written in a draft, or in confidence, stays its authors' own when the idea is
//! handed in or opened: others read it from the text on that was shown to them.

use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sluice::entity::event;

use super::*;

/// Number and title of every revision, with how many there are said to be.
async fn revisions(person: &Person, idea: &Idea) -> Value {
    let fields = "revisions { totalCount nodes { number title } pageInfo { hasPreviousPage } }";
    let seen = person.sees(idea, fields).await["revisions"].clone();
    assert_eq!(seen["pageInfo"]["hasPreviousPage"], false);
    let nodes = seen["nodes"].as_array().unwrap().iter();
    let told: Vec<Value> = nodes
        .map(|node| json!([node["number"], node["title"]]))
        .collect();
    json!([told, seen["totalCount"]])
}

/// Everybody who wrote nothing of it.
async fn others(app: &App) -> [Person; 3] {
    [
        app.member("Cid").await,
        app.person("Xia", &["ASSESSOR"]).await,
        app.person("Lea", &["LEAD", "ADMIN"]).await,
    ]
}

#[rstest]
#[tokio::test]
async fn the_texts_of_a_draft_stay_its_authors_own(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"asDraft": true, "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Draft 1", more).await;
    ann.update(&bees, json!({"title": "Draft 2"})).await.ok();
    bob.update(&bees, json!({"title": "Shown 3"})).await.ok();
    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    ann.update(&bees, json!({"title": "Shown 4"})).await.ok();

    let all = json!([
        [
            [1, "Draft 1"],
            [2, "Draft 2"],
            [3, "Shown 3"],
            [4, "Shown 4"]
        ],
        4
    ]);
    let shown = json!([[[3, "Shown 3"], [4, "Shown 4"]], 2]);
    for author in [&ann, &bob] {
        assert_eq!(revisions(author, &bees).await, all);
    }
    let first = ann
        .sees(&bees, "revisions(first: 1) { pageInfo { endCursor } }")
        .await;
    let first = &first["revisions"]["pageInfo"]["endCursor"];
    for other in &others(&app).await {
        assert_eq!(revisions(other, &bees).await, shown);
        // Nor by a cursor that an author handed on.
        let fields = format!("revisions(after: {first}) {{ nodes {{ number }} }}");
        assert_eq!(
            other.sees(&bees, &fields).await,
            json!({"revisions": {"nodes": [{"number": 3}, {"number": 4}]}})
        );
    }
}

#[rstest]
#[tokio::test]
async fn what_was_done_to_a_draft_is_in_nobodys_history(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit_with("Draft 1", json!({"asDraft": true})).await;
    ann.update(&bees, json!({"title": "Draft 2"})).await.ok();
    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    ann.update(&bees, json!({"title": "Shown 3"})).await.ok();
    let edited = event::Entity::find()
        .filter(event::Column::Kind.eq("DRAFT_EDITED"))
        .all(app.db().reader())
        .await
        .unwrap();
    assert_eq!(edited.len(), 1);
    let edited = format!("activity_{}", edited[0].uid.simple());

    for other in &others(&app).await {
        let seen = other.sees(&bees, "activity { totalCount nodes { kind sentence } }");
        assert_eq!(
            seen.await["activity"],
            json!({"totalCount": 2, "nodes": [
                {"kind": "SUBMITTED", "sentence": "Ann submitted the idea."},
                {"kind": "EDITED", "sentence": "Ann changed title: revision 3."},
            ]})
        );
        let query = "query($id: ID!) { node(id: $id) { id } }";
        let answer = other.post(query, json!({"id": edited})).await;
        assert_eq!(answer.ok(), &json!({"node": null}));
    }
}

#[rstest]
#[tokio::test]
async fn what_was_written_in_confidence_stays_so_when_the_idea_is_opened(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"visibility": "CONFIDENTIAL", "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Secret 1", more).await;
    bob.update(&bees, json!({"title": "Secret 2"})).await.ok();
    let others = others(&app).await;
    let lead = &others[2];
    let so_far = json!([[[1, "Secret 1"], [2, "Secret 2"]], 2]);
    assert_eq!(revisions(lead, &bees).await, so_far);

    let open = json!({"title": "Open 3", "visibility": "ORGANIZATION"});
    ann.update(&bees, open).await.ok();
    ann.update(&bees, json!({"title": "Open 4"})).await.ok();

    let shown = json!([[[3, "Open 3"], [4, "Open 4"]], 2]);
    for other in &others {
        assert_eq!(revisions(other, &bees).await, shown);
    }

    // Hidden once more, and opened once more: what came between is not shown either.
    for changes in [
        json!({"title": "Secret 5", "visibility": "CONFIDENTIAL"}),
        json!({"title": "Secret 6"}),
        json!({"title": "Open 7", "visibility": "ORGANIZATION"}),
    ] {
        ann.update(&bees, changes).await.ok();
    }
    let shown = json!([[[7, "Open 7"]], 1]);
    for other in &others {
        assert_eq!(revisions(other, &bees).await, shown);
    }
    for author in [&ann, &bob] {
        let seen = revisions(author, &bees).await;
        assert_eq!(seen[0][0], json!([1, "Secret 1"]));
        assert_eq!(seen[0][5], json!([6, "Secret 6"]));
        assert_eq!(seen[1], 7);
    }
}
