//! Judging by a rubric: each judge for themselves, never what they have to do with, and what
//! they said last counts.

use super::contest::{Contest, ENTRY};
use super::*;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_judge_rates_an_entry_and_nobody_else_sees_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 2).await else {
        return;
    };
    let [first, second] = &contest.judges[..] else {
        panic!("two judges");
    };
    let entry = &contest.squads[0].entry;
    let input = json!({
        "entryId": entry, "comment": "Neat.",
        "ratings": [{"criterion": "points", "level": 61.5, "rationale": "Six of ten."}],
    });
    let answer = first.act("judgeEntry", input, ENTRY).await;
    let own = json!({"comment": "Neat.", "ratings": [{"level": 61.5}]});
    assert_eq!(*answer.at("judgeEntry.entry.viewerJudgement"), own);
    // What was said before is replaced as a whole.
    let answer = first.gives(entry, 70.0).await;
    let own = json!({"comment": null, "ratings": [{"level": 70.0}]});
    assert_eq!(*answer.at("judgeEntry.entry.viewerJudgement"), own);

    let fields = "entries { nodes { title judgementCount viewerJudgement { comment } } }
        viewerIsJudge viewerCan";
    let seen = second.visits("jam", fields).await;
    let unseen =
        |title: &str| json!({"title": title, "judgementCount": null, "viewerJudgement": null});
    assert_eq!(
        seen["entries"]["nodes"],
        json!([unseen("Entry 1"), unseen("Entry 2")])
    );
    assert_eq!(seen["viewerIsJudge"], true);
    assert!(
        seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("JUDGE"))
    );
    let seen = contest.event.organizer.visits("jam", fields).await;
    let counts: Vec<&Value> = seen["entries"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["judgementCount"])
        .collect();
    assert_eq!(counts, [&json!(1), &json!(0)]);
    assert!(
        !seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("JUDGE"))
    );
}

#[rstest]
#[tokio::test]
async fn nobody_judges_what_they_have_to_do_with(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 1).await else {
        return;
    };
    let (panel, organizer) = (&contest.event.panel, &contest.event.organizer);
    let app = contest.event.app();
    let conflicted = app.member("Cora").await;
    let teammate = contest.squads[0].people[0].clone();
    let idea = &contest.squads[0].idea;
    let input = json!({"ideaId": idea.id, "kind": "OTHER", "note": "My sister's."});
    conflicted
        .act("declareConflict", input, "__typename")
        .await
        .ok();
    let all = [
        conflicted.clone(),
        teammate.clone(),
        panel.author.clone(),
        panel.lead.clone(),
        organizer.clone(),
    ];
    contest.appoints(&all).await;
    let (first, second) = (&contest.squads[0].entry, &contest.squads[1].entry);

    // Their own team's they see, and may not judge.
    let answer = teammate.gives(first, 90.0).await;
    answer.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    teammate.gives(second, 30.0).await.ok();
    // All else that they may not judge they do not see.
    conflicted.gives(first, 90.0).await.refused("NOT_FOUND");
    conflicted.gives(second, 30.0).await.ok();
    for involved in [&panel.author, &panel.lead] {
        involved.gives(first, 90.0).await.refused("NOT_FOUND");
        involved.gives(second, 90.0).await.refused("NOT_FOUND");
        assert_eq!(contest.found_by(involved).await, [""; 0]);
    }
    // Organizers see everything.
    organizer.gives(first, 30.0).await.ok();
    let input = json!({"ideaId": idea.id, "kind": "OTHER", "note": null});
    organizer
        .act("declareConflict", input, "__typename")
        .await
        .ok();
    let answer = organizer.gives(first, 90.0).await;
    answer.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    // Who does not judge is told so where they see it.
    contest.appoints(&[conflicted]).await;
    let answer = organizer.gives(second, 90.0).await;
    answer.refused_because("FORBIDDEN", "NOT_JUDGE");
    teammate.gives(second, 90.0).await.refused("NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn a_judgement_is_checked_as_an_assessment_is(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 1, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    let input = json!({
        "entryId": contest.squads[0].entry, "comment": "x".repeat(10_001),
        "ratings": [
            {"criterion": "points", "level": 100.5},
            {"criterion": "points", "level": 1.0},
            {"criterion": "beauty", "level": 1.0},
        ],
    });
    let answer = judge.act("judgeEntry", input, ENTRY).await;
    assert_eq!(
        faults(&answer),
        listed(&[
            ("ratings.0.level", "LEVEL_OUT_OF_RANGE"),
            ("ratings.1.criterion", "CRITERION_TWICE"),
            ("ratings.2.criterion", "UNKNOWN_CRITERION"),
            ("comment", "TEXT_TOO_LONG"),
        ])
    );
    let seen = contest
        .event
        .organizer
        .visits("jam", "entries { nodes { judgementCount } }")
        .await;
    assert_eq!(seen["entries"]["nodes"], json!([{"judgementCount": 0}]));
}

#[rstest]
#[tokio::test]
async fn entries_are_rated_while_judges_judge_and_where_they_are_rated(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut contest) = Contest::running(store, 2, 1).await else {
        return;
    };
    contest.hands_in(0).await;
    contest.hands_in(1).await;
    let (first, second) = (&contest.squads[0].entry, &contest.squads[1].entry);
    let organizer = &contest.event.organizer;
    contest.appoints(std::slice::from_ref(organizer)).await;
    let answer = organizer.gives(first, 50.0).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    contest.edits(json!({"judging": "PAIRWISE"})).await;
    contest.event.advances("JUDGING").await;
    let answer = organizer.gives(first, 50.0).await;
    let error = answer.refused_because("ILLEGAL_STEP", "WRONG_MODE");
    assert_eq!(error["extensions"]["legalSteps"], json!(["compareEntries"]));
    organizer.compares(first, second, "LEFT").await.ok();
    contest.publishes(organizer, json!({})).await.ok();
    let answer = organizer.compares(first, second, "LEFT").await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
}

#[rstest]
#[tokio::test]
async fn what_does_not_count_any_more_moves_nothing(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 4).await else {
        return;
    };
    let [first, second, third, fourth] = &contest.judges[..] else {
        panic!("four judges");
    };
    let (one, two) = (&contest.squads[0].entry, &contest.squads[1].entry);
    for (judge, points) in [
        (first, [60.0, 50.0]),
        (second, [20.0, 90.0]),
        (third, [10.0, 90.0]),
    ] {
        judge.gives(one, points[0]).await.ok();
        judge.gives(two, points[1]).await.ok();
    }
    // Somebody who could not judge is not heard.
    let input = json!({"entryId": one, "ratings": []});
    fourth.act("judgeEntry", input, ENTRY).await.ok();
    // The second is no judge any more, the third declares a conflict on one of the two.
    contest
        .appoints(&[first.clone(), third.clone(), fourth.clone()])
        .await;
    let input = json!({"ideaId": contest.squads[0].idea.id, "kind": "OTHER", "note": null});
    third.act("declareConflict", input, "__typename").await.ok();
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    // What is left: 60 and 50 by the first, and 90 for the second entry by the third.
    let results = contest.results_for(first).await;
    let fit = sluice::assessment::scoring::Fit::of(&[
        rating(1, 1, 60.0),
        rating(2, 1, 50.0),
        rating(2, 2, 90.0),
    ]);
    let score = |id: u128| {
        let theta = fit.idea(uuid::Uuid::from_u128(id)).unwrap().theta;
        (theta * 100.0 + 0.5).floor() / 100.0
    };
    assert_eq!(
        results,
        [
            json!([1, "Entry 2", score(2)]),
            json!([2, "Entry 1", score(1)]),
        ]
    );
}

fn rating(idea: u128, assessor: u128, total: f64) -> sluice::assessment::scoring::Rating {
    sluice::assessment::scoring::Rating {
        idea: uuid::Uuid::from_u128(idea),
        assessor: uuid::Uuid::from_u128(assessor),
        total,
    }
}

#[rstest]
#[tokio::test]
async fn the_strictness_of_judges_is_taken_out_as_the_example_says(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 5, 4).await else {
        return;
    };
    // The example W5: ann, bo, cy and dee judge A to E.
    let said: [[Option<f64>; 4]; 5] = [
        [Some(72.0), Some(70.0), Some(74.0), None],
        [Some(66.0), Some(64.0), None, Some(50.0)],
        [None, Some(58.0), Some(62.0), Some(46.0)],
        [Some(70.0), None, Some(68.0), Some(52.0)],
        [Some(64.0), Some(62.0), Some(66.0), None],
    ];
    for (squad, by) in contest.squads.iter().zip(said) {
        for (judge, points) in contest.judges.iter().zip(by) {
            if let Some(points) = points {
                judge.gives(&squad.entry, points).await.ok();
            }
        }
    }
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    assert_eq!(
        contest.results_for(&contest.event.panel.author).await,
        [
            json!([1, "Entry 1", 70.2]),
            json!([2, "Entry 4", 63.56]),
            json!([3, "Entry 5", 62.2]),
            json!([4, "Entry 2", 60.86]),
            json!([5, "Entry 3", 56.06]),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn ten_judges_judge_at_once_and_all_are_heard(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 10).await else {
        return;
    };
    let mut begun = Vec::new();
    for (number, judge) in contest.judges.iter().enumerate() {
        for squad in &contest.squads {
            let (judge, entry) = (judge.clone(), squad.entry.clone());
            begun.push(tokio::spawn(async move {
                judge.gives(&entry, 40.0 + number as f64).await
            }));
        }
    }
    for one in begun {
        one.await.unwrap().ok();
    }
    let seen = contest
        .event
        .organizer
        .visits("jam", "entries { nodes { judgementCount } }")
        .await;
    assert_eq!(
        seen["entries"]["nodes"],
        json!([{"judgementCount": 10}, {"judgementCount": 10}])
    );
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    assert_eq!(
        contest.results_for(&contest.judges[0]).await,
        [json!([1, "Entry 1", 44.5]), json!([1, "Entry 2", 44.5])]
    );
}
