//! An idea as one person should see it, and as they do: both as JSON in one form.

use serde_json::{Value, json};

use super::model::{Comment, Idea, Model, Who};

/// What is asked of an idea.
pub(super) const SEEN: &str = "state stateSince revision title visibility authorship
    author { name } coAuthors { name } steward { name }
    supportCount viewerSupports viewerFollows viewerRelation viewerCan
    assessmentProgress { submitted quorum } scorecard { total assessmentCount staleCount }
    viewerAssessment { id } waitingFor { party dueAt isOverdue }
    nextSteps { mutation outcome isOpen } decisions { kind decidedBy { name } review { held }
        appeals { state openedBy { name } } }
    prototype { id state owner { name } position outcome decision isSelfReported
        learning { outcome } }
    outcome { kind } openQuestion { text } revisions { totalCount }
    comments(first: 100) { totalCount nodes { id author { name } body isRemoved } }";

/// Mutations of steps that the model knows; others may be open as well.
const KNOWN: [&str; 11] = [
    "submitDraft",
    "screenIdea",
    "answerQuestion",
    "decideIdea",
    "recordOutcome",
    "resolveAppeal",
    "withdrawIdea",
    "queuePrototype",
    "startPrototype",
    "abortPrototype",
    "concludePrototype",
];

/// What a person can do that the model knows.
const ACTIONS: [&str; 13] = [
    "EDIT",
    "WITHDRAW",
    "COMMENT",
    "COMMENT_TO_REVIEWERS",
    "SUPPORT",
    "FOLLOW",
    "ASSESS",
    "SCREEN",
    "DECIDE",
    "QUEUE_PROTOTYPE",
    "RECORD_OUTCOME",
    "APPEAL",
    "REVEAL_AUTHORSHIP",
];

/// How a person stands to an idea as far as the model knows.
const RELATIONS: [&str; 6] = [
    "AUTHOR",
    "CO_AUTHOR",
    "STEWARD",
    "ASSESSED",
    "FOLLOWS",
    "SUPPORTS",
];

/// What was answered, without what the model does not know and in one order.
pub(super) fn as_shown(mut node: Value) -> Value {
    if node.is_null() {
        return node;
    }
    let open: Vec<String> = node["nextSteps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["isOpen"] == true)
        .filter_map(|step| {
            let mutation = step["mutation"].as_str()?;
            let outcome = step["outcome"].as_str();
            KNOWN.contains(&mutation).then(|| call(mutation, outcome))
        })
        .collect();
    node["nextSteps"] = sorted(open);
    for (field, known) in [("viewerCan", &ACTIONS[..]), ("viewerRelation", &RELATIONS)] {
        let words = node[field].as_array().unwrap().iter();
        let words = words.map(|word| word.as_str().unwrap());
        let words = words.filter(|word| known.contains(word));
        node[field] = sorted(words.map(str::to_owned).collect());
    }
    let names = node["coAuthors"].as_array().unwrap().iter();
    node["coAuthors"] = sorted(
        names
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect(),
    );
    node
}

fn call(mutation: &str, outcome: Option<&str>) -> String {
    match outcome {
        Some(outcome) => format!("{mutation}({outcome})"),
        None => mutation.to_owned(),
    }
}

fn sorted(mut words: Vec<String>) -> Value {
    words.sort();
    json!(words)
}

/// Those of the words that hold.
fn chosen(words: &[&str], holds: &[bool]) -> Value {
    let chosen = words.iter().zip(holds).filter(|(_, holds)| **holds);
    sorted(chosen.map(|(word, _)| (*word).to_owned()).collect())
}

impl Model {
    fn name(&self, who: Who) -> Value {
        json!({"name": self.cast[who].name})
    }

    /// What this person should see of an idea at this instant.
    pub(super) fn seen(&self, who: Who, at: usize, now: i64) -> Value {
        if !self.sees(who, at) {
            return Value::Null;
        }
        let idea = &self.ideas[at];
        let knows = self.knows_authors(who, idea);
        let is_own = idea.is_of(who);
        let counted = idea.counted().len();
        let comments: Vec<Value> = idea
            .comments
            .iter()
            .filter(|comment| self.hears(who, idea, comment))
            .map(|comment| {
                json!({
                    "id": comment.id, "author": self.speaker(who, idea, comment),
                    "body": comment.body, "isRemoved": comment.is_removed,
                })
            })
            .collect();
        let decisions: Vec<Value> = idea
            .decisions
            .iter()
            .map(|one| {
                // Who tried it may be who wrote it: whether they are is not told.
                let is_telling = one.kind == "EXPERIMENT_CONCLUDED" && one.by != who;
                let is_hidden = (idea.is_of(one.by) || is_telling) && !knows;
                let appeals: Vec<Value> = one
                    .appeal
                    .iter()
                    .map(|appeal| {
                        let is_known = knows || appeal.by == who;
                        let opened_by = is_known.then(|| self.name(appeal.by));
                        json!({"state": appeal.state, "openedBy": opened_by})
                    })
                    .collect();
                json!({
                    "kind": one.kind,
                    "decidedBy": (!is_hidden).then(|| self.name(one.by)),
                    "review": one.review.map(|held| json!({"held": held})),
                    "appeals": appeals,
                })
            })
            .collect();
        let co_authors = idea.co_authors.iter().filter(|_| knows);
        let own = idea.assessments.get(&who).filter(|own| !own.is_withdrawn);
        let (party, due) = (self.party(idea), idea.appeal_due().or(idea.due));
        let revisions = match is_own {
            true => idea.revision,
            false => idea.revision - idea.shown_from + 1,
        };
        json!({
            "state": idea.state,
            "stateSince": crate::ideas::instant(idea.since),
            "revision": idea.revision,
            "title": idea.title,
            "visibility": if idea.is_confidential { "CONFIDENTIAL" } else { "ORGANIZATION" },
            "authorship": if idea.is_anonymous { "ANONYMOUS" } else { "NAMED" },
            "author": knows.then(|| self.name(idea.author)),
            "coAuthors": sorted(co_authors.map(|who| self.cast[*who].name.to_owned()).collect()),
            "steward": idea.steward.map(|who| self.name(who)),
            "supportCount": idea.supporters.len(),
            "viewerSupports": idea.supporters.contains(&who),
            "viewerFollows": idea.followers.contains(&who),
            "viewerRelation": self.relations(who, idea),
            "viewerCan": self.actions(who, idea),
            "assessmentProgress": {"submitted": counted, "quorum": 3},
            "scorecard": idea.is_published.then(|| json!({
                "total": idea.key() as f64 / 100.0,
                "assessmentCount": counted,
                "staleCount": idea.stale(),
            })),
            "viewerAssessment": own.map(|own| json!({"id": own.id})),
            "waitingFor": {
                "party": party,
                "dueAt": due.map(crate::ideas::instant),
                // Nobody is late for a day that was named.
                "isOverdue": party != "CALENDAR" && due.is_some_and(|due| due < now),
            },
            "prototype": self.trial_seen(who, idea),
            "nextSteps": self.open_steps(who, at),
            "decisions": decisions,
            "outcome": idea.outcome.map(|kind| json!({"kind": kind})),
            "openQuestion": (idea.state == "NEEDS_INFO").then(|| json!({"text": "Because."})),
            "revisions": {"totalCount": revisions},
            "comments": {"totalCount": comments.len(), "nodes": comments},
        })
    }

    /// Who said something, unless that tells who wrote the idea.
    fn speaker(&self, who: Who, idea: &Idea, comment: &Comment) -> Value {
        let is_telling = idea.is_of(comment.by) || comment.is_by_author;
        if comment.by != who && is_telling && !self.knows_authors(who, idea) {
            return Value::Null;
        }
        self.name(comment.by)
    }

    /// Who owes the next step.
    fn party(&self, idea: &Idea) -> &'static str {
        match idea.state {
            _ if idea.appeal_due().is_some() => "LEAD",
            "DRAFT" | "NEEDS_INFO" => "AUTHOR",
            "SUBMITTED" => "LEAD",
            "IN_ASSESSMENT" => "ASSESSORS",
            "BACKLOG" | "VALIDATED" | "ADOPTED" if idea.steward.is_none() => "LEAD",
            "BACKLOG" | "VALIDATED" | "ADOPTED" => "STEWARD",
            "PROTOTYPE_QUEUED" | "PROTOTYPING" => "PROTOTYPE_OWNER",
            "ON_HOLD" => "CALENDAR",
            _ => "NOBODY",
        }
    }

    fn relations(&self, who: Who, idea: &Idea) -> Value {
        let own = idea.assessments.get(&who);
        let holds = [
            idea.author == who,
            idea.co_authors.contains(&who),
            idea.steward == Some(who),
            own.is_some_and(|own| !own.is_withdrawn),
            idea.followers.contains(&who),
            idea.supporters.contains(&who),
        ];
        chosen(&RELATIONS, &holds)
    }

    fn actions(&self, who: Who, idea: &Idea) -> Value {
        let somebody = self.cast[who];
        let is_own = idea.is_of(who);
        let leads = somebody.leads() && !is_own;
        let is_in = |states: &[&str]| states.contains(&idea.state);
        let standing = idea.decisions.iter().find(|one| idea.rests_by(one));
        let can = [
            is_own && idea.is_editable(),
            idea.author == who
                && is_in(&[
                    "SUBMITTED",
                    "NEEDS_INFO",
                    "IN_ASSESSMENT",
                    "BACKLOG",
                    "ON_HOLD",
                ]),
            idea.goes_on(),
            idea.goes_on() && (somebody.leads() || somebody.assesses()) && !is_own,
            idea.is_supportable(),
            idea.goes_on(),
            somebody.assesses() && !is_own && idea.is_assessable(),
            leads && is_in(&["SUBMITTED"]),
            leads
                && !is_in(&[
                    "DRAFT",
                    "PROTOTYPE_QUEUED",
                    "PROTOTYPING",
                    "ADOPTED",
                    "DELIVERED",
                    "WITHDRAWN",
                ]),
            leads && is_in(&["BACKLOG", "VALIDATED"]),
            leads && is_in(&["ADOPTED"]),
            is_own && standing.is_some_and(|one| one.appeal.is_none()),
            idea.is_anonymous && idea.author == who,
        ];
        chosen(&ACTIONS, &can)
    }

    /// The steps that this person can take now.
    fn open_steps(&self, who: Who, at: usize) -> Value {
        let idea = &self.ideas[at];
        let (is_author, is_own) = (idea.author == who, idea.is_of(who));
        let leads = self.cast[who].leads() && !is_own;
        let mut open: Vec<String> = Vec::new();
        let mut add = |is_open: bool, mutation: &str, outcomes: &[&str]| {
            if is_open && outcomes.is_empty() {
                open.push(mutation.to_owned());
            } else if is_open {
                open.extend(outcomes.iter().map(|outcome| call(mutation, Some(outcome))));
            }
        };
        let decisions: &[&str] = match idea.state {
            "SUBMITTED" => &["HOLD"],
            "NEEDS_INFO" => &["DECLINE"],
            "IN_ASSESSMENT" if idea.counted().is_empty() => &["HOLD", "DECLINE"],
            "IN_ASSESSMENT" => &["HOLD", "DECLINE", "WAIVE_QUORUM"],
            "BACKLOG" | "VALIDATED" => &["HOLD", "DECLINE", "ADOPT"],
            "ON_HOLD" => &["DECLINE", "REOPEN"],
            "DECLINED" | "INVALIDATED" | "ABANDONED" => &["REOPEN"],
            _ => &[],
        };
        add(leads && !decisions.is_empty(), "decideIdea", decisions);
        match idea.state {
            "DRAFT" => add(is_author, "submitDraft", &[]),
            "SUBMITTED" => add(leads, "screenIdea", &["ACCEPT", "NEEDS_INFO", "DECLINE"]),
            "NEEDS_INFO" => add(is_own, "answerQuestion", &[]),
            "ADOPTED" => add(leads, "recordOutcome", &["SHIPPED", "PARTLY", "DROPPED"]),
            _ => {}
        }
        let standing = idea.decisions.iter().find(|one| idea.rests_by(one));
        let answers = standing.is_some_and(|one| {
            let appeal = one.appeal.as_ref().filter(|it| it.state == "OPEN");
            appeal.is_some_and(|appeal| appeal.by != who && one.by != who)
        });
        add(leads && answers, "resolveAppeal", &["UPHELD"]);
        let can_go = [
            "SUBMITTED",
            "NEEDS_INFO",
            "IN_ASSESSMENT",
            "BACKLOG",
            "ON_HOLD",
        ];
        add(
            is_author && can_go.contains(&idea.state),
            "withdrawIdea",
            &[],
        );
        let steps = self.trial_steps(who, at).into_iter();
        open.extend(steps.map(str::to_owned));
        sorted(open)
    }
}
