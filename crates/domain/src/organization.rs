//! Organizations (組織, on the wire division): a tree.

use uuid::Uuid;

use crate::id::OrganizationNo;

/// One organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its number.
    pub number: OrganizationNo,
    /// Its outside id.
    pub id: Uuid,
    /// The one above, if any.
    pub parent: Option<OrganizationNo>,
    /// Its name.
    pub name: String,
    /// One that was removed stays named where it stands and cannot be chosen.
    pub active: bool,
}
