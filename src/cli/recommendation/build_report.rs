//! What was built, in a few lines.

use super::parameters;
use attune_learn::Parameters;
use attune_learn::index::Built;
use attune_learn::ordinals::Ordinals;

/// Sessions, products and bytes of an index. `before` is the number of products that the index before it had.
pub(super) fn text(built: &Built, ordinals: &Ordinals, before: usize, parameters: &Parameters) -> String {
    let items = ordinals.items.len();
    format!(
        "{} sessions, {items} products ({} new), epoch {}\nindex: {} bytes, {:.0} a product{}\nparameters: {}\n",
        built.popularity.sessions_total,
        items - before,
        ordinals.epoch,
        built.bytes.len(),
        per_item(built.bytes.len(), items),
        left_out(built, items),
        parameters::text(parameters),
    )
}

/// The neighbours that the budget leaves out, where it does.
fn left_out(built: &Built, items: usize) -> String {
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
