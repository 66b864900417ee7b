//! Assignments that balance: nobody owes two more than somebody who could take one over,
//! conflicts are kept, ideas and assessors hang together, and the same seed gives the same plan.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use sluice::assessment::plan::{Task, plan};
use sluice::ideas::domain::IdeaId;
use sluice::identity::domain::MemberId;
use uuid::Uuid;

use super::faults;
use crate::support::panel::Panel;
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

type Tasks = BTreeMap<IdeaId, Task>;
type Loads = BTreeMap<MemberId, usize>;

fn idea(number: u128) -> IdeaId {
    IdeaId(Uuid::from_u128(1_000 + number))
}

fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(number))
}

/// How many groups of ideas and assessors share nobody.
fn groups(tasks: &Tasks, planned: &[(IdeaId, MemberId)]) -> usize {
    let given = tasks
        .iter()
        .flat_map(|(id, task)| task.has.iter().map(|who| (*id, *who)));
    let edges: Vec<(IdeaId, MemberId)> = planned.iter().copied().chain(given).collect();
    let mut groups: Vec<(BTreeSet<IdeaId>, BTreeSet<MemberId>)> = Vec::new();
    for (id, who) in edges {
        let (mut joined, rest): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|(ideas, people)| ideas.contains(&id) || people.contains(&who));
        let mut all = (BTreeSet::from([id]), BTreeSet::from([who]));
        for (ideas, people) in joined.drain(..) {
            all.0.extend(ideas);
            all.1.extend(people);
        }
        groups = rest;
        groups.push(all);
    }
    groups.len()
}

fn totals(loads: &Loads, planned: &[(IdeaId, MemberId)]) -> Loads {
    let mut totals = loads.clone();
    for (_, who) in planned {
        *totals.get_mut(who).unwrap() += 1;
    }
    totals
}

/// Somebody who could hand one on, along others, to one who has at least two less.
fn could_be_evener(tasks: &Tasks, loads: &Loads, planned: &[(IdeaId, MemberId)]) -> bool {
    let totals = totals(loads, planned);
    let asked: BTreeSet<_> = planned.iter().copied().collect();
    totals.iter().any(|(source, load)| {
        let mut seen = BTreeSet::from([*source]);
        let mut next = vec![*source];
        while let Some(from) = next.pop() {
            for (id, task) in tasks {
                if !asked.contains(&(*id, from)) {
                    continue;
                }
                for to in totals.keys() {
                    let may = !task.has.contains(to)
                        && !task.barred.contains(to)
                        && !asked.contains(&(*id, *to));
                    if may && seen.insert(*to) {
                        if totals[to] + 2 <= *load {
                            return true;
                        }
                        next.push(*to);
                    }
                }
            }
        }
        false
    })
}

prop_compose! {
    fn anything()(
        people in 1_usize..9,
        per_idea in 1_usize..4,
        seed in any::<u64>(),
    )(
        loads in prop::collection::vec(0_usize..4, people),
        tasks in prop::collection::vec(
            (prop::collection::btree_set(0..people as u128, 0..3),
             prop::collection::btree_set(0..people as u128, 0..3)),
            0..12,
        ),
        per_idea in Just(per_idea),
        seed in Just(seed),
    ) -> (Tasks, Loads, usize, u64) {
        let loads = loads.into_iter().enumerate();
        let loads = loads.map(|(who, load)| (member(who as u128), load)).collect();
        let tasks = tasks.into_iter().enumerate().map(|(number, (has, barred))| {
            let task = Task {
                has: has.difference(&barred).copied().map(member).collect(),
                barred: barred.into_iter().map(member).collect(),
            };
            (idea(number as u128), task)
        });
        (tasks.collect(), loads, per_idea, seed)
    }
}

proptest! {
    #[test]
    fn every_idea_gets_whom_it_may_get_and_no_load_could_be_lower(
        (tasks, loads, per_idea, seed) in anything(),
    ) {
        let planned = plan(&tasks, &loads, per_idea, seed);

        let mut sorted = planned.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(&sorted, &planned);
        for (id, task) in &tasks {
            let asked: Vec<MemberId> = planned
                .iter()
                .filter(|(of, _)| of == id)
                .map(|(_, who)| *who)
                .collect();
            prop_assert!(asked.iter().all(|who| !task.has.contains(who)));
            prop_assert!(asked.iter().all(|who| !task.barred.contains(who)));
            let could = loads
                .keys()
                .filter(|who| !task.has.contains(who) && !task.barred.contains(who))
                .count();
            let wanted = per_idea.saturating_sub(task.has.len());
            prop_assert_eq!(asked.len(), wanted.min(could));
        }
        prop_assert!(!could_be_evener(&tasks, &loads, &planned), "{planned:?}");
        prop_assert_eq!(plan(&tasks, &loads, per_idea, seed), planned);
    }

    #[test]
    fn without_conflicts_loads_lie_within_one_and_all_hangs_together(
        people in 2_usize..12,
        ideas in 1_u128..40,
        per_idea in 2_usize..5,
        seed in any::<u64>(),
    ) {
        let per_idea = per_idea.min(people);
        let tasks: Tasks = (0..ideas).map(|it| (idea(it), Task::default())).collect();
        let loads: Loads = (0..people as u128).map(|it| (member(it), 0)).collect();

        let planned = plan(&tasks, &loads, per_idea, seed);

        let totals = totals(&loads, &planned);
        let (least, most) = (totals.values().min(), totals.values().max());
        prop_assert!(most.unwrap() - least.unwrap() <= 1, "{totals:?}");
        prop_assert_eq!(planned.len(), tasks.len() * per_idea);
        let asked = totals.values().filter(|load| **load > 0).count();
        if planned.len() + 1 >= tasks.len() + asked {
            prop_assert_eq!(groups(&tasks, &planned), 1, "{:?}", planned);
        }
    }
}

#[test]
fn another_seed_may_give_another_plan() {
    let tasks: Tasks = (0..20).map(|it| (idea(it), Task::default())).collect();
    let loads: Loads = (0..10).map(|it| (member(it), 0)).collect();
    let plans: BTreeSet<_> = (0..10).map(|seed| plan(&tasks, &loads, 3, seed)).collect();
    assert!(plans.len() > 5, "{}", plans.len());
}

const PLAN: &str = "plan { idea { title } assessor { name } }
    assignments { id dueAt idea { title } assessor { name } }";

/// Lets the house choose, whatever becomes of it.
async fn balance(person: &Person, input: Value) -> Answer {
    person.act("balanceAssignments", input, PLAN).await
}

/// Pairs of a list in an answer.
fn pairs(answer: &Answer, list: &str) -> Vec<(String, String)> {
    let nodes = answer.at(&format!("balanceAssignments.{list}"));
    let nodes = nodes.as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    nodes
        .map(|it| (text(&it["idea"]["title"]), text(&it["assessor"]["name"])))
        .collect()
}

#[rstest]
#[tokio::test]
async fn leads_let_the_house_choose_and_see_the_plan_before(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let by_one = json!({"coAuthorIds": [assessors[0].id]});
    panel.idea_with("Badges", by_one).await;
    let lamp = panel.idea("Lamp").await;
    assessors[1].declare(&lamp, json!({})).await.ok();
    let desks = panel.idea("Desks").await;
    assessors[2].assess(&desks, [3; 6]).await;
    panel.author.submit("New").await;
    let dry = json!({"perIdea": 2, "dryRun": true});

    let seen = balance(lead, dry.clone()).await;

    let planned = pairs(&seen, "plan");
    assert_eq!(planned.len(), 5);
    assert_eq!(seen.at("balanceAssignments.assignments"), &json!([]));
    assert_eq!(pairs(&balance(lead, dry).await, "plan"), planned);
    let none = lead.post("{ assignments { totalCount } }", json!({})).await;
    assert_eq!(none.at("assignments.totalCount"), &json!(0));

    let due = super::instant(panel.app.clock().now() + 7 * super::DAY);
    let done = balance(lead, json!({"perIdea": 2, "dueAt": due})).await;

    assert_eq!(pairs(&done, "plan"), planned);
    assert_eq!(pairs(&done, "assignments"), planned);
    for one in done
        .at("balanceAssignments.assignments")
        .as_array()
        .unwrap()
    {
        assert_eq!(one["dueAt"], json!(due));
    }
    let asked: BTreeSet<_> = planned.iter().cloned().collect();
    let asked = |title: &str, name: &str| asked.contains(&(title.to_owned(), name.to_owned()));
    assert!(!asked("Badges", "Assessor1") && !asked("Lamp", "Assessor2"));
    assert!(!asked("Desks", "Assessor3"));
    let mut loads: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in &planned {
        *loads.entry(name).or_default() += 1;
    }
    assert_eq!(loads.len(), 4, "{loads:?}");
    assert!(loads.values().all(|load| *load <= 2), "{loads:?}");
    let told = lead
        .sees(
            &lamp,
            "assessmentProgress { openAssignments } waitingFor { dueAt }",
        )
        .await;
    assert_eq!(
        told,
        json!({"assessmentProgress": {"openAssignments": 2}, "waitingFor": {"dueAt": due}})
    );
    // What is there is enough.
    let again = balance(lead, json!({"perIdea": 2})).await;
    assert_eq!(pairs(&again, "plan"), []);
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_planned_is_told_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let lead = &panel.lead;
    let badges = panel.idea("Badges").await;
    let new = panel.author.submit("New").await;
    let own = lead.submit("Mine").await;
    let other = panel.app.person("Leo", &["LEAD"]).await;
    other.accept(&own).await;
    let nothing = "idea_0198c0de000070008000000000000000";
    let input = json!({
        "perIdea": 0, "dueAt": super::instant(0),
        "ideaIds": [badges.id, new.id, nothing, badges.id, own.id, "Lamp"],
    });

    let answer = balance(lead, input).await;

    let at = |index: usize, reason: &str| json!([["input", "ideaIds", index], reason]);
    assert_eq!(
        faults(&answer),
        json!([
            [["input", "perIdea"], "PER_IDEA_OUT_OF_RANGE"],
            at(3, "IDEA_TWICE"),
            at(5, "BAD_ID"),
            [["input", "dueAt"], "DUE_IN_THE_PAST"],
            at(1, "WRONG_STATE"),
            at(2, "UNKNOWN_IDEA"),
            at(4, "CONFLICT_OF_INTEREST"),
        ])
    );
    let many: Vec<&str> = (0..1_001).map(|_| nothing).collect();
    let answer = balance(lead, json!({"perIdea": 1, "ideaIds": many})).await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "ideaIds"], "TOO_MANY_ITEMS"]])
    );
    let refused = balance(&panel.assessors[0], json!({"perIdea": 0})).await;
    refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
    // Without names the caller's own ideas are left to others.
    let answer = balance(lead, json!({"perIdea": 5})).await;
    let planned = pairs(&answer, "plan");
    assert_eq!(planned.len(), 2);
    assert!(
        planned.iter().all(|(title, _)| title == "Badges"),
        "{planned:?}"
    );
}

#[rstest]
#[tokio::test]
async fn nobody_is_planned_for_an_idea_in_which_an_own_one_goes_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let other = panel.app.person("Leo", &["LEAD"]).await;
    for (title, who) in [("Badges", &panel.assessors[0]), ("Lamp", &panel.lead)] {
        let idea = panel.idea(title).await;
        let same = who.submit("The same").await;
        let input = json!({"ideaId": same.id, "intoId": idea.id, "reason": "The same."});
        other.act("mergeIdeas", input, "idea { id }").await.ok();
    }

    let answer = balance(&panel.lead, json!({"perIdea": 3, "dryRun": true})).await;

    let own = |name: &str| ("Badges".to_owned(), name.to_owned());
    let mut planned = pairs(&answer, "plan");
    planned.sort();
    assert_eq!(planned, [own("Assessor2"), own("Assessor3")]);
}

#[rstest]
#[tokio::test]
async fn leads_who_balance_at_once_ask_nobody_twice(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 5).await else {
        return;
    };
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(panel.idea(&format!("Idea {number}")).await.id);
    }
    let mut begun = Vec::new();
    for seed in 0..20 {
        let lead = panel.app.person(&format!("Lead{seed}"), &["LEAD"]).await;
        let mut ids = ids.clone();
        ids.rotate_left(seed % 6);
        begun.push(tokio::spawn(async move {
            balance(&lead, json!({"perIdea": 2, "seed": seed, "ideaIds": ids})).await
        }));
    }
    let mut asked = 0;
    for one in begun {
        asked += pairs(&one.await.unwrap(), "assignments").len();
    }
    assert_eq!(asked, 12);
    super::super::verify::fits(&panel.app);
}
