//! What somebody may not see is not told by a merge: not by counts, lists, times, events or
//! refusals.

use rstest::rstest;

use super::*;

const TOLD: &str = "state supportCount updatedAt mergedInto { number } mergedFrom { number }
    activity { totalCount nodes { kind sentence } } waitingFor { sentence }";

#[rstest]
#[tokio::test]
async fn a_confidential_idea_that_was_absorbed_is_not_told_of(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (bo, zoe) = (app.member("Bo").await, app.member("Zoe").await);
    let secret = ann
        .submit_with("Secret", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    let bees = bo.submit("Bees").await;
    for person in [&lea, &ann] {
        person
            .says_of("supportIdea", &secret, "idea { id }")
            .await
            .ok();
        person
            .says_of("followIdea", &secret, "idea { id }")
            .await
            .ok();
    }
    let before = zoe.sees(&bees, TOLD).await;
    let own = bo.sees(&bees, TOLD).await;

    lea.merge(&secret, &bees).await.ok();

    assert_eq!(zoe.sees(&bees, TOLD).await, before);
    assert_eq!(bo.sees(&bees, TOLD).await, own);
    let seen = lea.sees(&bees, TOLD).await;
    assert_eq!(seen["mergedFrom"], json!([{"number": secret.number}]));
    assert_eq!(
        seen["activity"]["nodes"][1],
        json!({"kind": "MERGED", "sentence": format!("Lea merged #{} into it.", secret.number)})
    );
    // Those it hides from count no supporters that they may not know of.
    assert_eq!(
        lea.sees(&bees, "supportCount viewerSupports viewerFollows")
            .await,
        json!({"supportCount": 0, "viewerSupports": false, "viewerFollows": true})
    );
    let own = ann
        .sees(&secret, "mergedInto { number mergedFrom { number } }")
        .await;
    assert_eq!(
        own["mergedInto"],
        json!({"number": bees.number, "mergedFrom": [{"number": secret.number}]})
    );
    let event =
        lea.looks(&bees, "activity(last: 1) { nodes { id } }").await["nodes"][0]["id"].clone();
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let asked = json!({"id": event});
    assert_eq!(lea.post(node, asked.clone()).await.at("node.id"), &event);
    assert_eq!(zoe.post(node, asked).await.at("node"), &json!(null));

    // However the survivor is shown.
    for visibility in ["CONFIDENTIAL", "ORGANIZATION"] {
        let change = json!({"ideaId": bees.id, "visibility": visibility});
        bo.act("updateIdea", change, "idea { id }").await.ok();
        assert_eq!(bo.looks(&bees, "supportCount").await, 0);
        assert_eq!(bo.looks(&bees, "mergedFrom { number }").await, json!([]));
    }
    crate::verify::fits(&app);
    lea.unmerge(&secret).await.ok();
    let after = zoe.sees(&bees, TOLD).await;
    // It was edited twice.
    assert_eq!(after["activity"]["totalCount"], 3);
    assert_eq!(ann.looks(&secret, "supportCount").await, 2);
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn where_a_merged_idea_went_is_told_to_those_who_see_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let zoe = app.member("Zoe").await;
    let secret = ann
        .submit_with("Secret", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    let bees = ann.submit("Bees").await;
    zoe.says_of("supportIdea", &bees, "idea { id }").await.ok();
    lea.merge(&bees, &secret).await.ok();

    let seen = zoe.sees(&bees, TOLD).await;
    assert_eq!(
        (
            &seen["mergedInto"],
            &seen["activity"]["nodes"][2],
            &seen["waitingFor"]["sentence"]
        ),
        (
            &json!(null),
            &json!({"kind": "MERGED", "sentence": "Lea merged it into another idea."}),
            &json!("Nobody owes a next step here: it goes on in another idea."),
        )
    );
    assert_eq!(zoe.looks(&bees, "viewerCan").await, json!([]));
    for mutation in ["supportIdea", "followIdea", "addComment"] {
        let refused = zoe.says_of(mutation, &bees, "idea { id }").await;
        assert_eq!(legal_steps(&refused), json!(["unmergeIdeas"]));
        assert!(!format!("{refused:?}").contains(&secret.id));
    }
    // Everybody may know who of them wants it; and they can take it back.
    assert_eq!(ann.looks(&secret, "supportCount").await, 1);
    let back = zoe
        .says_of("withdrawSupport", &bees, "idea { number }")
        .await;
    assert_eq!(back.at("withdrawSupport.idea.number"), &json!(bees.number));
    assert_eq!(ann.looks(&secret, "supportCount").await, 0);
    assert_eq!(zoe.looks(&bees, "supportCount").await, 0);
    assert_eq!(
        ann.looks(&bees, "viewerCan").await,
        json!(["COMMENT", "SUPPORT", "FOLLOW"])
    );
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn an_idea_that_is_confidential_now_is_not_named_where_it_once_was_merged(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (zoe, bees) = (app.member("Zoe").await, ann.submit("Bees").await);
    let wasps = ann.submit("Wasps").await;
    lea.merge(&wasps, &bees).await.ok();
    lea.unmerge(&wasps).await.ok();
    let hide = json!({"ideaId": wasps.id, "visibility": "CONFIDENTIAL"});
    ann.act("updateIdea", hide, "idea { id }").await.ok();

    let told = zoe
        .looks(&bees, "activity(last: 2) { nodes { sentence } }")
        .await;
    assert_eq!(
        told["nodes"],
        json!([
            {"sentence": "Lea merged another idea into it."},
            {"sentence": "Lea set another idea free from it again."},
        ])
    );
}
