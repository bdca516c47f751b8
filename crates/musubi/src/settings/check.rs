//! What a value must be, and how one with a password is shown.

use musubi_domain::network::Network;
use musubi_domain::tenant::host_name;
use musubi_outbound::mail::{SmtpServer, is_sender};
use tracing_subscriber::filter::LevelFilter;

use super::LogFormat;
use super::source::Found;
use crate::failure::Failure;
use crate::language::Text;

/// What stands for a password.
const MASK: &str = "***";

/// A setting that must have a value.
pub(super) fn required(found: &Found) -> Result<String, Failure> {
    found.value.clone().ok_or_else(|| found.refused(&Text::new("値を指定してください", "give a value")))
}

/// A host and a port.
pub(super) fn address(found: &Found) -> Result<Option<String>, Failure> {
    let Some(value) = &found.value else { return Ok(None) };
    let is_address = value.rsplit_once(':').is_some_and(|(host, port)| {
        let is_host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .map_or(!host.is_empty() && !host.contains(':'), |host| host.parse::<std::net::Ipv6Addr>().is_ok());
        is_host && port.parse::<u16>().is_ok()
    });
    if is_address {
        return Ok(Some(value.clone()));
    }
    Err(found.refused(&Text::new(
        "アドレス:ポート で指定してください (例 127.0.0.1:8080)",
        "give ADDR:PORT, such as 127.0.0.1:8080",
    )))
}

/// The host of a URL that has nothing after its host.
pub(super) fn public_host(found: &Found) -> Result<Option<String>, Failure> {
    let Some(value) = &found.value else { return Ok(None) };
    let lower = value.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let authority = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    let is_plain = |authority: &&str| {
        !authority.contains(|sign: char| "/?#@\\".contains(sign) || sign.is_whitespace() || sign.is_control())
    };
    let host = authority.filter(is_plain).and_then(host_name);
    let wanted =
        Text::new("パスのない http または https の URL で指定してください", "give an http or https URL without a path");
    host.map(Some).ok_or_else(|| found.refused(&wanted))
}

/// A mail server and in whose name mails are sent, of which neither is given without the other.
pub(super) fn smtp(url: &Found, from: &Found) -> Result<Option<(SmtpServer, String)>, Failure> {
    let Some((server, sender)) = pair(url, from)? else { return Ok(None) };
    let server = SmtpServer::parse(&server).ok_or_else(|| {
        url.refused(&Text::new(
            "smtp://ユーザー:パスワード@ホスト:587?tls=required か smtps://… の形で指定してください",
            "give smtp://USER:PASSWORD@HOST:587?tls=required or smtps://...",
        ))
    })?;
    if !is_sender(&sender) {
        return Err(from.refused(&Text::new(
            "メールアドレス、または 名前 <メールアドレス> の形で指定してください",
            "give a mail address, or NAME <ADDRESS>",
        )));
    }
    Ok(Some((server, sender)))
}

/// Two settings of which neither is given without the other.
pub(super) fn pair(first: &Found, second: &Found) -> Result<Option<(String, String)>, Failure> {
    let missing = |given: &Found, other: &Found| {
        let other = other.declaration.name;
        given.refused(&Text::new(format!("--{other} も指定してください"), format!("--{other} must be given too")))
    };
    match (&first.value, &second.value) {
        (Some(first), Some(second)) => Ok(Some((first.clone(), second.clone()))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing(first, second)),
        (None, Some(_)) => Err(missing(second, first)),
    }
}

/// Addresses and networks with commas between them.
pub(super) fn networks(found: &Found) -> Result<Vec<Network>, Failure> {
    let Some(value) = &found.value else { return Ok(Vec::new()) };
    let networks: Result<_, _> = value.split(',').map(|text| text.trim().parse()).collect();
    networks.map_err(|_| {
        found.refused(&Text::new(
            "IP アドレスか 10.0.0.0/8 の形のネットワークを、カンマ区切りで指定してください",
            "give addresses or networks such as 10.0.0.0/8, with commas between them",
        ))
    })
}

/// The form of the log.
pub(super) fn log_format(found: &Found) -> Result<LogFormat, Failure> {
    match found.value.as_deref() {
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        _ => Err(found.refused(&Text::new("text か json を指定してください", "give text or json"))),
    }
}

/// How much is logged.
pub(super) fn log_level(found: &Found) -> Result<LevelFilter, Failure> {
    match found.value.as_deref() {
        Some("off") => Ok(LevelFilter::OFF),
        Some("error") => Ok(LevelFilter::ERROR),
        Some("warn") => Ok(LevelFilter::WARN),
        Some("info") => Ok(LevelFilter::INFO),
        Some("debug") => Ok(LevelFilter::DEBUG),
        Some("trace") => Ok(LevelFilter::TRACE),
        _ => {
            let wanted = Text::new(
                "off, error, warn, info, debug, trace のどれかを指定してください",
                "give off, error, warn, info, debug or trace",
            );
            Err(found.refused(&wanted))
        }
    }
}

/// A database URL without its password, in either form that PostgreSQL knows. In doubt it hides too much.
pub(crate) fn masked(url: &str) -> String {
    let user_masked = match url.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((user, host)) => {
                let (name, has_password) = user.split_once(':').map_or((user, false), |(name, _)| (name, true));
                format!("{scheme}://{name}{}@{host}", if has_password { format!(":{MASK}") } else { String::new() })
            }
            None => url.to_owned(),
        },
        None => url.to_owned(),
    };
    parameters_masked(&user_masked)
}

/// The text without the value of any parameter `password`.
fn parameters_masked(text: &str) -> String {
    let found = text.to_ascii_lowercase().find("password").and_then(|at| text.split_at_checked(at));
    let Some((before, (name, value))) = found.and_then(|(before, from)| Some((before, from.split_once('=')?))) else {
        return text.to_owned();
    };
    format!("{before}{name}={MASK}{}", parameters_masked(after_value(value.trim_start())))
}

/// What follows the value of a parameter: after `&` in a URL, after the quote or a space in the form `name=value`.
fn after_value(value: &str) -> &str {
    if let Some(quoted) = value.strip_prefix('\'') {
        return quoted.rsplit_once('\'').map_or("", |(_, after)| after);
    }
    value.find(['&', ' ']).and_then(|end| value.get(end..)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for (url, shown) in [
            ("postgres://me:secret@host/db", "postgres://me:***@host/db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            ("postgres://host/db", "postgres://host/db"),
            ("postgres://me:s:e@cr/e?t@a,b:5433/db?x=1", "postgres://me:***@a,b:5433/db?x=1"),
            ("postgres://host/db?user=me&password=secret&x=1", "postgres://host/db?user=me&password=***&x=1"),
            ("postgres://host/db?PASSWORD=secret", "postgres://host/db?PASSWORD=***"),
            ("host=h password=secret user=me", "host=h password=*** user=me"),
            ("host=h password = 'se cr\\'et' user=me", "host=h password =*** user=me"),
            ("host=h password='unclosed", "host=h password=***"),
            ("host=h user=me", "host=h user=me"),
            ("smtp://me:secret@mail:587?tls=required", "smtp://me:***@mail:587?tls=required"),
            ("postgres://h/passwords?a=b&password=secret", "postgres://h/passwords?a=***&password=***"),
        ] {
            assert_eq!(masked(url), shown);
            assert!(!masked(url).contains("secret"));
        }
    }
}
