//! Conditions without a page around them, for `tests/bench/segments.mjs`. Never in a shipped build.

use attune_core::loaded::Loaded;
use attune_core::page::{PageCore, Request};
use attune_core::segment::{Evaluation, Facts, Sieve, Truth, Value};
use serde_json::{Map, Value as Json};
use wasm_bindgen::prelude::*;

/// A bundle with its keys.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Segments {
    core: PageCore,
    sieve: Sieve,
}

#[wasm_bindgen]
impl Segments {
    /// Loads a bundle and a key ring.
    ///
    /// # Errors
    /// When either is unusable.
    #[wasm_bindgen(constructor)]
    pub fn new(bundle: &[u8], keys: &str) -> Result<Segments, JsError> {
        let core = PageCore::new(bundle, keys)?;
        let loaded = core.loaded();
        let sieve = Sieve::of(&loaded.conditions, &loaded.segments);
        Ok(Self { core, sieve })
    }

    /// The values that the conditions ask, as JSON: attribute, then argument where it has one.
    ///
    /// # Errors
    /// When the request text is malformed.
    pub fn values(&self, request: &str) -> Result<String, JsError> {
        self.inspect(request, |loaded, facts| {
            let mut all = Map::new();
            for atom in loaded.conditions.atoms.iter().flatten() {
                let value = match facts.value(&atom.subject) {
                    Value::Unknown(_) => Json::Null,
                    Value::Bool(holds) => holds.into(),
                    Value::Number(number) => number.into(),
                    Value::Text(text) => text.into_owned().into(),
                    Value::Place(latitude, longitude) => vec![latitude, longitude].into(),
                };
                let name = atom.subject.attribute.spec().name;
                match &atom.subject.argument {
                    None => {
                        all.insert(name.into(), value);
                    }
                    Some(argument) => {
                        let of = all.entry(name).or_insert_with(|| Json::Object(Map::new()));
                        of.as_object_mut().and_then(|of| of.insert(argument.clone(), value));
                    }
                }
            }
            Json::Object(all).to_string()
        })
    }

    /// The segments that a visitor is in, found `times` times over.
    ///
    /// # Errors
    /// When the request text is malformed.
    pub fn members(&self, request: &str, times: u32) -> Result<Vec<u32>, JsError> {
        self.inspect(request, |loaded, facts| {
            let mut found = Vec::new();
            for _ in 0..times {
                found = self.sieve.members(&mut Evaluation::new(&loaded.conditions, facts));
            }
            found
        })
    }

    /// The segments that a visitor is in, every one evaluated by itself, `times` times over.
    ///
    /// # Errors
    /// When the request text is malformed.
    pub fn each(&self, request: &str, times: u32) -> Result<Vec<u32>, JsError> {
        self.inspect(request, |loaded, facts| {
            let mut found = Vec::new();
            for _ in 0..times {
                let mut evaluation = Evaluation::new(&loaded.conditions, facts);
                let all = (0_u32..).take(loaded.segments.len());
                found = all.filter(|segment| evaluation.segment(*segment) == Truth::True).collect();
            }
            found
        })
    }

    fn inspect<T>(&self, request: &str, look: impl Fn(&Loaded, Facts) -> T) -> Result<T, JsError> {
        let request = Request::parse(request)?;
        let mut visit = self.core.visit(&request);
        let input = self.core.input(&request, &mut visit, "", false);
        Ok(look(self.core.loaded(), input.facts()))
    }
}
