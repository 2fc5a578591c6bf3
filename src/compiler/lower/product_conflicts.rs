//! Recommendations that take each other's products: a product appears in one slot of a page only.

use super::satisfiable::satisfiable;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::attribute::Attribute;
use attune_core::bundle::{Atom, Body, Bundle, Campaign, Program};
use attune_core::decide::atoms_in;
use std::collections::BTreeSet;

/// Reports slots without `pages` that would take products from another slot on pages that do not have them. The bundle
/// is final; its campaigns run from the highest priority down.
pub(super) fn report(root: &Table, bundle: &Bundle, sink: &mut Sink<'_>) {
    let recommending: Vec<(usize, &Campaign, u16)> = bundle
        .campaigns
        .iter()
        .enumerate()
        .filter(|(_, campaign)| !campaign.enrolment.observe)
        .flat_map(|(index, campaign)| recommending_slots(bundle, campaign).map(move |slot| (index, campaign, slot)))
        .collect();
    let mut reported = BTreeSet::new();
    for (at, (index, campaign, slot)) in recommending.iter().enumerate() {
        let Some(own) = bundle.slots.get(usize::from(*slot)).filter(|own| own.pages.is_empty()) else { continue };
        // Campaigns behind it choose after it.
        let later = recommending.iter().skip(at + 1).find(|(other, theirs, place)| {
            place != slot && (other == index || satisfiable(bundle, &[&campaign.eligible, &theirs.eligible], None))
        });
        let Some(other) = later.and_then(|(_, _, place)| bundle.slots.get(usize::from(*place))) else { continue };
        if reported.contains(slot) || names_page(bundle, &campaign.eligible) {
            continue;
        }
        reported.insert(*slot);
        let entry = |section: &str, key: &str| root.entries_of(section).iter().find(|entry| entry.key == key);
        let (Some(place), Some(by)) = (entry("slots", &own.key), entry("campaigns", &campaign.key)) else { continue };
        sink.report_with(
            Code::TakesEverywhere,
            place.key_place,
            format!(
                "`{}` recommends in slot `{}` on every page: where the page does not have that slot, slot `{}` loses products to it",
                campaign.key, own.key, other.key
            ),
            example(bundle),
            (by.key_place, "the campaign"),
        );
    }
}

fn example(bundle: &Bundle) -> String {
    let page = bundle.site.pages.first().map_or("home", |page| &page.key);
    format!("say on which pages the slot is, such as pages = [\"{page}\"]")
}

/// The slots in which any arm of a campaign recommends, ascending.
fn recommending_slots<'b>(bundle: &'b Bundle, campaign: &'b Campaign) -> impl Iterator<Item = u16> {
    let is_cards = |content: &u16| {
        let content = bundle.contents.get(usize::from(*content));
        content.is_some_and(|content| content.bodies.iter().any(|body| matches!(body, Body::Cards(_))))
    };
    campaign.slots.iter().copied().filter(move |slot| {
        let mut shown = campaign.arms.iter().flat_map(|arm| &arm.show);
        shown.any(|(at, content)| at == slot && is_cards(content))
    })
}

/// Whether a condition, or a segment that it uses, depends on the page. Then its author has chosen the pages.
fn names_page(bundle: &Bundle, program: &Program) -> bool {
    let atoms = atoms_in(program, |segment| Some(&bundle.segments.get(segment as usize)?.when));
    atoms.iter().any(|atom| bundle.atoms.get(*atom as usize).is_some_and(asks_page))
}

fn asks_page(atom: &Atom) -> bool {
    let attribute = atom.subject.attribute;
    let of_page = [Attribute::PageType, Attribute::PagePath, Attribute::PageSku, Attribute::PageCategory];
    attribute.is_of_product() || of_page.contains(&attribute)
}
