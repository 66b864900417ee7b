//! Many press at the same instant: teams stay within their size, nobody is in two, an idea is
//! nominated once and confirmed for one hackathon alone, and every refusal is true.

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;

async fn all_at_once<T, F>(acts: impl Iterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    acts.collect::<JoinSet<_>>().join_all().await
}

fn won(answers: &[Answer]) -> usize {
    answers.iter().filter(|it| it.errors().is_empty()).count()
}

#[rstest]
#[tokio::test]
async fn of_forty_who_join_five_teams_at_once_no_more_come_in_than_there_is_room(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let mut people = Vec::new();
    for number in 0..40 {
        people.push(event.app().member(&format!("Person {number}")).await);
    }
    for round in 0..20_usize {
        let event = event.another(&format!("round-{round}")).await;
        let founders = &people[..5];
        let mut teams = Vec::new();
        for (index, founder) in founders.iter().enumerate() {
            teams.push(founder.forms(&event, &format!("Team {index}"), None).await);
        }
        // Everybody presses once, some of those who are in a team already too, and each tries a
        // second team at the same moment.
        let tries = people.iter().enumerate().flat_map(|(index, person)| {
            [0, 3].map(|step| {
                let team = teams[(index * 7 + round + step) % 5].clone();
                (person.clone(), team)
            })
        });

        let answers: Vec<(String, String, Answer)> =
            all_at_once(tries.map(|(person, team)| async move {
                let answer = person.joins(&team).await;
                (person.name.clone(), team, answer)
            }))
            .await;

        let slug = format!("round-{round}");
        let seen = people[0]
            .visits(&slug, "teams { nodes { id members { name } } }")
            .await;
        let mut of: BTreeMap<String, String> = BTreeMap::new();
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for team in seen["teams"]["nodes"].as_array().unwrap() {
            let id = team["id"].as_str().unwrap().to_owned();
            let members = names(team);
            assert!(members.len() <= 4, "{members:?}");
            sizes.insert(id.clone(), members.len());
            for name in members {
                assert_eq!(
                    of.insert(name.to_owned(), id.clone()),
                    None,
                    "{name} is in two"
                );
            }
        }
        // Twenty places, and eight times as many tries: all are taken.
        assert_eq!(of.len(), 20, "{sizes:?}");
        let mut joined = BTreeSet::new();
        for (name, team, answer) in &answers {
            let reason = match answer.errors() {
                [] => {
                    assert_eq!(of.get(name), Some(team), "{name}");
                    assert!(joined.insert(name), "{name} joined twice");
                    continue;
                }
                _ => answer.refused("CONFLICT")["extensions"]["reason"].clone(),
            };
            match reason.as_str().unwrap() {
                "TEAM_FULL" => assert_eq!(sizes[team], 4, "round {round}: {sizes:?}"),
                "ALREADY_IN_TEAM" => assert!(of.contains_key(name), "{name} is in none"),
                other => panic!("refused with {other}"),
            }
        }
        assert_eq!(joined.len(), 15);
    }
}

#[rstest]
#[tokio::test]
async fn of_twenty_who_nominate_one_idea_at_once_one_does(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let idea = event.panel.author.submit("Badges").await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(event.app().member(&format!("Person {number}")).await);
    }

    let answers = all_at_once(people.into_iter().map(|person| {
        let (event, idea) = (event.clone(), idea.clone());
        async move { person.try_to_nominate(&event, &idea).await }
    }))
    .await;

    assert_eq!(won(&answers), 1);
    for lost in answers.iter().filter(|it| !it.errors().is_empty()) {
        lost.refused_because("CONFLICT", "ALREADY_CANDIDATE");
    }
    let seen = event.panel.lead.reads_candidates().await;
    assert_eq!(seen, [json!(["Badges", "NOMINATED"])]);
}

#[rstest]
#[tokio::test]
async fn of_two_hackathons_that_confirm_one_idea_at_once_one_has_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let other = event.another("winter").await;
    let second = event.app().person("Otto", &["ORGANIZER"]).await;
    for round in 0..10 {
        let idea = event.panel.author.submit(&format!("Idea {round}")).await;
        let here = event.panel.lead.nominates(&event, &idea).await;
        let there = event.panel.lead.nominates(&other, &idea).await;

        let (one, two) = tokio::join!(
            event.organizer.tries_to("confirmCandidate", &here),
            second.tries_to("confirmCandidate", &there),
        );

        let answers = [one, two];
        assert_eq!(won(&answers), 1);
        for lost in answers.iter().filter(|it| !it.errors().is_empty()) {
            lost.refused_because("CONFLICT", "ALREADY_CANDIDATE");
        }
        let seen = second.sees(&idea, "state candidacies { state }").await;
        assert_eq!(seen["state"], "HACKATHON_CANDIDATE");
        let states = seen["candidacies"].as_array().unwrap();
        let confirmed = states.iter().filter(|it| it["state"] == "CONFIRMED");
        assert_eq!(confirmed.count(), 1);
    }
}
