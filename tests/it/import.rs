//! `sluice import`: what is in files comes into the house, beside a running server, all of it
//! or none; a second time changes nothing, and nothing that people did here is overwritten.

mod again;
mod faults;
mod judged;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sluice::platform::db::{Db, on_postgres};
use tempfile::TempDir;

use crate::support::{App, Postgres, Sqlite, Store};

/// The columns of the sample that are called otherwise.
const MAPS: [&str; 8] = [
    "--map",
    "external_id=item_id",
    "--map",
    "problem=description",
    "--map",
    "assessor=rater",
    "--map",
    "level=score",
];

/// Everything that an import may write.
const TABLES: [&str; 17] = [
    "assessment",
    "co_author",
    "event",
    "event_head",
    "fit",
    "idea",
    "idea_number",
    "idea_revision",
    "idea_score",
    "idea_tag",
    "idea_term",
    "leniency",
    "member",
    "rating",
    "rubric",
    "rubric_version",
    "score_change",
];

/// A file of the sample.
fn sample(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/it/data/import", name]
        .iter()
        .collect();
    path.into_os_string().into_string().unwrap()
}

/// The whole sample, as it is brought in.
fn whole_sample() -> Vec<String> {
    let named = [
        ("--ideas", "items.csv"),
        ("--assessments", "assessments.csv"),
        ("--rubric", "rubric.json"),
    ];
    let files = named
        .into_iter()
        .flat_map(|(flag, file)| [flag.to_owned(), sample(file)]);
    files.chain(MAPS.map(str::to_owned)).collect()
}

/// `sluice import` on the database of a house, blind to the settings of whoever runs the tests.
fn command(data_dir: &Path, database_url: &str, arguments: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICE_") {
            command.env_remove(name);
        }
    }
    command
        .args(["import", "--database-url", database_url, "--data-dir"])
        .arg(data_dir)
        .args(arguments);
    command
}

fn import(app: &App, arguments: &[String]) -> Output {
    let config = app.config();
    command(&config.data_dir, &config.database_url, arguments)
        .output()
        .unwrap()
}

/// What it printed, when it went well.
#[track_caller]
fn printed(output: &Output) -> String {
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A folder with files for one test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Writes a file; its path.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.into_os_string().into_string().unwrap()
    }
}

fn arguments(flags: &[(&str, &str)]) -> Vec<String> {
    flags
        .iter()
        .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()])
        .collect()
}

/// Every row of every table that an import may write, as text.
async fn dump(db: &Db) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in TABLES {
        let question = if on_postgres(db.reader()) {
            format!("select t::text from {table} t order by 1")
        } else {
            let columns = texts(
                db,
                &format!("select name from pragma_table_info('{table}')"),
            )
            .await;
            let quoted: Vec<String> = columns
                .iter()
                .map(|name| format!("quote(\"{name}\")"))
                .collect();
            format!(
                "select {} from {table} order by 1",
                quoted.join(" || ',' || ")
            )
        };
        all.insert(table, texts(db, &question).await);
    }
    all
}

/// The first column of an answer.
async fn texts(db: &Db, question: &str) -> Vec<String> {
    let sql = db.reader();
    let question = Statement::from_string(sql.get_database_backend(), question);
    let rows = sql.query_all_raw(question).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

async fn count(db: &Db, from: &str) -> usize {
    texts(db, &format!("select '' from {from}")).await.len()
}

/// Title, score and rank of the backlog under a rubric, as a lead reads it.
async fn backlog(app: &App, rubric: &str) -> Vec<(Value, Value, Value)> {
    let question = "query ($rubric: String!) {
        backlog(filter: {rubric: $rubric}, first: 100) {
            nodes { rank idea { externalId } scorecard { total } }
        }
    }";
    let lead = app.person("Lea", &["LEAD"]).await;
    let answer = lead.post(question, json!({"rubric": rubric})).await;
    let nodes = answer.at("backlog.nodes").as_array().unwrap().clone();
    let row = |node: Value| {
        let card = &node["scorecard"];
        (
            node["idea"]["externalId"].clone(),
            card["total"].clone(),
            node["rank"].clone(),
        )
    };
    nodes.into_iter().map(row).collect()
}

#[rstest]
#[tokio::test]
async fn files_fill_the_backlog_of_a_running_server(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };

    let output = import(&app, &whole_sample());

    assert_eq!(
        printed(&output),
        "rubric:      squality, version 1\n\
         ideas:       12 new, 0 unchanged, 0 kept as they are here\n\
         assessments: 36 new, 0 unchanged, 0 kept as they are here\n\
         ranked:      12 of these ideas\n"
    );
    let told = String::from_utf8(output.stderr).unwrap();
    let ignored = format!(
        "sluice: {}: ignored, nobody mapped: group_id, source_kind\n",
        sample("items.csv")
    );
    assert_eq!(told, ignored);
    // By hand from the sample: the mean of 40 % correctness, 40 % coverage and 20 % overall.
    let expected = [
        ("50827-2-human", 99.33),
        ("49838-3-human", 92.33),
        ("63419-3-human", 87.47),
        ("62212-1-human", 86.47),
        ("49838-3-bart-dpr", 37.2),
        ("63419-3-bart-dpr", 36.6),
        ("50827-2-bart-dpr", 28.73),
        ("49838-3-bart", 21.47),
        ("63419-3-bart", 17.2),
        ("50827-2-bart", 14.67),
        ("62212-1-bart-dpr", 11.53),
        ("62212-1-bart", 7.8),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .zip(1..)
        .map(|((id, total), rank)| (json!(id), json!(total), json!(rank)))
        .collect();
    assert_eq!(backlog(&app, "squality").await, expected);
}

#[rstest]
#[tokio::test]
async fn the_activity_says_that_an_idea_came_from_a_file(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    printed(&import(&app, &whole_sample()));

    let question = "{ backlog(filter: {rubric: \"squality\"}, first: 1) { nodes { idea {
        channel state author { name } activity { nodes { kind sentence } } } } } }";
    let answer = app.member("Ann").await.post(question, json!({})).await;

    let idea = answer.at("backlog.nodes.0.idea");
    assert_eq!(idea["channel"], "IMPORT");
    assert_eq!(idea["state"], "BACKLOG");
    assert_eq!(idea["author"]["name"], "Imported");
    let told: Vec<&str> = idea["activity"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "Brought in from a file.",
            "An assessor assessed it.",
            "An assessor assessed it.",
            "An assessor assessed it.",
            "Enough assessments are in: it joined the ranked backlog.",
            "The score was published: 99.33.",
        ]
    );
}

#[rstest]
#[tokio::test]
async fn all_that_a_file_says_of_an_idea_is_kept(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = files.write(
        "ideas.csv",
        "external_id,title,problem,proposal,evidence_kind,tags,links,visibility,author,submitted_at\n\
         A-1, Bees ,\"No honey.\nNo wax.\",Hives,measured,Garden; Roof,https://a.example https://b.example,confidential,Ann,2024-05-01\n",
    );
    printed(&import(&app, &arguments(&[("--ideas", &ideas)])));

    let question = "{ ideas { nodes { externalId title problem proposal evidenceKind tags
        links { url } visibility state submittedAt author { name roles }
        waitingFor { party } } } }";
    let lead = app.person("Lea", &["LEAD"]).await;
    let answer = lead.post(question, json!({})).await;

    let expected = json!([{
        "externalId": "A-1",
        "title": "Bees",
        "problem": "No honey.\nNo wax.",
        "proposal": "Hives",
        "evidenceKind": "MEASURED",
        "tags": ["garden", "roof"],
        "links": [{"url": "https://a.example"}, {"url": "https://b.example"}],
        "visibility": "CONFIDENTIAL",
        "state": "SUBMITTED",
        "submittedAt": "2024-05-01T00:00:00Z",
        "author": {"name": "Ann", "roles": ["MEMBER"]},
        "waitingFor": {"party": "LEAD"},
    }]);
    assert_eq!(*answer.at("ideas.nodes"), expected);
}

#[rstest]
#[tokio::test]
async fn whoever_is_named_in_a_file_is_not_whoever_signs_in_under_that_name(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = "external_id,title,problem,author\nA-1,Bees,No honey,ann\n";
    let ideas = files.write("ideas.csv", ideas);
    printed(&import(&app, &arguments(&[("--ideas", &ideas)])));

    // The subject of her token is `ann`, too.
    let ann = app.member("Ann").await;

    let answer = ann
        .post(
            "{ ideas { nodes { author { id } } } viewer { id } }",
            json!({}),
        )
        .await;
    assert_ne!(answer.at("ideas.nodes.0.author.id"), answer.at("viewer.id"));
    let question = "select issuer || ':' || token_roles || granted_roles from member \
                    where subject = 'ann' order by issuer";
    assert_eq!(
        texts(app.db(), question).await,
        ["sluice:import:", "sluice:local:MEMBER"]
    );
}
