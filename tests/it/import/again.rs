//! Once more: nothing twice, nothing overwritten, nothing half there, and a dry run.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::*;

#[rstest]
#[tokio::test]
async fn a_second_import_changes_nothing(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    printed(&import(&app, &whole_sample()));
    let before = dump(app.db()).await;
    assert_eq!((before["idea"].len(), before["rating"].len()), (12, 108));

    let again = printed(&import(&app, &whole_sample()));

    assert_eq!(
        again,
        "rubric:      squality, version 1\n\
         ideas:       0 new, 12 unchanged, 0 kept as they are here\n\
         assessments: 0 new, 36 unchanged, 0 kept as they are here\n\
         ranked:      12 of these ideas\n"
    );
    assert_eq!(dump(app.db()).await, before);
}

#[rstest]
#[tokio::test]
async fn a_dry_run_says_what_the_import_then_does_and_writes_nothing(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let mut dry = whole_sample();
    dry.push("--dry-run".to_owned());
    for _ in ["new", "there"] {
        let before = dump(app.db()).await;
        let said = printed(&import(&app, &dry));
        assert_eq!(dump(app.db()).await, before);

        let did = printed(&import(&app, &whole_sample()));
        let first = "dry run: nothing was written; an import would come to this:\n";
        assert_eq!(said, format!("{first}{did}"));
    }
}

#[test]
fn a_dry_run_makes_no_house_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let url = format!("sqlite:{}", data_dir.join("sluice.db").display());
    let mut dry = whole_sample();
    dry.push("--dry-run".to_owned());

    let said = printed(&command(&data_dir, &url, &dry).output().unwrap());

    assert!(said.contains("ideas:       12 new, 0 unchanged"), "{said}");
    assert!(!data_dir.exists());
    let did = printed(&command(&data_dir, &url, &whole_sample()).output().unwrap());
    assert!(said.ends_with(&did), "{did}");
}

const IDEAS: &str = "external_id,title,problem,tags\n\
    A-1,Bees,No honey,garden\n\
    A-2,Badges,Visitors queue,\n";

#[rstest]
#[tokio::test]
async fn what_reads_differently_here_is_told_and_kept(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = files.write("ideas.csv", IDEAS);
    let from = files.write("ratings.csv", ratings("A-1", "W2", 4));
    let both = arguments(&[("--ideas", &ideas), ("--assessments", &from)]);
    printed(&import(&app, &both));
    let before = dump(app.db()).await;

    // The second idea says nothing of tags, and the first is as it was but for its title.
    files.write(
        "ideas.csv",
        "external_id,title,problem\nA-1,Wasps,No honey\nA-2,Badges,Visitors queue\n",
    );
    files.write("ratings.csv", ratings("A-1", "W2", 5));
    let output = import(&app, &both);

    assert_eq!(
        printed(&output),
        "rubric:      innovation, version 1\n\
         ideas:       0 new, 1 unchanged, 1 kept as they are here\n\
         assessments: 0 new, 0 unchanged, 1 kept as they are here\n\
         ranked:      0 of these ideas\n"
    );
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "sluice: {ideas}:2: \"A-1\" is idea #1 here and reads differently (title): kept as it is here\n"
        )
    );
    assert_eq!(dump(app.db()).await, before);
}

#[rstest]
#[tokio::test]
async fn new_assessments_join_those_that_are_there(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = files.write("ideas.csv", IDEAS);
    let lead = app.person("Lea", &["LEAD"]).await;
    let states = async || {
        let answer = lead
            .post("{ ideas { nodes { externalId state } } }", json!({}))
            .await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap().clone();
        let state = |node: Value| {
            (
                node["externalId"].as_str().unwrap().to_owned(),
                node["state"].clone(),
            )
        };
        nodes.into_iter().map(state).collect::<BTreeMap<_, _>>()
    };
    printed(&import(&app, &arguments(&[("--ideas", &ideas)])));
    assert_eq!(states().await["A-1"], "SUBMITTED");

    let from = files.write(
        "ratings.csv",
        ratings("A-1", "W2", 4) + &rows("A-1", "W3", 3),
    );
    let both = arguments(&[("--ideas", &ideas), ("--assessments", &from)]);
    let two = printed(&import(&app, &both));
    assert!(
        two.contains("assessments: 2 new, 0 unchanged, 0 kept"),
        "{two}"
    );
    assert!(two.ends_with("ranked:      0 of these ideas\n"), "{two}");
    assert_eq!(states().await["A-1"], "IN_ASSESSMENT");

    files.write(
        "ratings.csv",
        ratings("A-1", "W2", 4) + &rows("A-1", "W6", 5),
    );
    let third = printed(&import(&app, &both));
    assert!(
        third.contains("assessments: 1 new, 1 unchanged, 0 kept"),
        "{third}"
    );
    assert!(
        third.ends_with("ranked:      1 of these ideas\n"),
        "{third}"
    );
    assert_eq!(states().await["A-1"], "BACKLOG");
    assert_eq!(states().await["A-2"], "SUBMITTED");
}

#[rstest]
#[tokio::test]
async fn an_assessment_of_a_declined_idea_is_left_out(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = files.write("ideas.csv", IDEAS);
    printed(&import(&app, &arguments(&[("--ideas", &ideas)])));
    let lead = app.person("Lea", &["LEAD"]).await;
    let found = lead
        .post(
            "{ ideas(first: 1, search: \"Bees\") { nodes { id } } }",
            json!({}),
        )
        .await;
    let decline = "mutation ($id: ID!) { screenIdea(input:
        {ideaId: $id, outcome: DECLINE, reason: \"No roof\"}) { idea { state } } }";
    lead.post(decline, json!({"id": found.at("ideas.nodes.0.id")}))
        .await
        .ok();
    let before = dump(app.db()).await;

    let from = files.write("ratings.csv", ratings("A-1", "W2", 4));
    let both = arguments(&[("--ideas", &ideas), ("--assessments", &from)]);
    let told = printed(&import(&app, &both));

    assert!(
        told.contains("1 left out: their ideas are assessed no more"),
        "{told}"
    );
    assert_eq!(dump(app.db()).await, before);
}

#[rstest]
#[tokio::test]
async fn an_import_that_was_killed_is_whole_after_the_next_one(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let (mut ideas, mut from) = ("external_id,title,problem\n".to_owned(), ratings("", "", 0));
    for number in 0..400 {
        ideas += &format!("K-{number},Idea {number},\"Much text, so that it takes a while\"\n");
        from += &rows(&format!("K-{number}"), "W2", 1 + number % 5);
    }
    let ideas = files.write("ideas.csv", ideas);
    let from = files.write("ratings.csv", from);
    let both = arguments(&[("--ideas", &ideas), ("--assessments", &from)]);

    let config = app.config();
    let mut child = command(&config.data_dir, &config.database_url, &both)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while count(app.db(), "idea").await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing came in");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let half = count(app.db(), "idea").await;
    assert!(
        (1..400).contains(&half),
        "{half} ideas came in before it was killed"
    );
    assert_eq!(count(app.db(), "assessment").await, half);
    let rest = printed(&import(&app, &both));
    let expected = format!("ideas:       {} new, {half} unchanged, 0 kept", 400 - half);
    assert!(rest.contains(&expected), "{half}: {rest}");
    assert_eq!(count(app.db(), "idea").await, 400);
    assert_eq!(count(app.db(), "assessment").await, 400);
    assert_eq!(count(app.db(), "idea_score").await, 400);
}

#[rstest]
#[tokio::test]
async fn two_imports_at_once_take_everything_in_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let config = app.config();
    let start = || {
        command(&config.data_dir, &config.database_url, &whole_sample())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };

    let both = [start(), start()].map(|child| child.wait_with_output().unwrap());

    both.iter().for_each(|output| {
        printed(output);
    });
    let rows = dump(app.db()).await;
    assert_eq!((rows["idea"].len(), rows["assessment"].len()), (12, 36));
    assert_eq!(rows["rating"].len(), 108);
    assert_eq!(count(app.db(), "event where kind = 'SUBMITTED'").await, 12);
}

/// A file with a whole assessment under the default rubric.
pub(super) fn ratings(external_id: &str, assessor: &str, level: i32) -> String {
    let head = "external_id,assessor,criterion,level\n".to_owned();
    if assessor.is_empty() {
        head
    } else {
        head + &rows(external_id, assessor, level)
    }
}

/// Its rows alone.
pub(super) fn rows(external_id: &str, assessor: &str, level: i32) -> String {
    [
        "problem",
        "impact",
        "fit",
        "feasibility",
        "novelty",
        "effort",
    ]
    .map(|criterion| format!("{external_id},{assessor},{criterion},{level}\n"))
    .concat()
}
