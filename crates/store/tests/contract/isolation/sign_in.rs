//! What is kept of people at the door, and a question for each of its reads.

use musubi_domain::error::Result;
use musubi_domain::id::{SessionNo, UserNo};
use musubi_domain::network::Network;
use musubi_domain::session::SessionRow;
use musubi_domain::sign_in::Failures;
use musubi_domain::time::Timestamp;
use musubi_domain::user::User;
use musubi_store::db::Tx;
use musubi_store::password_reset::PasswordReset;
use musubi_store::totp::Totp;
use musubi_store::{password, password_reset, session, sign_in, totp, user};

use super::{Owned, Question};
use crate::fixture::TENANT;

const ACCOUNT: [u8; 32] = [7; 32];
const MAIL: &str = "Hanako@Example.jp";
const NETWORK: Network = Network::V4 { first: 1, mask: u32::MAX };

/// A session, failures and a password of each tenant; a second factor of the first alone.
pub(super) fn keep(tx: &mut Tx<'_>, user: UserNo, word: &str) -> Result<()> {
    let now = tx.context().now;
    let row = SessionRow {
        number: SessionNo(0),
        user,
        auth_at: now,
        seen_at: now,
        address: "192.0.2.1".to_owned(),
        agent: word.to_owned(),
    };
    session::session_insert(tx, &row, word.as_bytes())?;
    password::password_set(tx, user, word)?;
    let count = if tx.tenant() == TENANT { 3 } else { 4 };
    sign_in::sign_in_failures_set(tx, &ACCOUNT, NETWORK, &Failures { count, last_at: now })?;
    let number = password_reset::password_reset_number_next(tx)?;
    let reset = PasswordReset { number, user, created_at: now, is_used: false };
    password_reset::password_reset_insert(tx, &reset, word.as_bytes())?;
    if tx.tenant() != TENANT {
        password_reset::password_reset_use_all(tx, user)?;
        let found = user::user_by_number(tx, user)?.unwrap();
        user::user_set(tx, &User { mail: String::new(), ..found })?;
    }
    if tx.tenant() == TENANT {
        let found = user::user_by_number(tx, user)?.unwrap();
        user::user_set(tx, &User { mail: MAIL.to_owned(), ..found })?;
        password_reset::password_reset_insert(tx, &PasswordReset { number: 7, ..reset }, b"second")?;
        totp::totp_set(tx, user, &Totp { secret: word.as_bytes().to_vec(), last_step: 0 })?;
    }
    Ok(())
}

pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let (person, has) = (owned.user, move |row: Option<&SessionRow>| row.is_some_and(|row| row.agent == word()));
    let is_its = move |found: Option<password::Credential>| {
        found.is_some_and(|found| found.password_hash.as_deref() == Some("株式会社1"))
    };
    vec![
        ("session_by_hash", Box::new(move |s| Ok(has(session::session_by_hash(s, word().as_bytes())?.as_ref())))),
        ("session_by_number", Box::new(move |s| Ok(has(session::session_by_number(s, SessionNo(1))?.as_ref())))),
        (
            "session_list",
            Box::new(move |s| {
                let of_user = session::session_list(s, person, SessionNo(0), 10)?.iter().any(|row| has(Some(row)));
                Ok(session::session_list(s, None, SessionNo(0), 10)?.iter().any(|row| has(Some(row))) || of_user)
            }),
        ),
        (
            "sign_in_failures",
            Box::new(|s| {
                Ok(sign_in::sign_in_failures(s, &ACCOUNT, NETWORK)?.is_some_and(|failures| failures.count == 3))
            }),
        ),
        ("password_of_login", Box::new(move |s| Ok(is_its(password::password_of_login(s, &word())?)))),
        ("password_of_user", Box::new(move |s| Ok(is_its(password::password_of_user(s, person.unwrap())?)))),
        (
            "password_reset_by_hash",
            Box::new(move |s| Ok(password_reset::password_reset_by_hash(s, word().as_bytes())?.is_some())),
        ),
        (
            "password_reset_by_number",
            Box::new(|s| Ok(password_reset::password_reset_by_number(s, 1)?.is_some_and(|reset| !reset.is_used))),
        ),
        (
            "password_reset_count",
            Box::new(move |s| {
                let ever = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
                Ok(password_reset::password_reset_count(s, person.unwrap(), ever.0, ever.1)? == 2)
            }),
        ),
        ("user_by_mail", Box::new(|s| Ok(!user::user_by_mail(s, "hanako@example.JP")?.is_empty()))),
        ("totp_of_user", Box::new(move |s| Ok(totp::totp_of_user(s, person.unwrap())?.is_some()))),
    ]
}
