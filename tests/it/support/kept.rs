//! What a house has kept, to see that something changed nothing: how many rows each table
//! holds, and the head of every chain of events. Tables that come later are in it by
//! themselves.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::App;

/// Rows by table, and the heads of all chains as position and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) rows: BTreeMap<String, i64>,
    heads: Vec<(i64, String)>,
}

impl App {
    /// What it has kept so far.
    pub(crate) async fn kept(&self) -> Kept {
        let sql = self.db().reader();
        let ask = async |question: &str| {
            let question = Statement::from_string(sql.get_database_backend(), question);
            sql.query_all_raw(question).await.unwrap()
        };
        let tables = match sql.get_database_backend() {
            DbBackend::Sqlite => {
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            }
            _ => "select tablename::text from pg_tables where schemaname = 'public'",
        };
        let tables = ask(tables).await;
        let tables: Vec<String> = tables
            .iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect();
        let counts: Vec<String> = tables
            .iter()
            .map(|table| format!("select '{table}', (select count(*) from {table})"))
            .collect();
        let rows = ask(&counts.join(" union all ")).await;
        let heads = ask("select position, hash from event_head order by hash").await;
        Kept {
            rows: rows
                .iter()
                .map(|row| {
                    let table = row.try_get_by_index(0).unwrap();
                    (table, row.try_get_by_index(1).unwrap())
                })
                .collect(),
            heads: heads
                .iter()
                .map(|row| {
                    let position = row.try_get_by_index(0).unwrap();
                    (position, row.try_get_by_index(1).unwrap())
                })
                .collect(),
        }
    }

    /// Every row of every table, as `table: row`, with how often it stands there. What a
    /// request has written is what two of these do not share.
    pub(crate) async fn every_row(&self) -> BTreeMap<String, i64> {
        let sql = self.db().reader();
        let backend = sql.get_database_backend();
        let ask = async |question: &str| -> Vec<String> {
            let question = Statement::from_string(backend, question);
            let rows = sql.query_all_raw(question).await.unwrap();
            let texts = rows.iter().map(|row| row.try_get_by_index(0).unwrap());
            texts.collect()
        };
        let is_sqlite = backend == DbBackend::Sqlite;
        let mut all = BTreeMap::new();
        for table in self.kept().await.rows.into_keys() {
            let whole = if is_sqlite {
                let columns = format!(
                    "select group_concat('quote(\"' || name || '\")', ' || '','' || ')
                     from pragma_table_info('{table}')"
                );
                ask(&columns).await.remove(0)
            } else {
                "to_jsonb(t)::text".to_owned()
            };
            for row in ask(&format!("select {whole} from {table} t")).await {
                *all.entry(format!("{table}: {row}")).or_default() += 1;
            }
        }
        all
    }
}
