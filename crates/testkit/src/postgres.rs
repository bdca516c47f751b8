//! PostgreSQL for the tests: one server per test process, started from the installed programs on a data folder of its
//! own, with a schema per test. It listens on a Unix socket in that folder, so no two ever want the same port and the
//! processes that a test starts reach it by the same URL. When the test process ends, in whatever way, a small shell
//! stops the server and removes the folder: see `SCRIPT`.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ::postgres::{Client, NoTls};

use crate::tool::{self, Tool};

/// The life of a server: `$1` the folder for temporary files, `$2` the programs, the rest are options of the server.
/// Answers "at FOLDER" when the data folder is there and the server on its way, and "restarted" to every line it reads;
/// anything else it says is why there is no server. The end of its input, and a signal too, ends it all.
/// SIGQUIT may come before the server handles it (a shell starts background programs deaf to it), so it is repeated.
const SCRIPT: &str = r#"
tmp=$1 bin=$2
shift 2
pid=
start() {
    "$bin/postgres" -D "$base/data" -k "$base" "$@" </dev/null >>"$base/log" 2>&1 &
    pid=$!
}
stop() {
    while kill -QUIT "$pid"; do sleep 0.02; done
    wait "$pid"
}
finish() {
    [ -z "$pid" ] || stop
    cd /
    rm -rf "$base"
}
base=$(mktemp -d "$tmp/musubi-pg-XXXXXXXX" || mktemp -d /tmp/musubi-pg-XXXXXXXX) \
    || { echo "no temporary folder"; exit 1; }
trap finish EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE
cd "$base"
"$bin/initdb" -D "$base/data" -U postgres -A trust --locale=C.UTF-8 --encoding=UTF8 --no-sync \
    </dev/null >"$base/log" 2>&1 || { cat "$base/log"; exit 1; }
start "$@"
echo "at $base"
while read -r line; do
    stop
    start "$@"
    echo restarted
done
"#;

/// The longest folder whose sockets have a name that the system accepts (107 bytes), with room for ours.
const LONGEST_TEMP_DIR: usize = 60;

/// How long a server may take to answer, after a crash too.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running server, for as long as this value or the process lives.
pub struct PostgresServer {
    /// The shell of [`SCRIPT`]; it holds the other end of our pipe.
    shell: Child,
    answers: BufReader<ChildStdout>,
    base: PathBuf,
    url: String,
    schemas: AtomicU64,
}

/// The server that the tests of this process share, started at the first call; fsync is off.
/// `None`, with the line of [`tool::need`], when PostgreSQL is not installed.
pub fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    SERVER.get_or_init(|| tool::need(Tool::Postgres).then(|| start_private(false))).as_ref()
}

/// A server of the test's own, which it may restart; it ends with the value. `durable` keeps fsync on, for benches.
///
/// # Panics
/// When the server does not start, and when PostgreSQL is not installed: ask [`tool::need`] first.
pub fn start_private(durable: bool) -> PostgresServer {
    let bin = bin_dir().expect("PostgreSQL is installed: the caller asked need(Tool::Postgres)");
    let temp = env::temp_dir();
    let temp = if temp.as_os_str().as_bytes().len() > LONGEST_TEMP_DIR { Path::new("/tmp") } else { temp.as_path() };
    let mut command = tool::tethered_shell(SCRIPT);
    command.arg(temp).arg(bin);
    for setting in ["listen_addresses=", "port=5432", "max_connections=300", "shared_buffers=128MB", "timezone=UTC"] {
        command.args(["-c", setting]);
    }
    if !durable {
        command.args(["-c", "fsync=off"]);
    }
    if running_as_root() {
        let (uid, gid) = unprivileged_user().expect("/etc/passwd has postgres or nobody");
        command.uid(uid).gid(gid);
    }
    let mut shell = command.spawn().expect("/bin/sh starts");
    let mut answers = BufReader::new(shell.stdout.take().expect("stdout is a pipe"));
    let mut line = String::new();
    answers.read_line(&mut line).expect("the shell answers in UTF-8");
    let Some(base) = line.strip_prefix("at ").map(|base| PathBuf::from(base.trim_end())) else {
        let _ = answers.read_to_string(&mut line);
        let _ = shell.wait();
        fail(&format!("PostgreSQL does not start: {line}"));
    };
    let url = format!("postgresql://postgres@{}/postgres", percent_encoded(&base));
    let server = PostgresServer { shell, answers, base, url, schemas: AtomicU64::new(0) };
    server.wait_until_it_answers();
    server
}

/// Every row of every table of the schema that an address names, as text.
///
/// # Panics
/// Where the database does not answer.
pub fn dump(url: &str) -> Vec<u8> {
    let read = |url: String| {
        let mut client = Client::connect(&url, NoTls).expect("the server of the tests answers");
        let tables = client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()", &[]);
        let mut all = String::new();
        for table in tables.expect("the catalogue can be read") {
            let name: String = table.get(0);
            for row in client.query(&format!("SELECT t::text FROM \"{name}\" t"), &[]).expect("a table can be read") {
                all.push_str(row.get(0));
                all.push('\n');
            }
        }
        all.into_bytes()
    };
    // The client must not be driven on a thread of a runtime.
    let url = url.to_owned();
    thread::spawn(move || read(url)).join().expect("reading does not panic")
}

impl PostgresServer {
    /// A URL for the database `postgres` as its superuser, over the Unix socket; child processes may use it too.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a new schema and gives a URL whose connections live in it. May be called in async code.
    pub fn fresh_schema_url(&self) -> String {
        let schema = format!("t_{}", self.schemas.fetch_add(1, Ordering::Relaxed) + 1);
        self.connect_and(|mut client| client.batch_execute(&format!("create schema {schema}")))
            .expect("a new schema can be made");
        format!("{}?options=-csearch_path%3D{schema}", self.url)
    }

    /// Stops the server as a crash would, its connections broken and nothing written back, and starts it again with
    /// the same data and URL. Returns when it answers.
    pub fn restart_hard(&mut self) {
        let commands = self.shell.stdin.as_mut().expect("stdin is a pipe");
        commands.write_all(b"restart\n").expect("the shell of the server runs");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the shell answers in UTF-8");
        assert_eq!(line, "restarted\n", "the shell of the server started it again");
        self.wait_until_it_answers();
    }

    /// What the server wrote to its log so far.
    pub fn log(&self) -> String {
        fs::read(self.base.join("log")).map_or_else(|e| e.to_string(), |log| String::from_utf8_lossy(&log).into_owned())
    }

    fn wait_until_it_answers(&self) {
        let begin = Instant::now();
        while let Err(error) = self.connect_and(|mut client| client.simple_query("select 1")) {
            if begin.elapsed() > START_LIMIT {
                fail(&format!("PostgreSQL does not answer: {error}; its log:\n{}", self.log()));
            }
            pause();
        }
    }

    /// Connects in a thread of its own, because the blocking client may not be used within an async runtime.
    fn connect_and<T: Send>(
        &self,
        work: impl FnOnce(Client) -> Result<T, ::postgres::Error> + Send,
    ) -> Result<T, ::postgres::Error> {
        thread::scope(|scope| {
            scope.spawn(|| work(Client::connect(&self.url, NoTls)?)).join().expect("connecting does not panic")
        })
    }
}

/// Stops the server and removes its folder; both are done when this returns.
impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Waiting closes our end of the pipe first.
        let _ = self.shell.wait();
    }
}

/// Whether there are programs to run and, when we are root, somebody to run them as: the server refuses root.
pub(crate) fn installed() -> bool {
    bin_dir().is_some() && (!running_as_root() || unprivileged_user().is_some())
}

/// The folder of the server programs: in PATH, or else the newest one of a Debian.
fn bin_dir() -> Option<PathBuf> {
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut installed: Vec<(Vec<u32>, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let version = folder.file_name()?.to_str()?.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            Some((version, folder.join("bin")))
        })
        .collect();
    installed.sort();
    in_path
        .into_iter()
        .chain(installed.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| ["initdb", "postgres"].iter().all(|name| tool::is_program(&folder.join(name))))
}

fn running_as_root() -> bool {
    // The owner of a process's folder is the user that it runs as.
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// The user and group ids of postgres, or else of nobody.
fn unprivileged_user() -> Option<(u32, u32)> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|wanted| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(wanted)).then_some(())?;
            Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
        })
    })
}

/// A path as the host of a URL.
fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "another process starts up: there is nothing of ours to wait on")]
fn pause() {
    thread::sleep(Duration::from_millis(10));
}

#[expect(clippy::panic, reason = "a test without its database is a failed test")]
fn fail(why: &str) -> ! {
    panic!("{why}");
}
