//! Windows of a list and the cursors that mark them: every window is the slice it says, and
//! no cursor that was not made here is taken for one.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use sluice::platform::page::{PageArgs, decode, encode};

use super::support::{App, Store, Store::*};

proptest! {
    #[test]
    fn a_cursor_reads_back_in_its_own_list_alone(
        number in any::<i64>(), text in ".{0,40}", list in "[a-z:]{1,12}", other in "[a-z:]{1,12}",
    ) {
        let keys = [json!(number), json!(text)];
        let cursor = encode(&list, &keys);

        prop_assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(decode(&list, &cursor), Some(keys.to_vec()));
        if other != list {
            prop_assert_eq!(decode(&other, &cursor), None);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused(after in "\\PC{0,40}", list in "[a-z]{3}") {
        let args = PageArgs { after: Some(after), ..PageArgs::default() };
        prop_assert!(args.window(&list).is_err());
    }

    /// By slices of the plain list.
    #[test]
    fn a_window_is_the_slice_it_says(
        length in 0_i64..40, size in 0_i32..45, backward in any::<bool>(),
        after in prop::option::of(-2_i64..42), before in prop::option::of(-2_i64..42),
    ) {
        let list: Vec<i64> = (0..length).collect();
        let cursor = |key: Option<i64>| key.map(|key| encode("list", &[json!(key)]));
        let (first, last) = if backward { (None, Some(size)) } else { (Some(size), None) };
        let args = PageArgs { first, last, after: cursor(after), before: cursor(before) };

        let page = args.window("list").unwrap().cut(list.clone(), |key| *key).unwrap();

        let between: Vec<i64> = list
            .into_iter()
            .filter(|key| after.is_none_or(|after| *key > after))
            .filter(|key| before.is_none_or(|before| *key < before))
            .collect();
        let size = usize::try_from(size).unwrap().min(between.len());
        let (wanted, more) = if backward {
            (&between[between.len() - size..], page.has_previous)
        } else {
            (&between[..size], page.has_next)
        };
        prop_assert_eq!(&page.rows, wanted);
        prop_assert_eq!(more, size < between.len());
    }
}

#[rstest]
#[tokio::test]
async fn a_forged_cursor_is_refused_and_breaks_nothing(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    ann.submit("Bees").await;
    let id = "0198c0de-0000-7000-8000-000000000000";
    let (huge, list) = (json!(u64::MAX), "ideas:SubmittedAt:Descending");

    for keys in [
        json!([]),
        json!([1]),
        json!([1, id, 1]),
        json!([1, 1]),
        json!([1, "x"]),
        json!([1.5, id]),
        json!(["1", id]),
        json!([null, id]),
        json!([huge, id]),
        json!([1e300, id]),
        json!([[1], id]),
        json!([{"a": 1}, id]),
        json!([true, id]),
        json!([1, format!("{id}\u{0}")]),
    ] {
        let cursor = encode(list, keys.as_array().unwrap());
        let query = "query($c: String) { ideas(after: $c) { totalCount } }";
        let answer = ann.post(query, json!({"c": cursor})).await;
        answer.refused_because("BAD_USER_INPUT", "BAD_CURSOR");
    }
    // These could have been made here; they lie before and behind everything.
    for (key, found) in [(i64::MAX, 1), (i64::MIN, 0)] {
        let cursor = encode(list, &[json!(key), json!(id)]);
        let query = "query($c: String) { ideas(after: $c) { nodes { title } } }";
        let answer = ann.post(query, json!({"c": cursor})).await;
        assert_eq!(answer.at("ideas.nodes").as_array().unwrap().len(), found);
    }
}

#[rstest]
#[tokio::test]
async fn any_window_of_a_real_list_is_the_slice_it_says(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    for index in 0..25 {
        ann.submit(&format!("Idea {index}")).await;
    }
    // Every third is wanted by its author: two values in all, and the id between equals.
    let all = ann
        .post("{ ideas { edges { node { id } } } }", json!({}))
        .await;
    for edge in all.at("ideas.edges").as_array().unwrap().iter().step_by(3) {
        let input = json!({"ideaId": edge["node"]["id"]});
        ann.act("supportIdea", input, "idea { id }").await.ok();
    }
    let query = "query($first: Int, $last: Int, $after: String, $before: String) { \
        ideas(first: $first, last: $last, after: $after, before: $before, \
        orderBy: {field: SUPPORT}) { edges { cursor node { number } } } }";
    let whole = ann.post(query, json!({"first": 100})).await;
    let whole: Vec<Value> = whole.at("ideas.edges").as_array().unwrap().clone();

    // A fixed walk through windows of all kinds.
    let mut dice = 7_usize;
    let mut throw = |sides: usize| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    for _ in 0..40 {
        let (size, backward) = (throw(12), throw(2) == 0);
        let after = (throw(3) > 0).then(|| throw(25));
        let before = (throw(3) > 0).then(|| throw(25));
        let begin = after.map_or(0, |index| index + 1);
        let end = before.unwrap_or(25).max(begin);
        let size = size.min(end - begin);
        let wanted = if backward {
            end - size..end
        } else {
            begin..begin + size
        };

        let cursor = |index: Option<usize>| index.map(|index| whole[index]["cursor"].clone());
        let side = if backward { "last" } else { "first" };
        let window = json!({side: size, "after": cursor(after), "before": cursor(before)});
        let page = ann.post(query, window.clone()).await;
        assert_eq!(page.at("ideas.edges"), &json!(whole[wanted]), "{window}");
    }
}
