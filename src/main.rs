//! The program `sluice`. Everything it does stands in `cli`, so that tests can do the same.

fn main() -> std::process::ExitCode {
    sluice::cli::run()
}
