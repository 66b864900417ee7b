//! The schema: what every feature adds to it, and what a request brings along.

use super::limits::Limits;
use super::node::NodeQuery;
use super::redact::RedactionMutation;
use crate::assessment::graphql::{
    AssessmentMutation, AssignmentMutation, AssignmentQuery, ConflictMutation, RubricMutation,
    RubricQuery,
};
use crate::assessment::loaders::{Assigned, Newest, Own, Rubrics, Submitted};
use crate::assessment::shelf::Shelf;
use crate::backlog::folds::Folds;
use crate::backlog::graphql::BacklogQuery;
use crate::backlog::graphql_decisions::DecisionMutation;
use crate::backlog::graphql_merges::MergeMutation;
use crate::backlog::graphql_next::NextQuery;
use crate::backlog::graphql_preview::PreviewQuery;
use crate::backlog::graphql_quality::QualityQuery;
use crate::backlog::graphql_rankings::{RankingMutation, RankingQuery};
use crate::backlog::graphql_whatif::WhatIfQuery;
use crate::backlog::loaders::{Adjustments, Movements, Scores};
use crate::hackathons::graphql::{
    CandidateMutation, EntryMutation, HackathonMutation, HackathonQuery, TeamMutation,
};
use crate::hackathons::loaders::{Actuals, Hackathons, Judges};
use crate::hackathons::loaders_entries::{
    Awards, EntriesOfTeams, JudgementCounts, OwnJudgements, Placed,
};
use crate::hackathons::loaders_people::{
    Candidacies, Candidates, Nominable, Reasons, Registrations, Sheets, Teamed, Teammates, Teams,
    TeamsOf, ViewerTeams,
};
use crate::ideas::graphql::{
    AppealMutation, AppealQuery, AuthorshipMutation, ConversationMutation, CountsQuery,
    IdeaMutation, IdeaQuery, NotificationMutation,
};
use crate::ideas::loaders::{
    Appeals, CoAuthors, Conflicts, Decisions, Followed, Ideas, MergedFrom, MergedInto,
    OpenQuestions, Reviews, Supported, Survivors, Unanswered, WroteAbsorbed,
};
use crate::ideas::store_frequencies::Frequencies;
use crate::ideas::store_stays::Stays;
use crate::identity::graphql::PeopleQuery;
use crate::identity::graphql_members::MemberMutation;
use crate::identity::loaders::Members;
use crate::prototypes::graphql::{PrototypeMutation, PrototypeQuery, TrialMutation};
use crate::prototypes::loaders::{Learnings, Places, Prototypes, Running};
use crate::session::Session;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{EmptySubscription, MergedObject, Request, Response};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

/// What can be asked. Reading needs a signed-in caller, `viewer` aside. Every root field is
/// nullable, so that one refusal leaves its neighbors' answers standing.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    PeopleQuery,
    IdeaQuery,
    AppealQuery,
    CountsQuery,
    RubricQuery,
    AssignmentQuery,
    BacklogQuery,
    Weighing,
    RankingQuery,
    QualityQuery,
    PrototypeQuery,
    HackathonQuery,
);

// Together, for the same reason as mutations in threes.

/// What can be asked about where more, or other, would lead.
#[derive(MergedObject, Default)]
struct Weighing(WhatIfQuery, PreviewQuery, NextQuery);

/// What can be done. Each mutation is one transaction with its events; each payload holds
/// all that changed. A refusal says why in `extensions.code`, `reason` and `faults`.
#[derive(MergedObject, Default)]
pub struct Mutation(Sharing, Judging, Doing, Hosting);

// In threes: a call goes through every object before its own, each a frame on the stack.

/// What people do with ideas and around them.
#[derive(MergedObject, Default)]
struct Sharing(IdeaMutation, ConversationMutation, NotificationMutation);

/// What assessors and leads do.
#[derive(MergedObject, Default)]
struct Judging(Measuring, Asking, Deciding);

/// What ideas are judged by, and the judging.
#[derive(MergedObject, Default)]
struct Measuring(AssessmentMutation, RubricMutation, RankingMutation);

/// Who is asked to assess, and who must not judge.
#[derive(MergedObject, Default)]
struct Asking(AssignmentMutation, ConflictMutation);

/// What leads decide about one idea, or about two.
#[derive(MergedObject, Default)]
struct Deciding(DecisionMutation, MergeMutation, AppealMutation);

/// What is tried, and who keeps the house.
#[derive(MergedObject, Default)]
struct Doing(PrototypeMutation, TrialMutation, Keeping);

/// What is done in hackathons.
#[derive(MergedObject, Default)]
struct Hosting(HackathonMutation, CandidateMutation, Competing);

/// What people do in teams, and what becomes of it.
#[derive(MergedObject, Default)]
struct Competing(TeamMutation, EntryMutation);

/// What is shown and what is not, and who is let in.
#[derive(MergedObject, Default)]
struct Keeping(AuthorshipMutation, RedactionMutation, MemberMutation);

/// The schema as it is served, with its caches, which last as long as the server.
pub struct Schema {
    graph: async_graphql::Schema<Query, Mutation, EmptySubscription>,
    shelf: Arc<Shelf>,
    folds: Arc<Folds>,
    frequencies: Arc<Frequencies>,
    stays: Arc<Stays>,
}

impl Schema {
    /// The schema with these limits, and nothing cached yet.
    pub fn new(limits: &Limits) -> Self {
        let builder =
            async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription);
        Self {
            graph: limits.guard(builder).finish(),
            shelf: Arc::default(),
            folds: Arc::default(),
            frequencies: Arc::default(),
            stays: Arc::default(),
        }
    }

    /// What is folded and fitted; whoever works in the background keeps it up to date.
    pub fn folds(&self) -> Arc<Folds> {
        Arc::clone(&self.folds)
    }

    /// The answer to a request of this session, with loaders made for it alone.
    pub async fn execute(&self, request: Request, session: Session) -> Response {
        let scores = Scores {
            session: session.clone(),
            folds: Arc::clone(&self.folds),
        };
        let adjustments = Adjustments {
            session: session.clone(),
            folds: Arc::clone(&self.folds),
        };
        let movements = Movements {
            session: session.clone(),
            folds: Arc::clone(&self.folds),
        };
        let request = request
            .data(Arc::clone(&self.shelf))
            .data(Arc::clone(&self.folds))
            .data(Arc::clone(&self.frequencies))
            .data(Arc::clone(&self.stays))
            .data(at_once(Members(session.clone())))
            .data(at_once(Ideas(session.clone())))
            .data(at_once(CoAuthors(session.clone())))
            .data(at_once(Conflicts(session.clone())))
            .data(at_once(Supported(session.clone())))
            .data(at_once(Followed(session.clone())))
            .data(at_once(Decisions(session.clone())))
            .data(at_once(Appeals(session.clone())))
            .data(at_once(Reviews(session.clone())))
            .data(at_once(OpenQuestions(session.clone())))
            .data(at_once(WroteAbsorbed(session.clone())))
            .data(at_once(Survivors(session.clone())))
            .data(at_once(MergedInto(session.clone())))
            .data(at_once(MergedFrom(session.clone())))
            .data(at_once(Unanswered(session.clone())))
            .data(at_once(Rubrics(session.clone())))
            .data(at_once(Newest(session.clone())))
            .data(at_once(Submitted(session.clone())))
            .data(at_once(Own(session.clone())))
            .data(at_once(Assigned(session.clone())))
            .data(at_once(Hackathons(session.clone())))
            .data(at_once(Judges(session.clone())))
            .data(at_once(Actuals(session.clone())))
            .data(at_once(Candidates(session.clone())))
            .data(at_once(Candidacies(session.clone())))
            .data(at_once(Nominable(session.clone())))
            .data(at_once(Teamed(session.clone())))
            .data(at_once(Reasons(session.clone())))
            .data(at_once(Sheets(session.clone())))
            .data(at_once(TeamsOf(session.clone())))
            .data(at_once(Teams(session.clone())))
            .data(at_once(Teammates(session.clone())))
            .data(at_once(ViewerTeams(session.clone())))
            .data(at_once(Registrations(session.clone())))
            .data(at_once(EntriesOfTeams(session.clone())))
            .data(at_once(Placed(session.clone())))
            .data(at_once(OwnJudgements(session.clone())))
            .data(at_once(JudgementCounts(session.clone())))
            .data(at_once(Awards(session.clone())))
            .data(at_once(Prototypes(session.clone())))
            .data(at_once(Learnings(session.clone())))
            .data(at_once(Places(session.clone())))
            .data(at_once(Running(session.clone())))
            .data(at_once(scores))
            .data(at_once(movements))
            .data(at_once(adjustments))
            .data(session);
        self.graph.execute(request).await
    }
}

/// The schema in the schema definition language.
pub fn sdl() -> String {
    Schema::new(&Limits::default()).graph.sdl()
}

/// A loader that waits no time for more keys: those of one level come together anyway.
fn at_once<K, L>(loader: L) -> DataLoader<L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K>,
{
    DataLoader::new(loader, tokio::spawn).delay(Duration::ZERO)
}
