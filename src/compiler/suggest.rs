//! The nearest known name to an unknown one.

/// How many letters two names are apart, whatever their case.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    strsim::damerau_levenshtein(&a.to_lowercase(), &b.to_lowercase())
}

/// The candidate that is most likely meant, if one is near enough to be worth naming.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(score, candidate)| *score <= (candidate.len().max(name.len()) / 3).max(1))
        .min_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// The ISO code for a country code that people write by mistake.
pub(crate) fn country(code: &str) -> Option<&'static str> {
    match code.to_ascii_uppercase().as_str() {
        "UK" | "EN" => Some("GB"),
        "EL" => Some("GR"),
        "SP" => Some("ES"),
        "JA" => Some("JP"),
        _ => None,
    }
}

/// A help sentence: the nearest name, or else what there is.
pub(crate) fn help<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone, none: &str) -> String {
    // `en` for `en-GB`, `hero` for `hero-banner`.
    let longer = || candidates.clone().into_iter().find(|c| name.len() > 1 && c.starts_with(&format!("{name}-")));
    if let Some(near) = nearest(name, candidates.clone()).or_else(longer) {
        return format!("did you mean `{near}`?");
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    match all.len() {
        0 => none.to_owned(),
        1..=16 => format!("known here: {}", quoted(&all)),
        n => format!("known here: {} and {} more", quoted(all.get(..12).unwrap_or_default()), n - 12),
    }
}

/// Names in backquotes, comma separated.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
