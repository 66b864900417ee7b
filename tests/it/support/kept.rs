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
}
