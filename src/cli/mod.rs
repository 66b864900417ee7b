//! The commands, by name: one file each, and here what they share. Commands read
//! settings and say on standard error, in one line, why they stop; they decide nothing
//! about ideas.

use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::{Config, SettingFaults, Settings};
use crate::identity::keys::make_private_folder;
use crate::platform::clock::Clock;
use crate::platform::db::{Db, is_postgres};
use crate::platform::error::Error;
use crate::session::House;

mod demo;
mod import;
mod migrate;
mod schema;
pub mod serve;
mod signals;
mod token;
mod verify;

#[derive(Parser)]
#[command(
    name = "sluice",
    version,
    about = "The one record of an idea, from the first sentence to the outcome.",
    long_about = "The one record of an idea, from the first sentence to the outcome.\n\n\
                  Without a command it serves. Every setting is a flag of all commands and a \
                  variable SLUICE_…; the flag wins."
)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the API and the explorer; what runs when no command is named
    Serve,
    /// Brings the database's tables up to date, or takes the last step back
    Migrate(migrate::Arguments),
    /// Prints the public schema, or checks that schema.graphql is the same
    Schema(schema::Arguments),
    /// Makes a believable organization in a file of its own, once, and serves it
    #[command(long_about = demo::ABOUT)]
    Demo(demo::Arguments),
    /// Makes a sign-in token for local mode and prints it, nothing else
    Token(token::Arguments),
    /// Brings in ideas, assessments and a rubric from files; once more changes nothing
    Import(import::Arguments),
    /// Recomputes every chain of events, digest, score and count, and names the first thing
    /// that does not fit; writes nothing
    #[command(long_about = verify::ABOUT)]
    Verify,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => serving(settings).and_then(serve::run),
        Command::Migrate(arguments) => checked(settings).and_then(|c| migrate::run(&c, arguments)),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Demo(arguments) => demo::run(settings, &arguments),
        Command::Token(arguments) => token::run(settings, arguments),
        Command::Import(arguments) => checked(settings).and_then(|c| import::run(&c, &arguments)),
        Command::Verify => checked(settings).and_then(|c| verify::run(&c)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            for line in stop.message.lines() {
                eprintln!("sluice: {line}");
            }
            ExitCode::from(stop.code)
        }
    }
}

/// Why a command ends early, for the person at the terminal.
struct Stop {
    message: String,
    code: u8,
}

impl Stop {
    /// It did not work out: exit code 1.
    fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 1,
        }
    }
}

impl From<SettingFaults> for Stop {
    /// It was asked for in a wrong way: exit code 2, as for an unknown flag.
    fn from(faults: SettingFaults) -> Self {
        Self {
            message: faults.to_string(),
            code: 2,
        }
    }
}

impl From<Error> for Stop {
    /// With its cause: whoever is at the terminal runs the house.
    fn from(error: Error) -> Self {
        Self::failed(match error {
            Error::Internal(cause) => cause.to_string(),
            told => told.to_string(),
        })
    }
}

fn checked(settings: Settings) -> Result<Config, Stop> {
    Ok(settings.config()?)
}

fn serving(settings: Settings) -> Result<Config, Stop> {
    Ok(settings.config_for_serving()?)
}

/// Variables that look like settings and are none: misspelt, or of another version.
fn unknown_variables() -> Vec<String> {
    let cli = Cli::command();
    let known: Vec<_> = cli.get_arguments().filter_map(clap::Arg::get_env).collect();
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_os_str()))
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("SLUICE_"))
        .collect()
}

/// Runs `work` to its end on all cores.
fn block_on(work: impl Future<Output = Result<(), Stop>>) -> Result<(), Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|cause| Stop::failed(format!("no threads to work with: {cause}")))?
        .block_on(work)
}

/// The data folder, made when it is not there.
fn make_data_dir(path: &Path) -> Result<(), Stop> {
    make_private_folder(path)
        .map_err(|cause| Stop::failed(format!("cannot make {}: {cause}", path.display())))
}

/// Brings the tables up to date: always on SQLite, and on PostgreSQL unless that is left
/// to `sluice migrate`.
pub(super) async fn bring_up_to_date(config: &Config) -> Result<(), Error> {
    if is_postgres(&config.database_url) && !config.migrate {
        return Ok(());
    }
    Db::migrate(&config.database_url).await
}

/// The house on its database, with the tables up to date.
pub(super) async fn open_house(config: &Config, clock: Clock) -> Result<House, Error> {
    bring_up_to_date(config).await?;
    let db = Db::open(&config.database_url, config.connections).await?;
    let promises = config.promises;
    Ok(House {
        db,
        clock,
        promises,
        cut: config.cut,
        prototype_limit: config.prototype_limit,
    })
}

/// Whether there may be a house to open: not where the file of its database is missing.
fn is_made(config: &Config) -> bool {
    let url = &config.database_url;
    let file = url.split('?').next().unwrap_or_default();
    let file = file.trim_start_matches("sqlite:").trim_start_matches("//");
    // The way back from what `%` and `?` are written as in an address.
    let file = file.replace("%3f", "?").replace("%25", "%");
    is_postgres(url) || Path::new(&file).exists()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn commands_and_flags_hold_together_and_are_explained() {
        let mut cli = Cli::command();
        cli.build();
        cli.clone().debug_assert();
        for command in std::iter::once(&cli).chain(cli.get_subcommands()) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{}", argument.get_id());
            }
        }
    }

    #[test]
    fn every_setting_is_a_variable_of_the_same_name() {
        for argument in Cli::command().get_arguments() {
            let name = argument.get_id().as_str();
            if name == "help" || name == "version" {
                continue;
            }
            let variable = format!("SLUICE_{}", name.to_uppercase());
            assert_eq!(argument.get_env().unwrap(), variable.as_str());
            assert!(argument.is_global_set(), "{name} works on every command");
        }
    }
}
