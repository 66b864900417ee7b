//! A rubric that hides authors: assessors judge the idea and not the person, as long as it
//! is in assessment.

use rstest::rstest;
use sluice::assessment::presets::presets;

use super::*;
use crate::support::panel::Panel;

/// A copy of the standing rubric that hides authors.
fn unseen() -> Value {
    let mut rubric = serde_json::to_value(&*presets()[0]).unwrap();
    rubric["key"] = json!("unseen");
    rubric["revealsAuthor"] = json!(false);
    rubric
}

#[rstest]
#[tokio::test]
async fn authors_are_hidden_while_it_is_assessed_and_shown_after(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    panel.publish(unseen()).await;
    let (app, ann, lead) = (&panel.app, &panel.author, &panel.lead);
    let bob = app.member("Bob").await;
    let judge = app.person("Lou", &["LEAD", "ASSESSOR"]).await;
    let rater = app.person("Rae", &["ASSESSOR"]).await;
    let cid = app.member("Cid").await;
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    let fields = "author { name } coAuthors { name } revisions { nodes { by { name } } } \
        activity(first: 1) { nodes { actor { name } sentence } }";
    let open = json!({
        "author": {"name": "Ann"}, "coAuthors": [{"name": "Bob"}],
        "revisions": {"nodes": [{"by": {"name": "Ann"}}]},
        "activity": {"nodes": [
            {"actor": {"name": "Ann"}, "sentence": "Ann submitted the idea."},
        ]},
    });
    let hidden = json!({
        "author": null, "coAuthors": [], "revisions": {"nodes": [{"by": null}]},
        "activity": {"nodes": [{"actor": null, "sentence": "The author submitted the idea."}]},
    });
    let by_ann = format!("filter: {{authorId: \"{}\"}}", ann.id);
    let everybody = [ann, &bob, lead, &judge, &rater, &cid];

    for person in everybody {
        assert_eq!(person.sees(&bees, fields).await, open, "{}", person.name);
    }
    lead.accept_under(&bees, Some("unseen")).await;
    for (person, knows) in everybody
        .into_iter()
        .zip([true, true, true, false, false, false])
    {
        let seen = if knows { &open } else { &hidden };
        assert_eq!(&person.sees(&bees, fields).await, seen, "{}", person.name);
        let listed = if knows { vec!["Bees"] } else { vec![] };
        assert_eq!(person.titles(&by_ann).await, listed, "{}", person.name);
        let query = format!(
            "{{ ideas {{ nodes {{ author {{ name }} }} }} node(id: \"{}\") {{ \
             ... on Member {{ ideas {{ totalCount }} }} }} }}",
            ann.id
        );
        let answer = person.post(&query, json!({})).await;
        assert_eq!(answer.at("ideas.nodes.0.author"), &seen["author"]);
        assert_eq!(answer.at("node.ideas.totalCount"), listed.len());
    }
    panel.rate(&bees, &[[3; 6]; 3]).await;
    for person in everybody {
        assert_eq!(person.sees(&bees, fields).await, open, "{}", person.name);
        assert_eq!(person.titles(&by_ann).await, ["Bees"]);
    }
}
