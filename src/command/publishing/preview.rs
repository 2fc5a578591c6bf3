//! `attune preview`.

use super::client::{Client, Question};
use super::options::SiteOptions;
use super::propose;
use super::ready::{self, BesideOptions};
use super::steps::Steps;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::{host, input};
use attune_compiler::span_s;
use attune_core::bundle::draft::{self, CONFIG_BYTES_MAX};
use attune_core::bundle::manifest;
use attune_core::civil::format_time;
use attune_core::limits::PREVIEW_TTL_S_MAX;
use attune_publish::api::{PreviewLink, State};
use attune_publish::to_base64;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune preview --to https://www.shop.example --visitor personas.json#lapsed\n  \
    attune preview --draft shop --visitor lapsed.json --page /c/tea --for 30m\n  \
    attune preview --draft 5e1c --arm summer-hero=sale --format json\n\n\
    Prints a link. Who follows it sees the site as this visitor, with a banner that says so, until the link ends; nothing is \
    counted and nothing is kept. A visitor is a persona, as `attune decide` reads it; without one it is somebody new. Of a file \
    with several personas the first is shown, and the overlay of the page changes to the others. Everybody who has the link sees \
    what it shows.\n\n\
    With --draft it shows a configuration that is not published: of a folder, which is checked, compiled and uploaded for 14 days, \
    or what waits under an id. Contents that could run scripts are left out until it has as many signatures as a version needs.")]
pub struct Options {
    /// Visitor (JSON), or a file of at most 8 personas, or one of them: FILE#KEY; - is standard input. Default: somebody new
    #[arg(long, value_name = "FILE")]
    visitor: Option<PathBuf>,
    /// Show a draft: of a folder with attune.toml (default: .), or the first digits of its id. Default: what is published
    #[arg(long, value_name = "FOLDER|ID", num_args = 0..=1, default_missing_value = ".")]
    draft: Option<String>,
    /// Show this arm of a campaign; may be given several times
    #[arg(long, value_name = "CAMPAIGN=ARM", value_parser = forced)]
    arm: Vec<(String, String)>,
    /// Path of the page that the link leads to
    #[arg(long, value_name = "PATH", default_value = "/")]
    page: String,
    /// How long the link lasts, such as 30m or 8h; 24h at most
    #[arg(long = "for", value_name = "TIME", default_value = "1h", value_parser = life_s)]
    life_s: u32,
    #[command(flatten)]
    site: SiteOptions,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let mut question = persona(options)?;
    let mut steps = Steps::new(options.format);
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    if let Some(draft) = &options.draft {
        let (name, value) = match id_of(&state, draft)? {
            Some(id) => ("draft", id),
            None => ("manifest", upload(&client, &state, Path::new(draft), &mut steps)?),
        };
        question.insert(name.to_owned(), value.into());
    }
    let link: PreviewLink = client.json(&Question::post("preview", Value::Object(question).to_string().as_bytes()))?;
    if options.format == Format::Json {
        return output::print_json(&json!(link));
    }
    let ends = u32::try_from(link.ends_s).map_or_else(|_| format!("{} s", link.ends_s), format_time);
    steps.say(&format!("the link ends {ends}\n{}\n", link.url))
}

/// The visitor, the others that come along, the page and the life of the link, as the site takes them.
fn persona(options: &Options) -> Result<Map<String, Value>, Failure> {
    let mut personas = match &options.visitor {
        Some(file) => input::read_personas(file, input::now_s()?)?,
        None => vec![Map::new()],
    };
    if !options.arm.is_empty() {
        for persona in &mut personas {
            let arms = persona.entry("arms").or_insert_with(|| json!({}));
            for (campaign, arm) in &options.arm {
                arms[campaign] = json!(arm);
            }
        }
    }
    let others = personas.split_off(1);
    let mut question = personas.pop().unwrap_or_default();
    if !others.is_empty() {
        question.insert("personas".to_owned(), json!(others));
    }
    question.insert("page".to_owned(), json!(options.page));
    question.insert("ttl_s".to_owned(), json!(options.life_s));
    Ok(question)
}

/// The id of what waits and begins with these digits; nothing where they name a folder.
fn id_of(state: &State, text: &str) -> Result<Option<String>, Failure> {
    let is_id = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id || host::is_folder(Path::new(text)) {
        return Ok(None);
    }
    let ids = state.drafts.iter().map(|draft| &draft.id).chain(state.previews.iter().map(|draft| &draft.id));
    let mut found = ids.filter(|id| id.starts_with(text));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(Some(id.clone())),
        (Some(_), Some(_)) => {
            Err(Failure::new(format!("more than one draft begins with {text}"), "give more digits of the id"))
        }
        (None, _) => Err(Failure::new(
            format!("there is no draft {text}, and no such folder"),
            "`attune status` lists the drafts; give a folder with attune.toml to make one",
        )),
    }
}

/// Checks and compiles a folder and uploads its configuration; the answer is the signed draft.
fn upload(client: &Client, state: &State, folder: &Path, steps: &mut Steps) -> Result<String, Failure> {
    let ready = ready::read(folder, &BesideOptions::default(), steps)?;
    ready.check_site(client, state)?;
    let config = ready.config;
    if config.artifact.bytes as usize > CONFIG_BYTES_MAX {
        return Err(Failure::new(
            format!(
                "the bundle has {} bytes, and {CONFIG_BYTES_MAX} can be previewed beside what is published",
                config.artifact.bytes
            ),
            "preview a part of it: leave out campaigns that you do not look at",
        ));
    }
    let draft = draft::of(state.site.clone(), config.artifact);
    propose::upload(client, &[config], steps)?;
    let signature = client.signer.sign(&draft::signed_bytes(&manifest::body(&draft)));
    let file = draft::encode(&draft, &[signature])
        .map_err(|error| Failure::new(format!("the draft cannot be written: {error}"), "please report this"))?;
    Ok(to_base64(&file))
}

fn forced(text: &str) -> Result<(String, String), String> {
    let (campaign, arm) = text.split_once('=').ok_or("write CAMPAIGN=ARM, such as summer-hero=sale")?;
    Ok((campaign.to_owned(), arm.to_owned()))
}

fn life_s(text: &str) -> Result<u32, String> {
    let seconds = span_s(text).filter(|seconds| (1..=PREVIEW_TTL_S_MAX).contains(seconds));
    seconds.ok_or_else(|| "write a time such as 30m or 8h, at most 24h".to_owned())
}
