//! The names of a Wasm module's functions: nothing that is shipped has them, `cargo xtask size --why` needs them.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use wasmparser::{BinaryReader, Name, NameSectionReader, Parser, Payload};

/// A module without the names, and the names by the number of the function.
///
/// # Errors
/// When the bytes are no module.
pub(crate) fn apart(wasm: &[u8]) -> Result<(Vec<u8>, BTreeMap<u32, String>)> {
    let (mut rest, mut names) = (wasm.get(..8).context("not a Wasm module")?.to_vec(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("not a Wasm module")?;
        if let Payload::CustomSection(custom) = &payload
            && custom.name() == "name"
        {
            names = functions(NameSectionReader::new(BinaryReader::new(custom.data(), custom.data_offset())))?;
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            rest.push(id);
            rest.extend(leb128(range.len()));
            rest.extend_from_slice(wasm.get(range).context("a section goes past the end")?);
        }
    }
    Ok((rest, names))
}

fn functions(sections: NameSectionReader) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for section in sections {
        if let Name::Function(map) = section? {
            for naming in map {
                let naming = naming?;
                names.insert(naming.index, naming.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// A length as Wasm writes it: seven bits a byte, the lowest first.
fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
