//! Many people at once: one merge wins, nobody is counted twice or lost, every refusal is
//! true, and the chains stay whole.

use std::collections::BTreeSet;
use std::pin::Pin;

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::{absorption, merge, support};
use tokio::task::JoinSet;

use super::*;

type Act = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Does all of it at once; the answers in the order of what was done.
async fn at_once<F>(acts: Vec<F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let mut set = JoinSet::new();
    for (index, act) in acts.into_iter().enumerate() {
        set.spawn(async move { (index, act.await) });
    }
    let mut answers = set.join_all().await;
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[rstest]
#[tokio::test]
async fn of_twenty_who_merge_around_in_circles_no_circle_comes(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let (mut leads, mut ideas) = (Vec::new(), Vec::new());
    for number in 0..20 {
        leads.push(app.person(&format!("Lead {number}"), &["LEAD"]).await);
        ideas.push(ann.submit(&format!("Idea {number}")).await);
    }
    let acts = leads.iter().cloned().enumerate().map(|(number, lead)| {
        let (idea, into) = (ideas[number].clone(), ideas[(number + 1) % 20].clone());
        async move { lead.merge(&idea, &into).await }
    });
    let answers = at_once(acts.collect()).await;

    let won = answers.iter().filter(|it| it.errors().is_empty()).count();
    for answer in answers.iter().filter(|it| !it.errors().is_empty()) {
        let error = answer.refused("ILLEGAL_STEP");
        assert_eq!(error["extensions"]["legalSteps"], json!(["unmergeIdeas"]));
    }
    let sql = app.db().reader();
    let edges = merge::Entity::find().all(sql).await.unwrap();
    assert_eq!(edges.len(), won);
    assert!((10..20).contains(&won), "{won}");
    let mut merged = 0;
    for idea in &ideas {
        let seen = ann.sees(idea, "state mergedInto { number }").await;
        merged += usize::from(seen["state"] == "MERGED");
        assert_eq!(seen["state"] == "MERGED", !seen["mergedInto"].is_null());
    }
    assert_eq!(merged, won);
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn twenty_people_at_the_same_pair_fifty_times(#[values(Sqlite, Postgres)] store: Store) {
    const ROUNDS: usize = 50;
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let (mut leads, mut people) = (Vec::new(), Vec::new());
    for number in 0..8 {
        leads.push(app.person(&format!("Lead {number}"), &["LEAD"]).await);
    }
    for number in 0..12 {
        people.push(app.member(&format!("Member {number}")).await);
    }
    let pair = [ann.submit("One").await, ann.submit("Two").await];
    for round in 0..ROUNDS {
        let was_merged = ann.looks(&pair[0], "state").await == "MERGED";
        let supports = |number: usize| !(number + round).is_multiple_of(3);
        let mut acts: Vec<Act> = Vec::new();
        for (number, person) in people.iter().cloned().enumerate() {
            let idea = pair[(number + round) % 2].clone();
            let mutation = match supports(number) {
                true => "supportIdea",
                false => "withdrawSupport",
            };
            acts.push(Box::pin(async move {
                person.says_of(mutation, &idea, "idea { number }").await
            }));
        }
        for (number, lead) in leads.iter().cloned().enumerate() {
            let pair = pair.clone();
            acts.push(Box::pin(async move {
                match number % 2 {
                    0 => lead.merge(&pair[0], &pair[1]).await,
                    _ => lead.unmerge(&pair[0]).await,
                }
            }));
        }
        let answers = at_once(acts).await;

        let (said, moved) = answers.split_at(people.len());
        for answer in said {
            answer.ok();
        }
        let (mut merges, mut unmerges) = (0, 0);
        for (number, answer) in moved.iter().enumerate() {
            if answer.errors().is_empty() {
                *[&mut merges, &mut unmerges][number % 2] += 1;
                continue;
            }
            let legal = legal_steps(answer);
            let expected = match number % 2 {
                // It was merged already.
                0 => json!(["unmergeIdeas"]),
                _ => json!([
                    "screenIdea(ACCEPT)",
                    "screenIdea(NEEDS_INFO)",
                    "screenIdea(DECLINE)",
                    "confirmCandidate",
                    "decideIdea(HOLD)",
                    "mergeIdeas",
                    "withdrawIdea"
                ]),
            };
            assert_eq!(legal, expected);
        }
        let is_merged = ann.looks(&pair[0], "state").await == "MERGED";
        assert_eq!(
            i32::from(was_merged) + merges - unmerges,
            i32::from(is_merged),
            "of those who merge one wins at a time"
        );
        assert!(merges + unmerges > 0);

        // The numbers are those of the people.
        let rows = support::Entity::find()
            .all(app.db().reader())
            .await
            .unwrap();
        let at = |idea: &Idea| -> BTreeSet<String> {
            let rows = rows.iter();
            let here = rows.filter(|row| idea.id.ends_with(&row.idea_id.simple().to_string()));
            here.map(|row| row.member_id.to_string()).collect()
        };
        let (first, second) = (at(&pair[0]), at(&pair[1]));
        let both = match is_merged {
            true => first.union(&second).count(),
            false => second.len(),
        };
        assert_eq!(ann.looks(&pair[0], "supportCount").await, first.len());
        assert_eq!(ann.looks(&pair[1], "supportCount").await, both);
    }
    let edges = merge::Entity::find().all(app.db().reader()).await.unwrap();
    assert!(edges.len() >= ROUNDS / 2, "{}", edges.len());
    let parts = absorption::Entity::find()
        .all(app.db().reader())
        .await
        .unwrap();
    let open = edges.iter().filter(|edge| edge.ended_at.is_none()).count();
    assert_eq!((parts.len(), open <= 1), (open, true));
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn support_against_a_merge_loses_nobody(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let mut people = Vec::new();
    for number in 0..19 {
        people.push(app.member(&format!("Member {number}")).await);
    }
    for round in 0..5 {
        let (a, b) = (
            ann.submit(&format!("A{round}")).await,
            ann.submit(&format!("B{round}")).await,
        );
        let mut acts: Vec<Act> = Vec::new();
        for (number, person) in people.iter().cloned().enumerate() {
            let a = a.clone();
            let mutation = ["supportIdea", "followIdea", "addComment"][number % 3];
            acts.push(Box::pin(async move {
                person.says_of(mutation, &a, "idea { number }").await
            }));
        }
        let (lead, one, two) = (lea.clone(), a.clone(), b.clone());
        acts.insert(
            round * 3,
            Box::pin(async move { lead.merge(&one, &two).await }),
        );
        for answer in at_once(acts).await {
            answer.ok();
        }
        assert_eq!(ann.looks(&b, "supportCount").await, 7);
        for person in people.iter().step_by(3) {
            assert_eq!(person.looks(&b, "viewerSupports").await, true);
        }
        for person in &people {
            let follows = person.looks(&b, "viewerFollows").await;
            let is_supporter = people.iter().step_by(3).any(|it| it.id == person.id);
            assert_eq!(follows, !is_supporter);
        }
        let said = ann.looks(&a, "comments { totalCount }").await["totalCount"].clone();
        let there = ann.looks(&b, "comments { totalCount }").await["totalCount"].clone();
        assert_eq!(said.as_i64().unwrap() + there.as_i64().unwrap(), 6);
    }
    crate::verify::fits(&app);
}
