//! A tree as html5ever builds it, small enough to compare.
use html5ever::{
    Attribute, LocalName, Namespace, ParseOpts, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    ns, parse_document,
    tendril::{StrTendril, TendrilSink as _},
};
use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, fmt::Write as _};

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: Option<usize>,
    children: Vec<usize>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Document,
    Text(String),
    Comment(String),
    Doctype,
    Element { name: QualName, attributes: Vec<Attribute>, template: Option<usize>, is_point: bool },
}

/// An element that carries the attribute asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Marked {
    /// Value of the attribute.
    pub(crate) value: String,
    pub(crate) tag: String,
    pub(crate) is_html: bool,
    /// Inside a template's content.
    pub(crate) is_inert: bool,
    /// Somewhere in SVG or `MathML`, even if HTML itself.
    pub(crate) is_in_foreign: bool,
    /// Inside another element that carries the attribute.
    pub(crate) is_nested: bool,
}

/// Parses a page as a browser with scripting would.
pub(crate) fn parse(html: &str) -> Tree {
    let sink = Sink { nodes: RefCell::new(vec![Node { parent: None, children: vec![], kind: Kind::Document }]) };
    parse_document(sink, ParseOpts::default()).one(html)
}

impl Tree {
    /// The elements with an attribute, in document order.
    pub(crate) fn marked(&self, attribute: &str) -> Vec<Marked> {
        let mut found = Vec::new();
        self.collect(0, attribute, (false, false, false), &mut found);
        found
    }

    fn collect(
        &self,
        node: usize,
        attribute: &str,
        (is_inert, is_in_foreign, is_nested): (bool, bool, bool),
        found: &mut Vec<Marked>,
    ) {
        let mut below = (is_inert, is_in_foreign, is_nested);
        if let Kind::Element { name, attributes, template, .. } = &self.nodes[node].kind {
            let is_html = name.ns == ns!(html);
            below.1 |= !is_html;
            if let Some(own) = attributes.iter().find(|own| &*own.name.local == attribute) {
                found.push(Marked {
                    value: own.value.to_string(),
                    tag: name.local.to_string(),
                    is_html,
                    is_inert,
                    is_in_foreign,
                    is_nested,
                });
                below.2 = true;
            }
            if let Some(content) = template {
                self.collect(*content, attribute, (true, below.1, below.2), found);
            }
        }
        for child in &self.nodes[node].children {
            self.collect(*child, attribute, below, found);
        }
    }

    /// The tree as text, with a comment as content of the elements whose attribute has one of these
    /// values, and without the elements that `is_skipped` names (but with what is in them).
    pub(crate) fn dump(
        &self,
        attribute: &str,
        contents: &BTreeMap<String, String>,
        is_skipped: impl Fn(&str) -> bool,
    ) -> String {
        let mut dump = Dump { tree: self, attribute, contents, is_skipped, lines: Vec::new() };
        dump.node(0, 0);
        let mut out = String::new();
        for (depth, line) in dump.lines {
            let line = match line {
                Line::Text(text) => format!("{text:?}"),
                Line::Other(text) => text,
            };
            writeln!(out, "{:depth$}{line}", "").unwrap();
        }
        out
    }
}

enum Line {
    Text(String),
    Other(String),
}

struct Dump<'t, F> {
    tree: &'t Tree,
    attribute: &'t str,
    contents: &'t BTreeMap<String, String>,
    is_skipped: F,
    lines: Vec<(usize, Line)>,
}

impl<F: Fn(&str) -> bool> Dump<'_, F> {
    fn other(&mut self, depth: usize, text: String) {
        self.lines.push((depth, Line::Other(text)));
    }

    fn node(&mut self, node: usize, depth: usize) {
        let node = &self.tree.nodes[node];
        let mut inner = depth + 1;
        match &node.kind {
            Kind::Document => {}
            Kind::Doctype => self.other(depth, "<!doctype>".into()),
            Kind::Comment(text) => self.other(depth, format!("<!--{text}-->")),
            Kind::Text(text) => match self.lines.last_mut() {
                Some((last, Line::Text(before))) if *last == depth => before.push_str(text),
                _ => self.lines.push((depth, Line::Text(text.clone()))),
            },
            Kind::Element { name, attributes, template, .. } => {
                let mut sorted: Vec<_> = attributes.iter().map(|own| (&*own.name.local, &*own.value)).collect();
                sorted.sort_unstable();
                if (self.is_skipped)(&name.local) {
                    inner = depth;
                } else {
                    self.other(depth, format!("<{} {} {sorted:?}>", &*name.ns, &*name.local));
                }
                let value = sorted.iter().find(|(name, _)| *name == self.attribute).map(|(_, value)| *value);
                if let Some(content) = value.and_then(|value| self.contents.get(value)) {
                    self.other(inner, format!("<!--{content}-->"));
                    return;
                }
                if let Some(content) = template {
                    self.node(*content, inner);
                }
            }
        }
        for child in &node.children {
            self.node(*child, inner);
        }
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
}

/// An element's name, owned, since nodes are behind a cell.
#[derive(Debug)]
struct Name(Namespace, LocalName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0
    }

    fn local_name(&self) -> &LocalName {
        &self.1
    }
}

impl Sink {
    fn add(&self, kind: Kind) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, children: vec![], kind });
        nodes.len() - 1
    }

    fn detach(&self, node: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[node].parent.take() {
            nodes[parent].children.retain(|child| *child != node);
        }
    }

    fn insert(&self, parent: usize, at: usize, child: NodeOrText<usize>) {
        let node = match child {
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                node
            }
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = at.checked_sub(1).and_then(|at| nodes[parent].children.get(at).copied());
                if let Some(before) = before
                    && let Kind::Text(existing) = &mut nodes[before].kind
                {
                    existing.push_str(&text);
                    return;
                }
                drop(nodes);
                self.add(Kind::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let at = at.min(nodes[parent].children.len());
        nodes[parent].children.insert(at, node);
        nodes[node].parent = Some(parent);
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Tree;
    type ElemName<'a> = Name;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name(&self, target: &usize) -> Name {
        match &self.nodes.borrow()[*target].kind {
            Kind::Element { name, .. } => Name(name.ns.clone(), name.local.clone()),
            other => panic!("not an element: {other:?}"),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> usize {
        let template = flags.template.then(|| self.add(Kind::Document));
        let is_point = flags.mathml_annotation_xml_integration_point;
        self.add(Kind::Element { name, attributes, template, is_point })
    }

    fn create_comment(&self, text: StrTendril) -> usize {
        self.add(Kind::Comment(text.to_string()))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> usize {
        self.add(Kind::Comment(data.to_string()))
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let end = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, end, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        let doctype = self.add(Kind::Doctype);
        self.append(&0, NodeOrText::AppendNode(doctype));
    }

    fn get_template_contents(&self, target: &usize) -> usize {
        match &self.nodes.borrow()[*target].kind {
            Kind::Element { template: Some(content), .. } => *content,
            other => panic!("not a template: {other:?}"),
        }
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, new: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = new {
            self.detach(node);
        }
        let (parent, at) = {
            let nodes = self.nodes.borrow();
            let parent = nodes[*sibling].parent.unwrap();
            (parent, nodes[parent].children.iter().position(|child| child == sibling).unwrap())
        };
        self.insert(parent, at, new);
    }

    fn add_attrs_if_missing(&self, target: &usize, more: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].kind {
            for attribute in more {
                if attributes.iter().all(|own| own.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[*node].children);
        for child in children {
            self.nodes.borrow_mut()[child].parent = None;
            self.append(new_parent, NodeOrText::AppendNode(child));
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &usize) -> bool {
        matches!(self.nodes.borrow()[*target].kind, Kind::Element { is_point: true, .. })
    }

    fn allow_declarative_shadow_roots(&self, _: &usize) -> bool {
        false
    }
}
