//! `sluice import`: ideas, assessments and a rubric from files. All rows are checked first;
//! where anything is wrong nothing is written. Then it goes in by batches, each in one
//! transaction and each idea with its assessments in the same one, so that nothing is ever
//! half there. Stopped half-way, by a signal or a lost connection, it is simply run again:
//! what came in before is found by its `external_id` and left alone, the rest comes in. It
//! never overwrites what people did here, and can run beside servers.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use self::check::Checked;
use self::columns::{ASSESSMENTS, IDEAS, Mapping};
use self::faults::FileFaults;
use self::table::Table;
use super::{Stop, block_on, is_made, make_data_dir, open_house};
use crate::assessment::commands::ensure_presets;
use crate::assessment::commands_import::bring_in;
use crate::assessment::commands_refit::refit;
use crate::assessment::importing::{Incoming, Tally};
use crate::assessment::rubric::Aggregation;
use crate::assessment::store::RubricVersion;
use crate::config::Config;
use crate::ideas::store_import::is_taken;
use crate::platform::clock::Clock;
use crate::platform::db::is_deadlock;
use crate::platform::error::Result;
use crate::session::House;

mod assessments;
mod cells;
mod check;
mod columns;
mod faults;
mod ideas;
mod rubric;
mod table;

/// Ideas and assessments of one transaction: few enough that people who write at the same
/// time hardly wait, and that a statement for all of them is not too long for SQLite.
const BATCH: usize = 200;

/// How often a batch is called again when another import was in its way.
const MOST_TRIES: u32 = 3;

#[derive(Args)]
pub(super) struct Arguments {
    /// CSV of ideas: external_id, title, problem, and any of proposal, beneficiaries,
    /// evidence_kind, evidence, expected_outcome, hypothesis, riskiest_assumption,
    /// success_measure, tags, links, visibility, author, submitted_at
    #[arg(long, value_name = "FILE")]
    ideas: PathBuf,

    /// CSV of assessments, a line for each criterion: external_id, assessor, criterion,
    /// level, and rationale where there is one
    #[arg(long, value_name = "FILE")]
    assessments: Option<PathBuf>,

    /// JSON of the rubric to assess these ideas under, in the shape of DraftRubricInput; it
    /// is published. Without one it is the default rubric
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    /// A column that the files call otherwise: problem=description. Can be given many times
    #[arg(long, value_name = "OURS=THEIRS")]
    map: Vec<String>,

    /// Check everything and say what would happen, but write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> Result<(), Stop> {
    block_on(import(config, arguments))
}

async fn import(config: &Config, arguments: &Arguments) -> Result<(), Stop> {
    let mut faults = FileFaults::default();
    let mapping = Mapping::parse(&arguments.map, &mut faults);
    let ideas = Table::read(&arguments.ideas, &IDEAS, &mapping, &mut faults);
    let rated = arguments.assessments.as_deref();
    let rated = rated.and_then(|path| Table::read(path, &ASSESSMENTS, &mapping, &mut faults));
    let named = arguments.rubric.as_deref();
    let rubric = named.and_then(|path| rubric::read(path, &mut faults));
    let named = named.map(|path| (path, rubric));
    if ideas.is_some() && rated.is_some() == arguments.assessments.is_some() {
        let tables = || ideas.iter().chain(&rated);
        let headers: Vec<&[String]> = tables().map(|table| &*table.columns.headers).collect();
        mapping.note_unmet(&headers, &mut faults);
        tables().for_each(tell_ignored);
    }
    let Some(ideas) = ideas.filter(|table| table.is_complete) else {
        return Err(refused(&faults));
    };

    // Nothing is made before all is checked: a house that is not there yet knows nothing.
    let house = if is_made(config) {
        Some(open(config).await?)
    } else {
        None
    };
    let clock = Clock::system();
    // Where the rubric cannot be read, levels cannot be judged; the ideas can.
    let rated = rated.filter(|rated| rated.is_complete && !matches!(named, Some((_, None))));
    let named = named.and_then(|(path, rubric)| Some((path, rubric?)));
    let chosen = rubric::choose(house.as_ref(), named, &mut faults).await?;
    let checked = check::check(
        house.as_ref(),
        &ideas,
        rated.as_ref(),
        &chosen,
        clock.now(),
        &mut faults,
    )
    .await?;
    if faults.count() > 0 {
        return Err(refused(&faults));
    }
    let Checked {
        incoming,
        foreseen,
        notes,
    } = checked;
    for note in notes {
        eprintln!("sluice: {note}");
    }
    let key = chosen.rubric.key.clone();
    if arguments.dry_run {
        println!("dry run: nothing was written; an import would come to this:");
        print(&foreseen, &key, chosen.version.as_ref());
        return Ok(());
    }
    let house = match house {
        Some(house) => house,
        None => open(config).await?,
    };
    ensure_presets(&house).await?;
    let version = chosen.published(&house).await?;
    let tally = write(&house, &version, &incoming).await?;
    if version.rubric.aggregation == Aggregation::SeverityAdjusted {
        refit(&house, version.rubric_id).await?;
    }
    print(&tally, &key, Some(&version));
    Ok(())
}

/// The house, with its tables up to date.
async fn open(config: &Config) -> Result<House, Stop> {
    make_data_dir(&config.data_dir)?;
    let house = open_house(config, Clock::system()).await?;
    if house.db.is_ready().await? {
        return Ok(house);
    }
    Err(Stop::failed(
        "the database lacks tables of this version; run `sluice migrate`",
    ))
}

/// Takes in all batches, one after the other.
async fn write(
    house: &House,
    version: &RubricVersion,
    incoming: &[Incoming],
) -> Result<Tally, Stop> {
    let mut tally = Tally::default();
    let mut done = 0;
    for batch in batches(incoming) {
        tally.add(&bring_in_again(house, version, batch).await?);
        done += batch.len();
        progress(done, incoming.len());
    }
    Ok(tally)
}

/// Whole ideas with their assessments, as many as fit into a batch, and at least one.
fn batches(incoming: &[Incoming]) -> impl Iterator<Item = &[Incoming]> {
    let mut size = 0;
    incoming.chunk_by(move |one, next| {
        size += 1 + one.assessments.len();
        let fits = size + 1 + next.assessments.len() <= BATCH;
        if !fits {
            size = 0;
        }
        fits
    })
}

/// Where another import was first, this one finds what that one wrote, and goes on.
async fn bring_in_again(
    house: &House,
    version: &RubricVersion,
    batch: &[Incoming],
) -> Result<Tally> {
    let mut tries = 1;
    loop {
        match bring_in(house, version, batch).await {
            Err(cause) if tries < MOST_TRIES && (is_taken(&cause) || is_deadlock(&cause)) => {
                tries += 1;
            }
            ended => return ended,
        }
    }
}

/// How far it is, for a person who waits.
fn progress(done: usize, all: usize) {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return;
    }
    let end = if done == all { "\n" } else { "" };
    // A terminal that is gone is no reason to stop half-way.
    let _gone = write!(terminal, "\r{done} of {all} ideas{end}");
}

fn print(tally: &Tally, key: &str, version: Option<&RubricVersion>) {
    let number = version.map_or(1, |version| version.number);
    println!("rubric:      {key}, version {number}");
    println!(
        "ideas:       {} new, {} unchanged, {} kept as they are here",
        tally.ideas_new, tally.ideas_unchanged, tally.ideas_kept
    );
    println!(
        "assessments: {} new, {} unchanged, {} kept as they are here",
        tally.assessments_new, tally.assessments_unchanged, tally.assessments_kept
    );
    if tally.assessments_incomplete > 0 {
        println!(
            "             {} of the new ones leave too much open to count",
            tally.assessments_incomplete
        );
    }
    if tally.assessments_late > 0 {
        println!(
            "             {} left out: their ideas are assessed no more",
            tally.assessments_late
        );
    }
    println!("ranked:      {} of these ideas", tally.ranked);
}

/// The end of an import that wrote nothing: every fault, then how many.
fn refused(faults: &FileFaults) -> Stop {
    eprint!("{faults}");
    let count = faults.count();
    let noun = if count == 1 { "fault" } else { "faults" };
    Stop::failed(format!("{count} {noun} found; nothing was imported"))
}

fn tell_ignored(table: &Table) {
    let ignored = &table.columns.ignored;
    if !ignored.is_empty() {
        let name = Path::display(&table.path);
        eprintln!(
            "sluice: {name}: ignored, nobody mapped: {}",
            ignored.join(", ")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::domain::{NewAssessment, Ratings};
    use crate::assessment::importing::IncomingAssessment;
    use crate::assessment::presets::presets;

    #[test]
    fn batches_hold_whole_ideas_and_no_more_than_fits() {
        let ratings = Ratings::parse(&presets()[0], NewAssessment::default()).unwrap();
        let incoming: Vec<Incoming> = [3, 500, 0, 99, 98, 1, 0]
            .iter()
            .map(|count| Incoming {
                external_id: String::new(),
                idea: None,
                assessments: (0..*count)
                    .map(|number| IncomingAssessment {
                        assessor: format!("W{number}"),
                        ratings: ratings.clone(),
                    })
                    .collect(),
            })
            .collect();

        let sizes: Vec<usize> = batches(&incoming).map(<[Incoming]>::len).collect();

        assert_eq!(sizes, [1, 1, 3, 2]);
    }
}
