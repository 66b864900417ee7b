//! Texts that go for good: they are in no table, no answer and, on SQLite, no byte of the
//! file any more; and the record stays whole.

use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use sluice::ideas::terms::WordKey;

use super::support::acts::Idea;
use super::support::panel::{Panel, ratings};
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};
use super::verify::{fits, misfit, tamper};

/// A word that nobody else says.
const WORD: &str = "quetzalcoatlus";

/// Where it stands in every table there is, as `table.column`.
async fn traces(app: &App) -> Vec<String> {
    let sql = app.db().reader();
    let backend = sql.get_database_backend();
    let columns = match backend {
        DbBackend::Postgres => {
            "select table_name as a, column_name as b from information_schema.columns
             where table_schema = 'public' order by 1, 2"
        }
        _ => {
            "select t.name as a, c.name as b from sqlite_master t, pragma_table_info(t.name) c
             where t.type = 'table' order by 1, 2"
        }
    };
    let rows = sql.query_all_raw(Statement::from_string(backend, columns));
    let mut found = Vec::new();
    for row in rows.await.unwrap() {
        let (table, column): (String, String) =
            (row.try_get("", "a").unwrap(), row.try_get("", "b").unwrap());
        let query = format!(
            "select count(*) as n from \"{table}\"
             where lower(cast(\"{column}\" as text)) like '%{WORD}%'"
        );
        let row = sql.query_one_raw(Statement::from_string(backend, query));
        let count: i64 = row.await.unwrap().unwrap().try_get("", "n").unwrap();
        if count > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

/// How many ideas stand in the index of words under its number.
async fn found_by_the_word(app: &App) -> i64 {
    let terms: Vec<String> = WordKey::of(WORD).terms().map(|it| it.to_string()).collect();
    let query = format!(
        "select count(distinct number) as n from idea_term where term in ({})",
        terms.join(", ")
    );
    let sql = app.db().reader();
    let row = sql.query_one_raw(Statement::from_string(sql.get_database_backend(), query));
    row.await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// Whether the word stands in a file of the database, whatever its case.
fn is_in_the_file(app: &App) -> bool {
    let folder = &app.config().data_dir;
    ["sluice.db", "sluice.db-wal"].iter().any(|name| {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        let bytes = bytes.to_ascii_lowercase();
        bytes
            .windows(WORD.len())
            .any(|part| part == WORD.as_bytes())
    })
}

/// Redacts something.
async fn redact(who: &Person, subject: &str, field: Option<&str>) -> Answer {
    let input = json!({"subjectId": subject, "field": field, "reason": "Told in error."});
    who.act("redact", input, "subject { __typename id }").await
}

/// Everything that can be read about an idea.
async fn everything(who: &Person, idea: &Idea) -> String {
    let fields = "title problem proposal beneficiaries evidence evidenceKind expectedOutcome
        hypothesis riskiestAssumption successMeasure links { url title } tags framing { filled }
        openQuestion { text } revisions(first: 50) { nodes { title problem changed } }
        comments(first: 50) { nodes { body isRemoved } }
        decisions { reason expectation wrongWhen handedTo wouldReconsiderIf review { note }
            appeals { reason answer } }
        assessments(first: 50) { nodes { comment ratings { rationale } } }
        activity(first: 100) { nodes { kind sentence reason } }
        similar { matchedWords lesson }";
    who.sees(idea, fields).await.to_string()
}

/// An idea about which everybody said the word, wherever something can be said; and what else
/// has an id.
async fn talked_about(panel: &Panel) -> (Idea, Vec<String>) {
    let Panel { lead, author, .. } = panel;
    let said = |what: &str| format!("{what} Quetzalcoatlus.");
    let text = json!({
        "title": said("Feed the"), "problem": said("Hungry"), "proposal": said("Give it"),
        "beneficiaries": said("Every"), "evidenceKind": "TOLD", "evidence": said("I saw a"),
        "expectedOutcome": said("A fat"), "hypothesis": said("We believe in the"),
        "riskiestAssumption": said("There is no"), "successMeasure": said("It burps:"),
        "links": [{"url": format!("https://example.org/{WORD}"), "title": said("The")}],
        "tags": [WORD, "birds"], "idempotencyKey": "first",
    });
    let idea = author.submit_with("", text).await;
    let on = async |who: &Person, mutation: &str, mut input: Value| {
        input["ideaId"] = json!(idea.id);
        who.act(mutation, input, "__typename").await.ok();
    };
    let edit = json!({"title": said("Fly the"), "problem": said("Thirsty")});
    on(author, "updateIdea", edit).await;
    let ask = json!({
        "outcome": "NEEDS_INFO", "reason": said("Which"), "wouldReconsiderIf": said("Show the"),
    });
    on(lead, "screenIdea", ask).await;
    on(
        author,
        "answerQuestion",
        json!({"answer": said("The last")}),
    )
    .await;
    let accept = json!({"outcome": "ACCEPT", "reason": said("We like the")});
    on(lead, "screenIdea", accept).await;
    let mut ids = Vec::new();
    for assessor in &panel.assessors {
        let mut given = ratings([4; 6]);
        given[0]["rationale"] = json!(said("Impressed by the"));
        let input = json!({"ideaId": idea.id, "ratings": given, "comment": said("A good")});
        let answer = assessor
            .act("submitAssessment", input, "assessment { id }")
            .await;
        ids.push(answer.text("submitAssessment.assessment.id"));
    }
    let away = json!({"assessmentId": ids[3], "reason": said("I never saw a")});
    let last = &panel.assessors[3];
    let taken = last.act("withdrawAssessment", away, "__typename").await;
    taken.ok();
    for (who, audience) in [(author, "EVERYONE"), (lead, "REVIEWERS")] {
        let input = json!({"ideaId": idea.id, "body": said("Say"), "audience": audience});
        let answer = who.act("addComment", input, "comment { id }").await;
        let id = answer.text("addComment.comment.id");
        let input = json!({"commentId": id, "body": said("Say again")});
        who.act("updateComment", input, "__typename").await.ok();
        ids.push(id);
    }
    let hold = json!({
        "outcome": "HOLD", "reason": said("Wait for the"), "revisitAt": "2027-01-01T00:00:00Z",
        "expectation": said("Hope for the"), "wrongWhen": said("No"),
        "wouldReconsiderIf": said("A second"), "reviewAt": "2027-01-02T00:00:00Z",
    });
    let mut hold = hold;
    hold["ideaId"] = json!(idea.id);
    let held = lead.act("decideIdea", hold, "decision { id }").await;
    let held = held.text("decideIdea.decision.id");
    let appeal = json!({"decisionId": held, "reason": said("Think of the")});
    let appeal = author.act("appealDecision", appeal, "appeal { id }").await;
    ids.push(appeal.text("appealDecision.appeal.id"));
    let lou = panel.app.person("Lou", &["LEAD"]).await;
    let kit = panel.app.member("Kit").await;
    let conflict = json!({"kind": "OTHER", "note": said("I feed the")});
    on(&kit, "declareConflict", conflict).await;
    let answer = said("We did think of the");
    let answer = json!({"appealId": ids.last(), "outcome": "DISMISSED", "answer": answer});
    lou.act("resolveAppeal", answer, "__typename").await.ok();
    let looked = json!({"decisionId": held, "held": "NO", "note": said("It flew: the")});
    lou.act("reviewDecision", looked, "__typename").await.ok();
    let again = json!({"outcome": "REOPEN", "reason": said("Here is the")});
    on(lead, "decideIdea", again).await;
    let adopt = json!({
        "outcome": "ADOPT", "reason": said("Take the"), "handedTo": said("The nest of the"),
    });
    on(lead, "decideIdea", adopt).await;
    let seen = lead.sees(&idea, "decisions { id kind }").await;
    for decision in seen["decisions"].as_array().unwrap() {
        ids.push(decision["id"].as_str().unwrap().to_owned());
    }
    (idea, ids)
}

#[rstest]
#[tokio::test]
async fn what_was_redacted_stands_nowhere_any_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let (idea, ids) = talked_about(&panel).await;
    let other = panel.author.submit("Bees").await;
    let before = traces(&panel.app).await;
    for column in [
        "appeal.answer",
        "appeal.reason",
        "assessment.comment",
        "comment.body",
        "conflict.note",
        "decision.expectation",
        "decision.handed_to",
        "decision.reason",
        "decision.would_reconsider_if",
        "decision.wrong_when",
        "decision_review.note",
        "idea.evidence",
        "idea.links",
        "idea.title",
        "idea_revision.body",
        "idea_tag.tag",
        "note.text",
        "question.answer",
        "question.text",
        "rating.rationale",
    ] {
        assert!(before.iter().any(|it| it == column), "{column}: {before:?}");
    }
    assert_eq!(found_by_the_word(&panel.app).await, 1);
    assert!(
        everything(&admin, &idea)
            .await
            .to_lowercase()
            .contains(WORD)
    );
    assert!(store == Postgres || is_in_the_file(&panel.app));

    for id in std::iter::once(&idea.id).chain(&ids) {
        let answer = redact(&admin, id, None).await;
        // One that was taken back is shown to its maker alone.
        let is_shown = *id != ids[3];
        assert_eq!(answer.at("redact.subject").is_object(), is_shown);
    }

    assert_eq!(traces(&panel.app).await, Vec::<String>::new());
    assert_eq!(found_by_the_word(&panel.app).await, 0);
    assert!(!is_in_the_file(&panel.app));
    for who in [&admin, &panel.lead, &panel.author] {
        let seen = everything(who, &idea).await;
        assert!(!seen.to_lowercase().contains(WORD), "{seen}");
        let query = format!(
            "{{ ideas(search: \"{WORD}\") {{ totalCount }} similarIdeas(title: \"{WORD}\") {{ similarity }}
               tagged: ideas(filter: {{tags: [\"{WORD}\"]}}) {{ totalCount }} }}"
        );
        let found = who.post(&query, json!({})).await;
        let nothing = json!({
            "ideas": {"totalCount": 0}, "similarIdeas": [], "tagged": {"totalCount": 0},
        });
        assert_eq!(found.ok(), &nothing);
    }
    let left = admin
        .sees(
            &idea,
            "title problem hypothesis links { url } tags evidenceKind",
        )
        .await;
    let tombstone = json!({
        "title": "[redacted]", "problem": "[redacted]", "hypothesis": null, "links": [],
        "tags": [], "evidenceKind": "TOLD",
    });
    assert_eq!(left, tombstone);
    assert_eq!(
        panel.author.sees(&other, "title").await,
        json!({"title": "Bees"})
    );
    // Once more changes nothing, and the record is whole.
    let told = fits(&panel.app);
    for id in std::iter::once(&idea.id).chain(&ids) {
        redact(&admin, id, None).await.ok();
    }
    assert_eq!(fits(&panel.app), told);
}

#[rstest]
#[tokio::test]
async fn one_text_goes_and_the_others_stay_and_are_still_verified(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.rated("Bees", &[[4; 6]; 3]).await;
    for (title, proposal) in [("Bees I", "Hives."), ("Bees II", "Hotels.")] {
        let input = json!({"ideaId": bees.id, "title": title, "proposal": proposal});
        let edited = panel.author.act("updateIdea", input, "__typename").await;
        edited.ok();
    }
    let score = panel
        .author
        .sees(&bees, "scorecard { total staleCount } rank revision")
        .await;

    redact(&admin, &bees.id, Some("proposal")).await.ok();

    let left = panel
        .author
        .sees(&bees, "title proposal revisions { nodes { title } }")
        .await;
    let titles = json!([{"title": "Bees"}, {"title": "Bees I"}, {"title": "Bees II"}]);
    assert_eq!(left["revisions"]["nodes"], titles);
    assert_eq!(
        (&left["title"], &left["proposal"]),
        (&json!("Bees II"), &Value::Null)
    );
    let after = panel
        .author
        .sees(&bees, "scorecard { total staleCount } rank revision")
        .await;
    assert_eq!(after, score);
    // What happened is told with its reason, and who did it.
    let told = panel.author.sees(
        &bees,
        "activity(last: 1) { nodes { kind actor { name } sentence reason } }",
    );
    let told = told.await["activity"]["nodes"][0].clone();
    let expected = json!({
        "kind": "REDACTED", "actor": {"name": "Max"}, "reason": "Told in error.",
        "sentence": "Max redacted the proposal of the idea.",
    });
    assert_eq!(told, expected);
    // Nobody had written this one: nothing happens, and nothing is told.
    redact(&admin, &bees.id, Some("hypothesis")).await.ok();
    let events = "activity { totalCount }";
    let count = panel.author.sees(&bees, events).await;
    redact(&admin, &bees.id, Some("proposal")).await.ok();
    assert_eq!(panel.author.sees(&bees, events).await, count);
    // Writing goes on from what is left.
    let input = json!({"ideaId": bees.id, "proposal": "Hotels."});
    let fields = "idea { proposal revision revisions(last: 1) { nodes { changed } } }";
    let edited = panel.author.act("updateIdea", input, fields).await;
    let expected = json!({
        "proposal": "Hotels.", "revision": 4, "revisions": {"nodes": [{"changed": ["proposal"]}]},
    });
    assert_eq!(edited.at("updateIdea.idea"), &expected);
    fits(&panel.app);
    // A byte of what stayed is missed.
    let change =
        "update idea_revision set body = replace(body, 'Bees I\"', 'Bees X\"') where number = 2";
    tamper(&panel.app, change, 1).await;
    let told = misfit(&panel.app);
    assert!(
        told.contains("(REDACTED): revision 2 is not what it was"),
        "{told}"
    );
}

#[rstest]
#[tokio::test]
async fn an_open_question_is_answered_after_its_words_went(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.author.submit("Bees").await;
    let ask = json!({"ideaId": bees.id, "outcome": "NEEDS_INFO", "reason": "Whose?"});
    panel.lead.act("screenIdea", ask, "__typename").await.ok();

    redact(&admin, &bees.id, None).await.ok();

    let seen = "openQuestion { text } decisions { kind reason }";
    let gone = json!({
        "openQuestion": {"text": "[redacted]"},
        "decisions": [{"kind": "INFO_REQUESTED", "reason": "[redacted]"}],
    });
    assert_eq!(panel.author.sees(&bees, seen).await, gone);
    fits(&panel.app);
    tamper(&panel.app, "update question set text = 'Yours?'", 1).await;
    assert!(misfit(&panel.app).contains("is not what was left of it"));
    tamper(&panel.app, "update question set text = '[redacted]'", 1).await;
    let answer = json!({"ideaId": bees.id, "answer": "Mine."});
    panel
        .author
        .act("answerQuestion", answer, "__typename")
        .await
        .ok();
    fits(&panel.app);
    tamper(&panel.app, "update question set answer = 'Hers.'", 1).await;
    assert!(misfit(&panel.app).contains("the answer to question"));
}

#[rstest]
#[tokio::test]
async fn what_was_said_to_reviewers_is_redacted_among_them(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.author.submit("Bees").await;
    let input = json!({"ideaId": bees.id, "body": "Ann is ill.", "audience": "REVIEWERS"});
    let said = panel.lead.act("addComment", input, "comment { id }").await;
    let said = said.text("addComment.comment.id");
    let all = "updatedAt comments { totalCount } activity { totalCount nodes { kind reason } }";
    let before = panel.author.sees(&bees, all).await;

    redact(&admin, &said, Some("body")).await.ok();

    assert_eq!(panel.author.sees(&bees, all).await, before);
    let heard = panel.assessors[0]
        .sees(&bees, "activity(last: 1) { nodes { kind reason id } }")
        .await;
    let heard = &heard["activity"]["nodes"][0];
    assert_eq!(
        (&heard["kind"], &heard["reason"]),
        (&json!("REDACTED"), &json!("Told in error."))
    );
    let node = json!({"id": heard["id"]});
    let query = "query($id: ID!) { node(id: $id) { ... on Activity { kind } } }";
    let read = panel.assessors[0].post(query, node.clone()).await;
    assert_eq!(read.ok(), &json!({"node": {"kind": "REDACTED"}}));
    assert_eq!(
        panel.author.post(query, node).await.ok(),
        &json!({"node": null})
    );
    // Nobody writes it anew.
    let input = json!({"commentId": said, "body": "Ann is very ill."});
    let again = panel.lead.act("updateComment", input, "__typename").await;
    again.refused_because("CONFLICT", "COMMENT_REMOVED");
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_redacted_is_told_with_what_can(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.idea("Bees").await;
    let assessment = panel.assessors[0].assess(&bees, [3; 6]).await;
    let draft = panel
        .author
        .submit_with("Draft", json!({"asDraft": true}))
        .await;
    let before = panel.app.db().reader();
    let count = "select count(*) as n from event";
    let events = async || {
        let query = Statement::from_string(before.get_database_backend(), count);
        let row = before.query_one_raw(query).await.unwrap().unwrap();
        row.try_get::<i64>("", "n").unwrap()
    };
    let n = events().await;

    let faults = |answer: &Answer| {
        let faults = answer.refused("BAD_USER_INPUT")["extensions"]["faults"].clone();
        let told = |fault: &Value| json!([fault["path"], fault["reason"]]);
        faults
            .as_array()
            .unwrap()
            .iter()
            .map(told)
            .collect::<Value>()
    };
    let input = json!({"subjectId": bees.id, "field": "evidenceKind", "reason": " "});
    let answer = admin.act("redact", input.clone(), "__typename").await;
    let both = json!([
        [["input", "field"], "UNKNOWN_FIELD"],
        [["input", "reason"], "REASON_MISSING"],
    ]);
    assert_eq!(faults(&answer), both);
    for id in [
        admin.id.as_str(),
        "bees",
        "hackathon_0198c0de000070008000000000000000",
    ] {
        let input = json!({"subjectId": id, "reason": ""});
        let answer = admin.act("redact", input, "__typename").await;
        let both = json!([
            [["input", "subjectId"], "BAD_ID"],
            [["input", "reason"], "REASON_MISSING"],
        ]);
        assert_eq!(faults(&answer), both);
    }
    // The role is asked for before anything is found wrong.
    let answer = panel.lead.act("redact", input, "__typename").await;
    answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    // While assessments are blind, and drafts their authors', an admin cannot name them.
    for id in [&assessment, &draft.id] {
        redact(&admin, id, None).await.refused("NOT_FOUND");
    }
    for kind in [
        "idea",
        "comment",
        "decision",
        "appeal",
        "assessment",
        "prototype",
        "learning",
    ] {
        let id = format!("{kind}_0198c0de000070008000000000000000");
        redact(&admin, &id, None).await.refused("NOT_FOUND");
    }
    assert_eq!(events().await, n);
}

#[rstest]
#[tokio::test]
async fn twenty_at_once_redact_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.author.submit("Bees").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (admin, id) = (admin.clone(), bees.id.clone());
        tasks.spawn(async move { redact(&admin, &id, None).await });
    }
    while let Some(answer) = tasks.join_next().await {
        answer.unwrap().ok();
    }

    let seen = admin.sees(&bees, "title activity { nodes { kind } }").await;

    let once = json!({
        "title": "[redacted]",
        "activity": {"nodes": [{"kind": "SUBMITTED"}, {"kind": "REDACTED"}]},
    });
    assert_eq!(seen, once);
    fits(&panel.app);
}
