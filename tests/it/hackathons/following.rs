//! Everybody can follow what happens in a hackathon, as far as they may see the ideas in it.

use rstest::rstest;

use super::*;
use crate::support::acts::Idea;
use crate::verify::{fits, misfit, tamper};

impl Person {
    /// What happened in the hackathon, as this person reads it: kind, sentence and reason.
    async fn reads_what_happened(&self) -> Vec<Value> {
        let fields = "activity(first: 100) { totalCount nodes { kind sentence reason } }";
        let seen = self.visits("jam", fields).await;
        let nodes = seen["activity"]["nodes"].as_array().unwrap();
        assert_eq!(seen["activity"]["totalCount"], nodes.len());
        let line = |one: &Value| json!([one["kind"], one["sentence"], one["reason"]]);
        nodes.iter().map(line).collect()
    }

    /// The titles of ideas that were nominated for the hackathon.
    async fn finds_nominated(&self, event: &Event) -> Vec<String> {
        let query = "query($id: ID!) { ideas(filter: {hackathonId: $id}) { totalCount
            nodes { title } } }";
        let answer = self.post(query, json!({"id": event.id})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap();
        assert_eq!(answer.at("ideas.totalCount"), nodes.len());
        let title = |one: &Value| one["title"].as_str().unwrap().to_owned();
        nodes.iter().map(title).collect()
    }

    async fn makes_confidential(&self, idea: &Idea) {
        let input = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
        self.act("updateIdea", input, "idea { id }").await.ok();
    }
}

#[rstest]
#[tokio::test]
async fn what_happened_is_told_in_order_with_who_did_it_and_why(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let longer = json!({"hackathonId": event.id, "name": "Long jam", "endsAt": day(13)});
    let organizer = &event.organizer;
    organizer
        .act("updateHackathon", longer, "hackathon { id }")
        .await
        .ok();
    event.advances("NOMINATION").await;
    let badges = event.panel.author.submit("Badges").await;
    let signs = event.panel.author.submit("Signs").await;
    let first = event.panel.lead.nominates(&event, &badges).await;
    let second = event.panel.lead.nominates(&event, &signs).await;
    organizer.tries_to("shortlistCandidate", &first).await.ok();
    organizer.confirms(&first).await;
    event
        .panel
        .author
        .tries_to("dropCandidate", &second)
        .await
        .ok();
    let [tia, tom] = event.people(["Tia", "Tom"]).await;
    let team = tia.forms(&event, "Printers", Some(&first)).await;
    tom.joins(&team).await.ok();
    let reason = json!({"reason": "Spring is here."});
    event.try_to_advance("RUNNING", reason).await.ok();

    let (one, other) = (badges.number, signs.number);
    let told = |kind: &str, sentence: String, reason: Value| json!([kind, sentence, reason]);
    let silent = |kind: &str, sentence: &str| json!([kind, sentence, null]);
    let wanted = [
        silent("HACKATHON_CREATED", "Ola created the hackathon."),
        silent("EDITED", "Ola changed name, endsAt: revision 2."),
        silent("PHASE_CHANGED", "Ola opened the nominations."),
        told(
            "NOMINATED",
            format!("Lea nominated #{one} “Badges”."),
            json!("It fits."),
        ),
        told(
            "NOMINATED",
            format!("Lea nominated #{other} “Signs”."),
            json!("It fits."),
        ),
        told(
            "CANDIDATE_CHANGED",
            format!("Ola shortlisted #{one} “Badges”."),
            json!("So we said."),
        ),
        told(
            "CANDIDATE_CHANGED",
            format!("Ola confirmed #{one} “Badges”."),
            json!("So we said."),
        ),
        told(
            "CANDIDATE_CHANGED",
            format!("Ann dropped #{other} “Signs”."),
            json!("So we said."),
        ),
        silent("TEAM_CHANGED", "Tia formed the team “Printers”."),
        silent("TEAM_CHANGED", "Tom joined the team “Printers”."),
        told(
            "PHASE_CHANGED",
            "Ola started the hackathon.".to_owned(),
            json!("Spring is here."),
        ),
        told(
            "CANDIDATE_CHANGED",
            format!("The hackathon took #{one} “Badges” in."),
            Value::Null,
        ),
    ];
    assert_eq!(tom.reads_what_happened().await, wanted);
    assert_eq!(tom.finds_nominated(&event).await, ["Signs", "Badges"]);
}

#[rstest]
#[tokio::test]
async fn a_page_of_what_happened_goes_on_where_the_one_before_it_ended(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    for title in ["A", "B", "C"] {
        let idea = event.panel.author.submit(title).await;
        event.panel.lead.nominates(&event, &idea).await;
    }
    let lead = &event.panel.lead;
    let page = async |arguments: &str| {
        let fields = format!(
            "activity({arguments}) {{ edges {{ cursor node {{ id kind }} }}
             pageInfo {{ hasNextPage endCursor }} }}"
        );
        lead.visits("jam", &fields).await["activity"].clone()
    };
    let whole = page("first: 100").await;
    let all = whole["edges"].as_array().unwrap();
    assert_eq!(all.len(), 5);
    let mut read = Vec::new();
    let mut after = String::new();
    loop {
        let next = page(&format!("first: 2{after}")).await;
        read.extend(next["edges"].as_array().unwrap().clone());
        if next["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", next["pageInfo"]["endCursor"]);
    }
    assert_eq!(&read, all);
    let last = page("last: 1").await;
    assert_eq!(last["edges"][0], all[4]);
    let query = "query($id: ID!) { node(id: $id) { id ... on Activity { kind sentence } } }";
    let id = &all[0]["node"]["id"];
    let answer = lead.post(query, json!({"id": id})).await;
    let wanted = json!({
        "id": id, "kind": "HACKATHON_CREATED", "sentence": "Ola created the hackathon.",
    });
    assert_eq!(answer.at("node"), &wanted);
}

#[rstest]
#[tokio::test]
async fn a_candidate_that_turned_confidential_is_nowhere_for_whoever_may_not_see_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { lead, author, .. } = &event.panel;
    let open = author.submit("Open").await;
    lead.nominates(&event, &open).await;
    let secret = author.submit("Secret").await;
    let candidate = lead.nominates(&event, &secret).await;
    let [tia] = event.people(["Tia"]).await;
    tia.forms(&event, "Printers", Some(&candidate)).await;
    let nominated = async |person: &Person| {
        let seen = person.visits("jam", "metrics { key actual }").await;
        seen["metrics"][3].clone()
    };
    let counts = |actual: f64| json!({"key": "IDEAS_NOMINATED", "actual": actual});
    assert_eq!(nominated(&tia).await, counts(2.0));
    let whole = tia.reads_what_happened().await;
    author.makes_confidential(&secret).await;

    let seen = [json!(["Open", "NOMINATED"])];
    for person in [&tia, &event.organizer] {
        assert_eq!(person.reads_candidates().await, seen);
        assert_eq!(person.finds_nominated(&event).await, ["Open"]);
        let told = person.reads_what_happened().await;
        assert_eq!(told, whole[..3], "{}", person.name);
        let teams = "teams { nodes { name candidate { id } } }";
        let teams = person.visits("jam", teams).await;
        assert_eq!(
            teams["teams"]["nodes"],
            json!([{"name": "Printers", "candidate": null}])
        );
        let query = "query($id: ID!) { node(id: $id) { id } }";
        let answer = person.post(query, json!({"id": candidate})).await;
        assert_eq!(answer.at("node"), &Value::Null);
    }
    for person in [author, lead] {
        let both = [json!(["Open", "NOMINATED"]), json!(["Secret", "NOMINATED"])];
        assert_eq!(person.reads_candidates().await, both);
        assert_eq!(person.finds_nominated(&event).await, ["Secret", "Open"]);
        assert_eq!(person.reads_what_happened().await, whole);
        // A number that is one for all counts what all see.
        assert_eq!(nominated(person).await, counts(1.0));
    }
    let refused = event
        .organizer
        .tries_to("confirmCandidate", &candidate)
        .await;
    refused.refused_because("NOT_FOUND", "NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn an_anonymous_author_who_nominates_and_drops_stays_hidden(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let author = &event.panel.author;
    let idea = author
        .submit_with("Nobody's", json!({"authorship": "ANONYMOUS"}))
        .await;
    let candidate = author.nominates(&event, &idea).await;
    author.tries_to("dropCandidate", &candidate).await.ok();

    let fields = "activity(last: 2) { nodes { actor { name } sentence } }
        candidates { nodes { nominatedBy { name } droppedReason } }";
    let number = idea.number;
    for person in [&event.organizer, &event.panel.lead] {
        let seen = person.visits("jam", fields).await;
        let told = json!([
            {"actor": null, "sentence": format!("An author nominated #{number} “Nobody's”.")},
            {"actor": null, "sentence": format!("An author dropped #{number} “Nobody's”.")},
        ]);
        assert_eq!(seen["activity"]["nodes"], told);
        let wanted = json!([{"nominatedBy": null, "droppedReason": "So we said."}]);
        assert_eq!(seen["candidates"]["nodes"], wanted);
        let seen = person
            .sees(&idea, "decisions { kind decidedBy { name } } activity(last: 2) { nodes { actor { name } } }")
            .await;
        let decided = json!([{"kind": "CANDIDATE_DROPPED", "decidedBy": null}]);
        assert_eq!(seen["decisions"], decided);
        let nobody = json!([{"actor": null}, {"actor": null}]);
        assert_eq!(seen["activity"]["nodes"], nobody);
    }
}

#[rstest]
#[tokio::test]
async fn a_page_of_candidates_costs_the_same_however_many_there_are(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let (lead, author) = (&event.panel.lead, &event.panel.author);
    let grow = async |from: usize, to: usize| {
        for number in from..to {
            let idea = author.submit(&format!("Idea {number}")).await;
            let candidate = lead.nominates(&event, &idea).await;
            event.organizer.rates(&candidate, [5, 4, 3, 2]).await.ok();
            let person = event.app().member(&format!("P{number}")).await;
            person
                .forms(&event, &format!("Team {number}"), Some(&candidate))
                .await;
        }
    };
    let fields = "metrics { actual } missing { code } judges { name } viewerTeam { name } viewerCan
        candidates(first: 50) { nodes { fit fitLines { mean } viewerFit { theme } nominationReason
            nominatedBy { name } hackathon { slug } idea { title author { name } candidacies { state } }
            teams { name members { name } entry { title } } } }
        teams(first: 50) { nodes { name members { name } candidate { idea { title } } } }
        registrations(first: 50) { nodes { member { name } } }
        activity(first: 50) { nodes { sentence actor { name } } }";
    let cost = async || {
        let before = event.app().db().statements();
        lead.visits("jam", fields).await;
        event.app().db().statements() - before
    };
    grow(0, 2).await;
    let few = cost().await;
    grow(2, 22).await;
    let many = cost().await;
    // How many questions come together depends on the moment, and never on how many rows.
    assert!(few <= 60 && many <= 60, "{few}, {many} statements");
}

#[rstest]
#[tokio::test]
async fn a_changed_byte_of_a_hackathon_its_teams_registrations_or_fits_is_found(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let app = event.app();
    let idea = event.panel.author.submit("Badges").await;
    let candidate = event.panel.lead.nominates(&event, &idea).await;
    event.organizer.rates(&candidate, [5, 4, 3, 2]).await.ok();
    let [tia, tom] = event.people(["Tia", "Tom"]).await;
    tia.forms(&event, "Printers", Some(&candidate)).await;
    tom.registers(&event, json!({"skills": ["welding"]}))
        .await
        .ok();
    fits(app);
    for (table, column, changed, before, told) in [
        (
            "hackathon",
            "brief",
            "'One day.'",
            "'Two days, one floor, real visitors.'",
            "set up as",
        ),
        (
            "hackathon",
            "phase",
            "'RUNNING'",
            "'NOMINATION'",
            "in another phase",
        ),
        ("hackathon", "team_size_max", "9", "4", "set up as"),
        (
            "candidate",
            "state",
            "'CONFIRMED'",
            "'NOMINATED'",
            "stands elsewhere",
        ),
        (
            "fit_rating",
            "staffable",
            "5",
            "2",
            "is not what it was then",
        ),
        (
            "team",
            "name",
            "'Painters'",
            "'Printers'",
            "is not what it was then",
        ),
        (
            "registration",
            "skills",
            "'[]'",
            "'[\"welding\"]'",
            "is not what it was then",
        ),
    ] {
        tamper(app, &format!("update {table} set {column} = {changed}"), 1).await;
        let found = misfit(app);
        assert!(found.contains(told), "{table}.{column}: {found}");
        tamper(app, &format!("update {table} set {column} = {before}"), 1).await;
    }
    tamper(
        app,
        "update event set idea_id = null where kind = 'TEAM_CHANGED'",
        1,
    )
    .await;
    assert!(misfit(app).contains("its hash is not"));
}
