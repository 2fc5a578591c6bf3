//! Layers: a visitor is in at most one campaign of a layer. Some are authored. Others are made for experiments that
//! share a slot, or the one campaign of a page of light intensity.

use super::arms::shares_bp;
use super::percent::percent_bp;
use super::satisfiable::satisfiable;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Bundle, Campaign, During, Intensity, Layer, LayerShare};
use attune_core::limits;

/// `layer = "none"`: in no layer, and none is made for it.
const NONE: &str = "none";

/// Makes the layers and gives each of their campaigns its share. The rest of the bundle is final.
pub(super) fn layers(root: &Table, bundle: &mut Bundle, sink: &mut Sink<'_>) {
    let entry = |key: &str| root.entries_of("campaigns").iter().find(|entry| entry.key == key);
    let campaigns = std::mem::take(&mut bundle.campaigns).into_iter();
    let mut campaigns: Vec<(Campaign, &Entry)> =
        campaigns.filter_map(|campaign| entry(&campaign.key).map(|entry| (campaign, entry))).collect();
    let mut layers = named(root, &mut campaigns, sink);
    found(&mut layers, &mut campaigns, bundle, sink);
    if layers.len() > limits::LAYERS_MAX {
        let message = format!("there are {} layers", layers.len());
        sink.report_absent(Code::OverLimit, message, format!("at most {} are possible", limits::LAYERS_MAX));
    }
    bundle.layers = layers;
    bundle.campaigns = campaigns.into_iter().map(|(campaign, _)| campaign).collect();
}

/// The layers that are authored.
fn named(root: &Table, campaigns: &mut [(Campaign, &Entry)], sink: &mut Sink<'_>) -> Vec<Layer> {
    let mut layers = Vec::new();
    for entry in root.entries_of("layers") {
        let Some(table) = entry.node.table() else { continue };
        if entry.key == NONE {
            sink.report(
                Code::BadLayer,
                entry.key_place,
                "a layer cannot be called `none`",
                "campaigns write it to be in no layer: choose another name",
            );
        }
        let members = members_of(&entry.key, campaigns);
        if let Some(shares) = named_shares(entry, table, &members, campaigns, sink) {
            join(layers.len(), &members, &shares, campaigns);
        }
        same_unit(&members, campaigns, sink);
        layers.push(Layer {
            key: entry.key.clone(),
            phase: table.whole("phase").unwrap_or(1),
            holdout_bp: percent_bp(table.get("holdout"), sink),
        });
    }
    unknown(root, campaigns, sink);
    layers
}

fn layer_of(entry: &Entry) -> Option<&Node> {
    entry.node.table().and_then(|table| table.get("layer")).filter(|node| node.text().is_some())
}

/// Indices of the layer's campaigns, by key.
fn members_of(key: &str, campaigns: &[(Campaign, &Entry)]) -> Vec<usize> {
    let named = |entry: &Entry| layer_of(entry).and_then(Node::text).is_some_and(|text| text.decoded == key);
    let mut members: Vec<usize> =
        campaigns.iter().enumerate().filter(|(_, (_, entry))| named(entry)).map(|(index, _)| index).collect();
    members.sort_by_key(|index| campaigns.get(*index).map(|(campaign, _)| campaign.key.clone()));
    members
}

/// First and last bucket of each member; problems are reported.
fn named_shares(
    layer: &Entry,
    table: &Table,
    members: &[usize],
    campaigns: &[(Campaign, &Entry)],
    sink: &mut Sink<'_>,
) -> Option<Vec<(u16, u16)>> {
    let Some(share) = table.get("share").and_then(Node::table) else { return Some(equal(members.len())) };
    let keys: Vec<&str> =
        members.iter().filter_map(|index| campaigns.get(*index)).map(|(campaign, _)| campaign.key.as_str()).collect();
    let mut is_valid = true;
    // The share of a deleted campaign keeps its buckets: otherwise the shares behind it would move.
    let exists = |key: &str| campaigns.iter().any(|(campaign, _)| campaign.key == key);
    for entry in share.entries.iter().filter(|e| exists(&e.key) && !keys.contains(&e.key.as_str())) {
        sink.report(
            Code::BadLayer,
            entry.key_place,
            format!("campaign `{}` is not in layer `{}`", entry.key, layer.key),
            suggest::help(&entry.key, keys.clone(), &format!("write layer = \"{}\" in the campaign", layer.key)),
        );
        is_valid = false;
    }
    // In the authored order, so a share that is added at the end moves nobody.
    let mut ends = Vec::with_capacity(share.entries.len());
    let mut end = 0_u32;
    for entry in &share.entries {
        let from = end;
        end += u32::from(percent_bp(Some(&entry.node), sink));
        ends.push((entry.key.as_str(), from, end));
        if end > 10_000 {
            sink.report(
                Code::BadLayer,
                entry.node.place,
                "the shares of the layer are more than 100 percent",
                "make them smaller: a visitor is in one campaign at most",
            );
            return None;
        }
    }
    let mut shares = Vec::with_capacity(members.len());
    for (key, index) in keys.iter().zip(members) {
        let Some((_, from, to)) = ends.iter().find(|(of, ..)| of == key) else {
            if let Some(node) = campaigns.get(*index).and_then(|(_, entry)| layer_of(entry)) {
                sink.report(
                    Code::BadLayer,
                    node.place,
                    format!("layer `{}` has no share for `{key}`", layer.key),
                    "add it to the end of the layer's `share`, or it would have nobody",
                );
            }
            is_valid = false;
            continue;
        };
        shares.push((u16::try_from(*from).unwrap_or(10_000), u16::try_from(*to).unwrap_or(10_000)));
    }
    is_valid.then_some(shares)
}

fn equal(count: usize) -> Vec<(u16, u16)> {
    if count == 0 {
        return Vec::new();
    }
    let mut end = 0;
    let shares = shares_bp(&vec![1.0; count]).into_iter().map(|share_bp| {
        let from = end;
        end += share_bp;
        (from, end)
    });
    shares.collect()
}

fn join(layer: usize, members: &[usize], shares: &[(u16, u16)], campaigns: &mut [(Campaign, &Entry)]) {
    let layer = u16::try_from(layer).unwrap_or(u16::MAX);
    for (index, (from_bp, to_bp)) in members.iter().zip(shares) {
        if let Some((campaign, _)) = campaigns.get_mut(*index) {
            campaign.enrolment.layer = Some(LayerShare { layer, from_bp: *from_bp, to_bp: *to_bp });
        }
    }
}

/// Reports a layer with campaigns by visitor and by customer. Their hashes differ, so one person could be in both.
fn same_unit(members: &[usize], campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let mut all = members.iter().filter_map(|index| campaigns.get(*index));
    let Some((first, _)) = all.next() else { return };
    for (campaign, entry) in all.filter(|(campaign, _)| campaign.enrolment.unit != first.enrolment.unit) {
        let place = layer_of(entry).map_or(entry.key_place, |node| node.place);
        sink.report(
            Code::BadLayer,
            place,
            format!("`{}` and `{}` go by different units, so a layer cannot keep them apart", first.key, campaign.key),
            "give both the same `unit`",
        );
    }
}

fn unknown(root: &Table, campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let known: Vec<&str> = root.entries_of("layers").iter().map(|entry| entry.key.as_str()).collect();
    for text in campaigns.iter().filter_map(|(_, entry)| layer_of(entry)?.text()) {
        if text.decoded != NONE && !known.contains(&text.decoded) {
            sink.report(
                Code::BadLayer,
                text.place,
                format!("there is no layer `{}`", text.decoded),
                suggest::help(text.decoded, known.clone(), &format!("define it as [layers.{}]", text.decoded)),
            );
        }
    }
}

/// What two experiments share and a page has only once.
#[derive(Clone, Copy)]
enum Shared<'b> {
    Slot(&'b str),
    /// The campaign of a page of this type, whose intensity is light.
    LightPage(&'b str),
}

/// Puts experiments that share something, directly or through others, into one layer and warns of it.
fn found(layers: &mut Vec<Layer>, campaigns: &mut [(Campaign, &Entry)], bundle: &Bundle, sink: &mut Sink<'_>) {
    let mut left: Vec<usize> = (0..campaigns.len())
        .filter(|index| {
            campaigns.get(*index).is_some_and(|(c, entry)| !c.ranges.is_empty() && layer_of(entry).is_none())
        })
        .collect();
    while let Some(first) = left.pop() {
        let mut members = vec![first];
        let mut at = 0;
        while let Some(member) = members.get(at).copied() {
            let (joins, stays): (Vec<usize>, Vec<usize>) =
                left.iter().partition(|other| shared(bundle, campaigns, member, **other).is_some());
            members.extend(joins);
            left = stays;
            at += 1;
        }
        if members.len() < 2 {
            continue;
        }
        members.sort_by_key(|index| campaigns.get(*index).map(|(campaign, _)| campaign.key.clone()));
        let with_first = members.iter().skip(1).find_map(|other| shared(bundle, campaigns, *members.first()?, *other));
        let Some(what) = with_first else { continue };
        report_found(&members, what, campaigns, sink);
        join(layers.len(), &members, &equal(members.len()), campaigns);
        same_unit(&members, campaigns, sink);
        // A slash cannot be in a name, so no named layer has this key.
        let key = match what {
            Shared::Slot(slot) => format!("slot/{slot}"),
            Shared::LightPage(page) => format!("light/{page}"),
        };
        layers.push(Layer { key, phase: 1, holdout_bp: 0 });
    }
}

/// What two campaigns share, if both can apply at the same time.
fn shared<'b>(bundle: &'b Bundle, campaigns: &[(Campaign, &Entry)], a: usize, b: usize) -> Option<Shared<'b>> {
    let (a, b) = (&campaigns.get(a)?.0, &campaigns.get(b)?.0);
    if apart(a.during, b.during) {
        return None;
    }
    if let Some(slot) = a.slots.iter().find(|slot| b.slots.contains(slot)) {
        return bundle.slots.get(usize::from(*slot)).map(|slot| Shared::Slot(&slot.key));
    }
    let light = bundle.site.rules.intensity.iter().filter(|(_, intensity)| *intensity == Intensity::Light);
    let is_on = |campaign: &Campaign, page: &str| {
        let mut slots = campaign.slots.iter().filter_map(|slot| bundle.slots.get(usize::from(*slot)));
        slots.any(|slot| slot.is_on(page))
    };
    light
        .map(|(page, _)| page)
        .find(|page| is_on(a, page) && is_on(b, page) && satisfiable(bundle, &[&a.eligible, &b.eligible], Some(page)))
        .map(|page| Shared::LightPage(page))
}

/// Whether one ends before the other begins. A visitor's clock may differ from the site's by up to 14 hours.
fn apart(a: Option<During>, b: Option<During>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    let margin_s = if a.visitor_zone == b.visitor_zone { 0 } else { 14 * 3_600 };
    let before =
        |a: During, b: During| matches!((a.until_s, b.from_s), (Some(end), Some(start)) if end + margin_s < start);
    before(a, b) || before(b, a)
}

fn report_found(members: &[usize], what: Shared<'_>, campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let of = |at: usize| members.get(at).and_then(|index| campaigns.get(*index));
    let (Some((_, first)), Some((_, last))) = (of(0), of(members.len().saturating_sub(1))) else { return };
    let places: (Place, Place) = (last.key_place, first.key_place);
    let keys: Vec<&str> =
        members.iter().filter_map(|index| campaigns.get(*index)).map(|(campaign, _)| campaign.key.as_str()).collect();
    sink.report_with(
        Code::FoundLayer,
        places.0,
        match what {
            Shared::Slot(slot) => format!(
                "{} are experiments in slot `{slot}`, so they are one layer: each visitor is given to one of {}",
                suggest::quoted(&keys),
                keys.len()
            ),
            Shared::LightPage(page) => format!(
                "{} are experiments on `{page}` pages, which show one campaign (intensity is light), so they are one layer: each visitor is given to one of {}",
                suggest::quoted(&keys),
                keys.len()
            ),
        },
        "write layer = \"a-name\" and [layers.a-name] to choose the shares, or layer = \"none\" in all but one",
        (places.1, "the first of them"),
    );
}
