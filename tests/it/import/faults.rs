//! What is wrong with files is told all at once, each with its place, and nothing is written.

use super::again::{ratings, rows};
use super::*;

/// What stands on standard error of an import that refused its files, `DIR/` for their folder.
#[track_caller]
fn refusal(files: &Files, output: &Output) -> Vec<String> {
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(output.stdout, b"", "{told}");
    let folder = format!("{}/", files.0.path().display());
    told.lines().map(|line| line.replace(&folder, "")).collect()
}

#[rstest]
#[tokio::test]
async fn every_fault_is_told_with_its_line_and_nothing_is_written(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let mut ideas = b"\xef\xbb\xbfkey,title,problem,evidence_kind,links,visibility,submitted_at,author,note\r\n\
        A-1,Bees,\"No honey.\r\nNo wax.\r\n\",,,,,Ann,\r\n\
        A-2,,\"Visitors\r\nqueue\",HEARD,,,,,\r\n\
        \r\n\
        A-1,Again,Twice,,ftp://x,SECRET,2999-01-01,,\r\n\
        ,No id,,,,,yesterday,,\r\n\
        A-5,Ragged\r\n\
        A-6,\x01,"
        .to_vec();
    ideas.extend(b"\xff,,,,,,\r\n");
    ideas.extend(format!("A-7,{},p,,,,,,\r\n", "x".repeat(121)).bytes());
    files.write("ideas.csv", ideas);
    let mut from = ratings("A-1", "Ann", 4);
    from += "A-1,W2,problem,6\nA-1,W2,impact,3.5\nA-1,W2,impact,3\nA-1,W2,charm,3\n";
    from += "A-1,W3,problem,good\nA-1,,problem,3\nZ-9,W2,problem,3\nA-2,W2,problem,3\n";
    files.write("ratings.csv", from);
    let before = dump(app.db()).await;
    let ideas = files.0.path().join("ideas.csv").display().to_string();
    let from = files.0.path().join("ratings.csv").display().to_string();

    let output = import(
        &app,
        &arguments(&[
            ("--ideas", &ideas),
            ("--assessments", &from),
            ("--map", "external_id=key"),
        ]),
    );

    // The map says `key`, so that the assessments' own column is none of its business.
    let expected = [
        "sluice: ideas.csv: ignored, nobody mapped: note",
        "ideas.csv:5:title: TITLE_MISSING `title` is missing.",
        "ideas.csv:5:evidence_kind: BAD_EVIDENCE_KIND \"HEARD\" is no `evidence_kind`; there are GUESS, TOLD, OBSERVED, MEASURED.",
        "ideas.csv:8:links: BAD_URL A link is a whole http or https address of at most 2,000 characters.",
        "ideas.csv:8:visibility: BAD_VISIBILITY \"SECRET\" is no `visibility`; there are ORGANIZATION, CONFIDENTIAL.",
        "ideas.csv:8:submitted_at: IN_THE_FUTURE 2999-01-01 is still to come.",
        "ideas.csv:8:key: EXTERNAL_ID_TWICE \"A-1\" stands on line 2 already.",
        "ideas.csv:9:key: EXTERNAL_ID_MISSING `external_id` is missing.",
        "ideas.csv:9:problem: PROBLEM_MISSING `problem` is missing.",
        "ideas.csv:9:submitted_at: BAD_TIME \"yesterday\" is no time; write 2026-03-02, or 2026-03-02T09:00:00Z as in RFC 3339.",
        "ideas.csv:10: RAGGED_ROW The row has 2 cells, and there are 9 columns.",
        "ideas.csv:11:problem: NOT_UTF8 The cell is not UTF-8; save the file as UTF-8.",
        "ideas.csv:12:title: TITLE_TOO_LONG `title` has 121 characters; at most 120 are kept.",
        "ratings.csv:2:assessor: OWN_IDEA Nobody assesses their own idea: Ann wrote it.",
        "ratings.csv:8:level: LEVEL_OUT_OF_RANGE Problem: levels go from 1 to 5.",
        "ratings.csv:9:level: LEVEL_OFF_STEP Impact: levels go from 1 in steps of 1.",
        "ratings.csv:10:criterion: CRITERION_TWICE \"impact\" is rated twice.",
        "ratings.csv:11:criterion: UNKNOWN_CRITERION The rubric has no criterion \"charm\".",
        "ratings.csv:12:level: NOT_A_NUMBER \"good\" is no number; a decimal is written 2.5, nothing at all means \"cannot judge\".",
        "ratings.csv:13:assessor: ASSESSOR_MISSING `assessor` is missing.",
        "ratings.csv:14:external_id: UNKNOWN_IDEA No idea \"Z-9\" stands in the file of ideas or is here.",
        "sluice: 20 faults found; nothing was imported",
    ];
    let told = refusal(&files, &output);
    assert_eq!(told, expected, "{told:#?}");
    assert_eq!(dump(app.db()).await, before);
}

#[test]
fn what_is_wrong_with_the_command_and_the_files_themselves_is_told_together() {
    let files = Files::new();
    let ideas = files.write("ideas.csv", "key,title\nA-1,Bees\n");
    let rubric = files.write("rubric.json", "{\n  \"key\": 1\n}");
    let data_dir = files.0.path().join("data");
    let url = format!("sqlite:{}", data_dir.join("sluice.db").display());
    let run = |flags: &[(&str, &str)]| {
        refusal(
            &files,
            &command(&data_dir, &url, &arguments(flags))
                .output()
                .unwrap(),
        )
    };

    let told = run(&[
        ("--ideas", &ideas),
        (
            "--assessments",
            &files.0.path().join("none.csv").display().to_string(),
        ),
        ("--rubric", &rubric),
        ("--map", "external_id=key"),
        ("--map", "problm=text"),
        ("--map", "title="),
    ]);

    let starts = [
        "--map problm=text: BAD_MAP There is no column \"problm\" here; there are assessor, author,",
        "--map title=: BAD_MAP Write title=NAME, the name of the column in the file.",
        "ideas.csv:1:problem: COLUMN_MISSING The column `problem` is missing: the file has key, title;",
        "none.csv: UNREADABLE It cannot be read: ",
        "rubric.json:2:10: NOT_A_RUBRIC It is no rubric in JSON: ",
        "sluice: 5 faults found; nothing was imported",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (line, start) in told.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert!(!data_dir.exists());

    let misspelt = run(&[("--ideas", &ideas), ("--map", "problem=txt")]);
    assert_eq!(
        misspelt[3], "--map problem=txt: BAD_MAP No file has a column \"txt\".",
        "{misspelt:#?}"
    );
    let semicolons = files.write(
        "semicolons.csv",
        "external_id;title;problem\nA-1;Bees;No honey\n",
    );
    let told = run(&[("--ideas", &semicolons)]);
    assert!(
        told[1].ends_with("is missing: cells are separated by commas."),
        "{told:#?}"
    );
    let empty = files.write("empty.csv", "");
    let told = run(&[("--ideas", &empty)]);
    assert_eq!(
        told[0],
        "empty.csv: EMPTY It is empty; the first line names the columns."
    );
}

#[rstest]
#[tokio::test]
async fn a_rubric_is_used_again_and_never_replaced(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    printed(&import(&app, &whole_sample()));
    let files = Files::new();
    let other = std::fs::read_to_string(sample("rubric.json")).unwrap();
    let other = files.write(
        "rubric.json",
        other.replace("\"weight\": 20", "\"weight\": 30"),
    );
    let before = dump(app.db()).await;
    let mut arguments = whole_sample();
    let place = arguments.iter().position(|it| *it == "--rubric").unwrap();
    arguments[place + 1] = other;

    let told = refusal(&files, &import(&app, &arguments));

    assert!(
        told.iter().any(|line| line
            .starts_with("rubric.json: RUBRIC_DIFFERS There is a rubric \"squality\" here")),
        "{told:#?}"
    );
    assert_eq!(dump(app.db()).await, before);
}

#[rstest]
#[tokio::test]
async fn an_idea_is_not_assessed_under_a_second_rubric(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let files = Files::new();
    let ideas = files.write(
        "ideas.csv",
        "external_id,title,problem\nA-1,Bees,No honey\n",
    );
    let from = files.write("ratings.csv", ratings("A-1", "W2", 4));
    printed(&import(
        &app,
        &arguments(&[("--ideas", &ideas), ("--assessments", &from)]),
    ));
    let before = dump(app.db()).await;

    files.write(
        "ratings.csv",
        ratings("A-1", "W2", 4) + &rows("A-1", "W3", 3),
    );
    let rubric = sample("rubric.json");
    let flags = [
        ("--ideas", &*ideas),
        ("--assessments", &from),
        ("--rubric", &rubric),
    ];
    let told = refusal(&files, &import(&app, &arguments(&flags)));

    let why = "The idea \"A-1\" is assessed under another rubric than \"squality\" here.";
    let expected = [
        format!("ratings.csv:2:external_id: OTHER_RUBRIC {why}"),
        format!("ratings.csv:8:external_id: OTHER_RUBRIC {why}"),
        "sluice: 2 faults found; nothing was imported".to_owned(),
    ];
    assert_eq!(told, expected);
    assert_eq!(dump(app.db()).await, before);
}
