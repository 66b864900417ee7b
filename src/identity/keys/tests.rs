//! The local key in its folder, and sets of keys as issuers really publish them.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// RFC 7515 appendix A.2: a public RSA key of 2048 bits.
const RSA_2048: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

/// RFC 8037 appendix A.2.
const ED25519: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_key_is_made_once_and_only_its_owner_can_read_it() {
    let root = folder();
    let data = root.path().join("a/b");
    let first = LocalKey::open(&data).unwrap();
    let again = LocalKey::open(&data).unwrap();

    assert_eq!(first.key_set_json(), again.key_set_json());
    assert_eq!(mode(&data.join(KEY_FILE)), 0o600);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(
        fs::read_dir(&data).unwrap().count(),
        1,
        "no draft is left behind"
    );
    assert!(
        !first.key_set_json().contains("\"d\""),
        "the private part stays home"
    );
}

#[test]
fn all_who_come_first_at_once_get_the_same_key() {
    let root = folder();
    let sets: Vec<String> = std::thread::scope(|scope| {
        let open = || LocalKey::open(root.path()).unwrap().key_set_json();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });

    assert!(sets.iter().all(|set| *set == sets[0]));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
}

#[test]
fn a_key_that_others_could_read_is_refused_and_kept() {
    let root = folder();
    let path = root.path().join(KEY_FILE);
    LocalKey::open(root.path()).unwrap();
    for exposed in [0o640, 0o604, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(exposed)).unwrap();
        let before = fs::read(&path).unwrap();
        let refused = LocalKey::open(root.path()).unwrap_err();
        assert!(matches!(refused, KeyError::Exposed { mode, .. } if mode == exposed));
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_file_that_is_no_key_is_refused_and_kept() {
    let root = folder();
    let path = root.path().join(KEY_FILE);
    write_private(&path, b"hello").unwrap();

    let refused = LocalKey::open(root.path()).unwrap_err();

    assert!(matches!(refused, KeyError::Unreadable { .. }));
    assert_eq!(fs::read(&path).unwrap(), b"hello");
}

#[test]
fn unusable_keys_are_left_out_and_the_others_count() {
    let root = folder();
    let own: Value =
        serde_json::from_str(&LocalKey::open(root.path()).unwrap().key_set_json()).unwrap();
    let own = &own["keys"][0];
    let rsa = |kid: &str, extra: Value| {
        let mut key = json!({"kty": "RSA", "kid": kid, "n": RSA_2048, "e": "AQAB"});
        for (name, value) in extra.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    };
    let set = json!({"keys": [
        own,
        rsa("plain", json!({})),
        rsa("ps", json!({"alg": "PS256", "use": "sig", "x5c": ["abc"]})),
        {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": ED25519},
        rsa("enc", json!({"use": "enc"})),
        rsa("oaep", json!({"alg": "RSA-OAEP"})),
        rsa("future", json!({"alg": "ML-DSA-65"})),
        rsa("weak", json!({"n": &RSA_2048[..170]})),
        {"kty": "RSA", "n": RSA_2048, "e": "AQAB"},
        {"kty": "EC", "kid": "off-curve", "crv": "P-256", "x": own["y"], "y": own["x"]},
        {"kty": "EC", "kid": "cut", "crv": "P-256", "x": "AAAA", "y": own["y"]},
        {"kty": "EC", "kid": "mixed", "crv": "P-384", "x": own["x"], "y": own["y"]},
        {"kty": "EC", "kid": "k1", "crv": "secp256k1", "x": own["x"], "y": own["y"]},
        {"kty": "OKP", "kid": "x", "crv": "X25519", "x": ED25519},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "AKP", "kid": "strange", "pub": "AAAA"},
        "no object", 7, null, {},
    ]});

    let keys = KeySet::parse(&set.to_string()).unwrap();

    let mut kids: Vec<&str> = keys.keys.iter().map(|key| key.kid.as_str()).collect();
    let local = kids.remove(0);
    assert_eq!(own["kid"], local);
    assert_eq!(kids, ["plain", "ps", "ed"]);
    assert_eq!(
        keys.keys[1].algorithms,
        [Algorithm::RS256, Algorithm::PS256]
    );
    assert_eq!(keys.keys[2].algorithms, [Algorithm::PS256]);
    assert_eq!(keys.keys[3].algorithms, [Algorithm::EdDSA]);
    assert!(keys.find(local, Algorithm::ES256).is_some());
    assert!(keys.find(local, Algorithm::RS256).is_none());
    assert!(keys.find("plain", Algorithm::HS256).is_none());
    assert!(!keys.knows("secret"));
}

#[test]
fn what_is_no_set_is_refused() {
    for text in ["", "[]", "{}", r#"{"keys": {}}"#, "<html>"] {
        assert!(KeySet::parse(text).is_err(), "{text}");
    }
    assert!(KeySet::parse(r#"{"keys": []}"#).unwrap().is_empty());
}
