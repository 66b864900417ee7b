//! A database restored into another PostgreSQL: its rows carry numbers of transactions that
//! have not begun there.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sluice::platform::db::Db;

use super::whole;
use crate::support::Postgres;
use crate::support::panel::Panel;

async fn count(sql: &DatabaseConnection, question: &str) -> i64 {
    let question = Statement::from_string(DbBackend::Postgres, question);
    let row = sql.query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn what_was_restored_is_final_and_is_ranked_as_it_was() {
    let Some(panel) = Panel::seated(Postgres, 3).await else {
        return;
    };
    for (title, level) in [("A", 5), ("B", 4), ("C", 4)] {
        panel.rated(title, &[[level; 6]; 3]).await;
    }
    let before = whole(&panel.author).await;
    let url = panel.app.config().database_url.clone();
    let sql = Database::connect(&url).await.unwrap();
    let logged = count(&sql, "select count(*) from score_change").await;
    for table in ["event", "score_change"] {
        let later = format!("update {table} set transaction_id = transaction_id + 1000000000000");
        sql.execute_unprepared(&later).await.unwrap();
    }

    Db::migrate(&url).await.unwrap();

    let adopted = "select count(*) from score_change where transaction_id = 0";
    assert_eq!(count(&sql, adopted).await, logged);
    let server = panel.app.another().await;
    let there = panel.author.at(&server);
    assert_eq!(whole(&there).await, before);
    panel.rated("D", &[[3; 6]; 3]).await;
    let after = whole(&there).await;
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(
        after,
        whole(&panel.author.at(&panel.app.another().await)).await
    );

    // What is this one's own stays as it is.
    let own = "select count(*) from score_change where transaction_id > 0";
    let mine = count(&sql, own).await;
    Db::migrate(&url).await.unwrap();
    assert_eq!(count(&sql, own).await, mine);
    assert!(mine > 0);
}
