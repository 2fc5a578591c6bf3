//! The real `attune` in a folder of its own.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod agreement;
mod channels;
mod clients;
mod configuration;
mod cookies;
mod decisions;
mod differences;
mod documents;
mod evaluation;
mod experiments;
mod feeds;
mod histories;
mod html;
mod installing;
mod keys;
mod learning;
mod manual;
mod posteriors;
mod privacy;
mod publishing;
mod reasons;
mod results;
mod rolling;
mod steering;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A temporary folder in which commands run.
struct Folder(TempDir);

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the starter configuration in `shop`.
    fn with_shop() -> Self {
        let folder = Self::new();
        assert_eq!(folder.run(&["init", "shop"]).code, 0);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let (code, out, err) = self.run_bytes(arguments, input);
        Ran { code, out: String::from_utf8(out).unwrap(), err }
    }

    /// As [`Self::run`], with variables of the environment.
    fn run_in(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The command, with a home of its own.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attune"));
        command.args(arguments).current_dir(self.0.path()).env("NO_COLOR", "1");
        command.env("ATTUNE_HOME", self.path("home")).env_remove("ATTUNE_URL").env_remove("ATTUNE_PASSPHRASE");
        command
    }

    fn run_bytes(&self, arguments: &[&str], input: &[u8]) -> (i32, Vec<u8>, String) {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read its input closes it, which is no failure.
        let feed = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        feed.join().unwrap();
        (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
    }
}

/// Compares with the snapshot of this name in `tests/cli/snapshots`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// One JSON value a line.
fn lines(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const RING: &str = "1:sign:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
const VISITOR: &str = r#"{
  "consent": { "personalization": "granted", "measurement": "granted", "at": "2026-11-01T09:00:00Z", "source": "api" },
  "id": "00112233445566778899aabbccddeeff", "issued": "2026-11-01T09:00:00Z",
  "visits": { "count": 3, "first": "2026-11-01T09:00:00Z", "last": "2026-11-20T18:20:00Z", "session_pages": 2 },
  "interests": [ { "category": "lanterns", "score": 2.5, "views": 7, "today": 2, "at": "2026-11-20" } ],
  "cart": { "items": [ { "sku": "22423", "quantity": 2, "price": 2.55 } ], "at": "2026-11-20T10:00:00Z" }
}"#;
const NOW: &str = "2026-11-20T18:30:00Z";
