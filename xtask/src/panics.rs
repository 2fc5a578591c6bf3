//! Panics without a text: a trap in place of the functions that say what went wrong.
//!
//! In the page core nobody could read what they say, and the compiler keeps it all: it does not look through the functions
//! of the standard library, which are compiled for a target without SIMD.

use anyhow::{Context, Result};
use std::path::Path;
use walrus::ir::Instr;
use walrus::{FunctionKind, Module, ModuleConfig};

/// Parts of the names of functions that never return, of `core` and `alloc`.
const PANICS: &[&str] = &[
    "17rust_begin_unwind",
    "4core9panicking",
    "6option13unwrap_failed",
    "6option13expect_failed",
    "6result13unwrap_failed",
    "4cell22panic_already_borrowed",
    "4cell30panic_already_mutably_borrowed",
    "5index16slice_index_fail",
    "3str16slice_error_fail",
    "13assert_failed",
    "7raw_vec12handle_error",
    "7raw_vec17capacity_overflow",
    "5alloc18handle_alloc_error",
];

/// Reads a module as wasm-bindgen would, and has its panics trap.
///
/// # Errors
/// When the file is no module.
pub(crate) fn without_texts(path: &Path) -> Result<Module> {
    let wasm = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut config = ModuleConfig::new();
    let mut module = config.generate_name_section(true).generate_producers_section(false).parse(&wasm)?;
    for function in module.funcs.iter_mut() {
        let FunctionKind::Local(local) = &mut function.kind else { continue };
        let panics = function.name.as_ref().is_some_and(|name| PANICS.iter().any(|part| name.contains(part)));
        let entry = local.entry_block();
        let instructions = local.block_mut(entry);
        let ends = matches!(instructions.instrs.last(), Some((Instr::Unreachable(_), _)));
        if panics && ends {
            let last = instructions.instrs.len() - 1;
            instructions.instrs.drain(..last);
        }
    }
    Ok(module)
}
