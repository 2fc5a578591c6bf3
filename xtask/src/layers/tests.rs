//! Planted faults: each must be found, and what is allowed must not be.

#![expect(clippy::indexing_slicing, reason = "tests")]
use super::faults;
use super::import::Sources;

fn sources(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect()
}

fn faults_of(files: &[(&str, &str)]) -> Vec<String> {
    faults(&sources(files)).expect("the sources parse")
}

#[test]
fn an_import_that_goes_up_in_core_is_refused_with_both_paths() {
    let faults = faults_of(&[
        ("src/core/lib.rs", "pub mod bundle; pub mod decide;"),
        ("src/core/bundle/mod.rs", "mod site; pub use site::Site;"),
        ("src/core/bundle/site.rs", "use crate::decide::Reason; pub struct Site(Reason);"),
        ("src/core/decide/mod.rs", "mod reason; pub use reason::Reason;"),
        ("src/core/decide/reason.rs", "pub struct Reason;"),
    ]);
    let said = "src/core/bundle/site.rs uses `crate::decide::Reason` of src/core/decide/reason.rs: \
                the layer `bundle` may not use `decide`, which stands on it";
    assert_eq!(faults, [said]);
}

#[test]
fn a_path_in_an_expression_or_a_macro_counts_as_an_import() {
    let faults = faults_of(&[
        ("src/core/lib.rs", "pub mod limits; pub mod page;"),
        ("src/core/limits.rs", "pub fn a() -> u8 { crate::page::SIZE } pub fn b() { assert!(crate::page::OTHER > 1) }"),
        ("src/core/page/mod.rs", "pub const SIZE: u8 = 1; pub const OTHER: u8 = 2;"),
    ]);
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0].contains("uses `crate::page::OTHER, crate::page::SIZE` of src/core/page/mod.rs"),
        "{}",
        faults[0]
    );
}

#[test]
fn an_import_that_goes_down_is_allowed() {
    let faults = faults_of(&[
        ("src/core/lib.rs", "pub mod bundle; pub mod decide;"),
        ("src/core/bundle/mod.rs", "pub struct Bundle;"),
        ("src/core/decide/mod.rs", "use crate::bundle::Bundle; pub fn decide(_: &Bundle) {}"),
    ]);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_folder_without_a_layer_is_refused() {
    let faults = faults_of(&[
        ("src/core/lib.rs", "pub mod helpers; pub mod limits;"),
        ("src/core/helpers.rs", "use crate::limits::MAX; pub const TWO: usize = MAX;"),
        ("src/core/limits.rs", "pub const MAX: usize = 2;"),
    ]);
    assert_eq!(faults, ["src/core/helpers is not in the list of core's layers"]);
}

#[test]
fn a_crate_may_not_use_a_surface() {
    let faults = faults_of(&[
        ("src/core/lib.rs", "pub struct A;"),
        ("src/learn/lib.rs", "use attune_compiler::compile;"),
        ("src/compiler/lib.rs", "use attune_core::A; pub fn compile(_: A) {}"),
    ]);
    assert_eq!(
        faults,
        [
            "src/learn/lib.rs uses `attune_compiler::compile` of src/compiler/lib.rs: attune_learn may not use attune_compiler"
        ]
    );
}

#[test]
fn a_circle_is_found_through_a_re_export_and_named_with_its_ties() {
    let faults = faults_of(&[
        ("src/learn/lib.rs", "mod a; mod b; pub use a::first;"),
        ("src/learn/a.rs", "use crate::b::second; pub fn first() { second() }"),
        ("src/learn/b.rs", "use crate::first; pub fn second() { first() }"),
    ]);
    let said = "2 files import each other in a circle:\n    \
                src/learn/a.rs uses `crate::b::second` of src/learn/b.rs\n    \
                src/learn/b.rs uses `crate::first` of src/learn/a.rs";
    assert_eq!(faults, [said]);
}

#[test]
fn a_child_that_uses_its_parent_is_a_circle_when_the_parent_uses_it() {
    let parent = ("src/learn/lib.rs", "mod child; pub struct Log; pub fn read() -> Log { child::read() }");
    let child = ("src/learn/child.rs", "use super::Log; pub fn read() -> Log { Log }");
    assert_eq!(faults_of(&[parent, child]).len(), 1);
    let facade = ("src/learn/lib.rs", "mod child; mod log; pub use log::Log; pub use child::read;");
    let log = ("src/learn/log.rs", "pub struct Log;");
    assert_eq!(faults_of(&[facade, log, child]), Vec::<String>::new());
}

#[test]
fn modules_for_tests_do_not_count() {
    let faults = faults_of(&[
        ("src/learn/lib.rs", "mod a; mod b; pub use b::b;"),
        ("src/learn/a.rs", "pub fn a() {} #[cfg(test)] mod tests { use crate::b; }"),
        ("src/learn/b.rs", "pub fn b() { crate::a::a() }"),
    ]);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_circle_of_javascript_modules_is_found() {
    let faults = faults_of(&[
        ("www/shim/a.mjs", "import { b } from \"./b.mjs\";"),
        ("www/shim/b.mjs", "import * as other from \"../shim/a.mjs\";"),
        ("www/shim/c.mjs", "import { b } from \"./b.mjs\";\n/** @param {import(\"./d.mjs\").D} d */"),
        ("www/shim/d.mjs", "import { c } from \"./c.mjs\";"),
    ]);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("2 files"), "{}", faults[0]);
}
