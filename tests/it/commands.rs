//! The program as people start it: what it prints, where, and with which exit code.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

mod demo;

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

fn run(folder: &Path, arguments: &[&str]) -> Output {
    sluice(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A server that is ended with its test.
struct Server {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = sluice(folder, &["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            log: BufReader::new(child.stderr.take().unwrap()),
            child,
            address: String::new(),
        };
        server.address = server.wait_for("listening")["address"]
            .as_str()
            .unwrap()
            .to_owned();
        server
    }

    /// The next log line with this message; every line before it must be one, too.
    fn wait_for(&mut self, message: &str) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.log.read_line(&mut line).unwrap(),
                0,
                "ended before {message:?}"
            );
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"] == message {
                return line;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[tokio::test]
async fn a_token_made_before_the_server_ever_ran_or_while_it_runs_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["token", "--as", "ann", "--role", "LEAD", "--name", "Ann"];
    let before = run(folder.path(), &arguments);
    let server = Server::start(folder.path());
    let during = run(folder.path(), &arguments);

    for made in [before, during] {
        assert_eq!((made.status.code(), text(&made.stderr)), (Some(0), ""));
        let token = text(&made.stdout).strip_suffix('\n').unwrap();
        assert_eq!(token.split('.').count(), 3);
        assert!(!token.contains(char::is_whitespace));
        let answer: Value = reqwest::Client::new()
            .post(format!("http://{}/graphql", server.address))
            .bearer_auth(token)
            .json(&json!({"query": "{ viewer { name roles } }"}))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let ann = json!({"name": "Ann", "roles": ["MEMBER", "LEAD"]});
        assert_eq!(answer, json!({"data": {"viewer": ann}}));
    }
}

#[test]
fn without_a_terminal_there_is_no_banner_and_sigterm_ends_it_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    let told = Command::new("kill")
        .arg(server.child.id().to_string())
        .status()
        .unwrap();
    assert!(told.success());

    let begun = Instant::now();
    server.wait_for("stopped");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(20));
    let printed = std::io::read_to_string(server.child.stdout.take().unwrap()).unwrap();
    assert_eq!(printed, "");
}

#[test]
fn a_taken_port_is_one_line_that_names_the_port_and_the_flag() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port = address.rsplit(':').next().unwrap();

    let ended = run(folder.path(), &["serve", "--listen", &address]);

    let told = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains(port) && told.contains("--listen"), "{told}");
}

#[test]
fn wrong_settings_are_all_named_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();

    let ended = sluice(
        folder.path(),
        &["serve", "--listen", "0.0.0.0:8080", "--max-depth=0"],
    )
    .env("SLUICE_ANSWER_DAYS", "soon")
    .output()
    .unwrap();

    let told = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2));
    for name in ["SLUICE_LISTEN", "SLUICE_MAX_DEPTH", "SLUICE_ANSWER_DAYS"] {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert_eq!(told.lines().count(), 3, "{told}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn migrations_go_up_and_down_and_say_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let status = |direction: &str| {
        let ended = run(folder.path(), &["migrate", direction]);
        assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
        let printed = text(&ended.stdout).to_owned();
        let done = printed
            .lines()
            .filter(|line| line.starts_with("done"))
            .count();
        (done, printed.lines().count())
    };

    let (none, all) = status("status");
    assert_eq!(none, 0);
    assert!(all > 1);
    assert_eq!(status("up"), (all, all));
    assert_eq!(status("down"), (all - 1, all));
    assert_eq!(status("up"), (all, all));
}

#[test]
fn the_schema_is_printed_and_checked_against_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run(folder.path(), &["schema", "--check"]);
    assert_eq!(missing.status.code(), Some(1));

    let printed = run(folder.path(), &["schema"]).stdout;
    assert_eq!(text(&printed), sluice::api::schema::sdl());
    std::fs::write(folder.path().join("schema.graphql"), &printed).unwrap();
    assert_eq!(
        run(folder.path(), &["schema", "--check"]).status.code(),
        Some(0)
    );

    std::fs::write(
        folder.path().join("schema.graphql"),
        "type Query { a: Int }\n",
    )
    .unwrap();
    let differs = run(folder.path(), &["schema", "--check"]);
    assert_eq!(differs.status.code(), Some(1));
    assert!(text(&differs.stderr).contains("cargo run -- schema > schema.graphql"));
}
