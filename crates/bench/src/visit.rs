//! People of the bench who look at pages: added below the wire, signed in through the form, as a browser without script would.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use musubi_domain::client;
use musubi_domain::context::Context;
use musubi_domain::rights::DatabaseRight;
use musubi_service::Service;
use musubi_service::rights::database_right_set;
use musubi_service::user::{UserCreate, user_create};
use uuid::Uuid;

use crate::call::{Whole, exchange};
use crate::seed::told;

/// The list of clients.
pub(crate) const CLIENTS: &str = "/records/clients";
/// The page to sign in.
const SIGN_IN: &str = "/sign-in";
/// The password of everybody whom the bench adds.
const PASSWORD: &str = "tsuki-to-hoshi-no-yoru";
/// What stands before the token of a form.
const TOKEN: &str = "name=\"token\" value=\"";
/// What stands before the id of a record of the list.
const ROW: &str = "href=\"/records/clients/";
/// What stands before the address of the next page, in the tag that says so at its end.
const HREF: &str = "<a href=\"";
/// Characters of an id as text.
const ID_LENGTH: usize = 36;

/// Adds a person with a right in the clients; without one he may do everything there.
///
/// # Errors
/// Where the service refuses.
pub(crate) async fn person_add(
    service: &Service,
    context: &Arc<Context>,
    login: &str,
    organizations: Vec<Uuid>,
    right: Option<DatabaseRight>,
) -> Result<()> {
    let command = UserCreate {
        login_id: login.to_owned(),
        family_name: "計測".to_owned(),
        first_name: login.to_owned(),
        mail: format!("{login}@example.com"),
        organizations,
        password: Some(PASSWORD.to_owned()),
        ..UserCreate::default()
    };
    // A context of its own: one gives the same ids each time.
    let own = service.command_context(context.tenant);
    let id = user_create(service, &own, command).await.map_err(told)?;
    if let Some(right) = right {
        database_right_set(service, context, id, client::DATABASE, right).await.map_err(told)?;
    }
    Ok(())
}

/// Somebody who has signed in.
pub(crate) struct Visit {
    address: SocketAddr,
    cookies: String,
}

impl Visit {
    /// Signs in: the form is fetched with its cookie and token, and sent.
    ///
    /// # Errors
    /// Where the form does not let him in.
    pub(crate) fn begin(address: SocketAddr, login: &str) -> Result<Self> {
        let form = exchange(address, &get(SIGN_IN, ""))?;
        let text = String::from_utf8_lossy(&form.body);
        let token = text.split_once(TOKEN).and_then(|(_, rest)| rest.split_once('"')).map(|(token, _)| token);
        let token = token.with_context(|| format!("the form to sign in has no token, status {}", form.status))?;
        let mut visit = Self { address, cookies: cookies(&form) };
        let body = format!("token={token}&continue=%2F&login_id={login}&password={PASSWORD}");
        let answer = exchange(address, &sent(SIGN_IN, &visit.cookies, &body))?;
        let session = cookies(&answer);
        if answer.status != 303 || session.is_empty() {
            bail!("somebody with the right password does not get in, status {}", answer.status);
        }
        visit.cookies = session;
        Ok(visit)
    }

    /// The request for a page.
    pub(crate) fn request(&self, path: &str) -> Vec<u8> {
        get(path, &self.cookies)
    }

    /// Looks at a page of the list.
    ///
    /// # Errors
    /// Where it is none.
    pub(crate) fn look(&self, path: &str) -> Result<Page> {
        let answer = exchange(self.address, &self.request(path))?;
        if answer.status != 200 {
            bail!("{path}: status {}", answer.status);
        }
        let text = String::from_utf8(answer.body).context("a page is text")?;
        Ok(Page { bytes: text.len(), rows: rows(&text), next: next(&text) })
    }
}

/// What a page of the list holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Bytes.
    pub(crate) bytes: usize,
    /// The records that it leads to, in their order.
    pub(crate) rows: Vec<Uuid>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

fn get(path: &str, cookies: &str) -> Vec<u8> {
    let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: ja\r\n{cookies}\r\n")
        .into_bytes()
}

fn sent(path: &str, cookies: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The cookies that an answer sets, as a request sends them back; those that it takes away are left out.
fn cookies(answer: &Whole) -> String {
    let lines = answer.head.lines().filter_map(|line| line.split_once(':'));
    let set = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pairs = set.filter_map(|(_, value)| value.split(';').next()).map(str::trim).filter(|pair| !pair.ends_with('='));
    pairs.collect::<Vec<_>>().join("; ")
}

fn rows(page: &str) -> Vec<Uuid> {
    let mut rows: Vec<Uuid> = Vec::new();
    for part in page.split(ROW).skip(1) {
        if let Some(id) = part.get(..ID_LENGTH).and_then(|id| id.parse().ok()).filter(|id| !rows.contains(id)) {
            rows.push(id);
        }
    }
    rows
}

fn next(page: &str) -> Option<String> {
    let (before, _) = page.split_once("rel=\"next\"")?;
    let (_, address) = before.rsplit_once(HREF)?;
    let (address, _) = address.split_once('"')?;
    Some(address.replace("&#38;", "&").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_next_page_are_read_from_a_page() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let page = format!(
            "<a href=\"/records/clients/new\">+</a><a href=\"/records/clients/{first}\">a</a>\
             <a href=\"/records/clients/{second}\">b</a><a href=\"/records/clients/{first}\">a</a>\
             <a href=\"/records/clients?q=a&#38;page=2\" data-update=\"list\" rel=\"next\">next</a>"
        );
        assert_eq!(rows(&page), [first, second]);
        assert_eq!(next(&page).as_deref(), Some("/records/clients?q=a&page=2"));
        assert_eq!(next("<a href=\"/records/clients?page=1\" rel=\"prev\">"), None);
    }

    #[test]
    fn cookies_are_sent_back_without_what_is_said_of_them() {
        let head = "HTTP/1.1 303 See Other\r\nSet-Cookie: musubi=abc; Path=/; HttpOnly\r\nset-cookie: musubi-form=; Max-Age=0\r\nX: y\r\n\r\n";
        let answer = Whole { status: 303, head: head.to_owned(), body: Vec::new() };
        assert_eq!(cookies(&answer), "musubi=abc");
        let text = String::from_utf8(get("/a", "musubi=abc")).unwrap();
        assert!(text.starts_with("GET /a HTTP/1.1\r\n") && text.ends_with("Cookie: musubi=abc\r\n\r\n"), "{text}");
    }
}
