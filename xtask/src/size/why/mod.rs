//! What each crate and folder costs in a Wasm module: `cargo xtask size --why`.

mod module;
mod owner;
#[cfg(test)]
mod tests;

use super::gzip::gzip;
use anyhow::{Context, Result};
use module::{Module, Part};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How many functions the last table has.
const FUNCTIONS_SHOWN: usize = 40;

/// What one group costs.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    name: String,
    functions: usize,
    code: usize,
    data: usize,
    /// How much smaller the module is, compressed, without the group.
    gzip: usize,
}

/// Prints the tables of one module, which still has the names of its functions.
///
/// # Errors
/// When the file is not such a module.
pub(crate) fn print(name: &str, path: &Path) -> Result<()> {
    let wasm = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let module = Module::parse(&wasm)?;
    let whole = gzip(&module.bytes)?;
    println!(
        "\n{name}: {} bytes, {whole} of gzip. \"gzip\" is what the module would lose without the row.",
        module.bytes.len()
    );
    table("crate", &costs(&module, |part| owner::crate_of(&part.owner).to_owned())?);
    table("folder", &costs(&module, |part| part.owner.clone())?);
    let functions = costs(&Module { parts: code_of(&module), bytes: module.bytes.clone() }, |part| part.name.clone())?;
    table("function", functions.get(..FUNCTIONS_SHOWN).unwrap_or(&functions));
    Ok(())
}

fn table(kind: &str, rows: &[Cost]) {
    println!("\n{kind:<60} {:>9} {:>9} {:>9} {:>9}", "functions", "code", "data", "gzip");
    for row in rows {
        let Cost { name, functions, code, data, gzip } = row;
        println!("{:<60} {functions:>9} {code:>9} {data:>9} {gzip:>9}", shortened(name));
    }
}

/// The end of a long name, which tells more than its beginning.
fn shortened(name: &str) -> String {
    let len = name.chars().count();
    if len <= 60 { name.to_owned() } else { format!("…{}", name.chars().skip(len - 59).collect::<String>()) }
}

/// The largest functions alone: to compress the module once for each would take minutes.
fn code_of(module: &Module) -> Vec<Part> {
    let mut parts: Vec<Part> = module.parts.iter().filter(|part| part.function).cloned().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.range.len()));
    parts.truncate(FUNCTIONS_SHOWN);
    parts
}

/// The cost of each group, the dearest first.
fn costs(module: &Module, group: impl Fn(&Part) -> String) -> Result<Vec<Cost>> {
    let whole = gzip(&module.bytes)?;
    let mut groups: BTreeMap<String, Vec<&Part>> = BTreeMap::new();
    for part in &module.parts {
        groups.entry(group(part)).or_default().push(part);
    }
    let mut costs = Vec::new();
    for (name, mut parts) in groups {
        parts.sort_by_key(|part| part.range.start);
        let (code, data): (Vec<&Part>, Vec<&Part>) = parts.iter().copied().partition(|part| part.function);
        let sum = |parts: &[&Part]| parts.iter().map(|part| part.range.len()).sum();
        let without = gzip(&module.without(&parts))?;
        let (functions, code, data) = (code.len(), sum(&code), sum(&data));
        costs.push(Cost { name, functions, code, data, gzip: whole.saturating_sub(without) });
    }
    costs.sort_by_key(|cost| std::cmp::Reverse((cost.gzip, cost.code + cost.data)));
    Ok(costs)
}
