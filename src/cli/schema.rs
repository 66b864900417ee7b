//! `sluice schema`: the public schema as this binary serves it, for `schema.graphql` and
//! for whoever writes a client. Needs no database.

use std::fs;
use std::io::{self, Write};

use clap::Args;

use super::Stop;
use crate::api::schema::sdl;

/// The file at the top of the repository that holds the schema.
const FILE: &str = "schema.graphql";

/// What makes it the same again.
const RENEW: &str = "cargo run -- schema > schema.graphql";

#[derive(Args)]
pub(super) struct Arguments {
    /// Print nothing; fail when ./schema.graphql is not what this binary serves
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let served = sdl();
    if arguments.check {
        return check(&served);
    }
    io::stdout()
        .write_all(served.as_bytes())
        .map_err(|cause| Stop::failed(format!("cannot print the schema: {cause}")))
}

fn check(served: &str) -> Result<(), Stop> {
    let kept = fs::read_to_string(FILE).map_err(|cause| {
        Stop::failed(format!(
            "cannot read ./{FILE}: {cause}; make it by: {RENEW}"
        ))
    })?;
    if kept == served {
        return Ok(());
    }
    let line = kept
        .lines()
        .zip(served.lines())
        .take_while(|(kept, served)| kept == served)
        .count()
        + 1;
    Err(Stop::failed(format!(
        "{FILE} is not what is served, from line {line} on; renew it by: {RENEW}"
    )))
}
