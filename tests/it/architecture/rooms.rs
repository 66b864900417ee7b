//! Who may import whom. Imports run downhill: `api → graphql, loaders → commands, queries → store →
//! policy → lifecycle, scoring, rank, domain → platform`, and `store → entity`; features lean back
//! along the pipeline. The table is here; reading the sources is the business of `source.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Import, absolute, imports, tokens};

/// The pipeline; a feature may lean on those before it.
const FEATURES: [&str; 6] = [
    "identity",
    "ideas",
    "assessment",
    "backlog",
    "prototypes",
    "hackathons",
];

/// Arithmetic and tables: no database, no session, no clock, nothing to wait for.
const PURE: [&str; 9] = [
    "chance",
    "explain",
    "histogram",
    "lifecycle",
    "plan",
    "presets",
    "rank",
    "rubric",
    "scoring",
];

/// What the two databases are spoken to with.
const SQL: [&str; 4] = ["sea_orm", "sea_orm_migration", "sea_query", "sqlx"];

/// Who beside stores and the tables' mirror speaks it: the platform's database with its writer and
/// its log of events, the keys of a page, the refusal that wraps a database's; and the session,
/// which keeps the keys of requests that may come again.
const SPEAKS_SQL: [&str; 6] = ["db", "error", "outbox", "page", "session", "writer"];

const ASYNC: [&str; 9] = [
    "async_graphql",
    "async_trait",
    "axum",
    "futures",
    "futures_util",
    "reqwest",
    "tokio",
    "tokio_util",
    "tower_http",
];

/// How high a room lies; it may import what lies as high or lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Platform,
    /// The tables' mirror stands aside: its rule is its own.
    Entity,
    /// Values, and whatever room a feature has for itself.
    Domain,
    /// The table of who may do what.
    Policy,
    Session,
    Store,
    /// Commands, queries, and the gate where a token becomes a session.
    Command,
    /// Resolvers and loaders: they may ask every feature's front door.
    Graph,
    Api,
    Top,
}

#[derive(Debug)]
struct Place {
    level: Level,
    /// Its index in the pipeline.
    feature: Option<usize>,
    /// The first name below the feature, or below the crate.
    room: String,
    name: String,
}

impl Place {
    fn of(module: &[String]) -> Self {
        let first = module.first().map_or("", String::as_str);
        let second = module.get(1).map_or("", String::as_str);
        let feature = FEATURES.iter().position(|it| *it == first);
        let level = match (feature, first) {
            (Some(_), _) => level_in_feature(second),
            (None, "platform") => Level::Platform,
            (None, "entity") => Level::Entity,
            (None, "policy") => Level::Policy,
            (None, "session") => Level::Session,
            // What all resolvers share.
            (None, "graph") => Level::Graph,
            // Settings know everybody's; they are handed down, nobody reaches up for them.
            (None, "api" | "config") => Level::Api,
            (None, _) => Level::Top,
        };
        let is_inside = feature.is_some() || first == "platform";
        let name = match (is_inside, second) {
            (true, "") => format!("the front door of {first}"),
            (true, _) => format!("{first}/{second}"),
            (false, _) if first.is_empty() => "the crate's root".to_owned(),
            (false, _) => first.to_owned(),
        };
        Self {
            level,
            feature,
            room: if is_inside { second } else { first }.to_owned(),
            name,
        }
    }

    fn is_front_door(&self) -> bool {
        self.feature.is_some() && self.room.is_empty()
    }

    fn is_pure(&self) -> bool {
        self.feature.is_some() && PURE.contains(&self.room.as_str())
    }

    fn speaks_sql(&self) -> bool {
        matches!(self.level, Level::Store | Level::Entity)
            || (matches!(self.level, Level::Platform | Level::Session)
                && SPEAKS_SQL.contains(&self.room.as_str()))
    }
}

/// Where a room of a feature lies; one that is not named here lies with the domain.
/// `store`, `store_search` and everything in a folder `store/` are the same room.
fn level_in_feature(room: &str) -> Level {
    match room.split('_').next().unwrap_or_default() {
        // `listing` is the store of an idea's line in the ranked backlog.
        // `shelf` and `folds` keep in memory what a store has read.
        "store" | "listing" | "shelf" | "folds" => Level::Store,
        // `screening` is commands again, those of leads.
        "commands" | "queries" | "gate" | "screening" => Level::Command,
        "graphql" | "loaders" => Level::Graph,
        _ => Level::Domain,
    }
}

/// Every line with an import that goes where it must not, as `src/file.rs:line: names: why not`.
/// Files are paths below `src` and their texts.
pub(super) fn uphill(files: &BTreeMap<String, String>) -> Vec<String> {
    let house = House::read(files);
    files
        .iter()
        .flat_map(|(file, text)| house.faults_of(file, text))
        .collect()
}

/// All imports, and what the names in a module stand for.
struct House<'a> {
    modules: BTreeSet<Vec<String>>,
    imports: BTreeMap<&'a str, Vec<Import>>,
    /// (module, name there) → the path it was brought in by.
    names: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl<'a> House<'a> {
    fn read(files: &'a BTreeMap<String, String>) -> Self {
        let modules: BTreeSet<_> = files.keys().map(|file| module_of(file)).collect();
        let mut house = Self {
            modules,
            imports: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for (file, text) in files {
            let found = imports(text, &module_of(file));
            for import in &found {
                let target = absolute(import, &house.modules);
                if let (Some(alias), Some(target)) = (&import.alias, target) {
                    let place = (import.module.clone(), alias.clone());
                    house.names.insert(place, target);
                }
            }
            house.imports.insert(file, found);
        }
        house
    }

    fn faults_of(&self, file: &str, text: &str) -> Vec<String> {
        let source = Place::of(&module_of(file));
        let mut told: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
        for import in self.imports.get(file).into_iter().flatten() {
            let verdict = match self.resolve(import) {
                Some(path) => self.judge(&source, &path),
                None => judge_foreign(&source, import),
            };
            let Some(why) = verdict else {
                continue;
            };
            // Where the `use` of a module is wrong already, its uses need no word.
            let is_told = told.keys().any(|(_, told)| *told == why);
            if import.is_use || !is_told {
                let names = told.entry((import.line, why)).or_default();
                names.push(import.path.join("::"));
            }
        }
        if source.is_pure() {
            for token in tokens(text) {
                if ["async", "await"].contains(&token.text) {
                    let why = format!("{} waits for nothing", source.name);
                    let names = told.entry((token.line, why)).or_default();
                    names.push(token.text.to_owned());
                }
            }
        }
        told.into_iter()
            .map(|((line, why), names)| format!("src/{file}:{line}: {}: {why}", names.join(", ")))
            .collect()
    }

    /// The path from the crate's root; none when it leads out of the crate.
    fn resolve(&self, import: &Import) -> Option<Vec<String>> {
        if let Some(path) = absolute(import, &self.modules) {
            return Some(path);
        }
        // `store::insert` behind `use super::store`. Behind the `use` of anything but a module
        // there is nothing new.
        let first = import.path.first()?;
        let target = self.names.get(&(import.module.clone(), first.clone()))?;
        let is_module = !import.is_use && self.modules.contains(target);
        is_module.then(|| [target.as_slice(), &import.path[1..]].concat())
    }

    /// The module that a path begins with, as long as there is one.
    fn module_in<'p>(&self, path: &'p [String]) -> &'p [String] {
        (0..=path.len())
            .rev()
            .map(|length| &path[..length])
            .find(|module| self.modules.contains(*module))
            .unwrap_or_default()
    }

    /// The path behind the front doors that let its name out.
    fn behind_doors(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        // A name is let out once or twice; more is a circle.
        for _ in 0..8 {
            let module = self.module_in(&path);
            let Some(name) = path.get(module.len()) else {
                break;
            };
            let Some(target) = self.names.get(&(module.to_vec(), name.clone())) else {
                break;
            };
            path = [target.as_slice(), &path[module.len() + 1..]].concat();
        }
        path
    }

    fn judge(&self, source: &Place, path: &[String]) -> Option<String> {
        let door = Place::of(self.module_in(path));
        let path = self.behind_doors(path);
        let target = Place::of(self.module_in(&path));

        if source.is_pure() {
            let is_clock = path.starts_with(&["platform", "clock", "Clock"].map(String::from));
            let waits = target.level == Level::Session
                || (target.level == Level::Platform
                    && ["db", "outbox", "writer"].contains(&target.room.as_str()));
            if is_clock || waits {
                return Some(format!("{} is arithmetic and nothing else", source.name));
            }
        }
        if target.level == Level::Entity {
            let may = source.speaks_sql() || source.level == Level::Top;
            return (!may).then(|| "the tables' mirror is for stores".to_owned());
        }
        if source.level == Level::Entity {
            return Some("the tables' mirror knows nothing of the house".to_owned());
        }
        let is_same_feature = source.feature.is_some() && source.feature == target.feature;
        if source.is_front_door() && is_same_feature {
            return None;
        }
        let joins =
            source.level == Level::Graph && (door.is_front_door() || target.level == Level::Graph);
        if joins {
            return None;
        }
        // A front door lets out values of its own; whoever looks for higher rooms finds them behind it.
        let reach = if source.is_front_door() {
            Level::Graph
        } else {
            source.level
        };
        if target.level > reach {
            return Some(format!("uphill from {} to {}", source.name, target.name));
        }
        if let (Some(from), Some(to)) = (source.feature, target.feature) {
            return (to > from)
                .then(|| format!("{} leans forward on {}", source.name, target.name));
        }
        None
    }
}

/// What is wrong with a path out of the crate.
fn judge_foreign(source: &Place, import: &Import) -> Option<String> {
    let first = import.path.first()?.as_str();
    if source.level == Level::Entity {
        let is_plain = ["sea_orm", "serde", "std", "core", "alloc"].contains(&first);
        let why = "the tables' mirror imports sea_orm, serde and std";
        return (import.is_use && !is_plain).then(|| why.to_owned());
    }
    if SQL.contains(&first) && !source.speaks_sql() {
        return Some(
            "SQL is spoken in stores, the tables' mirror and the platform's database".to_owned(),
        );
    }
    let reads_clock = first == "std"
        && import
            .path
            .iter()
            .any(|it| it == "SystemTime" || it == "Instant");
    // A derived name in the graph makes nobody wait.
    let is_derive = import.path == ["async_graphql", "Enum"];
    let waits = ASYNC.contains(&first) && !is_derive;
    if source.is_pure() && (waits || reads_clock) {
        return Some(format!("{} is arithmetic and nothing else", source.name));
    }
    None
}

/// `ideas/store.rs` is `ideas::store`, `ideas/mod.rs` is `ideas`, `lib.rs` the root.
fn module_of(file: &str) -> Vec<String> {
    let parts = file.trim_end_matches(".rs").split('/').map(str::to_owned);
    let mut module: Vec<String> = parts.collect();
    let is_root = module.len() == 1 && module[0] == "lib";
    if is_root || module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}
