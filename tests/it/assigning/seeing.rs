//! Who sees what is asked of whom, and what an assessor sees because they are asked.

use rstest::rstest;
use serde_json::{Value, json};

use super::DAY;
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Every way in which one might find a confidential idea.
async fn finds(person: &Person, idea: &Idea) -> Value {
    let list = "totalCount nodes { title }";
    let query = format!(
        "query($id: ID!, $number: Int!) {{ node(id: $id) {{ id }} idea(number: $number) {{ title }}
        ideas {{ {list} }} search: ideas(search: \"marvellous\") {{ {list} }}
        assigned: ideas(filter: {{viewer: [ASSIGNED]}}) {{ {list} }}
        similarIdeas(title: \"Marvellous bees\") {{ idea {{ title }} }} }}"
    );
    let input = json!({"id": idea.id, "number": idea.number});
    person.post(&query, input).await.ok().clone()
}

#[rstest]
#[tokio::test]
async fn an_assessor_sees_a_confidential_idea_while_they_are_asked_to_assess_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, asked, other) = (&panel.lead, &panel.assessors[0], &panel.assessors[1]);
    let more = json!({"visibility": "CONFIDENTIAL"});
    let idea = panel.idea_with("Marvellous bees", more).await;
    let nothing = finds(asked, &idea).await;
    assert_eq!(nothing["node"], Value::Null);
    assert_eq!(nothing["ideas"]["totalCount"], 0);

    let assignment = lead.assign(&idea, &[asked]).await.remove(0);

    let one = json!({"totalCount": 1, "nodes": [{"title": "Marvellous bees"}]});
    let found = json!({
        "node": {"id": idea.id}, "idea": {"title": "Marvellous bees"}, "ideas": one,
        "search": one, "assigned": one,
        "similarIdeas": [{"idea": {"title": "Marvellous bees"}}],
    });
    assert_eq!(finds(asked, &idea).await, found);
    for blind in [other, &panel.app.member("Max").await] {
        assert_eq!(finds(blind, &idea).await, nothing);
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let answer = blind.post(node, json!({"id": assignment})).await;
        assert_eq!(answer.ok(), &json!({"node": null}));
    }
    // Whose token says no more that they assess sees it no more.
    let former = panel.app.person("Assessor1", &[]).await;
    assert_eq!(finds(&former, &idea).await, nothing);
    asked.assess(&idea, [3; 6]).await;

    lead.unassign(&assignment, "idea { id }").await.ok();

    assert_eq!(finds(asked, &idea).await, nothing);
    let again = asked.try_to_assess(&idea, json!([]), "idea { id }").await;
    again.refused("NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn whoever_is_asked_hears_what_is_said_in_confidence_unless_they_have_a_conflict(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, asked, other) = (&panel.lead, &panel.assessors[0], &panel.assessors[1]);
    let more = json!({"visibility": "CONFIDENTIAL"});
    let idea = panel.idea_with("Marvellous bees", more).await;
    for (person, body, audience) in [
        (&panel.author, "Secret.", "EVERYONE"),
        (lead, "Is it?", "REVIEWERS"),
    ] {
        let said = json!({"ideaId": idea.id, "body": body, "audience": audience});
        person.act("addComment", said, "idea { id }").await.ok();
    }
    lead.assign(&idea, &[asked]).await;
    let heard = async |person: &Person| -> Vec<String> {
        let told = person.sees(&idea, "comments { nodes { body } }").await;
        let nodes = told["comments"]["nodes"].as_array().cloned();
        let body = |it: &Value| it["body"].as_str().unwrap().to_owned();
        nodes.unwrap_or_default().iter().map(body).collect()
    };

    assert_eq!(heard(asked).await, ["Secret.", "Is it?"]);
    let answer = json!({"ideaId": idea.id, "body": "It is.", "audience": "REVIEWERS"});
    asked.act("addComment", answer, "idea { id }").await.ok();
    assert_eq!(heard(lead).await, ["Secret.", "Is it?", "It is."]);
    assert_eq!(heard(&panel.author).await, ["Secret."]);
    assert_eq!(heard(other).await, Vec::<String>::new());

    // What was said in confidence stays with those who could hear it.
    let open = json!({"ideaId": idea.id, "visibility": "ORGANIZATION"});
    panel
        .author
        .act("updateIdea", open, "idea { id }")
        .await
        .ok();
    assert_eq!(heard(asked).await, ["Secret.", "Is it?", "It is."]);
    assert_eq!(heard(other).await, Vec::<String>::new());

    // Whoever must not judge hears no reviewers, but what they said themselves.
    asked.declare(&idea, json!({})).await.ok();
    assert_eq!(heard(asked).await, ["Secret.", "It is."]);
}

const PAGE: &str = "totalCount pageInfo { hasNextPage endCursor }
    nodes { idea { title } assessor { name } isDone isRecused }";

#[rstest]
#[tokio::test]
async fn the_to_do_list_is_ordered_by_urgency_and_read_by_those_concerned(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, me, other) = (&panel.lead, &panel.assessors[0], &panel.assessors[1]);
    let now = panel.app.clock().now();
    let mut ideas = Vec::new();
    // The first is done, the second declined, the third overdue, the others open.
    for (title, days) in [
        ("Done", 2),
        ("No", 3),
        ("Late", 4),
        ("Soon", 9),
        ("Later", 12),
    ] {
        let idea = panel.idea(title).await;
        let due = Some(now + days * DAY);
        lead.assign_until(&idea, &[me, other], due).await;
        ideas.push(idea);
    }
    me.assess(&ideas[0], [3; 6]).await;
    let no = json!({"ideaId": ideas[1].id, "outcome": "DECLINE", "reason": "No."});
    lead.act("decideIdea", no, "idea { id }").await.ok();
    panel.app.days_pass(5);

    let query = format!(
        "query($id: ID!, $isDone: Boolean, $first: Int, $after: String) {{ node(id: $id) {{
        ... on Member {{ assignments(isDone: $isDone, first: $first, after: $after) {{ {PAGE} }} }}
        }} }}"
    );
    let titles = |page: &Value| -> Vec<String> {
        let nodes = page["nodes"].as_array().unwrap().iter();
        nodes
            .map(|it| it["idea"]["title"].as_str().unwrap().to_owned())
            .collect()
    };
    for person in [me, lead] {
        let answer = person.post(&query, json!({"id": me.id})).await;
        let page = answer.at("node.assignments");
        assert_eq!(titles(page), ["Late", "Soon", "Later", "Done", "No"]);
        assert_eq!(page["totalCount"], 5);
        let open = json!({"id": me.id, "isDone": false});
        let answer = person.post(&query, open).await;
        assert_eq!(
            titles(answer.at("node.assignments")),
            ["Late", "Soon", "Later", "No"]
        );
    }
    // In pages of two it is the same list.
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    loop {
        let input = json!({"id": me.id, "first": 2, "after": after});
        let answer = me.post(&query, input).await;
        let page = answer.at("node.assignments");
        walked.extend(titles(page));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(walked, ["Late", "Soon", "Later", "Done", "No"]);
    let empty = json!({
        "totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": false, "endCursor": null},
    });
    for person in [other, &panel.author] {
        let answer = person.post(&query, json!({"id": me.id})).await;
        assert_eq!(answer.at("node.assignments"), &empty);
    }

    // Leads ask for all of them.
    let ask = async |arguments: &str| {
        let query = format!("{{ assignments{arguments} {{ {PAGE} }} }}");
        lead.post(&query, json!({})).await.at("assignments").clone()
    };
    assert_eq!(ask("").await["totalCount"], 10);
    let mine = format!("(assessorId: \"{}\", isOverdue: true)", me.id);
    assert_eq!(titles(&ask(&mine).await), ["Late"]);
    let mine = format!("(assessorId: \"{}\", isOverdue: false)", me.id);
    assert_eq!(titles(&ask(&mine).await), ["Done", "No", "Soon", "Later"]);
    assert_eq!(titles(&ask("(isDone: true)").await), ["Done"]);
    let count = lead.post("{ counts { overdueAssignments } }", json!({}));
    assert_eq!(count.await.at("counts.overdueAssignments"), &json!(3));
    let refused = me.post("{ assignments { totalCount } }", json!({})).await;
    refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
}

#[rstest]
#[tokio::test]
async fn ideas_are_found_by_who_is_asked_and_by_what_they_lack(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    panel.rated("Ranked", &[[3; 6]; 3]).await;
    let few = panel.rated("Few", &[[3; 6]; 2]).await;
    let held = panel.idea("Awaited").await;
    lead.assign(&held, &[&assessors[3]]).await;
    panel.rate(&held, &[[3; 6]; 3]).await;
    panel.author.submit("New").await;
    lead.assign(&few, &[&assessors[0]]).await;
    let titles = async |person: &Person, filter: &str| -> Vec<String> {
        let query = format!(
            "{{ ideas(filter: {{{filter}}}, orderBy: {{field: NUMBER, direction: ASC}}) {{
            nodes {{ title }} }} }}"
        );
        let answer = person.post(&query, json!({})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap().iter();
        nodes
            .map(|it| it["title"].as_str().unwrap().to_owned())
            .collect()
    };

    assert_eq!(titles(lead, "lacksAssessments: true").await, ["Few"]);
    assert_eq!(
        titles(lead, "lacksAssessments: false").await,
        ["Ranked", "Awaited", "New"]
    );
    let by = |person: &Person| format!("assessorId: \"{}\"", person.id);
    assert_eq!(titles(lead, &by(&assessors[0])).await, ["Few"]);
    assert_eq!(titles(&assessors[3], &by(&assessors[3])).await, ["Awaited"]);
    let nobody: Vec<String> = Vec::new();
    assert_eq!(titles(&assessors[3], &by(&assessors[0])).await, nobody);
    assert_eq!(titles(&panel.author, &by(&assessors[0])).await, nobody);
    assert_eq!(titles(&assessors[0], "viewer: [ASSIGNED]").await, ["Few"]);
    // By its own index or not, a promise is the same on the node and in the lists.
    let due = few_due(lead, &few).await;
    let before = format!("dueBefore: \"{due}\"");
    assert!(!titles(lead, &before).await.contains(&"Few".to_owned()));
}

async fn few_due(person: &Person, idea: &Idea) -> String {
    let seen = person.sees(idea, "waitingFor { dueAt }").await;
    seen["waitingFor"]["dueAt"].as_str().unwrap().to_owned()
}
