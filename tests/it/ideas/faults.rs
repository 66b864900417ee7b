//! Input that cannot be: every fault at once, each with its path and reason, and nothing
//! written.

use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use sluice::entity::{event, idea, idea_number, idea_revision, idea_term};

use super::*;

/// How many rows a refused submission could have left behind.
async fn rows(app: &App) -> [u64; 5] {
    let sql = app.db().reader();
    [
        idea::Entity::find().count(sql).await.unwrap(),
        idea_number::Entity::find().count(sql).await.unwrap(),
        idea_revision::Entity::find().count(sql).await.unwrap(),
        idea_term::Entity::find().count(sql).await.unwrap(),
        event::Entity::find().count(sql).await.unwrap(),
    ]
}

#[rstest]
#[tokio::test]
async fn a_submission_names_all_its_faults_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let stranger = "member_0198c0de000070008000000000000000";
    let before = rows(&app).await;
    let long = "a".repeat(10_001);

    let wrong = json!({
        "title": "", "problem": " ", "proposal": long, "beneficiaries": "\u{0}",
        "evidence": "\u{1b}[31m", "expectedOutcome": "\u{7f}", "hypothesis": "\u{85}",
        "riskiestAssumption": "\u{8}", "successMeasure": long,
        "links": [{"url": "https://example.com"}, {"url": "javascript:alert(1)"},
                  {"url": "https://example.com", "title": "\u{7}"}],
        "tags": ["fine", "", "a\nb", "a".repeat(51)],
        "channel": "EMAIL",
        "coAuthorIds": ["ann", stranger, lead.id, lead.id],
        "onBehalfOfId": "bob",
    });
    let answer = lead.act("submitIdea", wrong, "idea { id }").await;

    assert_eq!(
        faults(&answer),
        json!([
            [["input", "title"], "TITLE_MISSING"],
            [["input", "problem"], "PROBLEM_MISSING"],
            [["input", "proposal"], "TEXT_TOO_LONG"],
            [["input", "beneficiaries"], "CONTROL_CHARACTERS"],
            [["input", "evidence"], "CONTROL_CHARACTERS"],
            [["input", "expectedOutcome"], "CONTROL_CHARACTERS"],
            [["input", "hypothesis"], "CONTROL_CHARACTERS"],
            [["input", "riskiestAssumption"], "CONTROL_CHARACTERS"],
            [["input", "successMeasure"], "TEXT_TOO_LONG"],
            [["input", "links", 1, "url"], "BAD_URL"],
            [["input", "links", 2, "title"], "CONTROL_CHARACTERS"],
            [["input", "tags", 1], "BAD_TAG"],
            [["input", "tags", 2], "BAD_TAG"],
            [["input", "tags", 3], "BAD_TAG"],
            [["input", "channel"], "BAD_CHANNEL"],
            [["input", "coAuthorIds", 0], "BAD_ID"],
            [["input", "coAuthorIds", 1], "UNKNOWN_MEMBER"],
            [["input", "coAuthorIds", 2], "CO_AUTHOR_IS_AUTHOR"],
            [["input", "coAuthorIds", 3], "CO_AUTHOR_IS_AUTHOR"],
            [["input", "onBehalfOfId"], "BAD_ID"],
        ])
    );
    // With several faults the reason is the first one's.
    answer.refused_because("BAD_USER_INPUT", "TITLE_MISSING");
    assert_eq!(rows(&app).await, before);
}

#[rstest]
#[tokio::test]
async fn an_edit_names_all_its_faults_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let before = rows(&app).await;

    let wrong = json!({
        "title": "a".repeat(121), "problem": "\u{0}", "links": [{"url": ""}], "tags": [" "],
        "coAuthorIds": [bob.id, "bob", bob.id, ann.id, bees.id], "expectedRevision": 7,
    });
    let answer = ann.update(&bees, wrong).await;

    assert_eq!(
        faults(&answer),
        json!([
            [["input", "title"], "TITLE_TOO_LONG"],
            [["input", "problem"], "CONTROL_CHARACTERS"],
            [["input", "links", 0, "url"], "BAD_URL"],
            [["input", "tags", 0], "BAD_TAG"],
            [["input", "coAuthorIds", 1], "BAD_ID"],
            [["input", "coAuthorIds", 2], "CO_AUTHOR_TWICE"],
            [["input", "coAuthorIds", 3], "CO_AUTHOR_IS_AUTHOR"],
            [["input", "coAuthorIds", 4], "BAD_ID"],
        ])
    );
    assert_eq!(rows(&app).await, before);
}

#[rstest]
#[case::no_title(json!({"title": ""}), json!([[["input", "title"], "TITLE_MISSING"]]))]
#[case::blank_title(json!({"title": " \u{a0}\u{2003} "}), json!([[["input", "title"], "TITLE_MISSING"]]))]
#[case::title_of_no_width(
    json!({"title": "\u{200b}\u{200d}\u{2060} \u{feff}\u{ad}"}),
    json!([[["input", "title"], "TITLE_MISSING"]])
)]
#[case::long_title(json!({"title": "é".repeat(121)}), json!([[["input", "title"], "TITLE_TOO_LONG"]]))]
#[case::two_lines(json!({"title": "a\nb"}), json!([[["input", "title"], "CONTROL_CHARACTERS"]]))]
#[case::tab(json!({"title": "a\tb"}), json!([[["input", "title"], "CONTROL_CHARACTERS"]]))]
#[case::nul(json!({"title": "a\u{0}b"}), json!([[["input", "title"], "CONTROL_CHARACTERS"]]))]
#[case::no_problem(json!({"problem": "\r\n\t "}), json!([[["input", "problem"], "PROBLEM_MISSING"]]))]
#[case::long_problem(json!({"problem": "🐝".repeat(10_001)}), json!([[["input", "problem"], "TEXT_TOO_LONG"]]))]
#[case::problem_of_no_width(
    json!({"problem": "\u{200b}\n\u{200f}"}),
    json!([[["input", "problem"], "PROBLEM_MISSING"]])
)]
#[case::script(
    json!({"links": [{"url": "javascript:alert(1)"}]}),
    json!([[["input", "links", 0, "url"], "BAD_URL"]])
)]
#[case::many_tags(json!({"tags": vec!["a"; 21]}), json!([[["input", "tags"], "TOO_MANY_ITEMS"]]))]
#[case::many_links(
    json!({"links": vec![json!({"url": "https://example.com"}); 21]}),
    json!([[["input", "links"], "TOO_MANY_ITEMS"]])
)]
#[tokio::test]
async fn each_fault_is_told_alone_too(#[case] wrong: Value, #[case] wanted: Value) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let mut input = json!({"title": "Bees", "problem": "None."});
    let fields = input.as_object_mut().unwrap();
    fields.extend(wrong.as_object().unwrap().clone());

    let answer = ann.act("submitIdea", input, "idea { id }").await;

    assert_eq!(faults(&answer), wanted);
    assert_eq!(answer.data(), &json!({"submitIdea": null}));
    assert_eq!(rows(&app).await[..4], [0; 4]);
}

#[tokio::test]
async fn too_many_co_authors_are_refused_for_their_number() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let mut others = Vec::new();
    for index in 0..21 {
        others.push(app.member(&format!("Member {index}")).await.id);
    }

    let input = json!({"title": "Bees", "problem": "None.", "coAuthorIds": others});
    let answer = ann.act("submitIdea", input, "idea { id }").await;

    let many = json!([[["input", "coAuthorIds"], "TOO_MANY_ITEMS"]]);
    assert_eq!(faults(&answer), many);
    let twenty = json!({"coAuthorIds": others[..20]});
    let bees = ann.submit_with("Bees", twenty).await;
    let seen = ann.sees(&bees, "coAuthors { id }").await;
    assert_eq!(seen["coAuthors"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn what_has_another_type_is_refused_before_anything_happens() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;

    for wrong in [
        json!({"title": 42}),
        json!({"title": null}),
        json!({"title": ["Bees"]}),
        json!({"visibility": "SECRET"}),
        json!({"links": "https://example.com"}),
        json!({"tags": [null]}),
        json!({"asDraft": "yes"}),
        json!({"state": "BACKLOG"}),
    ] {
        let mut input = json!({"title": "Bees", "problem": "None."});
        let fields = input.as_object_mut().unwrap();
        fields.extend(wrong.as_object().unwrap().clone());
        let answer = ann.act("submitIdea", input, "idea { id }").await;
        answer.refused_because("BAD_USER_INPUT", "INVALID_VALUE");
    }

    assert_eq!(rows(&app).await[..4], [0; 4]);
}

#[rstest]
#[tokio::test]
async fn who_is_not_signed_in_does_nothing_to_ideas(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let bees = app.member("Ann").await.submit("Bees").await;
    let before = rows(&app).await;

    for call in [
        "mutation { it: submitIdea(input: {title: \"\", problem: \"\"}) { idea { id } } }"
            .to_owned(),
        format!(
            "mutation {{ it: supportIdea(input: {{ideaId: \"{}\"}}) {{ idea {{ id }} }} }}",
            bees.id
        ),
        format!("{{ it: node(id: \"{}\") {{ id }} }}", bees.id),
        "{ it: idea(number: 1) { id } }".to_owned(),
        "{ it: ideas { totalCount } }".to_owned(),
        "{ it: similarIdeas(title: \"Bees\") { similarity } }".to_owned(),
    ] {
        let answer = app.post(&call, json!({})).await;
        answer.refused_because("UNAUTHENTICATED", "SIGN_IN_NEEDED");
        assert_eq!(answer.data(), &json!({"it": null}), "{call}");
    }

    assert_eq!(rows(&app).await, before);
}

#[rstest]
#[tokio::test]
async fn a_list_far_too_long_is_one_fault_and_quickly_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let before = rows(&app).await;
    // Empty ones too, each of which alone is a fault.
    let mut tags: Vec<String> = (0..60_000).map(|number| number.to_string()).collect();
    tags[..1_000].fill(String::new());
    let mut several: Vec<Value> = (0..20)
        .map(|number| json!([["input", "tags", number], "BAD_TAG"]))
        .collect();
    several.insert(0, json!([["input", "tags"], "TOO_MANY_ITEMS"]));
    let begun = Instant::now();

    let input = json!({"title": "Bees", "problem": "None.", "tags": tags[1_000..]});
    let submitted = ann.act("submitIdea", input, "idea { id }").await;
    let updated = ann.update(&bees, json!({"tags": tags})).await;

    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    let many = json!([[["input", "tags"], "TOO_MANY_ITEMS"]]);
    assert_eq!(faults(&submitted), many);
    assert_eq!(faults(&updated), json!(several));
    assert_eq!(rows(&app).await, before);
}
