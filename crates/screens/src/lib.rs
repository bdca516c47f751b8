//! What comes in for people: pages.
//!
//! [`router::ROUTES`] lists every route with what a caller needs for it. A word of the product has its file here, and its templates in
//! a folder of the same name.

pub mod router;
mod top;

pub use router::router;
