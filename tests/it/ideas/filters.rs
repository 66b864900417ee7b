//! The filters of `ideas`: each alone, all together, and what matches nothing.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn each_filter_finds_what_it_says(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (lea, max) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Max", &["LEAD"]).await,
    );
    let a = ann
        .submit_with(
            "A",
            json!({"tags": ["honey", "Büro"], "coAuthorIds": [bob.id]}),
        )
        .await;
    app.days_pass(1);
    let midday = instant(app.clock().now());
    let b = bob.submit_with("B", json!({"tags": ["honey"]})).await;
    ann.submit_with("C", json!({"asDraft": true})).await;
    let d = bob.submit("D").await;
    let e = ann.submit("E").await;
    lea.accept(&a).await;
    lea.screen(&b, "ACCEPT", json!({"stewardId": max.id}))
        .await
        .ok();
    let later = instant(app.clock().now());
    max.screen(&d, "NEEDS_INFO", json!({})).await.ok();
    lea.screen(&e, "DECLINE", json!({})).await.ok();
    ann.on(&b, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    let rae = app.person("Rae", &["ASSESSOR"]).await;
    let ratings = json!({"ratings": [{"criterion": "problem", "level": 3}]});
    rae.on(&a, "submitAssessment", ratings, "idea { id }")
        .await
        .ok();
    // A and B were promised in 21 days, D in 30.
    let soon = instant(app.clock().now() + 22 * DAY * SECOND);

    let cases = [
        (&ann, "states: [IN_ASSESSMENT]".to_owned(), "AB"),
        (
            &ann,
            "states: [NEEDS_INFO, DECLINED, DECLINED]".to_owned(),
            "DE",
        ),
        (&ann, "states: [DRAFT]".to_owned(), "C"),
        (&bob, "states: [DRAFT]".to_owned(), ""),
        (&ann, "states: []".to_owned(), ""),
        (&lea, format!("authorId: \"{}\"", ann.id), "AE"),
        (&ann, format!("authorId: \"{}\"", ann.id), "ACE"),
        (&ann, format!("authorId: \"{}\"", lea.id), ""),
        (&ann, format!("stewardId: \"{}\"", max.id), "B"),
        (&ann, format!("stewardId: \"{}\"", lea.id), "A"),
        (&ann, "viewer: [AUTHOR]".to_owned(), "ACE"),
        (&bob, "viewer: [CO_AUTHOR]".to_owned(), "A"),
        (
            &bob,
            "viewer: [AUTHOR, CO_AUTHOR, CO_AUTHOR]".to_owned(),
            "ABD",
        ),
        (&lea, "viewer: [STEWARD]".to_owned(), "A"),
        (&ann, "viewer: [SUPPORTS]".to_owned(), "B"),
        (&bob, "viewer: [SUPPORTS]".to_owned(), ""),
        (&rae, "viewer: [ASSESSED]".to_owned(), "A"),
        (&lea, "viewer: [ASSESSED]".to_owned(), ""),
        (&ann, "viewer: []".to_owned(), ""),
        (&ann, "tags: [\"honey\"]".to_owned(), "AB"),
        (&ann, "tags: [\" HONEY\", \"BU\u{308}RO\"]".to_owned(), "A"),
        (&ann, "tags: [\"hone\"]".to_owned(), ""),
        (&ann, "tags: [\"honey\\u0000\"]".to_owned(), ""),
        (&ann, "tags: []".to_owned(), ""),
        (&ann, format!("submittedAfter: \"{midday}\""), "BDE"),
        (&ann, format!("submittedBefore: \"{midday}\""), "A"),
        (&ann, format!("stateSinceBefore: \"{later}\""), "AC"),
        (&ann, format!("dueBefore: \"{soon}\""), "AB"),
        (&ann, "dueBefore: \"0001-01-01T00:00:00Z\"".to_owned(), ""),
        (
            &ann,
            "dueBefore: \"9999-12-31T23:59:59Z\"".to_owned(),
            "ABD",
        ),
        (&ann, "waitingFor: AUTHOR".to_owned(), "CD"),
        (&ann, "waitingFor: ASSESSORS".to_owned(), "AB"),
        (&ann, "waitingFor: NOBODY".to_owned(), "E"),
        (&ann, "waitingFor: CALENDAR".to_owned(), ""),
        (&ann, "isOverdue: false".to_owned(), "ABCDE"),
        (&ann, "isOverdue: true".to_owned(), ""),
        (
            &ann,
            format!(
                "tags: [\"honey\"], viewer: [SUPPORTS], stewardId: \"{}\"",
                max.id
            ),
            "B",
        ),
        (&ann, "tags: [\"honey\"], states: [DECLINED]".to_owned(), ""),
    ];
    for (person, filter, wanted) in cases {
        let order = "orderBy: {field: NUMBER, direction: ASC}";
        let query = format!(
            "{{ ideas(filter: {{{filter}}}, {order}) {{ totalCount nodes {{ title }} }} }}"
        );
        let answer = person.post(&query, json!({})).await;
        let titles: Vec<Value> = wanted.chars().map(|c| json!({"title": c})).collect();
        assert_eq!(
            answer.at("ideas"),
            &json!({"totalCount": titles.len(), "nodes": titles}),
            "{} {filter}",
            person.name
        );
    }
}

#[rstest]
#[tokio::test]
async fn ideas_are_found_by_the_rubric_they_are_or_will_be_assessed_under(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lea) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let waiting = ann.submit("A").await;
    let accepted = ann.submit("B").await;
    let other = ann.submit("C").await;
    lea.accept(&accepted).await;
    lea.accept_under(&other, Some("rice")).await;

    for (key, expected) in [
        ("innovation", "AB"),
        ("rice", "C"),
        ("none", ""),
        ("\u{0}", ""),
    ] {
        let query = "query($key: String) { ideas(filter: {rubric: $key}, \
                     orderBy: {field: NUMBER, direction: ASC}) { nodes { title } totalCount } }";
        let answer = ann.post(query, json!({"key": key})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap().iter();
        let titles: String = nodes.map(|node| node["title"].as_str().unwrap()).collect();
        assert_eq!(titles, expected, "{key:?}");
        assert_eq!(answer.at("ideas.totalCount"), &json!(expected.len()));
    }
    assert_eq!(
        lea.sees(&waiting, "rubric { key }").await["rubric"]["key"],
        "innovation"
    );
}

#[rstest]
#[case::author("authorId: \"ann\"", "BAD_ID")]
#[case::steward("stewardId: \"idea_0198c0de000070008000000000000000\"", "BAD_ID")]
#[case::many_tags(
    "tags: [\"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\", \
     \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\"]",
    "TOO_MANY_ITEMS"
)]
#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused(#[case] filter: &str, #[case] reason: &str) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;

    let query = format!("{{ ideas(filter: {{{filter}}}) {{ totalCount }} }}");
    let answer = ann.post(&query, json!({})).await;

    assert_eq!(faults(&answer), json!([[["filter"], reason]]));
}
