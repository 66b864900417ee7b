//! What things cost, in statements: as many for a hundred ideas as for five, at any depth,
//! however many there are.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::{CRITERIA, Panel};
use crate::support::people::{Answer, Person};
use crate::support::{App, Store, Store::*};

/// How many statements a request of this person takes, and its answer.
async fn counted(person: &Person, query: &str, variables: Value) -> (u64, Answer) {
    let before = person.app.db().statements();
    let answer = person.post(query, variables).await;
    answer.ok();
    (person.app.db().statements() - before, answer)
}

/// Brings so many ranked ideas in, as quickly as it can be done, and a few that nobody has
/// looked at yet.
fn bring_in(app: &App, ranked: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut written = "external_id,title,problem,author\n".to_owned();
    let mut rated = "external_id,assessor,criterion,level\n".to_owned();
    for number in 0..ranked + UNSEEN {
        let author = number % 40;
        writeln!(written, "x{number},Idea {number},It hurts.,author{author}").unwrap();
        let raters = if number < ranked { 3 } else { 0 };
        for rater in 0..raters {
            for (index, (criterion, _)) in CRITERIA.iter().enumerate() {
                let level = 1 + (number * 7 + rater * 3 + index * number / 5) % 5;
                writeln!(rated, "x{number},rater{rater},{criterion},{level}").unwrap();
            }
        }
    }
    let (ideas, assessments) = (folder.path().join("i.csv"), folder.path().join("a.csv"));
    std::fs::write(&ideas, written).unwrap();
    std::fs::write(&assessments, rated).unwrap();
    let config = app.config();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICE_") {
            command.env_remove(name);
        }
    }
    let done = command
        .args([
            "import",
            "--database-url",
            &config.database_url,
            "--data-dir",
        ])
        .arg(&config.data_dir)
        .arg("--ideas")
        .arg(&ideas)
        .arg("--assessments")
        .arg(&assessments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// How many of those that are brought in nobody has looked at.
const UNSEEN: usize = 20;

const BACKLOG: &str = "query($first: Int, $after: String, $last: Int) {
    backlog(first: $first, after: $after, last: $last) {
        pageInfo { endCursor hasNextPage }
        edges { cursor }
        nodes { rank rankLow rankHigh isTied
            idea { number title state supportCount author { name } }
            scorecard { total low high assessmentCount disagreement spread sentence
                lines { criterion { key name } weight level contribution } } } } }";

const IDEAS: &str = "query($first: Int) { ideas(first: $first) { nodes {
    title state author { name } rank supportCount viewerSupports scorecard { total } } } }";

/// Everything that is known of an idea but its own lists.
const WIDE: &str = "query($first: Int) { ideas(first: $first) { nodes {
    author { name } coAuthors { name } steward { name } submittedBy { name } rank
    scorecard { total } assessmentProgress { submitted quorum } rubric { key }
    viewerSupports viewerRelation viewerAssessment { id } viewerCan nextSteps { closedReason }
    waitingFor { party members { name } } decisions { kind } openQuestion { text } } } }";

#[rstest]
#[tokio::test]
async fn a_page_costs_as_many_statements_however_long_or_deep_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let reader = &panel.author;
    bring_in(&panel.app, 300);
    // What is read once and kept.
    for query in [BACKLOG, IDEAS, WIDE] {
        counted(reader, query, json!({"first": 1})).await;
    }

    let (five, few) = counted(reader, BACKLOG, json!({"first": 5})).await;
    let (hundred, many) = counted(reader, BACKLOG, json!({"first": 100})).await;

    let length = |answer: &Answer| answer.at("backlog.nodes").as_array().unwrap().len();
    assert_eq!((length(&few), length(&many)), (5, 100));
    let names = many.at("backlog.nodes").as_array().unwrap().iter();
    let names = names.map(|node| node["idea"]["author"]["name"].as_str().unwrap());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>().len(), 26);
    assert_eq!(hundred, five);
    assert!(hundred <= 4, "{hundred} statements");

    // The last page of all, forwards and backwards.
    let (backwards, last) = counted(reader, BACKLOG, json!({"last": 100})).await;
    assert_eq!(backwards, hundred);
    let cursor = last.at("backlog.edges.94.cursor").clone();
    let (deep, end) = counted(reader, BACKLOG, json!({"first": 5, "after": cursor})).await;
    assert_eq!(end.at("backlog.pageInfo.hasNextPage"), &json!(false));
    assert_eq!(end.at("backlog.nodes.4"), last.at("backlog.nodes.99"));
    assert_eq!(deep, hundred);

    // The same of the list of all ideas, with the ranks and scores of a hundred.
    // The first of it nobody has looked at.
    let few = json!({"first": UNSEEN + 5});
    let (five, _) = counted(reader, IDEAS, few).await;
    let (hundred, many) = counted(reader, IDEAS, json!({"first": 100})).await;
    let ideas = many.at("ideas.nodes").as_array().unwrap().iter();
    let ranked = ideas.filter(|idea| idea["state"] == "BACKLOG" && idea["rank"].is_i64());
    assert_eq!(ranked.count(), 100 - UNSEEN);
    assert_eq!(hundred, five);

    // Where one thing is found by way of another, how many questions come together depends
    // on the moment, and never on how many ideas there are.
    let (wide, many) = counted(reader, WIDE, json!({"first": 100})).await;
    assert_eq!(many.at("ideas.nodes").as_array().unwrap().len(), 100);
    assert!(wide <= 28, "{wide} statements");
}

#[rstest]
#[tokio::test]
async fn how_long_ideas_stay_is_read_once_for_all_of_a_page_and_not_again_for_a_minute(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    bring_in(&panel.app, 100);
    let query = "query($likely: Boolean!) { ideas(first: 100) { nodes {
        state waitingFor { dueAt likelyBy @include(if: $likely) } } } }";
    let without = json!({"likely": false});
    let with = json!({"likely": true});
    counted(&panel.author, query, without.clone()).await;

    let (bare, _) = counted(&panel.author, query, without).await;
    let (first, page) = counted(&panel.author, query, with.clone()).await;
    let (second, _) = counted(&panel.author, query, with.clone()).await;
    panel
        .app
        .clock()
        .advance(std::time::Duration::from_secs(60));
    let (later, _) = counted(&panel.author, query, with).await;

    assert_eq!([first, second, later], [bare + 1, bare, bare + 1]);
    // Those that an import brought into the backlog had nobody waiting.
    let nodes = page.at("ideas.nodes").as_array().unwrap();
    assert_eq!(nodes.len(), 100);
    for node in nodes {
        assert_eq!(node["waitingFor"]["likelyBy"], Value::Null);
    }
}

#[rstest]
#[tokio::test]
async fn movement_and_the_count_cost_a_few_statements_for_a_whole_page(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    bring_in(&panel.app, 30);
    let query = "query($first: Int) { backlog(first: $first) {
        totalCount nodes { rank movement { change } } } }";
    counted(&panel.author, query, json!({"first": 1})).await;

    let (three, _) = counted(&panel.author, query, json!({"first": 3})).await;
    let (thirty, _) = counted(&panel.author, query, json!({"first": 30})).await;

    assert_eq!(thirty, three);
    assert!(thirty <= 9, "{thirty} statements");
}

#[rstest]
#[tokio::test]
async fn an_assessment_costs_the_same_among_five_ideas_and_among_three_hundred(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let first = panel.rated("First", &[[3; 6]; 3]).await;
    let second = panel.rated("Second", &[[4; 6]; 3]).await;
    let assessor = &panel.assessors[3];
    let assess = "mutation($input: SubmitAssessmentInput!) { submitAssessment(input: $input) {
        idea { state rank scorecard { total low high } } } }";
    let input = |idea: &crate::support::acts::Idea| {
        let ratings = crate::support::panel::ratings([2; 6]);
        json!({"input": {"ideaId": idea.id, "ratings": ratings}})
    };
    // Once, for what is read once and kept.
    let warm = panel.rated("Warm", &[[5; 6]; 3]).await;
    counted(assessor, assess, input(&warm)).await;

    let (among_few, few_rows) = written(assessor, assess, input(&first)).await;
    bring_in(&panel.app, 300);
    // A reader folds what came in.
    counted(&panel.author, BACKLOG, json!({"first": 1})).await;
    let (among_many, many_rows) = written(assessor, assess, input(&second)).await;

    assert_eq!(among_many, among_few);
    assert_eq!(many_rows, few_rows);
    let all: usize = many_rows.values().sum();
    assert!(all <= 20, "{many_rows:?}");
}

/// From ideas to what was tried and what that taught, and from there back.
const TRIED: [&str; 3] = [
    "query($first: Int) { ideas(first: $first) { nodes { title
        prototype { id position owner { name } learning { found } }
        prototypes { id state owner { name } idea { title author { name } }
            learning { found recordedBy { name } idea { number } } }
        learnings { found recordedBy { name } idea { title } }
        waitingFor { members { name } } nextSteps { mutation closedReason } } } }",
    "query($first: Int) { prototypeQueue(first: $first) { nodes { position state isSelfReported
        owner { name } idea { title author { name } prototypes { id } learnings { id }
            nextSteps { closedReason } } } } }",
    "query($first: Int) { learnings(first: $first) { nodes { found recordedBy { name }
        idea { title author { name } prototypes { id } learnings { id } } } } }",
];

const RELATED: &str = "query($first: Int) { prototypeQueue(first: 1) { nodes {
    relatedLearnings(first: $first) { found recordedBy { name }
        idea { title author { name } } } } } }";

#[rstest]
#[tokio::test]
async fn what_was_tried_and_taught_costs_a_few_statements_for_a_whole_page(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let many = |config: &mut sluice::config::Config| config.prototype_limit = 15;
    let Some(panel) = Panel::seated_with(store, 3, many).await else {
        return;
    };
    let Panel { lead, .. } = &panel;
    for idea in panel
        .many(vec![vec![[3; 6]; 3]; 45])
        .await
        .iter()
        .enumerate()
    {
        let (number, idea) = idea;
        let prototype = lead.queues(idea, lead).await;
        if number % 3 > 0 {
            lead.plans(&prototype, &["m"]).await;
            lead.starts(&prototype).await;
        }
        if number % 3 == 1 {
            lead.concludes(&prototype, "INVALIDATED", "STOP").await;
        }
    }

    for (query, root, most) in [
        (TRIED[0], "ideas", 22),
        (TRIED[1], "prototypeQueue", 18),
        (TRIED[2], "learnings", 12),
    ] {
        counted(lead, query, json!({"first": 1})).await;
        let (three, few) = counted(lead, query, json!({"first": 3})).await;
        let (thirty, many) = counted(lead, query, json!({"first": 30})).await;
        let length = |answer: &Answer| answer.at(root)["nodes"].as_array().unwrap().len();
        let all = if root == "learnings" { 15 } else { 30 };
        assert_eq!((length(&few), length(&many)), (3, all));
        // How many questions come together depends on the moment, and never on how many rows.
        assert!(
            thirty <= most && three <= most,
            "{root}: {three}, {thirty} statements"
        );
    }
    // What trials of similar ideas taught, of one prototype.
    let taught = async |first: usize| {
        let (statements, answer) = counted(lead, RELATED, json!({"first": first})).await;
        let related = answer.at("prototypeQueue.nodes.0.relatedLearnings");
        (statements, related.as_array().unwrap().len())
    };
    taught(1).await;
    let ((few, one), (many, all)) = (taught(1).await, taught(20).await);
    // Which of equally likely ideas are looked at is their numbers' to say.
    assert!(one == 1 && all > 1, "{one}, {all}");
    assert!(few <= 15 && many <= 15, "{few}, {many} statements");
}

/// How many statements a request of this person takes, and how many rows of each table are
/// new or another afterwards.
async fn written(person: &Person, query: &str, variables: Value) -> (u64, BTreeMap<String, usize>) {
    let before = person.app.every_row().await;
    let (statements, _) = counted(person, query, variables).await;
    let after = person.app.every_row().await;
    let mut rows = BTreeMap::new();
    for (row, times) in after {
        let is_new = before.get(&row).is_none_or(|earlier| *earlier < times);
        let (table, _) = row.split_once(':').unwrap();
        if is_new {
            *rows.entry(table.to_owned()).or_default() += 1;
        }
    }
    (statements, rows)
}

#[tokio::test]
async fn a_page_of_a_hundred_with_its_count_may_be_asked_for_and_a_hundred_counts_may_not() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let page = "{ backlog(first: 100) { totalCount pageInfo { endCursor } nodes { rank rankLow
        rankHigh idea { number title state author { name } supportCount } scorecard { total low
        high assessmentCount lines { criterion { key name } weight level contribution } } } } }";
    ann.post(page, json!({})).await.ok();

    for size in [0, 1] {
        let counts: Vec<String> = (0..50)
            .map(|number| format!("c{number}: backlog(first: {size}) {{ totalCount }}"))
            .collect();
        let answer = ann
            .post(&format!("{{ {} }}", counts.join(" ")), json!({}))
            .await;
        answer.refused_because("BAD_USER_INPUT", "TOO_COSTLY");
    }
}
