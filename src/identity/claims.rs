//! What a token says about a person: names, and roles by the organization's own words
//! for them. Reads; never judges whether the token holds (`tokens.rs` does) and never
//! stores anything.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::domain::{Role, Roles};

/// Where identity providers commonly put roles; the default of `SLUICE_ROLES_CLAIM`.
pub const DEFAULT_ROLES_CLAIM: &str =
    "roles, groups, realm_access.roles, urn:zitadel:iam:org:project:roles";

/// Longest name or address that is taken over from a token, in Unicode scalar values.
const LONGEST_TEXT: usize = 200;

/// Who a verified token speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who vouches for it (`iss`); with `subject` the key of a member.
    pub issuer: String,
    /// The person, as the issuer knows them (`sub`): 1 to 255 characters.
    pub subject: String,
    /// For display; null when the token has none.
    pub name: Option<String>,
    /// For display, never a key; null when the token has none.
    pub email: Option<String>,
    /// What the token's roles mean here. `MEMBER` is always among them.
    pub roles: Roles,
}

/// How roles are read from a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRules {
    paths: Vec<String>,
    names: BTreeMap<String, Role>,
}

impl RoleRules {
    /// Rules that look at `paths` in turn and translate by `names`; what is not named
    /// gives nothing.
    pub fn new(paths: Vec<String>, names: BTreeMap<String, Role>) -> Self {
        Self { paths, names }
    }

    /// The rules of local mode: `roles` is looked at first, and the roles' own names
    /// mean themselves, beside whatever these rules say.
    #[must_use]
    pub fn and_own_names(mut self) -> Self {
        self.paths.retain(|path| path != "roles");
        self.paths.insert(0, "roles".to_owned());
        for role in Role::ALL {
            self.names.insert(role.as_str().to_owned(), role);
        }
        self
    }

    /// The roles that `claims` give: those of the first path that gives any, and
    /// `MEMBER` always.
    ///
    /// A path whose value is of another shape, or whose names are all unknown, is
    /// passed over, so that a `groups` claim kept for something else does not hide the
    /// roles behind it.
    pub fn read(&self, claims: &Map<String, Value>) -> Roles {
        let mut roles = self
            .paths
            .iter()
            .filter_map(|path| find(claims, path))
            .map(|value| self.translate(value))
            .find(|roles| !roles.is_empty())
            .unwrap_or(Roles::NONE);
        roles.insert(Role::Member);
        roles
    }

    fn translate(&self, value: &Value) -> Roles {
        let known = |name: &str| self.names.get(name).copied();
        match value {
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .filter_map(known)
                .collect(),
            Value::String(names) => names
                .split(|c: char| c == ',' || c.is_whitespace())
                .filter_map(known)
                .collect(),
            Value::Object(names) => names.keys().filter_map(|name| known(name)).collect(),
            _ => Roles::NONE,
        }
    }
}

/// The value at a dotted path. A claim's own name may have dots in it (an address, for
/// one), so the longest name that is there wins at every step.
fn find<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    path.rmatch_indices('.').find_map(|(dot, _)| {
        let inner = claims.get(&path[..dot])?.as_object()?;
        find(inner, &path[dot + 1..])
    })
}

/// A text claim fit for display: one line, trimmed, cut to 200 characters; nothing when
/// the claim is missing, empty or no text.
pub(super) fn display_text(claims: &Map<String, Value>, key: &str) -> Option<String> {
    let text: String = claims
        .get(key)?
        .as_str()?
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_TEXT)
        .collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rules(paths: &[&str], names: &[(&str, Role)]) -> RoleRules {
        RoleRules::new(
            paths.iter().map(|path| (*path).to_owned()).collect(),
            names
                .iter()
                .map(|(name, role)| ((*name).to_owned(), *role))
                .collect(),
        )
    }

    fn read(rules: &RoleRules, claims: Value) -> String {
        rules.read(claims.as_object().unwrap()).to_string()
    }

    #[test]
    fn a_list_a_text_and_an_objects_keys_all_name_roles() {
        let rules = rules(&["r"], &[("chief", Role::Lead), ("judge", Role::Assessor)]);
        for claims in [
            json!({"r": ["judge", "chief", "cook", 7]}),
            json!({"r": "chief judge cook"}),
            json!({"r": "cook, judge,chief"}),
            json!({"r": {"judge": {"id": "org"}, "chief": null, "cook": []}}),
        ] {
            assert_eq!(read(&rules, claims), "MEMBER,ASSESSOR,LEAD");
        }
    }

    #[test]
    fn unmapped_names_and_other_shapes_give_nothing() {
        let rules = rules(&["r"], &[("chief", Role::Lead)]);
        for claims in [
            json!({}),
            json!({"r": ["LEAD", "Chief", "chief "]}),
            json!({"r": 3}),
            json!({"r": [["chief"]]}),
            json!({"r": true}),
            json!({"r": null}),
        ] {
            assert_eq!(read(&rules, claims), "MEMBER");
        }
    }

    #[test]
    fn paths_go_into_objects_and_a_name_with_dots_or_colons_is_one_name() {
        let names = [("chief", Role::Lead)];
        let zitadel = "urn:zitadel:iam:org:project:roles";
        assert_eq!(
            read(&rules(&[zitadel], &names), json!({zitadel: {"chief": {}}})),
            "MEMBER,LEAD"
        );
        let deep = rules(&["https://id.example.org/app.roles"], &names);
        for claims in [
            json!({"https://id.example.org/app.roles": "chief"}),
            json!({"https://id.example.org/app": {"roles": "chief"}}),
            json!({"https://id.example": {"org/app": {"roles": "chief"}}}),
        ] {
            assert_eq!(read(&deep, claims), "MEMBER,LEAD");
        }
    }

    #[test]
    fn the_first_path_that_gives_a_role_decides() {
        let rules = rules(
            &["a", "b.c"],
            &[("chief", Role::Lead), ("judge", Role::Assessor)],
        );
        let both = json!({"a": ["judge"], "b": {"c": ["chief"]}});
        assert_eq!(read(&rules, both), "MEMBER,ASSESSOR");
        let hidden = json!({"a": ["cook"], "b": {"c": ["chief"]}});
        assert_eq!(read(&rules, hidden), "MEMBER,LEAD");
    }

    #[test]
    fn in_local_mode_names_mean_themselves() {
        let rules = rules(&["groups"], &[("chief", Role::Lead)]).and_own_names();
        assert_eq!(read(&rules, json!({"roles": ["ADMIN"]})), "MEMBER,ADMIN");
        assert_eq!(read(&rules, json!({"groups": ["chief"]})), "MEMBER,LEAD");
        assert_eq!(read(&rules, json!({"roles": ["admin"]})), "MEMBER");
    }

    #[test]
    fn text_for_display_is_one_line_and_not_endless() {
        let claims = json!({"name": " An\u{0}n\nB. ", "email": "", "long": "é".repeat(300)});
        let claims = claims.as_object().unwrap();
        assert_eq!(display_text(claims, "name").as_deref(), Some("AnnB."));
        assert_eq!(display_text(claims, "email"), None);
        assert_eq!(display_text(claims, "none"), None);
        assert_eq!(display_text(claims, "long").unwrap().chars().count(), 200);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "(chief|judge|cook|[ ,a.]{0,5})".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("(a|b|a\\.b|chief|judge)", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn only_roles_that_are_mapped_to_come_out(
            claims in prop::collection::btree_map("(a|b|a\\.b)", any_json(), 0..4),
        ) {
            let claims: Map<String, Value> = claims.into_iter().collect();
            let roles = rules(&["a.b", "a", "b.a.b"], &[("chief", Role::Lead)]).read(&claims);
            prop_assert!(roles.contains(Role::Member));
            prop_assert!(roles.iter().all(|role| matches!(role, Role::Member | Role::Lead)));
            if !Value::Object(claims).to_string().contains("chief") {
                prop_assert!(!roles.contains(Role::Lead));
            }
        }

        #[test]
        fn a_list_and_the_same_words_in_a_text_say_the_same(
            words in prop::collection::vec("(chief|judge|cook|[a-z]{1,6})", 0..8),
        ) {
            let rules = rules(&["r"], &[("chief", Role::Lead), ("judge", Role::Assessor)]);
            let list = read(&rules, json!({"r": words}));
            prop_assert_eq!(&list, &read(&rules, json!({"r": words.join(" ")})));
            prop_assert_eq!(&list, &read(&rules, json!({"r": words.join(",")})));
        }
    }
}
