//! What the mailbox has stored, as the control plane wrote it.

use super::body::parse;
use super::node::{Node, Result};
use crate::profile::events::order::Order;
use alloc::string::String;
use alloc::vec::Vec;

/// Most rows and texts of one answer: what is stored has its limits where it was written.
const ENTRIES_MAX: usize = 1 << 20;

/// A list of texts; `None` when it is none.
pub fn parse_texts(json: &[u8]) -> Option<Vec<String>> {
    let value = parse(json).ok()?;
    let root = Node::root(&value);
    let list = root.list(ENTRIES_MAX).ok()?;
    list.map(|node| node.text().ok().map(String::from)).collect()
}

/// Rows of a mailbox, each a number, a name and a value; `None` when they are none.
pub fn parse_rows(json: &[u8]) -> Option<Vec<(u64, String, String)>> {
    let value = parse(json).ok()?;
    let root = Node::root(&value);
    let list = root.list(ENTRIES_MAX).ok()?;
    let row = |node: &Node<'_>| {
        let mut entries = node.list(3).ok()?;
        let (number, name, value) = (entries.next()?, entries.next()?, entries.next()?);
        let number: i64 = number.whole(0, i64::MAX).ok()?;
        Some((number.unsigned_abs(), name.text().ok()?.into(), value.text().ok()?.into()))
    };
    list.map(|node| row(&node)).collect()
}

/// An order as it is stored: `id`, `total_minor`, `at_s`, `skus`; `None` when it is none.
pub fn parse_stored_order(json: &str) -> Option<Order> {
    let value = parse(json.as_bytes()).ok()?;
    order(&Node::root(&value)).ok()
}

fn order(node: &Node<'_>) -> Result<Order> {
    let fields = node.open_object()?;
    let total_minor: i64 = fields.required("total_minor")?.whole(0, i64::MAX)?;
    let at_s: i64 = fields.required("at_s")?.whole(0, u32::MAX.into())?;
    Ok(Order {
        id: fields.required("id")?.text()?.into(),
        total_minor: total_minor.unsigned_abs(),
        at_s: u32::try_from(at_s).unwrap_or(0),
        skus: fields
            .required("skus")?
            .list(ENTRIES_MAX)?
            .map(|sku| sku.text().map(Into::into))
            .collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_and_anything_else_is_none() {
        assert_eq!(parse_texts(br#"["a","\u00fc"]"#), Some(["a".into(), "\u{fc}".into()].to_vec()));
        let rows = parse_rows(br#"[[1,"order","{}"],[9007199254740993,"customer",""]]"#);
        let expected = [(1, "order".into(), "{}".into()), (9_007_199_254_740_993, "customer".into(), String::new())];
        assert_eq!(rows, Some(expected.to_vec()));
        let order =
            parse_stored_order(r#"{"id":"A-1","total_minor":1275,"at_s":1795000000,"skus":["22423"],"new":true}"#);
        let skus = ["22423".into()].into_iter().collect();
        assert_eq!(order, Some(Order { id: "A-1".into(), total_minor: 1_275, at_s: 1_795_000_000, skus }));
        for bad in ["", "{}", "[1]", r#"[[1,"a"]]"#, r#"[[-1,"a","b"]]"#, r#"[["1","a","b"]]"#, r#"{"id":"A-1"}"#] {
            assert_eq!(parse_rows(bad.as_bytes()), None, "{bad}");
            assert_eq!(parse_texts(bad.as_bytes()), None, "{bad}");
            assert_eq!(parse_stored_order(bad), None, "{bad}");
        }
        assert_eq!(parse_rows(b"[]"), Some(Vec::new()));
    }
}
