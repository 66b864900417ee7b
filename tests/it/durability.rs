//! Nothing that was acknowledged is lost: not when the process is killed, and not when
//! migrations go down and up.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use sluice::platform::db::Db;

use crate::support::panel::Panel;
use crate::support::{Store, Store::*};

const CLIENTS: usize = 8;
const SUBMISSIONS: usize = 500;
/// The process is killed when so many were acknowledged.
const ENOUGH: usize = 200;

/// The program in a folder of its own, blind to the settings of whoever runs the tests.
fn sluice(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICE_") {
            command.env_remove(name);
        }
    }
    command
}

/// A server of its own process.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = sluice(folder, &["--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert_ne!(
                log.read_line(&mut line).unwrap(),
                0,
                "ended before it listened"
            );
            let line: Value = serde_json::from_str(&line).unwrap();
            if let Some(address) = line["address"].as_str() {
                break address.to_owned();
            }
        };
        // Read on, so that it never waits for somebody to.
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
        Self {
            child,
            url: format!("http://{address}/graphql"),
        }
    }

    /// Ends it as a power cut would: nothing is told, nothing is finished.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The data of an answer, when one came.
async fn ask(client: &reqwest::Client, url: &str, token: &str, query: &str) -> Option<Value> {
    let sent = client
        .post(url)
        .bearer_auth(token)
        .json(&json!({"query": query}));
    let answer: Value = sent.send().await.ok()?.json().await.ok()?;
    assert_eq!(answer.get("errors"), None, "{answer}");
    Some(answer["data"].clone())
}

/// Submits until all are in or the server is gone; what was acknowledged.
async fn submit(
    (client, url, token): (reqwest::Client, String, String),
    (number, acknowledged): (usize, Arc<AtomicUsize>),
) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for turn in 0..SUBMISSIONS / CLIENTS {
        let title = format!("Idea {turn} of client {number}");
        let query = format!(
            "mutation {{ submitIdea(input: {{title: \"{title}\", problem: \"It hurts.\"}}) \
             {{ idea {{ id }} }} }}"
        );
        let Some(data) = ask(&client, &url, &token, &query).await else {
            break;
        };
        let id = data["submitIdea"]["idea"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        acknowledged.fetch_add(1, Ordering::SeqCst);
        told.push((id, title));
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_the_process_was_killed_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    let Output { stdout, .. } = sluice(folder.path(), &["token", "--as", "ann"])
        .output()
        .unwrap();
    let token = String::from_utf8(stdout).unwrap().trim().to_owned();
    let client = reqwest::Client::new();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let door = (client.clone(), server.url.clone(), token.clone());
            tokio::spawn(submit(door, (number, Arc::clone(&acknowledged))))
        })
        .collect();

    while acknowledged.load(Ordering::SeqCst) < ENOUGH {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    server.kill();
    let mut told = Vec::new();
    for one in clients {
        told.extend(one.await.unwrap());
    }
    assert!(
        (ENOUGH..SUBMISSIONS).contains(&told.len()),
        "{} were told",
        told.len()
    );

    let server = Server::start(folder.path());
    for some in told.chunks(30) {
        let ids: Vec<_> = some.iter().map(|(id, _)| format!("\"{id}\"")).collect();
        let query = format!(
            "{{ nodes(ids: [{}]) {{ ... on Idea {{ title activity(first: 1) {{ totalCount }} }} }} }}",
            ids.join(", ")
        );
        let found = ask(&client, &server.url, &token, &query).await.unwrap();
        let expected: Vec<_> = some
            .iter()
            .map(|(_, title)| json!({"title": title, "activity": {"totalCount": 1}}))
            .collect();
        assert_eq!(found["nodes"], json!(expected));
    }
    drop(server);
    assert_eq!(soundness(folder.path()).await, ["ok", "0", "0", "0"]);
}

/// What SQLite says of its file, and how many rows have no counterpart: ideas without their
/// revision, their event, or the head of their chain.
async fn soundness(folder: &Path) -> Vec<String> {
    let file = format!("sqlite:{}", folder.join("data/sluice.db").display());
    let sql = Database::connect(file).await.unwrap();
    let mut told = Vec::new();
    for question in [
        "select integrity_check from pragma_integrity_check",
        "select cast(count(*) as text) from idea where id not in (select idea_id from idea_revision)",
        "select cast(count(*) as text) from idea where id not in (select subject_id from event)",
        "select cast(count(*) as text) from event where not exists (select 1 from event_head
            where event_head.subject_id = event.subject_id
            and event_head.position >= event.position)",
    ] {
        let asked = Statement::from_string(sql.get_database_backend(), question);
        for row in sql.query_all_raw(asked).await.unwrap() {
            told.push(row.try_get_by_index::<String>(0).unwrap());
        }
    }
    told
}

#[rstest]
#[tokio::test]
async fn migrations_go_down_to_nothing_and_up_again_with_data_in_them(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let url = panel.app.config().database_url.clone();
    panel.rated("Badges", &[[3; 6]; 3]).await;
    let input = json!({"title": "Asked", "problem": "It hurts.", "tags": ["desk"]});
    let asked = panel.author.act("submitIdea", input, "idea { id }").await;
    let question = json!({
        "ideaId": asked.text("submitIdea.idea.id"), "outcome": "NEEDS_INFO", "reason": "Who?",
    });
    panel
        .lead
        .act("screenIdea", question, "idea { id }")
        .await
        .ok();
    let done = async || -> Vec<bool> {
        let all = Db::migrations(&url).await.unwrap();
        all.into_iter().map(|(_, is_done)| is_done).collect()
    };
    let all = done().await;
    assert!(all.len() > 1 && all.iter().all(|done| *done));

    // The last one alone, with what the others hold still there: it can be used again.
    Db::migrate_down(&url).await.unwrap();
    Db::migrate(&url).await.unwrap();
    let titles = "{ ideas(first: 5) { nodes { title } } }";
    let kept = panel.author.post(titles, json!({})).await;
    let both = json!([{"title": "Asked"}, {"title": "Badges"}]);
    assert_eq!(kept.at("ideas.nodes"), &both);

    for left in (0..all.len()).rev() {
        Db::migrate_down(&url).await.unwrap();
        assert_eq!(done().await.iter().filter(|done| **done).count(), left);
    }
    Db::migrate(&url).await.unwrap();
    assert_eq!(done().await, all);

    // An empty house, and a whole one.
    let again = panel.app.another().await;
    let ann = again.member("Ann").await;
    let empty = ann.post(titles, json!({})).await;
    assert_eq!(empty.at("ideas.nodes"), &json!([]));
    assert_eq!(ann.submit("Badges").await.number, 1);
}
