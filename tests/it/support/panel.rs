//! A house where ideas get judged: a lead who accepts, an author, and assessors who rate
//! under the rubric `innovation`.

use serde_json::{Value, json};
use sluice::assessment::rubric::{Rubric, RubricDraft};
use sluice::assessment::store::insert_rubric;
use sluice::config::Config;
use sluice::ideas::promises::Promises;
use sluice::policy::Actor;
use sluice::session::{House, Session};

use super::acts::Idea;
use super::people::{Answer, Person};
use super::{App, Store};

/// The criteria of `innovation`, in its order, with their weights; the last one costs.
pub(crate) const CRITERIA: [(&str, i128); 6] = [
    ("problem", 25),
    ("impact", 30),
    ("fit", 15),
    ("feasibility", 10),
    ("novelty", 10),
    ("effort", 10),
];

/// One answer per criterion, 1 to 5; 0 where the assessor cannot judge.
pub(crate) type Levels = [u8; 6];

/// Levels as an input takes them; what cannot be judged is left out.
pub(crate) fn ratings(levels: Levels) -> Value {
    CRITERIA
        .iter()
        .zip(levels)
        .filter(|(_, level)| *level > 0)
        .map(|((criterion, _), level)| json!({"criterion": criterion, "level": level}))
        .collect()
}

/// The people of such a house.
#[derive(Clone)]
pub(crate) struct Panel {
    pub(crate) app: App,
    pub(crate) lead: Person,
    pub(crate) author: Person,
    pub(crate) assessors: Vec<Person>,
}

impl Panel {
    /// A new house with so many assessors.
    pub(crate) async fn seated(store: Store, assessors: usize) -> Option<Self> {
        Self::seated_with(store, assessors, |_| ()).await
    }

    /// The same with some settings changed before it opens.
    pub(crate) async fn seated_with(
        store: Store,
        assessors: usize,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let app = App::start_with(store, change).await?;
        let mut panel = Self {
            lead: app.person("Lea", &["LEAD"]).await,
            author: app.member("Ann").await,
            assessors: Vec::new(),
            app,
        };
        for number in 1..=assessors {
            let name = format!("Assessor{number}");
            panel
                .assessors
                .push(panel.app.person(&name, &["ASSESSOR"]).await);
        }
        Some(panel)
    }

    /// An idea in assessment.
    pub(crate) async fn idea(&self, title: &str) -> Idea {
        self.idea_with(title, json!({})).await
    }

    /// The same with more fields.
    pub(crate) async fn idea_with(&self, title: &str, more: Value) -> Idea {
        let idea = self.author.submit_with(title, more).await;
        self.lead.accept(&idea).await;
        idea
    }

    /// An idea with one assessment by each of the first assessors.
    pub(crate) async fn rated(&self, title: &str, rated: &[Levels]) -> Idea {
        self.rated_with(title, json!({}), rated).await
    }

    /// The same with more fields.
    pub(crate) async fn rated_with(&self, title: &str, more: Value, rated: &[Levels]) -> Idea {
        let idea = self.idea_with(title, more).await;
        self.rate(&idea, rated).await;
        idea
    }

    /// One assessment by each of the first assessors.
    pub(crate) async fn rate(&self, idea: &Idea, rated: &[Levels]) {
        for (assessor, levels) in self.assessors.iter().zip(rated) {
            assessor.assess(idea, *levels).await;
        }
    }

    /// Many ideas, a few at a time, each rated; in the order given.
    pub(crate) async fn many(&self, rated: Vec<Vec<Levels>>) -> Vec<Idea> {
        let mut ideas = Vec::new();
        let numbered: Vec<_> = rated.into_iter().enumerate().collect();
        for some in numbered.chunks(6) {
            let begun: Vec<_> = some
                .iter()
                .cloned()
                .map(|(index, levels)| {
                    let panel = self.clone();
                    let title = format!("Idea {index}");
                    tokio::spawn(async move { panel.rated(&title, &levels).await })
                })
                .collect();
            for idea in begun {
                ideas.push(idea.await.unwrap());
            }
        }
        ideas
    }

    /// Publishes a rubric behind the API, as an import does.
    pub(crate) async fn publish(&self, rubric: Value) {
        let draft: RubricDraft = serde_json::from_value(rubric).unwrap();
        let rubric = Rubric::parse(draft).unwrap();
        let house = House {
            db: self.app.db().clone(),
            clock: self.app.clock().clone(),
            promises: Promises::default(),
            cut: 10,
            prototype_limit: 5,
        };
        let nobody = Session::new(house, Actor::nobody());
        let published = nobody.write(async |tx| {
            insert_rubric(tx, &rubric, false).await?;
            Ok(())
        });
        published.await.unwrap();
    }
}

impl Person {
    /// Hands in an assessment that is taken; its id.
    pub(crate) async fn assess(&self, idea: &Idea, levels: Levels) -> String {
        let answer = self
            .try_to_assess(idea, ratings(levels), "assessment { id }")
            .await;
        answer.text("submitAssessment.assessment.id")
    }

    /// Hands in an assessment, whatever becomes of it.
    pub(crate) async fn try_to_assess(&self, idea: &Idea, ratings: Value, fields: &str) -> Answer {
        let input = json!({"ideaId": idea.id, "ratings": ratings});
        self.act("submitAssessment", input, fields).await
    }

    /// Takes an assessment back, whatever becomes of it.
    pub(crate) async fn take_back(&self, assessment: &str, fields: &str) -> Answer {
        let input = json!({"assessmentId": assessment, "reason": "I misread it."});
        self.act("withdrawAssessment", input, fields).await
    }
}
