//! The catalogue that a browser may have.

use attune_core::artifacts::catalog::{Catalog, CatalogError, CatalogParts, ExtraPart, FieldPart, encode};

/// The bytes of a catalogue without its private fields, and without the pieces in stock: no recommendation that a browser may
/// make asks them.
///
/// # Errors
/// [`CatalogError`] when the catalogue that is left cannot be written.
pub fn public_catalog(catalog: &Catalog<Vec<u8>>) -> Result<Vec<u8>, CatalogError> {
    let mut parts: CatalogParts = catalog.parts();
    let mut next = 0_u16;
    let number = |field: &FieldPart| {
        (!field.private).then(|| {
            next += 1;
            next - 1
        })
    };
    let numbers: Vec<Option<u16>> = parts.fields.iter().map(number).collect();
    parts.fields.retain(|field| !field.private);
    for item in &mut parts.items {
        item.stock = None;
        let kept = item.extras.drain(..).filter_map(|extra| {
            let field = numbers.get(usize::from(extra.field)).copied().flatten()?;
            Some(ExtraPart { field, ..extra })
        });
        item.extras = kept.collect();
    }
    encode(&parts)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use attune_core::artifacts::catalog::ItemPart;

    #[test]
    fn private_fields_and_stock_are_gone_and_the_others_keep_their_values() {
        let field = |name: &str, private| FieldPart { name: name.into(), private };
        let extra = |field, text: &str| ExtraPart { field, text: text.into(), hundredths: Some(100) };
        let item = ItemPart {
            id: "a".into(),
            title: "A".into(),
            stock: Some(7),
            extras: vec![extra(0, "41.17"), extra(1, "red"), extra(2, "9.99"), extra(3, "wool")],
            ..ItemPart::default()
        };
        let bytes = encode(&CatalogParts {
            currency: "GBP".into(),
            fields: vec![field("cost", true), field("colour", false), field("margin", true), field("stuff", false)],
            items: vec![item],
            ..CatalogParts::default()
        });
        let public = Catalog::load(public_catalog(&Catalog::load(bytes.unwrap()).unwrap()).unwrap()).unwrap();
        assert_eq!(["cost", "margin"].map(|name| public.field(name)), [None, None]);
        let item = public.item(0).unwrap();
        let value = |name: &str| public.extra(&item, public.field(name).unwrap().0).unwrap().0;
        assert_eq!(["colour", "stuff"].map(value), ["red", "wool"]);
        assert_eq!((item.stock(), public.parts().items[0].extras.len()), (None, 2));
    }
}
