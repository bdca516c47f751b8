//! What comes in for programs: HTTP.
//!
//! [`router::ROUTES`] lists every route with what a caller needs for it. A facade is a folder with its routes, its wire
//! structs (which mirror the source's documents and nothing else), their conversion, its errors (one exhaustive match), and a
//! file per word. A handler parses, converts, calls one use case and converts back.

pub mod crm;
mod extract;
mod metrics;
mod middleware;
mod oidc;
mod open;
pub mod openapi;
pub mod router;
mod server;
mod tls;

pub use metrics::metrics_router;
pub use router::router;
pub use server::serve;
pub use tls::{Tls, TlsTrouble};
