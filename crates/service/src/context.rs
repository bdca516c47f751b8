//! What the product runs on, and the one place where clock and randomness are read.

use std::sync::Arc;

use musubi_domain::actor::Actor;
use musubi_domain::context::Context;
use musubi_domain::id::{Ids, TenantNo, UserNo};
use musubi_domain::messages::Locale;
use musubi_domain::network::Network;
use musubi_domain::time::Timestamp;
use musubi_store::db::Db;
use musubi_store::keys::Keys;
use uuid::Uuid;

use crate::access::AccessCaches;
use crate::admission::Admission;
use crate::live::Live;
use crate::number_block::NumberBlocks;
use crate::openid::OpenidCaches;
use crate::password_hash::PasswordGate;
use crate::preference::PreferenceCache;
use crate::record::RecordCaches;
use crate::record_list::Lists;
use crate::rights::RightsCaches;

/// Where time and randomness come from. The product has one; tests have their own.
pub trait Source: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
    /// 32 random bytes.
    fn seed(&self) -> [u8; 32];
}

/// The clock and the randomness of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSource;

impl Source for SystemSource {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads randomness")]
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed).expect("the operating system's random numbers never fail once it runs");
        seed
    }
}

/// Under which names and where the product is reached.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The host names under which a single tenant is reached beside the loopback ones: that of the public URL and the bound literal
    /// address.
    pub own_names: Vec<String>,
    /// The URL that people open, without a slash at its end.
    pub public_url: Option<String>,
    /// Mails can be sent: a mail server is set.
    pub has_mail: bool,
    /// What a page says of how mails are sent; none where they cannot be.
    pub mail: Option<MailSaid>,
    /// Networks that may be called although they are not public.
    pub outbound_allowed: Vec<Network>,
    /// The proxies that are believed when they say where a request came from.
    pub trusted_proxies: Vec<Network>,
}

/// What a page says of how mails are sent: no password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSaid {
    /// The server, its port, and how the connection is encrypted.
    pub server: String,
    /// In whose name mails are sent.
    pub sender: String,
}

/// What every use case works with. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    parts: Arc<Parts>,
}

struct Parts {
    db: Db,
    source: Arc<dyn Source>,
    boot: Uuid,
    keys: Keys,
    reach: Reach,
    access: AccessCaches,
    admission: Admission,
    openid: OpenidCaches,
    records: RecordCaches,
    numbers: NumberBlocks,
    rights: RightsCaches,
    preferences: PreferenceCache,
    lists: Lists,
    passwords: PasswordGate,
    live: Live,
}

/// The user that stands for the product itself in a tenant: the first that a tenant gets.
pub const SYSTEM_USER: UserNo = UserNo(1);

impl Service {
    /// A service on this database.
    #[must_use]
    pub fn new(db: Db, keys: &Keys, source: Arc<dyn Source>, reach: Reach) -> Self {
        let boot = Ids::new(source.now(), source.seed()).next_id();
        let parts = Parts {
            db,
            source,
            boot,
            keys: keys.clone(),
            reach,
            access: AccessCaches::default(),
            admission: Admission::default(),
            openid: OpenidCaches::default(),
            records: RecordCaches::default(),
            numbers: NumberBlocks::default(),
            rights: RightsCaches::default(),
            preferences: PreferenceCache::default(),
            lists: Lists::default(),
            passwords: PasswordGate::default(),
            live: Live::default(),
        };
        Self { parts: Arc::new(parts) }
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.source.now()
    }

    /// The id of a new request: it names the request in the log and in answers.
    #[must_use]
    pub fn new_request_id(&self) -> Uuid {
        Ids::new(self.now(), self.parts.source.seed()).next_id()
    }

    /// The context of a request: clock and randomness are read here, and nowhere after.
    #[must_use]
    pub fn context(&self, tenant: TenantNo, actor: Actor, locale: Locale, request_id: Uuid) -> Arc<Context> {
        Arc::new(Context { tenant, actor, now: self.now(), seed: self.parts.source.seed(), request_id, locale })
    }

    /// The context of a command on the machine.
    #[must_use]
    pub fn command_context(&self, tenant: TenantNo) -> Arc<Context> {
        self.context(tenant, Actor::command(SYSTEM_USER), Locale::Ja, self.new_request_id())
    }

    /// The context of the product itself.
    #[must_use]
    pub fn system_context(&self, tenant: TenantNo) -> Arc<Context> {
        self.context(tenant, Actor::system(SYSTEM_USER), Locale::Ja, self.new_request_id())
    }

    /// Names this process, or this use of the database by it, among all that ever were: who runs a job.
    #[must_use]
    pub fn boot(&self) -> Uuid {
        self.parts.boot
    }

    pub(crate) fn random(&self) -> [u8; 32] {
        self.parts.source.seed()
    }

    /// Under which names and where the product is reached.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.parts.reach
    }

    /// A key of 32 bytes for the purpose that `label` names.
    pub(crate) fn key(&self, label: &str) -> [u8; 32] {
        self.parts.keys.derive(label)
    }

    pub(crate) fn access_caches(&self) -> &AccessCaches {
        &self.parts.access
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.parts.admission
    }

    pub(crate) fn openid_caches(&self) -> &OpenidCaches {
        &self.parts.openid
    }

    pub(crate) fn record_caches(&self) -> &RecordCaches {
        &self.parts.records
    }

    pub(crate) fn number_blocks(&self) -> &NumberBlocks {
        &self.parts.numbers
    }

    pub(crate) fn rights_caches(&self) -> &RightsCaches {
        &self.parts.rights
    }

    pub(crate) fn preferences(&self) -> &PreferenceCache {
        &self.parts.preferences
    }

    pub(crate) fn lists(&self) -> &Lists {
        &self.parts.lists
    }

    pub(crate) fn live(&self) -> &Live {
        &self.parts.live
    }

    pub(crate) fn password_gate(&self) -> &PasswordGate {
        &self.parts.passwords
    }

    pub(crate) fn epoch(&self, tenant: TenantNo) -> i64 {
        self.db().epochs().of(tenant)
    }
}
