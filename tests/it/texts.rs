//! What people write comes back as they wrote it, in normal form and with line ends as LF:
//! ten thousand texts of several lines, wherever texts go in, exactly.

use std::collections::BTreeSet;
use std::fmt::Write;

use rstest::rstest;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::support::panel::ratings;
use super::support::people::Person;
use super::support::{App, Store, Store::*};
use super::verify::fits;
use written::{Pen, kept};

mod written;

const IDEAS: u64 = 60;
const EDITS: usize = 1;
const COMMENTS: usize = 6;
const DECISIONS: usize = 6;
const ASSESSMENTS: usize = 18;

/// The fields of an idea with texts of several lines.
const FIELDS: [&str; 8] = [
    "problem",
    "proposal",
    "beneficiaries",
    "evidence",
    "expectedOutcome",
    "hypothesis",
    "riskiestAssumption",
    "successMeasure",
];

/// A title and a text in every field, as written and as they should be kept.
fn framed(pen: &mut Pen) -> (Value, Value) {
    let (mut written, mut expected) = (Map::new(), Map::new());
    let title = pen.title();
    expected.insert("title".to_owned(), json!(kept(&title).trim()));
    written.insert("title".to_owned(), json!(title));
    for field in FIELDS {
        let text = pen.text();
        expected.insert(field.to_owned(), json!(kept(&text)));
        written.insert(field.to_owned(), json!(text));
    }
    (written.into(), expected.into())
}

/// Several mutations of one kind in one request, each of which must go well.
async fn all(who: &Person, mutation: &str, inputs: &[Value], fields: &str) -> Vec<Value> {
    let mut letters = mutation.chars();
    let first = letters.next().unwrap().to_ascii_uppercase();
    let kind = format!("{first}{}Input", letters.as_str());
    let (mut heads, mut bodies, mut variables) = (String::new(), String::new(), Map::new());
    for (index, input) in inputs.iter().enumerate() {
        write!(heads, "$v{index}: {kind}! ").unwrap();
        writeln!(
            bodies,
            "m{index}: {mutation}(input: $v{index}) {{ {fields} }}"
        )
        .unwrap();
        variables.insert(format!("v{index}"), input.clone());
    }
    let query = format!("mutation({heads}) {{ {bodies} }}");
    let answer = who.post(&query, variables.into()).await;
    let data = answer.ok();
    (0..inputs.len())
        .map(|index| data[format!("m{index}")].clone())
        .collect()
}

/// An object with an idea's id beside what it has.
fn about(id: &str, mut input: Value) -> Value {
    input["ideaId"] = json!(id);
    input
}

/// An assessment with a text for every criterion and one beside them, and these texts.
fn argued(pen: &mut Pen) -> (Value, Vec<String>) {
    let mut texts = Vec::new();
    let mut given = ratings([3; 6]);
    for rating in given.as_array_mut().unwrap() {
        let text = pen.text();
        rating["rationale"] = json!(text);
        texts.push(kept(&text));
    }
    let comment = pen.text();
    texts.push(kept(&comment));
    (json!({"ratings": given, "comment": comment}), texts)
}

/// The texts of an assessment as it is shown.
fn arguments(shown: &Value) -> Vec<Value> {
    let ratings = shown["ratings"].as_array().unwrap().iter();
    let rationales = ratings.map(|rating| rating["rationale"].clone());
    rationales.chain([shown["comment"].clone()]).collect()
}

/// Who writes.
#[derive(Clone)]
struct Writers {
    ann: Person,
    lead: Person,
    assessor: Person,
}

/// Writes an idea and all that can be written about it; the texts that came back.
async fn one_idea(by: Writers, number: u64) -> Vec<String> {
    let Writers {
        ann,
        lead,
        assessor,
    } = by;
    let mut pen = Pen::new(number);
    let mut back = Vec::new();
    let whole = format!("title {}", FIELDS.join(" "));

    let (new, expected) = framed(&mut pen);
    let submitted = all(
        &ann,
        "submitIdea",
        &[new],
        &format!("idea {{ id {whole} }}"),
    )
    .await;
    let mut idea = submitted[0]["idea"].clone();
    let id = idea["id"].as_str().unwrap().to_owned();
    idea.as_object_mut().unwrap().remove("id");
    assert_eq!(idea, expected);
    back.push(expected);

    let (edits, texts): (Vec<Value>, Vec<Value>) = (0..EDITS)
        .map(|_| framed(&mut pen))
        .map(|(edit, expected)| (about(&id, edit), expected))
        .unzip();
    let edited = all(&ann, "updateIdea", &edits, &format!("idea {{ {whole} }}")).await;
    for (edited, expected) in edited.iter().zip(&texts) {
        assert_eq!(edited["idea"], *expected);
    }

    let said: Vec<String> = (0..COMMENTS).map(|_| pen.text()).collect();
    let comments: Vec<Value> = said
        .iter()
        .map(|body| about(&id, json!({"body": body})))
        .collect();
    all(&lead, "addComment", &comments, "comment { id }").await;

    let (question, answer) = (pen.text(), pen.text());
    let ask = about(&id, json!({"outcome": "NEEDS_INFO", "reason": question}));
    let asked = all(
        &lead,
        "screenIdea",
        &[ask],
        "idea { openQuestion { text } }",
    )
    .await;
    assert_eq!(asked[0]["idea"]["openQuestion"]["text"], kept(&question));
    let tell = about(&id, json!({"answer": answer}));
    all(&ann, "answerQuestion", &[tell], "idea { state }").await;

    let accepted = pen.text();
    let accept = about(&id, json!({"outcome": "ACCEPT", "reason": accepted}));
    all(&lead, "screenIdea", &[accept], "idea { state }").await;
    let shown = "assessment { ratings { rationale } comment }";
    let (assessments, arguments_made): (Vec<Value>, Vec<Vec<String>>) = (0..ASSESSMENTS)
        .map(|_| argued(&mut pen))
        .map(|(assessment, texts)| (about(&id, assessment), texts))
        .unzip();
    let assessed = all(&assessor, "submitAssessment", &assessments, shown).await;
    assert_eq!(assessed.len(), ASSESSMENTS);
    for (assessed, texts) in assessed.iter().zip(&arguments_made) {
        assert_eq!(json!(arguments(&assessed["assessment"])), json!(texts));
    }

    let mut decided = vec![
        json!({"reason": kept(&question)}),
        json!({"reason": kept(&accepted)}),
    ];
    let mut decisions = Vec::new();
    for number in 0..DECISIONS {
        let is_held = number % 2 == 0;
        let texts = ["reason", "expectation", "wrongWhen", "wouldReconsiderIf"];
        let (mut decision, mut expected) = (Map::new(), Map::new());
        for field in texts.iter().take(if is_held { 4 } else { 3 }) {
            let text = pen.text();
            expected.insert((*field).to_owned(), json!(kept(&text)));
            decision.insert((*field).to_owned(), json!(text));
        }
        if is_held {
            decision.insert("revisitAt".to_owned(), json!("2027-01-01T00:00:00Z"));
        }
        let outcome = if is_held { "HOLD" } else { "REOPEN" };
        decision.insert("outcome".to_owned(), json!(outcome));
        decisions.push(about(&id, decision.into()));
        decided.push(expected.into());
    }
    all(&lead, "decideIdea", &decisions, "decision { id }").await;
    let reason = pen.text();
    let withdrawn = about(&id, json!({"reason": reason}));
    all(&ann, "withdrawIdea", &[withdrawn], "idea { state }").await;

    // Once more, from elsewhere and all of it.
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Idea {{ {whole}
            revisions(last: 100) {{ nodes {{ title problem }} }}
            comments(first: 100) {{ nodes {{ body }} }}
            decisions {{ reason expectation wrongWhen wouldReconsiderIf }}
            activity(last: 100) {{ nodes {{ kind reason }} }} }} }} }}"
    );
    let seen = lead.post(&query, json!({"id": id})).await;
    let seen = seen.at("node");
    back.extend(texts);
    for field in FIELDS.iter().chain(&["title"]) {
        assert_eq!(seen[field], back[EDITS][field]);
    }
    let revisions: Vec<Value> = back
        .iter()
        .map(|text| json!({"title": text["title"], "problem": text["problem"]}))
        .collect();
    assert_eq!(seen["revisions"]["nodes"], json!(revisions));
    // What one request says is said at one instant, in no order.
    let listed = |nodes: &Value, field: &str| -> BTreeSet<String> {
        let nodes = nodes.as_array().unwrap().iter();
        nodes
            .map(|node| node[field].as_str().unwrap().to_owned())
            .collect()
    };
    let bodies = said.iter().map(|body| kept(body)).collect();
    assert_eq!(listed(&seen["comments"]["nodes"], "body"), bodies);
    let found = seen["decisions"].as_array().unwrap();
    assert_eq!(found.len(), decided.len());
    for expected in &decided {
        let found = found
            .iter()
            .find(|found| found["reason"] == expected["reason"])
            .unwrap_or_else(|| panic!("{expected} is not among {found:?}"));
        for (field, text) in expected.as_object().unwrap() {
            assert_eq!(found[field], *text);
        }
    }
    let activity = seen["activity"]["nodes"].as_array().unwrap();
    let told = |kind: &str| {
        let found = activity.iter().rfind(|one| one["kind"] == kind);
        found.unwrap()["reason"].clone()
    };
    assert_eq!(told("QUESTION_ANSWERED"), kept(&answer));
    assert_eq!(told("STATE_CHANGED"), kept(&reason));

    let texts = back.iter().chain(&decided).flat_map(|one| {
        let fields = one.as_object().unwrap().iter();
        fields
            .filter(|(name, _)| *name != "title")
            .map(|(_, text)| text.as_str().unwrap().to_owned())
    });
    let rest = said.into_iter().chain([answer, reason]);
    texts
        .chain(rest.map(|text| kept(&text)))
        .chain(arguments_made.into_iter().flatten())
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_texts_come_back_as_they_were_written(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let by = Writers {
        ann: app.member("Ann").await,
        lead: app.person("Lea", &["LEAD"]).await,
        assessor: app.person("Bo", &["ASSESSOR"]).await,
    };
    let mut texts = BTreeSet::new();
    let mut under_way = JoinSet::new();
    let mut ideas = 1..=IDEAS;
    loop {
        while under_way.len() < 6
            && let Some(number) = ideas.next()
        {
            under_way.spawn(one_idea(by.clone(), number));
        }
        let Some(done) = under_way.join_next().await else {
            break;
        };
        texts.extend(done.unwrap());
    }

    assert!(texts.len() >= 10_000, "{}", texts.len());
    let several_lines = texts.iter().filter(|text| text.contains('\n'));
    assert_eq!(several_lines.count(), texts.len());
    fits(&app);
}
