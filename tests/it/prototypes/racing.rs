//! Twenty people press at once.

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;

async fn all_at_once<F>(acts: impl Iterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    acts.collect::<JoinSet<_>>().join_all().await
}

fn won(answers: &[Answer]) -> usize {
    answers.iter().filter(|it| it.errors().is_empty()).count()
}

#[rstest]
#[tokio::test]
async fn of_twenty_that_start_at_once_as_many_do_as_may(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let mut prototypes = Vec::new();
    for number in 0..20 {
        let (_, prototype) = lab.queued(&format!("Idea {number}")).await;
        lab.owner.plans(&prototype, &["m"]).await;
        prototypes.push(prototype);
    }

    let answers = all_at_once(prototypes.into_iter().map(|prototype| {
        let owner = lab.owner.clone();
        async move { owner.try_to_start(&prototype).await }
    }))
    .await;

    assert_eq!(won(&answers), 5);
    for lost in answers.iter().filter(|it| !it.errors().is_empty()) {
        lost.refused_because("CONFLICT", "LIMIT_REACHED");
    }
    let queue = lab.owner.reads_the_queue().await;
    let running = queue.iter().filter(|line| line[1] == "RUNNING");
    assert_eq!((queue.len(), running.count()), (20, 5));
}

#[rstest]
#[tokio::test]
async fn of_twenty_who_conclude_or_start_one_at_once_one_does(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let mut leads = Vec::new();
    for number in 0..20 {
        leads.push(lab.app().person(&format!("Lead {number}"), &["LEAD"]).await);
    }
    let (idea, prototype) = lab.queued("Badges").await;
    lab.owner.plans(&prototype, &["m"]).await;
    let started = all_at_once(leads.iter().cloned().map(|lead| {
        let prototype = prototype.clone();
        async move { lead.try_to_start(&prototype).await }
    }))
    .await;
    assert_eq!(won(&started), 1);

    let concluded = all_at_once(leads.iter().cloned().map(|lead| {
        let prototype = prototype.clone();
        async move {
            lead.try_to_conclude(&prototype, "INVALIDATED", "STOP")
                .await
        }
    }))
    .await;

    assert_eq!(won(&concluded), 1);
    for lost in concluded.iter().chain(&started) {
        if !lost.errors().is_empty() {
            lost.refused_because("ILLEGAL_STEP", "WRONG_STATE");
        }
    }
    let seen = lab
        .owner
        .sees(&idea, "state learnings { id } decisions { kind }")
        .await;
    assert_eq!(seen["state"], "INVALIDATED");
    assert_eq!(seen["learnings"].as_array().unwrap().len(), 1);
    assert_eq!(seen["decisions"].as_array().unwrap().len(), 3);
}

#[rstest]
#[tokio::test]
async fn of_twenty_who_queue_one_idea_one_does_and_twenty_moves_keep_the_queue_whole(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let mut leads = Vec::new();
    for number in 0..20 {
        leads.push(lab.app().person(&format!("Lead {number}"), &["LEAD"]).await);
    }
    let idea = lab.ranked("Badges").await;
    let queued = all_at_once(leads.iter().cloned().map(|lead| {
        let (idea, owner) = (idea.clone(), lab.owner.clone());
        async move { lead.try_to_queue(&idea, &owner).await }
    }))
    .await;
    assert_eq!(won(&queued), 1);
    let mut prototypes = Vec::new();
    for number in 0..6 {
        prototypes.push(lab.queued(&format!("Idea {number}")).await.1);
    }

    let moved = all_at_once(leads.iter().cloned().enumerate().map(|(index, lead)| {
        let (one, after) = (
            prototypes[index % 6].clone(),
            prototypes[(index * 5 + 1) % 6].clone(),
        );
        let after = (one != after).then_some(after);
        async move {
            let input = json!({"prototypeId": one, "afterId": after, "reason": "So."});
            lead.act("movePrototype", input, "__typename").await
        }
    }))
    .await;

    assert_eq!(won(&moved), 20);
    let queue = lab.owner.reads_the_queue().await;
    let places: Vec<&Value> = queue.iter().map(|line| &line[2]).collect();
    assert_eq!(places, [1, 2, 3, 4, 5, 6, 7]);
}
