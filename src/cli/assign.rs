//! `attune assign`.

use crate::args::AssignOptions;
use crate::decide::time;
use crate::failure::Failure;
use crate::{config, io};
use attune_core::bundle::{Campaign, UnitKind};
use attune_core::codec::from_hex;
use attune_core::codec::to_hex;
use attune_core::decide::{Assignment, Unit, assignment};
use attune_core::limits::CUSTOMER_BYTES_MAX;
use attune_core::profile::customer_hash;
use std::fmt::Write;

pub(crate) fn assign(options: &AssignOptions) -> Result<(), Failure> {
    let configuration = config::read(&options.dir)?;
    let (_, loaded) = configuration.bundle()?;
    let now_s = time(&options.now, "--now")?;
    let found = loaded.campaigns.iter().enumerate().find_map(|(index, campaign)| {
        campaign.as_ref().filter(|campaign| campaign.key == options.campaign).map(|campaign| (index, campaign))
    });
    let Some((index, campaign)) = found else {
        return Err(Failure::new(
            format!("there is no campaign `{}`", options.campaign),
            "give the key of a campaign, as under [campaigns]",
        ));
    };
    let units = io::read_text(&options.units, "a list of ids")?;
    let mut out = String::from("unit,assignment,arm\n");
    for line in units.lines().filter(|line| !line.is_empty()) {
        let hash = to_hex(&customer_hash(line));
        let (id, unit) = unit(line, &hash, campaign)?;
        let (word, arm) = match assignment(&loaded, index, unit, now_s, &mut ()) {
            Assignment::In(arm) => ("in", campaign.arms.get(arm).map_or("", |arm| arm.key.as_str())),
            Assignment::HeldOut(reason) | Assignment::Out(reason) => (reason.key(), ""),
        };
        // Writing into a string has no way to fail.
        let _ = writeln!(out, "{id},{word},{arm}");
    }
    io::print(&out)
}

/// A visitor id with the moment it was minted, or a customer id, of which `hash` is the hash; with the id as given.
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
    let (id, minted) = line.split_once(',').unwrap_or((line, "0"));
    let minted_s = minted.trim().parse::<u32>().ok();
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
