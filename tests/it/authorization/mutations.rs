//! The walk through the table: every mutation by every role, on what is own, somebody
//! else's, or confidential.

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::names;
use super::staging::Stage;
use super::table::{ROLES, ROWS, Row, To, Whose, verdict};
use crate::rubrics::rubric;
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{App, Store, Store::*};

/// The people of the walk.
struct Cast {
    panel: Panel,
    /// One per role, in the order of `ROLES`.
    people: Vec<Person>,
    /// The same people while they may also assess.
    as_assessors: Vec<Person>,
    /// A lead who looks after nothing yet.
    bea: Person,
    /// Somebody who may have to leave.
    dot: Person,
    /// Two who work alone in hackathons, and who organizes these.
    loners: [Person; 2],
    organizer: Person,
    /// A hackathon that takes nominations.
    jam: String,
    /// An idea of the author that goes on whatever happens.
    another: Idea,
}

impl Cast {
    async fn assembled(store: Store) -> Option<Self> {
        let panel = Panel::seated_with(store, 3, |config| config.prototype_limit = 1_000).await?;
        let (mut people, mut as_assessors) = (Vec::new(), Vec::new());
        for role in ROLES {
            as_assessors.push(panel.app.person(role, &["ASSESSOR"]).await);
            people.push(panel.app.person(role, &[role]).await);
        }
        let bea = panel.app.person("Bea", &["LEAD"]).await;
        let dot = panel.app.member("Dot").await;
        let loners = [panel.app.member("Lon").await, panel.app.member("Len").await];
        let organizer = panel.app.person("Ola", &["ORGANIZER"]).await;
        let jam = hackathon(&organizer, "jam").await;
        let another = panel.author.submit("Another").await;
        Some(Self {
            panel,
            people,
            as_assessors,
            bea,
            dot,
            loners,
            organizer,
            jam,
            another,
        })
    }

    /// Makes what the mutation is tried on; the id to send, and the idea it belongs to.
    async fn target(&self, to: To, whose: Whose, me: usize) -> (String, Option<Idea>) {
        let is_own = whose == Whose::Own && to != To::Assessment;
        let author = if is_own {
            &self.people[me]
        } else {
            &self.panel.author
        };
        let (lead, assessors) = (&self.panel.lead, &self.panel.assessors);
        let mut draft = json!({"asDraft": to == To::Draft});
        if to == To::Anonymous {
            draft["authorship"] = json!("ANONYMOUS");
        }
        let idea = match to {
            To::Nothing => return (String::new(), None),
            To::RubricDraft => return (lead.drafts(rubric("drafted", json!({}))).await, None),
            To::Rubric => {
                // Another key each time: what was retired once is so for the next one.
                let count = lead.post("{ rubrics { key } }", json!({})).await;
                let key = format!("r{}", count.at("rubrics").as_array().unwrap().len());
                lead.brings_out(rubric(&key, json!({}))).await;
                return (key, None);
            }
            To::Hackathon | To::FormedTeam | To::JoinedTeam => {
                let seen = self
                    .organizer
                    .post("{ hackathons { totalCount } }", json!({}))
                    .await;
                let count = seen.at("hackathons.totalCount");
                let id = hackathon(&self.organizer, &format!("jam-{count}")).await;
                if to == To::Hackathon {
                    return (id, None);
                }
                let input = json!({"hackathonId": id, "name": "Team"});
                let formed = self.bea.act("createTeam", input, "team { id }").await;
                let team = formed.text("createTeam.team.id");
                if to == To::JoinedTeam {
                    let input = json!({"teamId": team});
                    self.people[me]
                        .act("joinTeam", input, "__typename")
                        .await
                        .ok();
                }
                return (team, None);
            }
            _ => author.submit_with("Target", draft).await,
        };
        let mut id = idea.id.clone();
        match to {
            To::Nothing
            | To::RubricDraft
            | To::Rubric
            | To::Hackathon
            | To::FormedTeam
            | To::JoinedTeam
            | To::Draft
            | To::Submitted
            | To::Anonymous => {}
            To::Candidate => {
                let input = json!({
                    "hackathonId": self.jam, "ideaId": idea.id, "reason": "It fits.",
                });
                let fields = "candidate { id }";
                let nominated = author.act("nominateCandidate", input, fields).await;
                id = nominated.text("nominateCandidate.candidate.id");
            }
            To::Comment => {
                let input = json!({"ideaId": idea.id, "body": "Hm."});
                let said = author.act("addComment", input, "comment { id }").await;
                id = said.text("addComment.comment.id");
            }
            To::Asked => {
                let input = json!({"ideaId": idea.id, "outcome": "NEEDS_INFO", "reason": "Who?"});
                lead.act("screenIdea", input, "idea { id }").await.ok();
            }
            To::Declined | To::Appealed => {
                if whose == Whose::Confidential {
                    hide(author, &idea).await;
                }
                let decline = json!({"ideaId": idea.id, "outcome": "DECLINE", "reason": "No."});
                let declined = lead.act("screenIdea", decline, "decision { id }").await;
                id = declined.text("screenIdea.decision.id");
                if to == To::Appealed {
                    let appeal = json!({"decisionId": id, "reason": "You misread it."});
                    let appeal = author.act("appealDecision", appeal, "appeal { id }").await;
                    id = appeal.text("appealDecision.appeal.id");
                }
            }
            To::InAssessment => lead.accept(&idea).await,
            To::Crew | To::Entry | To::Pair | To::Judged => {
                let stage = Stage {
                    organizer: &self.organizer,
                    nominator: lead,
                    judges: &self.people,
                    judge: &self.bea,
                    loners: [&self.loners[0], &self.loners[1]],
                    other: &self.panel.author,
                };
                id = stage.set(to, &idea, &self.people[me], is_own).await;
            }
            To::Merged => {
                if whose == Whose::Confidential {
                    hide(author, &idea).await;
                }
                let merge = json!({
                    "ideaId": idea.id, "intoId": self.another.id, "reason": "The same.",
                });
                lead.act("mergeIdeas", merge, "idea { id }").await.ok();
            }
            To::Assignment => {
                lead.accept(&idea).await;
                let input = json!({"ideaId": idea.id, "assessorIds": [assessors[0].id]});
                let fields = "assignments { id }";
                let assigned = lead.act("assignAssessors", input, fields).await;
                id = assigned.text("assignAssessors.assignments.0.id");
            }
            To::Adopted => {
                lead.accept(&idea).await;
                self.panel.rate(&idea, &[[3; 6]; 3]).await;
                if whose == Whose::Confidential {
                    hide(author, &idea).await;
                }
                let adopt = json!({
                    "ideaId": idea.id, "outcome": "ADOPT", "reason": "Now", "handedTo": "Roadmap",
                });
                lead.act("decideIdea", adopt, "idea { id }").await.ok();
            }
            To::Ranked => {
                lead.accept(&idea).await;
                self.panel.rate(&idea, &[[3; 6]; 3]).await;
            }
            To::Queued | To::Planned | To::Running | To::Learning => {
                lead.accept(&idea).await;
                self.panel.rate(&idea, &[[3; 6]; 3]).await;
                if whose == Whose::Confidential {
                    hide(author, &idea).await;
                }
                id = lead.queues(&idea, author).await;
                if to != To::Queued {
                    author.plans(&id, &["m"]).await;
                }
                if matches!(to, To::Running | To::Learning) {
                    author.starts(&id).await;
                }
                if to == To::Learning {
                    id = author.concludes(&id, "VALIDATED", "PERSEVERE").await;
                }
            }
            To::Assessment => {
                lead.accept(&idea).await;
                for assessor in &assessors[..2] {
                    assessor.assess(&idea, [3; 6]).await;
                }
                let maker = match whose {
                    Whose::Own => &self.as_assessors[me],
                    Whose::Foreign | Whose::Confidential => &assessors[2],
                };
                id = maker.assess(&idea, [3; 6]).await;
                // The role they had then is not the one they have now.
                self.people[me]
                    .post("{ viewer { id } }", json!({}))
                    .await
                    .ok();
            }
        }
        let is_hidden = matches!(
            to,
            To::Adopted
                | To::Declined
                | To::Appealed
                | To::Merged
                | To::Queued
                | To::Planned
                | To::Running
                | To::Learning
        );
        if whose == Whose::Confidential && !is_hidden && !to.is_staged() {
            hide(author, &idea).await;
        }
        (id, Some(idea))
    }

    fn input(&self, row: &Row, id: &str) -> Value {
        let mut input: Value = serde_json::from_str(row.input).unwrap();
        if input["onBehalfOfId"] == "ann" {
            input["onBehalfOfId"] = json!(self.panel.author.id);
        }
        if input["memberId"] == "bea" {
            input["memberId"] = json!(self.bea.id);
        }
        if input["memberId"] == "dot" {
            input["memberId"] = json!(self.dot.id);
        }
        if input["ownerId"] == "bea" {
            input["ownerId"] = json!(self.bea.id);
        }
        if input["intoId"] == "another" {
            input["intoId"] = json!(self.another.id);
        }
        if input["assessorIds"] == json!(["assessor"]) {
            input["assessorIds"] = json!([self.panel.assessors[0].id]);
        }
        if input["hackathonId"] == "jam" {
            input["hackathonId"] = json!(self.jam);
        }
        if input["slug"] == "new" {
            let slug = format!("new-{}", self.panel.app.clock().now());
            input = crate::hackathons::plan(&slug);
        }
        match row.to {
            To::Nothing => {}
            To::Hackathon => input["hackathonId"] = json!(id),
            To::Candidate => input["candidateId"] = json!(id),
            To::FormedTeam | To::JoinedTeam => input["teamId"] = json!(id),
            To::RubricDraft => input["rubricVersionId"] = json!(id),
            To::Rubric => input["key"] = json!(id),
            _ if row.mutation == "redact" => input["subjectId"] = json!(id),
            To::Queued | To::Planned | To::Running => input["prototypeId"] = json!(id),
            To::Crew => input["teamId"] = json!(id),
            To::Entry => input["entryId"] = json!(id),
            To::Pair => {
                let both = id.split_once(' ').unwrap_or_default();
                if row.mutation == "orderEntries" {
                    input["places"] = json!([[both.0], [both.1]]);
                } else {
                    input["leftEntryId"] = json!(both.0);
                    input["rightEntryId"] = json!(both.1);
                }
            }
            To::Judged => {
                let (event, entry) = id.split_once(' ').unwrap_or_default();
                input["hackathonId"] = json!(event);
                input["validated"] = json!([{"entryId": entry, "evidence": "Six of ten."}]);
            }
            To::Assignment => input["assignmentId"] = json!(id),
            To::Assessment => input["assessmentId"] = json!(id),
            To::Comment => input["commentId"] = json!(id),
            To::Declined => input["decisionId"] = json!(id),
            To::Appealed => input["appealId"] = json!(id),
            _ => input["ideaId"] = json!(id),
        }
        input
    }
}

/// A hackathon that takes nominations; its id.
async fn hackathon(organizer: &Person, slug: &str) -> String {
    let plan = crate::hackathons::plan(slug);
    let made = organizer
        .act("createHackathon", plan, "hackathon { id }")
        .await;
    let id = made.text("createHackathon.hackathon.id");
    let input = json!({"hackathonId": id, "to": "NOMINATION"});
    organizer
        .act("advanceHackathon", input, "__typename")
        .await
        .ok();
    id
}

/// Shows an idea to leads and its authors alone.
async fn hide(author: &Person, idea: &Idea) {
    let hide = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
    author.act("updateIdea", hide, "idea { id }").await.ok();
}

/// How many rows each table has, and when anything of an idea changed last.
async fn rows(app: &App) -> Vec<i64> {
    const TABLES: [&str; 38] = [
        "rubric",
        "rubric_version",
        "rubric_change",
        "idea",
        "idea_revision",
        "idea_number",
        "idea_tag",
        "idea_term",
        "co_author",
        "support",
        "follower",
        "comment",
        "question",
        "decision",
        "appeal",
        "decision_review",
        "assessment",
        "assignment",
        "conflict",
        "rating",
        "idea_score",
        "score_change",
        "notification",
        "merge",
        "absorption",
        "prototype",
        "learning",
        "entry",
        "judgement",
        "comparison",
        "award",
        "hackathon",
        "candidate",
        "fit_rating",
        "registration",
        "team",
        "team_member",
        "event",
    ];
    let counts = TABLES.map(|table| format!("(select count(*) from {table})"));
    let sums = "(select cast(coalesce(sum(updated_at + revision + support_count), 0) as bigint)
        from idea)";
    let sql = app.db().reader();
    let query = format!("select {}, {sums}", counts.join(", "));
    let row = sql.query_one_raw(Statement::from_string(sql.get_database_backend(), query));
    let row = row.await.unwrap().unwrap();
    (0..=TABLES.len())
        .map(|index| row.try_get_by_index(index).unwrap())
        .collect()
}

#[rstest]
#[tokio::test]
async fn every_mutation_is_done_by_those_who_may_and_by_nobody_else(
    #[values(Sqlite, Postgres)] store: Store,
    #[values(Whose::Own, Whose::Foreign, Whose::Confidential)] whose: Whose,
) {
    let Some(cast) = Cast::assembled(store).await else {
        return;
    };
    let mut walked = 0;
    for row in ROWS {
        if row.to.is_apart() && whose != Whose::Own {
            continue;
        }
        if row.to.is_staged() && whose == Whose::Confidential {
            continue;
        }
        // What was refused is still there for the next one.
        let mut target = None;
        for (me, role) in ROLES.iter().enumerate() {
            let (id, _) = match target.take().filter(|_| whose != Whose::Own) {
                Some(kept) => kept,
                None => cast.target(row.to, whose, me).await,
            };
            let input = cast.input(row, &id);
            let before = rows(&cast.panel.app).await;
            let what = format!("{} by {role}, {whose:?}", row.mutation);

            let answer = cast.people[me]
                .act(row.mutation, input.clone(), "__typename")
                .await;

            walked += 1;
            match verdict(row, role, whose) {
                None => {
                    assert!(answer.errors().is_empty(), "{what}: {answer:?}");
                    // Taking back support that was never given is done, and changes nothing;
                    // nor does it to follow an own idea, which is followed already, or to
                    // read none of what one is told.
                    let is_so_already = match row.mutation {
                        "withdrawSupport"
                        | "readNotifications"
                        | "withdrawConflict"
                        | "reaffirmAssessment"
                        | "unregisterFromHackathon" => true,
                        "followIdea" => whose == Whose::Own,
                        "unfollowIdea" => whose != Whose::Own,
                        _ => false,
                    };
                    if !is_so_already {
                        assert_ne!(rows(&cast.panel.app).await, before, "{what}");
                    }
                }
                Some((code, reason)) => {
                    assert_eq!(answer.errors().len(), 1, "{what}: {answer:?}");
                    let told = &answer.errors()[0]["extensions"];
                    assert_eq!(
                        (&told["code"], &told["reason"]),
                        (&json!(code), &json!(reason)),
                        "{what}"
                    );
                    assert_eq!(answer.data(), &json!({row.mutation: null}), "{what}");
                    assert_eq!(rows(&cast.panel.app).await, before, "{what}");
                    target = Some((id, None));
                }
            }
        }
    }
    assert!(walked >= 50, "{walked}");
}

#[rstest]
#[tokio::test]
async fn nobody_changes_anything(#[values(Sqlite, Postgres)] store: Store) {
    let Some(cast) = Cast::assembled(store).await else {
        return;
    };
    let mut walked = std::collections::BTreeSet::new();
    for row in ROWS {
        let (id, _) = cast.target(row.to, Whose::Foreign, 0).await;
        let input = cast.input(row, &id);
        let before = rows(&cast.panel.app).await;
        let mut letters = row.mutation.chars();
        let first = letters.next().unwrap().to_ascii_uppercase();
        let query = format!(
            "mutation($input: {first}{}Input!) {{ {}(input: $input) {{ __typename }} }}",
            letters.as_str(),
            row.mutation
        );

        let answer = cast.panel.app.post(&query, json!({"input": input})).await;

        answer.refused_because("UNAUTHENTICATED", "SIGN_IN_NEEDED");
        assert_eq!(rows(&cast.panel.app).await, before, "{}", row.mutation);
        walked.insert(row.mutation.to_owned());
    }
    assert_eq!(walked, names("Mutation"));
}
