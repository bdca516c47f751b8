//! What comes in for people: pages.
//!
//! [`router::routes`] gives every route with what a caller needs for it. A word of the product has its file here, and its templates in
//! a folder of the same name. A handler takes who asks (`Visitor`, `Person`) or what he sends (`VisitorForm`, `PersonForm`), calls one
//! use case, and answers with a page or leads on. To add one: `docs/development/screens.md`.

mod account;
mod agent;
mod assets;
mod authorization;
mod business_card;
mod change_set;
mod connection;
mod consent;
mod continue_to;
mod control;
mod cookie;
mod download;
mod error;
mod field;
mod figure;
mod following;
mod form;
mod frame;
mod group;
mod handover;
mod home;
mod import;
mod job;
mod keys;
mod language;
mod live;
mod logout;
mod merge;
mod moment;
mod oauth_client;
mod organization;
mod password;
mod permission_template;
mod person;
mod policy;
mod preference;
mod problem;
mod qr;
mod record;
mod rights;
pub mod router;
mod scope;
mod search;
mod session;
mod setting;
mod sheet;
mod sign_in;
mod signing_key;
mod system;
mod texts;
mod token;
mod told;
mod totp;
mod upload;
mod user;
mod visitor;
mod webhook;

pub use router::router;
