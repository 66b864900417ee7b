//! Submitting: what is written comes back as it was written, with whatever was left out at
//! its default.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn every_field_comes_back_as_it_was_written(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let written = json!({
        "title": "  Kaffeeku\u{308}che 👩🏽‍🔬 \u{200f}مرحبا  ",
        "problem": "First line.\r\nSecond line.\rThird\tline. x\u{323}\u{301}",
        "proposal": "Stra\u{df}e, not Strasse; ﬁ stays a ligature.",
        "beneficiaries": " Blanks around stay. ",
        "evidenceKind": "MEASURED",
        "evidence": "会議室 が 足りない\u{3000}🏢",
        "expectedOutcome": "\u{202e}right to left\u{202c}",
        "hypothesis": "We believe it works, because \"quotes\" and \\ and \u{7d} do.",
        "riskiestAssumption": "'; drop table idea; --",
        "successMeasure": "\u{1f1e9}\u{1f1ea} 100 %",
        "links": [{"url": " https://example.com/a?b=c#d ", "title": "A\u{30a}"}, {"url": "http://example.org"}],
        "tags": ["B", "a"],
        "coAuthorIds": [bob.id],
        "visibility": "CONFIDENTIAL",
        "authorship": "ANONYMOUS",
        "channel": "WEB",
    });

    let bees = ann.submit_with("", written).await;

    let fields = format!(
        "{TEXT} visibility authorship channel state author {{ name }} coAuthors {{ name }}"
    );
    assert_eq!(
        ann.sees(&bees, &fields).await,
        json!({
            "title": "Kaffeek\u{fc}che 👩🏽‍🔬 \u{200f}مرحبا",
            "problem": "First line.\nSecond line.\nThird\tline. \u{1e8b}x"
                .replace("\u{1e8b}x", "x\u{323}\u{301}"),
            "proposal": "Stra\u{df}e, not Strasse; ﬁ stays a ligature.",
            "beneficiaries": " Blanks around stay. ",
            "evidenceKind": "MEASURED",
            "evidence": "会議室 が 足りない\u{3000}🏢",
            "expectedOutcome": "\u{202e}right to left\u{202c}",
            "hypothesis": "We believe it works, because \"quotes\" and \\ and } do.",
            "riskiestAssumption": "'; drop table idea; --",
            "successMeasure": "\u{1f1e9}\u{1f1ea} 100 %",
            "links": [
                {"url": "https://example.com/a?b=c#d", "title": "\u{c5}"},
                {"url": "http://example.org", "title": null},
            ],
            "tags": ["b", "a"],
            "visibility": "CONFIDENTIAL",
            "authorship": "ANONYMOUS",
            "channel": "WEB",
            "state": "SUBMITTED",
            "author": {"name": "Ann"},
            "coAuthors": [{"name": "Bob"}],
        })
    );
}

#[rstest]
#[tokio::test]
async fn a_title_and_a_problem_are_enough(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    let bees = ann.submit("Bees").await;

    assert_eq!(bees.number, 1);
    let at = instant(app.clock().now());
    let fields = format!(
        "revision {TEXT} framing {{ filled of missing }} channel visibility authorship state \
         externalId author {{ id }} coAuthors {{ id }} submittedBy {{ id }} steward {{ id }} \
         submittedAt createdAt updatedAt stateSince supportCount viewerSupports rank \
         scorecard {{ total }} decisions {{ id }} openQuestion {{ text }}"
    );
    assert_eq!(
        ann.sees(&bees, &fields).await,
        json!({
            "revision": 1, "title": "Bees", "problem": "It costs us an hour every week.",
            "proposal": null, "beneficiaries": null, "evidenceKind": null, "evidence": null,
            "expectedOutcome": null, "hypothesis": null, "riskiestAssumption": null,
            "successMeasure": null, "links": [], "tags": [],
            "framing": {
                "filled": 0, "of": 7,
                "missing": [
                    "proposal", "beneficiaries", "evidence", "expectedOutcome", "hypothesis",
                    "riskiestAssumption", "successMeasure",
                ],
            },
            "channel": "API", "visibility": "ORGANIZATION", "authorship": "NAMED",
            "state": "SUBMITTED", "externalId": null, "author": {"id": ann.id},
            "coAuthors": [], "submittedBy": null, "steward": null,
            "submittedAt": at, "createdAt": at, "updatedAt": at, "stateSince": at,
            "supportCount": 0, "viewerSupports": false, "rank": null, "scorecard": null,
            "decisions": [], "openQuestion": null,
        })
    );
}

#[rstest]
#[tokio::test]
async fn framing_counts_what_is_filled_in(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    // A kind without the evidence fills nothing in, and neither do blanks.
    let more = json!({
        "proposal": "Hives.", "successMeasure": "Honey.", "evidenceKind": "TOLD",
        "hypothesis": " \n ",
    });

    let bees = ann.submit_with("Bees", more).await;

    let missing = [
        "beneficiaries",
        "evidence",
        "expectedOutcome",
        "hypothesis",
        "riskiestAssumption",
    ];
    assert_eq!(
        ann.sees(&bees, "framing { filled of missing } evidenceKind")
            .await,
        json!({"framing": {"filled": 2, "of": 7, "missing": missing}, "evidenceKind": "TOLD"})
    );
}

#[rstest]
#[tokio::test]
async fn lengths_count_characters_after_trimming(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    // Written decomposed, so that only the composed form is short enough.
    let title = format!(" {} ", "e\u{301}".repeat(120));
    let problem = "🐝".repeat(10_000);

    let bees = ann.submit_with(&title, json!({"problem": problem})).await;

    let seen = ann.sees(&bees, "title problem").await;
    assert_eq!(seen, json!({"title": "é".repeat(120), "problem": problem}));
}

#[rstest]
#[tokio::test]
async fn tags_are_kept_in_lower_case_and_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let tags = json!({"tags": ["Büro ", "energy", "BU\u{308}RO", "büro", "Two Words"]});

    let bees = ann.submit_with("Bees", tags).await;

    let tags = ann.sees(&bees, "tags").await;
    assert_eq!(tags, json!({"tags": ["büro", "energy", "two words"]}));
}

#[rstest]
#[tokio::test]
async fn only_the_server_says_that_an_idea_came_by_other_channels(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    for channel in ["IMPORT", "EMAIL", "SLACK"] {
        let input = json!({"title": "Bees", "problem": "None.", "channel": channel});
        let answer = ann.act("submitIdea", input, "idea { id }").await;
        assert_eq!(
            faults(&answer),
            json!([[["input", "channel"], "BAD_CHANNEL"]])
        );
    }

    assert_eq!(ann.titles("").await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn submitting_names_likely_duplicates_and_is_never_refused_for_them(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let badge = ann.submit("Badge printer for visitors").await;
    lead.screen(&badge, "DECLINE", json!({"reason": "Too dear."}))
        .await
        .ok();
    ann.submit_with("Bees", json!({"problem": "Nothing alike."}))
        .await;

    let input = json!({
        "title": "Visitors' badge printer", "problem": "It costs us an hour every week.",
    });
    let fields = "idea { number } similar { similarity matchedWords lesson idea { number } }";
    let answer = bob.act("submitIdea", input, fields).await;

    // Every word stands there too, in a text that is one word longer.
    let alike = json!([{
        "similarity": 0.982, "lesson": "Too dear.", "idea": {"number": 1},
        "matchedWords": ["badge", "costs", "every", "hour", "printer", "visitors", "week"],
    }]);
    assert_eq!(
        answer.at("submitIdea"),
        &json!({"idea": {"number": 3}, "similar": alike})
    );
}
