//! Likeness: ideas that share rare words are found, in any language, best first, and what
//! is hidden from a person moves nothing that they are told.

use rstest::rstest;

use super::*;

const ALIKE: &str = "query($t: String!, $p: String) { similarIdeas(title: $t, problem: $p, \
    first: 10) { similarity matchedWords lesson idea { title } } }";

/// What is like this text, as this person is told.
async fn alike(person: &Person, title: &str, problem: &str) -> Value {
    let answer = person.post(ALIKE, json!({"t": title, "p": problem})).await;
    answer.at("similarIdeas").clone()
}

/// The titles of it.
async fn titles(person: &Person, title: &str, problem: &str) -> Vec<String> {
    let found = alike(person, title, problem).await;
    let found = found.as_array().unwrap().iter();
    found
        .map(|it| it["idea"]["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Ideas of everyday life in an office.
async fn office(ann: &Person) {
    for (title, problem) in [
        (
            "Meeting rooms",
            "The calendar says a room is free, and it is not.",
        ),
        (
            "Room plants",
            "The air in every room is dry and the plants die.",
        ),
        (
            "Room keys",
            "Nobody knows who has the key of a meeting room.",
        ),
        (
            "Printer of badges",
            "Visitors wait for the badge of a meeting room.",
        ),
    ] {
        ann.submit_with(title, json!({"problem": problem})).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_rare_word_in_common_is_worth_more_than_a_frequent_one(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    office(&ann).await;

    let found = titles(&ann, "A room for plants", "").await;
    assert_eq!(found[0], "Room plants");
    let found = titles(&ann, "Badge for a room", "").await;
    assert_eq!(found[0], "Printer of badges");
    assert_eq!(titles(&ann, "It is the", "of a").await, [""; 0]);
    assert_eq!(titles(&ann, "", "").await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn the_same_text_is_wholly_alike_and_equals_stand_in_the_order_they_came(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    office(&ann).await;
    let problem = "The lift stops between the floors.";
    for title in ["Lift A", "Lift B", "Lift C"] {
        ann.submit_with(title, json!({"problem": problem})).await;
    }

    let found = alike(&ann, "Lift", problem).await;
    let told: Vec<(&str, &Value)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["idea"]["title"].as_str().unwrap(), &it["similarity"]))
        .collect();
    let one = &found[0]["similarity"];
    assert_eq!(told, [("Lift A", one), ("Lift B", one), ("Lift C", one)]);
    let same = alike(&ann, "Lift B", problem).await;
    assert_eq!(same[0]["similarity"], 1.0);
    assert_eq!(same[0]["idea"]["title"], "Lift B");
    assert_eq!(
        same[0]["matchedWords"],
        json!(["between", "floors", "lift", "stops"])
    );
}

#[rstest]
#[case("Le café à côté", "CAFE cote", "cafe cote")]
#[case("会議室の予約が難しい", "予約した会議室", "予約 会議 議室")]
#[case("会议室预订系统", "预订会议室", "会议 议室 预订")]
#[case("회의실 예약이 어렵다", "회의실 예약", "의실 예약 회의")]
#[case("Η αίθουσα συσκέψεων", "ΑΙΘΟΥΣΑ ΣΥΣΚΕΨΕΩΝ", "αιθουσα συσκεψεων")]
#[case("حجز قاعة الاجتماعات", "قَاعَة الاجتماعات", "الاجتماعات قاعة")]
#[case("Подъезд без пандуса", "ПАНДУС пандуса", "пандуса")]
#[case("VPN für 東京オフィス", "東京 vpn", "vpn 東京")]
#[tokio::test]
async fn it_is_found_in_any_language(
    #[values(Sqlite, Postgres)] store: Store,
    #[case] title: &str,
    #[case] typed: &str,
    #[case] matched: &str,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    office(&ann).await;
    for number in 0..8 {
        let other = format!("Quite another thing {number}");
        ann.submit_with(&other, json!({"problem": "Nothing."}))
            .await;
    }
    ann.submit_with(title, json!({"problem": "?"})).await;

    let found = alike(&ann, typed, "").await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["idea"]["title"], title);
    let matched: Vec<&str> = matched.split(' ').collect();
    let told = found[0]["matchedWords"].as_array().unwrap();
    for word in &matched {
        assert!(told.contains(&json!(word)), "{word} in {told:?}");
    }
    let mut sorted: Vec<&str> = told.iter().map(|word| word.as_str().unwrap()).collect();
    sorted.sort_unstable();
    assert_eq!(json!(sorted), json!(told));
}

#[rstest]
#[tokio::test]
async fn the_lesson_of_a_declined_idea_comes_with_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    office(&ann).await;
    let bees = ann.submit("Bees on the roof").await;
    let no = json!({"reason": "The roof carries no hives."});
    lead.screen(&bees, "DECLINE", no).await.ok();
    ann.submit("Bees in the garden").await;

    let found = alike(&ann, "Bees on the roof", "").await;
    assert_eq!(found[0]["idea"]["title"], "Bees on the roof");
    assert_eq!(found[0]["lesson"], "The roof carries no hives.");
    assert_eq!(found[1]["idea"]["title"], "Bees in the garden");
    assert_eq!(found[1]["lesson"], Value::Null);
}

/// Twelve ideas full of the words of the office that others do not see, in all ways in
/// which that can come to be.
async fn hide_some(ann: &Person) {
    for number in 0..12 {
        let text = json!({"problem": "Badge printer, plants, keys, meeting: every room."});
        let mut hidden = text.clone();
        match number % 3 {
            0 => hidden["asDraft"] = json!(true),
            1 => hidden["visibility"] = json!("CONFIDENTIAL"),
            _ => {}
        }
        let idea = ann
            .submit_with(&format!("Secret plants {number}"), hidden)
            .await;
        if number % 3 == 2 {
            let hide = json!({"visibility": "CONFIDENTIAL"});
            ann.update(&idea, hide).await.ok();
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_is_hidden_moves_neither_order_nor_numbers(#[values(Sqlite, Postgres)] store: Store) {
    let (Some(with), Some(without)) = (App::start(store).await, App::start(store).await) else {
        return;
    };
    let mut told = Vec::new();
    for (app, has_it) in [(&with, true), (&without, false)] {
        let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
        office(&ann).await;
        if has_it {
            hide_some(&ann).await;
        }
        let mine = bob
            .submit_with("Plants for a meeting room", json!({"problem": "Dry air."}))
            .await;
        let mut all = Vec::new();
        for (title, problem) in [
            ("Room plants", "The plants of every meeting room die."),
            ("Badge printer", "Visitors wait."),
            (
                "Secret plants",
                "Badge printer, plants, keys, meeting: every room.",
            ),
            ("room", ""),
        ] {
            all.push(alike(&bob, title, problem).await);
        }
        let fields = "similar { similarity matchedWords lesson idea { title } }";
        all.push(bob.sees(&mine, fields).await);
        told.push(serde_json::to_string(&all).unwrap());
        if has_it {
            // Who wrote them finds them.
            let own = titles(&ann, "Secret plants 0", "").await;
            assert_eq!(own[0], "Secret plants 0");
        }
    }
    assert_eq!(told[0], told[1]);
    assert!(told[0].contains("Room plants"));
}

#[rstest]
#[tokio::test]
async fn what_is_shown_later_is_found_then(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let draft = ann.submit_with("Bees", json!({"asDraft": true})).await;
    let secret = json!({"visibility": "CONFIDENTIAL"});
    let secret = ann.submit_with("Wasps", secret).await;
    assert_eq!(titles(&bob, "Bees and wasps", "").await, [""; 0]);

    ann.on(&draft, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    let open = json!({"visibility": "ORGANIZATION"});
    ann.update(&secret, open).await.ok();
    let found = titles(&bob, "Bees and wasps", "").await;
    assert_eq!(found, ["Bees", "Wasps"]);

    ann.update(&secret, json!({"title": "Hornets"})).await.ok();
    assert_eq!(titles(&bob, "Wasps", "").await, [""; 0]);
    assert_eq!(titles(&bob, "Hornets", "").await, ["Hornets"]);
}

#[rstest]
#[tokio::test]
async fn a_text_of_every_length_is_answered(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let long: String = (0..1_000).map(|word| format!("word{word} ")).collect();
    ann.submit_with("Bees", json!({"problem": long})).await;

    for (title, problem) in [
        ("Bees", long.as_str()),
        ("\u{0}", "a\u{0}b \u{7}"),
        ("' or 1 = 1; --", "%_\\"),
    ] {
        let found = alike(&ann, title, problem).await;
        assert_eq!(
            found.as_array().unwrap().len(),
            usize::from(title == "Bees")
        );
    }
}
