//! Questions made from the served schema: every root field with every argument, and every field
//! of every type that is reached from there. What comes later joins by itself; where an
//! argument has no value yet, the test says so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::App;

const SCHEMA: &str = "{ __schema { types { kind name
    fields(includeDeprecated: true) { name args { ...input } type { ...type } }
    inputFields { ...input } enumValues { name } interfaces { name } possibleTypes { name } } } }
    fragment input on __InputValue { name defaultValue type { ...type } }
    fragment type on __Type { kind name ofType { kind name ofType { kind name ofType { kind
        name ofType { kind name } } } } }";

/// Arguments of pages, which are asked by walking.
const PAGING: [&str; 4] = ["first", "last", "after", "before"];

/// How many of a list within something; how many at a time on a walk.
const WITHIN: usize = 30;
const STRIDE: usize = 3;

/// The types that are served.
pub(super) struct Schema(BTreeMap<String, Type>);

struct Type {
    kind: String,
    is_node: bool,
    fields: Vec<Field>,
    inputs: Vec<Argument>,
    values: Vec<String>,
    possible: Vec<String>,
}

struct Field {
    name: String,
    arguments: Vec<Argument>,
    of: String,
}

struct Argument {
    name: String,
    of: String,
    is_list: bool,
    is_required: bool,
}

/// What arguments take, by `Query.ideas.search` or `IdeaFilter.authorId`, as GraphQL writes it;
/// for a list, what is in it.
pub(super) type Told = BTreeMap<&'static str, Vec<String>>;

/// One request: its text, and what each alias of it was asked with.
pub(super) struct Question {
    pub(super) text: String,
    pub(super) asked: BTreeMap<String, String>,
}

/// What to ask a world.
pub(super) struct Maker<'a> {
    pub(super) schema: &'a Schema,
    pub(super) told: Told,
    /// Arguments that have no value, as sentences.
    pub(super) missing: BTreeSet<String>,
}

impl Schema {
    /// What this house serves.
    pub(super) async fn of(app: &App) -> Self {
        let answer = app.post(SCHEMA, json!({})).await;
        let types = answer.at("__schema.types").as_array().unwrap().iter();
        Self(types.map(|one| (text(&one["name"]), kind(one))).collect())
    }

    fn field(&self, owner: &str, name: &str) -> Option<&Field> {
        self.0.get(owner)?.fields.iter().find(|it| it.name == name)
    }

    /// Every field that can be read, as `Idea.title`.
    pub(super) fn readable(&self) -> BTreeSet<String> {
        let mut readable = BTreeSet::new();
        let mut open = vec!["Query".to_owned()];
        let mut met = BTreeSet::new();
        while let Some(name) = open.pop() {
            if !met.insert(name.clone()) {
                continue;
            }
            let of = &self.0[&name];
            open.extend(of.possible.iter().cloned());
            for field in &of.fields {
                if of.kind == "OBJECT" {
                    readable.insert(format!("{name}.{}", field.name));
                }
                open.push(field.of.clone());
            }
        }
        readable
    }

    /// Notes which fields of an object hold something.
    pub(super) fn note(&self, owner: &str, value: &Value, seen: &mut BTreeSet<String>) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.note(owner, one, seen)),
            Value::Object(all) => {
                let owner = value["__typename"].as_str().unwrap_or(owner);
                for (key, inner) in all {
                    // An alias says of what after its number.
                    let name = key.split_once("__").map_or(key.as_str(), |(_, name)| name);
                    let Some(field) = self.field(owner, name) else {
                        continue;
                    };
                    if !inner.is_null() && *inner != json!([]) {
                        seen.insert(format!("{owner}.{name}"));
                    }
                    self.note(&field.of, inner, seen);
                }
            }
            _ => {}
        }
    }
}

impl Maker<'_> {
    /// Every root field whole, for a few of the values that its required arguments take.
    pub(super) fn whole(&mut self) -> Vec<Question> {
        let schema = self.schema;
        let mut questions = Vec::new();
        for field in &schema.0["Query"].fields {
            if ["node", "nodes"].contains(&field.name.as_str()) {
                continue;
            }
            for (at, row) in self.base("Query", field).into_iter().take(3).enumerate() {
                let name = format!("x{at}__{}", field.name);
                let asked = self.called("Query", field, &name, &row, 1);
                questions.push(question([(name, asked, row)]));
            }
        }
        questions
    }

    /// Every root field with every argument, told shortly: the first page of each.
    pub(super) fn rows(&mut self) -> Vec<Walk> {
        let schema = self.schema;
        let mut walks = Vec::new();
        for field in &schema.0["Query"].fields {
            for row in self.variants("Query", field) {
                let is_list = field.arguments.iter().any(|it| it.name == "after");
                let names = self.names(&field.of);
                walks.push(Walk {
                    name: format!("x{}__{}", walks.len(), field.name),
                    field: field.name.clone(),
                    row,
                    names,
                    is_list,
                });
            }
        }
        walks
    }

    /// These things whole, by their ids; all of the same type.
    pub(super) fn things(&mut self, of: &str, ids: &[String]) -> Question {
        let whole = self.deep(of, 0, &mut Vec::new());
        let name = "x0__nodes".to_owned();
        let ids = ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>();
        let ids = ids.join(", ");
        let asked =
            format!("{name}: nodes(ids: [{ids}]) {{ __typename ... on {of} {{ {whole} }} }}");
        question([(name, asked, of.to_owned())])
    }

    /// A field under an alias, with these arguments and all that is below.
    fn called(
        &mut self,
        owner: &str,
        field: &Field,
        alias: &str,
        row: &str,
        depth: usize,
    ) -> String {
        let mut row = row.to_owned();
        let is_list = field.arguments.iter().any(|it| it.name == "after");
        if is_list {
            row = format!("{row} first: {WITHIN}");
        }
        let inner = match self.schema.0[&field.of].kind.as_str() {
            "SCALAR" | "ENUM" => String::new(),
            _ => format!(
                "{{ {} }}",
                self.below(&field.of, depth, &mut vec![owner.to_owned()])
            ),
        };
        format!("{alias}: {}{} {inner}", field.name, bracketed(&row))
    }

    /// What is told of a type below a field: things that have an id cost depth.
    fn below(&mut self, of: &str, depth: usize, above: &mut Vec<String>) -> String {
        let kind = &self.schema.0[of];
        if kind.kind != "OBJECT" {
            return "__typename id".to_owned();
        }
        match depth {
            0 if kind.is_node => "__typename id".to_owned(),
            _ if above.iter().any(|it| it == of) && !kind.is_node => "__typename".to_owned(),
            _ => self.deep(of, depth - usize::from(kind.is_node), above),
        }
    }

    /// All fields of a type.
    fn deep(&mut self, of: &str, depth: usize, above: &mut Vec<String>) -> String {
        let schema = self.schema;
        above.push(of.to_owned());
        let mut selection = vec!["__typename".to_owned()];
        for field in &schema.0[of].fields {
            let is_leaf = ["SCALAR", "ENUM"].contains(&schema.0[&field.of].kind.as_str());
            let is_list = field.arguments.iter().any(|it| it.name == "after");
            // The nodes of a page stand in its edges.
            let is_twice = field.name == "nodes" && of.ends_with("Connection");
            // Other arguments than the needed ones where a thing is asked for itself.
            let rows = match above.len() {
                1 => self.variants(of, field),
                _ => self.base(of, field).into_iter().take(1).collect(),
            };
            for (at, row) in rows.iter().enumerate() {
                let (alias, mut row) = match at {
                    0 => (String::new(), row.clone()),
                    _ => (format!("x{at}__{}: ", field.name), row.clone()),
                };
                if is_list && !row.contains("first:") && !row.contains("last:") {
                    row = format!("{row} first: {WITHIN}");
                }
                let inner = match (is_leaf, at, is_twice) {
                    (true, ..) => String::new(),
                    (_, _, true) => "{ __typename }".to_owned(),
                    (_, 0, _) => format!("{{ {} }}", self.below(&field.of, depth, above)),
                    _ => format!("{{ {} }}", self.names(&field.of)),
                };
                selection.push(format!("{alias}{}{} {inner}", field.name, bracketed(&row)));
            }
        }
        above.pop();
        selection.join(" ")
    }

    /// What something is called: its id, and what has no id by its plain fields.
    fn names(&self, of: &str) -> String {
        let kind = &self.schema.0[of];
        let has = |name: &str| kind.fields.iter().any(|it| it.name == name);
        if has("edges") {
            let edge = &self.schema.field(of, "edges").unwrap().of;
            let node = &self.schema.field(edge, "node").unwrap().of;
            return format!(
                "totalCount edges {{ cursor node {{ {} }} }} pageInfo {{ hasNextPage \
                 hasPreviousPage startCursor endCursor }}",
                self.names(node)
            );
        }
        if has("id") && (kind.is_node || kind.kind != "OBJECT") {
            return "__typename id".to_owned();
        }
        let mut names = vec!["__typename".to_owned()];
        for field in kind.fields.iter().filter(|it| it.arguments.is_empty()) {
            let inner = &self.schema.0[&field.of];
            match inner.kind.as_str() {
                "SCALAR" | "ENUM" => names.push(field.name.clone()),
                _ if inner.fields.iter().any(|it| it.name == "id") => {
                    names.push(format!("{} {{ id }}", field.name));
                }
                _ => {}
            }
        }
        names.join(" ")
    }

    /// The arguments without which a field cannot be asked, in each of their values.
    fn base(&mut self, owner: &str, field: &Field) -> Vec<String> {
        let mut rows = vec![String::new()];
        for argument in field.arguments.iter().filter(|it| it.is_required) {
            let values = self.literals(&format!("{owner}.{}", field.name), argument);
            rows = rows
                .iter()
                .flat_map(|row| {
                    values
                        .iter()
                        .map(move |it| format!("{row} {}: {it}", argument.name))
                })
                .collect();
        }
        rows
    }

    /// And then every other argument in each of its values, one at a time.
    fn variants(&mut self, owner: &str, field: &Field) -> Vec<String> {
        let mut rows = self.base(owner, field);
        let Some(first) = rows.first().cloned() else {
            return Vec::new();
        };
        for argument in field.arguments.iter().filter(|it| !it.is_required) {
            let is_paging = PAGING.contains(&argument.name.as_str());
            let is_list = field.arguments.iter().any(|it| it.name == "after");
            if is_paging && is_list {
                if owner != "Query" && ["first", "last"].contains(&argument.name.as_str()) {
                    rows.push(format!("{first} {}: 1", argument.name));
                }
                continue;
            }
            for literal in self.literals(&format!("{owner}.{}", field.name), argument) {
                rows.push(format!("{first} {}: {literal}", argument.name));
            }
        }
        let more = self.told.get(format!("{owner}.{}", field.name).as_str());
        rows.extend(
            more.into_iter()
                .flatten()
                .map(|row| format!("{first} {row}")),
        );
        rows
    }

    /// The values of an argument, as GraphQL writes them.
    fn literals(&mut self, owner: &str, argument: &Argument) -> Vec<String> {
        let schema = self.schema;
        let name = format!("{owner}.{}", argument.name);
        let of = &schema.0[&argument.of];
        let literals = match self.told.get(name.as_str()) {
            Some(told) => told.clone(),
            None if of.kind == "ENUM" => of.values.clone(),
            None if argument.of == "Boolean" => vec!["true".to_owned(), "false".to_owned()],
            None if of.kind == "INPUT_OBJECT" => self.objects(&argument.of),
            None => {
                self.missing.insert(format!(
                    "Nobody says what {name} takes: add a line to tests/it/veil/arguments.rs."
                ));
                Vec::new()
            }
        };
        let wrapped = |one: String| {
            if argument.is_list {
                format!("[{one}]")
            } else {
                one
            }
        };
        literals.into_iter().map(wrapped).collect()
    }

    /// An input with each of its fields at least once.
    fn objects(&mut self, of: &str) -> Vec<String> {
        let schema = self.schema;
        let inputs = &schema.0[of].inputs;
        let mut needed = Vec::new();
        for input in inputs.iter().filter(|it| it.is_required) {
            let first = self.literals(of, input).into_iter().next();
            needed.push((input.name.clone(), first.unwrap_or_default()));
        }
        let mut objects = Vec::new();
        for input in inputs {
            for literal in self.literals(of, input) {
                let others = needed.iter().filter(|(name, _)| *name != input.name);
                let others: String = others.map(|(name, it)| format!(", {name}: {it}")).collect();
                objects.push(format!("{{{}: {literal}{others}}}", input.name));
            }
        }
        objects
    }
}

/// A list with these arguments, to be walked through page by page, or a field asked once.
pub(super) struct Walk {
    pub(super) name: String,
    field: String,
    row: String,
    names: String,
    pub(super) is_list: bool,
}

impl Walk {
    /// The question for the page beyond a cursor, from the beginning or from the end.
    pub(super) fn page(&self, backward: bool, cursor: Option<&str>) -> (String, String, String) {
        let mut row = self.row.clone();
        if self.is_list {
            let (size, beyond) = match backward {
                false => ("first", "after"),
                true => ("last", "before"),
            };
            row = format!("{row} {size}: {STRIDE}");
            if let Some(cursor) = cursor {
                row = format!("{row} {beyond}: \"{cursor}\"");
            }
        }
        let inner = match self.names.as_str() {
            "" => String::new(),
            names => format!("{{ {names} }}"),
        };
        let text = format!("{}: {}{} {inner}", self.name, self.field, bracketed(&row));
        (
            self.name.clone(),
            text,
            format!("{}{}", self.field, bracketed(&row)),
        )
    }
}

/// One request of these fields, each with its alias and what it is asked with.
pub(super) fn question(fields: impl IntoIterator<Item = (String, String, String)>) -> Question {
    let mut text = String::from("{");
    let mut asked = BTreeMap::new();
    for (alias, field, row) in fields {
        text.push_str(&field);
        text.push('\n');
        asked.insert(alias, row);
    }
    text.push('}');
    Question { text, asked }
}

fn bracketed(row: &str) -> String {
    match row.trim() {
        "" => String::new(),
        row => format!("({row})"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn all<T>(value: &Value, one: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().into_iter().flatten().map(one).collect()
}

fn kind(told: &Value) -> Type {
    let name = |it: &Value| text(&it["name"]);
    let interfaces = all(&told["interfaces"], name);
    Type {
        kind: text(&told["kind"]),
        is_node: interfaces.iter().any(|it| it == "Node"),
        fields: all(&told["fields"], |it| Field {
            name: name(it),
            arguments: all(&it["args"], argument),
            of: base(&it["type"]),
        }),
        inputs: all(&told["inputFields"], argument),
        values: all(&told["enumValues"], name),
        possible: all(&told["possibleTypes"], name),
    }
}

fn argument(told: &Value) -> Argument {
    let of = &told["type"];
    let is_list = |it: &Value| it["kind"] == "LIST" || it["ofType"]["kind"] == "LIST";
    Argument {
        name: text(&told["name"]),
        of: base(of),
        is_list: is_list(of),
        is_required: of["kind"] == "NON_NULL" && told["defaultValue"].is_null(),
    }
}

/// The type below lists and marks.
fn base(kind: &Value) -> String {
    match kind["ofType"] {
        Value::Null => text(&kind["name"]),
        _ => base(&kind["ofType"]),
    }
}
