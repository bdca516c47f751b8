//! Groups of people (利用者グループ).

use crate::id::GroupNo;

/// A group. People may be in several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its number.
    pub number: GroupNo,
    /// Its name, unique within the tenant.
    pub name: String,
    /// The addresses and networks from which its members may come, beside those of their other groups; none: it says nothing of that.
    pub allowed_addresses: Vec<String>,
}
