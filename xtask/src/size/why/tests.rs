//! A module made for the purpose, taken apart.

use super::module::Module;
use super::owner::{crate_of, of, readable};
use super::{Cost, costs};
use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, FunctionBuilder, ValType};

/// Two functions of ours and one of the standard library; the second of ours reads twelve bytes of data, which follow
/// ten that nobody reads.
fn made() -> Vec<u8> {
    let mut module = walrus::Module::default();
    let memory = module.memories.add_local(false, false, 1, None, None);
    let offset = ConstExpr::Value(Value::I32(1024));
    module.data.add(DataKind::Active { memory, offset }, b"nobody's a country: NL".to_vec());
    let functions = [
        ("_ZN11attune_core4html7scanner4scan17h0123456789abcdefE", vec![7; 40]),
        ("attune_core::device::country::habcdef0123456789", vec![1034]),
        ("core[c5930c85a12de822]::str::from_utf8", vec![1; 3]),
    ];
    for (name, constants) in functions {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        builder.name(name.to_owned());
        let mut body = builder.func_body();
        for constant in constants.iter().skip(1) {
            body.i32_const(*constant).drop();
        }
        body.i32_const(constants.first().copied().unwrap_or(0));
        let function = builder.finish(Vec::new(), &mut module.funcs);
        module.exports.add(&readable(name), function);
    }
    module.emit_wasm()
}

fn cost(name: &str, functions: usize, code: usize, data: usize) -> (String, usize, usize, usize) {
    (name.to_owned(), functions, code, data)
}

#[test]
fn code_and_data_of_a_module_go_to_the_folders_that_they_are_of() {
    let module = Module::parse(&made()).expect("the module is sound");
    let mut found: Vec<_> = costs(&module, |part| part.owner.clone())
        .expect("the module can be compressed")
        .into_iter()
        .map(|Cost { name, functions, code, data, .. }| (name, functions, code, data))
        .collect();
    found.sort();
    // A body is the number of its kinds of locals, its instructions, and an end: 3 bytes a constant that is dropped.
    let expected = [
        cost("attune_core::device", 1, 5, 12),
        cost("attune_core::html", 1, 1 + 39 * 3 + 2 + 1, 0),
        cost("core::str", 1, 1 + 2 * 3 + 2 + 1, 0),
        cost("data without a user", 0, 0, 10),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_bytes_without_a_group_are_the_module_less_its_code_and_data() {
    let wasm = made();
    let module = Module::parse(&wasm).expect("the module is sound");
    assert!(module.bytes.len() < wasm.len(), "the names are not shipped");
    let ours: Vec<_> = module.parts.iter().filter(|part| crate_of(&part.owner) == "attune_core").collect();
    let left = module.without(&ours);
    assert_eq!(left.len(), module.bytes.len() - 5 - 12 - 121);
    assert!(!left.windows(11).any(|bytes| bytes == b"country: NL"));
    assert!(left.windows(8).any(|bytes| bytes == b"nobody's"));
}

#[test]
fn a_name_tells_the_crate_and_the_folder() {
    for (name, owner) in [
        ("attune_core::html::scanner::scan", "attune_core::html"),
        ("attune_page::scan", "attune_page"),
        ("<attune_core::bundle::error::BundleError as core::fmt::Display>::fmt", "attune_core::bundle"),
        ("<alloc::vec::Vec<T> as attune_core::codec::blob::write::Wire>::write", "attune_core::codec"),
        ("core::ptr::drop_in_place<attune_core::loaded::Loaded>", "attune_core::loaded"),
        ("<core::iter::adapters::chain::Chain<A,B> as core::iter::traits::iterator::Iterator>::try_fold", "core::iter"),
        ("<&T as core::fmt::Debug>::fmt", "core::fmt"),
        ("sha2::sha256::compress256", "sha2"),
        ("__wbindgen_malloc", "no crate"),
    ] {
        assert_eq!(of(name), owner, "{name}");
    }
    assert_eq!(readable("core[c5930c85a12de822]::str::f"), "core::str::f");
    assert_eq!(readable("<[T] as a::B>::f"), "<[T] as a::B>::f");
}

#[test]
fn what_is_no_module_is_refused() {
    assert!(Module::parse(b"\0asm").is_err());
    assert!(Module::parse(b"no module, whatever it is").is_err());
}
