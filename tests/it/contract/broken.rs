//! Proof that the comparison can fail: one broken pair for every kind of breaking change,
//! and pairs that look different and break nobody.

use rstest::rstest;

use super::breaking::{Break, Sdl, breaking_changes};
use super::judge;

fn sdl(text: &str) -> Sdl {
    Sdl::parse(text).expect("the schema of a test can be read")
}

#[rstest]
#[case::type_removed("type A { x: Int } type B { x: Int }", "type A { x: Int }", "B")]
#[case::field_removed("type A { x: Int y: Int }", "type A { x: Int }", "A.y")]
#[case::interface_field_removed("interface A { x: Int y: Int }", "interface A { x: Int }", "A.y")]
#[case::argument_removed(
    "type A { x(a: Int b: Int): Int }",
    "type A { x(a: Int): Int }",
    "A.x.b"
)]
#[case::enum_value_removed("enum A { ONE TWO }", "enum A { ONE }", "A.TWO")]
#[case::input_field_removed("input A { x: Int y: Int }", "input A { x: Int }", "A.y")]
#[case::union_member_removed(
    "type A { x: Int } type B { x: Int } union C = A | B",
    "type A { x: Int } type B { x: Int } union C = A",
    "C.B"
)]
fn a_name_that_is_gone_is_missed(#[case] old: &str, #[case] new: &str, #[case] name: &str) {
    let found = breaking_changes(&sdl(old), &sdl(new));

    assert_eq!(found, [Break::Missing(name.to_owned())]);
}

#[rstest]
#[case::kind(
    "type A { x: Int }",
    "input A { x: Int }",
    "A changed from a type to an input"
)]
#[case::scalar_kind("scalar A", "enum A { ONE }", "A changed from a scalar to an enum")]
#[case::field_type("type A { x: Int }", "type A { x: String }", "A.x: Int became String")]
#[case::field_nullable("type A { x: Int! }", "type A { x: Int }", "A.x: Int! became Int")]
#[case::field_item_nullable(
    "type A { x: [Int!] }",
    "type A { x: [Int] }",
    "A.x: [Int!] became [Int]"
)]
#[case::field_unlisted("type A { x: [Int] }", "type A { x: Int }", "A.x: [Int] became Int")]
#[case::field_listed("type A { x: Int }", "type A { x: [Int] }", "A.x: Int became [Int]")]
#[case::argument_type(
    "type A { x(a: Int): Int }",
    "type A { x(a: ID): Int }",
    "A.x.a: Int became ID"
)]
#[case::argument_non_null(
    "type A { x(a: Int): Int }",
    "type A { x(a: Int!): Int }",
    "A.x.a: Int became Int!"
)]
#[case::argument_non_null_with_default(
    "type A { x(a: Int = 1): Int }",
    "type A { x(a: Int! = 1): Int }",
    "A.x.a: Int became Int!"
)]
#[case::argument_item_non_null(
    "type A { x(a: [Int]): Int }",
    "type A { x(a: [Int!]): Int }",
    "A.x.a: [Int] became [Int!]"
)]
#[case::argument_default_changed(
    "type A { x(a: Int = 5): Int }",
    "type A { x(a: Int = 6): Int }",
    "A.x.a: default 5 became 6"
)]
#[case::argument_default_removed(
    "type A { x(a: Int = 5): Int }",
    "type A { x(a: Int): Int }",
    "A.x.a: default 5 became none"
)]
#[case::argument_default_of_other_kind(
    "enum E { ONE } type A { x(a: E = ONE): Int }",
    "enum E { ONE } type A { x(a: E = \"ONE\"): Int }",
    "A.x.a: default ONE became \"ONE\""
)]
#[case::argument_required(
    "type A { x: Int }",
    "type A { x(a: Int!): Int }",
    "A.x: new required argument a"
)]
#[case::interface_argument_required(
    "interface A { x: Int }",
    "interface A { x(a: Int!): Int }",
    "A.x: new required argument a"
)]
#[case::input_type("input A { x: Int }", "input A { x: Float }", "A.x: Int became Float")]
#[case::input_non_null("input A { x: Int }", "input A { x: Int! }", "A.x: Int became Int!")]
#[case::input_default(
    "input A { x: [Int] = [1, 2] }",
    "input A { x: [Int] = [2, 1] }",
    "A.x: default [1, 2] became [2, 1]"
)]
#[case::input_required(
    "input A { x: Int }",
    "input A { x: Int y: Int! }",
    "A: new required field y"
)]
#[case::interface_dropped(
    "interface N { x: Int } type A implements N { x: Int }",
    "interface N { x: Int } type A { x: Int }",
    "A no longer implements N"
)]
#[case::root_moved(
    "type Query { x: Int }",
    "type Query { x: Int } type Asked { x: Int } schema { query: Asked }",
    "Query is not the root of query"
)]
fn a_name_that_means_something_else_is_a_conflict(
    #[case] old: &str,
    #[case] new: &str,
    #[case] what: &str,
) {
    let found = breaking_changes(&sdl(old), &sdl(new));

    assert_eq!(found, [Break::Conflict(what.to_owned())]);
}

#[rstest]
#[case::additions(
    "enum E { ONE } type A { x: Int } input I { x: Int }",
    "enum E { ONE TWO } type A { x(a: Int, b: Int! = 1): Int y: Int! } input I { x: Int y: Int z: Int! = 1 } type B { x: Int }"
)]
#[case::field_non_null("type A { x: [Int] }", "type A { x: [Int!]! }")]
#[case::argument_nullable("type A { x(a: [Int!]!): Int }", "type A { x(a: [Int]): Int }")]
#[case::default_added("type A { x(a: Int): Int }", "type A { x(a: Int = 1): Int }")]
#[case::default_in_other_words("input A { x: Float = 1 }", "input A { x: Float = 1.0 }")]
#[case::default_in_other_order(
    "input I { a: Int b: Int } input A { x: I = {a: 1, b: 2} }",
    "input I { a: Int b: Int } input A { x: I = {b: 2, a: 1} }"
)]
#[case::union_member_added(
    "type A { x: Int } type B { x: Int } union C = A",
    "type A { x: Int } type B { x: Int } union C = A | B"
)]
#[case::other_order_and_words(
    "type A { x: Int y: Int } type Query { a: A }",
    "schema { query: Query } \"Asks.\" type Query { \"An A.\" a: A } type A { y: Int x: Int }"
)]
fn what_breaks_nobody_is_let_through(#[case] old: &str, #[case] new: &str) {
    assert_eq!(breaking_changes(&sdl(old), &sdl(new)), []);
}

#[rstest]
#[case::nothing_missing("type A { x: Int }", "type A { x: Int }", "")]
#[case::listed("type A { x: Int y(a: Int): Int }", "type A { x: Int }", "A.y\n")]
#[case::listed_type_covers_members(
    "type A { x: Int } type B { x: Int }",
    "type A { x: Int }",
    "B\n"
)]
fn a_list_that_is_right_passes(#[case] old: &str, #[case] new: &str, #[case] list: &str) {
    assert_eq!(judge(&sdl(old), &sdl(new), list), Ok(()));
}

#[rstest]
#[case::unlisted("", "- A.z is in the contract and not served")]
#[case::served("A.x\nA.z\n", "- A.x is served now: delete the line")]
#[case::unknown("A.q\nA.z\n", "- A.q is not in the contract: delete the line")]
#[case::covered(
    "A.z\nB\nB.x\n",
    "- B.x is covered by the line of what it belongs to: delete the line"
)]
#[case::unsorted("B\nA.z\n", "- A.z stands out of order in the list")]
fn a_list_that_is_wrong_says_what_and_how_it_would_be_right(
    #[case] list: &str,
    #[case] complaint: &str,
) {
    let contract = sdl("type A { x: Int z: Int } type B { x: Int }");
    let served = sdl("type A { x: Int }");

    let told = judge(&contract, &served, list).expect_err("the list is wrong");

    assert!(told.lines().any(|line| line == complaint), "{told}");
    assert!(told.ends_with("would be:\nA.z\nB\n"), "{told}");
}

#[test]
fn a_conflict_is_told_even_when_its_name_is_listed() {
    let (contract, served) = (sdl("type A { x: Int }"), sdl("type A { x: ID }"));

    let told = judge(&contract, &served, "A.x\n").expect_err("the type conflicts");

    assert!(
        told.contains("- A.x: Int became ID breaks clients\n"),
        "{told}"
    );
}

#[rstest]
#[case::not_a_schema("type A {", "cannot be read")]
#[case::twice("scalar A scalar A", "A is defined twice")]
#[case::extension("extend type A { x: Int }", "`extend` of A is not compared")]
#[case::directive("directive @a on FIELD", "the directive @a is not compared")]
fn what_cannot_be_compared_is_refused(#[case] text: &str, #[case] why: &str) {
    let told = Sdl::parse(text).err().expect("the text is refused");

    assert!(told.contains(why), "{told}");
}
