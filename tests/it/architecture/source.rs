//! Reads Rust as far as imports go: words and their lines without comments and strings, `use` trees,
//! inline paths. It judges nothing (`rooms.rs` does) and does not need the text to compile.

use std::collections::BTreeSet;

/// A word or a sign of the source, and the line it stands on, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub line: usize,
    pub text: &'a str,
}

/// A name from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub line: usize,
    /// Where the words stand: the file's module and the inline ones around them.
    pub module: Vec<String>,
    /// As written, groups taken apart; without the `*` of a glob.
    pub path: Vec<String>,
    /// The name it has from there on; none for an inline path and a glob.
    pub alias: Option<String>,
    /// Whether a `use` says it.
    pub is_use: bool,
}

/// Everything but white space, comments, strings, characters and lifetimes.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let rest = &text[at..];
        let length = skipped(rest).unwrap_or_else(|| {
            let length = word(rest);
            let word = rest[..length].trim_start_matches("r#");
            if !word.trim().is_empty() {
                found.push(Token { line, text: word });
            }
            length
        });
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// The length of a comment, string, character or lifetime at the start of the text.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if let Some(after) = rest.strip_prefix('\'') {
        let mut chars = after.chars();
        return Some(match (chars.next(), chars.next()) {
            (Some('\\'), Some(_)) => after[2..].find('\'').map_or(rest.len(), |end| end + 4),
            (Some(one), Some('\'')) => one.len_utf8() + 2,
            _ => 1,
        });
    }
    let prefix = ["br", "cr", "r", "b", "c", ""]
        .into_iter()
        .find(|prefix| rest.starts_with(prefix))?;
    let after = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let inside = after[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", &after[..hashes]);
        let length = inside.find(&end).map_or(inside.len(), |it| it + end.len());
        return Some(prefix.len() + hashes + 1 + length);
    }
    let inside = after.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inside.find(|it| {
        let ends = it == '"' && !is_escaped;
        is_escaped = it == '\\' && !is_escaped;
        ends
    });
    Some(prefix.len() + 1 + end.map_or(inside.len(), |end| end + 1))
}

fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        match here {
            [b'/', b'*', ..] => depth += 1,
            [b'*', b'/', ..] => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of the word or sign at the start of the text.
fn word(rest: &str) -> usize {
    if rest.starts_with("::") {
        return 2;
    }
    let raw = if rest.starts_with("r#") { 2 } else { 0 };
    let length = rest[raw..]
        .find(|it: char| it != '_' && !it.is_alphanumeric())
        .unwrap_or(rest.len() - raw);
    if length > 0 {
        return raw + length;
    }
    rest.chars().next().map_or(1, char::len_utf8)
}

/// Every `use` and every inline path of a file that is the module `module`.
pub(super) fn imports(text: &str, module: &[String]) -> Vec<Import> {
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        module: module.to_vec(),
        found: Vec::new(),
    };
    reader.read();
    reader.found
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    module: Vec<String>,
    found: Vec<Import>,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |it| it.text)
    }

    fn read(&mut self) {
        let mut depth = 0;
        let mut inline_modules = Vec::new();
        while self.at < self.tokens.len() {
            match self.text(0) {
                "use" if self.text(1) != "<" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                "mod" if self.text(2) == "{" => {
                    self.module.push(self.text(1).to_owned());
                    self.at += 2;
                    inline_modules.push(depth);
                }
                "{" => {
                    depth += 1;
                    self.at += 1;
                }
                "}" => {
                    depth -= 1;
                    if inline_modules.last() == Some(&depth) {
                        inline_modules.pop();
                        self.module.pop();
                    }
                    self.at += 1;
                }
                word if is_name(word) => {
                    let line = self.tokens[self.at].line;
                    let is_member =
                        self.at > 0 && [".", "::"].contains(&self.tokens[self.at - 1].text);
                    let path = self.path();
                    if path.len() > 1 && !is_member {
                        self.note(line, path, None, false);
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    /// `a::b::c`, and behind it.
    fn path(&mut self) -> Vec<String> {
        let mut path = vec![self.text(0).to_owned()];
        self.at += 1;
        while self.text(0) == "::" && is_name(self.text(1)) {
            path.push(self.text(1).to_owned());
            self.at += 2;
        }
        path
    }

    /// One branch of a `use`, and behind it.
    fn tree(&mut self, before: &[String]) {
        if self.text(0) == "::" {
            self.at += 1;
        }
        let line = self.tokens.get(self.at).map_or(0, |it| it.line);
        let mut path = before.to_vec();
        if is_name(self.text(0)) {
            path.extend(self.path());
        }
        if self.text(0) == "::" {
            self.at += 1;
        }
        match self.text(0) {
            "{" => {
                self.at += 1;
                while !["}", ";", ""].contains(&self.text(0)) {
                    self.tree(&path);
                    if self.text(0) == "," {
                        self.at += 1;
                    }
                }
                self.at += 1;
            }
            "*" => {
                self.at += 1;
                self.note(line, path, None, true);
            }
            "as" => {
                let alias = self.text(1).to_owned();
                self.at += 2;
                self.use_of(line, path, Some(alias));
            }
            "," | "}" | ";" => self.use_of(line, path, None),
            // Not a `use` that could compile: go on behind it.
            _ => self.at += 1,
        }
    }

    fn use_of(&mut self, line: usize, mut path: Vec<String>, alias: Option<String>) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let alias = alias.or_else(|| path.last().cloned());
        self.note(line, path, alias, true);
    }

    fn note(&mut self, line: usize, path: Vec<String>, alias: Option<String>, is_use: bool) {
        let module = self.module.clone();
        self.found.push(Import {
            line,
            module,
            path,
            alias,
            is_use,
        });
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it == '_' || it.is_alphabetic())
}

/// A path as seen from the crate's root; as it was when it names another crate.
pub(super) fn absolute(import: &Import, modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let mut base = import.module.clone();
    let mut rest = import.path.as_slice();
    match rest.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {}
        first => {
            base.push(first.to_owned());
            rest = &rest[1..];
            if !modules.contains(&base) {
                return None;
            }
        }
    }
    while rest.first().is_some_and(|it| it == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend_from_slice(rest);
    Some(base)
}

#[test]
fn words_are_told_apart_from_comments_strings_and_characters() {
    let text = "a // b\n/* c\n/* d */ e */ f \"g\\\" h\" 'i' '\\'' 'j k r\"l\" br##\"m\"# n\"## r#mod b'o' é::p";

    let told: Vec<_> = tokens(text).iter().map(|it| (it.line, it.text)).collect();

    assert_eq!(
        told,
        [
            (1, "a"),
            (3, "f"),
            (3, "j"),
            (3, "k"),
            (3, "mod"),
            (3, "b"),
            (3, "é"),
            (3, "::"),
            (3, "p")
        ]
    );
}

#[test]
fn a_use_is_taken_apart() {
    let text = "use a::{self, b::{c as d, e::*}, f};\npub(crate) use g;\nfn h() { i::j::<k>().l::<m::n>() }";

    let told: Vec<_> = imports(text, &[])
        .into_iter()
        .map(|it| (it.line, it.path.join("::"), it.alias.unwrap_or_default()))
        .collect();

    let expected = [
        (1, "a", "a"),
        (1, "a::b::c", "d"),
        (1, "a::b::e", ""),
        (1, "a::f", "f"),
        (2, "g", "g"),
        (3, "i::j", ""),
        (3, "m::n", ""),
    ];
    assert_eq!(
        told,
        expected.map(|(line, path, alias)| (line, path.to_owned(), alias.to_owned()))
    );
}
