//! Commands that cannot be run here: at least their programs, commands and options have to be there.

use super::super::Folder;
use super::commands::{arguments, words};
use super::{read, root, routes};

/// Programs of which nothing of ours is asked.
const OTHERS: [&str; 7] = ["git", "cd", "rustup", "grep", "duckdb", "export", "npm"];
/// What `wrangler` is asked for.
const WRANGLER: [&str; 9] = [
    "deploy",
    "kv namespace create",
    "kv namespace delete",
    "kv key put",
    "r2 bucket create",
    "secret put",
    "login",
    "rollback",
    "delete",
];

/// Checks every program of a line that is not run.
pub(super) fn check_unrun(folder: &Folder, line: &str, place: &str) {
    for command in line.split(" && ").flat_map(|part| part.split(" | ")) {
        check(folder, command.trim(), place);
    }
}

fn check(folder: &Folder, command: &str, place: &str) {
    let words = words(command);
    let rest: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(arguments) = arguments(command) {
        return check_attune(folder, arguments, place);
    }
    match rest[..] {
        ["cargo", "xtask", name, ref options @ ..] => check_xtask(name, options, place),
        ["cargo", "install", "--path", path] => {
            assert!(root().join(path).join("Cargo.toml").is_file(), "{place}: there is no crate at {path}");
        }
        ["npx", "wrangler", ref asked @ ..] => {
            let is_known = WRANGLER.iter().any(|known| asked.join(" ").starts_with(known));
            assert!(is_known, "{place}: a command of wrangler that no test knows: {command}");
            assert!(read("package.json").contains("\"wrangler\""), "{place}: wrangler is not installed");
            if let Some(at) = asked.iter().position(|word| *word == "--config") {
                assert!(root().join(asked[at + 1]).is_file(), "{place}: there is no {}", asked[at + 1]);
            }
        }
        // In a project of the packages: the command is the same.
        ["npx", "attune", ..] => check_attune(folder, command.trim_start_matches("npx attune "), place),
        ["curl", ref asked @ ..] => {
            let url = asked.iter().find(|word| word.starts_with("http")).unwrap_or(&"");
            if let Some((_, path)) = url.split_once("/_attune/") {
                let path = format!("/_attune/{}", path.split('?').next().unwrap_or_default());
                assert!(routes::in_source().iter().any(|route| route.path == path), "{place}: there is no {path}");
            }
        }
        [program, ..] => assert!(OTHERS.contains(&program), "{place}: a program that no test knows: {command}"),
        [] => panic!("{place}: an empty command"),
    }
}

/// The command has to have a help that lists each option.
fn check_attune(folder: &Folder, arguments: &str, place: &str) {
    let words = words(arguments);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // `keys ring`: the second word is a command where the first has commands.
    let nested = ["keys", "cookie", "privacy", "html", "canary", "audit"].contains(&words[0]);
    let mut asked = words[..if nested { 2 } else { 1 }].to_vec();
    asked.push("--help");
    let help = folder.run(&asked);
    assert_eq!(help.code, 0, "{place}: there is no attune {arguments}");
    check_options(&words, &help.out, place);
}

fn check_xtask(name: &str, options: &[&str], place: &str) {
    // Building xtask here would need a second lock on the target folder, so its options are read from the source.
    let source = read("xtask/src/command.rs");
    let variant = name[..1].to_uppercase() + &name[1..];
    let is_command = [format!("    {variant},"), format!("    {variant}({variant}Options),")];
    assert!(is_command.iter().any(|line| source.contains(line)), "{place}: there is no `cargo xtask {name}`");
    let fields =
        source.split(&format!("struct {variant}Options {{")).nth(1).and_then(|rest| rest.split("\n}\n").next());
    let fields =
        fields.unwrap_or_default().lines().filter_map(|line| line.trim().split_once(": ").map(|(name, _)| name));
    let help: Vec<String> = fields.map(|field| format!("--{}", field.replace('_', "-"))).collect();
    check_options(options, &help.join(" "), place);
    let only = options.iter().zip(options.iter().skip(1)).filter(|(option, _)| **option == "--only");
    for (_, part) in only {
        let known = match name {
            "bench" => std::fs::read_dir(root().join("tests/bench")).unwrap().any(|entry| {
                let file = entry.unwrap().file_name().into_string().unwrap();
                file.contains(part) && file.contains(".mjs")
            }),
            "test" => read("xtask/src/tests.rs").contains(part),
            _ => ["xtask/src/prove.rs", "fuzz/libfuzzer/Cargo.toml"].iter().any(|file| read(file).contains(part)),
        };
        assert!(known, "{place}: `cargo xtask {name}` has nothing called {part}");
    }
}

fn check_options(words: &[&str], help: &str, place: &str) {
    let listed: Vec<&str> = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).collect();
    for word in words.iter().filter(|word| word.starts_with("--")) {
        let option = word.split('=').next().unwrap_or_default();
        assert!(listed.contains(&option), "{place}: there is no option {option}");
    }
}
