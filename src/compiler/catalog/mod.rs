//! `[catalog]`: product feeds to the catalogue artifact.

mod columns;
mod delimited;
mod feed;
mod flaw;
mod flaws;
mod json;
mod live;
mod locales;
mod merchant;
mod number;
mod ordinals;
mod product;
mod products;
mod row;
mod settings;

pub use live::{FeedForm, LiveError, LiveFeed, live};
pub use ordinals::{Ordinals, OrdinalsError};
pub use products::Products;

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use crate::syntax::Table;
use attune_core::bundle::Site;
use columns::Columns;

/// Reads what `[catalog]` names; problems are reported.
pub(crate) fn products(root: &Table, site: &Site, sink: &mut Sink<'_>) -> Option<Products> {
    let table = settings::with_feed(root, sink)?;
    let live_age_s_max = settings::live_age_s(table, sink);
    let fields = settings::fields(table, sink);
    let currency = settings::currency(table, site, sink)?;
    let mut products = Products { currency, live_age_s_max, fields, ..Products::default() };
    let columns = Columns::of(table, &products.fields, sink);
    let feeds = locales::feeds(table, site, sink);
    products.locales = feeds.iter().filter_map(|feeds| feeds.locale.clone()).collect();
    let mut rows = product::Rows::new(&mut products, &columns, site);
    let mut further = 0;
    for feeds in &feeds {
        rows.begin_locale(feeds.locale.as_ref().map(|_| further));
        further += usize::from(feeds.locale.is_some());
        for feed in &feeds.files {
            read_feed(*feed, &mut rows, sink);
        }
    }
    rows.flaws.report(sink);
    locales::without_first(&mut products, &feeds, sink);
    Some(products)
}

/// Reads one feed. The whole feed is refused when too much of it is lost.
fn read_feed(feed: Text<'_>, rows: &mut product::Rows<'_>, sink: &mut Sink<'_>) {
    let files = sink.files();
    let Some((index, file)) = files.iter().enumerate().find(|(_, file)| file.path == feed.decoded) else {
        let known = files.iter().filter(|file| file.is_catalog()).map(|file| file.path.as_str());
        sink.report(
            Code::NoFile,
            feed.place,
            format!("there is no file {}", feed.decoded),
            suggest::help(feed.decoded, known, "put it into the folder catalog/"),
        );
        return;
    };
    let problems = sink.count();
    feed::read(index, file, feed, rows, sink);
    let loss = rows.flaws.loss();
    // A problem of the whole file is reported already.
    if let Some(loss) = loss.filter(|_| sink.count() == problems) {
        flaws::report_loss(&loss, file, feed, sink);
    }
}
