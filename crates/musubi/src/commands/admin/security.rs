//! `musubi admin security`: セキュリティ設定.

use clap::{Args, Subcommand};
use musubi_domain::security::SecuritySettings;
use musubi_service::security::{SecuritySet, security_set, security_show};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 6] = [
    ("password_characters", "パスワードの最短文字数", "password characters"),
    ("session_idle_minutes", "操作がないときのセッションの長さ(分)", "session idle minutes"),
    ("session_hours", "セッションの長さ(時間)", "session hours"),
    ("allowed_addresses", "許可するアドレス", "allowed addresses"),
    ("requests_per_minute", "1分間のリクエスト数", "requests per minute"),
    ("cors_origins", "ブラウザーからの呼び出しを許すオリジン", "CORS origins"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Security {
    /// Show who gets in, and how.
    Show,
    /// Change who gets in, and how.
    Set(Set),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Set {
    /// The fewest characters of a password.
    #[arg(long, value_name = "N")]
    password_characters: Option<usize>,
    /// Minutes without a request after which a session ends.
    #[arg(long, value_name = "N")]
    session_idle_minutes: Option<i64>,
    /// Hours after sign-in at which a session ends in any case.
    #[arg(long, value_name = "N")]
    session_hours: Option<i64>,
    /// An address or a network from which people and programs may come, in place of those before; may be given several times.
    #[arg(long = "address", value_name = "ADDR")]
    addresses: Vec<String>,
    /// People and programs may come from any address.
    #[arg(long, conflicts_with = "addresses")]
    any_address: bool,
    /// Requests that a token may make in a minute; 0 is any number.
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<u32>,
    /// An origin whose pages may call the APIs, in place of those before; may be given several times.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    cors_origins: Vec<String>,
    /// No page of another origin may call the APIs.
    #[arg(long, conflicts_with = "cors_origins")]
    no_cors_origin: bool,
}

pub(crate) async fn run(command: Security, session: &Session) -> Result<(), Failure> {
    let (service, context) = (&session.service, session.context().await?);
    match command {
        Security::Show => {
            let SecuritySettings {
                password_characters,
                session_idle_minutes,
                session_hours,
                allowed_addresses,
                requests_per_minute,
                cors_origins,
            } = security_show(service, &context).await?;
            let row = [
                password_characters.into(),
                session_idle_minutes.into(),
                session_hours.into(),
                allowed_addresses.into(),
                requests_per_minute.into(),
                cors_origins.into(),
            ];
            session.one(&COLUMNS, &row)
        }
        Security::Set(set) => Ok(security_set(service, &context, change_of(set)).await?),
    }
}

fn change_of(set: Set) -> SecuritySet {
    SecuritySet {
        password_characters: set.password_characters,
        session_idle_minutes: set.session_idle_minutes,
        session_hours: set.session_hours,
        allowed_addresses: (set.any_address || !set.addresses.is_empty()).then_some(set.addresses),
        requests_per_minute: set.requests_per_minute,
        cors_origins: (set.no_cors_origin || !set.cors_origins.is_empty()).then_some(set.cors_origins),
    }
}
