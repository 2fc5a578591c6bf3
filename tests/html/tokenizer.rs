//! Inputs for every state of the tokenizer: `tests/html/tokenizer/*.json`.
//!
//! Every element with an attribute `s` is a slot and gets `!`; in `body_end.json`, `^` is inserted.
//! Without `output`, the page stays as it is.
use crate::splicing::{html_slot, splice_all_sizes};
use serde_json::Value;
use std::{fs, path::PathBuf};

pub(crate) struct Case {
    pub(crate) file: String,
    pub(crate) description: String,
    pub(crate) input: String,
    pub(crate) output: String,
}

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/html").join(name)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut files: Vec<_> = fs::read_dir(folder("tokenizer")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let data: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for test in data["tests"].as_array().unwrap() {
            let text = |key: &str| test[key].as_str().map(str::to_owned);
            let input = text("input").unwrap();
            cases.push(Case {
                file: file.clone(),
                description: text("description").unwrap(),
                output: text("output").unwrap_or_else(|| input.clone()),
                input,
            });
        }
    }
    cases
}

#[test]
fn every_input_gives_its_output_at_every_chunk_size() {
    let cases = cases();
    assert!(cases.len() >= 500, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let insertion = (case.file == "body_end").then_some("^");
        let spliced = splice_all_sizes(case.input.as_bytes(), &[html_slot("[s]", "!")], insertion);
        let html = String::from_utf8(spliced.html).unwrap();
        if html != case.output {
            wrong.push(format!(
                "{}: {}\n  in   {}\n  want {}\n  got  {html}",
                case.file, case.description, case.input, case.output
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_match_changes_no_byte() {
    for case in cases() {
        let spliced =
            splice_all_sizes(case.input.as_bytes(), &[html_slot("[none]", "!"), html_slot("x-none", "!")], None);
        assert_eq!(String::from_utf8(spliced.html).unwrap(), case.input);
        assert_eq!(spliced.outcomes, []);
    }
}
