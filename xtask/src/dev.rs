//! `cargo xtask dev`: the demo shop on local workerd.

use crate::step::step;
use crate::{artifacts, bindings::Level, local, node, setup};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Who puts content into the demo's pages.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Mode {
    /// The page Worker, as a page is sent
    Edge,
    /// The script in the page, with a plan of the control plane; pages do not pass through a Worker
    Control,
    /// The script in the page, which decides by itself: there is no Worker at all
    Static,
}

/// Builds, starts the server, and stays until Ctrl-C, a termination signal, or the server's own end.
pub(crate) fn run(port: u16, release: bool, mode: Mode) -> Result<()> {
    require_free(port)?;
    setup::run()?;
    artifacts::build(if release { Level::Release } else { Level::Dev })?;
    match mode {
        Mode::Edge => step("local secrets, bundle and manifest", local::prepare)?,
        Mode::Control => {
            step("local secrets, bundle and manifest", local::prepare)?;
            artifacts::demo_control()?;
        }
        Mode::Static => artifacts::demo_static()?,
    }
    require_free(port)?;
    let (stop, stopped) = channel();
    ctrlc::set_handler(move || {
        // A closed channel means that we are on the way out already.
        let _ = stop.send(());
    })
    .context("cannot listen for Ctrl-C")?;
    let mut server = Server::start(port, mode)?;
    step("start", || server.wait_until_ready(port, &stopped))?;
    println!("ready http://localhost:{port}");
    server.wait(&stopped)
}

fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => {
            bail!("port {port} cannot be used ({error}): stop what listens there, or choose another with --port")
        }
    }
}

const WORKERS: [&str; 6] = ["--config", "wrangler.toml", "--config", "control.toml", "--env", "demo"];

/// `wrangler dev`, ended when this value goes.
struct Server {
    child: Child,
}

impl Server {
    fn start(port: u16, mode: Mode) -> Result<Self> {
        let mut wrangler = node::wrangler();
        wrangler.arg("dev");
        match mode {
            // The first configuration is the Worker that is served; the other one stands behind its binding.
            Mode::Edge => wrangler.args(WORKERS),
            // No page is on the Worker's list, and so each comes as it is.
            Mode::Control => {
                wrangler.args(WORKERS).args(["--assets", "build/demo-control-pages", "--var", "ROUTES:none"])
            }
            Mode::Static => wrangler.args(["--config", "www/demo/static-mode.toml"]),
        };
        wrangler.args(["--local", "--ip", "127.0.0.1", "--show-interactive-dev-session=false"]);
        wrangler.args(["--persist-to", local::STATE, "--log-level", "warn"]);
        wrangler.arg("--port").arg(port.to_string()).stdin(Stdio::null());
        Ok(Self { child: wrangler.spawn().context("cannot start wrangler")? })
    }

    /// Returns when the shop answers.
    fn wait_until_ready(&mut self, port: u16, stopped: &Receiver<()>) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(90) {
            if let Some(status) = self.child.try_wait()? {
                bail!("wrangler ended before it was ready ({status})");
            }
            if answers(port) {
                return Ok(());
            }
            match stopped.recv_timeout(Duration::from_millis(100)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => bail!("stopped"),
            }
        }
        bail!("no answer on port {port} after 90 s")
    }

    fn wait(&mut self, stopped: &Receiver<()>) -> Result<()> {
        loop {
            match stopped.recv_timeout(Duration::from_millis(250)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return Ok(()),
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("wrangler ended ({status})");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // wrangler ends workerd only when it is asked to end, not when it is killed.
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// True when the server answers its health check, whatever it says.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let ask = format!("GET /_attune/health HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let mut head = [0; 8];
    stream.set_read_timeout(Some(Duration::from_secs(10))).is_ok()
        && stream.write_all(ask.as_bytes()).is_ok()
        && stream.read_exact(&mut head).is_ok()
        && head.starts_with(b"HTTP/1.1")
}
