//! Mail by SMTP, to the one server that is set. Where a connection is encrypted, the certificate of the server is checked against those
//! that the system trusts; a server that does not offer what is asked for is not talked to.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::mail::Mail;
use musubi_domain::messages::Message as Text;
use musubi_domain::time::Timestamp;
use uuid::Uuid;

/// How long one answer of the server may take.
const ANSWER: Duration = Duration::from_secs(20);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(60);
/// Characters of an answer of the server that are told.
const TOLD: usize = 500;

/// Characters of a subject that stands as it is, and bytes of a part that is encoded: lines have 76 characters.
const PLAIN: usize = 60;
const WORD: usize = 39;

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (`smtps://`).
    Implicit,
    /// STARTTLS, or nothing is sent.
    Required,
    /// Not at all: for a server on the same machine or in a network that is trusted.
    None,
}

/// Where and how mails are handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<(String, String)>,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SmtpServer").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl SmtpServer {
    /// What may be said of it: host, port, and how the connection is encrypted; no user, no password.
    #[must_use]
    pub fn said(&self) -> String {
        let encryption = match self.encryption {
            Encryption::Implicit => "TLS",
            Encryption::Required => "STARTTLS",
            Encryption::None => "-",
        };
        format!("{}:{} ({encryption})", self.host, self.port)
    }

    /// Reads `smtp://USER:PASSWORD@HOST:PORT?tls=required` (STARTTLS, which is the default), `?tls=none`, or `smtps://`. Signs in user and
    /// password that mean something in a URL are written as `%40`. `None` for anything else.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let encryption = match (scheme, query) {
            ("smtps", None) => Encryption::Implicit,
            ("smtp", None | Some("tls=required")) => Encryption::Required,
            ("smtp", Some("tls=none")) => Encryption::None,
            _ => return None,
        };
        let (credentials, authority) = match rest.rsplit_once('@') {
            Some((credentials, authority)) => {
                let (user, password) = credentials.split_once(':')?;
                (Some((decoded(user)?, decoded(password)?)), authority)
            }
            None => (None, rest),
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                (host, port.strip_prefix(':'))
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let is_host = |sign: u8| sign.is_ascii_alphanumeric() || b".-:".contains(&sign);
        let usual = if encryption == Encryption::Implicit { 465 } else { 587 };
        let port = port.map_or(Some(usual), |port| port.parse().ok())?;
        (!host.is_empty() && host.bytes().all(is_host)).then(|| Self {
            host: host.to_owned(),
            port,
            encryption,
            credentials,
        })
    }

    fn tls(&self) -> Result<Tls> {
        let parameters = || {
            TlsParameters::new_rustls(self.host.clone())
                .map_err(|error| Error::internal(format!("TLS cannot be set up: {error}")))
        };
        Ok(match self.encryption {
            Encryption::Implicit => Tls::Wrapper(parameters()?),
            Encryption::Required => Tls::Required(parameters()?),
            Encryption::None => Tls::None,
        })
    }
}

/// `%40` as `@`; none where that is no text.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, further)) = rest.split_first() {
        rest = further;
        if *first == b'%' {
            let (digits, further) = further.split_first_chunk::<2>()?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = further;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Whether mails can be sent in the name of this sender: `Musubi <musubi@example.co.jp>`, or the address alone.
#[must_use]
pub fn is_sender(text: &str) -> bool {
    sender(text).is_some()
}

fn sender(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) {
        return None;
    }
    text.parse().ok()
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Sends by this server in the name of this sender. Nothing is connected yet.
    ///
    /// # Errors
    /// Internal where the sender is none ([`is_sender`]) or TLS cannot be set up.
    pub fn new(server: &SmtpServer, from: &str) -> Result<Self> {
        let from = sender(from).ok_or_else(|| Error::internal("the sender of mails is no address"))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
            .port(server.port)
            .tls(server.tls()?)
            .timeout(Some(ANSWER))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        let builder = match server.credentials.clone() {
            Some((user, password)) => builder.credentials(Credentials::new(user, password)),
            None => builder,
        };
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a mail and tells what the server answered. `id` names the mail; sent again under the same one, it is the same mail.
    ///
    /// # Errors
    /// Invalid where the address is none, or the server will never take it (5xx), with its words; Unavailable where it cannot be reached,
    /// asks to be tried later (4xx), or takes too long.
    pub async fn send(&self, mail: &Mail, id: Uuid, now: Timestamp) -> Result<String> {
        let message = self.message(mail, id, now)?;
        let sent = tokio::time::timeout(WHOLE, self.transport.send(message)).await;
        let sent = sent.map_err(|_| unavailable("the mail server takes too long"))?;
        match sent {
            Ok(response) => {
                Ok(told(&format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))))
            }
            Err(error) if error.is_permanent() => {
                Err(Error::invalid_at("mail", Text::MailRefused { answer: told(&words(&error)) }))
            }
            Err(error) => Err(unavailable(&told(&words(&error)))),
        }
    }

    fn message(&self, mail: &Mail, id: Uuid, now: Timestamp) -> Result<Message> {
        let refused = |answer: &str| Error::invalid_at("mail", Text::MailRefused { answer: answer.to_owned() });
        let to: Address = mail.to.parse().map_err(|_| refused("the address is none"))?;
        if mail.to.chars().chain(mail.subject.chars()).any(char::is_control) {
            return Err(refused("a control character in the address or the subject"));
        }
        let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
        let built = |error: lettre::error::Error| Error::internal(format!("a mail could not be written: {error}"));
        // Base64 throughout: no line is too long, and none begins with a dot or with "From ".
        let text = mail.body.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        let body = Body::new_with_encoding(text, ContentTransferEncoding::Base64)
            .map_err(|_| Error::internal("a mail could not be encoded"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .raw_header(subject(&mail.subject))
            .date(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // No machine is to answer it (RFC 3834).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(built)
    }
}

/// A subject in encoded words of UTF-8 (RFC 2047), unless it is short and plain. The library's own way loses spaces between two words that
/// are encoded.
fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    let is_plain = text.is_ascii() && text.len() <= PLAIN && !text.contains("=?") && text.trim() == text;
    if is_plain {
        return HeaderValue::new(name, text.to_owned());
    }
    let mut words = vec![String::new()];
    for sign in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + sign.len_utf8() <= WORD => word.push(sign),
            _ => words.push(sign.to_string()),
        }
    }
    let encoded: Vec<_> = words.iter().map(|word| format!("=?utf-8?b?{}?=", STANDARD.encode(word))).collect();
    HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), encoded.join("\r\n "))
}

fn unavailable(cause: &str) -> Error {
    Error::new(Kind::Unavailable).with_cause(format!("mail: {cause}"))
}

/// What went wrong, with what is behind it.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(behind) = source {
        let more = behind.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = behind.source();
    }
    words
}

/// What a server said, on one line and in bounds.
fn told(answer: &str) -> String {
    answer.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(TOLD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        Mailer::new(&SmtpServer::parse("smtp://localhost:2525?tls=none").unwrap(), "結び <musubi@example.co.jp>")
            .unwrap()
    }

    fn mail(to: &str, subject: &str, body: &str) -> Mail {
        Mail { to: to.to_owned(), subject: subject.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn a_server_is_read_from_its_url() {
        let read =
            |url: &str| SmtpServer::parse(url).map(|read| (read.host, read.port, read.encryption, read.credentials));
        let known = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        for (url, host, port, encryption, credentials) in [
            ("smtp://mail.example.jp", "mail.example.jp", 587, Encryption::Required, None),
            ("smtp://mail.example.jp:25/?tls=none", "mail.example.jp", 25, Encryption::None, None),
            ("smtps://a%40b.jp:p%3a%20@mail", "mail", 465, Encryption::Implicit, known("a@b.jp", "p: ")),
            ("smtp://u:p@w@[::1]:25?tls=required", "::1", 25, Encryption::Required, known("u", "p@w")),
        ] {
            assert_eq!(read(url), Some((host.to_owned(), port, encryption, credentials)), "{url}");
        }
        for url in [
            "",
            "mail.example.jp",
            "http://mail",
            "smtp://",
            "smtp://:25",
            "smtp://mail:x",
            "smtp://mail:70000",
            "smtp://user@mail",
            "smtp://mail?tls=no",
            "smtp://mail/path",
            "smtp://u:%zz@mail",
            "smtp://u:%0a@mail",
            "smtps://mail?tls=none",
            "smtp://[x]:1",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
        let debug = format!("{:?}", SmtpServer::parse("smtp://u:secret@mail").unwrap());
        assert!(!debug.contains("secret"), "{debug}");
    }

    #[test]
    fn a_mail_has_the_headers_that_it_should_and_no_others() {
        let written = mailer().message(
            &mail("a@example.jp", "パスワードの再設定", "一行目\n.\nFrom x\n"),
            Uuid::nil(),
            Timestamp::from_micros(0),
        );
        let text = String::from_utf8(written.unwrap().formatted()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 78), "{text}");
        let names = head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        let wanted =
            "Auto-Submitted Content-Transfer-Encoding Content-Type Date From MIME-Version Message-ID Subject To";
        assert_eq!(names.join(" "), wanted);
        assert!(
            head.contains("Date: Thu, 01 Jan 1970 00:00:00 +0000") && head.contains("Subject: =?utf-8?b?"),
            "{head}"
        );
        assert!(head.contains("Message-ID: <00000000-0000-0000-0000-000000000000@example.co.jp>"), "{head}");
        assert!(!body.contains("From x"), "{body}");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        for (to, subject) in [
            ("a@example.jp\r\nBcc: b@example.jp", "x"),
            ("a@example.jp, b@example.jp", "x"),
            ("<a@example.jp> b", "x"),
            ("", "x"),
            ("a", "x"),
            ("a@example.jp", "x\r\nBcc: b@example.jp"),
            ("a@example.jp", "x\nBcc: b@example.jp"),
            ("a@example.jp", "x\u{0}"),
        ] {
            let refused =
                mailer().message(&mail(to, subject, "x"), Uuid::nil(), Timestamp::from_micros(0)).unwrap_err();
            assert_eq!(refused.kind(), Kind::Invalid, "{to:?} {subject:?}");
        }
        for from in ["", "a", "x <a@example.jp>\r\nBcc: b@example.jp", "a@example.jp, b@example.jp"] {
            assert!(!is_sender(from), "{from:?}");
        }
        assert!(is_sender("musubi@example.co.jp") && is_sender("むすび <musubi@example.co.jp>"));
    }
}
