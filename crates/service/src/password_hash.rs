//! Passwords: argon2id with the parameters that OWASP names (19 MiB, 2 passes, 1 lane), which are the library's own.
//!
//! A hash takes a core for tens of milliseconds. So there is one at a time per core and a queue before them, of which one network has a
//! part only: however many wrong passwords come from there, others sign in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{ParamsString, PasswordHash};
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::network::Network;
use musubi_text::opaque_string::opaque_string;
use tokio::sync::Semaphore;

use crate::context::Service;

/// What a password is held against where there is none, so that it takes as long. Nobody knows a text of this hash.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bXVzdWJpL25vYm9keS8xMg$c3VyZWx5IG5vdCB0aGUgaGFzaCBvZiBhbnl0aGluZzE";
/// What is held against a hash in the place of a text that is no password: nothing that can be typed.
const NO_PASSWORD: &str = "\u{0}";

/// The cores and the queue before them.
pub(crate) struct PasswordGate {
    cores: Arc<Semaphore>,
    places: Arc<Mutex<Places>>,
    most: usize,
}

/// Who waits for a core or has one.
#[derive(Default)]
struct Places {
    all: usize,
    by_network: HashMap<Network, usize>,
}

/// A place before or on a core; free when dropped.
struct Place {
    places: Arc<Mutex<Places>>,
    network: Network,
}

/// What a password turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verified {
    /// It is the right one.
    pub(crate) right: bool,
    /// Its hash with the parameters of today, where it is right and hashed with others.
    pub(crate) anew: Option<String>,
}

impl Default for PasswordGate {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl PasswordGate {
    fn new(cores: usize) -> Self {
        Self { cores: Arc::new(Semaphore::new(cores)), places: Arc::default(), most: limits::PASSWORDS_WAITING + cores }
    }

    /// A place for somebody from a network; `None` where there is none.
    fn place(&self, network: Network) -> Option<Place> {
        let mut places = locked(&self.places);
        let of_network = places.by_network.get(&network).copied().unwrap_or(0);
        if places.all >= self.most || of_network >= limits::PASSWORDS_OF_NETWORK {
            return None;
        }
        places.all += 1;
        places.by_network.insert(network, of_network + 1);
        Some(Place { places: Arc::clone(&self.places), network })
    }

    /// Does work on a core, when its turn has come. Somebody who no longer waits for what he has begun is still counted until it is done.
    async fn run<T: Send + 'static>(
        &self,
        network: Option<Network>,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let busy = || Error::new(Kind::Busy).with_cause("too many passwords wait to be hashed");
        let place = network.map(|network| self.place(network).ok_or_else(busy)).transpose()?;
        let core =
            Arc::clone(&self.cores).acquire_owned().await.map_err(|_| Error::internal("no core hashes passwords"))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((core, place));
            done
        });
        done.await.map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))?
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = locked(&self.places);
        places.all = places.all.saturating_sub(1);
        match places.by_network.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(places.by_network.remove(&self.network)),
        }
    }
}

impl Service {
    /// Whether a password is the one of this hash. Without a hash it is not, and takes as long.
    ///
    /// # Errors
    /// Busy where too many wait, or too many from this network.
    pub(crate) async fn password_verify(
        &self,
        network: Network,
        password: &str,
        hash: Option<String>,
    ) -> Result<Verified> {
        let prepared = Some(password).filter(|password| is_short(password)).and_then(opaque_string);
        let prepared = prepared.unwrap_or_else(|| NO_PASSWORD.to_owned());
        let (is_known, hash) = (hash.is_some(), hash.unwrap_or_else(|| NOBODY.to_owned()));
        let salt = self.random();
        let work = move || {
            let right = verify(&prepared, &hash)? && is_known;
            let anew = (right && !is_of_today(&hash)).then(|| hashed(&prepared, &salt)).transpose()?;
            Ok(Verified { right, anew })
        };
        self.password_gate().run(Some(network), work).await
    }

    /// The hash of a new password in the PHC form. What it must be is judged before (`password.rs`).
    ///
    /// # Errors
    /// Invalid where it is no password at all. Busy where too many wait, or too many from this network.
    pub(crate) async fn password_hash(&self, path: &str, network: Option<Network>, password: &str) -> Result<String> {
        let prepared = opaque_string(password).ok_or_else(|| Error::invalid_at(path, Message::ControlCharacter))?;
        let salt = self.random();
        self.password_gate().run(network, move || hashed(&prepared, &salt)).await
    }
}

fn is_short(password: &str) -> bool {
    password.chars().take(limits::PASSWORD_CHARACTERS_MOST + 1).count() <= limits::PASSWORD_CHARACTERS_MOST
}

fn hashed(password: &str, salt: &[u8; 32]) -> Result<String> {
    let salt = salt.get(..16).unwrap_or(salt);
    let hash: argon2::password_hash::Result<PasswordHash> =
        Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))
}

fn verify(password: &str, hash: &str) -> Result<bool> {
    match Argon2::default().verify_password(password.as_bytes(), hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::internal(format!("a hash of a password cannot be read: {error}"))),
    }
}

/// Whether a hash has the algorithm and the parameters of today.
fn is_of_today(hash: &str) -> bool {
    let today = ParamsString::try_from(&Params::default()).ok();
    PasswordHash::new(hash).is_ok_and(|hash| {
        hash.algorithm == argon2::ARGON2ID_IDENT && today.is_some_and(|today| hash.params.as_str() == today.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_other_parameters_is_right_and_not_of_today() {
        let today = hashed("合言葉は山と川", &[3; 32]).unwrap();
        assert!(today.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{today}");
        assert!(verify("合言葉は山と川", &today).unwrap() && !verify("合言葉は山と海", &today).unwrap());
        assert!(is_of_today(&today));
        let weak = Argon2::from(Params::new(8, 1, 1, None).unwrap());
        let old: PasswordHash = weak.hash_password_with_salt("合言葉は山と川".as_bytes(), &[3; 16]).unwrap();
        assert!(verify("合言葉は山と川", &old.to_string()).unwrap() && !is_of_today(&old.to_string()));
        assert!(verify("x", "no hash").is_err());
        assert!(!verify(NO_PASSWORD, NOBODY).unwrap() && is_of_today(NOBODY), "nobody's takes as long");
    }

    #[test]
    fn one_network_has_a_part_of_the_places() {
        let gate = PasswordGate::new(2);
        let network = |last: u8| Network::around(std::net::Ipv4Addr::new(192, 0, 2, last).into());
        let flood: Vec<_> = std::iter::from_fn(|| gate.place(network(1))).take(100).collect();
        assert_eq!(flood.len(), limits::PASSWORDS_OF_NETWORK);
        let others: Vec<_> = (2..=255).filter_map(|last| gate.place(network(last))).collect();
        assert_eq!(others.len(), limits::PASSWORDS_WAITING + 2 - limits::PASSWORDS_OF_NETWORK);
        drop(flood);
        assert!(gate.place(network(1)).is_some());
        drop(others);
        let places = locked(&gate.places);
        assert_eq!((places.all, places.by_network.len()), (0, 0));
    }
}
