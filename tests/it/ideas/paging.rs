//! Pages of `ideas`: in both directions, at every depth, while others write.

use rstest::rstest;

use super::*;

/// One page: the numbers on it, and where it lies.
async fn page(person: &Person, arguments: &str) -> (Vec<i64>, Value) {
    let query = format!(
        "{{ ideas{} {{ edges {{ cursor node {{ number }} }} pageInfo {{ startCursor endCursor \
         hasNextPage hasPreviousPage }} }} }}",
        called(arguments)
    );
    let answer = person.post(&query, json!({})).await;
    let edges = answer.at("ideas.edges").as_array().unwrap();
    let numbers = edges
        .iter()
        .map(|edge| edge["node"]["number"].as_i64().unwrap())
        .collect();
    let info = answer.at("ideas.pageInfo").clone();
    let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    assert_eq!(info["startCursor"], cursor(edges.first()));
    assert_eq!(info["endCursor"], cursor(edges.last()));
    (numbers, info)
}

#[rstest]
#[tokio::test]
async fn pages_of_any_size_make_up_the_whole_list_both_ways(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let mut ideas = Vec::new();
    for index in 0..27 {
        ideas.push(ann.submit(&format!("Honey {index}")).await);
    }
    for index in [3, 4, 9, 15, 26] {
        lead.screen(&ideas[index], "DECLINE", json!({})).await.ok();
        ann.on(&ideas[index - 1], "supportIdea", json!({}), "idea { id }")
            .await
            .ok();
    }

    for order in [
        "",
        "search: \"honey\"",
        "orderBy: {field: NUMBER, direction: ASC}",
        // Nearly all are equal here; the id decides.
        "orderBy: {field: SUPPORT, direction: DESC}",
        "orderBy: {field: SCORE, direction: ASC}",
        "orderBy: {field: DUE_AT, direction: ASC}",
        "orderBy: {field: DUE_AT, direction: DESC}",
    ] {
        let (whole, _) = page(&ann, &format!("{order} first: 100")).await;
        assert_eq!(whole.len(), 27);
        for (size, pages) in [(5, 6), (9, 3), (26, 2), (100, 1)] {
            let (mut forth, mut back) = (Vec::new(), Vec::new());
            let (mut after, mut before) = (String::new(), String::new());
            for number in 1..=pages {
                let (numbers, info) = page(&ann, &format!("{order} first: {size} {after}")).await;
                forth.extend(numbers);
                after = format!("after: {}", info["endCursor"]);
                assert_eq!(info["hasNextPage"], number < pages);
                assert_eq!(info["hasPreviousPage"], number > 1);

                let (numbers, info) = page(&ann, &format!("{order} last: {size} {before}")).await;
                back.splice(0..0, numbers);
                before = format!("before: {}", info["startCursor"]);
                assert_eq!(info["hasPreviousPage"], number < pages);
                assert_eq!(info["hasNextPage"], number > 1);
            }
            assert_eq!((&forth, &back), (&whole, &whole), "{order} {size}");
        }
        // Between two cursors, from either side.
        let (_, begin) = page(&ann, &format!("{order} first: 3")).await;
        let (_, end) = page(&ann, &format!("{order} last: 4")).await;
        let between = format!(
            "after: {}, before: {}",
            begin["endCursor"], end["startCursor"]
        );
        let (numbers, _) = page(&ann, &format!("{order} first: 100, {between}")).await;
        assert_eq!(numbers, whole[3..23]);
        let (numbers, _) = page(&ann, &format!("{order} last: 2, {between}")).await;
        assert_eq!(numbers, whole[21..23]);
    }
}

#[rstest]
#[tokio::test]
async fn reading_on_skips_and_repeats_nothing_while_others_submit(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    for index in 0..12 {
        ann.submit(&format!("Idea {index}")).await;
    }

    for (order, wanted) in [
        ("", (1..=12).rev().collect::<Vec<i64>>()),
        (
            "orderBy: {field: NUMBER, direction: ASC}",
            (1..=12).collect(),
        ),
    ] {
        let (mut seen, mut info) = page(&ann, &format!("{order} first: 2")).await;
        while seen.len() < 12 {
            let arguments = format!("{order} first: 2, after: {}", info["endCursor"]);
            let (next, _) = tokio::join!(page(&ann, &arguments), bob.submit("New"));
            seen.extend(next.0);
            info = next.1;
        }
        assert_eq!(seen, wanted);
    }
}

#[tokio::test]
async fn a_page_holds_twenty_unless_told_and_may_be_empty() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let (nobody, info) = page(&ann, "first: 10").await;
    assert_eq!(nobody, Vec::<i64>::new());
    assert_eq!(
        info,
        json!({
            "startCursor": null, "endCursor": null, "hasNextPage": false,
            "hasPreviousPage": false,
        })
    );
    for index in 0..21 {
        ann.submit(&format!("Idea {index}")).await;
    }

    for arguments in ["", "first: null", "first: null, last: null"] {
        let (numbers, info) = page(&ann, arguments).await;
        assert_eq!((numbers.len(), &info["hasNextPage"]), (20, &json!(true)));
    }
    let (none, info) = page(&ann, "first: 0").await;
    assert_eq!((none.len(), &info["hasNextPage"]), (0, &json!(true)));
    let (none, info) = page(&ann, "last: 0").await;
    assert_eq!((none.len(), &info["hasPreviousPage"]), (0, &json!(true)));
    let query = "{ ideas(first: 2) { totalCount } none: ideas(first: 0) { totalCount } }";
    let counted = ann.post(query, json!({})).await;
    assert_eq!(
        counted.ok(),
        &json!({"ideas": {"totalCount": 21}, "none": {"totalCount": 21}})
    );
}

#[rstest]
#[case::too_large("first: 101", json!([[["first"], "PAGE_TOO_LARGE"]]))]
#[case::largest_number("last: 2147483647", json!([[["last"], "PAGE_TOO_LARGE"]]))]
#[case::negative("first: -1", json!([[["first"], "PAGE_NEGATIVE"]]))]
#[case::smallest_number("last: -2147483648", json!([[["last"], "PAGE_NEGATIVE"]]))]
#[case::both_ways("first: 1, last: 1", json!([[["last"], "PAGE_BOTH_WAYS"]]))]
#[case::broken("after: \"%%%\"", json!([[["after"], "BAD_CURSOR"]]))]
#[case::empty("before: \"\"", json!([[["before"], "BAD_CURSOR"]]))]
#[case::everything(
    "first: 101, last: -1, after: \"x\", before: \"y\"",
    json!([
        [["last"], "PAGE_BOTH_WAYS"], [["first"], "PAGE_TOO_LARGE"], [["last"], "PAGE_NEGATIVE"],
        [["after"], "BAD_CURSOR"], [["before"], "BAD_CURSOR"],
    ])
)]
#[tokio::test]
async fn a_page_that_cannot_be_is_refused(#[case] arguments: &str, #[case] wanted: Value) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;

    let query = format!("{{ ideas({arguments}) {{ totalCount }} }}");
    let answer = ann.post(&query, json!({})).await;

    assert_eq!(faults(&answer), wanted);
    assert_eq!(answer.data(), &json!({"ideas": null}));
}

#[rstest]
#[tokio::test]
async fn a_cursor_belongs_to_its_list_and_its_order(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let query = "{ ideas { pageInfo { endCursor } } members { pageInfo { endCursor } } \
        up: ideas(orderBy: {field: SUBMITTED_AT, direction: ASC}) { pageInfo { endCursor } } \
        number: ideas(orderBy: {field: NUMBER}) { pageInfo { endCursor } } \
        search: ideas(search: \"bees\") { pageInfo { endCursor } } }";
    let answer = ann.post(query, json!({})).await;
    let mut foreign: Vec<String> = ["members", "up", "number", "search"]
        .iter()
        .map(|list| answer.text(&format!("{list}.pageInfo.endCursor")))
        .collect();
    for list in ["activity", "revisions"] {
        let fields = format!("{list} {{ pageInfo {{ endCursor }} }}");
        let seen = ann.sees(&bees, &fields).await;
        foreign.push(
            seen[list]["pageInfo"]["endCursor"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }

    for cursor in foreign {
        let query = format!("{{ ideas(after: \"{cursor}\") {{ totalCount }} }}");
        let answer = ann.post(&query, json!({})).await;
        assert_eq!(
            faults(&answer),
            json!([[["after"], "BAD_CURSOR"]]),
            "{cursor}"
        );
    }
    let own = answer.text("ideas.pageInfo.endCursor");
    let nested = format!("activity(before: \"{own}\") {{ totalCount }}");
    let query = format!(
        "{{ node(id: \"{}\") {{ ... on Idea {{ {nested} }} }} }}",
        bees.id
    );
    let answer = ann.post(&query, json!({})).await;
    assert_eq!(faults(&answer), json!([[["before"], "BAD_CURSOR"]]));
}
