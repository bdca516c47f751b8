//! A real browser: Chromium behind its driver. WebDriver is JSON over HTTP (W3C WebDriver), so a client is not much.
//!
//! Who asks for an element waits until it is there. Everything else panics at once, with what the driver says: it is a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::tool::{Tool, program};

/// How long an answer, or an element, may take to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name under which WebDriver hands over an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How a browser is opened.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The width of its window, in CSS pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// It prefers dark colours.
    pub dark: bool,
    /// It runs the scripts of pages.
    pub scripts: bool,
    /// The language that it asks for.
    pub language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 900, dark: false, scripts: false, language: "ja" }
    }
}

/// A browser with a window. Closed when dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Opens a window on a fresh profile. Ask [`crate::tool::need`] for [`Tool::Chromium`] and [`Tool::ChromeDriver`] first.
    #[must_use]
    pub fn open(look: Look) -> Self {
        let program_of = |tool| program(tool).expect("the test asks for the tool first");
        let mut driver = Command::new(program_of(Tool::ChromeDriver))
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let output = driver.stdout.take().expect("the output was piped");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // Whoever stops reading makes the writer stop.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { driver, port: port.expect("the driver says its port"), session: String::new() };
        let answer = browser.call("POST", "/session", &capabilities(look));
        browser.session = format!("/session/{}", text_at(&answer, "sessionId").expect("a session has an id"));
        if look.dark {
            browser.prefer("prefers-color-scheme", "dark");
        }
        browser
    }

    /// Opens a URL and waits until the page is there.
    pub fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// The URL of the page.
    #[must_use]
    pub fn url(&self) -> String {
        self.get("/url").as_str().unwrap_or_default().to_owned()
    }

    /// The title of the page.
    #[must_use]
    pub fn title(&self) -> String {
        self.get("/title").as_str().unwrap_or_default().to_owned()
    }

    /// What the page shows as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// What an element shows as text.
    #[must_use]
    pub fn text_of(&self, css: &str) -> String {
        let element = self.find(css);
        self.get(&format!("/element/{element}/text")).as_str().unwrap_or_default().to_owned()
    }

    /// A property of an element.
    #[must_use]
    pub fn property(&self, css: &str, name: &str) -> Value {
        let element = self.find(css);
        self.get(&format!("/element/{element}/property/{name}"))
    }

    /// Clicks on an element.
    pub fn click(&self, css: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    /// Replaces what stands in a field.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{element}/clear"), &json!({}));
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Types wherever the focus is. `\u{e004}` is the tabulator, `\u{e007}` the enter key.
    pub fn type_keys(&self, text: &str) {
        let press = |sign: char| [("keyDown", sign), ("keyUp", sign)];
        let actions: Vec<Value> = text
            .chars()
            .flat_map(press)
            .map(|(kind, sign)| json!({ "type": kind, "value": sign.to_string() }))
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// The `id` of the element that has the focus; "" where it has none.
    #[must_use]
    pub fn focus(&self) -> String {
        let active = self.get("/element/active");
        let element = text_at(&active, ELEMENT).unwrap_or_default();
        self.get(&format!("/element/{element}/property/id")).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the URL is one that `is` takes, and gives it.
    pub fn wait_for_url(&self, is: impl Fn(&str) -> bool) -> String {
        wait_for(|| Some(self.url()).filter(|url| is(url)), || format!("another page came: {}", self.url()))
    }

    /// Waits until an expression of a script is true in the page.
    pub fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        let is = || (self.run(&script) == Value::Bool(true)).then_some(());
        wait_for(is, || format!("{expression} is not: {}", self.text()));
    }

    /// Runs a script in the page and gives what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that calls its last argument back with what it comes to.
    #[must_use]
    pub fn run_until_called(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// A picture of what the window shows, as PNG.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        let shot = self.get("/screenshot");
        let data = shot.as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(data).expect("a picture is base64")
    }

    /// Sets a media feature, such as `forced-colors` to `active`.
    pub fn prefer(&self, feature: &str, value: &str) {
        self.command("Emulation.setEmulatedMedia", &json!({ "features": [{ "name": feature, "value": value }] }));
    }

    /// Sets the size of the page, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    /// A command of the Chrome DevTools Protocol.
    pub fn command(&self, name: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": name, "params": parameters }))
    }

    fn find(&self, css: &str) -> String {
        let body = json!({ "using": "css selector", "value": css });
        let find = || {
            let answer = self.ask("POST", &format!("{}/element", self.session), &body).ok()?;
            text_at(&answer, ELEMENT).map(str::to_owned)
        };
        wait_for(find, || format!("no {css} on {}: {}", self.url(), self.get("/source")))
    }

    fn get(&self, path: &str) -> Value {
        self.call("GET", &format!("{}{path}", self.session), &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, body);
        assert!(answer.is_ok(), "{method} {path} {body}: {answer:?}");
        answer.unwrap_or_default()
    }

    /// A call of the driver: what it gives, or what it says went wrong.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        let answer = exchange(self.port, &head, &body).map_err(|error| json!(error.to_string()))?;
        let value = answer.get("value").cloned().unwrap_or_default();
        if text_at(&value, "error").is_some() { Err(value) } else { Ok(value) }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the session ends the browser, which the driver has started.
        let _ = self.ask("DELETE", &self.session, &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn text_at<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn capabilities(look: Look) -> Value {
    let arguments = [
        "--headless=new".to_owned(),
        // Tests may run as root, where Chromium has no sandbox; it opens our own pages only.
        "--no-sandbox".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-gpu".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--window-size={},{}", look.width, look.height),
        format!("--lang={}", look.language),
        format!("--accept-lang={}", look.language),
    ];
    let scripts = if look.scripts { 1 } else { 2 };
    let preferences = json!({
        "intl.accept_languages": look.language,
        "profile.managed_default_content_settings.javascript": scripts,
    });
    let options = json!({ "args": arguments, "prefs": preferences, "binary": program(Tool::Chromium) });
    json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } })
}

fn exchange(port: u16, head: &str, body: &str) -> std::io::Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    // Opening a browser takes its time on a busy machine.
    stream.set_read_timeout(Some(PATIENCE * 4))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Asks again until there is something. Each time is a call of the driver, which takes a while in itself.
fn wait_for<T>(mut look: impl FnMut() -> Option<T>, otherwise: impl Fn() -> String) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{}", otherwise());
        std::thread::yield_now();
    }
}
