//! A folder with all that it takes to run Duplex, and what the program says there.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longer than all the checks together may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with all that it takes to run Duplex.
pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
}

/// How the program ended, and what it said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Installation {
    /// `name` is for its folder, one for each test. `settings` stand in the table `[duplex]`.
    pub(crate) fn new(name: &str, settings: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("doctor-{name}"));
        fs::remove_dir_all(&folder).ok();
        let package = folder.join("site/pkg");
        fs::create_dir_all(&package).expect("a folder for the test");
        for file in ["duplex.js", "duplex.wasm", "duplex.css"] {
            fs::write(package.join(file), "").expect("a file in it");
        }
        let this = Self {
            folder,
            port: closed_port(),
        };
        this.configure(settings);
        this
    }

    pub(crate) fn configure(&self, settings: &str) {
        let file = format!(
            "[package.metadata.leptos]\nsite-addr = \"127.0.0.1:{}\"\nsite-root = \"site\"\n\
             output-name = \"duplex\"\nsite-pkg-dir = \"pkg\"\n\n[duplex]\nmetrics-addr = \"\"\n{settings}\n",
            self.port
        );
        fs::write(self.folder.join("Leptos.toml"), file).expect("a file for the test");
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duplex"));
        command.current_dir(&self.folder).args(args);
        // Variables of whoever runs the tests are theirs.
        command.env_clear();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn doctor(&self) -> Said {
        said(&mut self.command(&["doctor"]))
    }

    /// Starts the server, and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        let mut command = self.command(&["--log", "error"]);
        let mut child = command
            .stderr(Stdio::inherit())
            .spawn()
            .expect("it was built");
        let stdout = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines();
        let is_ready =
            |line: io::Result<String>| line.expect("text").starts_with("Duplex is ready");
        assert!(lines.any(is_ready), "the server does not start");
        Server(child)
    }
}

/// A server, which ends with the test.
pub(crate) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub(crate) fn said(command: &mut Command) -> Said {
    let mut child = command.spawn().expect("the program was built");
    let end = Instant::now() + PATIENCE;
    while child.try_wait().expect("it is ours").is_none() {
        if Instant::now() > end {
            child.kill().ok();
            panic!("it does not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("it has ended");
    let mut text = String::from_utf8(output.stdout).expect("text");
    text += &String::from_utf8(output.stderr).expect("text");
    println!("{text}");
    Said {
        code: output.status.code(),
        text,
    }
}

impl Said {
    /// The line of a check, and the one after it.
    fn check(&self, name: &str) -> (&str, &str) {
        let mut lines = self.text.lines();
        let is_it = |line: &&str| {
            line.get(9..)
                .is_some_and(|line| line.starts_with(&format!("{name}: ")))
        };
        let line = lines
            .find(is_it)
            .unwrap_or_else(|| panic!("no {name} in {}", self.text));
        (line, lines.next().unwrap_or_default())
    }

    pub(crate) fn is_fine(&self, name: &str, words: &str) {
        let (line, _) = self.check(name);
        assert!(line.starts_with("ok ") && line.contains(words), "{line}");
    }

    pub(crate) fn is_skipped(&self, name: &str, words: &str) {
        let (line, _) = self.check(name);
        assert!(
            line.starts_with("skipped ") && line.contains(words),
            "{line}"
        );
    }

    pub(crate) fn has_failed(&self, name: &str, words: &str, advice: &str) {
        let (line, next) = self.check(name);
        assert!(
            line.starts_with("FAILED ") && line.contains(words),
            "{line}"
        );
        assert!(
            next.starts_with("         ") && next.contains(advice),
            "{next}"
        );
    }

    /// These checks have failed, and no others.
    pub(crate) fn ends_with(&self, failed: &[&str]) {
        let summary = self.text.lines().last().expect("a summary");
        if failed.is_empty() {
            assert_eq!(self.code, Some(0), "{}", self.text);
            assert!(summary.starts_with("Nothing is wrong: "), "{summary}");
        } else {
            assert_eq!(self.code, Some(1), "{}", self.text);
            let words = format!("{} FAILED ({})", failed.len(), failed.join(", "));
            assert!(summary.starts_with(&words), "{summary}");
        }
    }
}

/// A port at which nothing listens.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("just bound").port()
}

/// A server that answers every request in this way; its port.
pub(crate) fn answering(answer: fn(&mut TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("just bound").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            answer(&mut stream);
        }
    });
    port
}

pub(crate) fn read_head(stream: &mut TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            break;
        }
    }
    head
}
