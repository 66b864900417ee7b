//! Links: whole http and https addresses, and nothing a browser could run.

use rstest::rstest;

use super::*;

/// Submits an idea with this link.
async fn submit(ann: &Person, url: &str, title: &str) -> Answer {
    let link = json!({"url": url, "title": title});
    let input = json!({"title": "Bees", "problem": "None.", "links": [link]});
    ann.act("submitIdea", input, "idea { links { url } }").await
}

#[tokio::test]
async fn web_addresses_are_kept_as_they_were_written() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let long = format!("https://example.com/{}", "a".repeat(1_980));

    for url in [
        "https://example.com",
        "HTTPS://EXAMPLE.COM/Ä?q=%20",
        "http://localhost:8080/a/../b",
        "http://[::1]/",
        "https://bücher.example/📚",
        &long,
    ] {
        let answer = submit(&ann, url, "").await;
        assert_eq!(
            answer.at("submitIdea.idea.links"),
            &json!([{"url": url}]),
            "{url}"
        );
    }
}

#[rstest]
#[case::script("javascript:alert(1)")]
#[case::script_in_disguise("JaVaScRiPt://example.com/%0aalert(1)")]
#[case::tab_inside("java\tscript:alert(1)")]
#[case::data("data:text/html,<script>alert(1)</script>")]
#[case::another_scheme("ftp://example.com/")]
#[case::file("file:///etc/passwd")]
#[case::no_scheme("example.com")]
#[case::no_scheme_but_slashes("//example.com/")]
#[case::no_host("http://")]
#[case::no_slashes("https:example.com")]
#[case::one_slash("https:/example.com")]
#[case::backslashes("https:\\\\example.com")]
#[case::blank_inside("https://example.com/a b")]
#[case::line_end_inside("https://example.com/\nb")]
#[case::empty("")]
#[tokio::test]
async fn what_is_no_web_address_is_refused(#[case] url: &str) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;

    let answer = submit(&ann, url, "").await;

    let bad = json!([[["input", "links", 0, "url"], "BAD_URL"]]);
    assert_eq!(faults(&answer), bad);
    assert_eq!(ann.titles("").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_address_or_a_title_too_long_is_refused() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let url = format!("https://example.com/{}", "a".repeat(1_981));

    let answer = submit(&ann, &url, &"b".repeat(201)).await;

    assert_eq!(
        faults(&answer),
        json!([
            [["input", "links", 0, "url"], "BAD_URL"],
            [["input", "links", 0, "title"], "TEXT_TOO_LONG"],
        ])
    );
}
