//! What is wrong with the rows of feeds: how many rows have which flaw, and the lines of the first of them.

use super::flaw::{Cost, Flaw};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{File, Place, Text};

/// How many rows of each kind the message names by line.
const LINES_SHOWN: usize = 3;

/// Rows with one flaw, in one file.
#[derive(Clone, Debug)]
struct Kind {
    flaw: Flaw,
    count: usize,
    /// The first of them.
    places: Vec<Place>,
}

/// What was wrong, and how many rows there were.
#[derive(Clone, Debug, Default)]
pub(super) struct Flaws {
    kinds: Vec<Kind>,
    kept: usize,
    lost: usize,
    unpriced: usize,
    /// Place of the last row that lost a price: a row loses it once.
    last_unpriced: Option<Place>,
    /// Place of the last row with a flaw, and how many there were.
    last_flawed: Option<Place>,
    flawed: usize,
}

impl Flaws {
    /// A row gave a product.
    pub(super) fn keep(&mut self) {
        self.kept += 1;
    }

    /// Rows with a flaw.
    pub(super) fn rows(&self) -> usize {
        self.flawed
    }

    pub(super) fn add(&mut self, flaw: Flaw, place: Place) {
        if self.last_flawed.replace(place) != Some(place) {
            self.flawed += 1;
        }
        match flaw.describe().2 {
            Cost::Product => self.lost += 1,
            Cost::Price if self.last_unpriced != Some(place) => {
                self.unpriced += 1;
                self.last_unpriced = Some(place);
            }
            Cost::Price | Cost::Nothing | Cost::Detail => {}
        }
        let same = |kind: &&mut Kind| kind.flaw == flaw && kind.places.iter().all(|known| known.file == place.file);
        match self.kinds.iter_mut().find(same) {
            Some(kind) => {
                kind.count += 1;
                if kind.places.len() < LINES_SHOWN {
                    kind.places.push(place);
                }
            }
            None => self.kinds.push(Kind { flaw, count: 1, places: vec![place] }),
        }
    }

    /// What was lost since the last call, if that is too much to use the feed: more than a tenth of its products or of
    /// their prices, or all products.
    pub(super) fn loss(&mut self) -> Option<String> {
        let (rows, lost, unpriced) = (self.kept + self.lost, self.lost, self.unpriced);
        (self.kept, self.lost, self.unpriced) = (0, 0, 0);
        if rows == 0 {
            Some("has no product".to_owned())
        } else if 10 * lost > rows {
            Some(format!("loses {lost} of {}", products(rows)))
        } else if 10 * unpriced > rows {
            Some(format!("loses the price of {unpriced} of {}", products(rows)))
        } else {
            None
        }
    }

    /// Reports what was wrong, once for each kind of problem in each file.
    pub(super) fn report(&self, sink: &mut Sink<'_>) {
        for kind in &self.kinds {
            let Some(first) = kind.places.first() else { continue };
            let message = kind.message(sink.files());
            sink.report(Code::FeedRows, *first, message, kind.flaw.help());
        }
    }

    /// The same as lines, for a file that is not part of a configuration.
    pub(super) fn lines(&self, files: &[File]) -> Vec<String> {
        let line = |kind: &Kind| {
            let one = if kind.count == 1 { lines_of(&kind.places, 1, files) } else { String::new() };
            format!("{}{one}", kind.message(files))
        };
        self.kinds.iter().map(line).collect()
    }
}

/// Reports that too much of a feed is lost to use it.
pub(super) fn report_loss(loss: &str, file: &File, named: Text<'_>, sink: &mut Sink<'_>) {
    sink.report(
        Code::FeedLoss,
        named.place,
        format!("{} {loss}", file.path),
        "a feed that loses more than a tenth is not used; the warnings say why and where",
    );
}

impl Kind {
    fn message(&self, files: &[File]) -> String {
        let (what, became, _) = self.flaw.describe();
        let lines = if self.count > 1 { lines_of(&self.places, self.count, files) } else { String::new() };
        format!("{} {what}: {became}{lines}", products(self.count))
    }
}

fn products(count: usize) -> String {
    if count == 1 { "1 product".to_owned() } else { format!("{count} products") }
}

/// ` (lines 3, 7, 9, ...)`
fn lines_of(places: &[Place], count: usize, files: &[File]) -> String {
    let line = |place: &Place| {
        let before = files.get(place.file)?.text.get(..place.start)?;
        Some((before.matches('\n').count() + 1).to_string())
    };
    let numbers: Vec<String> = places.iter().filter_map(line).collect();
    let more = if count > places.len() { ", ..." } else { "" };
    format!(" (line{} {}{more})", if count == 1 { "" } else { "s" }, numbers.join(", "))
}
