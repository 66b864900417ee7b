//! Searching: words that all stand in the idea, however they were written.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn words_are_found_however_they_were_written(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let all = json!({
        "problem": "Ticket zero.", "proposal": "alpha", "beneficiaries": "beta",
        "evidence": "gamma", "expectedOutcome": "delta", "hypothesis": "epsilon",
        "riskiestAssumption": "zeta", "successMeasure": "eta", "tags": ["theta"],
    });
    ann.submit_with("A Café for the Büro", all).await;
    let rest = json!({"problem": "会議室の予約が難しい。"});
    ann.submit_with("B Καφές 100%", rest).await;
    let rest = json!({"problem": "A café again, and once more: CAFÉ."});
    ann.submit_with("C", rest).await;

    for (search, wanted) in [
        ("cafe", "AC"),
        ("CAFÉ", "AC"),
        ("cafe\u{301}", "AC"),
        ("ＣＡＦＥ", "AC"),
        ("büro cafe", "A"),
        ("buro, cafe!", "A"),
        ("cafe 会議", ""),
        ("会議室", "B"),
        ("議室", "B"),
        ("予約", "B"),
        ("議会", ""),
        ("ΚΑΦΕΣ", "B"),
        ("καφες", "B"),
        ("100%", "B"),
        ("100_", "B"),
        ("caf", ""),
        ("zero", "A"),
        ("alpha beta gamma delta epsilon zeta eta theta", "A"),
        ("omega", ""),
        ("%", ""),
        ("'; drop table idea; --", ""),
        ("\u{0}", ""),
        ("👩🏽‍🔬", ""),
        ("", "ABC"),
        (" \n ", "ABC"),
    ] {
        let query = "query($s: String) { ideas(search: $s, orderBy: {field: NUMBER, \
            direction: ASC}) { totalCount nodes { title } } }";
        let answer = ann.post(query, json!({"s": search})).await;
        let titles = answer.at("ideas.nodes").as_array().unwrap();
        let found: String = titles
            .iter()
            .map(|it| &it["title"].as_str().unwrap()[..1])
            .collect();
        assert_eq!(found, wanted, "{search:?}");
        assert_eq!(answer.at("ideas.totalCount"), found.len(), "{search:?}");
    }
}

#[rstest]
#[tokio::test]
async fn what_holds_more_of_it_comes_first_and_titles_weigh_more(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    for (title, problem) in [
        ("Twice", "bees bees"),
        ("Bees in the title", "none"),
        ("Once", "bees"),
        ("Bees and bees", "bees"),
    ] {
        ann.submit_with(title, json!({"problem": problem})).await;
    }

    let down = ["Bees and bees", "Bees in the title", "Twice", "Once"];
    assert_eq!(ann.titles("search: \"bees\"").await, down);
    let order = "search: \"bees\", orderBy: {field: RELEVANCE, direction: ASC}";
    let up: Vec<&str> = down.into_iter().rev().collect();
    assert_eq!(ann.titles(order).await, up);
}

#[rstest]
#[tokio::test]
async fn a_rare_word_weighs_more_and_a_list_goes_on_as_it_began(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    for number in 0..6 {
        let rest = json!({"problem": "Visitors wait."});
        ann.submit_with(&format!("Queue {number}"), rest).await;
    }
    let [rare, common] = ["printer", "visitors"];
    ann.submit_with("Printer", json!({"problem": common})).await;
    ann.submit_with("Visitors", json!({"problem": rare})).await;

    let query = "query($s: String, $a: String) { ideas(search: $s, first: 1, after: $a) {
        nodes { title } pageInfo { endCursor hasNextPage } } }";
    let both = "printer visitors";
    let first = ann.post(query, json!({"s": both})).await;
    assert_eq!(first.at("ideas.nodes"), &json!([{"title": "Printer"}]));

    // Now the other word is the rare one.
    for number in 0..20 {
        let rest = json!({"problem": "The printer is out of paper."});
        ann.submit_with(&format!("Paper {number}"), rest).await;
    }
    let anew = ann.post(query, json!({"s": both})).await;
    assert_eq!(anew.at("ideas.nodes"), &json!([{"title": "Visitors"}]));
    let cursor = first.at("ideas.pageInfo.endCursor");
    let second = ann.post(query, json!({"s": both, "a": cursor})).await;
    assert_eq!(second.at("ideas.nodes"), &json!([{"title": "Visitors"}]));
    assert_eq!(second.at("ideas.pageInfo.hasNextPage"), &json!(false));
    let other = ann.post(query, json!({"s": rare, "a": cursor})).await;
    assert_eq!(faults(&other), json!([[["after"], "BAD_CURSOR"]]));
}

#[rstest]
#[tokio::test]
async fn an_edited_or_discarded_text_is_found_by_its_new_words_alone(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit_with("Bees", json!({"tags": ["honey"]})).await;
    let draft = ann.submit_with("Ants", json!({"asDraft": true})).await;

    let changes = json!({"title": "Wasps", "tags": ["sting"]});
    ann.update(&bees, changes).await.ok();
    ann.on(&draft, "discardDraft", json!({}), "discardedId")
        .await
        .ok();

    for (search, wanted) in [
        ("bees", None),
        ("honey", None),
        ("ants", None),
        ("wasps", Some("Wasps")),
        ("sting", Some("Wasps")),
    ] {
        let found = ann.titles(&format!("search: \"{search}\"")).await;
        assert_eq!(found, Vec::from_iter(wanted), "{search}");
    }
    let tagged = ann.titles("filter: {tags: [\"honey\"]}").await;
    assert_eq!(tagged, Vec::<String>::new());
}

#[tokio::test]
async fn a_search_has_an_end_and_relevance_needs_one() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    ann.submit("Bees").await;
    let query =
        "query($s: String, $o: IdeaOrder) { ideas(search: $s, orderBy: $o) { totalCount } }";

    let long = ann.post(query, json!({"s": "bee ".repeat(250)})).await;
    assert_eq!(long.at("ideas.totalCount"), 0);
    let longer = ann.post(query, json!({"s": "a".repeat(1_001)})).await;
    assert_eq!(faults(&longer), json!([[["search"], "TEXT_TOO_LONG"]]));
    let order = json!({"field": "RELEVANCE"});
    for search in [Value::Null, json!(" ")] {
        let nothing = ann.post(query, json!({"s": search, "o": order})).await;
        assert_eq!(faults(&nothing), json!([[["orderBy"], "SEARCH_MISSING"]]));
    }
}
