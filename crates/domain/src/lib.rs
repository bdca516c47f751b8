//! Types and rules of Musubi: no I/O, no async, no clock.
//!
//! A word of the product has one file of the same name here and in every layer above (`client.rs` in store, service, http). A rule
//! stands here, as a function from values to a value or to an [`error::Error`]; whoever needs the present time or a
//! random number gets it as an argument (see [`context::Context`]).
//!
//! To add an item type: `docs/development/an-item-type.md`.

pub mod activity;
pub mod actor;
pub mod attachment;
pub mod authorization;
pub mod business_card;
pub mod change_set;
pub mod claims;
pub mod client;
pub mod comment;
pub mod condition;
pub mod consent;
pub mod contact;
pub mod context;
pub mod error;
pub mod event;
pub mod group;
pub mod history;
pub mod id;
pub mod item;
pub mod job;
pub mod key;
pub mod limits;
pub mod linkage;
pub mod mail;
pub mod matching;
pub mod messages;
pub mod network;
pub mod oauth_client;
pub mod oauth_error;
pub mod oauth_grant;
pub mod organization;
pub mod outgoing;
pub mod parameters;
pub mod password;
pub mod permission_template;
pub mod preference;
pub mod product;
pub mod rate;
pub mod record;
pub mod rights;
pub mod route;
pub mod saved_view;
pub mod scope;
pub mod search;
pub mod security;
pub mod session;
pub mod sight;
pub mod sign_in;
pub mod signing_key;
pub mod sort;
pub mod system_scope;
pub mod template;
pub mod tenant;
pub mod time;
pub mod token;
pub mod top_page;
pub mod user;
pub mod verify;
pub mod webhook;
