//! `sluice verify`: recomputes all that can be recomputed, in one view of the database and
//! beside a running server, and names the first thing that does not fit. It walks the chains
//! of events a batch of subjects at a time, and holds each batch against the rows it speaks
//! of: `verify/chain.rs` the chain itself, `texts.rs`, `comments.rs` and `assigned.rs` what
//! events tell of rows (the digests of texts that were redacted stand in `redactions.rs`),
//! `scores.rs` the scores and their log. It never writes: the database is opened to be read.

use self::chain::{Chain, Walk};
use super::{Stop, block_on, is_made};
use crate::assessment::shelf::Shelf;
use crate::config::Config;
use crate::platform::db::{Db, View};
use crate::platform::digest::sha256;
use crate::platform::outbox::{Subject, chains};

mod appeals;
mod assigned;
mod chain;
mod comments;
mod entries;
mod hackathons;
mod members;
mod merges;
mod prototypes;
mod rankings;
mod redactions;
mod scores;
mod texts;

pub(super) const ABOUT: &str = "\
Recomputes every chain of events, digest, score and count, and names the first thing that \
does not fit; writes nothing.

It reads one consistent view of the database, also beside a running server: the hash and \
position of every event and the head of every chain; every digest in an event against the \
revision, decision, appeal, review, question, note, comment, assessment, prototype, learning, entry, judgement, award or rubric it is of; the text and tags of every \
idea against its newest revision; every score, its place and its spread against the levels as \
entered; the log of score changes against the places it leads to; every frozen ranking, computed again \
from what was frozen; how many support an idea, \
and which idea goes on in which. When all fits it prints how much there was and one digest over all heads, and ends with 0. \
When something does not, it names the first such thing and ends with 1.

Whoever owns the database can write all of it anew, so that it fits. Keep the digest somewhere \
else: as long as nothing was written in between it comes out the same.";

/// Subjects that are held against their rows together.
const SUBJECTS_AT_ONCE: usize = 100;
/// Events after which no further subject is added to a batch.
const EVENTS_AT_ONCE: usize = 2_000;

/// How much there was.
#[derive(Default)]
struct Tally {
    chains: u64,
    events: u64,
    ideas: u64,
    revisions: u64,
    decisions: u64,
    appeals: u64,
    reviews: u64,
    questions: u64,
    notes: u64,
    comments: u64,
    conflicts: u64,
    assignments: u64,
    rubric_versions: u64,
    assessments: u64,
    scores: u64,
    score_changes: u64,
    supports: i64,
    merges: u64,
    rankings: u64,
    prototypes: u64,
    learnings: u64,
    hackathons: u64,
    registrations: u64,
    candidates: u64,
    teams: u64,
    entries: u64,
    judgements: u64,
    comparisons: u64,
    awards: u64,
}

pub(super) fn run(config: &Config) -> Result<(), Stop> {
    if !is_made(config) {
        return Err(Stop::failed("there is no database yet"));
    }
    block_on(async {
        let db = Db::open_to_read(&config.database_url).await?;
        let view = db.view().await?;
        if !Db::is_current(&view).await? {
            return Err(Stop::failed(
                "the database has other tables than this version of sluice; `sluice migrate status` lists them",
            ));
        }
        let (tally, digest) = verify(&view).await?;
        print(&tally, &digest);
        Ok(())
    })
}

/// Goes through everything; how much that was, and the digest over all heads.
async fn verify(view: &View) -> Result<(Tally, String), Stop> {
    if let Some(kind) = chains::unknown_kind(view).await? {
        return Err(Stop::failed(format!(
            "there are events of a {kind:?}, which is nothing that events are about"
        )));
    }
    let mut tally = Tally::default();
    let mut digest = String::new();
    let shelf = Shelf::default();
    let edges = crate::ideas::store_verify::edges(view).await?;
    for kind in Subject::KINDS {
        let mut walk = Walk::of(view, kind);
        loop {
            let batch = walk.batch().await?;
            if batch.is_empty() {
                break;
            }
            for chain in &batch {
                tally.chains += 1;
                tally.events += chain.events.len() as u64;
                digest = sha256(&[
                    &digest,
                    kind,
                    &chain.subject.id().simple().to_string(),
                    &chain.events.len().to_string(),
                    &chain.hash,
                ]);
            }
            match kind {
                "idea" => ideas(view, &shelf, &edges, &batch, &mut tally).await?,
                "hackathon" => hackathons::check(view, &batch, &mut tally).await?,
                "member" => members::check(view, &batch, &mut tally).await?,
                "rubric" => {
                    texts::rubrics(view, &batch, &mut tally).await?;
                    rankings::check(view, &batch, &mut tally).await?;
                }
                _ => {}
            }
        }
        if let Some(id) = chains::without_chain(view, kind).await? {
            let told = "it is there, and no event tells of it";
            return Err(misfit(kind, id, told));
        }
    }
    Ok((tally, digest))
}

/// Holds a batch of ideas against all that is kept of them.
async fn ideas(
    view: &View,
    shelf: &Shelf,
    edges: &merges::Edges,
    batch: &[Chain],
    tally: &mut Tally,
) -> Result<(), Stop> {
    let ids: Vec<_> = batch.iter().map(|chain| chain.subject.id()).collect();
    let mut kept = crate::ideas::store_verify::kept(view, &ids).await?;
    let mut assessments = crate::assessment::store_verify::assessments(view, &ids).await?;
    let mut lines = crate::assessment::store_verify::lines(view, &ids).await?;
    let mut changes = crate::backlog::store_verify::changes(view, &ids).await?;
    let leniencies = crate::assessment::store_verify::leniencies(view).await?;
    let mut tried = crate::prototypes::store_verify::kept(view, &ids).await?;
    for chain in batch {
        let id = chain.subject.id();
        let tried = tried.remove(&id).unwrap_or_default();
        let kept = kept.remove(&id).unwrap_or_default();
        let assessments = assessments.remove(&id).unwrap_or_default();
        let line = lines.remove(&id);
        let changes = changes.remove(&id).unwrap_or_default();
        let Some(idea) = texts::idea(chain, &kept, &assessments)? else {
            continue;
        };
        merges::check(chain, &kept, &idea, edges)?;
        prototypes::check(chain, &tried)?;
        let version = match idea.rubric_version {
            Some(version) => Some(shelf.version(view, version).await?),
            None => None,
        };
        let rows = scores::Rows {
            idea: &idea,
            version: version.as_deref(),
            leniencies: &leniencies,
            assessments: &assessments,
            line: line.as_ref(),
            assignments: &kept.assignments,
            changes: &changes,
        };
        scores::check(chain, &rows)?;
        tally.ideas += 1;
        tally.revisions += kept.revisions.len() as u64;
        tally.decisions += kept.decisions.len() as u64;
        tally.appeals += kept.appeals.len() as u64;
        tally.reviews += kept.reviews.len() as u64;
        tally.questions += kept.questions.len() as u64;
        tally.notes += kept.notes.len() as u64;
        tally.comments += kept.comments.len() as u64;
        tally.conflicts += kept.conflicts.len() as u64;
        tally.assignments += kept.assignments.len() as u64;
        tally.supports += kept.supports;
        tally.merges += kept.merges.len() as u64;
        tally.prototypes += tried.prototypes.len() as u64;
        tally.learnings += tried.learnings.len() as u64;
        tally.assessments += assessments.len() as u64;
        tally.scores += u64::from(line.is_some());
        tally.score_changes += changes.len() as u64;
    }
    Ok(())
}

fn print(tally: &Tally, digest: &str) {
    println!("events:      {} in {} chains", tally.events, tally.chains);
    println!(
        "ideas:       {} with {} revisions, {} decisions, {} appeals, {} reviews, {} questions, \
         {} notes, {} comments, {} times supported, {} times merged",
        tally.ideas,
        tally.revisions,
        tally.decisions,
        tally.appeals,
        tally.reviews,
        tally.questions,
        tally.notes,
        tally.comments,
        tally.supports,
        tally.merges
    );
    println!(
        "assessments: {} under {} versions of rubrics",
        tally.assessments, tally.rubric_versions
    );
    println!(
        "assessors:   {} assignments, {} declared conflicts",
        tally.assignments, tally.conflicts
    );
    println!(
        "trials:      {} prototypes, {} learnings",
        tally.prototypes, tally.learnings
    );
    println!(
        "hackathons:  {} with {} registrations, {} candidates, {} teams, {} entries, {} \
         judgements, {} comparisons, {} awards",
        tally.hackathons,
        tally.registrations,
        tally.candidates,
        tally.teams,
        tally.entries,
        tally.judgements,
        tally.comparisons,
        tally.awards
    );
    println!(
        "scores:      {}, {} changes in their log, {} frozen rankings",
        tally.scores, tally.score_changes, tally.rankings
    );
    println!("heads:       {digest}");
}

/// Something that does not fit: of what, and what was expected.
fn misfit(kind: &str, id: uuid::Uuid, told: impl std::fmt::Display) -> Stop {
    Stop::failed(format!("{kind}_{}: {told}", id.simple()))
}
