//! Judging by comparison: which of two is better, asked where one more word tells most.

use super::contest::Contest;
use super::*;
use rstest::rstest;

async fn compared(store: Store, teams: usize, judges: usize) -> Option<Contest> {
    Contest::judging_with(store, teams, judges, json!({"judging": "PAIRWISE"})).await
}

#[rstest]
#[tokio::test]
async fn comparisons_lead_to_the_places_that_the_example_says(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = compared(store, 5, 4).await else {
        return;
    };
    let [p, q, r, s, t] = &contest.squads[..] else {
        panic!("five teams");
    };
    let judges = &contest.judges;
    // The example W9; the words of each judge in whatever order, and turned as they please.
    let said = [
        (0, s, t, "LEFT"),
        (3, r, q, "TIE"),
        (2, r, q, "LEFT"),
        (1, q, r, "LEFT"),
        (1, q, p, "RIGHT"),
        (0, q, r, "LEFT"),
        (0, r, p, "RIGHT"),
        // The first judge changes their mind.
        (0, p, q, "RIGHT"),
        (0, q, p, "RIGHT"),
    ];
    for (judge, left, right, outcome) in said {
        let done = judges[judge].compares(&left.entry, &right.entry, outcome);
        done.await.ok();
    }
    // P and S link the two parts: that tells most. The first entry handed in has the smaller id.
    assert_eq!(judges[1].is_asked().await, json!(["Entry 1", "Entry 4"]));
    let seen = contest
        .event
        .organizer
        .visits("jam", "entries { nodes { judgementCount } }")
        .await;
    let counts = seen["entries"]["nodes"].as_array().unwrap().iter();
    let counts: Vec<i64> = counts
        .map(|it| it["judgementCount"].as_i64().unwrap())
        .collect();
    assert_eq!(counts, [3, 6, 5, 1, 1]);
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    assert_eq!(
        contest.results_for(&contest.event.panel.author).await,
        [
            json!([1, "Entry 1", 78.05]),
            json!([2, "Entry 4", 64.69]),
            json!([3, "Entry 2", 39.83]),
            json!([4, "Entry 5", 35.9]),
            json!([5, "Entry 3", 31.53]),
        ]
    );
    assert_eq!(judges[1].is_asked().await, Value::Null);
    crate::verify::fits(contest.event.app());
}

#[rstest]
#[tokio::test]
async fn an_order_is_all_its_pairs_at_half_their_weight_as_the_example_says(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = compared(store, 4, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    let [p, q, r, s] = &contest.squads[..] else {
        panic!("four teams");
    };
    // What was said before of one of its pairs is replaced.
    judge.compares(&p.entry, &s.entry, "RIGHT").await.ok();
    let order = |places: Value| judge.act("orderEntries", places, "hackathon { phase }");
    let twice = json!({"places": [[p.entry], [q.entry, p.entry], ["entry_1"]]});
    assert_eq!(
        faults(&order(twice).await),
        listed(&[("places.1.1", "ENTRY_TWICE"), ("places.2.0", "BAD_ID")])
    );
    let alone = json!({"places": [[p.entry]]});
    assert_eq!(
        faults(&order(alone).await),
        listed(&[("places", "BAD_ORDER")])
    );
    let places = json!({"places": [[p.entry], [q.entry], [r.entry], [s.entry]]});
    order(places.clone()).await.ok();
    // Everything was said.
    assert_eq!(judge.is_asked().await, Value::Null);
    let answer = p.people[0].act("orderEntries", places.clone(), "hackathon { phase }");
    answer.await.refused("NOT_FOUND");
    let organizer = &contest.event.organizer;
    let answer = organizer.act("orderEntries", places.clone(), "hackathon { phase }");
    answer.await.refused_because("FORBIDDEN", "NOT_JUDGE");
    contest.publishes(organizer, json!({})).await.ok();
    assert_eq!(
        contest.results_for(judge).await,
        [
            json!([1, "Entry 1", 73.46]),
            json!([2, "Entry 2", 57.97]),
            json!([3, "Entry 3", 42.03]),
            json!([4, "Entry 4", 26.54]),
        ]
    );
    let late = order(places).await;
    late.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let app = contest.event.app();
    crate::verify::fits(app);
    crate::verify::tamper(app, "update comparison set is_half = false", 6).await;
    let told = crate::verify::misfit(app);
    assert!(told.contains("the comparison is not what it was"), "{told}");
}

#[rstest]
#[tokio::test]
async fn a_judge_is_asked_about_every_pair_they_may_compare_and_once(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = compared(store, 4, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    let idea = &contest.squads[3].idea;
    let input = json!({"ideaId": idea.id, "kind": "OTHER", "note": null});
    judge.act("declareConflict", input, "__typename").await.ok();
    let id = |title: &Value| {
        let number: usize = title.as_str().unwrap()[6..].parse().unwrap();
        contest.squads[number - 1].entry.clone()
    };
    let mut asked = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let pair = judge.is_asked().await;
        assert!(asked.insert(pair.to_string()), "{pair} twice");
        assert!(!pair.to_string().contains("Entry 4"), "{pair}");
        judge
            .compares(&id(&pair[0]), &id(&pair[1]), "TIE")
            .await
            .ok();
    }
    assert_eq!(judge.is_asked().await, Value::Null);
    // Who does not judge is asked nothing.
    assert_eq!(contest.event.organizer.is_asked().await, Value::Null);
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    assert_eq!(
        contest.results_for(judge).await,
        [
            json!([1, "Entry 1", 50.0]),
            json!([1, "Entry 2", 50.0]),
            json!([1, "Entry 3", 50.0]),
            json!([null, "Entry 4", null]),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn only_two_entries_of_one_hackathon_that_the_judge_may_judge_are_compared(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = compared(store, 3, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    let [one, two, three] = &contest.squads[..] else {
        panic!("three teams");
    };
    let answer = judge.compares(&one.entry, &one.entry, "LEFT").await;
    assert_eq!(faults(&answer), listed(&[("rightEntryId", "SAME_ENTRY")]));
    let answer = judge.compares("entry_1", "entry_2", "LEFT").await;
    assert_eq!(
        faults(&answer),
        listed(&[("leftEntryId", "BAD_ID"), ("rightEntryId", "BAD_ID")])
    );
    let mate = &one.people[0];
    contest.appoints(&[judge.clone(), mate.clone()]).await;
    for (left, right) in [(one, two), (two, one)] {
        let answer = mate.compares(&left.entry, &right.entry, "TIE").await;
        answer.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    }
    mate.compares(&two.entry, &three.entry, "LEFT").await.ok();
    let stranger = contest.event.app().member("Sue").await;
    let answer = stranger.compares(&one.entry, &two.entry, "LEFT").await;
    answer.refused("NOT_FOUND");
    let organizer = &contest.event.organizer;
    let answer = organizer.compares(&one.entry, &two.entry, "LEFT").await;
    answer.refused_because("FORBIDDEN", "NOT_JUDGE");
    let seen = organizer
        .visits("jam", "entries { nodes { judgementCount } }")
        .await;
    assert_eq!(
        seen["entries"]["nodes"],
        json!([{"judgementCount": 0}, {"judgementCount": 1}, {"judgementCount": 1}])
    );
}

#[rstest]
#[tokio::test]
async fn where_entries_are_rated_none_are_compared(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    let [one, two] = &contest.squads[..] else {
        panic!("two teams");
    };
    let order = json!({"places": [[one.entry], [two.entry]]});
    let answer = judge
        .act("orderEntries", order, "hackathon { phase }")
        .await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_MODE");
    let answer = judge.compares(&one.entry, &two.entry, "LEFT").await;
    let error = answer.refused_because("ILLEGAL_STEP", "WRONG_MODE");
    assert_eq!(error["extensions"]["legalSteps"], json!(["judgeEntry"]));
    assert_eq!(judge.is_asked().await, Value::Null);
}
