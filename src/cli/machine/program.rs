//! Other programs.

use attune_command::host::Ran;
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::thread;

pub(super) fn run(program: &str, arguments: &[&OsStr], input: &[u8]) -> io::Result<Ran> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // On a thread of its own: the program may answer before it has read everything. What it does not take shows in its
        // answer.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })?;
    Ok(Ran { is_success: output.status.success(), out: output.stdout, err: output.stderr })
}
