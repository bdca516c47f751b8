//! What is cached: hosts, tokens, scopes, templates, people, organizations, slots. Never records, and never that something
//! is not there.
//!
//! An entry is worth something as long as the epoch under which it was loaded stands. The epoch is read before the value
//! is, so that a change in between makes the entry worthless, not wrong.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use musubi_domain::error::Result;

/// Entries of one cache at most; a full cache is emptied.
const ENTRIES: usize = 50_000;

/// Values under keys, each with the epoch under which it was loaded.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    entries: RwLock<HashMap<K, (i64, V)>>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { entries: RwLock::default() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// The value under a key, loaded where there is none of this epoch. `None` is not kept.
    pub(crate) async fn get<F>(&self, key: &K, epoch: i64, load: F) -> Result<Option<V>>
    where
        F: Future<Output = Result<Option<V>>>,
    {
        if let Some((stamp, value)) = self.entries.read().unwrap_or_else(PoisonError::into_inner).get(key)
            && *stamp == epoch
        {
            return Ok(Some(value.clone()));
        }
        let loaded = load.await?;
        if let Some(value) = &loaded {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            if entries.len() >= ENTRIES {
                entries.clear();
            }
            entries.insert(key.clone(), (epoch, value.clone()));
        }
        Ok(loaded)
    }
}
