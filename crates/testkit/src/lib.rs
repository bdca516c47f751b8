//! What the tests share: the engines, the tools they need, hostile text, the whole app in process.

pub mod app;
pub mod browser;
pub mod engine;
pub mod fsync_shim;
pub mod hostile;
pub mod postgres;
pub mod process;
pub mod receiver;
pub mod smtp;
pub mod source;
pub mod tool;
pub mod totp;
pub mod user_agent;
