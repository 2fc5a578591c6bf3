//! The figures of an index that was built.

use super::parameters;
use attune_learn::Parameters;
use attune_learn::index::Built;
use attune_learn::ordinals::Ordinals;

/// Sessions, products, size and parameters.
pub(super) fn text(built: &Built, ordinals: &Ordinals, items_before: usize, parameters: &Parameters) -> String {
    let items = ordinals.items.len();
    format!(
        "{} sessions, {items} products ({} new), epoch {}\nindex: {} bytes, {:.0} a product{}\nparameters: {}\n",
        built.popularity.sessions_total,
        items - items_before,
        ordinals.epoch,
        built.bytes.len(),
        per_item(built.bytes.len(), items),
        neighbours(built, items),
        parameters::text(parameters),
    )
}

/// What a budget costs, where it does.
fn neighbours(built: &Built, items: usize) -> String {
    if built.entries_kept == built.entries_found {
        return String::new();
    }
    let [kept, found] = [built.entries_kept, built.entries_found].map(|entries| per_item(entries, items));
    format!(
        "\n--budget has room for {kept:.1} of {found:.1} neighbours of a product; products that are clicked often keep more"
    )
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn per_item(all: usize, items: usize) -> f64 {
    all as f64 / items.max(1) as f64
}
