//! A host that is an object of JavaScript's.

use attune_command::failure::Failure;
use attune_command::host::{Host, Kind};
use attune_command::http::{HttpAnswer, HttpError, HttpRequest};
use js_sys::Reflect;
use std::cell::RefCell;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the commands work on. Every method answers at once; what fails throws an `Error` with a `code` as Node.js has it.
    pub type JsHost;

    #[wasm_bindgen(method, catch)]
    fn read(this: &JsHost, path: &str) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn input(this: &JsHost) -> Result<Vec<u8>, JsValue>;
    /// `file`, `folder` or nothing.
    #[wasm_bindgen(method)]
    fn kind(this: &JsHost, path: &str) -> Option<String>;
    #[wasm_bindgen(method, catch)]
    fn names(this: &JsHost, folder: &str) -> Result<Vec<String>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(this: &JsHost, path: &str, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = makeFolder)]
    fn make_folder(this: &JsHost, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn absolute(this: &JsHost, path: &str) -> String;
    #[wasm_bindgen(method, catch)]
    fn print(this: &JsHost, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = printError)]
    fn print_error(this: &JsHost, text: &str);
    #[wasm_bindgen(method, js_name = isTerminal)]
    fn is_terminal(this: &JsHost) -> bool;
    #[wasm_bindgen(method, js_name = hasColour)]
    fn has_colour(this: &JsHost) -> bool;
    /// Begins what takes longer than a call: a command and what it works on, as words.
    #[wasm_bindgen(method, catch)]
    fn start(this: &JsHost, words: Vec<String>) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = now)]
    fn now_ms(this: &JsHost) -> f64;
    #[wasm_bindgen(method, js_name = clock)]
    fn clock_ms(this: &JsHost) -> f64;
}

thread_local! {
    static CURRENT: RefCell<Option<JsHost>> = const { RefCell::new(None) };
}

/// Works with a host.
pub(crate) fn with_host<T>(host: JsHost, work: impl FnOnce() -> T) -> T {
    CURRENT.with_borrow_mut(|current| *current = Some(host));
    let answer = work();
    CURRENT.with_borrow_mut(|current| *current = None);
    answer
}

/// Whatever object the running command was given.
pub(crate) struct JavaScript;

fn ask<T>(question: impl FnOnce(&JsHost) -> Result<T, JsValue>) -> io::Result<T> {
    CURRENT.with_borrow(|current| match current {
        Some(host) => question(host).map_err(|error| io_error(&error)),
        None => Err(ErrorKind::NotConnected.into()),
    })
}

/// Has JavaScript begin a command of its own.
pub(crate) fn start(words: &[&str]) -> Result<(), Failure> {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    ask(|host| host.start(words)).map_err(|error| {
        Failure::new(format!("this command cannot run here: {error}"), "run it with Node.js, in a project")
    })
}

fn told<T>(question: impl FnOnce(&JsHost) -> T) -> Option<T> {
    CURRENT.with_borrow(|current| current.as_ref().map(question))
}

/// What was thrown, as the system would have said it.
fn io_error(thrown: &JsValue) -> io::Error {
    let field = |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string());
    let kind = match field("code").as_deref() {
        Some("ENOENT") => ErrorKind::NotFound,
        Some("EACCES" | "EPERM") => ErrorKind::PermissionDenied,
        Some("EEXIST") => ErrorKind::AlreadyExists,
        Some("EPIPE") => ErrorKind::BrokenPipe,
        Some("EISDIR") => return io::Error::other("Is a directory (os error 21)"),
        Some("ENOTDIR") => return io::Error::other("Not a directory (os error 20)"),
        _ => return io::Error::other(field("message").unwrap_or_else(|| "it failed".to_owned())),
    };
    kind.into()
}

/// Paths are text in JavaScript.
fn text(path: &Path) -> io::Result<&str> {
    path.to_str().ok_or_else(|| ErrorKind::InvalidInput.into())
}

impl Host for JavaScript {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        let path = text(path)?;
        Ok(Box::new(Cursor::new(ask(|host| host.read(path))?)))
    }

    fn input(&self) -> Box<dyn Read> {
        match ask(JsHost::input) {
            Ok(bytes) => Box::new(Cursor::new(bytes)),
            Err(error) => Box::new(Broken(Some(error))),
        }
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        match told(|host| host.kind(path.to_str()?))??.as_str() {
            "file" => Some(Kind::File),
            "folder" => Some(Kind::Folder),
            _ => None,
        }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let folder = text(folder)?;
        ask(|host| host.names(folder))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.write(path, bytes))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.make_folder(path))
    }

    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        let path = text(path)?;
        ask(|host| Ok(host.absolute(path).into()))
    }

    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        ask(|host| host.print(bytes))
    }

    fn print_error(&self, text: &str) {
        told(|host| host.print_error(text));
    }

    fn is_terminal(&self) -> bool {
        told(JsHost::is_terminal).unwrap_or(false)
    }

    fn has_colour(&self) -> bool {
        told(JsHost::has_colour).unwrap_or(false)
    }

    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    fn now_s(&self) -> i64 {
        (told(JsHost::now_ms).unwrap_or(0.0) / 1e3).floor() as i64
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    fn clock_us(&self) -> u64 {
        (told(JsHost::clock_ms).unwrap_or(0.0) * 1e3) as u64
    }

    fn threads_max(&self) -> usize {
        1
    }

    fn http(&self, _: &HttpRequest<'_>, _: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
        Err(HttpError::Connection("there is no network here".to_owned()))
    }
}

/// Standard input that cannot be read.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
