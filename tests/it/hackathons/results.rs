//! Results: places, awards that name their next step, validations that name what shows them,
//! and every idea back where it belongs, all at once.

use super::contest::Contest;
use super::*;
use crate::verify::{fits, misfit, tamper};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};

fn award(entry: &str, award: &str, owner: &Person, due: i64) -> Value {
    json!({
        "entryId": entry, "award": award, "nextStep": "Try it at the gate.",
        "ownerId": owner.id, "dueAt": day(due),
    })
}

#[rstest]
#[tokio::test]
async fn results_are_published_at_once_and_every_idea_is_where_it_belongs(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 4, 2).await else {
        return;
    };
    let [a, b, c, _] = &contest.squads[..] else {
        panic!("four teams");
    };
    for judge in &contest.judges {
        for (squad, points) in [(a, 70.0), (b, 70.0), (c, 30.0)] {
            judge.gives(&squad.entry, points).await.ok();
        }
    }
    let organizer = &contest.event.organizer;
    let olga = contest.event.app().member("Olga").await;
    assert_eq!(contest.results_for(organizer).await, [Value::Null; 0]);
    let more = json!({
        "awards": [award(&b.entry, "Best demo", &olga, 30), award(&b.entry, "Loudest", organizer, 40)],
        "validated": [{"entryId": a.entry, "evidence": "Six of ten printed alone."}],
    });
    let answer = contest.publishes(organizer, more).await;
    let hackathon = answer.at("publishResults.hackathon");
    assert_eq!(hackathon["phase"], "CLOSED");
    let line = |place: Value, score: Value, title: &str, count: i32| {
        json!({
            "place": place, "score": score, "awards": [], "nextStep": null,
            "entry": {"title": title, "judgementCount": count},
        })
    };
    let mut second = line(json!(1), json!(70.0), "Entry 2", 2);
    second["awards"] = json!(["Best demo", "Loudest"]);
    second["nextStep"] =
        json!({"text": "Try it at the gate.", "owner": {"name": "Olga"}, "dueAt": day(30)});
    assert_eq!(
        hackathon["results"],
        json!([
            line(json!(1), json!(70.0), "Entry 1", 2),
            second,
            line(json!(3), json!(30.0), "Entry 3", 2),
            line(Value::Null, Value::Null, "Entry 4", 0),
        ])
    );
    let states = ["VALIDATED", "SUBMITTED", "SUBMITTED", "SUBMITTED"];
    let candidates = "candidacies { state } state decisions { kind reason decidedBy { name } }";
    for (squad, state) in contest.squads.iter().zip(states) {
        let seen = olga.sees(&squad.idea, candidates).await;
        assert_eq!(seen["state"], state);
        assert_eq!(seen["candidacies"], json!([{"state": "RETURNED"}]));
    }
    let seen = olga.sees(&a.idea, candidates).await;
    let last = seen["decisions"].as_array().unwrap().last().unwrap();
    assert_eq!(
        *last,
        json!({
            "kind": "RESULT_VALIDATED", "reason": "Six of ten printed alone.",
            "decidedBy": {"name": "Ola"},
        })
    );
    let metrics = olga.visits("jam", "metrics { key actual }").await;
    let validated = metrics["metrics"].as_array().unwrap();
    let validated = validated.iter().find(|one| one["key"] == "IDEAS_VALIDATED");
    assert_eq!(validated.unwrap()["actual"], 1.0);

    // Who took part hears of it, and who has something to do now.
    let told = |person: &Person| {
        let person = person.clone();
        async move {
            let query = "{ viewer { notifications(last: 100) { nodes {
                kind sentence hackathon { slug } } } } }";
            let answer = person.post(query, json!({})).await;
            let all = answer
                .at("viewer.notifications.nodes")
                .as_array()
                .unwrap()
                .clone();
            let results = all
                .into_iter()
                .filter(|one| one["kind"] == "RESULTS_PUBLISHED");
            let sentence = |one: Value| {
                assert_eq!(one["hackathon"]["slug"], "jam");
                one["sentence"].as_str().unwrap().to_owned()
            };
            results.map(sentence).collect::<Vec<_>>()
        }
    };
    let of = |squad: &super::contest::Squad, title: &str| {
        format!(
            "The results of “Spring jam”, which worked on #{} “{title}”, were published.",
            squad.idea.number
        )
    };
    assert_eq!(told(&c.people[1]).await, [of(c, "Idea 3")]);
    assert_eq!(told(&contest.event.panel.author).await.len(), 3);
    let step = format!(
        "#{} “Idea 2” won an award in “Spring jam”: its next step is yours to take.",
        b.idea.number
    );
    assert_eq!(told(&olga).await, [step]);
    fits(contest.event.app());
}

#[rstest]
#[tokio::test]
async fn everything_wrong_with_results_is_told_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 2, 1).await else {
        return;
    };
    let [a, b] = &contest.squads[..] else {
        panic!("two teams");
    };
    contest.judges[0].gives(&a.entry, 50.0).await.ok();
    let organizer = &contest.event.organizer;
    let unknown = a.entry.replace(&a.entry[a.entry.len() - 4..], "0000");
    let nobody = organizer
        .id
        .replace(&organizer.id[organizer.id.len() - 4..], "0000");
    let more = json!({
        "reason": " ",
        "awards": [
            {"entryId": unknown, "award": "", "nextStep": " ", "ownerId": nobody, "dueAt": day(-1)},
            {"entryId": "entry_1", "award": "x".repeat(121), "nextStep": "Go.",
             "ownerId": organizer.id, "dueAt": day(40)},
        ],
        "validated": [
            {"entryId": a.entry, "evidence": " "},
            {"entryId": a.entry, "evidence": "Seen."},
            {"entryId": unknown, "evidence": "Seen."},
        ],
    });
    let answer = contest.publishes(organizer, more).await;
    assert_eq!(
        faults(&answer),
        listed(&[
            ("awards.0.award", "AWARD_MISSING"),
            ("awards.0.nextStep", "NEXT_STEP_MISSING"),
            ("awards.0.dueAt", "DUE_IN_THE_PAST"),
            ("awards.1.entryId", "BAD_ID"),
            ("awards.1.award", "TEXT_TOO_LONG"),
            ("validated.0.evidence", "EVIDENCE_MISSING"),
            ("reason", "REASON_MISSING"),
            ("awards.0.entryId", "UNKNOWN_ENTRY"),
            ("awards.0.ownerId", "NOT_A_MEMBER"),
            ("validated.1.entryId", "ENTRY_TWICE"),
            ("validated.2.entryId", "UNKNOWN_ENTRY"),
        ])
    );
    let seen = organizer.visits("jam", "phase").await;
    assert_eq!(seen["phase"], "JUDGING");
    assert_eq!(
        organizer.sees(&b.idea, "state").await["state"],
        "IN_HACKATHON"
    );
}

#[rstest]
#[tokio::test]
async fn nothing_is_published_that_nobody_judged_and_nothing_out_of_order(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut contest) = Contest::running(store, 1, 1).await else {
        return;
    };
    contest.hands_in(0).await;
    let organizer = contest.event.organizer.clone();
    let entry = contest.squads[0].entry.clone();
    let answer = contest.publishes(&organizer, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    contest.event.advances("JUDGING").await;
    let answer = contest.publishes(&organizer, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "PHASE_INCOMPLETE");
    for person in [
        &contest.judges[0],
        &contest.squads[0].people[0],
        &contest.event.panel.lead,
    ] {
        let answer = contest.publishes(person, json!({})).await;
        answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
    contest.judges[0].gives(&entry, 50.0).await.ok();

    // Nobody says of their own idea that it works.
    let admin = contest.event.app().person("Ann", &["ADMIN"]).await;
    assert_eq!(admin.id, contest.event.panel.author.id);
    let validated = json!({"validated": [{"entryId": entry, "evidence": "I say so."}]});
    let answer = contest.publishes(&admin, validated).await;
    answer.refused_because("FORBIDDEN", "OWN_IDEA");
    let idea = &contest.squads[0].idea;
    assert_eq!(organizer.sees(idea, "state").await["state"], "IN_HACKATHON");
    contest.publishes(&admin, json!({})).await.ok();
    assert_eq!(organizer.sees(idea, "state").await["state"], "SUBMITTED");
    let answer = contest.publishes(&admin, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
}

#[rstest]
#[tokio::test]
async fn of_those_who_publish_at_once_one_does(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::judging(store, 3, 1).await else {
        return;
    };
    for squad in &contest.squads {
        contest.judges[0].gives(&squad.entry, 50.0).await.ok();
    }
    let app = contest.event.app();
    let mut begun = Vec::new();
    for number in 0..5 {
        let person = app.person(&format!("Org{number}"), &["ORGANIZER"]).await;
        let contest = contest.clone();
        begun.push(tokio::spawn(async move {
            let more = json!({"awards": [award(&contest.squads[0].entry, "Best", &person, 40)]});
            contest.publishes(&person, more).await
        }));
    }
    let mut published = 0;
    for one in begun {
        let answer = one.await.unwrap();
        if answer.errors().is_empty() {
            published += 1;
        } else {
            answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
        }
    }
    assert_eq!(published, 1);
    let seen = contest
        .event
        .organizer
        .visits("jam", "results { place awards }")
        .await;
    assert_eq!(
        seen["results"],
        json!([
            {"place": 1, "awards": ["Best"]}, {"place": 1, "awards": []}, {"place": 1, "awards": []},
        ])
    );
    fits(app);
}

#[rstest]
#[tokio::test]
async fn a_changed_byte_of_entries_judgements_or_results_is_found(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 1, 1).await else {
        return;
    };
    let app = contest.event.app();
    let entry = &contest.squads[0].entry;
    contest.judges[0].gives(entry, 50.0).await.ok();
    let more = json!({"awards": [award(entry, "Best", &contest.judges[0], 40)]});
    contest.publishes(&contest.event.organizer, more).await.ok();
    let told = fits(app);
    let line = "1 teams, 1 entries, 1 judgements, 0 comparisons, 1 awards";
    assert!(told.contains(line), "{told}");
    let changes = [
        (
            "entry",
            "title",
            "'Entry 2'",
            "'Entry 1'",
            "is not what was handed in",
        ),
        ("entry", "score", "5001", "5000", "is not the one published"),
        ("judgement", "comment", "'So'", "null", "is not what it was"),
        (
            "award",
            "next_step",
            "'Rest.'",
            "'Try it at the gate.'",
            "is not what it was",
        ),
    ];
    for (table, column, changed, before, expected) in changes {
        tamper(app, &format!("update {table} set {column} = {changed}"), 1).await;
        let told = misfit(app);
        assert!(told.contains(expected), "{table}.{column}: {told}");
        tamper(app, &format!("update {table} set {column} = {before}"), 1).await;
    }
    fits(app);
}

#[rstest]
#[tokio::test]
async fn what_is_handed_in_judged_and_published_happens_once_under_its_key(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut contest) = Contest::running(store, 2, 1).await else {
        return;
    };
    contest.hands_in(1).await;
    let app = contest.event.app().clone();
    let events = async || {
        let sql = app.db().reader();
        let count = sluice::entity::event::Entity::find().count(sql);
        count.await.unwrap()
    };
    let twice = async |person: &Person, mutation: &str, mut input: Value, fields: &str| {
        input["idempotencyKey"] = json!("k");
        let first = person.act(mutation, input.clone(), fields).await;
        let before = events().await;
        let second = person.act(mutation, input, fields).await;
        assert_eq!(first.ok(), second.ok(), "{mutation}");
        assert_eq!(events().await, before, "{mutation}");
        first
    };
    let (tia, judge) = (&contest.squads[0].people[0], &contest.judges[0]);
    let input = json!({"teamId": contest.squads[0].team, "title": "A", "summary": "B"});
    let fields = "entry { id revision }";
    let answer = twice(tia, "submitEntry", input, fields).await;
    let entry = answer.text("submitEntry.entry.id");
    contest.event.advances("JUDGING").await;
    let input = json!({"entryId": entry, "ratings": [{"criterion": "points", "level": 9.0}]});
    twice(judge, "judgeEntry", input, fields).await;
    let input = json!({"hackathonId": contest.event.id, "reason": "Done."});
    let fields = "hackathon { phase results { score } }";
    let organizer = &contest.event.organizer;
    twice(organizer, "publishResults", input, fields).await;
}

#[rstest]
#[tokio::test]
async fn more_entries_take_no_more_statements(#[values(Sqlite, Postgres)] store: Store) {
    let fields = "results { place score awards nextStep { owner { name } }
            entry { title isFrozen judgementCount viewerJudgement { ratings { level } }
                team { name members { name } } } }
        entries { totalCount nodes { title placement { place awards } team { name } } }
        teams { nodes { name entry { title judgementCount } } }";
    let mut statements = Vec::new();
    for teams in [2, 8] {
        let Some(contest) = Contest::judging(store, teams, 1).await else {
            return;
        };
        let (judge, organizer) = (&contest.judges[0], &contest.event.organizer);
        let mut awards = Vec::new();
        for squad in &contest.squads {
            judge.gives(&squad.entry, 50.0).await.ok();
            awards.push(award(&squad.entry, "Best", &squad.people[0], 40));
        }
        contest
            .publishes(organizer, json!({"awards": awards}))
            .await
            .ok();
        // What is asked for in several places is read once or more often, as it happens.
        let mut fewest = u64::MAX;
        for _ in 0..4 {
            let before = contest.event.app().db().statements();
            let seen = judge.visits("jam", fields).await;
            fewest = fewest.min(contest.event.app().db().statements() - before);
            assert_eq!(seen["results"].as_array().unwrap().len(), teams);
            assert_eq!(seen["entries"]["totalCount"], teams);
        }
        statements.push(fewest);
    }
    // One for each of the six more would be six more.
    assert!(statements[1] < statements[0] + 6, "{statements:?}");
}
