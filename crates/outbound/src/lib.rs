//! Everything that leaves the machine. It knows what is sent and how, never why: the worker gives it what the use cases decided.

pub mod client;
pub mod mail;
pub mod peers;
