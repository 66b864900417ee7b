//! An absorbed idea takes no place from others and lends them no spread; once free it is back
//! where it was, on every server.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn others_move_up_when_one_is_absorbed_and_down_when_it_is_free_again(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let level = |place: u8| [[5, 5, 4, 4, 3, 3, 2, 2][usize::from(place)], 3, 3, 3, 3, 3];
    let levels =
        (0..8).map(|place| vec![level(place), level(place), [3, 3, 3, 3, 3, place % 4 + 1]]);
    let ideas = panel.many(levels.collect()).await;
    let another = panel.app.another().await;
    let elsewhere = panel.author.at(&another);
    let list = "{ backlog { totalCount nodes { rank rankLow rankHigh idea { number }
        scorecard { total low high } } } }";
    let before = elsewhere.post(list, json!({})).await.at("backlog").clone();

    for (idea, into) in [(&ideas[4], &ideas[0]), (&ideas[0], &ideas[7])] {
        panel.lead.merge(idea, into).await.ok();
        let here = panel
            .author
            .post(list, json!({}))
            .await
            .at("backlog")
            .clone();
        assert_eq!(elsewhere.post(list, json!({})).await.at("backlog"), &here);
        assert_eq!(panel.author.looks(idea, "rank").await, json!(null));
        let fresh = panel.app.another().await;
        let counted = panel.author.at(&fresh).post(list, json!({})).await;
        assert_eq!(counted.at("backlog"), &here);
    }
    let here = panel
        .author
        .post(list, json!({}))
        .await
        .at("backlog")
        .clone();
    assert_eq!(here["totalCount"], 6);
    let ranks: Vec<i64> = here["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["rank"].as_i64().unwrap())
        .collect();
    assert!(ranks[0] == 1 && ranks.is_sorted(), "{ranks:?}");
    crate::verify::fits(&panel.app);

    panel.lead.unmerge(&ideas[4]).await.ok();
    panel.lead.unmerge(&ideas[0]).await.ok();

    assert_eq!(
        panel.author.post(list, json!({})).await.at("backlog"),
        &before
    );
    assert_eq!(elsewhere.post(list, json!({})).await.at("backlog"), &before);
    crate::verify::fits(&panel.app);
}
