//! `sluice migrate`: the database's tables, one step after the other, up or down. What
//! the steps do stands in the `migration` crate.

use clap::{Args, ValueEnum};

use super::{Stop, block_on, make_data_dir};
use crate::config::Config;
use crate::platform::db::Db;

#[derive(Args)]
pub(super) struct Arguments {
    /// up: run every step that is missing; down: take the last one back, with what it
    /// stored; status: list them all
    #[arg(value_enum, default_value_t = Direction::Up)]
    direction: Direction,
}

#[derive(Clone, Copy, ValueEnum)]
enum Direction {
    Up,
    Down,
    Status,
}

pub(super) fn run(config: &Config, arguments: Arguments) -> Result<(), Stop> {
    let url = &config.database_url;
    make_data_dir(&config.data_dir)?;
    block_on(async {
        match arguments.direction {
            Direction::Up => Db::migrate(url).await?,
            Direction::Down => Db::migrate_down(url).await?,
            Direction::Status => {}
        }
        for (name, is_done) in Db::migrations(url).await? {
            println!("{} {name}", if is_done { "done   " } else { "missing" });
        }
        Ok(())
    })
}
