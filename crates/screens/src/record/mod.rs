//! Records of any database: `/records/{database}/...`.

pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod page;
