//! What the tests need of the machine besides cargo. A test asks with [`need`] and goes without what is missing; one
//! line tells what was left out. `MUSUBI_TEST_REQUIRE=all` (set in `.ci/run`) turns the line into a failure, so that
//! a build machine never passes by leaving out.

use std::{
    collections::BTreeMap,
    env, fmt,
    io::Write as _,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

/// Where Debian has Apache's module for OpenID Connect.
const APACHE_OPENIDC: &str = "/usr/lib/apache2/modules/mod_auth_openidc.so";

/// Something that a machine has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// The server programs of PostgreSQL, and somebody unprivileged to run them as.
    Postgres,
    /// `cc`.
    CCompiler,
    /// `mount -t tmpfs` works here.
    Tmpfs,
    /// The `pocketbase` program, which benches compare with.
    PocketBase,
    /// Chromium or Chrome, for the browser tests.
    Chromium,
    /// The driver of Chromium, through which the browser tests speak to it.
    ChromeDriver,
    /// axe-core, which looks for what keeps people out of a page.
    Axe,
    /// Python 3, for the example client.
    Python,
    /// `curl`, for the example client.
    Curl,
    /// Python with aiosmtpd, a real mail server.
    SmtpServer,
    /// Schemathesis, which calls the API with what its document says.
    Schemathesis,
    /// A Python with Authlib, for a relying party.
    Authlib,
    /// The relying party of the openidconnect crate (`tests/relying_party`).
    RelyingParty,
    /// Apache with libapache2-mod-auth-openidc, for a relying party.
    ApacheOpenidc,
    /// The folder of node oidc-provider, which benches compare with.
    OidcProvider,
    /// sqlmap, which looks for injection.
    Sqlmap,
}

impl Tool {
    /// What does not run without the tool.
    fn left_out(self) -> &'static str {
        match self {
            Self::Postgres => "tests on PostgreSQL",
            Self::CCompiler => "tests with failing and slow fsync",
            Self::Tmpfs => "tests on a full disk",
            Self::PocketBase => "comparison with PocketBase",
            Self::Chromium => "browser tests",
            Self::ChromeDriver => "browser tests",
            Self::Axe => "the look at pages for what keeps people out",
            Self::Python => "the example client in Python",
            Self::Curl => "the example client of curl",
            Self::SmtpServer => "tests with a mail server",
            Self::Schemathesis => "generated calls by the OpenAPI document",
            Self::Authlib => "a relying party by Authlib",
            Self::RelyingParty => "a relying party by the openidconnect crate",
            Self::ApacheOpenidc => "a relying party by Apache",
            Self::OidcProvider => "comparison with node oidc-provider",
            Self::Sqlmap => "sqlmap at the doors of sign-in and tokens",
        }
    }

    fn probe(self) -> bool {
        match self {
            Self::Postgres => crate::postgres::installed(),
            Self::Tmpfs => tmpfs_mounts(),
            Self::SmtpServer => has_aiosmtpd(),
            Self::ApacheOpenidc => program(self).is_some() && Path::new(APACHE_OPENIDC).is_file(),
            Self::CCompiler
            | Self::PocketBase
            | Self::Chromium
            | Self::ChromeDriver
            | Self::Python
            | Self::Curl
            | Self::Schemathesis
            | Self::Authlib
            | Self::RelyingParty
            | Self::OidcProvider
            | Self::Sqlmap => program(self).is_some(),
            Self::Axe => axe().is_some(),
        }
    }
}

/// The reason why a tool counts as missing.
impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL server binaries not found",
            Self::CCompiler => "no C compiler: cc not found",
            Self::Tmpfs => "mount -t tmpfs does not work here",
            Self::PocketBase => "pocketbase not found",
            Self::Chromium => "chromium not found",
            Self::ChromeDriver => "chromedriver not found",
            Self::Axe => "axe-core not found below tools",
            Self::Python => "python3 not found",
            Self::Curl => "curl not found",
            Self::SmtpServer => "python3 without aiosmtpd (python3-aiosmtpd)",
            Self::Schemathesis => "schemathesis not found in PATH and below tools",
            Self::Authlib => "authlib not found below tools",
            Self::RelyingParty => "relying-party not found below tools",
            Self::ApacheOpenidc => "apache2 with mod_auth_openidc not found",
            Self::OidcProvider => "oidc-provider not found below tools",
            Self::Sqlmap => "sqlmap not found",
        })
    }
}

/// Whether the tool is there. When it is missing, one line to stderr per tool and process tells what is left out.
///
/// # Panics
/// When it is missing and `MUSUBI_TEST_REQUIRE=all`.
pub fn need(tool: Tool) -> bool {
    static FOUND: Mutex<BTreeMap<Tool, bool>> = Mutex::new(BTreeMap::new());
    let line = format!("left out: {} ({tool})", tool.left_out());
    // The lock is held while the tool is looked for: it is looked for once. It is free again before the panic below.
    let found = *FOUND.lock().expect("looking for a tool does not panic").entry(tool).or_insert_with(|| {
        let found = tool.probe();
        if !found && !required() {
            // Not eprintln!, which libtest keeps from sight when a test passes. A closed stderr is nobody's failure.
            let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
        }
        found
    });
    assert!(found || !required(), "{line}, and MUSUBI_TEST_REQUIRE=all");
    found
}

/// Whether a missing tool is a failure.
pub fn required() -> bool {
    env::var_os("MUSUBI_TEST_REQUIRE").is_some_and(|value| value == "all")
}

/// Where the program of a tool is, for the tools that are one program: in PATH, or in a folder of its own that `.ci/run` made below
/// the target folder.
pub fn program(tool: Tool) -> Option<PathBuf> {
    let names: &[&str] = match tool {
        Tool::Postgres => &["postgres"],
        Tool::CCompiler => &["cc"],
        Tool::Tmpfs => &["mount"],
        Tool::PocketBase => &["pocketbase"],
        Tool::Chromium => &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        Tool::ChromeDriver => &["chromedriver"],
        Tool::Axe => &[],
        Tool::Python => &["python3"],
        // The one that packages of the system are installed for goes before others.
        Tool::SmtpServer => &["/usr/bin/python3", "python3"],
        Tool::Curl => &["curl"],
        Tool::Schemathesis => &["schemathesis"],
        // The Python of a folder of its own: that of the system does not know the library.
        Tool::Authlib => return own_folder(tool).map(|folder| folder.join("python3")).filter(|file| is_program(file)),
        Tool::OidcProvider => {
            return tools()
                .map(|folder| folder.join("oidc-provider"))
                .find(|folder| folder.join("node_modules").is_dir());
        }
        Tool::RelyingParty => &["relying-party"],
        Tool::ApacheOpenidc => &["apache2"],
        Tool::Sqlmap => &["sqlmap"],
    };
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(own_folder(tool)).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| is_program(file))
}

/// Where `.ci/run` puts the programs of a tool that the system does not have: beside what is built, which is where this program runs.
fn own_folder(tool: Tool) -> Option<PathBuf> {
    let name = match tool {
        Tool::Schemathesis => "schemathesis",
        Tool::Authlib => "authlib",
        Tool::RelyingParty => "relying-party",
        _ => return None,
    };
    tools().map(|folder| folder.join(name).join("bin")).find(|folder| folder.is_dir())
}

/// Where the script of axe-core is.
pub fn axe() -> Option<PathBuf> {
    tools().map(|folder| folder.join("axe-core").join("axe.min.js")).find(|file| file.is_file())
}

/// Where the folder of `.ci/run` may be: beside what is built.
fn tools() -> impl Iterator<Item = PathBuf> {
    let program = env::current_exe().unwrap_or_default();
    let folders: Vec<PathBuf> = program.ancestors().map(|folder| folder.join("tools")).collect();
    folders.into_iter()
}

/// Whether there is a file that may be run.
pub(crate) fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether Python has the mail server.
fn has_aiosmtpd() -> bool {
    let Some(python) = program(Tool::SmtpServer) else { return false };
    let mut command = Command::new(python);
    command.args(["-c", "import aiosmtpd.smtp"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Mounts a tmpfs on a new folder and takes it away again.
fn tmpfs_mounts() -> bool {
    let Ok(folder) = tempfile::tempdir() else { return false };
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    run("mount", &["-t", "tmpfs", "-o", "size=64k", "tmpfs"]) && run("umount", &[])
}

/// A shell script that outlives this process by the moment it needs to clean up. Its stdin is a pipe that we hold: it
/// reads the end of the file when we end, be it by kill -9. A process group of its own keeps Ctrl-C, which is for the
/// tests, from it; with stderr closed it never holds up who reads the output of the tests.
pub(crate) fn tethered_shell(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "musubi-testkit"]).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
