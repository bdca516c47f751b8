//! Answers that go on: pages that follow something while it happens. Of one person there are few at a time, and all of them end when the
//! server stops, which waits for what it still answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::limits;
use tokio::sync::watch;

use crate::context::Service;

/// The answers that go on, of everybody.
#[derive(Debug)]
pub(crate) struct Live {
    ending: watch::Sender<bool>,
    held: Mutex<HashMap<(TenantNo, UserNo), usize>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { ending: watch::Sender::new(false), held: Mutex::default() }
    }
}

/// A place among the answers that go on, free again when it is dropped.
pub struct LivePlace {
    service: Service,
    key: (TenantNo, UserNo),
    ending: watch::Receiver<bool>,
}

impl LivePlace {
    /// Comes back when the server is to stop.
    pub async fn ended(&mut self) {
        // Without a sender the server is gone.
        let _ = self.ending.wait_for(|ending| *ending).await;
    }
}

impl Drop for LivePlace {
    fn drop(&mut self) {
        let mut held = self.service.live().held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.key);
            }
        }
    }
}

impl Service {
    /// A place for an answer to whoever acts that goes on.
    ///
    /// # Errors
    /// Busy where he has [`limits::LIVE_ANSWERS`] of them already, or the server is stopping.
    pub fn live_place(&self, context: &Arc<Context>) -> Result<LivePlace> {
        let key = (context.tenant, context.actor.user);
        let ending = self.live().ending.subscribe();
        let mut held = self.live().held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(key).or_default();
        if *count >= limits::LIVE_ANSWERS || *ending.borrow() {
            return Err(Error::new(Kind::Busy));
        }
        *count += 1;
        Ok(LivePlace { service: self.clone(), key, ending })
    }

    /// Ends all answers that go on, and begins no more of them.
    pub fn live_end(&self) {
        self.live().ending.send_replace(true);
    }
}
