//! `sluice demo`: a house that has been lived in for some months, to look around in. It has
//! a file of its own in the data folder, made once and kept; then it is served like any
//! other. `demo/people.rs` knows the people, `story.rs` what they do, `acting.rs` does it:
//! every act is a mutation of the public schema, by its own person at its own time.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

use clap::Args;

use self::people::People;
use super::serve::{self, program};
use super::{Stop, make_data_dir, open_house, serving};
use crate::assessment::commands::ensure_presets;
use crate::config::{Config, Settings, file_url};
use crate::platform::clock::{Clock, DAY, Micros};

mod acting;
mod people;
mod story;

pub(super) const ABOUT: &str = "\
Makes a believable organization to look around in, and serves it.

A maker of pumps with some hundred and fifty people: sixty ideas of the last four months, \
eight assessors who do not always agree, decisions with their reasons, a prototype that is \
tried, one that taught something, a hackathon that takes nominations and one that is over, \
and what became of them. It stands in its own file, demo.db in the data folder; one that is \
there is kept, with all that was done in it since, unless --fresh says otherwise. Dates are told from today, all \
else comes out the same every time. It never touches another database.";

/// Its name in the data folder,
const FILE: &str = "demo.db";
/// and as long as it is being made.
const UNFINISHED: &str = "demo.unfinished.db";
/// What SQLite keeps beside a file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The first people come so many days ago.
const BEGINNING: Micros = 130 * DAY;

#[derive(Args)]
pub(super) struct Arguments {
    /// Make it anew; what was done in it since is gone
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(settings: Settings, arguments: &Arguments) -> Result<(), Stop> {
    if settings
        .database_url
        .as_deref()
        .is_some_and(|url| !url.is_empty())
    {
        return Err(Stop {
            message: format!(
                "the demo has a file of its own, {FILE} in the data folder, and touches no \
                 other database; leave --database-url (SLUICE_DATABASE_URL) unset"
            ),
            code: 2,
        });
    }
    let mut config = serving(settings)?;
    let file = config.data_dir.join(FILE);
    config.database_url = file_url(&file);
    let make = async |config: &Config| {
        if file.exists() && !arguments.fresh {
            tracing::info!(file = %file.display(), "the demo is there and is kept");
            return Ok(());
        }
        let begun = Instant::now();
        make(&config.data_dir, &file).await?;
        let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(file = %file.display(), millis, "the demo is made");
        Ok(())
    };
    serve::run_after(config, make, greeting)
}

/// Makes it under another name first: one that was stopped half-way is none.
async fn make(folder: &Path, file: &Path) -> Result<(), Stop> {
    make_data_dir(folder)?;
    let unfinished = folder.join(UNFINISHED);
    remove(&unfinished)?;
    let now = Clock::system().now();
    // Whatever the settings are: it is the same for everybody.
    let mut config = Config::local(folder);
    config.database_url = file_url(&unfinished);
    let house = open_house(&config, Clock::stopped_at(now - BEGINNING)).await?;
    ensure_presets(&house).await?;
    let people = People::arrive(&house).await?;
    acting::play(&house, &people, now).await?;
    house.db.close().await?;
    remove(file)?;
    fs::rename(&unfinished, file).map_err(|cause| unwritable(file, &cause))
}

/// A database with what SQLite keeps beside it, the file itself last.
fn remove(file: &Path) -> Result<(), Stop> {
    let beside = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    for path in BESIDE
        .map(beside)
        .iter()
        .map(PathBuf::as_path)
        .chain([file])
    {
        match fs::remove_file(path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(unwritable(path, &cause));
            }
            _ => {}
        }
    }
    Ok(())
}

fn unwritable(path: &Path, cause: &io::Error) -> Stop {
    Stop::failed(format!("cannot make {} anew: {cause}", path.display()))
}

/// What to try first.
const QUERIES: [(&str, &str); 5] = [
    (
        "What is on top, and how sure is that?",
        "{ backlog(first: 5) { nodes { rank rankLow rankHigh idea { number title } scorecard { total low high } } } }",
    ),
    (
        "What waits for an answer, and since when is it overdue?",
        "{ ideas(first: 10, filter: {isOverdue: true}) { nodes { number title state waitingFor { sentence likelyBy } } } }",
    ),
    (
        "What is being tried, and what did trials teach?",
        "{ prototypeQueue(first: 5) { nodes { state dueAt owner { name } idea { number title } measures { name target disprovedBy } } } learnings(first: 5) { nodes { idea { title } outcome believed found nextTime } } }",
    ),
    (
        "What came of the last hackathon, and who does what next?",
        "{ hackathons(first: 5) { nodes { name phase metrics { name target actual } results { place score awards nextStep { text owner { name } dueAt } entry { title learned team { name candidate { idea { number title state } } } } } } } }",
    ),
    (
        "What did somebody decide, against the ranking or with it, and why?",
        "{ ideas(first: 10, filter: {states: [ADOPTED, DECLINED, DELIVERED]}) { nodes { number title decisions { kind reason isOverride decidedBy { name } } } } }",
    ),
];

/// Tells a person where they are, who they can be, and what to look at.
fn greeting(address: SocketAddr, config: &Config) -> String {
    let (program, folder) = program(config);
    let mut told = String::new();
    let mut line = |line: &str| {
        // Text can always be written to.
        let _never = writeln!(told, "{}", line.trim_end());
    };
    line("");
    line("  The demo is ready.");
    line(&format!("    GraphQL   http://{address}/graphql"));
    line(&format!("    Explorer  http://{address}/graphiql"));
    line("");
    line("  Be somebody: a token goes into the header  Authorization: Bearer <token>.");
    for (subject, who) in people::KNOWN {
        line(&format!(
            "    {program} token --as {subject}{folder}   {who}"
        ));
    }
    line("");
    line("  Ask:");
    for (question, query) in QUERIES {
        line(&format!("    {question}"));
        line(&format!("      {query}"));
    }
    line("");
    line("  Ctrl-C stops. What you do here stays; --fresh makes it anew.");
    line("");
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::limits::Limits;
    use crate::api::schema::Schema;
    use crate::identity::domain::{MemberId, Roles};
    use crate::platform::ids;
    use crate::policy::Actor;
    use crate::session::Session;

    #[tokio::test]
    async fn the_queries_of_the_greeting_are_answered() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        let house = open_house(&Config::local(folder.path()), clock.clone()).await;
        let house = house.unwrap();
        ensure_presets(&house).await.unwrap();
        let anybody = Actor::member(MemberId(ids::fresh(clock.now())), Roles::NONE);
        let schema = Schema::new(&Limits::default());
        for (_, query) in QUERIES {
            let session = Session::new(house.clone(), anybody);
            let answer = schema.execute(query.into(), session).await;
            assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
        }
    }

    #[test]
    fn the_greeting_names_the_address_the_people_and_the_queries() {
        let config = Config::local(Path::new("elsewhere"));
        let told = greeting(([127, 0, 0, 1], 4711).into(), &config);
        for part in [
            "http://127.0.0.1:4711/graphiql",
            "token --as mara",
            "--data-dir 'elsewhere'",
            QUERIES[0].1,
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    }
}
