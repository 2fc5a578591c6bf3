//! Errors as JavaScript wants them.

use alloc::string::ToString;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// The core was built without what is asked.
#[derive(Debug)]
pub(crate) struct Lean;

impl core::fmt::Display for Lean {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("this build of the page core cannot answer that")
    }
}

impl core::error::Error for Lean {}

/// A JS `Error` with a stable `code`.
pub(crate) fn coded(code: &str, error: &impl core::error::Error) -> JsValue {
    let text = error.to_string();
    let value = Error::new(&text);
    // Setting a property of an ordinary object has no way to fail.
    let _ = Reflect::set(&value, &"code".into(), &code.into());
    value.into()
}
