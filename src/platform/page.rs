//! Pages of lists: a window made of `first`/`after` or `last`/`before`, cursors made of the
//! sort key, and the condition that finds where a window begins by an index, at any depth.

use super::error::{Error, Faults, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Condition, ExprTrait, Order, SimpleExpr};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;

/// Items on a page when nobody says how many.
pub const DEFAULT_SIZE: u64 = 20;
/// And at most.
pub const LARGEST_SIZE: u64 = 100;

/// The four arguments of a list, as they came.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Window {
    pub size: u64,
    /// From the end, towards the beginning.
    pub backward: bool,
    pub after: Option<Vec<Value>>,
    pub before: Option<Vec<Value>>,
}

impl PageArgs {
    /// The window, or what is wrong with it: `PAGE_TOO_LARGE`, `PAGE_NEGATIVE`,
    /// `PAGE_BOTH_WAYS`, `BAD_CURSOR`. `list` names the list and its order: a cursor of
    /// another one is refused.
    pub fn window(self, list: &str) -> Result<Window> {
        let mut faults = Faults::default();
        if self.first.is_some() && self.last.is_some() {
            faults.add_argument(
                "last",
                "PAGE_BOTH_WAYS",
                "Ask for `first` or for `last`, not for both.",
            );
        }
        let mut size = |name: &str, asked: Option<i32>| {
            let asked = i64::from(asked?);
            if asked > LARGEST_SIZE as i64 {
                let told = format!("`{name}` is {asked}; a page holds at most {LARGEST_SIZE}.");
                faults.add_argument(name, "PAGE_TOO_LARGE", told);
            }
            if asked < 0 {
                let told = format!("`{name}` is {asked}; it must not be negative.");
                faults.add_argument(name, "PAGE_NEGATIVE", told);
            }
            u64::try_from(asked).ok()
        };
        let first = size("first", self.first);
        let last = size("last", self.last);
        let mut cursor = |name: &str, text: Option<String>| {
            let keys = text.map(|text| decode(list, &text));
            if let Some(None) = keys {
                faults.add_argument(
                    name,
                    "BAD_CURSOR",
                    format!("`{name}` is not a cursor of this list in this order."),
                );
            }
            keys.flatten()
        };
        let after = cursor("after", self.after);
        let before = cursor("before", self.before);
        faults.or(Window {
            size: first.or(last).unwrap_or(DEFAULT_SIZE),
            backward: last.is_some(),
            after,
            before,
        })
    }
}

/// The cursor of a row: its sort key, marked with the list it belongs to.
pub fn encode(list: &str, keys: &[Value]) -> String {
    let mut parts = vec![Value::from(list)];
    parts.extend_from_slice(keys);
    URL_SAFE_NO_PAD.encode(Value::from(parts).to_string())
}

/// The sort key in a cursor; nothing when it is none of this list.
pub fn decode(list: &str, cursor: &str) -> Option<Vec<Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let Ok(Value::Array(mut parts)) = serde_json::from_slice(&bytes) else {
        return None;
    };
    if parts.is_empty() || parts.remove(0).as_str() != Some(list) {
        return None;
    }
    Some(parts)
}

/// One part of a sort key: what it sorts by, which way, and how a cursor's part is read.
#[derive(Clone)]
pub struct SortKey {
    pub by: SimpleExpr,
    pub order: Order,
    pub kind: KeyKind,
}

/// What a part of a cursor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Integer,
    Text,
    Id,
}

impl KeyKind {
    fn read(self, part: &Value) -> Option<sea_orm::Value> {
        match self {
            Self::Integer => Some(part.as_i64()?.into()),
            // No text is kept with a control character, and PostgreSQL takes no NUL.
            Self::Text => part
                .as_str()
                .filter(|text| !text.chars().any(char::is_control))
                .map(|text| text.to_owned().into()),
            Self::Id => Some(uuid::Uuid::try_parse(part.as_str()?).ok()?.into()),
        }
    }
}

impl Window {
    /// The rows between the cursors, as a condition an index can start from.
    pub fn condition(&self, keys: &[SortKey]) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(after) = &self.after {
            all = all.add(beyond(keys, after, false, "after")?);
        }
        if let Some(before) = &self.before {
            all = all.add(beyond(keys, before, true, "before")?);
        }
        Ok(all)
    }

    /// The order to read in; backward windows are read from the end.
    pub fn order(&self, order: &Order) -> Order {
        match (self.backward, order) {
            (false, same) => same.clone(),
            (true, Order::Desc) => Order::Asc,
            (true, _) => Order::Desc,
        }
    }

    /// The rows of this window, out of all that a query finds, in the order to read them in.
    pub fn of<E: EntityTrait>(&self, query: Select<E>, keys: &[SortKey]) -> Result<Select<E>> {
        let mut query = query.filter(self.condition(keys)?).limit(self.limit());
        for key in keys {
            query = query.order_by(key.by.clone(), self.order(&key.order));
        }
        Ok(query)
    }

    /// How many rows to read: one more than wanted tells whether there are more.
    pub fn limit(&self) -> u64 {
        self.size + 1
    }

    /// The page, from all rows of a short list that is sorted by one whole number.
    pub fn cut<T>(&self, rows: Vec<T>, key: impl Fn(&T) -> i64) -> Result<Page<T>> {
        let read = |cursor: &Option<Vec<Value>>, name: &str| match cursor.as_deref() {
            None => Ok(None),
            Some([one]) if one.as_i64().is_some() => Ok(one.as_i64()),
            Some(_) => Err(bad_cursor(name)),
        };
        let after = read(&self.after, "after")?;
        let before = read(&self.before, "before")?;
        let mut rows: Vec<T> = rows
            .into_iter()
            .filter(|row| after.is_none_or(|after| key(row) > after))
            .filter(|row| before.is_none_or(|before| key(row) < before))
            .collect();
        if self.backward {
            rows.reverse();
        }
        Ok(self.page(rows))
    }

    /// The page, from rows read by `condition`, `order` and `limit`.
    pub fn page<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.backward {
            rows.reverse();
            Page {
                rows,
                has_previous: more,
                has_next: self.before.is_some(),
            }
        } else {
            Page {
                rows,
                has_previous: self.after.is_some(),
                has_next: more,
            }
        }
    }
}

/// The refusal of a cursor that is none of its list.
pub fn bad_cursor(name: &str) -> Error {
    let mut faults = Faults::default();
    let told = format!("`{name}` is not a cursor of this list in this order.");
    faults.add_argument(name, "BAD_CURSOR", told);
    Error::Invalid(faults)
}

/// Rows of a list in its order, and whether there are others around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_previous: bool,
    pub has_next: bool,
}

impl<T> Page<T> {
    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(f).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}

/// Rows that come later than the cursor in the list's order (earlier when `reverse`).
fn beyond(keys: &[SortKey], cursor: &[Value], reverse: bool, name: &str) -> Result<Condition> {
    let read: Option<Vec<sea_orm::Value>> = (keys.len() == cursor.len())
        .then(|| {
            keys.iter()
                .zip(cursor)
                .map(|(key, part)| key.kind.read(part))
        })
        .and_then(Iterator::collect);
    let Some(values) = read else {
        return Err(bad_cursor(name));
    };
    let further = |key: &SortKey, value: &sea_orm::Value| {
        let by = key.by.clone();
        if matches!(key.order, Order::Desc) != reverse {
            by.lt(value.clone())
        } else {
            by.gt(value.clone())
        }
    };
    // From the last key inwards: further by this key, or equal and further by the rest.
    let mut condition = Condition::any();
    for (key, value) in keys.iter().zip(&values).rev() {
        let rest = std::mem::replace(&mut condition, Condition::any());
        condition = condition.add(further(key, value));
        if !rest.is_empty() {
            let equal = key.by.clone().eq(value.clone());
            condition = condition.add(Condition::all().add(equal).add(rest));
        }
    }
    // Said once more for the first key alone: from this the database finds its place.
    let mut whole = Condition::all();
    if let (Some(key), Some(value)) = (keys.first(), values.first()) {
        let by = key.by.clone();
        whole = whole.add(if matches!(key.order, Order::Desc) != reverse {
            by.lte(value.clone())
        } else {
            by.gte(value.clone())
        });
    }
    Ok(whole.add(condition))
}

/// A sort key over a column.
pub fn sort(by: impl Into<SimpleExpr>, order: Order, kind: KeyKind) -> SortKey {
    SortKey {
        by: by.into(),
        order,
        kind,
    }
}
