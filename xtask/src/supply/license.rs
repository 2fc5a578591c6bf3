//! Licence expressions in the form of SPDX: whether the allowed licences are enough for one.

use anyhow::{Result, bail, ensure};

/// How deep parentheses may nest.
const DEPTH_MAX: usize = 16;

/// Whether an expression can be met with allowed licences: of `OR` one side, of `AND` both.
///
/// # Errors
/// When it is no expression.
pub(super) fn is_met(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    // Old crates write `MIT/Apache-2.0` where `OR` is meant.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = either(&mut rest, is_allowed, 0)?;
    ensure!(rest.is_empty(), "{} is left over", rest.join(" "));
    Ok(met)
}

fn either(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool, depth: usize) -> Result<bool> {
    let mut met = both(words, is_allowed, depth)?;
    while let Some((&"OR", rest)) = words.split_first() {
        *words = rest;
        met |= both(words, is_allowed, depth)?;
    }
    Ok(met)
}

fn both(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool, depth: usize) -> Result<bool> {
    let mut met = one(words, is_allowed, depth)?;
    while let Some((&"AND", rest)) = words.split_first() {
        *words = rest;
        met &= one(words, is_allowed, depth)?;
    }
    Ok(met)
}

fn one(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool, depth: usize) -> Result<bool> {
    let Some((&word, rest)) = words.split_first() else { bail!("it ends too early") };
    *words = rest;
    match word {
        "(" => {
            ensure!(depth < DEPTH_MAX, "parentheses nest deeper than {DEPTH_MAX}");
            let met = either(words, is_allowed, depth + 1)?;
            let Some((&")", rest)) = words.split_first() else { bail!("a parenthesis is not closed") };
            *words = rest;
            Ok(met)
        }
        ")" | "OR" | "AND" | "WITH" => bail!("a licence is expected before `{word}`"),
        licence => {
            let Some((&"WITH", rest)) = words.split_first() else { return Ok(is_allowed(licence)) };
            let Some((exception, rest)) = rest.split_first() else { bail!("it ends after WITH") };
            *words = rest;
            // A licence with an exception is a name of its own in the list.
            Ok(is_allowed(&format!("{licence} WITH {exception}")))
        }
    }
}

#[cfg(test)]
mod unit {
    use super::is_met;

    #[test]
    fn of_or_one_side_is_enough_and_of_and_both_are_needed() {
        let allowed = |name: &str| ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].contains(&name);
        for met in [
            "MIT",
            "GPL-3.0-only OR MIT",
            "MIT/GPL-3.0-only",
            "GPL-3.0-only / MIT",
            "MIT AND Zlib",
            "(GPL-3.0-only OR MIT) AND Zlib",
            "GPL-3.0-only AND Zlib OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_met(met, &allowed).is_ok_and(|met| met), "{met}");
        }
        for unmet in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "MIT AND (GPL-3.0-only OR Apache-2.0)",
            "Apache-2.0",
            "MIT WITH LLVM-exception",
            "mit",
        ] {
            assert!(is_met(unmet, &allowed).is_ok_and(|met| !met), "{unmet}");
        }
        let deep = "(".repeat(40) + "MIT" + &")".repeat(40);
        for broken in ["", "MIT OR", "OR MIT", "(MIT", "MIT)", "MIT Zlib", "MIT WITH", &deep] {
            assert!(is_met(broken, &allowed).is_err(), "{broken}");
        }
    }
}
