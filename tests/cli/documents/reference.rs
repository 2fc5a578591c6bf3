//! `docs/configuration.md` is printed by the tool, and current.

use super::super::Folder;
use super::{read, root};

#[test]
fn the_reference_is_what_the_tool_prints() {
    let ran = Folder::new().run(&["schema", "--format", "markdown"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    if std::env::var_os("ATTUNE_BLESS").is_some() {
        std::fs::write(root().join("docs/configuration.md"), &ran.out).unwrap();
    }
    assert!(
        ran.out == read("docs/configuration.md"),
        "docs/configuration.md is not current: run this test with ATTUNE_BLESS=1"
    );
}
