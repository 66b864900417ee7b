//! Proof that the rules of imports can fail: a small house with one wrong line in it, for every
//! rule, and the lines that look wrong and are not.

use std::collections::BTreeMap;

use rstest::rstest;

use super::rooms::uphill;

/// Every room, empty but for the front door of ideas, and one file with the text given.
fn house_with(file: &str, text: &str) -> BTreeMap<String, String> {
    let features = [
        "identity",
        "ideas",
        "assessment",
        "backlog",
        "prototypes",
        "hackathons",
    ];
    let rooms = [
        "mod",
        "domain",
        "lifecycle",
        "commands",
        "queries",
        "store",
        "loaders",
        "graphql",
        "scoring",
    ];
    let mut house: BTreeMap<String, String> = features
        .iter()
        .flat_map(|feature| rooms.map(|room| format!("{feature}/{room}.rs")))
        .chain(
            [
                "lib.rs",
                "main.rs",
                "config.rs",
                "session.rs",
                "policy.rs",
                "api/mod.rs",
                "api/schema.rs",
                "cli/mod.rs",
                "entity/mod.rs",
                "entity/idea.rs",
                "entity/member.rs",
                "platform/mod.rs",
                "platform/db.rs",
                "platform/clock.rs",
                "platform/error.rs",
            ]
            .map(str::to_owned),
        )
        .map(|file| (file, String::new()))
        .collect();
    let door = "pub use commands::submit;\npub use domain::Idea;\nmod commands;";
    house.insert("ideas/mod.rs".to_owned(), door.to_owned());
    house.insert(file.to_owned(), text.to_owned());
    house
}

#[rstest]
#[case::store_to_commands(
    "ideas/store.rs",
    "use super::commands::submit;",
    "uphill from ideas/store to ideas/commands"
)]
#[case::in_a_group(
    "ideas/store.rs",
    "use super::{domain::Idea, commands};",
    "uphill from ideas/store to ideas/commands"
)]
#[case::renamed(
    "ideas/store.rs",
    "use crate::ideas::commands as c;",
    "uphill from ideas/store to ideas/commands"
)]
#[case::inline(
    "ideas/store.rs",
    "fn f() { crate::ideas::commands::submit() }",
    "uphill from ideas/store to ideas/commands"
)]
#[case::in_a_sibling(
    "ideas/store_search.rs",
    "use super::queries::ask;",
    "uphill from ideas/store_search to ideas/queries"
)]
#[case::in_a_folder(
    "ideas/store/search.rs",
    "use crate::ideas::queries::ask;",
    "uphill from ideas/store to ideas/queries"
)]
#[case::glob(
    "ideas/domain.rs",
    "use super::store::*;",
    "uphill from ideas/domain to ideas/store"
)]
#[case::own_room(
    "identity/tokens.rs",
    "use super::store::find;",
    "uphill from identity/tokens to identity/store"
)]
#[case::through_the_front_door(
    "ideas/store.rs",
    "use super::submit;",
    "uphill from ideas/store to ideas/commands"
)]
#[case::through_another_front_door(
    "assessment/domain.rs",
    "use crate::ideas::submit;",
    "uphill from assessment/domain to ideas/commands"
)]
#[case::in_an_inline_module(
    "ideas/domain.rs",
    "mod tests { use super::super::store::find; }",
    "uphill from ideas/domain to ideas/store"
)]
#[case::domain_to_policy(
    "ideas/domain.rs",
    "use crate::policy::Permit;",
    "uphill from ideas/domain to policy"
)]
#[case::policy_to_store(
    "policy.rs",
    "use crate::ideas::store::find;",
    "uphill from policy to ideas/store"
)]
#[case::session_to_commands(
    "session.rs",
    "use crate::identity::commands::grant;",
    "uphill from session to identity/commands"
)]
#[case::commands_to_config(
    "ideas/commands.rs",
    "use crate::config::Config;",
    "uphill from ideas/commands to config"
)]
#[case::sql_in_a_feature(
    "ideas/framing.rs",
    "use sea_orm::EntityTrait;",
    "SQL is spoken in stores, the tables' mirror and the platform's database"
)]
#[case::commands_to_graphql(
    "ideas/commands.rs",
    "use super::graphql::Node;",
    "uphill from ideas/commands to ideas/graphql"
)]
#[case::graphql_to_api(
    "ideas/graphql.rs",
    "use crate::api::schema::sdl;",
    "uphill from ideas/graphql to api"
)]
#[case::api_to_cli("api/schema.rs", "use crate::cli::serve;", "uphill from api to cli")]
#[case::platform_to_feature(
    "platform/db.rs",
    "use crate::identity::domain::Role;",
    "uphill from platform/db to identity/domain"
)]
#[case::platform_to_session(
    "platform/db.rs",
    "use crate::session::Session;",
    "uphill from platform/db to session"
)]
#[case::forward(
    "ideas/commands.rs",
    "use crate::assessment::domain::Ratings;",
    "ideas/commands leans forward on assessment/domain"
)]
#[case::forward_to_a_door(
    "ideas/queries.rs",
    "use crate::backlog::Entry;",
    "ideas/queries leans forward on the front door of backlog"
)]
#[case::graph_past_the_door(
    "ideas/graphql.rs",
    "use crate::backlog::queries::page;",
    "ideas/graphql leans forward on backlog/queries"
)]
#[case::domain_to_entity(
    "ideas/domain.rs",
    "use crate::entity::idea;",
    "the tables' mirror is for stores"
)]
#[case::commands_to_entity(
    "ideas/commands.rs",
    "use crate::entity::idea::Model;",
    "the tables' mirror is for stores"
)]
#[case::entity_to_house(
    "entity/idea.rs",
    "use crate::ideas::domain::Idea;",
    "the tables' mirror knows nothing of the house"
)]
#[case::entity_to_crate(
    "entity/idea.rs",
    "use tokio::sync::Mutex;",
    "the tables' mirror imports sea_orm, serde and std"
)]
#[case::sql_in_commands(
    "ideas/commands.rs",
    "use sea_orm::EntityTrait;",
    "SQL is spoken in stores, the tables' mirror and the platform's database"
)]
#[case::sql_inline(
    "platform/clock.rs",
    "fn f() -> sea_orm::DbErr { g() }",
    "SQL is spoken in stores, the tables' mirror and the platform's database"
)]
#[case::pure_to_db(
    "assessment/scoring.rs",
    "use crate::platform::db::Db;",
    "assessment/scoring is arithmetic and nothing else"
)]
#[case::pure_to_clock(
    "assessment/scoring.rs",
    "use crate::platform::clock::Clock;",
    "assessment/scoring is arithmetic and nothing else"
)]
#[case::pure_to_std_clock(
    "backlog/rank/mod.rs",
    "use std::time::Instant;",
    "backlog/rank is arithmetic and nothing else"
)]
#[case::pure_to_session(
    "ideas/lifecycle.rs",
    "use crate::session::Session;",
    "ideas/lifecycle is arithmetic and nothing else"
)]
#[case::pure_to_runtime(
    "backlog/histogram.rs",
    "fn f() { tokio::spawn(g) }",
    "backlog/histogram is arithmetic and nothing else"
)]
#[case::pure_waits(
    "assessment/rubric.rs",
    "async fn f() {}",
    "assessment/rubric waits for nothing"
)]
fn a_line_that_goes_uphill_is_pointed_at(
    #[case] file: &str,
    #[case] line: &str,
    #[case] why: &str,
) {
    let text = format!("//! A room.\n\n{line}\n");

    let told = uphill(&house_with(file, &text));

    let [fault] = told.as_slice() else {
        panic!("one fault expected, told: {told:?}");
    };
    assert!(fault.starts_with(&format!("src/{file}:3: ")), "{fault}");
    assert!(fault.ends_with(&format!(": {why}")), "{fault}");
}

#[test]
fn a_module_brought_in_is_followed_to_where_it_is_used() {
    let text = "use crate::ideas;\n\nfn f() {\n    ideas::commands::submit()\n}\n";

    let told = uphill(&house_with("assessment/store.rs", text));

    assert_eq!(
        told,
        ["src/assessment/store.rs:4: ideas::commands::submit: \
             uphill from assessment/store to ideas/commands"]
    );
}

#[test]
fn one_line_is_told_once_and_a_wrong_module_not_at_every_use() {
    let text =
        "use crate::entity::{idea, member};\nfn f() {\n    idea::find();\n    member::find();\n}\n";

    let told = uphill(&house_with("ideas/domain.rs", text));

    assert_eq!(
        told,
        [
            "src/ideas/domain.rs:1: crate::entity::idea, crate::entity::member: \
             the tables' mirror is for stores"
        ]
    );
}

#[rstest]
#[case(
    "ideas/commands.rs",
    "use super::store;\nuse crate::session::Session;\nfn f() { store::insert() }"
)]
#[case(
    "ideas/store.rs",
    "use crate::entity::idea;\nuse crate::policy::Permit;\nuse sea_orm::EntityTrait;"
)]
#[case("ideas/store.rs", "use super::Idea;")]
#[case(
    "assessment/commands.rs",
    "use crate::ideas::{self, store, Idea, submit};"
)]
#[case(
    "ideas/graphql.rs",
    "use crate::assessment::{Scorecard, loaders::Scores};\nuse crate::backlog::graphql::Entry;"
)]
#[case("ideas/loaders.rs", "use crate::assessment::Scorecard;")]
#[case(
    "ideas/mod.rs",
    "pub use commands::submit;\npub use graphql::IdeaNode;\npub use store::find;"
)]
#[case(
    "policy.rs",
    "use crate::ideas::Idea;\nuse crate::backlog::domain::Entry;"
)]
#[case(
    "session.rs",
    "use crate::{entity::idea, identity::domain::Role, platform::db::Db};\nuse sea_orm::EntityTrait;"
)]
#[case(
    "ideas/lifecycle.rs",
    "use crate::platform::clock::Micros;\nuse std::time::Duration;\n#[derive(async_graphql::Enum)]\nenum State {}"
)]
#[case(
    "entity/idea.rs",
    "use super::member;\nuse sea_orm::entity::prelude::*;\nuse serde::Serialize;"
)]
#[case(
    "cli/mod.rs",
    "use crate::api::schema::sdl;\nuse crate::ideas::commands::submit;"
)]
#[case("platform/db.rs", "use sea_orm::DbErr;\nuse super::error::Error;")]
#[case(
    "ideas/domain.rs",
    "// use super::store::find;\n/* crate::ideas::store::find /* twice */ */"
)]
#[case(
    "ideas/domain.rs",
    "const A: &str = \"crate::ideas::store\";\nconst B: &str = r#\"\"crate::api\"#;\nconst C: char = '\"';"
)]
#[case(
    "ideas/domain.rs",
    "fn f<'a>(it: &'a str) -> impl Sized + use<'a> { it.store() }"
)]
fn a_line_that_goes_downhill_is_let_through(#[case] file: &str, #[case] text: &str) {
    assert_eq!(uphill(&house_with(file, text)), Vec::<String>::new());
}
