//! Apache with mod_auth_openidc in front of a page.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::tool::{Tool, need, program};
use musubi_testkit::user_agent::{Arrival, Page, UserAgent};
use tempfile::TempDir;

use super::{House, Registered};

pub(super) fn trials() -> Vec<Trial> {
    if need(Tool::ApacheOpenidc) {
        on_both("relying parties: Apache with mod_auth_openidc", protected_page)
    } else {
        Vec::new()
    }
}

/// A running Apache.
struct Apache {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Apache {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Apache {
    /// A port that was free a moment ago: the client's addresses have to be known before Apache begins.
    fn free_port() -> u16 {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    fn start(port: u16, issuer: &str, client: &Registered) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        fs::create_dir(folder.path().join("pages")).unwrap();
        fs::write(folder.path().join("pages/index.html"), "a page for those who have signed in").unwrap();
        let modules: String =
            ["mpm_prefork", "authz_core", "authz_user", "authn_core", "dir", "env", "headers", "auth_openidc"]
                .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
                .concat();
        // Of root's children nobody may be root.
        let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
        let Registered { id, secret } = client;
        let settings = format!(
            "{modules}{user}ServerRoot {at}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\nPidFile {at}/pid\nErrorLog {at}/log\nLogLevel warn\n\
             DefaultRuntimeDir {at}\nMutex file:{at}\nDocumentRoot {at}/pages\n\
             OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration\nOIDCClientID {id}\nOIDCClientSecret {secret}\n\
             OIDCRedirectURI http://127.0.0.1:{port}/back\nOIDCCryptoPassphrase 0123456789abcdef\n\
             OIDCScope \"openid profile email offline_access\"\nOIDCRemoteUserClaim sub\nOIDCPKCEMethod S256\n\
             OIDCPassRefreshToken On\nOIDCDefaultLoggedOutURL http://127.0.0.1:{port}/out\n\
             <Location />\nAuthType openid-connect\nOIDCRefreshAccessTokenBeforeExpiry 3700\nRequire valid-user\n</Location>\n\
             <Location /out>\nAuthType None\nRequire all granted\n</Location>\n\
             Header set X-User \"expr=%{{REMOTE_USER}}\"\nHeader set X-Name \"%{{OIDC_CLAIM_name}}e\"\nHeader set X-Access \"%{{OIDC_access_token}}e\"\n"
        );
        let file = folder.path().join("httpd.conf");
        fs::write(&file, settings).unwrap();
        open_to_others(folder.path());
        let mut command = Command::new(program(Tool::ApacheOpenidc).unwrap());
        command.args(["-X", "-f"]).arg(&file).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        Self { child, port, folder }
    }

    /// Opens a page until Apache has begun to listen.
    fn first_visit(&mut self, agent: &mut UserAgent) -> Page {
        let url = format!("http://127.0.0.1:{}/", self.port);
        for _ in 0..10_000 {
            match agent.get(&url) {
                Ok(page) => return page,
                Err(_) => assert!(self.child.try_wait().unwrap().is_none(), "{}", self.log()),
            }
            std::thread::yield_now();
        }
        panic!("Apache does not begin to listen: {}", self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Lets Apache's children, who are somebody else, into the folder.
fn open_to_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}

fn protected_page(engine: Engine) -> Result<(), Failed> {
    let house = House::new(engine);
    let port = Apache::free_port();
    let (back, out) = (format!("http://127.0.0.1:{port}/back"), format!("http://127.0.0.1:{port}/out"));
    let client = house.client(&[
        "--redirect-uri",
        &back,
        "--logout-uri",
        &out,
        "--scope",
        "openid profile email offline_access",
        "--claims",
        "standard",
    ]);
    let mut apache = Apache::start(port, &house.issuer(), &client);
    let mut agent = UserAgent::default();
    let first = apache.first_visit(&mut agent);
    let sent = first.header("location").unwrap_or_else(|| panic!("{first:?} {}", apache.log())).to_owned();
    assert!(sent.starts_with(&format!("{}/oidc-auth/authorize?", house.issuer())), "{sent}");

    let callback = house.walk(&mut agent, &sent);
    assert!(callback.starts_with(&back), "{callback}");
    let Arrival::Page(page) = agent.open(&callback, |_| true)? else { panic!("everything opens") };
    assert_eq!((page.status, page.body.as_str()), (200, "a page for those who have signed in"), "{}", apache.log());
    assert_eq!(page.header("x-user"), Some(super::LOGIN));
    assert!(page.header("x-name").is_some_and(|name| !name.is_empty()), "{page:?}");

    // Apache is told to refresh long before the end of a token, so the next visit does.
    let Arrival::Page(next) = agent.open(&format!("http://127.0.0.1:{port}/"), |_| true)? else {
        panic!("everything opens")
    };
    assert_eq!(next.status, 200, "{}", apache.log());
    assert_ne!(next.header("x-access"), page.header("x-access"), "the access token was refreshed: {}", apache.log());

    let bye = format!("{back}?logout={}", musubi_testkit::user_agent::encoded(&out));
    let Arrival::Page(gone) = agent.open(&bye, |_| true)? else { panic!("everything opens") };
    assert!(gone.url.starts_with(&out), "{gone:?}");
    let asked = agent.get(&format!("http://127.0.0.1:{port}/"))?;
    assert_eq!(asked.status, 302);
    let Arrival::Page(page) = agent.open(asked.header("location").unwrap(), |_| true)? else {
        panic!("everything opens")
    };
    assert!(page.form_with("password").is_some(), "{page:?}");
    Ok(())
}
