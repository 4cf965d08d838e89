//! The programs of a run: started here, stopped here, and nothing else touched.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::plan::Plan;

/// How long a program may take to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(20);
const ABORT: i32 = 6;
const KILL: i32 = 9;

/// A program that ends with its owner.
#[derive(Debug)]
struct Program(Child);

impl Program {
    /// Asks it to stop, as a service manager does, and insists after a while.
    fn stop(mut self) -> anyhow::Result<bool> {
        let asked = Command::new("kill").arg("-TERM").arg(self.0.id().to_string()).status()?;
        let until = Instant::now() + STOPS_WITHIN;
        while asked.success() && Instant::now() < until {
            if self.0.try_wait()?.is_some() {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(self.0.try_wait()?.is_some())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The exchange simulator.
#[derive(Debug)]
pub(super) struct Exchange {
    program: Option<Program>,
    pub(super) url: String,
    binary: PathBuf,
    folder: PathBuf,
    arguments: Vec<String>,
}

impl Exchange {
    /// Starts it in an empty folder and waits for its address.
    pub(super) fn start(binary: &Path, folder: &Path, plan: &Plan) -> anyhow::Result<Self> {
        let (number, speed) = (plan.seed.to_string(), plan.speed.to_string());
        let setup = ["--start", "2026-01-15T03:59:30Z", "--scenario", plan.scenario];
        let market = ["--seed", &number, "--speed", &speed];
        let arguments = setup.into_iter().chain(market).map(str::to_owned).collect();
        let mut exchange = Self {
            program: None,
            url: String::new(),
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            arguments,
        };
        exchange.begin("127.0.0.1:0")?;
        Ok(exchange)
    }

    /// Kills it at once, as a power cut does. What it was told is on its disk.
    pub(super) fn kill(&mut self) {
        self.program = None;
    }

    /// Starts it again, where it was.
    pub(super) fn start_again(&mut self) -> anyhow::Result<()> {
        let address = self.url.rsplit('/').next().unwrap_or_default().to_owned();
        self.begin(&address)
    }

    fn begin(&mut self, listen: &str) -> anyhow::Result<()> {
        const SAYS: &str = "simulator listens on ";
        let log = self.folder.join("sim.log");
        let mut started = bare(&self.binary)
            .args(["strangle", "sim-exchange", "--listen", listen])
            .args(&self.arguments)
            .arg("--data")
            .arg(self.folder.join("sim"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(OpenOptions::new().create(true).append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.binary.display()))?;
        let output = started.stdout.take();
        let program = Program(started);
        for line in BufReader::new(output.context("no output")?).lines() {
            if let Some(url) = line?.strip_prefix(SAYS) {
                url.trim().clone_into(&mut self.url);
                self.program = Some(program);
                return Ok(());
            }
        }
        bail!("the simulator ended before it listened; see {}", log.display())
    }

    pub(super) fn stop(mut self) -> anyhow::Result<bool> {
        self.program.take().map_or(Ok(true), Program::stop)
    }
}

/// How a process of the desk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    /// At the place that `CRASH_AT` named.
    AtPoint,
    /// We killed it.
    Killed,
    /// By itself.
    Unasked(ExitStatus),
}

/// One process of the control plane, over several lives.
#[derive(Debug)]
pub(super) struct Desk {
    binary: PathBuf,
    folder: PathBuf,
    name: String,
    settings: Vec<(String, String)>,
    port: u16,
    crash_at: Option<String>,
    program: Option<Program>,
}

impl Desk {
    /// Prepares a process with these settings; the first life may end at a place.
    pub(super) fn new(
        binary: &Path,
        folder: &Path,
        name: &str,
        settings: Vec<(String, String)>,
        crash_at: Option<String>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            name: name.to_owned(),
            settings,
            port: free_port()?,
            crash_at,
            program: None,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.program.as_ref().map(|program| program.0.id())
    }

    /// Begins a life.
    pub(super) fn start(&mut self) -> anyhow::Result<()> {
        let output = OpenOptions::new().create(true).append(true).open(self.output())?;
        let mut command = self.command();
        command.args(["serve", "--services", "strangle"]);
        if let Some(point) = &self.crash_at {
            command.env("CRASH_AT", point);
        }
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        self.program = Some(Program(command.spawn()?));
        Ok(())
    }

    /// Notices that the life has ended, and how.
    pub(super) fn death(&mut self) -> anyhow::Result<Option<Death>> {
        let Some(program) = &mut self.program else { return Ok(None) };
        let Some(status) = program.0.try_wait()? else { return Ok(None) };
        self.program = None;
        let planned = self.crash_at.take().is_some();
        Ok(Some(match status.signal() {
            Some(ABORT) if planned => Death::AtPoint,
            Some(KILL) => Death::Killed,
            _ => Death::Unasked(status),
        }))
    }

    /// Ends the life at once, as a power cut does. The place of the first life is not tried again.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        let Some(program) = &mut self.program else { return Ok(()) };
        Ok(program.0.kill()?)
    }

    /// Ends the life properly; returns whether it ended.
    pub(super) fn stop(&mut self) -> anyhow::Result<bool> {
        self.program.take().map_or(Ok(true), Program::stop)
    }

    /// Runs a command of the operator with the settings of the desk; returns whether it succeeded
    /// and what it said.
    pub(super) fn operator(&self, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        let output = self.command().args(arguments).stdin(Stdio::null()).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).trim().to_owned()))
    }

    /// Whether a life has panicked.
    pub(super) fn panics(&self) -> Vec<String> {
        let text = std::fs::read(self.output()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().filter(|line| line.contains("panicked at")).map(str::to_owned).collect()
    }

    fn output(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    fn command(&self) -> Command {
        let mut command = bare(&self.binary);
        command
            .env("QUINTET_ENV_FILE", "/dev/null")
            .env("HOST", "127.0.0.1")
            .env("PORT", self.port.to_string())
            .env("DATA_DIR", self.folder.join(&self.name))
            .env("LOG_FILE", self.folder.join(format!("{}.jsonl", self.name)))
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A command that inherits no setting of ours.
fn bare(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The system chooses; somebody else may take it before it is used, and the run then fails.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
