//! The modules of a crate: which file holds each, what it defines, and the paths that it names.

use super::import::Sources;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

/// A module's path within its crate: the names from the root.
pub(super) type ModulePath = Vec<String>;

/// A crate and all its modules.
pub(super) struct Crate {
    pub name: &'static str,
    /// Whether others can name it.
    pub is_library: bool,
    pub modules: BTreeMap<ModulePath, Module>,
}

/// What one module says.
#[derive(Default)]
pub(super) struct Module {
    /// The file that holds it.
    pub file: String,
    /// Names that a `use` brings in, with the path of each. A public one is a re-export.
    pub uses: Vec<Use>,
    /// Other paths in expressions, types and macros, each as its names.
    pub paths: BTreeSet<Vec<String>>,
}

/// One name of a `use`.
pub(super) struct Use {
    /// The name in this module; `*` for all.
    pub name: String,
    pub path: Vec<String>,
    /// Whether others may take it from here.
    pub public: bool,
}

impl Crate {
    /// Reads the modules from the crate's first file on. Modules for tests are left out.
    ///
    /// # Errors
    /// When a file does not parse.
    pub(super) fn read(name: &'static str, first: &str, sources: &Sources) -> Result<Self> {
        let mut modules = BTreeMap::new();
        let folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
        file(first, folder, &Vec::new(), sources, &mut modules)?;
        Ok(Self { name, is_library: first.ends_with("lib.rs"), modules })
    }
}

fn file(
    path: &str,
    folder: &str,
    module: &ModulePath,
    sources: &Sources,
    modules: &mut BTreeMap<ModulePath, Module>,
) -> Result<()> {
    let text = sources.get(path).with_context(|| format!("{path} is missing"))?;
    let parsed = syn::parse_file(text).with_context(|| format!("{path} does not parse"))?;
    let mut found = Found { module: Module { file: path.into(), ..Module::default() }, children: Vec::new() };
    for item in &parsed.items {
        found.visit_item(item);
    }
    let children = std::mem::take(&mut found.children);
    modules.insert(module.clone(), found.module);
    for child in children {
        let mut inner = module.clone();
        inner.push(child.clone());
        let flat = format!("{folder}/{child}.rs");
        if sources.contains_key(&flat) {
            file(&flat, &format!("{folder}/{child}"), &inner, sources, modules)?;
        } else {
            file(&format!("{folder}/{child}/mod.rs"), &format!("{folder}/{child}"), &inner, sources, modules)?;
        }
    }
    Ok(())
}

/// Gathers what the items of one file say. A module written inside the file counts as the file itself.
struct Found {
    module: Module,
    children: Vec<String>,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(inner) if is_for_tests(&inner.attrs) => {}
            // A file of another crate: it is read with that one.
            Item::Mod(inner) if inner.attrs.iter().any(|attribute| attribute.path().is_ident("path")) => {}
            Item::Mod(ItemMod { content: None, ident, .. }) => self.children.push(ident.to_string()),
            Item::Use(one) if is_for_tests(&one.attrs) => {}
            other => visit::visit_item(self, other),
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        flatten(&item.tree, &mut Vec::new(), public, &mut self.module.uses);
    }

    /// `pub(super)` and its like name no item.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.module.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        self.tokens(one.tokens.clone());
        visit::visit_macro(self, one);
    }
}

impl Found {
    /// Paths among the tokens of a macro: names joined by `::`.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                proc_macro2::TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                proc_macro2::TokenTree::Group(group) => {
                    self.end(&mut path);
                    self.tokens(group.stream());
                }
                _ => self.end(&mut path),
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.module.paths.insert(std::mem::take(path));
        }
    }
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, public: bool, uses: &mut Vec<Use>) {
    let mut add = |name: String, path: &[String]| uses.push(Use { name, path: path.to_vec(), public });
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, public, uses);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => add(before.last().cloned().unwrap_or_default(), before),
        UseTree::Name(name) => {
            before.push(name.ident.to_string());
            add(name.ident.to_string(), before);
            before.pop();
        }
        UseTree::Rename(rename) => {
            let itself = rename.ident == "self";
            if !itself {
                before.push(rename.ident.to_string());
            }
            add(rename.rename.to_string(), before);
            if !itself {
                before.pop();
            }
        }
        UseTree::Glob(_) => add("*".into(), before),
        UseTree::Group(group) => {
            for inner in &group.items {
                flatten(inner, before, public, uses);
            }
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}
