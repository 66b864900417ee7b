//! Several servers, many ideas, people who press a button meanwhile: each thing happens once.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use sluice::entity::{event, notification};
use tokio::task::JoinSet;

use super::*;

/// So many servers turn at once, each so often.
async fn all_turn(servers: &[App], times: usize) {
    let mut turns = JoinSet::new();
    for server in servers {
        let server = server.clone();
        turns.spawn(async move {
            for _ in 0..times {
                server.calendar_turns().await;
            }
        });
    }
    while let Some(done) = turns.join_next().await {
        done.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_servers_that_turn_at_once_one_moves_each_idea(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let mut held = Vec::new();
    for number in 0..12 {
        let idea = ann.submit(&format!("Held {number}")).await;
        lead.holds(&idea, 10).await;
        held.push(idea);
    }
    let mut asked = Vec::new();
    for number in 0..4 {
        let idea = ann.submit(&format!("Asked {number}")).await;
        lead.asks(&idea).await;
        asked.push(idea);
    }
    let mut servers = vec![panel.app.clone()];
    for _ in 1..5 {
        servers.push(panel.app.another().await);
    }
    panel.app.days_pass(31);

    all_turn(&servers, 2).await;

    for idea in held.iter().chain(&asked) {
        assert_eq!(ann.stands_in(idea).await, "SUBMITTED");
        assert_eq!(ann.moves(idea).await.len(), 1, "#{}", idea.number);
    }
    let sql = panel.app.db().reader();
    let events = event::Entity::find().all(sql).await.unwrap();
    let by_itself = events.iter().filter(|one| one.kind == "STATE_CHANGED");
    assert!(by_itself.clone().all(|one| one.actor_id.is_none()));
    assert_eq!(by_itself.count(), 16);
    // Ann and Lea were told of each, once.
    let told = notification::Entity::find().all(sql).await.unwrap();
    for notice in ["CAME_BACK", "LEFT_UNANSWERED"] {
        let told = told.iter().filter(|one| one.notice == notice).count();
        let expected = match notice {
            "CAME_BACK" => 12,
            _ => 8,
        };
        assert_eq!(told, expected, "{notice}");
    }

    // And reminded once, too.
    panel.app.days_pass(6);
    all_turn(&servers, 2).await;
    panel.app.days_pass(10);
    all_turn(&servers, 2).await;
    let told = notification::Entity::find().all(sql).await.unwrap();
    let late = told.iter().filter(|one| one.notice == "OVERDUE").count();
    assert_eq!(late, 16);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_press_a_button_meanwhile_get_a_true_answer(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let mut ideas = Vec::new();
    for number in 0..20 {
        let idea = panel.author.submit(&format!("Idea {number}")).await;
        panel.lead.holds(&idea, 10).await;
        ideas.push(idea);
    }
    panel.app.days_pass(11);
    let other = panel.app.another().await;

    let reopened = ideas.iter().map(|idea| {
        let input = json!({"ideaId": idea.id, "outcome": "REOPEN", "reason": "Now."});
        panel.lead.act("decideIdea", input, "idea { state }")
    });
    let turning = async {
        for _ in 0..3 {
            other.calendar_turns().await;
        }
    };
    let (answers, ()) = tokio::join!(join_all(reopened), turning);
    other.calendar_turns().await;

    for (idea, answer) in ideas.iter().zip(answers) {
        assert_eq!(panel.author.stands_in(idea).await, "SUBMITTED");
        // One of the two took it up again.
        let moves = panel.author.moves(idea).await.len();
        match answer.errors().first() {
            None => assert_eq!(moves, 0, "{answer:?}"),
            Some(_) => {
                answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
                assert_eq!(moves, 1);
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_turn_with_nothing_to_do_takes_four_statements_however_much_is_late(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    for number in 0..15 {
        panel.author.submit(&format!("Idea {number}")).await;
    }
    panel.app.days_pass(20);
    for _ in 0..4 {
        panel.app.calendar_turns().await;
    }
    let before = panel.app.db().statements();

    panel.app.calendar_turns().await;

    assert_eq!(panel.app.db().statements() - before, 4);
}

#[tokio::test]
async fn one_idea_that_cannot_be_moved_keeps_no_other_from_it() {
    let panel = Panel::seated(Sqlite, 0).await.unwrap();
    let (bad, good) = (
        panel.author.submit("Bad").await,
        panel.author.submit("Good").await,
    );
    panel.lead.holds(&bad, 5).await;
    panel.lead.holds(&good, 6).await;
    panel.app.days_pass(7);
    let sql = panel.app.db().reader();
    let break_it = format!(
        "update idea set left_state = null where number = {}",
        bad.number
    );
    sql.execute_unprepared(&break_it).await.unwrap();

    let turned = panel.app.try_to_turn().await;

    assert!(turned.is_err());
    assert_eq!(panel.author.stands_in(&bad).await, "ON_HOLD");
    assert_eq!(panel.author.stands_in(&good).await, "SUBMITTED");
}

/// A server of its own process, and its address.
fn serve(config: &sluice::config::Config) -> (std::process::Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICE_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(["serve", "--listen", "127.0.0.1:0", "--database-url"])
        .arg(&config.database_url)
        .arg("--data-dir")
        .arg(&config.data_dir)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(address) = line["address"].as_str() {
            break address.to_owned();
        }
    };
    std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
    (child, address)
}

#[rstest]
#[tokio::test]
async fn the_server_turns_it_from_its_start_and_ends_when_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let bees = panel.author.submit("Bees").await;
    panel.lead.holds(&bees, 10).await;
    // The program goes by the machine's own clock, whatever that says.
    let sql = panel.app.db().reader();
    let long_ago = "update idea set due_at = 1, wake_at = 1";
    sql.execute_unprepared(long_ago).await.unwrap();

    let (mut server, address) = serve(panel.app.config());

    let begun = Instant::now();
    while panel.author.stands_in(&bees).await != "SUBMITTED" {
        assert!(begun.elapsed() < Duration::from_secs(60), "{address}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = Command::new("kill")
        .args(["-TERM", &server.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let begun = Instant::now();
    while server.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it stays");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
