//! Passwords: argon2id with the parameters that OWASP names (19 MiB, 2 passes, 1 lane), which are the library's own.

use argon2::{Argon2, PasswordHasher};
use musubi_domain::error::{Error, Result};
use musubi_domain::messages::Message;

/// The fewest characters of a password.
const LEAST: usize = 8;

/// The hash of a password in the PHC form. Takes tens of milliseconds, so it runs on a thread of its own.
pub(crate) async fn password_hash(path: &str, password: String, seed: [u8; 32]) -> Result<String> {
    if password.chars().count() < LEAST {
        return Err(Error::invalid_at(path, Message::PasswordTooShort { least: LEAST }));
    }
    let hashed = tokio::task::spawn_blocking(move || {
        let salt = seed.get(..16).unwrap_or(&seed);
        let hash: argon2::password_hash::Result<argon2::password_hash::phc::PasswordHash> =
            Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
        hash.map(|hash| hash.to_string())
            .map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))
    });
    hashed.await.map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))?
}
