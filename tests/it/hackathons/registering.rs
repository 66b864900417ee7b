//! People register for a hackathon, with or without a team.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn people_register_and_say_once_more_what_they_can_do(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let (tia, tom) = (
        event.app().member("Tia").await,
        event.app().member("Tom").await,
    );

    tia.registers(&event, json!({})).await.ok();
    tom.registers(
        &event,
        json!({"skills": ["Rust", " Pottery ", "Rust"], "seeksTeam": false}),
    )
    .await
    .ok();
    let again = tia.registers(&event, json!({"skills": ["SQL"]})).await;

    assert_eq!(
        again.at("registerForHackathon.hackathon.registrations.nodes"),
        &json!([
            {"member": {"name": "Tia"}, "skills": ["SQL"], "seeksTeam": true},
            {"member": {"name": "Tom"}, "skills": ["Rust", "Pottery"], "seeksTeam": false},
        ])
    );
    let fields = "all: registrations { totalCount } seeking: registrations(seeksTeam: true) {
        totalCount nodes { id member { name } } }";
    let seen = tom.visits("jam", fields).await;
    assert_eq!(seen["all"]["totalCount"], 2);
    assert_eq!(seen["seeking"]["totalCount"], 1);
    let node = &seen["seeking"]["nodes"][0];
    assert_eq!(node["member"]["name"], "Tia");
    let query = "query($id: ID!) { node(id: $id) { ... on Registration { skills } } }";
    let found = tom.post(query, json!({"id": node["id"]})).await;
    assert_eq!(found.at("node"), &json!({"skills": ["SQL"]}));
    let kept = event.app().kept().await;
    tia.registers(&event, json!({"skills": ["SQL"]})).await.ok();
    assert_eq!(event.app().kept().await, kept);

    let gone = tia.unregisters(&event).await;

    let total = "unregisterFromHackathon.hackathon.registrations.totalCount";
    assert_eq!(gone.at(total), 1);
    let kept = event.app().kept().await;
    tia.unregisters(&event).await.ok();
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn registering_is_refused_with_every_fault_and_outside_its_phases(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let tia = event.app().member("Tia").await;
    let kept = event.app().kept().await;

    for early in [
        tia.registers(&event, json!({})).await,
        tia.unregisters(&event).await,
    ] {
        early.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    }
    let skills = json!({"skills": ["", "x".repeat(51), "fine", "two\nlines", "x".repeat(50)]});
    let wrong = tia.registers(&event, skills).await;
    assert_eq!(
        faults(&wrong),
        listed(&[
            ("skills.0", "BAD_ITEM"),
            ("skills.1", "BAD_ITEM"),
            ("skills.3", "BAD_ITEM"),
        ])
    );
    let skills = json!({"hackathonId": "x", "skills": vec!["x"; 21]});
    let wrong = tia.registers(&event, skills).await;
    assert_eq!(
        faults(&wrong),
        listed(&[("hackathonId", "BAD_ID"), ("skills", "TOO_MANY_ITEMS")])
    );
    assert_eq!(event.app().kept().await, kept);
    let can = tia.visits("jam", "viewerCan").await;
    assert_eq!(can["viewerCan"], json!([]));
    event.advances("NOMINATION").await;
    let can = tia.visits("jam", "viewerCan").await;
    let all = ["REGISTER", "NOMINATE", "CREATE_TEAM", "JOIN_TEAM"];
    assert_eq!(can["viewerCan"], json!(all));
}

#[rstest]
#[tokio::test]
async fn who_is_in_a_team_seeks_none_and_stays_registered(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let tia = event.app().member("Tia").await;
    tia.registers(&event, json!({"skills": ["SQL"]})).await.ok();
    let team = tia.forms(&event, "Printers", None).await;

    let fields = "registrations { nodes { skills seeksTeam } } viewerCan viewerTeam { id name }";
    let seen = tia.visits("jam", fields).await;
    assert_eq!(
        seen,
        json!({
            "registrations": {"nodes": [{"skills": ["SQL"], "seeksTeam": false}]},
            "viewerCan": ["REGISTER", "NOMINATE"],
            "viewerTeam": {"id": team, "name": "Printers"},
        })
    );
    let kept = event.app().kept().await;
    let held = tia.unregisters(&event).await;
    held.refused_because("CONFLICT", "IN_TEAM");
    assert_eq!(event.app().kept().await, kept);
    let seeks = tia.registers(&event, json!({"skills": ["SQL"]})).await;
    let registration = "registerForHackathon.hackathon.registrations.nodes.0.seeksTeam";
    assert_eq!(seeks.at(registration), true);
    tia.leaves(&team).await.ok();
    tia.unregisters(&event).await.ok();
}
