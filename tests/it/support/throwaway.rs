//! A PostgreSQL server for this process alone, from the programs that are installed: no
//! network, no service, also as root (the server then runs as `postgres` or `nobody`,
//! because it refuses to run as root). It ends and its folder goes when this process
//! does, however that happens.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use url::Url;

/// Waits for the end of its input, which this process alone holds open, then ends the
/// server and removes its folder. `$1` is the folder, the rest the server's command.
const KEEPER: &str = r#"
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
while read -r _; do :; done
kill -QUIT $!
wait
rm -rf "$folder"
"#;

/// What a server is told that lives for minutes and may lose everything.
const SETTINGS: [&str; 11] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "max_connections=500",
    "shared_buffers=64MB",
    "log_min_messages=error",
    "logging_collector=off",
];

/// The address of a server that is starting. An error says what is missing.
pub(super) fn start() -> Result<Url, String> {
    let programs = programs().ok_or(
        "neither PG_BIN_DIR, PATH, pg_config nor /usr/lib/postgresql has initdb and postgres",
    )?;
    // Short, because the path of a Unix socket has 107 bytes at most.
    let folder = tempfile::Builder::new()
        .prefix("sluice-pg-")
        .tempdir_in("/tmp")
        .map_err(|cause| format!("/tmp takes no folder: {cause}"))?
        .keep();
    let owner = owner(&folder)?;
    if let Some((uid, gid)) = owner {
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).map_err(|e| e.to_string())?;
    }
    let data = folder.join("data");
    let made = run_as(owner, &folder, &programs.join("initdb"))
        .arg("--pgdata")
        .arg(&data)
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
        .args(["--locale=C", "--no-sync", "--no-instructions"])
        .output()
        .map_err(|cause| format!("initdb cannot be run: {cause}"))?;
    if !made.status.success() {
        let told = String::from_utf8_lossy(&made.stderr).into_owned();
        fs::remove_dir_all(&folder).map_err(|cause| cause.to_string())?;
        return Err(format!("initdb failed: {told}"));
    }
    keep(owner, &folder, &programs, &data)?;
    let mut url = Url::parse("postgres://postgres@localhost/postgres").unwrap();
    url.query_pairs_mut()
        .append_pair("host", &folder.to_string_lossy());
    Ok(url)
}

/// Starts the server under its keeper.
fn keep(
    owner: Option<(u32, u32)>,
    folder: &Path,
    programs: &Path,
    data: &Path,
) -> Result<(), String> {
    let mut keeper = run_as(owner, folder, Path::new("/bin/sh"));
    keeper
        .args(["-c", KEEPER, "keeper"])
        .arg(folder)
        .arg(programs.join("postgres"))
        .arg("-D")
        .arg(data)
        .arg("-k")
        .arg(folder);
    for setting in SETTINGS {
        keeper.args(["-c", setting]);
    }
    let mut keeper = keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Its own group, so that a ctrl-c at the terminal leaves it to clean up.
        .process_group(0)
        .spawn()
        .map_err(|cause| format!("/bin/sh cannot be run: {cause}"))?;
    // Held open until this process ends, which is what the keeper waits for.
    std::mem::forget(keeper.stdin.take());
    Ok(())
}

/// What a server of our own wrote, if it is one.
pub(super) fn log(admin: &Url) -> String {
    admin
        .query_pairs()
        .find(|(name, _)| name == "host")
        .and_then(|(_, folder)| fs::read_to_string(Path::new(&*folder).join("log")).ok())
        .map(|log| format!("\n{log}"))
        .unwrap_or_default()
}

/// A command in this folder, as this user, blind to whatever `PG…` the environment says.
fn run_as(owner: Option<(u32, u32)>, folder: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

/// Whom the server runs as: ourselves, unless we are root, as which it refuses to run.
fn owner(ours: &Path) -> Result<Option<(u32, u32)>, String> {
    let uid = fs::metadata(ours).map_err(|cause| cause.to_string())?.uid();
    if uid != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    let of = |wanted: &str| {
        users.lines().find_map(|line| {
            let mut parts = line.split(':');
            let (name, _, uid, gid) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            (name == wanted).then_some((uid.parse().ok()?, gid.parse().ok()?))
        })
    };
    let other = of("postgres").or_else(|| of("nobody"));
    other
        .map(Some)
        .ok_or_else(|| "there is neither a user postgres nor nobody".to_owned())
}

/// The folder of the first programs found.
fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    named
        .into_iter()
        .chain(std::env::split_paths(&path))
        .chain(told_by_pg_config())
        .chain(installed_by_debian())
        .find(|folder| {
            ["initdb", "postgres"]
                .iter()
                .all(|name| is_program(&folder.join(name)))
        })
}

fn told_by_pg_config() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(told.stdout).ok()?;
    Some(PathBuf::from(folder.trim()))
}

/// `/usr/lib/postgresql/<version>/bin`, the newest first.
fn installed_by_debian() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}
