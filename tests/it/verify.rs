//! `sluice verify`: a house in which all fits is told so, beside its running server; one byte
//! changed behind its back is found and named; and it writes nothing.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;
use sluice::assessment::presets::presets;
use sluice::platform::db::Db;

use super::support::acts::Idea;
use super::support::panel::{Panel, ratings};
use super::support::{App, Store, Store::*};

/// The real program on the database of a house.
fn verify(app: &App) -> Output {
    let config = app.config();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICE_") {
            command.env_remove(name);
        }
    }
    command
        .args([
            "verify",
            "--database-url",
            &config.database_url,
            "--data-dir",
        ])
        .arg(&config.data_dir)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// What it printed about a house in which all fits.
#[track_caller]
pub(crate) fn fits(app: &App) -> String {
    let output = verify(app);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    text(&output.stdout).to_owned()
}

/// The one line that names what does not fit.
#[track_caller]
pub(crate) fn misfit(app: &App) -> String {
    let output = verify(app);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "");
    let told = text(&output.stderr);
    assert_eq!(told.lines().count(), 1, "{told}");
    told.to_owned()
}

/// Changes something behind the house's back; exactly so many rows.
pub(crate) async fn tamper(app: &App, statement: &str, rows: u64) {
    // A connection that may write: the readers of SQLite are connections like any other.
    let changed = app.db().reader().execute_unprepared(statement).await;
    assert_eq!(changed.unwrap().rows_affected(), rows, "{statement}");
}

/// A house that has seen everything; Bees are in the backlog.
async fn lived_in(store: Store) -> Option<Panel> {
    let panel = Panel::seated(store, 3).await?;
    let Panel {
        app, lead, author, ..
    } = &panel;
    let bob = app.member("Bob").await;
    let on = async |person: &super::support::people::Person, what: &str, input| {
        person.act(what, input, "__typename").await.ok();
    };
    let draft = author
        .submit_with("Discarded", json!({"asDraft": true}))
        .await;
    let gone = json!({"ideaId": draft.id});
    author.act("discardDraft", gone, "discardedId").await.ok();
    let draft = author.submit_with("Draft", json!({"asDraft": true})).await;
    on(
        author,
        "updateIdea",
        json!({"ideaId": draft.id, "title": "Handed in"}),
    )
    .await;
    on(author, "submitDraft", json!({"ideaId": draft.id})).await;

    let more = json!({"tags": ["honey", "summer"], "coAuthorIds": [bob.id]});
    let bees = author.submit_with("Bees", more).await;
    on(
        lead,
        "screenIdea",
        json!({"ideaId": bees.id, "outcome": "NEEDS_INFO", "reason": "Where?"}),
    )
    .await;
    on(
        author,
        "answerQuestion",
        json!({"ideaId": bees.id, "answer": "On the roof."}),
    )
    .await;
    on(
        lead,
        "screenIdea",
        json!({"ideaId": bees.id, "outcome": "ACCEPT", "reason": "Sweet."}),
    )
    .await;
    on(&bob, "supportIdea", json!({"ideaId": bees.id})).await;
    on(lead, "supportIdea", json!({"ideaId": bees.id})).await;
    on(lead, "withdrawSupport", json!({"ideaId": bees.id})).await;
    for assessor in &panel.assessors {
        let mut given = ratings([4, 5, 3, 2, 0, 1]);
        given[0]["rationale"] = json!("Every summer.");
        let input = json!({
            "ideaId": bees.id, "ratings": given, "comment": "Good.", "confidence": 4,
        });
        on(assessor, "submitAssessment", input).await;
    }
    // Replaced, so that the first digest is of rows that are gone.
    panel.assessors[0].assess(&bees, [5, 5, 3, 2, 4, 1]).await;
    on(
        author,
        "updateIdea",
        json!({"ideaId": bees.id, "problem": "No honey."}),
    )
    .await;

    let mut said = Vec::new();
    for (person, audience) in [
        (&bob, "EVERYONE"),
        (lead, "REVIEWERS"),
        (author, "EVERYONE"),
    ] {
        let input = json!({"ideaId": bees.id, "body": "Hm.", "audience": audience});
        let answer = person.act("addComment", input, "comment { id }").await;
        said.push(answer.text("addComment.comment.id"));
    }
    let better = json!({"commentId": said[0], "body": "Lovely."});
    on(&bob, "updateComment", better).await;
    let away = json!({"commentId": said[2], "reason": "Too short."});
    on(author, "removeComment", away).await;

    let bea = panel.app.person("Bea", &["LEAD"]).await;
    for (title, is_answered) in [("Flies", true), ("Gnats", false)] {
        let idea = author.submit(title).await;
        let no = json!({"ideaId": idea.id, "outcome": "DECLINE", "reason": "Not ours."});
        let declined = lead.act("screenIdea", no, "decision { id }").await;
        let id = declined.text("screenIdea.decision.id");
        let why = json!({"decisionId": id, "reason": format!("{title} are.")});
        let appeal = author.act("appealDecision", why, "appeal { id }").await;
        if is_answered {
            let id = appeal.text("appealDecision.appeal.id");
            let no = json!({"appealId": id, "outcome": "DISMISSED", "answer": "No, truly."});
            on(&bea, "resolveAppeal", no).await;
        }
        let review = json!({"decisionId": id, "held": "YES", "note": "Still not ours."});
        on(lead, "reviewDecision", review).await;
    }

    let wasps = panel.rated("Wasps", &[[1, 2, 3, 4, 5, 1]; 3]).await;
    let taken = panel.assessors[2].assess(&wasps, [2, 2, 2, 2, 2, 2]).await;
    panel.assessors[2]
        .take_back(&taken, "__typename")
        .await
        .ok();
    let asked = [&panel.assessors[0].id, &panel.assessors[1].id];
    let asked = json!({"ideaId": wasps.id, "assessorIds": asked});
    let asked = lead.act("assignAssessors", asked, "assignments { id }");
    let spared = asked.await.text("assignAssessors.assignments.1.id");
    let spared = json!({"assignmentId": spared, "reason": "Enough."});
    on(lead, "unassignAssessor", spared).await;
    for note in ["Friends.", "Family."] {
        let input = json!({"ideaId": wasps.id, "kind": "OTHER", "note": note});
        on(&bob, "declareConflict", input).await;
    }
    let ants = panel.rated("Ants", &[[3; 6]; 3]).await;
    on(
        author,
        "updateIdea",
        json!({"ideaId": ants.id, "visibility": "CONFIDENTIAL"}),
    )
    .await;
    on(
        author,
        "withdrawIdea",
        json!({"ideaId": ants.id, "reason": "Mine."}),
    )
    .await;
    Some(panel)
}

#[rstest]
#[tokio::test]
async fn a_house_in_which_all_fits_is_told_so(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = lived_in(store).await else {
        return;
    };

    let told = fits(&panel.app);

    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[1],
        "ideas:       6 with 9 revisions, 6 decisions, 2 appeals, 2 reviews, 1 questions, 4 notes, 3 comments, 1 times supported, 0 times merged"
    );
    let rubrics = presets().len();
    let judged = format!("assessments: 9 under {rubrics} versions of rubrics");
    assert_eq!(lines[2], judged);
    assert_eq!(lines[3], "assessors:   1 assignments, 2 declared conflicts");
    assert_eq!(lines[4], "trials:      0 prototypes, 0 learnings");
    assert!(lines[5].starts_with("hackathons:  0 with "), "{told}");
    assert!(lines[6].starts_with("scores:      3, "), "{told}");
    let digest = lines[7].strip_prefix("heads:       ").unwrap();
    assert_eq!((digest.len(), lines.len()), (64, 8));
    // The same as long as nothing happens, and another after.
    assert_eq!(fits(&panel.app), told);
    panel.author.submit("Moths").await;
    assert!(!fits(&panel.app).contains(digest));
}

/// A table, a statement that changes one thing in it, how many rows, and what is told of it.
#[rustfmt::skip]
const CHANGES: [(&str, &str, u64, &str); 58] = [
    ("event", "update event set data = replace(data, 'NEEDS_INFO', 'NEEDS_INFA') where kind = 'SCREENED' and data like '%\"to\":\"NEEDS_INFO\"%'", 1, "event 2: its hash is not"),
    ("event", "update event set kind = 'QUESTION_ANSWEREE' where kind = 'QUESTION_ANSWERED'", 1, "event 3: its hash is not"),
    ("event", "update event set hash = 'x' where kind = 'QUESTION_ANSWERED'", 1, "event 3: its hash is not"),
    ("event", "update event set actor_id = null where kind = 'QUESTION_ANSWERED'", 1, "event 3: its hash is not"),
    ("event", "update event set at = at + 1 where kind = 'QUESTION_ANSWERED'", 1, "event 3: its hash is not"),
    ("event", "delete from event where kind = 'QUESTION_ANSWERED'", 1, "event 3 is missing; the next one there is event 4"),
    ("event", "delete from event where id = (select max(id) from event)", 1, "is missing; the head of the chain stands at"),
    ("event", "delete from event where kind = 'MEMBER_JOINED' and subject_id = (select id from member where subject = 'bob')", 1, "event 1 is missing; the head of the chain stands at 1"),
    ("event_head", "delete from event_head where subject_id = (select id from member where subject = 'bob')", 1, "no head of their chain"),
    ("event_head", "update event_head set hash = 'x' where subject_id = (select id from member where subject = 'bob')", 1, "the head of the chain has not the hash of event 1"),
    ("event_head", "update event_head set position = 0 where subject_id = (select id from member where subject = 'bob')", 1, "event 1 lies beyond the head"),
    ("decision", "update decision set reason = 'Sweet!' where reason = 'Sweet.'", 1, "is not what it was when it was made"),
    ("decision", "update decision set is_override = true where reason = 'Sweet.'", 1, "is not what it was when it was made"),
    ("decision", "delete from decision where reason = 'Sweet.'", 1, "is gone"),
    ("appeal", "update appeal set reason = 'Flies ate.' where reason = 'Flies are.'", 1, "is not what it was when it was made"),
    ("appeal", "update appeal set due_at = due_at + 1 where reason = 'Gnats are.'", 1, "is not what it was when it was made"),
    ("appeal", "update appeal set opened_by_id = answered_by_id where reason = 'Flies are.'", 1, "is not what it was when it was made"),
    ("appeal", "update appeal set answer = 'No, truly!' where state = 'DISMISSED'", 1, "is not what it was when it was given"),
    ("appeal", "update appeal set state = 'UPHELD' where state = 'DISMISSED'", 1, "is not what it was when it was given"),
    ("appeal", "update appeal set state = 'DISMISSED' where state = 'OPEN'", 1, "no event tells of the answer to appeal_"),
    ("appeal", "delete from appeal where reason = 'Flies are.'", 1, "is gone"),
    ("idea", "update idea set appeal_due_at = null where title = 'Gnats'", 1, "its open appeals are due at another time"),
    ("decision_review", "update decision_review set note = 'Still not hours.'", 2, "is not what it was when it was made"),
    ("decision_review", "update decision_review set held = 'NO'", 2, "is not what it was when it was made"),
    ("decision_review", "delete from decision_review", 2, "is gone"),
    ("question", "update question set text = 'When?'", 1, "is not what it was when it was asked"),
    ("question", "update question set answer = 'In the cellar.'", 1, "is not what it was when it was given"),
    ("note", "update note set text = 'Yours.' where text = 'Mine.'", 1, "what was said with it is not what it was then"),
    ("comment", "update comment set body = 'Lovely!' where body = 'Lovely.'", 1, "is not what it was when it was written"),
    ("comment", "update comment set body = 'Hm!' where body = 'Hm.'", 1, "is not what it was when it was written"),
    ("comment", "update comment set salt = 'x' where body = 'Hm.'", 1, "is not what it was when it was written"),
    ("comment", "update comment set body = 'Hm.' where removed_at is not null", 1, "was taken away, and something of it is there"),
    ("comment", "update comment set removed_at = null where removed_at is not null", 1, "when comment_"),
    ("comment", "update comment set edited_at = null where body = 'Lovely.'", 1, "when comment_"),
    ("comment", "update comment set circle = 'EVERYONE' where circle = 'REVIEWERS'", 1, "is not what it was when it was made"),
    ("comment", "update comment set author_id = (select id from member where subject = 'bob') where removed_at is not null", 1, "is not what it was when it was made"),
    ("comment", "delete from comment where body = 'Hm.'", 1, "is gone"),
    ("idea_revision", "update idea_revision set body = replace(body, 'No honey.', 'No money.') where body like '%No honey.%'", 1, "revision 2 is not what it was"),
    ("idea", "update idea set title = 'Beef' where title = 'Bees'", 1, "its text is not that of its newest revision"),
    ("idea_tag", "delete from idea_tag where tag = 'honey'", 1, "not found by the tags"),
    ("rating", "update rating set level = 4 where criterion = 'novelty' and level = 5", 2, "is not what it was when it was handed in"),
    ("rating", "update rating set rationale = 'Every winter.' where rationale = 'Every summer.'", 2, "is not what it was when it was handed in"),
    ("assessment", "update assessment set comment = 'Bad.' where comment = 'Good.'", 2, "is not what it was when it was handed in"),
    ("assessment", "update assessment set is_recused = true where comment = 'Good.'", 2, "of its score is"),
    ("assessment", "update assessment set total = total + 1 where comment = 'Good.'", 2, "is not that of the levels as entered"),
    ("assignment", "update assignment set assessor_id = (select id from member where subject = 'bob')", 1, "is not what it was when it was made"),
    ("assignment", "update assignment set is_done = not is_done", 1, "whether assignment_"),
    ("assignment", "delete from assignment", 1, "is gone"),
    ("conflict", "update conflict set note = 'Fanily.' where note = 'Family.'", 1, "is not what it was when it was declared"),
    ("conflict", "update conflict set withdrawn_at = null where note = 'Friends.'", 1, "the events say otherwise when conflict"),
    ("conflict", "delete from conflict where note = 'Family.'", 1, "is gone"),
    ("support", "delete from support", 1, "it counts 1 who support it, and there are 0"),
    ("idea_score", "update idea_score set key = key + 1 where is_counted", 2, "the shown total of its score is"),
    ("idea_score", "update idea_score set is_listed = false where is_counted", 2, "its place in the backlog"),
    ("score_change", "delete from score_change where id = (select max(id) from score_change)", 1, "does not lead to the place"),
    ("score_change", "delete from score_change where id = (select min(id) from score_change)", 1, "does not lead to what it lends to the pooled spread"),
    ("score_change", "delete from score_change where id = (select min(id) from score_change where new_key is not null)", 1, "does not begin where the one before it ended"),
    ("rubric_version", "update rubric_version set definition = replace(definition, 'Impact', 'Import') where rubric_id = (select id from rubric where key = 'innovation')", 1, "version 1 is not what was published"),
];

/// Puts a table back as it was kept. Others hang on ideas, assessments and rubrics.
async fn put_back(app: &App, table: &str) {
    let columns: &[&str] = match table {
        "idea" => &["title", "appeal_due_at"],
        "assessment" => &["comment", "is_recused", "total"],
        "rubric_version" => &["definition"],
        _ => &[],
    };
    let sql = app.db().reader();
    for column in columns {
        let back = format!(
            "update {table} set {column} = \
             (select {column} from kept_{table} kept where kept.id = {table}.id)"
        );
        sql.execute_unprepared(&back).await.unwrap();
    }
    if columns.is_empty() {
        let delete = format!("delete from {table}");
        sql.execute_unprepared(&delete).await.unwrap();
        let insert = format!("insert into {table} select * from kept_{table}");
        sql.execute_unprepared(&insert).await.unwrap();
    }
    if table == "decision" {
        // What hangs on decisions went with them.
        for table in ["appeal", "decision_review"] {
            let insert = format!("insert into {table} select * from kept_{table}");
            sql.execute_unprepared(&insert).await.unwrap();
        }
    }
}

#[rstest]
#[tokio::test]
async fn whatever_is_changed_is_found_and_named(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = lived_in(store).await else {
        return;
    };
    let app = &panel.app;
    let tables: BTreeSet<&str> = CHANGES.iter().map(|change| change.0).collect();
    for table in tables {
        let keep = format!("create table kept_{table} as select * from {table}");
        app.db().reader().execute_unprepared(&keep).await.unwrap();
    }
    let before = fits(app);

    for (table, statement, rows, expected) in CHANGES {
        tamper(app, statement, rows).await;
        let told = misfit(app);
        assert!(told.contains(expected), "{statement}\n{told}");
        let subject = told.strip_prefix("sluice: ").unwrap();
        let is_named = ["idea_", "member_", "rubric_"]
            .iter()
            .any(|kind| subject.starts_with(kind));
        assert!(is_named, "{told}");
        put_back(app, table).await;
    }

    assert_eq!(fits(app), before);
}

#[rstest]
#[tokio::test]
async fn a_question_that_the_calendar_closed_is_held_against_its_event(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let bees = panel.author.submit("Bees").await;
    let ask = json!({"ideaId": bees.id, "outcome": "NEEDS_INFO", "reason": "Where?"});
    panel.lead.act("screenIdea", ask, "__typename").await.ok();
    fits(&panel.app);
    panel.app.days_pass(30);
    panel.app.calendar_turns().await;
    fits(&panel.app);

    for changed in ["null", "answered_at + 1"] {
        let statement = format!("update question set answered_at = {changed}");
        tamper(&panel.app, &statement, 1).await;
        let told = misfit(&panel.app);
        assert!(told.contains("the events say otherwise whether"), "{told}");
        let back = "update question set answered_at = (select at from event
            where kind = 'STATE_CHANGED')";
        tamper(&panel.app, back, 1).await;
    }
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn it_sees_one_moment_of_a_house_that_goes_on(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let busy = panel.clone();
    let work =
        tokio::spawn(async move { busy.many(vec![vec![[3, 4, 5, 1, 2, 3]; 3]; 30]).await.len() });
    let mut looks = 0;
    while !work.is_finished() || looks < 3 {
        let app = panel.app.clone();
        tokio::task::spawn_blocking(move || fits(&app))
            .await
            .unwrap();
        looks += 1;
    }

    assert_eq!(work.await.unwrap(), 30);
    assert!(fits(&panel.app).contains("ideas:       30 with"));
}

#[rstest]
#[tokio::test]
async fn what_is_changed_about_a_merge_is_found(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let [a, b, c] = [
        ann.submit("A").await,
        ann.submit("B").await,
        ann.submit("C").await,
    ];
    let merge = async |idea: &Idea, into: &Idea| {
        let input = json!({"ideaId": idea.id, "intoId": into.id, "reason": "The same."});
        lea.act("mergeIdeas", input, "idea { id }").await.ok();
    };
    lea.act("supportIdea", json!({"ideaId": a.id}), "idea { id }")
        .await
        .ok();
    merge(&a, &b).await;
    merge(&b, &c).await;
    let free = json!({"ideaId": a.id, "reason": "Not the same."});
    lea.act("unmergeIdeas", free, "idea { id }").await.ok();
    merge(&a, &c).await;
    assert!(fits(&app).contains("1 times supported, 3 times merged"));

    let count = "support_count = support_count";
    let open = "ended_at is null and absorbed_id = (select id from idea where title = 'A')";
    let part = "is_survivor = true and idea_id = (select id from idea where title = 'A')";
    for (change, back, told) in [
        (
            format!("update idea set {count} + 1 where title = 'C'"),
            format!("update idea set {count} - 1 where title = 'C'"),
            "it counts 2 who support it, and there are 1",
        ),
        (
            format!("update merge set since = since + 1 where {open}"),
            format!("update merge set since = since - 1 where {open}"),
            "its merges are not those that its events tell of",
        ),
        (
            "update merge set ended_at = ended_at + 1 where ended_at is not null".to_owned(),
            "update merge set ended_at = ended_at - 1 where ended_at is not null".to_owned(),
            "its merges are not those that its events tell of",
        ),
        (
            format!("update absorption set is_counted = false where {part}"),
            format!("update absorption set is_counted = true where {part}"),
            "it is not part of what its merges say",
        ),
        (
            "update idea set state = 'SUBMITTED' where title = 'A'".to_owned(),
            "update idea set state = 'MERGED' where title = 'A'".to_owned(),
            "the merges say otherwise whether it goes on in another idea",
        ),
        (
            "update decision set reason = 'Alike.' where kind = 'UNMERGED'".to_owned(),
            "update decision set reason = 'Not the same.' where kind = 'UNMERGED'".to_owned(),
            "is not what it was when it was made",
        ),
    ] {
        tamper(&app, &change, 1).await;
        let found = misfit(&app);
        assert!(found.contains(told), "{found}");
        tamper(&app, &back, 1).await;
    }
    fits(&app);
}

/// A table, a statement that changes one thing about a trial, and what is told of it.
#[rustfmt::skip]
const TRIALS: [(&str, &str, &str); 14] = [
    ("prototype", "update prototype set hypothesis = 'Visitors print at home.'", "the plan of prototype_"),
    ("prototype", "update prototype set assumption = 'They hear the printer.'", "the plan of prototype_"),
    ("prototype", "update prototype set measures = replace(measures, '8 of 10', '3 of 10')", "the plan of prototype_"),
    ("prototype", "update prototype set form = 'WIREFRAME', time_box_days = time_box_days + 1", "the plan of prototype_"),
    ("prototype", "update prototype set results = replace(results, 'Six', 'Ten')", "what came of prototype_"),
    ("prototype", "update prototype set outcome = 'VALIDATED'", "what came of prototype_"),
    ("prototype", "update prototype set is_self_reported = not is_self_reported", "what came of prototype_"),
    ("prototype", "update prototype set queued_at = queued_at + 1", "is not what it was when it was queued"),
    ("learning", "update learning set found = 'Nobody reads the signposts.'", "is not what it was when it was told"),
    ("learning", "update learning set believed = 'They see them.'", "is not what it was when it was told"),
    ("learning", "update learning set next_time = 'Ask the porters.'", "is not what it was when it was told"),
    ("learning", "update learning set salt = 'x'", "is not what it was when it was told"),
    ("learning", "delete from learning", "is gone"),
    ("prototype", "delete from prototype", "is gone"),
];

#[rstest]
#[tokio::test]
async fn what_is_changed_about_a_trial_is_found(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let Panel { app, lead, .. } = &panel;
    let idea = panel.rated("Badges", &[[3; 6]; 3]).await;
    let prototype = lead.queues(&idea, lead).await;
    lead.plans(&prototype, &["m"]).await;
    lead.starts(&prototype).await;
    lead.concludes(&prototype, "INVALIDATED", "STOP").await;
    let before = fits(app);
    assert!(
        before.contains("trials:      1 prototypes, 1 learnings"),
        "{before}"
    );
    for table in ["prototype", "learning"] {
        let keep = format!("create table kept_{table} as select * from {table}");
        app.db().reader().execute_unprepared(&keep).await.unwrap();
    }

    for (table, statement, expected) in TRIALS {
        tamper(app, statement, 1).await;
        let told = misfit(app);
        assert!(told.contains(expected), "{statement}\n{told}");
        put_back(app, table).await;
        if table == "prototype" {
            put_back(app, "learning").await;
        }
    }

    assert_eq!(fits(app), before);
}

#[rstest]
#[tokio::test]
async fn it_cannot_write(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    app.member("Ann").await.submit("Bees").await;
    let db = Db::open_to_read(&app.config().database_url).await.unwrap();
    let view = db.view().await.unwrap();

    let refused = view.execute_unprepared("delete from idea_tag").await;

    refused.unwrap_err();
}

#[rstest]
#[tokio::test]
async fn other_tables_are_told_and_left_alone(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let url = &app.config().database_url;
    Db::migrate_down(url).await.unwrap();
    let before = Db::migrations(url).await.unwrap();

    let told = misfit(&app);

    assert!(told.contains("other tables than this version"), "{told}");
    assert_eq!(Db::migrations(url).await.unwrap(), before);
}

#[test]
fn without_a_database_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    let command = command
        .env_clear()
        .arg("verify")
        .arg("--data-dir")
        .arg(&data);

    let ended = command.output().unwrap();

    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(text(&ended.stderr), "sluice: there is no database yet\n");
    assert!(!data.exists());
}
