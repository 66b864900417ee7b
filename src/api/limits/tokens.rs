//! Counts the tokens of a document and how deep its brackets go, without parsing it: the
//! parser is recursive and builds a tree, so that this has to be known before. It
//! judges nothing; what is no GraphQL at all is for the parser to say.

/// Brackets within brackets that the parser is ever given.
pub(super) const MOST_NESTED: usize = 200;

/// How large a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Names, numbers, strings and signs; strings count once, comments and commas not at all.
    pub(super) tokens: usize,
    /// The most brackets of any kind open at once.
    pub(super) nesting: usize,
}

/// The size of a document, in one pass.
pub(super) fn count(document: &str) -> Size {
    let mut size = Size::default();
    let mut open: usize = 0;
    let mut rest = document.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match first {
            // White space, commas and the byte order mark stand between tokens.
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => after,
            b'#' => {
                let end = after.iter().position(|b| matches!(b, b'\n' | b'\r'));
                &after[end.unwrap_or(after.len())..]
            }
            _ => {
                size.tokens += 1;
                match first {
                    b'"' => after_string(after),
                    b'.' if after.starts_with(b"..") => &after[2..],
                    b'{' | b'[' | b'(' => {
                        open += 1;
                        size.nesting = size.nesting.max(open);
                        after
                    }
                    b'}' | b']' | b')' => {
                        open = open.saturating_sub(1);
                        after
                    }
                    b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                        let end = after.iter().position(|b| !is_name(*b));
                        &after[end.unwrap_or(after.len())..]
                    }
                    b'0'..=b'9' | b'-' => after_number(after),
                    _ => after,
                }
            }
        };
    }
    size
}

/// What follows a string whose opening quote has been read. An unfinished one ends with its
/// line, a block string with the document.
fn after_string(text: &[u8]) -> &[u8] {
    if let Some(mut block) = text.strip_prefix(b"\"\"") {
        while !block.is_empty() {
            if let Some(after) = block.strip_prefix(b"\"\"\"") {
                return after;
            }
            block = block.strip_prefix(b"\\\"\"\"").unwrap_or(&block[1..]);
        }
        return block;
    }
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return &text[at + 1..],
            b'\n' | b'\r' => return &text[at..],
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    &[]
}

/// What follows a number whose first digit or sign has been read.
fn after_number(text: &[u8]) -> &[u8] {
    let is_point = |at: usize| text[at] == b'.' && text.get(at + 1).is_some_and(u8::is_ascii_digit);
    let end = (0..text.len()).find(|&at| {
        !(text[at].is_ascii_alphanumeric() || matches!(text[at], b'+' | b'-') || is_point(at))
    });
    &text[end.unwrap_or(text.len())..]
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::{Size, count};

    #[track_caller]
    fn is(document: &str, tokens: usize, nesting: usize) {
        assert_eq!(count(document), Size { tokens, nesting }, "{document}");
    }

    #[test]
    fn names_numbers_and_signs_count_one_each() {
        is("{ a }", 3, 1);
        is("query Q($n: Int! = -1.5e+3) { a(n: $n) }", 20, 2);
        is("{ a(list: [[1, 2], [3]]) }", 16, 4);
    }

    #[test]
    fn spreads_written_without_blanks_are_counted() {
        is("{a...b...c}", 7, 1);
        is("{a ...on B{c}}", 9, 2);
    }

    #[test]
    fn a_string_counts_once_whatever_it_holds() {
        is(r#"{ a(t: "b { c \" d") }"#, 8, 2);
        is("{ a(t: \"\"\"x \" { \\\"\"\" y\n\"\"\") }", 8, 2);
        is(r#"{ a(t: "") b }"#, 9, 2);
    }

    #[test]
    fn what_is_not_finished_ends_somewhere() {
        is("{ a(t: \"b\n c }", 8, 2);
        is("{ a(t: \"\"\"b\n c }", 6, 2);
        is("\"\\", 1, 0);
    }

    #[test]
    fn comments_commas_and_blanks_count_nothing() {
        is("\u{feff}# { { \"\n{ a,,, b } # end", 4, 1);
    }
}
