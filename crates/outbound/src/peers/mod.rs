//! Those whom the product calls, a file each.

pub mod webhook;
