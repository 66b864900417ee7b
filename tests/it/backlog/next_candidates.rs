//! Who is named for one more assessment: whoever may make it, joins what hangs apart, and
//! owes least.

use rstest::rstest;
use serde_json::{Value, json};

use super::next::next;
use crate::severity::{gives, points};
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Who is named for each idea, by its title.
async fn named(person: &Person) -> Value {
    let list = next(person, json!({"rubric": "points", "cut": 2})).await;
    let of = |one: &Value| {
        let all = one["candidates"].as_array().unwrap().iter();
        let names: Vec<&str> = all.map(|who| who["name"].as_str().unwrap()).collect();
        let title = one["idea"]["title"].as_str().unwrap().to_owned();
        (title, json!(names.join(" ")))
    };
    Value::Object(list.iter().map(of).collect())
}

async fn does(person: &Person, mutation: &str, input: Value) {
    person.act(mutation, input, "__typename").await.ok();
}

async fn accepted(panel: &Panel, author: &Person, title: &str, more: Value) -> Idea {
    let idea = author.submit_with(title, more).await;
    panel.lead.accept_under(&idea, Some("points")).await;
    idea
}

/// A house with the lead, an author, and assessors of these names.
async fn house(store: Store, names: &[&str]) -> Option<Panel> {
    let mut panel = Panel::seated(store, 0).await?;
    panel.publish(points("MEAN", 2)).await;
    for name in names {
        let who = panel.app.person(name, &["ASSESSOR"]).await;
        panel.assessors.push(who);
    }
    Some(panel)
}

#[rstest]
#[tokio::test]
async fn those_are_named_who_may_and_did_not_yet(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = house(store, &["Bo", "Cy", "Dee", "Eli", "Fay"]).await else {
        return;
    };
    let [bo, cy, dee, eli, fay] = [0, 1, 2, 3, 4].map(|at| &panel.assessors[at]);
    let (lead, author) = (&panel.lead, &panel.author);
    accepted(&panel, author, "Anybody", json!({})).await;
    accepted(&panel, bo, "By Bo", json!({"coAuthorIds": [cy.id]})).await;
    let rated = accepted(&panel, author, "Rated", json!({})).await;
    gives(dee, &rated, 50).await;
    let published = accepted(&panel, author, "Published", json!({})).await;
    for who in [cy, dee] {
        gives(who, &published, 50).await;
    }
    let unnamed = accepted(&panel, bo, "Unnamed", json!({"authorship": "ANONYMOUS"})).await;
    let barred = accepted(&panel, author, "Conflicted", json!({})).await;
    for idea in [&barred, &unnamed] {
        let input = json!({"ideaId": idea.id, "kind": "TEAMMATE"});
        does(eli, "declareConflict", input).await;
    }
    let joined = accepted(&panel, author, "Joined", json!({})).await;
    for (who, authorship) in [(fay, "NAMED"), (bo, "ANONYMOUS")] {
        let other = who
            .submit_with("The same", json!({"authorship": authorship}))
            .await;
        let input = json!({"ideaId": other.id, "intoId": joined.id, "reason": "The same."});
        does(lead, "mergeIdeas", input).await;
    }

    let all = "Bo Cy Dee Eli Fay";
    let expected = json!({
        "Anybody": all, "By Bo": "Dee Eli Fay", "Unnamed": all, "Rated": all,
        "Published": "Bo Eli Fay",
        "Conflicted": "Bo Cy Dee Fay", "Joined": "Bo Cy Dee Eli",
    });
    assert_eq!(named(lead).await, expected);

    // Who is asked is not named again, and after others elsewhere.
    let input = json!({"ideaId": rated.id, "assessorIds": [bo.id]});
    does(lead, "assignAssessors", input).await;
    let after = named(lead).await;
    assert_eq!(after["Rated"], "Cy Dee Eli Fay");
    assert_eq!(after["Anybody"], "Cy Dee Eli Fay Bo");

    // Who left is not named.
    let admin = panel.app.person("Ada", &["ADMIN"]).await;
    let input = json!({"memberId": cy.id, "reason": "They left."});
    does(&admin, "deactivateMember", input).await;
    assert_eq!(named(lead).await["Anybody"], "Dee Eli Fay Bo");
}

#[rstest]
#[tokio::test]
async fn for_a_confidential_idea_those_are_named_who_see_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = house(store, &["Bo", "Cy"]).await else {
        return;
    };
    panel.app.person("Lee", &["ASSESSOR", "LEAD"]).await;
    let secret = json!({"visibility": "CONFIDENTIAL"});
    accepted(&panel, &panel.author, "Secret", secret).await;
    accepted(&panel, &panel.author, "Open", json!({})).await;

    let expected = json!({"Secret": "Lee", "Open": "Bo Cy Lee"});
    assert_eq!(named(&panel.lead).await, expected);
}

#[rstest]
#[tokio::test]
async fn who_joins_parts_that_share_nobody_is_named_first(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some(mut panel) = Panel::seated(store, 0).await else {
        return;
    };
    panel.publish(points(aggregation, 2)).await;
    for name in ["Bo", "Cy", "Dee", "Eli", "Fay"] {
        let who = panel.app.person(name, &["ASSESSOR"]).await;
        panel.assessors.push(who);
    }
    let [bo, cy, dee, eli, _] = [0, 1, 2, 3, 4].map(|at| &panel.assessors[at]);
    let first = accepted(&panel, &panel.author, "First", json!({})).await;
    let second = accepted(&panel, &panel.author, "Second", json!({})).await;
    for (who, idea) in [(bo, &first), (cy, &first), (dee, &second), (eli, &second)] {
        gives(who, idea, 50).await;
    }
    let begun = accepted(&panel, &panel.author, "Begun", json!({})).await;
    gives(dee, &begun, 40).await;
    panel.app.calendar_turns().await;

    // Fay belongs to no part yet; Dee and Eli join what Bo and Cy have assessed.
    let expected = json!({
        "First": "Dee Eli Fay", "Second": "Bo Cy Fay", "Begun": "Bo Cy Dee Eli Fay",
    });
    assert_eq!(named(&panel.lead).await, expected);

    // It does not matter that they owe more.
    let other = accepted(&panel, &panel.author, "Other", json!({})).await;
    let input = json!({"ideaId": other.id, "assessorIds": [dee.id]});
    does(&panel.lead, "assignAssessors", input).await;
    assert_eq!(named(&panel.lead).await["First"], "Eli Dee Fay");

    // Once they are joined, whoever owes least comes first.
    gives(eli, &first, 60).await;
    panel.app.calendar_turns().await;
    assert_eq!(named(&panel.lead).await["First"], "Fay Dee");
}
