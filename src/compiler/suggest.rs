//! The nearest known name to an unknown one.

/// The candidate that is most likely meant, if one is near enough to be worth naming.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let score = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (score, candidate)
        })
        .filter(|(score, candidate)| *score <= (candidate.len().max(name.len()) / 3).max(1))
        .min_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// A help sentence: the nearest name, or else what there is.
pub(crate) fn help<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone, none: &str) -> String {
    if let Some(near) = nearest(name, candidates.clone()) {
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
