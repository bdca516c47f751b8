//! What a request carries through every layer.

use uuid::Uuid;

use crate::actor::Actor;
use crate::id::{Ids, TenantNo};
use crate::messages::Locale;
use crate::time::Timestamp;

/// A plain value, made once per request, shared behind an `Arc`. Clock and randomness were read when it was made;
/// nothing after that reads them.
#[derive(Clone, Debug)]
pub struct Context {
    /// The tenant. Every query of the request is held to it.
    pub tenant: TenantNo,
    /// Who acts.
    pub actor: Actor,
    /// The moment of the request.
    pub now: Timestamp,
    /// 32 random bytes, drawn once.
    pub seed: [u8; 32],
    /// Names the request in the log and in answers.
    pub request_id: Uuid,
    /// The language of messages.
    pub locale: Locale,
}

impl Context {
    /// A fresh source of ids: the same ids in the same order each time it is asked for.
    #[must_use]
    pub fn ids(&self) -> Ids {
        Ids::new(self.now, self.seed)
    }
}
