//! completions and man, read by real shells and by man.

use super::Folder;
use std::process::{Command, Stdio};

/// Whether a program is installed.
fn has(program: &str) -> bool {
    let ran = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    ran.is_ok_and(|ran| ran.status.success())
}

/// What bash offers behind these words.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let asked = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _attune attune '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words.len() - 1,
        words[words.len() - 1],
        words[words.len() - 2]
    );
    let ran = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_offers_commands_options_and_values() {
    let script = Folder::new().run(&["completions", "bash"]).out;
    assert_eq!(offered(&script, &["attune", "pu"]), ["push", "pull"]);
    assert_eq!(offered(&script, &["attune", "keys", "pass"]), ["passwd"]);
    assert_eq!(offered(&script, &["attune", "push", "--can"]), ["--canary"]);
    assert_eq!(offered(&script, &["attune", "diff", "--format", "m"]), ["markdown"]);
}

#[test]
fn there_is_a_script_for_every_shell_and_no_other() {
    let folder = Folder::new();
    for (shell, mark) in [
        ("zsh", "#compdef attune"),
        ("fish", "complete -c attune"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let ran = folder.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains(mark) && ran.out.contains("rollback"), "{shell}");
    }
    assert_eq!(folder.run(&["completions", "cmd"]).code, 2);
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        if has(shell) {
            folder.write("script", folder.run(&["completions", shell]).out);
            let ran = Command::new(shell).arg(check).arg(folder.path("script")).output().unwrap();
            assert!(ran.status.success(), "{shell}: {}", String::from_utf8_lossy(&ran.stderr));
        }
    }
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let folder = Folder::new();
    let ran = folder.run(&["man", "pages/man1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let whole = folder.run(&["man"]).out;
    assert!(whole.as_bytes() == folder.read("pages/man1/attune.1"), "{whole}");
    assert!(whole.contains(".TH attune 1") && whole.contains("attune\\-push(1)"), "{whole}");
    let push = String::from_utf8(folder.read("pages/man1/attune-push.1")).unwrap();
    for part in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", "\\-\\-canary", "attune push shop"] {
        assert!(push.contains(part), "{part}: {push}");
    }
    assert!(push.lines().all(|line| !line.starts_with('.') || line.len() > 2), "every request has a name");
    assert!(!folder.read("pages/man1/attune-keys-new.1").is_empty());
    if has("man") {
        for page in std::fs::read_dir(folder.path("pages/man1")).unwrap() {
            let page = page.unwrap().path();
            let shown = Command::new("man").args(["--warnings=w", "-l", "-Tutf8"]).arg(&page).output().unwrap();
            let said = String::from_utf8_lossy(&shown.stderr);
            assert!(shown.status.success() && said.is_empty(), "{}: {said}", page.display());
        }
    }
}
