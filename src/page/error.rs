//! Errors as JavaScript wants them.

use alloc::string::ToString;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// A JS `Error` with a stable `code`.
pub(crate) fn coded(code: &str, error: &impl core::error::Error) -> JsValue {
    let text = error.to_string();
    let value = Error::new(&text);
    // Setting a property of an ordinary object has no way to fail.
    let _ = Reflect::set(&value, &"code".into(), &code.into());
    value.into()
}
