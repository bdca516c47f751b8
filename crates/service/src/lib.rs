//! Use cases: right → rule → write → history → event, one transaction each.
//!
//! A use case has two layers: `record_register(service, context, ..)` is async and opens the transaction;
//! `record_register_in(tx, ...)` works inside one, so that imports and automations put several into one transaction. To
//! add one: `docs/development/adding-an-endpoint.md`.

pub mod access;
pub mod admission;
pub mod api_scope;
pub mod authorization;
pub mod business_card;
mod cache;
pub mod candidate;
pub mod change_set;
pub mod claims;
pub mod client;
pub mod client_authentication;
pub mod contact;
pub mod context;
pub mod contract_token;
pub mod database;
pub mod demo;
pub mod event;
pub mod form_token;
pub mod group;
pub mod import;
pub mod index;
pub mod inquiry_route;
pub mod job;
pub mod linkage;
pub mod logout;
pub mod mail;
mod number_block;
pub mod oauth_client;
pub mod oauth_grant;
pub mod openid;
pub mod organization;
pub mod password;
mod password_hash;
pub mod password_reset;
pub mod permission_template;
pub mod preference;
pub mod record;
pub mod record_filter;
pub mod record_list;
pub mod request;
pub mod revocation;
pub mod rights;
pub mod search;
mod secret;
pub mod security;
pub mod session;
pub mod sign_in;
pub mod signing_key;
pub mod system_scope;
pub mod template;
pub mod tenant;
pub mod token;
pub mod top_page;
pub mod totp;
pub mod user;
pub mod user_right;
pub mod value_name;
pub mod verify;

pub use context::{Reach, Service, Source, SystemSource};
pub use musubi_store::db::{Db, Lane, Settings as DbSettings, Stats, Target, Tx, schema_version};
pub use musubi_store::keys::Keys;
pub use musubi_store::lock::FolderLock;
