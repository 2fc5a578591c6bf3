//! `attune completions` and `attune man`: what shells and `man` know of this tool.

use crate::failure::Failure;
use crate::host::host;
use crate::output;
use clap::{Args, Command};
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune completions bash > ~/.local/share/bash-completion/completions/attune\n  \
    attune completions zsh > \"${fpath[1]}/_attune\"\n  \
    attune completions fish > ~/.config/fish/completions/attune.fish\n  \
    attune completions powershell >> $PROFILE")]
pub(crate) struct CompletionsOptions {
    /// The shell that reads it
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  attune man | man -l -\n  attune man ~/.local/share/man/man1")]
pub(crate) struct ManOptions {
    /// Folder to write a page for each command into. Default: the page of `attune` is printed
    dir: Option<PathBuf>,
}

pub(crate) fn completions(CompletionsOptions { shell }: &CompletionsOptions, mut tool: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut tool, "attune", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(ManOptions { dir }: &ManOptions, tool: Command) -> Result<(), Failure> {
    let Some(dir) = dir else {
        let mut page = Vec::new();
        // As the pages of a folder are made: `help` has no page.
        let mut tool = tool.disable_help_subcommand(true);
        tool.build();
        let rendered = clap_mangen::Man::new(tool).render(&mut page);
        rendered.map_err(|error| Failure::new(format!("the page cannot be written: {error}"), "please report this"))?;
        return output::print(&String::from_utf8_lossy(&page));
    };
    host()
        .make_folder(dir)
        .and_then(|()| clap_mangen::generate_to(tool, dir))
        .map_err(|error| Failure::file("write", dir, &error, "give a folder that you may write to"))?;
    output::print(&format!("wrote {}\n", dir.display()))
}
