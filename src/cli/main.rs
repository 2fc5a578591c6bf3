//! The `attune` command line tool: the only crate with files and a terminal.

mod args;
mod assets;
mod assign;
mod batch;
mod catalog;
mod config;
mod cookie;
mod decide;
mod explain;
mod failure;
mod fixture;
mod funnel;
mod init;
mod io;
mod keys;
mod learn;
mod population;
mod posteriors;
mod privacy;
mod publish;
mod replace;
mod report;
mod scene;
mod signer;
mod simulate;
mod tally;
mod test;
mod tree;
mod verify;
mod visitor;
mod why;
mod words;
mod workers;

use args::{Args, Command, CookieCommand, HtmlCommand, KeysCommand, PrivacyCommand, SchemaFormat};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(args.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Failure::Broken { .. } = failure {
                eprintln!("attune: {failure}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Init { dir } => init::init(&dir),
        Command::Check { dir, files, format } => verify::check(&dir, files.as_deref(), format),
        Command::Compile { dir, out, catalog } => verify::compile(&dir, &out, &catalog),
        Command::Overlay(options) => catalog::overlay(&options),
        Command::Posteriors(options) => posteriors::run(&options),
        Command::Decide(options) => match &options.batch {
            Some(file) => batch::batch(&options, file),
            None => decide::decide(&options),
        },
        Command::Why(options) => why::why(&options),
        Command::Test(options) => test::test(&options),
        Command::Simulate(options) => simulate::simulate(&options),
        Command::Assign(options) => assign::assign(&options),
        Command::Cookie(CookieCommand::Mint(options)) => cookie::mint(&options),
        Command::Cookie(CookieCommand::Inspect(options)) => cookie::inspect(&options),
        Command::Html(HtmlCommand::Replace { selector, with, chunk }) => replace::replace(&selector, &with, chunk),
        Command::Schema { format: SchemaFormat::Json } => io::print_json(&attune_compiler::schema()),
        Command::Schema { format: SchemaFormat::Markdown } => io::print(&attune_compiler::reference()),
        Command::Explain { code } => explain::explain(code.as_deref()),
        Command::Keys(KeysCommand::New { id, state }) => keys::new(id, state),
        Command::Keys(KeysCommand::Decision { keys, site }) => keys::decision(&keys, &site),
        Command::Keys(KeysCommand::Signing { out }) => keys::signing(&out, ""),
        Command::Keys(KeysCommand::Data { out }) => keys::signing(&out, ":data"),
        Command::Privacy(PrivacyCommand::Report { dir, format }) => privacy::report(&dir, format),
        Command::Learn(options) => learn::run(&options),
        Command::Evaluate(options) => learn::evaluate::run(&options),
        Command::RotateReport(options) => learn::rotate::run(&options),
        Command::Sign(options) => publish::sign(&options),
    }
}
