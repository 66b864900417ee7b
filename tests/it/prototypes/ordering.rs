//! The order of the queue, as people read it and as leads change it.

use rstest::rstest;

use super::*;

async fn moves(lead: &Person, prototype: &str, after: Option<&str>) -> Answer {
    let input = json!({"prototypeId": prototype, "afterId": after, "reason": "Sooner."});
    lead.act("movePrototype", input, "prototype { position }")
        .await
}

fn waiting(titles: &[&str]) -> Vec<Value> {
    let line = |(index, title): (usize, &&str)| json!([title, "QUEUED", index + 1]);
    titles.iter().enumerate().map(line).collect()
}

#[rstest]
#[tokio::test]
async fn what_waits_stands_where_leads_put_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel { lead, author, .. } = &lab.panel;
    let (_, a) = lab.queued("A").await;
    let (b_idea, b) = lab.queued("B").await;
    let (_, c) = lab.queued("C").await;
    assert_eq!(author.reads_the_queue().await, waiting(&["A", "B", "C"]));

    let moved = moves(lead, &c, None).await;
    assert_eq!(moved.at("movePrototype.prototype.position"), 1);
    assert_eq!(author.reads_the_queue().await, waiting(&["C", "A", "B"]));
    let moved = moves(lead, &c, Some(&a)).await;
    assert_eq!(moved.at("movePrototype.prototype.position"), 2);
    assert_eq!(author.reads_the_queue().await, waiting(&["A", "C", "B"]));
    // So often that there is no room left between two.
    for _ in 0..25 {
        moves(lead, &b, Some(&a)).await.ok();
        assert_eq!(author.reads_the_queue().await, waiting(&["A", "B", "C"]));
        moves(lead, &c, Some(&a)).await.ok();
        assert_eq!(author.reads_the_queue().await, waiting(&["A", "C", "B"]));
    }
    let fields = "activity(last: 1) { nodes { kind sentence reason } }";
    let told = author.sees(&b_idea, fields).await;
    assert_eq!(
        told["activity"]["nodes"],
        json!([{
            "kind": "PROTOTYPE_MOVED", "reason": "Sooner.",
            "sentence": "Lea gave its prototype another place in the queue.",
        }])
    );

    let kept = lab.app().kept().await;
    let refused = moves(lead, &a, Some(&a)).await;
    assert_eq!(
        faults(&refused),
        [("afterId".to_owned(), "BEHIND_ITSELF".to_owned())]
    );
    assert_eq!(lab.app().kept().await, kept);
    lab.owner.plans(&a, &["m"]).await;
    lab.owner.starts(&a).await;
    let kept = lab.app().kept().await;
    assert_eq!(
        faults(&moves(lead, &b, Some(&a)).await),
        [("afterId".to_owned(), "NOT_QUEUED".to_owned())]
    );
    let error = moves(lead, &a, None).await;
    error.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    moves(&lab.owner, &b, None)
        .await
        .refused_because("FORBIDDEN", "ROLE_NEEDED");
    assert_eq!(lab.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn what_is_tried_comes_first_and_pages_go_both_ways(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let mut prototypes = Vec::new();
    for title in ["A", "B", "C", "D"] {
        prototypes.push(lab.queued(title).await.1);
    }
    for at in [3, 1] {
        lab.owner.plans(&prototypes[at], &["m"]).await;
        lab.owner.starts(&prototypes[at]).await;
    }
    let whole = [
        json!(["D", "RUNNING", null]),
        json!(["B", "RUNNING", null]),
        json!(["A", "QUEUED", 1]),
        json!(["C", "QUEUED", 2]),
    ];
    let reader = &lab.panel.author;
    assert_eq!(reader.reads_the_queue().await, whole);

    let page = async |arguments: &str| {
        let query = format!(
            "{{ prototypeQueue({arguments}) {{ pageInfo {{ hasNextPage hasPreviousPage
                startCursor endCursor }} nodes {{ idea {{ title }} }} }} }}"
        );
        let answer = reader.post(&query, json!({})).await;
        let nodes = answer.at("prototypeQueue.nodes").as_array().unwrap();
        let titles: Vec<String> = nodes
            .iter()
            .map(|node| node["idea"]["title"].as_str().unwrap().to_owned())
            .collect();
        (
            titles.concat(),
            answer.at("prototypeQueue.pageInfo").clone(),
        )
    };
    let (first, info) = page("first: 3").await;
    assert_eq!(
        (first.as_str(), &info["hasNextPage"]),
        ("DBA", &json!(true))
    );
    let (rest, info) = page(&format!("first: 3, after: {}", info["endCursor"])).await;
    assert_eq!((rest.as_str(), &info["hasNextPage"]), ("C", &json!(false)));
    let (before, _) = page(&format!("last: 2, before: {}", info["startCursor"])).await;
    assert_eq!(before, "BA");
    let answer = reader
        .post(
            "{ prototypeQueue(after: \"x\") { nodes { id } } }",
            json!({}),
        )
        .await;
    answer.refused_because("BAD_USER_INPUT", "BAD_CURSOR");
}

#[rstest]
#[tokio::test]
async fn the_queue_costs_as_many_statements_however_long_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    for number in 0..12 {
        let (_, prototype) = lab.queued(&format!("Idea {number}")).await;
        if number < 5 {
            lab.owner.plans(&prototype, &["m"]).await;
            lab.owner.starts(&prototype).await;
        }
        if number < 4 {
            lab.owner.concludes(&prototype, "INVALIDATED", "STOP").await;
        }
    }
    let counted = async |query: &str, first: i32| {
        let before = lab.app().db().statements();
        let answer = lab.panel.author.post(query, json!({"first": first})).await;
        answer.ok();
        lab.app().db().statements() - before
    };
    let queue = "query($first: Int) { prototypeQueue(first: $first) { nodes { position
        owner { name } measures { key } learning { found } isSelfReported
        idea { title state prototypes { state } learnings { found } } } } }";
    let learnings = "query($first: Int) { learnings(first: $first, search: \"signpost\") { nodes {
        found recordedBy { name } idea { title prototype { state } } } } }";
    for query in [queue, learnings] {
        counted(query, 2).await;
        let few = counted(query, 2).await;
        let many = counted(query, 100).await;
        assert!(many <= few + 1 && many <= 10, "{few} and {many} statements");
    }
}
