//! Numbers for the inside, UUIDs for the outside.
//!
//! Inside, every key is an integer that is never used twice. Outside, records and people are named by UUID version 7,
//! whose time is the context's and whose tail comes from the context's seed, so that work that runs twice names things
//! alike.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

use crate::time::Timestamp;

/// Defines one kind of internal number, so that numbers of two kinds cannot be mixed up.
macro_rules! number {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

number! {
    /// A tenant (企業). Every primary key begins with it.
    TenantNo,
    /// A database: its records are one kind of thing. Unique over all tenants.
    DatabaseNo,
    /// A record: see [`RecordNo::new`]. Unique over all tenants.
    RecordNo,
    /// An item (項目) within a tenant.
    ItemNo,
    /// An index over one to three items, within a tenant.
    IndexNo,
    /// An organization (組織), within a tenant.
    OrganizationNo,
    /// A person or a system user, within a tenant.
    UserNo,
    /// A group of people, within a tenant.
    GroupNo,
    /// A permission template, within a tenant.
    PermissionTemplateNo,
    /// An OpenID client, within a tenant.
    OauthClientNo,
    /// A token, within a tenant.
    TokenNo,
    /// A family of tokens that follow from one code, within a tenant.
    OauthGrantNo,
    /// A change set, unique over all tenants.
    ChangeSetNo,
    /// A job, within a tenant.
    JobNo,
    /// A comment on a record, within a tenant.
    CommentNo,
    /// An activity (活動) of a record, within a tenant.
    ActivityNo,
    /// A file that is kept with a record, within a tenant.
    AttachmentNo,
    /// A saved view, within a tenant.
    SavedViewNo,
    /// A session of somebody who has signed in, within a tenant.
    SessionNo,
    /// A notice of the top page, within a tenant.
    NoticeNo,
    /// A webhook, within a tenant.
    WebhookNo,
    /// A delivery of a webhook, within a tenant.
    DeliveryNo,
}

/// How many bits of a record number count records within a database.
const SEQUENCE_BITS: u32 = 40;

impl RecordNo {
    /// `database << 40 | sequence`: the records of a database are one range of numbers, in the order in which they were
    /// created, and the number doubles as the row of the search index.
    #[must_use]
    pub fn new(database: DatabaseNo, sequence: i64) -> Self {
        Self(database.0 << SEQUENCE_BITS | sequence)
    }

    /// The database that the record is in.
    #[must_use]
    pub fn database(self) -> DatabaseNo {
        DatabaseNo(self.0 >> SEQUENCE_BITS)
    }

    /// The lowest and the highest number that a record of `database` can have.
    #[must_use]
    pub fn range(database: DatabaseNo) -> (Self, Self) {
        (Self::new(database, 0), Self::new(database, (1 << SEQUENCE_BITS) - 1))
    }
}

/// A source of UUIDs (version 7): made from a time and a seed, it gives the same ids in the same order every time.
#[derive(Debug)]
pub struct Ids {
    now: Timestamp,
    tail: ChaCha8Rng,
}

impl Ids {
    /// A fresh source. `seed` is 32 random bytes drawn once for the request.
    #[must_use]
    pub fn new(now: Timestamp, seed: [u8; 32]) -> Self {
        Self { now, tail: ChaCha8Rng::from_seed(seed) }
    }

    /// The next id.
    pub fn next_id(&mut self) -> Uuid {
        let mut tail = [0; 10];
        self.tail.fill_bytes(&mut tail);
        uuid::Builder::from_unix_timestamp_millis(self.now.unix_milliseconds(), &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_numbers_of_a_database_are_a_range() {
        let number = RecordNo::new(DatabaseNo(3), 77);
        let (lowest, highest) = RecordNo::range(DatabaseNo(3));
        assert!(lowest < number && number < highest);
        assert_eq!(number.database(), DatabaseNo(3));
        assert!(highest < RecordNo::new(DatabaseNo(4), 0));
    }

    #[test]
    fn ids_repeat_with_their_seed_and_carry_the_time() {
        let now = Timestamp::from_micros(1_700_000_000_123_456);
        let first: Vec<_> = std::iter::repeat_with({
            let mut ids = Ids::new(now, [7; 32]);
            move || ids.next_id()
        })
        .take(3)
        .collect();
        let mut again = Ids::new(now, [7; 32]);
        assert_eq!(first, vec![again.next_id(), again.next_id(), again.next_id()]);
        assert_eq!(first[0].get_version_num(), 7);
        assert_eq!(first[0].get_timestamp().map(|time| time.to_unix()), Some((1_700_000_000, 123_000_000)));
        assert_ne!(first[0], first[1]);
    }
}
