//! Records of any database: `/records/{database}/...`.

pub(crate) mod candidate;
pub(crate) mod condition;
pub(crate) mod database;
pub(crate) mod entry;
pub(crate) mod form;
pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod reading;

pub(crate) use database::Database;
