//! What likeness costs and how good it is: figures of one run, so they are told and not
//! promised. Both tests are left out unless asked for, and read files that are named to them:
//!
//! `LIKENESS_ITEMS=items.csv LIKENESS_IDEAS=ideas.csv cargo test --release --test it --
//! --ignored --nocapture measured`
//!
//! Items are texts on stories, `story-…,group,title,text,…` below a line of headings; ideas
//! are `number,author,title,text,…` without one. CPU on PostgreSQL is told where its server
//! runs on this machine.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rstest::rstest;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, Statement,
};
use sluice::entity::{idea, idea_number, idea_term, idea_words};
use sluice::ideas::likeness::{Sought, Wanted, kept};
use sluice::ideas::queries::similar;
use sluice::ideas::store_frequencies::Frequencies;
use sluice::ideas::terms::{Held, pack};
use sluice::identity::domain::{MemberId, Roles};
use sluice::policy::Actor;
use sluice::session::{House, Session};
use uuid::Uuid;

use super::*;

/// How many titles are looked up.
const TITLES: usize = 300;
/// Which ones.
const SEED: u64 = 20_261_126;

/// The columns of a file that it is measured with; none where no file is named.
fn columns<const N: usize>(named: &str, wanted: [usize; N], headed: bool) -> Vec<[String; N]> {
    let Some(path) = std::env::var_os(named) else {
        eprintln!("skipped: {named} names no file");
        return Vec::new();
    };
    let reader = csv::ReaderBuilder::new()
        .has_headers(headed)
        .from_path(Path::new(&path));
    let records = reader.unwrap().into_records();
    let of = |record: csv::StringRecord| wanted.map(|column| record[column].to_owned());
    records.map(|record| of(record.unwrap())).collect()
}

/// A house that holds these texts as ideas, as if they had been submitted; their words.
async fn hold(app: &App, texts: &[[String; 2]]) -> BTreeMap<i64, Vec<u8>> {
    let ann = app.member("Ann").await;
    let first = ann.submit("The first one").await;
    let sql = app.db().reader();
    let like = idea::Entity::find().one(sql).await.unwrap().unwrap();
    let mut words = BTreeMap::new();
    for (part, texts) in texts.chunks(500).enumerate() {
        let (mut ideas, mut numbers, mut terms, mut packed) = (vec![], vec![], vec![], vec![]);
        for (at, [title, problem]) in texts.iter().enumerate() {
            let number = first.number + 1 + (part * 500 + at) as i64;
            let id = Uuid::now_v7();
            let mut row = like.clone();
            (row.id, row.number) = (id, number);
            (row.title, row.problem) = (title.clone(), problem.clone());
            ideas.push(row.into_active_model().reset_all());
            let row = idea_number::Model {
                number,
                idea_id: id,
            };
            numbers.push(row.into_active_model().reset_all());
            let bytes = pack(&kept(title, problem));
            let one = Held::of(&bytes).terms(false);
            let one = one.map(|term| idea_term::Model { term, number });
            terms.extend(one.map(|row| row.into_active_model().reset_all()));
            let row = idea_words::Model {
                number,
                is_hidden: false,
                words: bytes.clone(),
            };
            packed.push(row.into_active_model().reset_all());
            words.insert(number, bytes);
        }
        idea_number::Entity::insert_many(numbers)
            .exec(sql)
            .await
            .unwrap();
        idea::Entity::insert_many(ideas).exec(sql).await.unwrap();
        idea_words::Entity::insert_many(packed)
            .exec(sql)
            .await
            .unwrap();
        for terms in terms.chunks(10_000) {
            let insert = idea_term::Entity::insert_many(terms.to_vec());
            insert.exec_without_returning(sql).await.unwrap();
        }
    }
    words
}

/// A request of somebody who sees what everybody sees.
fn stranger(app: &App) -> Session {
    let house = House {
        db: app.db().clone(),
        clock: app.clock().clone(),
        promises: app.config().promises,
        cut: app.config().cut,
        prototype_limit: app.config().prototype_limit,
    };
    Session::new(house, Actor::member(MemberId(Uuid::now_v7()), Roles::NONE))
}

#[tokio::test]
#[ignore = "it measures"]
async fn measured_precision_among_texts_on_twenty_stories() {
    let items = columns("LIKENESS_ITEMS", [0, 3], true);
    let app = App::on_sqlite().await;
    let texts: Vec<[String; 2]> = items
        .iter()
        .map(|[_, text]| [String::new(), text.clone()])
        .collect();
    hold(&app, &texts).await;
    let s = stranger(&app);
    let story = |item: usize| items[item][0].split('-').next().unwrap();
    let mut right = 0;
    for (at, [_, text]) in items.iter().enumerate() {
        let (number, frequencies) = (at as i64 + 2, Frequencies::default());
        let found = similar(&s, &frequencies, ("", text), Some(number), 5)
            .await
            .unwrap();
        let same = found
            .iter()
            .filter(|it| story(it.idea.number as usize - 2) == story(at));
        right += same.count();
    }
    let precision = right as f64 / (5 * items.len().max(1)) as f64;
    println!("{} texts: precision at 5 is {precision:.3}", items.len());
}

/// Titles as people would type them: those of some ideas, and others of the same words.
fn typed(ideas: &[[String; 2]]) -> [Vec<String>; 2] {
    let mut state = SEED;
    let mut below = |most: usize| {
        // Steele and Vigna's splitmix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % most as u64) as usize
    };
    let theirs = (0..TITLES).map(|_| ideas[below(ideas.len())][0].clone());
    let theirs = theirs.collect();
    let words: Vec<&str> = ideas
        .iter()
        .flat_map(|[title, _]| title.split(' '))
        .collect();
    let other = |_| {
        let seven: Vec<&str> = (0..7).map(|_| words[below(words.len())]).collect();
        seven.join(" ")
    };
    [theirs, (0..TITLES).map(other).collect()]
}

/// CPU so far, in seconds: of this process, and of the server's end of the one connection.
async fn cpu(sql: &DatabaseConnection, store: Store) -> f64 {
    let mut processes = vec!["self".to_owned()];
    if store == Postgres {
        let question =
            Statement::from_string(sql.get_database_backend(), "select pg_backend_pid()");
        let row = sql.query_one_raw(question).await.unwrap().unwrap();
        processes.push(row.try_get_by_index::<i32>(0).unwrap().to_string());
    }
    let mut ticks = 0.0;
    for process in processes {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        // Behind the name, which ends with the last parenthesis: user and system time.
        let fields = stat.rsplit(')').next().unwrap().split_whitespace();
        ticks += fields
            .skip(11)
            .take(2)
            .map(|it| it.parse::<f64>().unwrap())
            .sum::<f64>();
    }
    ticks / 100.0
}

/// The usual way, to compare with: any of the words, ranked by the database.
async fn prepare_the_usual_way(sql: &DatabaseConnection, store: Store) {
    let statements: &[&str] = match store {
        Sqlite => &[
            "create table usual_idea (id integer primary key, title text, problem text)",
            "insert into usual_idea select number, title, problem from idea",
            "create virtual table usual using fts5(title, problem, content='usual_idea', content_rowid='id')",
            "insert into usual (usual) values ('rebuild')",
            "analyze",
        ],
        Postgres => &[
            "create table usual (id bigint primary key, title text, problem text, words tsvector
             generated always as (setweight(to_tsvector('simple', title), 'A')
             || setweight(to_tsvector('simple', problem), 'B')) stored)",
            "insert into usual select number, title, problem from idea",
            "create index usual_words on usual using gin (words)",
            "vacuum (analyze)",
        ],
    };
    for statement in statements {
        sql.execute_unprepared(statement).await.unwrap();
    }
}

async fn the_usual_way(sql: &DatabaseConnection, store: Store, title: &str) {
    let words: Vec<String> = title.split(' ').map(|word| format!("\"{word}\"")).collect();
    let (query, words) = match store {
        Sqlite => (
            "select i.id, i.title from (select rowid r, rank from usual where usual match $1
             order by bm25(usual, 4.0, 1.0) limit 10) f join usual_idea i on i.id = f.r",
            words.join(" OR "),
        ),
        Postgres => (
            "select i.id, i.title from usual i, to_tsquery('simple', $1) q where i.words @@ q
             order by ts_rank(i.words, q) desc, i.id desc limit 10",
            title.replace(' ', " | "),
        ),
    };
    let backend = sql.get_database_backend();
    let query = Statement::from_sql_and_values(backend, query, [words.into()]);
    assert_ne!(sql.query_all_raw(query).await.unwrap().len(), 0);
}

/// How large the index of words is, in MB.
async fn size(sql: &DatabaseConnection, store: Store, table: &str) -> i64 {
    let question = match store {
        Sqlite => format!("select sum(pgsize) / 1000000 from dbstat where name = '{table}'"),
        Postgres => format!("select pg_total_relation_size('{table}') / 1000000"),
    };
    let question = Statement::from_string(sql.get_database_backend(), question);
    let row = sql.query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// The ten likest of all ideas.
fn exactly(sought: &Sought, words: &BTreeMap<i64, Vec<u8>>) -> Vec<i64> {
    let mut all: Vec<(i64, i64)> = words
        .iter()
        .filter_map(|(number, words)| Some((sought.likeness(Held::of(words))?, *number)))
        .map(|(likeness, number)| (-i64::from(likeness.similarity), number))
        .collect();
    all.sort_unstable();
    all.into_iter().take(10).map(|(_, number)| number).collect()
}

#[rstest]
#[tokio::test]
#[ignore = "it measures"]
async fn measured_cost_among_many_ideas(#[values(Sqlite, Postgres)] store: Store) {
    let ideas = columns("LIKENESS_IDEAS", [2, 3], false);
    let Some(app) = App::start_with(store, |config| config.connections = 1).await else {
        return;
    };
    if ideas.is_empty() {
        return;
    }
    let sql = app.db().reader();
    let words = hold(&app, &ideas).await;
    prepare_the_usual_way(sql, store).await;
    for table in ["idea_term", "idea_words"] {
        println!("{store:?}: {table} {} MB", size(sql, store, table).await);
    }
    let s = stranger(&app);
    for (kind, titles) in ["of ideas", "made up"].into_iter().zip(typed(&ideas)) {
        let begun = cpu(sql, store).await;
        for title in &titles {
            the_usual_way(sql, store, title).await;
        }
        let usual = cpu(sql, store).await - begun;
        let frequencies = Frequencies::default();
        let mut found = HashMap::new();
        let mut ours = [0.0; 2];
        // Once with nothing counted yet, once with every word counted.
        for spent in &mut ours {
            let begun = cpu(sql, store).await;
            for title in &titles {
                let alike = similar(&s, &frequencies, (title, ""), None, 10)
                    .await
                    .unwrap();
                found.insert(title, alike);
            }
            *spent = cpu(sql, store).await - begun;
        }
        let (mut wanted, mut reached) = (0, 0);
        for title in &titles {
            let text = Wanted::new(title, "");
            let counts = frequencies.of(sql, s.now(), text.words()).await.unwrap();
            let exact = exactly(&text.weighed(&counts), &words);
            wanted += exact.len();
            let found = found[title].iter().map(|it| it.idea.number);
            reached += found.filter(|number| exact.contains(number)).count();
        }
        let each = |seconds: f64| 1_000.0 * seconds / titles.len() as f64;
        println!(
            "{store:?}, {} ideas, {} titles {kind}: {:.2} ms each, {:.2} ms when their words \
             are counted first, {:.2} ms the usual way (ratio {:.3}); recall at 10 {:.3}",
            words.len(),
            titles.len(),
            each(ours[1]),
            each(ours[0]),
            each(usual),
            ours[1] / usual,
            reached as f64 / wanted as f64,
        );
    }
}
