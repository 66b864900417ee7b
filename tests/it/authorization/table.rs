//! The table of who may do what: one row per mutation, and what the policy should say of it.

/// Every role there is; everybody signed in is a member.
pub(super) const ROLES: [&str; 5] = ["MEMBER", "ASSESSOR", "LEAD", "ORGANIZER", "ADMIN"];

/// What a mutation is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// Nothing that is there.
    Nothing,
    /// A draft of a rubric, which leads see.
    RubricDraft,
    /// A published rubric.
    Rubric,
    Draft,
    Submitted,
    /// Handed in without a name.
    Anonymous,
    Asked,
    InAssessment,
    /// Assessed and handed to a roadmap.
    Adopted,
    /// The decision that declined an idea.
    Declined,
    /// An appeal of such a decision.
    Appealed,
    /// Merged into another idea, which is somebody else's.
    Merged,
    /// An assessment of an idea in the backlog; an own one when the idea is said to be own.
    Assessment,
    /// An assignment of an idea in assessment.
    Assignment,
    /// An idea in the backlog.
    Ranked,
    /// A prototype in the queue, which the author of its idea owns.
    Queued,
    /// The same with its experiment planned.
    Planned,
    /// The same while it is tried.
    Running,
    /// What such a prototype taught.
    Learning,
    /// A team of a hackathon that runs; an own one when its idea is said to be own.
    Crew,
    /// An entry of a hackathon that everybody who tries it judges.
    Entry,
    /// Two such entries, the first of them of the idea.
    Pair,
    /// A hackathon that was judged, with such an entry.
    Judged,
    /// A comment on an idea that was handed in; an own one when the idea is said to be own.
    Comment,
    /// A hackathon in NOMINATION.
    Hackathon,
    /// A candidate of such a hackathon whose idea was handed in.
    Candidate,
    /// A team of somebody else in such a hackathon.
    FormedTeam,
    /// One in which the caller is too.
    JoinedTeam,
}

impl To {
    /// Whether it is no idea, nor a part of one.
    pub(super) fn is_apart(self) -> bool {
        matches!(
            self,
            Self::Nothing
                | Self::RubricDraft
                | Self::Rubric
                | Self::Hackathon
                | Self::FormedTeam
                | Self::JoinedTeam
        )
    }

    /// Whether it is of a hackathon, which takes in what everybody sees.
    pub(super) fn is_staged(self) -> bool {
        matches!(self, Self::Crew | Self::Entry | Self::Pair | Self::Judged)
    }
}

/// Who may, and why the others may not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    Everyone,
    Roles(&'static [&'static str]),
    Owner,
    /// Its owner, as long as they have this role.
    OwnerWith(&'static str),
    /// The owner of a prototype, who is the author, and those who lead.
    OwnerOrLeads,
    /// These roles, never on an own idea.
    RolesOnOthers(&'static [&'static str]),
    /// Those in the team.
    Teammates,
    /// Judges, never of an own idea: that they do not even see, organizers aside.
    Judges,
    /// Its authors, and these roles.
    OwnerOrRoles(&'static [&'static str]),
    /// Those in the team, of which the caller is none, and these roles.
    TeamOrRoles(&'static [&'static str]),
}

/// One mutation, what it is tried on, and who may do it.
pub(super) struct Row {
    pub(super) mutation: &'static str,
    pub(super) to: To,
    rule: Rule,
    /// Fields beside the id, in JSON.
    pub(super) input: &'static str,
}

const fn row(mutation: &'static str, to: To, rule: Rule, input: &'static str) -> Row {
    Row {
        mutation,
        to,
        rule,
        input,
    }
}

const LEADS: &[&str] = &["LEAD", "ADMIN"];
const ORGANIZERS: &[&str] = &["ORGANIZER", "ADMIN"];

/// A rubric to draft.
const DRAFT: &str = r#"{"key": "tried", "name": "Tried", "criteria": [{"key": "worth", "name": "Worth",
    "question": "Is it worth it?", "weight": 1, "minimum": 0, "maximum": 1,
    "levels": [{"value": 0, "anchor": "No"}, {"value": 1, "anchor": "Yes"}]}]}"#;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("submitIdea", To::Nothing, Rule::Everyone, r#"{"title": "New", "problem": "It hurts."}"#),
    row("submitIdea", To::Nothing, Rule::Roles(&["LEAD", "ORGANIZER", "ADMIN"]),
        r#"{"title": "New", "problem": "It hurts.", "onBehalfOfId": "ann"}"#),
    row("submitDraft", To::Draft, Rule::Owner, "{}"),
    row("discardDraft", To::Draft, Rule::Owner, "{}"),
    row("updateIdea", To::Submitted, Rule::Owner, r#"{"title": "Better"}"#),
    row("withdrawIdea", To::Submitted, Rule::Owner, "{}"),
    row("answerQuestion", To::Asked, Rule::Owner, r#"{"answer": "Yes."}"#),
    row("supportIdea", To::Submitted, Rule::Everyone, "{}"),
    row("withdrawSupport", To::Submitted, Rule::Everyone, "{}"),
    row("followIdea", To::Submitted, Rule::Everyone, "{}"),
    row("unfollowIdea", To::Submitted, Rule::Everyone, "{}"),
    row("addComment", To::Submitted, Rule::Everyone, r#"{"body": "Good."}"#),
    row("addComment", To::Submitted, Rule::RolesOnOthers(&["ASSESSOR", "LEAD", "ADMIN"]),
        r#"{"body": "Good.", "audience": "REVIEWERS"}"#),
    row("updateComment", To::Comment, Rule::Owner, r#"{"body": "Better."}"#),
    row("removeComment", To::Comment, Rule::Owner, "{}"),
    row("readNotifications", To::Nothing, Rule::Everyone, r#"{"ids": []}"#),
    row("revealAuthorship", To::Anonymous, Rule::Owner, "{}"),
    row("redact", To::Submitted, Rule::Roles(&["ADMIN"]), r#"{"reason": "Told in error."}"#),
    row("redact", To::Comment, Rule::Roles(&["ADMIN"]), r#"{"reason": "Told in error."}"#),
    row("redact", To::Assessment, Rule::Roles(&["ADMIN"]), r#"{"reason": "Told in error."}"#),
    row("screenIdea", To::Submitted, Rule::RolesOnOthers(LEADS), r#"{"outcome": "ACCEPT", "reason": "Clear."}"#),
    row("decideIdea", To::InAssessment, Rule::RolesOnOthers(LEADS), r#"{"outcome": "DECLINE", "reason": "Not ours."}"#),
    row("recordOutcome", To::Adopted, Rule::RolesOnOthers(LEADS), r#"{"kind": "SHIPPED", "measured": "It runs."}"#),
    row("appealDecision", To::Declined, Rule::Owner, r#"{"reason": "You misread it."}"#),
    row("resolveAppeal", To::Appealed, Rule::RolesOnOthers(LEADS), r#"{"outcome": "UPHELD", "answer": "We did."}"#),
    row("reviewDecision", To::Declined, Rule::RolesOnOthers(LEADS), r#"{"held": "NO", "note": "It came back."}"#),
    row("mergeIdeas", To::InAssessment, Rule::RolesOnOthers(LEADS), r#"{"intoId": "another", "reason": "The same."}"#),
    row("unmergeIdeas", To::Merged, Rule::RolesOnOthers(LEADS), r#"{"reason": "Not the same."}"#),
    row("setSteward", To::InAssessment, Rule::RolesOnOthers(LEADS), r#"{"memberId": "bea", "reason": "I am away."}"#),
    row("assignAssessors", To::InAssessment, Rule::RolesOnOthers(LEADS), r#"{"assessorIds": ["assessor"]}"#),
    row("unassignAssessor", To::Assignment, Rule::RolesOnOthers(LEADS), r#"{"reason": "Away."}"#),
    row("publishRanking", To::Nothing, Rule::Roles(LEADS), r#"{"reason": "For the board."}"#),
    row("balanceAssignments", To::Nothing, Rule::Roles(LEADS), r#"{"perIdea": 1}"#),
    row("declareConflict", To::Submitted, Rule::Everyone, r#"{"kind": "TEAMMATE"}"#),
    row("withdrawConflict", To::Submitted, Rule::Everyone, r#"{"reason": "Moved on."}"#),
    row("draftRubric", To::Nothing, Rule::Roles(LEADS), DRAFT),
    row("publishRubric", To::RubricDraft, Rule::Roles(LEADS), r#"{"reason": "It is better."}"#),
    row("retireRubric", To::Rubric, Rule::Roles(LEADS), r#"{"reason": "Nobody used it."}"#),
    row("submitAssessment", To::InAssessment, Rule::RolesOnOthers(&["ASSESSOR"]), r#"{"ratings": []}"#),
    row("reaffirmAssessment", To::Assessment, Rule::OwnerWith("ASSESSOR"), "{}"),
    row("withdrawAssessment", To::Assessment, Rule::Owner, r#"{"reason": "Misread."}"#),
    row("queuePrototype", To::Ranked, Rule::RolesOnOthers(LEADS), r#"{"ownerId": "bea", "reason": "Try it."}"#),
    row("movePrototype", To::Queued, Rule::RolesOnOthers(LEADS), r#"{"reason": "Sooner."}"#),
    row("planExperiment", To::Queued, Rule::OwnerOrLeads,
        r#"{"form": "WIREFRAME", "hypothesis": "It helps.", "assumption": "They look.", "timeBoxDays": 5,
            "measures": [{"key": "m", "name": "M", "target": "5", "disprovedBy": "0"}]}"#),
    row("startPrototype", To::Planned, Rule::OwnerOrLeads, "{}"),
    row("extendPrototype", To::Running, Rule::OwnerOrLeads, r#"{"days": 3, "reason": "Snow."}"#),
    row("abortPrototype", To::Running, Rule::OwnerOrLeads, r#"{"reason": "Snow."}"#),
    row("concludePrototype", To::Running, Rule::OwnerOrLeads,
        r#"{"results": [{"key": "m", "result": "Six.", "isMet": true}], "outcome": "VALIDATED",
            "decision": "PERSEVERE", "learning": {"found": "It helps."}}"#),
    row("handOverPrototype", To::Queued, Rule::OwnerOrLeads, r#"{"ownerId": "bea", "reason": "Away."}"#),
    row("submitEntry", To::Crew, Rule::Teammates, r#"{"title": "Printer", "summary": "It prints."}"#),
    row("judgeEntry", To::Entry, Rule::Judges, r#"{"ratings": []}"#),
    row("compareEntries", To::Pair, Rule::Judges, r#"{"outcome": "TIE"}"#),
    row("orderEntries", To::Pair, Rule::Judges, "{}"),
    row("publishResults", To::Judged, Rule::RolesOnOthers(ORGANIZERS), r#"{"reason": "Done."}"#),
    row("redact", To::Entry, Rule::Roles(&["ADMIN"]), r#"{"reason": "Told in error."}"#),
    row("createHackathon", To::Nothing, Rule::Roles(ORGANIZERS), r#"{"slug": "new"}"#),
    row("updateHackathon", To::Hackathon, Rule::Roles(ORGANIZERS), r#"{"theme": "Something else"}"#),
    row("advanceHackathon", To::Hackathon, Rule::Roles(ORGANIZERS), r#"{"to": "CANCELLED"}"#),
    row("nominateCandidate", To::Submitted, Rule::Everyone, r#"{"hackathonId": "jam", "reason": "It fits."}"#),
    row("shortlistCandidate", To::Candidate, Rule::RolesOnOthers(ORGANIZERS), r#"{"reason": "It fits."}"#),
    row("confirmCandidate", To::Candidate, Rule::RolesOnOthers(ORGANIZERS), r#"{"reason": "It fits."}"#),
    row("dropCandidate", To::Candidate, Rule::OwnerOrRoles(ORGANIZERS), r#"{"reason": "It does not."}"#),
    row("rateFit", To::Candidate, Rule::RolesOnOthers(&["ASSESSOR", "LEAD", "ORGANIZER", "ADMIN"]),
        r#"{"theme": 1, "buildable": 2, "demoable": 3, "staffable": 4}"#),
    row("registerForHackathon", To::Hackathon, Rule::Everyone, r#"{"skills": ["Ink"]}"#),
    row("unregisterFromHackathon", To::Hackathon, Rule::Everyone, "{}"),
    row("createTeam", To::Hackathon, Rule::Everyone, r#"{"name": "Ours"}"#),
    row("joinTeam", To::FormedTeam, Rule::Everyone, "{}"),
    row("leaveTeam", To::JoinedTeam, Rule::Everyone, "{}"),
    row("leaveTeam", To::FormedTeam, Rule::TeamOrRoles(&[]), "{}"),
    row("updateTeam", To::JoinedTeam, Rule::Everyone, r#"{"name": "Better"}"#),
    row("updateTeam", To::FormedTeam, Rule::TeamOrRoles(ORGANIZERS), r#"{"name": "Better"}"#),
    row("redact", To::Learning, Rule::Roles(&["ADMIN"]), r#"{"reason": "Told in error."}"#),
    row("setMemberRoles", To::Nothing, Rule::Roles(&["ADMIN"]), r#"{"memberId": "dot", "roles": ["LEAD"], "reason": "Chosen."}"#),
    row("deactivateMember", To::Nothing, Rule::Roles(&["ADMIN"]), r#"{"memberId": "dot", "reason": "Moved on."}"#),
    // Last: what is accepted after is assessed under it.
    row("setDefaultRubric", To::Rubric, Rule::Roles(LEADS), r#"{"reason": "It is better."}"#),
];

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Own,
    Foreign,
    Confidential,
}

/// What should come of it: nothing, when it is done.
pub(super) fn verdict(row: &Row, role: &str, whose: Whose) -> Option<(&'static str, &'static str)> {
    let leads = LEADS.contains(&role);
    let is_seen = match whose {
        Whose::Own => true,
        Whose::Foreign => row.to != To::Draft,
        Whose::Confidential => leads && row.to != To::Draft,
    };
    let organizes = ORGANIZERS.contains(&role);
    // Of an own idea they see an entry with those who organize alone.
    let is_seen = match row.to {
        To::Entry | To::Pair => whose != Whose::Own || organizes,
        _ => is_seen || row.to.is_staged(),
    };
    if !row.to.is_apart() && !is_seen {
        return Some(("NOT_FOUND", "NOT_FOUND"));
    }
    let no = |reason| Some(("FORBIDDEN", reason));
    let takes_part = matches!(row.mutation, "nominateCandidate" | "confirmCandidate");
    let may = match row.rule {
        Rule::RolesOnOthers(roles) => roles.contains(&role),
        _ => true,
    };
    if takes_part && may && whose == Whose::Confidential {
        return Some(("BAD_USER_INPUT", "CONFIDENTIAL_IDEA"));
    }
    match row.rule {
        Rule::Everyone => None,
        Rule::Teammates if whose != Whose::Own => no("NOT_IN_TEAM"),
        Rule::Judges if whose == Whose::Own => no("OWN_IDEA"),
        Rule::Teammates | Rule::Judges => None,
        Rule::OwnerOrLeads if whose == Whose::Own || leads => None,
        Rule::OwnerOrLeads => no("NOT_OWNER"),
        Rule::OwnerOrRoles(roles) if whose == Whose::Own || roles.contains(&role) => None,
        Rule::OwnerOrRoles(_) => no("ROLE_NEEDED"),
        Rule::TeamOrRoles(roles) if roles.contains(&role) => None,
        Rule::TeamOrRoles(_) => no("NOT_IN_TEAM"),
        Rule::Owner if whose == Whose::Own => None,
        Rule::Owner => no("NOT_AUTHOR"),
        Rule::OwnerWith(_) if whose != Whose::Own => no("NOT_AUTHOR"),
        Rule::OwnerWith(needed) if role != needed => no("ROLE_NEEDED"),
        Rule::OwnerWith(_) => None,
        Rule::Roles(roles) | Rule::RolesOnOthers(roles) if !roles.contains(&role) => {
            no("ROLE_NEEDED")
        }
        Rule::RolesOnOthers(_) if whose == Whose::Own => no("OWN_IDEA"),
        Rule::Roles(_) | Rule::RolesOnOthers(_) => None,
    }
}
