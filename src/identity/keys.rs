//! Keys: the public ones that tokens are verified with, whoever published them, and the
//! private one that local mode signs with. Knows nothing of claims; `tokens.rs` does.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use uuid::Uuid;

/// The file of the local signing key in the data folder.
const KEY_FILE: &str = "signing-key.pem";

/// The algorithm that local tokens are signed with.
const LOCAL_ALGORITHM: Algorithm = Algorithm::ES256;

/// RFC 7518 §3.3 asks for RSA keys of 2048 bits or more.
const SMALLEST_RSA_BYTES: usize = 256;

/// One public key and what it may verify.
#[derive(Clone, Debug)]
struct PublicKey {
    kid: String,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// The keys of one issuer.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

/// The text is no JWK set at all; single keys of it are never the reason.
#[derive(Debug, thiserror::Error)]
#[error("no JWK set: {0}")]
pub struct NotAKeySet(String);

impl KeySet {
    /// The usable keys of a JWK set (RFC 7517). Keys are read one by one: those for
    /// encryption, of unknown kinds, without a `kid`, too weak or malformed are left
    /// out, and the rest of the set still counts.
    pub fn parse(text: &str) -> Result<Self, NotAKeySet> {
        let set: Value = serde_json::from_str(text).map_err(|e| NotAKeySet(e.to_string()))?;
        let keys = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or_else(|| NotAKeySet("it has no list \"keys\"".to_owned()))?;
        Ok(Self {
            keys: keys.iter().filter_map(usable).collect(),
        })
    }

    /// How many keys are usable.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key is usable.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether any usable key has this id.
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }

    /// The key with this id, where it may verify this algorithm.
    pub(super) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        self.keys
            .iter()
            .find(|key| key.kid == kid && key.algorithms.contains(&algorithm))
            .map(|key| &key.key)
    }
}

/// The key, when tokens can be verified with it.
fn usable(entry: &Value) -> Option<PublicKey> {
    let jwk: Jwk = serde_json::from_value(entry.clone()).ok()?;
    if matches!(&jwk.common.public_key_use, Some(usage) if *usage != PublicKeyUse::Signature) {
        return None;
    }
    let kid = jwk.common.key_id.clone()?;
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    let algorithms: Vec<Algorithm> = fitting(&jwk)
        .iter()
        .copied()
        .filter(|algorithm| match jwk.common.key_algorithm {
            Some(only) => only == KeyAlgorithm::from(*algorithm),
            None => true,
        })
        // The library looks at the numbers of a key only when it verifies with it.
        .filter(|algorithm| jsonwebtoken::crypto::verify("", b"", &key, *algorithm).is_ok())
        .collect();
    (!algorithms.is_empty()).then_some(PublicKey {
        kid,
        algorithms,
        key,
    })
}

/// The allow-list: what a key of this type may verify.
fn fitting(jwk: &Jwk) -> &'static [Algorithm] {
    match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if decoded_len(&rsa.n) >= SMALLEST_RSA_BYTES => {
            &[Algorithm::RS256, Algorithm::PS256]
        }
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 => &[Algorithm::ES256],
            EllipticCurve::P384 => &[Algorithm::ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            &[Algorithm::EdDSA]
        }
        _ => &[],
    }
}

/// How many bytes a base64url text without padding stands for.
fn decoded_len(text: &str) -> usize {
    text.len() * 3 / 4
}

/// Why there is no local key. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refuses.
    #[error("cannot {verb} {}: {cause}", .path.display())]
    File {
        verb: &'static str,
        path: PathBuf,
        cause: io::Error,
    },
    /// Others on this machine could read it, so it proves nothing any more.
    #[error(
        "{} can be read by others (mode {mode:03o}); whoever read it can sign in as anyone. \
         Delete it to get a new one, or `chmod 600` it when you are sure nobody did",
        .path.display()
    )]
    Exposed { path: PathBuf, mode: u32 },
    /// Its content is no key of the right kind.
    #[error(
        "{} is no P-256 private key in PKCS#8 PEM; delete it to get a new one",
        .path.display()
    )]
    Unreadable { path: PathBuf },
}

/// The key that local mode signs with.
#[derive(Clone, Debug)]
pub struct LocalKey {
    encoding: EncodingKey,
    jwk: Jwk,
    kid: String,
}

impl LocalKey {
    /// The key of this data folder, made (as the folder is) on first use. Of several
    /// processes that come first at once all get the same one.
    pub fn open(data_dir: &Path) -> Result<Self, KeyError> {
        let path = data_dir.join(KEY_FILE);
        if !path.try_exists().map_err(failed("look for", &path))? {
            make_private_folder(data_dir).map_err(failed("make", data_dir))?;
            make(data_dir, &path).map_err(failed("write", &path))?;
        }
        refuse_exposed(&path)?;
        let pem = fs::read(&path).map_err(failed("read", &path))?;
        Self::from_pem(&pem).ok_or(KeyError::Unreadable { path })
    }

    fn from_pem(pem: &[u8]) -> Option<Self> {
        let encoding = EncodingKey::from_ec_pem(pem).ok()?;
        let mut jwk = Jwk::from_encoding_key(&encoding, LOCAL_ALGORITHM).ok()?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Some(Self { encoding, jwk, kid })
    }

    /// The JWK set that verifies what this key signs.
    pub fn key_set_json(&self) -> String {
        json!({ "keys": [&self.jwk] }).to_string()
    }

    /// The same, ready to verify with.
    pub fn key_set(&self) -> KeySet {
        KeySet::parse(&self.key_set_json()).expect("a set written by this file is one")
    }

    pub(super) fn header(&self) -> jsonwebtoken::Header {
        let mut header = jsonwebtoken::Header::new(LOCAL_ALGORITHM);
        header.kid = Some(self.kid.clone());
        header
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }
}

fn failed(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |cause| KeyError::File { verb, path, cause }
}

/// Writes a new key beside its place and links it there: the name appears with the whole
/// key behind it, and only for the first who tries.
fn make(data_dir: &Path, path: &Path) -> io::Result<()> {
    let pem = SecretKey::random(&mut OsRng)
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(io::Error::other)?;
    let draft = data_dir.join(format!(".{KEY_FILE}.{}", Uuid::now_v7()));
    let made = write_private(&draft, pem.as_bytes()).and_then(|()| {
        match fs::hard_link(&draft, path) {
            // Somebody was first; theirs is the key.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    });
    let cleaned = fs::remove_file(&draft);
    made.and(cleaned)?;
    File::open(data_dir)?.sync_all()
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a folder, and those above it, that only its owner can look into. One that is
/// there stays as it is.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = fs::metadata(path).map_err(failed("look at", path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(KeyError::Exposed {
        path: path.to_owned(),
        mode,
    })
}

/// Elsewhere the folder's own access list is what protects the key.
#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests;
