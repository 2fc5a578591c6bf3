//! A Wasm module in parts: its functions, and its data by who uses it.

use super::owner;
use crate::names;
use anyhow::Result;
use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{Data, DataKind, FunctionBody, Operator, Parser, Payload, TypeRef};

/// Who owns what no function refers to.
const NOBODY: &str = "data without a user";

/// Some bytes of the module that belong together.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// Crate and folder.
    pub(super) owner: String,
    pub(super) function: bool,
    /// Where in `Module::bytes`.
    pub(super) range: Range<usize>,
}

/// A module without its names, as it is shipped, and what it is made of.
pub(super) struct Module {
    pub(super) bytes: Vec<u8>,
    pub(super) parts: Vec<Part>,
}

/// Bytes of a data segment: where they are in memory and in the module.
struct Segment {
    address: u64,
    range: Range<usize>,
}

impl Module {
    /// Takes a module with its names apart.
    ///
    /// # Errors
    /// When it is malformed.
    pub(super) fn parse(wasm: &[u8]) -> Result<Self> {
        let (bytes, names) = names::apart(wasm)?;
        let (mut bodies, mut segments): (Vec<FunctionBody>, Vec<Segment>) = (Vec::new(), Vec::new());
        let mut imported = 0_u32;
        for payload in Parser::new(0).parse_all(&bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::DataSection(data) => {
                    for segment in data {
                        segments.extend(active(&segment?));
                    }
                }
                _ => {}
            }
        }
        let mut parts = Vec::new();
        let mut users: BTreeMap<u64, String> = BTreeMap::new();
        for (index, body) in (imported..).zip(&bodies) {
            let name = names.get(&index).map_or_else(|| format!("function {index}"), |name| owner::readable(name));
            let owner = owner::of(&name);
            for address in addresses(body)? {
                users.entry(address).or_insert_with(|| owner.clone());
            }
            parts.push(Part { name, owner, function: true, range: body.range() });
        }
        for segment in &segments {
            parts.extend(data_parts(segment, &users));
        }
        Ok(Self { bytes, parts })
    }

    /// The bytes without some parts, which are in order.
    pub(super) fn without(&self, parts: &[&Part]) -> Vec<u8> {
        let (mut left, mut from) = (Vec::with_capacity(self.bytes.len()), 0);
        for part in parts {
            left.extend_from_slice(self.bytes.get(from..part.range.start).unwrap_or_default());
            from = part.range.end;
        }
        left.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
        left
    }
}

fn active(data: &Data) -> Option<Segment> {
    let DataKind::Active { offset_expr, .. } = &data.kind else { return None };
    let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read() else { return None };
    let end = data.range.end;
    Some(Segment { address: u64::from(value.cast_unsigned()), range: end - data.data.len()..end })
}

/// The numbers in a function that may be addresses.
fn addresses(body: &FunctionBody) -> Result<Vec<u64>> {
    let mut found = Vec::new();
    for operator in body.get_operators_reader()? {
        use Operator as O;
        match operator? {
            O::I32Const { value } => found.push(u64::from(value.cast_unsigned())),
            O::I32Load { memarg }
            | O::I64Load { memarg }
            | O::F64Load { memarg }
            | O::I32Load8U { memarg }
            | O::I32Load8S { memarg }
            | O::I32Load16U { memarg }
            | O::I32Load16S { memarg }
            | O::I64Load8U { memarg }
            | O::I64Load16U { memarg }
            | O::I64Load32U { memarg } => found.push(memarg.offset),
            _ => {}
        }
    }
    Ok(found)
}

/// A segment, cut where functions refer to it: what lies from one such place to the next belongs to who refers to it.
fn data_parts(segment: &Segment, users: &BTreeMap<u64, String>) -> Vec<Part> {
    let end = segment.address + segment.range.len() as u64;
    let place = |address: u64| segment.range.start + usize::try_from(address - segment.address).unwrap_or(0);
    let mut cuts: Vec<(u64, &str)> = users.range(segment.address..end).map(|(at, user)| (*at, user.as_str())).collect();
    if cuts.first().is_none_or(|(at, _)| *at > segment.address) {
        cuts.insert(0, (segment.address, NOBODY));
    }
    let ends = cuts.iter().skip(1).map(|(at, _)| *at).chain([end]).collect::<Vec<_>>();
    let part = |((at, user), end): (&(u64, &str), u64)| Part {
        name: format!("data at {at}"),
        owner: (*user).to_owned(),
        function: false,
        range: place(*at)..place(end),
    };
    cuts.iter().zip(ends).map(part).collect()
}
