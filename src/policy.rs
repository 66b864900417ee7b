//! Who may do what: the whole table. Pure, and short enough to read aloud. A `Permit` can be
//! had here only, and every function of a store that writes asks for one, so that leave
//! cannot be forgotten. What a person may *see* is the beginning of every read
//! (`ideas/store.rs`), not a rule here.

use crate::identity::domain::{MemberId, Role, Roles};
use crate::platform::error::{Error, Result};
use std::marker::PhantomData;

/// Who acts: a member with the roles in force, or nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    member: Option<MemberId>,
    roles: Roles,
}

impl Actor {
    /// Somebody who is not signed in.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A member with the roles in force.
    pub fn member(id: MemberId, roles: Roles) -> Self {
        Self {
            member: Some(id),
            roles,
        }
    }

    /// The member, when somebody is signed in.
    pub fn id(&self) -> Option<MemberId> {
        self.member
    }

    /// The member, or `UNAUTHENTICATED`.
    pub fn signed_in(&self) -> Result<MemberId> {
        self.member.ok_or(Error::Unauthenticated)
    }

    /// Whether the role is in force.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Leads, and admins, who may what leads may.
    pub fn leads(&self) -> bool {
        self.has(Role::Lead) || self.has(Role::Admin)
    }

    /// Organizers, and admins, who may what organizers may.
    pub fn organizes(&self) -> bool {
        self.has(Role::Organizer) || self.has(Role::Admin)
    }

    /// Leave to do `A` on this, or why not.
    pub fn may<A: Action>(&self, on: &A::On) -> Result<Permit<A>> {
        let by = self.signed_in()?;
        match (A::RULE.says)(self, on) {
            Ok(()) => Ok(Permit {
                by,
                action: PhantomData,
            }),
            Err(no) => Err(no.into()),
        }
    }
}

/// Leave to do one kind of thing, given to one person. Nothing outside this file makes one.
#[derive(Debug)]
pub struct Permit<A> {
    by: MemberId,
    action: PhantomData<fn() -> A>,
}

impl<A> Permit<A> {
    /// To whom it was given.
    pub fn by(&self) -> MemberId {
        self.by
    }
}

/// How a person stands to an idea.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub is_author: bool,
    pub is_co_author: bool,
    /// Wrote an idea that was merged into it, directly or through others.
    pub wrote_absorbed: bool,
    /// Declared a conflict of interest.
    pub is_conflicted: bool,
}

impl Standing {
    /// Author or co-author.
    pub fn is_own(&self) -> bool {
        self.is_author || self.is_co_author
    }

    /// Whether to judge it would be to judge an own idea: it is one, or one goes on in it.
    pub fn is_involved(&self) -> bool {
        self.is_own() || self.wrote_absorbed
    }
}

/// How a person stands to a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// To the idea it was about.
    pub standing: Standing,
    /// Whether they made it.
    pub is_decider: bool,
}

/// How a person stands to a prototype.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// To its idea.
    pub standing: Standing,
    /// Whether they own it.
    pub is_owner: bool,
}

/// How a person stands to a candidate of a hackathon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fitting {
    /// To its idea.
    pub standing: Standing,
    /// Whether they judge that hackathon.
    pub is_judge: bool,
}

/// How a person stands to a team of a hackathon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Teaming {
    /// Whether they are in it.
    pub is_member: bool,
}

/// How a person stands to an entry of a hackathon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// To its idea.
    pub standing: Standing,
    /// Whether they judge that hackathon.
    pub is_judge: bool,
    /// Whether they are in its team.
    pub is_teammate: bool,
    /// Whether they nominated its idea.
    pub is_nominator: bool,
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// The role that is missing.
    RoleNeeded(Role),
    OwnIdea,
    /// They declared a conflict of interest.
    Conflicted,
    NotAuthor,
    /// Somebody else said it.
    NotTheirs,
    /// It was their own decision.
    SameDecider,
    /// Somebody else tries it.
    NotOwner,
    /// They were not appointed to judge.
    NotJudge,
    /// They are not in the team.
    NotInTeam,
    /// It is their own team's, or they nominated it.
    Involved,
}

impl No {
    /// The stable reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::RoleNeeded(_) => "ROLE_NEEDED",
            Self::OwnIdea => "OWN_IDEA",
            Self::Conflicted => "CONFLICT_OF_INTEREST",
            Self::NotAuthor | Self::NotTheirs => "NOT_AUTHOR",
            Self::SameDecider => "SAME_DECIDER",
            Self::NotOwner => "NOT_OWNER",
            Self::NotJudge => "NOT_JUDGE",
            Self::NotInTeam => "NOT_IN_TEAM",
            Self::Involved => "CONFLICT_OF_INTEREST",
        }
    }

    /// The same for a person.
    pub fn sentence(self) -> String {
        match self {
            Self::RoleNeeded(role) => format!("This needs the role {role}."),
            Self::OwnIdea => "Nobody judges their own idea.".to_owned(),
            Self::Conflicted => "You declared a conflict of interest on this idea.".to_owned(),
            Self::NotAuthor => "Only those who wrote the idea may do this.".to_owned(),
            Self::NotTheirs => "Only whoever said it may do this.".to_owned(),
            Self::SameDecider => {
                "An appeal is answered by somebody other than who decided.".to_owned()
            }
            Self::NotOwner => "Only the owner of the prototype or a lead may do this.".to_owned(),
            Self::NotJudge => {
                "Only those who are appointed to judge this hackathon may.".to_owned()
            }
            Self::NotInTeam => "Only those in the team may do this.".to_owned(),
            Self::Involved => {
                "Nobody judges the entry of their own team, or of an idea they nominated."
                    .to_owned()
            }
        }
    }
}

impl From<No> for Error {
    fn from(no: No) -> Self {
        Self::Forbidden {
            reason: no.reason(),
            message: no.sentence(),
        }
    }
}

/// Something a person does, what it is judged on, and the rule.
pub trait Action {
    type On;
    const RULE: Rule<Self::On>;
}

/// A rule, and its words.
pub struct Rule<On> {
    pub words: &'static str,
    says: fn(&Actor, &On) -> Result<(), No>,
}

/// A line of the table, for those who check that no mutation lacks one.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub mutation: &'static str,
    pub words: &'static str,
}

/// Seeing whom is asked to assess what: no mutation, so it stands in no line of the table.
#[derive(Debug)]
pub struct SeeAssignments;

impl Action for SeeAssignments {
    type On = ();
    const RULE: Rule<()> = Rule {
        words: "leads and admins",
        says: leads,
    };
}

/// Seeing what publishing a draft would do: no mutation either.
#[derive(Debug)]
pub struct PreviewRubric;

impl Action for PreviewRubric {
    type On = ();
    const RULE: Rule<()> = Rule {
        words: "leads and admins",
        says: leads,
    };
}

macro_rules! table {
    ($($mutation:literal $action:ident on $on:ty, $words:literal = $says:expr;)+) => {
        $(
            #[doc = concat!("`", $mutation, "`: ", $words, ".")]
            #[derive(Debug)]
            pub struct $action;

            impl Action for $action {
                type On = $on;
                const RULE: Rule<$on> = Rule { words: $words, says: $says };
            }
        )+

        /// Every mutation with its rule in words; one that has several rules stands several times.
        pub const TABLE: &[Line] = &[$(Line { mutation: $mutation, words: $words }),+];
    };
}

table! {
    "submitIdea" SubmitIdea on (), "everyone signed in" = everyone;
    "submitIdea" SubmitForAnother on (), "leads, organizers and admins, for somebody else" = leads_and_organizers;
    "submitDraft" SubmitDraft on Standing, "its author" = author;
    "discardDraft" DiscardDraft on Standing, "its author" = author;
    "updateIdea" EditIdea on Standing, "author and co-authors" = authors;
    "withdrawIdea" WithdrawIdea on Standing, "its author" = author;
    "answerQuestion" AnswerQuestion on Standing, "author and co-authors" = authors;
    "supportIdea" SupportIdea on (), "everyone who sees it" = everyone;
    "withdrawSupport" WithdrawSupport on (), "everyone who sees it" = everyone;
    "followIdea" FollowIdea on (), "everyone who sees it" = everyone;
    "unfollowIdea" UnfollowIdea on (), "everyone who sees it" = everyone;
    "addComment" AddComment on (), "everyone who sees it" = everyone;
    "addComment" CommentToReviewers on Standing, "assessors, leads and admins to each other, never on their own idea" = reviewers_of_others_ideas;
    "updateComment" EditComment on bool, "who made it" = own_comment;
    "removeComment" RemoveComment on bool, "who made it" = own_comment;
    "readNotifications" ReadNotifications on (), "everyone signed in, their own" = everyone;
    "revealAuthorship" RevealAuthorship on Standing, "its author" = author;
    "redact" Redact on (), "admins" = admins;
    "setMemberRoles" SetMemberRoles on (), "admins" = admins;
    "deactivateMember" DeactivateMember on (), "admins" = admins;
    "screenIdea" ScreenIdea on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "decideIdea" DecideIdea on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "recordOutcome" RecordOutcome on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "appealDecision" AppealDecision on Standing, "author and co-authors" = authors;
    "resolveAppeal" ResolveAppeal on Judged, "leads and admins, never their own idea or their own decision" = leads_but_the_decider;
    "reviewDecision" ReviewDecision on Judged, "leads, admins and who decided, never their own idea" = leads_and_the_decider;
    "mergeIdeas" MergeIdeas on Standing, "leads and admins, never with their own idea on either side" = leads_on_others_ideas;
    "unmergeIdeas" UnmergeIdeas on Standing, "leads and admins, never with their own idea on either side" = leads_on_others_ideas;
    "setSteward" SetSteward on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "assignAssessors" AssignAssessors on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "unassignAssessor" UnassignAssessor on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "publishRanking" PublishRanking on (), "leads and admins" = leads;
    "balanceAssignments" BalanceAssignments on (), "leads and admins" = leads;
    "declareConflict" DeclareConflict on (), "everyone who sees it, about themselves" = everyone;
    "withdrawConflict" WithdrawConflict on (), "everyone who sees it, about themselves" = everyone;
    "draftRubric" DraftRubric on (), "leads and admins" = leads;
    "publishRubric" PublishRubric on (), "leads and admins" = leads;
    "retireRubric" RetireRubric on (), "leads and admins" = leads;
    "setDefaultRubric" SetDefaultRubric on (), "leads and admins" = leads;
    "submitAssessment" AssessIdea on Standing, "assessors, never their own idea" = assessors_on_others_ideas;
    "reaffirmAssessment" ReaffirmAssessment on bool, "assessors, who made it" = assessors_own;
    "withdrawAssessment" WithdrawAssessment on bool, "who made it" = own_assessment;
    "queuePrototype" QueuePrototype on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "movePrototype" MovePrototype on Standing, "leads and admins, never their own idea" = leads_on_others_ideas;
    "planExperiment" PlanExperiment on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "startPrototype" StartPrototype on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "extendPrototype" ExtendPrototype on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "abortPrototype" AbortPrototype on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "concludePrototype" ConcludePrototype on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "handOverPrototype" HandOverPrototype on Running, "its owner; leads and admins, never their own idea" = owner_or_leads;
    "createHackathon" CreateHackathon on (), "organizers and admins" = organizers;
    "updateHackathon" UpdateHackathon on (), "organizers and admins" = organizers;
    "advanceHackathon" AdvanceHackathon on (), "organizers and admins" = organizers;
    "publishResults" PublishResults on (), "organizers and admins" = organizers;
    "publishResults" ValidateInHackathon on Standing, "organizers and admins validate, never their own idea" = organizers_on_others_ideas;
    "nominateCandidate" NominateCandidate on (), "everyone who sees it" = everyone;
    "shortlistCandidate" ShortlistCandidate on Standing, "organizers and admins, never their own idea" = organizers_on_others_ideas;
    "confirmCandidate" ConfirmCandidate on Standing, "organizers and admins, never their own idea" = organizers_on_others_ideas;
    "dropCandidate" DropCandidate on Standing, "author and co-authors; organizers and admins" = organizers_or_authors;
    "rateFit" RateFit on Fitting, "organizers, leads, assessors, admins and its judges, never their own idea" = raters_of_fit;
    "registerForHackathon" RegisterForHackathon on (), "everyone signed in" = everyone;
    "unregisterFromHackathon" UnregisterFromHackathon on (), "everyone signed in" = everyone;
    "createTeam" CreateTeam on (), "everyone signed in" = everyone;
    "joinTeam" JoinTeam on (), "everyone signed in" = everyone;
    "leaveTeam" LeaveTeam on Teaming, "those in it" = teammates;
    "updateTeam" UpdateTeam on Teaming, "those in it; organizers and admins" = teammates_or_organizers;
    "submitEntry" SubmitEntry on Teaming, "those in the team" = teammates;
    "judgeEntry" JudgeEntry on Entered, "its judges, never an entry of their own team, idea or nomination" = unconflicted_judges;
    "compareEntries" CompareEntries on Entered, "its judges, never an entry of their own team, idea or nomination" = unconflicted_judges;
    "orderEntries" OrderEntries on Entered, "its judges, never an entry of their own team, idea or nomination" = unconflicted_judges;
}

fn everyone(_: &Actor, (): &()) -> Result<(), No> {
    Ok(())
}

fn leads_and_organizers(actor: &Actor, (): &()) -> Result<(), No> {
    if actor.leads() || actor.has(Role::Organizer) {
        Ok(())
    } else {
        Err(No::RoleNeeded(Role::Lead))
    }
}

fn admins(actor: &Actor, (): &()) -> Result<(), No> {
    if actor.has(Role::Admin) {
        Ok(())
    } else {
        Err(No::RoleNeeded(Role::Admin))
    }
}

fn leads(actor: &Actor, (): &()) -> Result<(), No> {
    if actor.leads() {
        Ok(())
    } else {
        Err(No::RoleNeeded(Role::Lead))
    }
}

fn author(_: &Actor, on: &Standing) -> Result<(), No> {
    if on.is_author {
        Ok(())
    } else {
        Err(No::NotAuthor)
    }
}

fn authors(_: &Actor, on: &Standing) -> Result<(), No> {
    if on.is_own() {
        Ok(())
    } else {
        Err(No::NotAuthor)
    }
}

fn leads_on_others_ideas(actor: &Actor, on: &Standing) -> Result<(), No> {
    if !actor.leads() {
        Err(No::RoleNeeded(Role::Lead))
    } else {
        unconflicted(on)
    }
}

fn leads_but_the_decider(actor: &Actor, on: &Judged) -> Result<(), No> {
    leads_on_others_ideas(actor, &on.standing)?;
    if on.is_decider {
        Err(No::SameDecider)
    } else {
        Ok(())
    }
}

fn leads_and_the_decider(actor: &Actor, on: &Judged) -> Result<(), No> {
    if on.is_decider && unconflicted(&on.standing).is_ok() {
        Ok(())
    } else {
        leads_on_others_ideas(actor, &on.standing)
    }
}

fn assessors_on_others_ideas(actor: &Actor, on: &Standing) -> Result<(), No> {
    if !actor.has(Role::Assessor) {
        Err(No::RoleNeeded(Role::Assessor))
    } else {
        unconflicted(on)
    }
}

fn reviewers_of_others_ideas(actor: &Actor, on: &Standing) -> Result<(), No> {
    if !actor.leads() && !actor.has(Role::Assessor) {
        Err(No::RoleNeeded(Role::Assessor))
    } else {
        unconflicted(on)
    }
}

/// Conflict of interest beats every role.
fn unconflicted(on: &Standing) -> Result<(), No> {
    if on.is_involved() {
        Err(No::OwnIdea)
    } else if on.is_conflicted {
        Err(No::Conflicted)
    } else {
        Ok(())
    }
}

/// An author may own the trial of their idea: what they tell of it says so.
fn owner_or_leads(actor: &Actor, on: &Running) -> Result<(), No> {
    if on.is_owner {
        Ok(())
    } else if actor.leads() {
        unconflicted(&on.standing)
    } else {
        Err(No::NotOwner)
    }
}

fn organizers(actor: &Actor, (): &()) -> Result<(), No> {
    if actor.organizes() {
        Ok(())
    } else {
        Err(No::RoleNeeded(Role::Organizer))
    }
}

fn organizers_on_others_ideas(actor: &Actor, on: &Standing) -> Result<(), No> {
    organizers(actor, &())?;
    unconflicted(on)
}

/// An author may take an own idea back; who declared a conflict on it keeps out of it.
fn organizers_or_authors(actor: &Actor, on: &Standing) -> Result<(), No> {
    if on.is_own() {
        Ok(())
    } else {
        organizers_on_others_ideas(actor, on)
    }
}

fn raters_of_fit(actor: &Actor, on: &Fitting) -> Result<(), No> {
    let may = on.is_judge || actor.organizes() || actor.leads() || actor.has(Role::Assessor);
    if may {
        unconflicted(&on.standing)
    } else {
        Err(No::RoleNeeded(Role::Organizer))
    }
}

fn teammates(_: &Actor, on: &Teaming) -> Result<(), No> {
    if on.is_member {
        Ok(())
    } else {
        Err(No::NotInTeam)
    }
}

fn teammates_or_organizers(actor: &Actor, on: &Teaming) -> Result<(), No> {
    if actor.organizes() {
        Ok(())
    } else {
        teammates(actor, on)
    }
}

fn unconflicted_judges(_: &Actor, on: &Entered) -> Result<(), No> {
    if !on.is_judge {
        return Err(No::NotJudge);
    }
    unconflicted(&on.standing)?;
    if on.is_teammate || on.is_nominator {
        Err(No::Involved)
    } else {
        Ok(())
    }
}

fn own_comment(_: &Actor, is_own: &bool) -> Result<(), No> {
    if *is_own { Ok(()) } else { Err(No::NotTheirs) }
}

fn assessors_own(actor: &Actor, is_own: &bool) -> Result<(), No> {
    if !*is_own {
        Err(No::NotAuthor)
    } else if !actor.has(Role::Assessor) {
        Err(No::RoleNeeded(Role::Assessor))
    } else {
        Ok(())
    }
}

fn own_assessment(_: &Actor, is_own: &bool) -> Result<(), No> {
    if *is_own { Ok(()) } else { Err(No::NotAuthor) }
}
