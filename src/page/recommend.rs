//! Recommendation queries alone, for `tests/bench/recommend.mjs`. Never in a shipped build.

use attune_core::artifacts::index::{Index, Query, Scored, Scratch};
use wasm_bindgen::prelude::*;

/// Length of the lists that the benchmark asks for.
const LIST: usize = 20;

/// A loaded index with the working memory of its queries.
#[wasm_bindgen]
pub struct Recommender {
    index: Index<Vec<u8>>,
    scratch: Scratch,
    out: [Scored; LIST],
}

#[wasm_bindgen]
impl Recommender {
    /// Checks and holds an index.
    ///
    /// # Errors
    /// When the index is refused; says why.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>) -> Result<Self, JsError> {
        let index = Index::load(bytes)?;
        Ok(Self { index, scratch: Scratch::default(), out: [Scored::default(); LIST] })
    }

    /// The best twenty for these clicks, newest first; the newest is left out.
    pub fn query(&mut self, recent: &[u32]) -> Vec<u32> {
        let exclude = recent.get(..1).unwrap_or_default();
        let query = Query { recent, exclude };
        let len = self.index.recommend(&query, &mut self.scratch, &mut self.out);
        self.out.iter().take(len).map(|scored| scored.item).collect()
    }
}
