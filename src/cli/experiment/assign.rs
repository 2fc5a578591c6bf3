//! `attune assign`.

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{input, output};
use attune_core::bundle::weights::Weights;
use attune_core::bundle::{Campaign, UnitKind};
use attune_core::codec::{from_hex, to_hex};
use attune_core::decide::{Assignment, Unit, assignment};
use attune_core::limits::CUSTOMER_BYTES_MAX;
use attune_core::loaded::Loaded;
use attune_core::profile::customer_hash;
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune assign shop --campaign summer-hero --now 2026-11-20T18:30:00Z < ids.txt\n  \
    echo 000102030405060708090a0b0c0d0e0f,1795168800 | attune assign shop --campaign summer-hero --now 2026-11-20T18:30:00Z\n\n\
    A line of input is a visitor id (32 hexadecimal digits), and behind a comma, where weights change, when it was minted, \
    in seconds since 1970; or, for a campaign that goes by customer, a customer id.\n\
    A line of output is the id, `in` or why not, and the arm, with commas between. The command does not check page, \
    condition, schedule and cap: it says which arm a visitor would be in.")]
pub(crate) struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// Key of the campaign
    #[arg(long)]
    campaign: String,
    /// Ids, one a line; - is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    units: PathBuf,
    /// The moment, as 2026-11-20T18:30:00Z
    #[arg(long, value_name = "RFC3339")]
    now: String,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let (_, loaded) = Configuration::read(&options.dir)?.bundle()?;
    let now_s = input::parse_moment("--now", &options.now)?;
    let found = loaded.campaigns.iter().enumerate().find_map(|(index, campaign)| {
        campaign.as_ref().filter(|campaign| campaign.key == options.campaign).map(|campaign| (index, campaign))
    });
    let Some((index, campaign)) = found else {
        return Err(Failure::new(
            format!("there is no campaign `{}`", options.campaign),
            "give the key of a campaign, as under [campaigns]",
        ));
    };
    if let Some(bandit) = bandit_of(&loaded, index, &mut BTreeSet::new()) {
        return Err(Failure::new(
            format!("the weights of `{bandit}` follow its results, and the configuration does not have them"),
            "read the arms of its visitors from `attune export`",
        ));
    }
    let ids = input::read_text(&options.units, "a list of ids")?;
    let mut out = String::from("unit,assignment,arm\n");
    for line in ids.lines().filter(|line| !line.is_empty()) {
        let hash = to_hex(&customer_hash(line));
        let (id, unit) = unit(line, &hash, campaign)?;
        let (result, arm) = match assignment(&loaded, &Weights::default(), index, unit, now_s, &mut ()) {
            Assignment::In(arm) => ("in", campaign.arms.get(arm).map_or("", |arm| arm.key.as_str())),
            Assignment::HeldOut(reason) | Assignment::Out(reason) => (reason.key(), ""),
        };
        // Writing into a string has no way to fail.
        let _ = writeln!(out, "{id},{result},{arm}");
    }
    output::print(&out)
}

/// The campaign, or one that it requires, whose weights are not in the configuration.
fn bandit_of<'l>(loaded: &'l Loaded, index: usize, seen: &mut BTreeSet<usize>) -> Option<&'l str> {
    let campaign = loaded.campaigns.get(index)?.as_ref().filter(|_| seen.insert(index))?;
    if campaign.enrolment.is_bandit {
        return Some(&campaign.key);
    }
    campaign.enrolment.requires.iter().find_map(|required| bandit_of(loaded, usize::from(required.campaign), seen))
}

/// The id of a line and the unit that it names: a visitor, or for a campaign by customer a customer, whose hash is
/// `hash`.
fn unit<'l>(line: &'l str, hash: &'l str, campaign: &Campaign) -> Result<(&'l str, Unit<'l>), Failure> {
    if campaign.enrolment.unit == UnitKind::Customer {
        if line.len() > CUSTOMER_BYTES_MAX {
            return Err(Failure::new(
                format!("a customer id is longer than {CUSTOMER_BYTES_MAX} bytes"),
                "give one id a line",
            ));
        }
        return Ok((line, Unit { customer: hash, ..Unit::default() }));
    }
    let (id, minted_s) = line.split_once(',').unwrap_or((line, "0"));
    let minted_s = minted_s.trim().parse::<u32>().ok();
    match (from_hex::<16>(id), minted_s) {
        (Some(_), Some(minted_s)) if !id.contains(|c: char| c.is_ascii_uppercase()) => {
            Ok((id, Unit { id, minted_s, ..Unit::default() }))
        }
        _ => Err(Failure::new(
            format!("`{line}` is not a visitor id"),
            "write 32 lower-case hexadecimal digits, and behind a comma when it was minted in seconds since 1970",
        )),
    }
}
