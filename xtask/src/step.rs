//! One named piece of work: says what it does, how long it took, and what went wrong.

use anyhow::{Context, Result, ensure};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs `work` under a name, and prints the name and the time when it is done.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let result = work().with_context(|| format!("{name} failed"));
    let mark = if result.is_ok() { "done" } else { "FAILED" };
    eprintln!("{mark:>8}  {name} ({:.1} s)", start.elapsed().as_secs_f32());
    result
}

/// Runs a command to its end; its output is shown only when it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    ensure!(output.status.success(), "{} ended with {}", shown(command), output.status);
    Ok(())
}

/// Runs a command to its end and returns what it wrote to standard output.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", shown(command)))?;
    let problem = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} ended with {}: {problem}", shown(command), output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command line as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
