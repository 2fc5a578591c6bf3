//! Asking a Durable Object.

use worker::{Env, Response};

/// Posts a text to the object with this name.
///
/// # Errors
/// Where there is no such binding, or the object does not answer.
pub(crate) async fn post(env: &Env, binding: &str, name: &str, path: &str, body: String) -> worker::Result<Response> {
    let stub = env.durable_object(binding)?.get_by_name(name)?;
    // Not worker's own RequestInit: that one brings 10 KB of image options with it.
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let request = web_sys::Request::new_with_str_and_init(&["https://object.invalid/", path].concat(), &init)?;
    stub.fetch_with_request(request.into()).await
}
