//! A host that is an object of JavaScript's.

use crate::answer::{JsAnswer, JsRan, http_error, io_error};
use attune_command::failure::Failure;
use attune_command::host::{Host, Kind, Ran, System};
use attune_command::http::{HttpAnswer, HttpError, HttpRequest};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;
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
    #[wasm_bindgen(method, catch, js_name = writePrivate)]
    fn write_private(this: &JsHost, path: &str, bytes: &[u8], is_new: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn rename(this: &JsHost, from: &str, to: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = makeFolder)]
    fn make_folder(this: &JsHost, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = makePrivateFolder)]
    fn make_private_folder(this: &JsHost, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeFolder)]
    fn remove_folder(this: &JsHost, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = temporaryFolder)]
    fn temporary_folder(this: &JsHost) -> String;
    #[wasm_bindgen(method)]
    fn absolute(this: &JsHost, path: &str) -> String;
    #[wasm_bindgen(method, catch)]
    fn print(this: &JsHost, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = printError)]
    fn print_error(this: &JsHost, text: &str);
    #[wasm_bindgen(method, js_name = isTerminal)]
    fn is_terminal(this: &JsHost) -> bool;
    #[wasm_bindgen(method, js_name = isInteractive)]
    fn is_interactive(this: &JsHost) -> bool;
    #[wasm_bindgen(method, catch, js_name = readLine)]
    fn read_line(this: &JsHost) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readSecret)]
    fn read_secret(this: &JsHost, question: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(method, js_name = hasColour)]
    fn has_colour(this: &JsHost) -> bool;
    /// Begins what takes longer than a call: a command and what it works on, as words.
    #[wasm_bindgen(method, catch)]
    fn start(this: &JsHost, words: Vec<String>) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = now)]
    fn now_ms(this: &JsHost) -> f64;
    #[wasm_bindgen(method, js_name = clock)]
    fn clock_ms(this: &JsHost) -> f64;
    #[wasm_bindgen(method)]
    fn sleep(this: &JsHost, ms: f64);
    #[wasm_bindgen(method, catch)]
    fn random(this: &JsHost, count: usize) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method)]
    fn variable(this: &JsHost, name: &str) -> Option<String>;
    /// As Node.js names platforms.
    #[wasm_bindgen(method)]
    fn platform(this: &JsHost) -> String;
    #[wasm_bindgen(method, catch, js_name = run)]
    fn run_program(this: &JsHost, program: &str, arguments: Vec<String>, input: &[u8]) -> Result<JsRan, JsValue>;
    #[wasm_bindgen(method, js_name = pageCore)]
    fn page_core(this: &JsHost) -> Option<String>;
    #[wasm_bindgen(method)]
    fn browser(this: &JsHost) -> Option<String>;
    /// The headers are names and values, one after the other.
    #[wasm_bindgen(method, catch)]
    fn http(
        this: &JsHost,
        method: &str,
        url: &str,
        headers: Vec<String>,
        body: &[u8],
        time_ms: f64,
        progress: &mut dyn FnMut(f64),
    ) -> Result<JsAnswer, JsValue>;
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

    fn write_private(&self, path: &Path, bytes: &[u8], is_new: bool) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.write_private(path, bytes, is_new))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, to) = (text(from)?, text(to)?);
        ask(|host| host.rename(from, to))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.make_folder(path))
    }

    fn make_private_folder(&self, path: &Path) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.make_private_folder(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let path = text(path)?;
        ask(|host| host.remove_folder(path))
    }

    fn temporary_folder(&self) -> PathBuf {
        told(JsHost::temporary_folder).unwrap_or_default().into()
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

    fn is_interactive(&self) -> bool {
        told(JsHost::is_interactive).unwrap_or(false)
    }

    fn read_line(&self) -> io::Result<String> {
        ask(JsHost::read_line)
    }

    fn read_secret(&self, question: &str) -> io::Result<String> {
        ask(|host| host.read_secret(question))
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

    fn sleep(&self, time: Duration) {
        told(|host| host.sleep(time.as_secs_f64() * 1e3));
    }

    fn random(&self, bytes: &mut [u8]) -> io::Result<()> {
        let found = ask(|host| host.random(bytes.len()))?;
        if found.len() != bytes.len() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        bytes.copy_from_slice(&found);
        Ok(())
    }

    fn variable(&self, name: &str) -> Option<String> {
        told(|host| host.variable(name))?
    }

    fn system(&self) -> System {
        match told(JsHost::platform).as_deref() {
            Some("win32") => System::Windows,
            Some("darwin") => System::MacOs,
            _ => System::Other,
        }
    }

    fn run(&self, program: &str, arguments: &[&OsStr], input: &[u8]) -> io::Result<Ran> {
        let words: io::Result<Vec<String>> =
            arguments.iter().map(|one| text(Path::new(one)).map(str::to_owned)).collect();
        let words = words?;
        let ran = ask(|host| host.run_program(program, words, input))?;
        Ok(Ran { is_success: ran.ok(), out: ran.out(), err: ran.err() })
    }

    fn page_core(&self) -> Option<PathBuf> {
        told(JsHost::page_core)?.map(PathBuf::from)
    }

    fn browser(&self) -> Option<PathBuf> {
        told(JsHost::browser)?.map(PathBuf::from)
    }

    fn http(&self, request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
        let HttpRequest { method, url, headers, body, time_max } = request;
        let mut named: Vec<String> =
            headers.iter().flat_map(|(name, value)| [(*name).to_owned(), value.clone()]).collect();
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("user-agent")) {
            named.extend(["User-Agent".to_owned(), concat!("attune/", env!("CARGO_PKG_VERSION")).to_owned()]);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
        let mut sent = |bytes: f64| progress(bytes as u64);
        let time_ms = time_max.as_secs_f64() * 1e3;
        let answer = CURRENT.with_borrow(|current| match current {
            Some(host) => host.http(method, url, named, body, time_ms, &mut sent).map_err(|error| http_error(&error)),
            None => Err(HttpError::Connection("there is no network here".to_owned())),
        })?;
        let headers = answer.headers();
        let pairs = headers.chunks_exact(2).filter_map(|pair| match pair {
            [name, value] => Some((name.to_ascii_lowercase(), value.clone())),
            _ => None,
        });
        Ok(HttpAnswer { status: answer.status(), headers: pairs.collect(), body: answer.body() })
    }
}

/// Standard input that cannot be read.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
