//! By when four of five ideas had left the state that an idea is in: counted from what the
//! whole organization could watch.

use rstest::rstest;
use sea_orm::{EntityTrait, QueryOrder};
use sluice::entity::stay;

use super::*;

/// Who takes part, and the idea whose waiting is looked at.
struct Queue {
    app: App,
    ann: Person,
    lead: Person,
    waiting: Idea,
    since: i64,
}

impl Queue {
    async fn at(store: Store) -> Option<Self> {
        let app = App::start(store).await?;
        let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
        let waiting = ann.submit("Waiting").await;
        let since = app.clock().now();
        Some(Self {
            app,
            ann,
            lead,
            waiting,
            since,
        })
    }

    /// One more idea that is handed in, and screened after so many days; how long it stayed.
    async fn screened_after(&self, days: u64, more: Value) -> (Idea, i64) {
        let idea = self.ann.submit_with("Passing", more).await;
        let entered = self.app.clock().now();
        self.app.days_pass(days);
        self.lead.screen(&idea, "DECLINE", json!({})).await.ok();
        (idea, self.app.clock().now() - entered)
    }

    /// What is told of the waiting idea, once what was read before is forgotten.
    async fn likely(&self) -> Value {
        self.app.clock().advance(std::time::Duration::from_secs(60));
        self.likely_of(&self.waiting).await
    }

    async fn likely_of(&self, idea: &Idea) -> Value {
        let seen = self.ann.sees(idea, "waitingFor { likelyBy }").await;
        seen["waitingFor"]["likelyBy"].clone()
    }
}

#[rstest]
#[tokio::test]
async fn four_of_five_ideas_had_left_by_then(#[values(Sqlite, Postgres)] store: Store) {
    let Some(queue) = Queue::at(store).await else {
        return;
    };
    let mut lengths = Vec::new();
    // In no order.
    for days in [3, 1, 2, 0, 4, 1, 3, 2, 2, 1, 0, 1, 2, 3, 1, 2, 6, 1, 2] {
        lengths.push(queue.screened_after(days, json!({})).await.1);
    }
    // Nineteen are too few.
    assert_eq!(queue.likely().await, Value::Null);

    lengths.push(queue.screened_after(5, json!({})).await.1);
    lengths.sort_unstable();

    let sixteenth = lengths[15];
    assert_eq!(sixteenth / (DAY * SECOND), 3);
    let by = instant(queue.since + sixteenth);
    assert_eq!(queue.likely().await, json!(by));
    // What stays for ever, or was never left, has no such day; nor has a draft.
    let (declined, _) = queue.screened_after(1, json!({})).await;
    assert_eq!(queue.likely_of(&declined).await, Value::Null);
    let draft = queue
        .ann
        .submit_with("Draft", json!({"asDraft": true}))
        .await;
    assert_eq!(queue.likely_of(&draft).await, Value::Null);
    queue.lead.accept(&queue.waiting).await;
    assert_eq!(queue.likely().await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn what_was_read_is_good_for_a_minute_and_what_is_old_is_forgotten(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(queue) = Queue::at(store).await else {
        return;
    };
    let mut slow = Vec::new();
    for _ in 0..20 {
        slow.push(queue.ann.submit("Slow").await);
    }
    for _ in 0..20 {
        queue.screened_after(1, json!({})).await;
    }
    let by = queue.likely().await;
    assert!(by.is_string());
    for idea in &slow {
        queue.lead.screen(idea, "DECLINE", json!({})).await.ok();
    }
    assert_eq!(queue.likely_of(&queue.waiting).await, by);
    assert_ne!(queue.likely().await, by);

    queue.app.days_pass(91);
    assert_eq!(queue.likely().await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn what_not_everybody_could_watch_counts_for_nothing(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(queue) = Queue::at(store).await else {
        return;
    };
    let confidential = json!({"visibility": "CONFIDENTIAL"});
    for _ in 0..18 {
        queue.screened_after(1, json!({})).await;
    }
    // In confidence to the end, in the middle, in the beginning.
    queue.screened_after(1, confidential.clone()).await;
    for (first, then) in [
        ("ORGANIZATION", ["CONFIDENTIAL", "ORGANIZATION"]),
        ("CONFIDENTIAL", ["CONFIDENTIAL", "ORGANIZATION"]),
    ] {
        let more = json!({"visibility": first});
        let idea = queue.ann.submit_with("Between", more).await;
        for visibility in then {
            queue.app.days_pass(1);
            let change = json!({"visibility": visibility});
            queue.ann.update(&idea, change).await.ok();
        }
        queue.lead.screen(&idea, "DECLINE", json!({})).await.ok();
    }
    // A draft does not wait for anybody; from then on it does.
    let draft = json!({"asDraft": true});
    let draft = queue.ann.submit_with("Draft", draft).await;
    queue
        .ann
        .update(&draft, json!({"title": "Draft 2"}))
        .await
        .ok();
    queue.app.days_pass(1);
    let handed_in = queue
        .ann
        .on(&draft, "submitDraft", json!({}), "idea { id }");
    handed_in.await.ok();
    queue.app.days_pass(1);
    queue
        .lead
        .screen(&draft, "NEEDS_INFO", json!({}))
        .await
        .ok();
    assert_eq!(queue.likely().await, Value::Null);

    let (last, _) = queue.screened_after(1, json!({})).await;
    let by = queue.likely().await;
    assert!(by.is_string());

    // Hidden it counts no more; shown again what everybody had seen does.
    let hide = async |idea: &Idea, visibility: &str| {
        let change = json!({"visibility": visibility});
        queue.ann.update(idea, change).await.ok();
    };
    assert!(
        queue
            .ann
            .update(&last, confidential.clone())
            .await
            .errors()
            .len()
            == 1,
        "what was declined stays as it is"
    );
    hide(&draft, "CONFIDENTIAL").await;
    assert_eq!(queue.likely().await, Value::Null);
    hide(&draft, "ORGANIZATION").await;
    assert_eq!(queue.likely().await, by);
}

#[rstest]
#[tokio::test]
async fn every_kind_of_step_ends_a_stay(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let idea = ann.submit("Bees").await;
    lead.screen(&idea, "NEEDS_INFO", json!({})).await.ok();
    let answer = json!({"answer": "Two hives."});
    ann.on(&idea, "answerQuestion", answer, "idea { id }")
        .await
        .ok();
    into_backlog(&app, &lead, &idea).await;
    let revisit = instant(app.clock().now() + DAY * SECOND);
    for verdict in [
        json!({"outcome": "HOLD", "reason": "Later.", "revisitAt": revisit}),
        json!({"outcome": "REOPEN", "reason": "Now."}),
    ] {
        lead.on(&idea, "decideIdea", verdict, "idea { id }")
            .await
            .ok();
    }
    ann.on(&idea, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();

    let kept = stay::Entity::find().order_by_asc(stay::Column::Id);
    let kept = kept.all(app.db().reader()).await.unwrap();

    let states: Vec<&str> = kept.iter().map(|stay| stay.state.as_str()).collect();
    assert_eq!(
        states,
        [
            "SUBMITTED",
            "NEEDS_INFO",
            "SUBMITTED",
            "IN_ASSESSMENT",
            "BACKLOG",
            "ON_HOLD",
            "BACKLOG"
        ]
    );
    for pair in kept.windows(2) {
        assert_eq!(pair[0].left_at, pair[1].entered_at);
    }
}
