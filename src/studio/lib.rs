//! The commands of `attune` that ask a configuration, as a Wasm module: the compiler and the core, with the options, the
//! messages and the exit codes of the command line tool. Files, streams and clocks are an object of JavaScript's.

mod answer;
mod host;
mod project;
mod trial;

use attune_command::failure::Failure;
use attune_command::{conclude, host as place};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use host::{JavaScript, JsHost, with_host};
use wasm_bindgen::prelude::*;

/// Checks, compiles and tries out the configuration of a personalized site.
#[derive(Parser)]
#[command(name = "attune", version, arg_required_else_help = true, after_help = attune_command::EPILOGUE)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Shared(attune_command::Command),
    /// Try it out in front of any site: a local Worker, with a first configuration made from the page
    Try(trial::Options),
    /// Serve a project on local workerd: its site, or a small example shop, with what the configuration puts into it
    Dev(project::DevOptions),
    /// Write what is served beside pages: of a project, the page script and the compiled configuration; with --key, everything
    /// that a site without Workers serves
    Assets(attune_command::client::assets::Options),
}

/// Said where a command is not known: it may be one of the native tool's.
const NATIVE_HELP: &str = "\nThe native tool has more commands (learn, evaluate, overlay, sign, ...). Name one of this \
                           version in ATTUNE_BIN, and this command hands them on.\n";

/// Runs one command; the words are those behind `attune`. The answer is the exit code: 0 all is well, 1 the answer is no, 2
/// the command cannot be carried out.
#[wasm_bindgen]
pub fn run(words: Vec<String>, host: JsHost) -> u8 {
    place::set(&JavaScript);
    std::panic::set_hook(Box::new(|panic| {
        place::print_error(&format!("attune: {panic}\n  help: please report this\n"));
    }));
    with_host(host, || match CommandLine::try_parse_from(std::iter::once("attune".to_owned()).chain(words)) {
        Ok(line) => conclude(carry_out(&line.command)),
        Err(error) => refused(&error),
    })
}

fn carry_out(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Shared(command) => attune_command::run(command),
        Command::Try(options) => trial::run(options),
        Command::Dev(options) => project::dev(options),
        Command::Assets(options) => project::assets(options),
    }
}

/// The names of all commands.
#[wasm_bindgen]
pub fn commands() -> Vec<String> {
    CommandLine::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The version of the tool.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Help where it was asked for, else what is wrong with the words.
fn refused(error: &clap::Error) -> u8 {
    let text = error.render().to_string();
    if error.use_stderr() {
        place::print_error(&text);
        if error.kind() == ErrorKind::InvalidSubcommand {
            place::print_error(NATIVE_HELP);
        }
    } else if let Err(failure) = attune_command::output::print(&text) {
        return conclude(Err(failure));
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}
