//! セキュリティ設定: what a tenant decides about who gets in.

use serde::{Deserialize, Serialize};

/// The security settings of a tenant. Stored as JSON; absent members take their default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct SecuritySettings {
    /// The fewest characters of a password.
    pub password_characters: usize,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after sign-in at which a session ends in any case.
    pub session_hours: i64,
    /// The addresses and networks (`192.0.2.0/24`, `2001:db8::/32`) from which people sign in and programs call; none: any.
    pub allowed_addresses: Vec<String>,
    /// Requests that a token may make in a minute, unless its client says otherwise; 0: any number.
    pub requests_per_minute: u32,
    /// The origins (`https://app.example.co.jp`) whose pages may call the APIs from a browser.
    pub cors_origins: Vec<String>,
}

impl Default for SecuritySettings {
    fn default() -> Self {
        Self {
            password_characters: 8,
            session_idle_minutes: 120,
            session_hours: 24,
            allowed_addresses: Vec::new(),
            requests_per_minute: 0,
            cors_origins: Vec::new(),
        }
    }
}
