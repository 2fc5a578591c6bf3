//! The attributes that take placeholders. All others take none, because any name may be an attribute that a framework
//! runs (`x-data`, `@click`, `:href`, `hx-on:click`, `data-bind`).

/// What a placeholder in an attribute becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Text, which stays what it is.
    Text,
    /// A URL or a part of one.
    Url,
}

/// Text on any element, beside `aria-*`.
const TEXT: &[&str] = &["alt", "class", "dir", "lang", "title"];

/// Text on some elements.
const TEXT_OF: &[(&str, &[&str])] = &[
    ("abbr", &["th"]),
    ("datetime", &["time", "ins", "del"]),
    ("height", &["img", "video", "canvas", "source"]),
    ("high", &["meter"]),
    ("label", &["option", "optgroup", "track"]),
    ("low", &["meter"]),
    ("max", &["input", "meter", "progress"]),
    ("min", &["input", "meter"]),
    ("optimum", &["meter"]),
    ("placeholder", &["input", "textarea"]),
    ("value", &["button", "data", "input", "li", "meter", "option", "progress"]),
    ("width", &["img", "video", "canvas", "source"]),
];

/// URLs on elements that open a page or show a file. Elements that load code or a whole document are not among them.
const URL_OF: &[(&str, &[&str])] = &[
    ("action", &["form"]),
    ("cite", &["blockquote", "q", "del", "ins"]),
    ("href", &["a", "area"]),
    ("poster", &["video"]),
    ("src", &["img", "source", "video", "audio", "track", "input"]),
];

/// Names behind `data-` that a page's own scripts read and no framework runs.
const DATA: &[&str] = &[
    "availability",
    "brand",
    "campaign",
    "category",
    "count",
    "country",
    "currency",
    "discount",
    "id",
    "index",
    "label",
    "language",
    "locale",
    "name",
    "path",
    "position",
    "price",
    "quantity",
    "sku",
    "stock",
    "value",
    "variant",
];

/// Names behind `data-` with these beginnings are a shop's own.
const DATA_OF: &[&str] = &["item-", "list-", "product-", "promotion-"];

/// Words of such names whose value a script makes a URL of.
const DATA_URLS: &[&str] = &["href", "src", "url"];

/// What the attribute of an element takes, if anything. Both names are in lower case.
pub(super) fn takes(element: &str, name: &str) -> Option<Takes> {
    let of = |table: &[(&str, &[&str])]| {
        table.iter().any(|(attribute, elements)| *attribute == name && elements.contains(&element))
    };
    // These describe the page or load code, so no value of a visitor may be in them.
    if matches!(element, "base" | "embed" | "link" | "meta" | "object" | "param" | "script" | "style") {
        return None;
    }
    if let Some(data) = name.strip_prefix("data-") {
        return takes_data(data);
    }
    let is_aria = name
        .strip_prefix("aria-")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase()));
    if is_aria || TEXT.contains(&name) || of(TEXT_OF) {
        return Some(Takes::Text);
    }
    of(URL_OF).then_some(Takes::Url)
}

/// Whether a placeholder may stand in this URL of an element.
pub(crate) fn takes_url(element: &str, name: &str) -> bool {
    takes(element, name) == Some(Takes::Url)
}

fn takes_data(name: &str) -> Option<Takes> {
    if DATA_URLS.contains(&name) {
        return Some(Takes::Url);
    }
    if DATA.contains(&name) {
        return Some(Takes::Text);
    }
    let own = DATA_OF.iter().find_map(|begin| name.strip_prefix(begin)).filter(|rest| !rest.is_empty())?;
    if !own.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let is_url = own.split('-').any(|word| DATA_URLS.contains(&word));
    Some(if is_url { Takes::Url } else { Takes::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_takes_nothing() {
        for (element, name) in [
            ("div", "x-data"),
            ("div", "x-on:click"),
            ("div", "@click"),
            ("a", ":href"),
            ("a", "v-bind:href"),
            ("div", "v-html"),
            ("div", "hx-on:click"),
            ("div", "data-hx-get"),
            ("div", "ng-init"),
            ("div", "[innerhtml]"),
            ("div", "(click)"),
            ("div", "data-bind"),
            ("div", "data-text"),
            ("div", "data-on-load"),
            ("div", "data-action"),
            ("div", "data-page"),
            ("div", "data-bs-title"),
            ("div", "data-product-"),
            ("div", "data-product-@click"),
            ("div", "aria-"),
            ("div", "onclick"),
            ("div", "style"),
            ("div", "id"),
            ("a", "ping"),
            ("a", "target"),
            ("a", "href "),
            ("button", "formaction"),
            ("img", "srcset"),
            ("iframe", "src"),
            ("iframe", "srcdoc"),
            ("script", "title"),
            ("link", "href"),
            ("meta", "content"),
            ("object", "data"),
            ("param", "value"),
            ("x-card", "href"),
            ("template", "value"),
        ] {
            assert_eq!(takes(element, name), None, "<{element} {name}>");
        }
    }

    #[test]
    fn text_is_told_from_urls() {
        for (element, name, expected) in [
            ("p", "title", Takes::Text),
            ("img", "alt", Takes::Text),
            ("button", "aria-label", Takes::Text),
            ("li", "data-sku", Takes::Text),
            ("li", "data-item-list-name", Takes::Text),
            ("option", "value", Takes::Text),
            ("a", "href", Takes::Url),
            ("img", "src", Takes::Url),
            ("img", "data-src", Takes::Url),
            ("li", "data-product-url", Takes::Url),
            ("li", "data-product-url-value", Takes::Url),
            ("li", "data-item-image-src", Takes::Url),
        ] {
            assert_eq!(takes(element, name), Some(expected), "<{element} {name}>");
        }
    }
}
