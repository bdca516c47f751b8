//! A person's browser as far as signing in needs one: cookies, redirects, forms. No script, no style.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Redirects that are followed in a row.
const REDIRECTS: usize = 20;

/// What it keeps between two requests: cookies by host and name. As in every browser, ports do not part them (RFC 6265, 8.5).
#[derive(Clone, Debug, Default)]
pub struct UserAgent {
    cookies: BTreeMap<(String, String), String>,
    /// Headers that go with every request.
    pub headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from.
    pub url: String,
    /// Its status.
    pub status: u16,
    /// Its headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

/// Where a walk along redirects ended.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// A page.
    Page(Page),
    /// An address that was not to be opened.
    Sent(String),
}

impl Page {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The form that has a field or a button of a name.
    #[must_use]
    pub fn form_with(&self, name: &str) -> Option<Form> {
        forms(&self.body).into_iter().find(|form| form.fields.iter().chain(&form.buttons).any(|(own, _)| own == name))
    }
}

/// A form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it goes, as the page says it; "": to the page itself.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// The fields and their values, buttons left out.
    pub fields: Vec<(String, String)>,
    /// The names and values of its buttons.
    pub buttons: Vec<(String, String)>,
}

impl UserAgent {
    /// Asks for a page, without following a redirect.
    ///
    /// # Errors
    /// The operating system's; an answer that is none of HTTP.
    pub fn get(&mut self, url: &str) -> io::Result<Page> {
        self.request("GET", url, None)
    }

    /// Sends a form, without following a redirect.
    ///
    /// # Errors
    /// As [`UserAgent::get`].
    pub fn post(&mut self, url: &str, fields: &[(String, String)]) -> io::Result<Page> {
        self.request("POST", url, Some(&form_text(fields)))
    }

    /// Opens a page and follows redirects, as far as `opens` allows the address.
    ///
    /// # Errors
    /// As [`UserAgent::get`]; too many redirects.
    pub fn open(&mut self, url: &str, opens: impl Fn(&str) -> bool) -> io::Result<Arrival> {
        let page = self.get(url)?;
        self.follow(page, opens)
    }

    /// Sends the form of a page that has a field or a button of the first of these names, with these values in place of its own, and
    /// follows.
    ///
    /// # Errors
    /// As [`UserAgent::open`]; a page without such a form.
    pub fn submit(
        &mut self,
        page: &Page,
        fields: &[(&str, &str)],
        opens: impl Fn(&str) -> bool,
    ) -> io::Result<Arrival> {
        let form = fields.first().and_then(|(name, _)| page.form_with(name));
        let form = form.ok_or_else(|| odd(&format!("no such form on {}", page.url)))?;
        let mut all = form.fields;
        for (name, value) in fields {
            all.retain(|(own, _)| own != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = self.post(&resolved(&page.url, &form.action), &all)?;
        self.follow(answer, opens)
    }

    /// Follows the redirects of an answer.
    ///
    /// # Errors
    /// As [`UserAgent::open`].
    pub fn follow(&mut self, mut page: Page, opens: impl Fn(&str) -> bool) -> io::Result<Arrival> {
        for _ in 0..REDIRECTS {
            let Some(location) = page.header("location").filter(|_| (300..400).contains(&page.status)) else {
                return Ok(Arrival::Page(page));
            };
            let next = resolved(&page.url, location);
            if !opens(&next) {
                return Ok(Arrival::Sent(next));
            }
            page = self.get(&next)?;
        }
        Err(odd("redirects without an end"))
    }

    /// A cookie of a host.
    #[must_use]
    pub fn cookie(&self, host: &str, name: &str) -> Option<&str> {
        self.cookies.get(&(host.to_owned(), name.to_owned())).map(String::as_str)
    }

    /// Sets a cookie, or takes it away.
    pub fn set_cookie(&mut self, host: &str, name: &str, value: Option<&str>) {
        let key = (host.to_owned(), name.to_owned());
        match value {
            Some(value) => drop(self.cookies.insert(key, value.to_owned())),
            None => drop(self.cookies.remove(&key)),
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// As [`UserAgent::get`].
    pub fn request(&mut self, method: &str, url: &str, form: Option<&str>) -> io::Result<Page> {
        let (authority, path) = parts(url)?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned();
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/html\r\nConnection: close\r\n");
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let cookies: Vec<_> = self.cookies.iter().filter(|((own, _), _)| *own == host).collect();
        if !cookies.is_empty() {
            let pairs: Vec<_> = cookies.iter().map(|((_, name), value)| format!("{name}={value}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", pairs.join("; ")));
        }
        if let Some(form) = form {
            let length = form.len();
            head.push_str(&format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nOrigin: http://{authority}\r\n"
            ));
        }
        stream.write_all(format!("{head}\r\n{}", form.unwrap_or_default()).as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let page = answer(url, &bytes)?;
        for (_, cookie) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            self.keep(&host, cookie);
        }
        Ok(page)
    }

    fn keep(&mut self, host: &str, cookie: &str) {
        let mut attributes = cookie.split(';').map(str::trim);
        let Some((name, value)) = attributes.next().and_then(|pair| pair.split_once('=')) else { return };
        let is_over = attributes.any(|attribute| {
            let lower = attribute.to_ascii_lowercase();
            lower == "max-age=0" || lower.starts_with("expires=thu, 01 jan 1970")
        });
        self.set_cookie(host, name, (!is_over && !value.is_empty()).then_some(value));
    }
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Host and path of a plain address.
fn parts(url: &str) -> io::Result<(&str, &str)> {
    let rest = url.strip_prefix("http://").ok_or_else(|| odd(&format!("not an address of http: {url}")))?;
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    Ok((authority, if path.is_empty() { "/" } else { path }))
}

/// An address as a page means it (RFC 3986, 5.2, as far as pages here use it).
fn resolved(base: &str, address: &str) -> String {
    if address.contains("://") {
        return address.to_owned();
    }
    let (authority, path) = parts(base).unwrap_or(("", "/"));
    let own = path.split_once('?').map_or(path, |(own, _)| own);
    match address {
        "" => base.to_owned(),
        _ if address.starts_with('/') => format!("http://{authority}{address}"),
        _ if address.starts_with('?') => format!("http://{authority}{own}{address}"),
        _ => format!("http://{authority}{}/{address}", own.rsplit_once('/').map_or("", |(folder, _)| folder)),
    }
}

fn answer(url: &str, bytes: &[u8]) -> io::Result<Page> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| odd("no head of an answer"))?;
    let (head, body) = bytes.split_at(end + 4);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(|| odd("no status"))?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { joined(body)? } else { body.to_vec() };
    Ok(Page { url: url.to_owned(), status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn joined(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").ok_or_else(|| odd("a chunk without its length"))?;
        let (length, after) = rest.split_at(end);
        let length = std::str::from_utf8(length).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let length = length.ok_or_else(|| odd("a chunk without its length"))?;
        let chunk = after.get(2..2 + length).ok_or_else(|| odd("a chunk that breaks off"))?;
        if length == 0 {
            return Ok(whole);
        }
        whole.extend_from_slice(chunk);
        rest = after.get(2 + length + 2..).ok_or_else(|| odd("a chunk that breaks off"))?;
    }
}

/// Fields as a form sends them.
#[must_use]
pub fn form_text(fields: &[(String, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// A text within a query or a form.
#[must_use]
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all.push_str(&format!("%{byte:02X}"));
        }
        all
    })
}

fn forms(body: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut is_inside = false;
    for tag in body.split('<').skip(1) {
        let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
        let name = tag.split(|sign: char| sign.is_whitespace() || sign == '/').next().unwrap_or_default();
        let attribute = |name: &str| attributes(tag).into_iter().find(|(own, _)| own == name).map(|(_, value)| value);
        match name {
            "form" => {
                is_inside = true;
                let method = attribute("method").unwrap_or_else(|| "get".to_owned()).to_ascii_lowercase();
                forms.push(Form { action: attribute("action").unwrap_or_default(), method, ..Form::default() });
            }
            "input" | "button" if is_inside => {
                let (Some(form), Some(field)) = (forms.last_mut(), attribute("name")) else { continue };
                let pair = (field, attribute("value").unwrap_or_default());
                let kind = attribute("type").unwrap_or_default();
                let is_checked = !matches!(kind.as_str(), "checkbox" | "radio") || attribute("checked").is_some();
                if name == "button" || kind == "submit" {
                    form.buttons.push(pair);
                } else if is_checked {
                    form.fields.push(pair);
                }
            }
            _ if tag.starts_with("/form") => is_inside = false,
            _ => {}
        }
    }
    forms
}

/// The attributes of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = tag.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
    loop {
        rest = rest.trim_start();
        let end = rest.find(|sign: char| sign == '=' || sign.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return all;
        }
        let (value, left) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => match after.strip_prefix('=') {
                Some(plain) => plain.split_at(plain.find(char::is_whitespace).unwrap_or(plain.len())),
                None => ("", after),
            },
        };
        all.push((name.to_ascii_lowercase(), unescaped(value)));
        rest = left;
    }
}

fn unescaped(text: &str) -> String {
    let named = [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&#60;", "<")];
    let more = [("&gt;", ">"), ("&#62;", ">"), ("&#38;", "&"), ("&amp;", "&")];
    named.iter().chain(&more).fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_with_their_fields() {
        let body = r#"<p><form method="post" action="/sign-in?a=1&amp;b=2"><input type=hidden name="csrf" value="x&quot;y">
            <input name=login required value=""><input type="checkbox" name="no"><button name="answer" value="allow">許可</button></form><input name="out">"#;
        let form = forms(body).remove(0);
        assert_eq!((form.action.as_str(), form.method.as_str()), ("/sign-in?a=1&b=2", "post"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form.fields, [pair("csrf", "x\"y"), pair("login", "")]);
        assert_eq!(form.buttons, [pair("answer", "allow")]);
    }

    #[test]
    fn addresses_are_resolved_as_a_page_means_them() {
        for (address, whole) in [
            ("/b", "http://h:1/b"),
            ("", "http://h:1/a/c?x=1"),
            ("?y", "http://h:1/a/c?y"),
            ("d", "http://h:1/a/d"),
            ("http://o/", "http://o/"),
        ] {
            assert_eq!(resolved("http://h:1/a/c?x=1", address), whole);
        }
    }

    #[test]
    fn chunked_answers_are_joined() {
        let page = answer(
            "http://h/",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n結\r\n2\r\nab\r\n0\r\n\r\n".as_bytes(),
        );
        assert_eq!(page.unwrap().body, "結ab");
    }
}
