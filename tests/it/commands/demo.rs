//! `sluice demo`: the same house every time, made once, kept, and true to itself.

use std::collections::BTreeMap;

use super::*;

/// A demo in this folder that was served until now.
struct Demo {
    server: Server,
    /// What was told of its file.
    told: String,
}

impl Demo {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut arguments = vec!["demo", "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        let mut child = sluice(folder, &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "ended after {told}");
            let line: Value =
                serde_json::from_str(&line).unwrap_or_else(|_| panic!("it said {line}"));
            let message = line["message"].as_str().unwrap();
            if message == "listening" {
                break line["address"].as_str().unwrap().to_owned();
            }
            told.push_str(message);
        };
        let server = Server {
            child,
            log,
            address,
        };
        Self { server, told }
    }

    /// What somebody with a token from the command line gets.
    async fn ask(&self, folder: &Path, who: &[&str], query: &str) -> Value {
        let mut arguments = vec!["token", "--as"];
        arguments.extend(who);
        let token = run(folder, &arguments);
        let answer: Value = reqwest::Client::new()
            .post(format!("http://{}/graphql", self.server.address))
            .bearer_auth(text(&token.stdout).trim())
            .json(&json!({"query": query}))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        answer["data"].clone()
    }

    fn stop(mut self) {
        let told = Command::new("kill")
            .arg(self.server.child.id().to_string())
            .status()
            .unwrap();
        assert!(told.success());
        self.server.wait_for("stopped");
        assert_eq!(self.server.child.wait().unwrap().code(), Some(0));
    }
}

const MARA: [&str; 1] = ["mara"];

/// Where all ideas stand, without ids and dates, as a lead sees it.
const ALL: &str = "{
    ideas(first: 60, orderBy: {field: NUMBER, direction: ASC}) { totalCount nodes {
        number title problem state visibility authorship revision tags supportCount
        author { name } steward { name } framing { filled }
        rank scorecard { total low high assessmentCount staleCount disagreement
            lines { criterion { key } level contribution } }
        waitingFor { party isOverdue members { name } } mergedInto { title }
        decisions { kind reason isOverride rankThen scoreThen decidedBy { name } } } }
    backlog(first: 60) { nodes { rank rankLow rankHigh isTied idea { number }
        movement { change } } } }";

/// How it came about.
const TOLD: &str = "{
    ideas(first: 60, orderBy: {field: NUMBER, direction: ASC}) { nodes {
        assessments(first: 5) { nodes { assessor { name } comment wasBlind score { total } } }
        comments(first: 5) { nodes { body author { name } } }
        decisions { review { held } appeals { state reason } }
        activity(first: 25) { nodes { kind } } } }
    prototypeQueue { nodes { state position owner { name } idea { title } hypothesis assumption
        form timeBoxDays measures { key target disprovedBy } waits: idea {
        waitingFor { party isOverdue members { name } } } } }
    learnings { nodes { believed found nextTime outcome recordedBy { name }
        idea { title state prototype { state outcome decision isSelfReported
        measures { key result isMet } } } } } }";

/// What happened in hackathons.
const HOSTED: &str = "{
    hackathons(first: 5) { nodes { slug phase metrics { key actual }
        activity(first: 60) { nodes { kind sentence reason } }
        candidates(first: 10) { nodes { state fit idea { title state } teams { name members { name } } } }
        results { place score awards nextStep { owner { name } } entry { title } } } } }";

#[tokio::test]
async fn the_demo_comes_out_the_same_every_time_and_holds_what_it_promises() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    // One that was stopped half-way is no demo.
    std::fs::create_dir(folders[1].path().join("data")).unwrap();
    std::fs::write(folders[1].path().join("data/demo.unfinished.db"), "half").unwrap();
    let mut seen = Vec::new();
    for folder in &folders {
        let demo = Demo::start(folder.path(), &[]);
        assert_eq!(demo.told, "the demo is made");
        let all = demo.ask(folder.path(), &MARA, ALL).await;
        let told = demo.ask(folder.path(), &MARA, TOLD).await;
        seen.push((all, told, demo.ask(folder.path(), &MARA, HOSTED).await));
        let verified = run(
            folder.path(),
            &["verify", "--database-url", "sqlite:data/demo.db"],
        );
        assert_eq!(text(&verified.stderr), "");
        assert_eq!(verified.status.code(), Some(0));
        assert!(!folder.path().join("data/demo.unfinished.db").exists());
        demo.stop();
    }
    let [one, other] = seen.try_into().unwrap();
    assert_eq!(one, other);
    let (one, how, hosted) = one;

    let ideas = one["ideas"]["nodes"].as_array().unwrap();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for idea in ideas {
        *states.entry(idea["state"].as_str().unwrap()).or_default() += 1;
    }
    // The draft is its author's own.
    let expected = [
        ("ABANDONED", 1),
        ("ADOPTED", 2),
        ("BACKLOG", 31),
        ("DECLINED", 2),
        ("DELIVERED", 2),
        ("HACKATHON_CANDIDATE", 1),
        ("INVALIDATED", 1),
        ("IN_ASSESSMENT", 7),
        ("MERGED", 1),
        ("NEEDS_INFO", 1),
        ("ON_HOLD", 1),
        ("PROTOTYPING", 1),
        ("SUBMITTED", 6),
        ("VALIDATED", 1),
        ("WITHDRAWN", 1),
    ];
    assert_eq!(states, BTreeMap::from(expected));
    let titled = |title: &str| {
        let found = ideas.iter().find(|idea| idea["title"] == title);
        found.unwrap_or_else(|| panic!("no {title}"))
    };

    let first = titled("The newest drawing is the only one you find");
    assert_eq!(
        (&first["rank"], &first["scorecard"]["total"]),
        (&json!(1), &json!(86.88))
    );
    assert_eq!(
        one["backlog"]["nodes"][0]["idea"]["number"],
        first["number"]
    );
    let last_of = |title: &str| {
        titled(title)["decisions"]
            .as_array()
            .unwrap()
            .last()
            .cloned()
    };
    let declined = last_of("Free barista coffee on every floor").unwrap();
    assert_eq!(declined["kind"], "DECLINED");
    assert!(declined["reason"].as_str().unwrap().contains("canteen"));
    let declined = "A chatbot that answers every customer";
    let at = ideas.iter().position(|idea| idea["title"] == declined);
    let appeals = &how["ideas"]["nodes"][at.unwrap()]["decisions"][1]["appeals"];
    assert_eq!(appeals[0]["state"], "OPEN");
    let tried = how["prototypeQueue"]["nodes"].as_array().unwrap();
    assert_eq!(tried.len(), 1);
    let rooms = "Give back meeting rooms that nobody came to";
    assert_eq!(
        (&tried[0]["idea"]["title"], &tried[0]["state"]),
        (&json!(rooms), &json!("RUNNING"))
    );
    assert_eq!(
        tried[0]["waits"]["waitingFor"],
        json!({"party": "PROTOTYPE_OWNER", "isOverdue": false, "members": [{"name": "Felix Baum"}]})
    );
    let hosted = hosted["hackathons"]["nodes"].as_array().unwrap();
    let phases: Vec<&Value> = hosted.iter().map(|one| &one["phase"]).collect();
    assert_eq!(phases, ["NOMINATION", "CLOSED"]);
    let placed: Vec<Value> = hosted[1]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!([
                one["place"],
                one["entry"]["title"],
                one["nextStep"]["owner"]["name"]
            ])
        })
        .collect();
    let wanted = [
        json!([1, "A box that remembers", "Arjun Mehta"]),
        json!([2, "Handover in six lines", "Henrik Falk"]),
        json!([3, "Water for a second run", null]),
    ];
    assert_eq!(placed, wanted);
    let taught = how["learnings"]["nodes"].as_array().unwrap();
    assert_eq!(taught.len(), 1);
    let failed = json!({
        "title": "Measure a pump's noise with the phone", "state": "INVALIDATED",
        "prototype": {
            "state": "CONCLUDED", "outcome": "INVALIDATED", "decision": "STOP",
            "isSelfReported": false,
            "measures": [
                {"key": "error", "isMet": false,
                 "result": "Within 3 dB on two of ten pumps, off by 7 to 12 dB on six."},
                {"key": "phones", "isMet": false,
                 "result": "Up to 9 dB apart: each maker turns loud sounds down in its own way."},
            ],
        },
    });
    assert_eq!(taught[0]["idea"], failed);
    assert_eq!(taught[0]["recordedBy"]["name"], "Sven Dahl");
    assert!(
        taught[0]["nextTime"]
            .as_str()
            .unwrap()
            .starts_with("Send a borrowed")
    );
    let lamp = "A lamp on each desk that shows whether the desk is free";
    assert_eq!(titled(lamp)["mergedInto"]["title"], "A map of free desks");
    assert_eq!(last_of(lamp).unwrap()["kind"], "MERGED");
    let against = last_of("A map of first-aid kits and defibrillators").unwrap();
    assert_eq!(
        (&against["kind"], &against["isOverride"]),
        (&json!("ADOPTED"), &json!(true))
    );
    let along = last_of("Seals by subscription").unwrap();
    assert_eq!(
        (&along["isOverride"], &along["rankThen"]),
        (&json!(false), &json!(1))
    );
    let stale = &titled("A loan pump while theirs is repaired")["scorecard"];
    assert_eq!(
        (&stale["staleCount"], &stale["assessmentCount"]),
        (&json!(3), &json!(3))
    );
    let anonymous = titled("Say it without fear when a guard is bypassed");
    assert_eq!(anonymous["author"], Value::Null);
    let disputed = titled("Heat from the test stand warms the hall");
    assert_eq!(disputed["scorecard"]["disagreement"], "HIGH");
}

#[tokio::test]
async fn the_demo_is_kept_with_what_was_done_in_it_until_it_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let demo = Demo::start(at, &[]);
    let submit = "mutation { submitIdea(input: {title: \"Bees\", problem: \"No honey.\"}) {
        idea { number } similar { similarity } } }";
    let done = demo.ask(at, &["anna"], submit).await;
    assert_eq!(done["submitIdea"]["idea"]["number"], 61);
    // Whoever was there before is who a token of that name signs in.
    let viewer = "{ viewer { name roles } }";
    let anna = json!({"name": "Anna Weiss", "roles": ["MEMBER"]});
    assert_eq!(demo.ask(at, &["anna"], viewer).await["viewer"], anna);
    let mara = json!({"name": "Mara Lindqvist", "roles": ["MEMBER", "LEAD"]});
    assert_eq!(demo.ask(at, &MARA, viewer).await["viewer"], mara);
    demo.stop();
    let count = "{ ideas(first: 1) { totalCount } }";
    let look = async |more: &[&str]| {
        let demo = Demo::start(at, more);
        let ideas = demo.ask(at, &["anna"], count).await["ideas"]["totalCount"].clone();
        let told = demo.told.clone();
        demo.stop();
        (told, ideas)
    };

    // Others' draft and what is confidential are not Anna's to see.
    let kept = look(&[]).await;
    assert_eq!(
        kept,
        ("the demo is there and is kept".to_owned(), json!(59))
    );
    let anew = look(&["--fresh"]).await;
    assert_eq!(anew, ("the demo is made".to_owned(), json!(58)));
}

#[test]
fn the_demo_touches_no_database_but_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["postgres://house@127.0.0.1:1/house", "sqlite:sluice.db"] {
        let ended = run(folder.path(), &["demo", "--database-url", url]);

        let told = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains("--database-url"), "{told}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
