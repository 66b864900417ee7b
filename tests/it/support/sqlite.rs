//! What every test's data folder begins with: a signing key, and an SQLite file that was
//! migrated once for all of them. Both are kept as bytes, because statics are never
//! dropped and a folder in one would stay behind.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sluice::config::Config;
use sluice::identity::keys::LocalKey;
use sluice::platform::db::Db;
use tokio::sync::OnceCell;

use super::ledger;

static KEY: OnceCell<Vec<u8>> = OnceCell::const_new();
static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// Puts the key into the folder, and the database where it is wanted.
pub(super) async fn furnish(folder: &Path, with_database: bool) {
    place(
        &folder.join("signing-key.pem"),
        KEY.get_or_init(make_key).await,
    );
    if with_database {
        place(&folder.join("sluice.db"), FILE.get_or_init(make_file).await);
    }
}

fn place(path: &Path, content: &[u8]) {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(content).unwrap();
}

async fn make_key() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    LocalKey::open(folder.path()).unwrap();
    fs::read(folder.path().join("signing-key.pem")).unwrap()
}

async fn make_file() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    Db::migrate(&Config::local(folder.path()).database_url)
        .await
        .unwrap();
    ledger::note("sqlite");
    fs::read(folder.path().join("sluice.db")).unwrap()
}
