//! The only crate that knows SQL.
//!
//! [`db`] runs statements on two engines from one text. Beside it stands one file per word of the product with the
//! statements of that word, each beside its only function, object first and verb last: `token_by_hash`. To add a table:
//! `docs/development/a-table.md`.

pub mod activity;
pub mod api_scope;
pub mod attachment;
pub mod authorization;
pub mod change_set;
pub mod comment;
pub mod consent;
pub mod counter;
pub mod db;
pub mod group;
pub mod history;
pub mod inquiry_route;
pub mod job;
pub mod job_file;
pub mod keys;
pub mod link;
pub mod linkage;
pub mod lock;
pub mod mention;
pub mod oauth_client;
pub mod oauth_grant;
pub mod organization;
pub mod password;
pub mod password_reset;
pub mod permission_template;
pub mod preference;
pub mod query;
pub mod record;
pub mod rights;
pub mod saved_view;
pub mod seal;
pub mod search;
pub mod session;
pub mod sign_in;
pub mod signing_key;
pub mod system_scope;
pub mod template;
pub mod tenant;
pub mod thread;
pub mod token;
pub mod top_page;
pub mod totp;
pub mod unique;
pub mod user;
pub mod verify;
pub mod webhook;

use db::Point;

/// Every statement that reads by key, for the test that asks both engines how they would run it.
#[must_use]
pub fn points() -> Vec<&'static Point> {
    [
        activity::POINTS,
        api_scope::POINTS,
        attachment::POINTS,
        authorization::POINTS,
        change_set::POINTS,
        comment::POINTS,
        consent::POINTS,
        group::POINTS,
        inquiry_route::POINTS,
        job::POINTS,
        job_file::POINTS,
        linkage::POINTS,
        mention::POINTS,
        oauth_client::POINTS,
        oauth_grant::POINTS,
        organization::POINTS,
        password::POINTS,
        password_reset::POINTS,
        permission_template::POINTS,
        preference::POINTS,
        record::POINTS,
        rights::POINTS,
        saved_view::POINTS,
        session::POINTS,
        sign_in::POINTS,
        signing_key::POINTS,
        template::POINTS,
        tenant::POINTS,
        token::POINTS,
        top_page::POINTS,
        totp::POINTS,
        unique::POINTS,
        user::POINTS,
        webhook::POINTS,
        webhook::delivery::POINTS,
    ]
    .concat()
}

/// Every statement that reads pages by an index, for the test that asks both engines how they would run it. (Lists of records are the
/// compiler's; it has a test of its own.)
#[must_use]
pub fn pages() -> Vec<&'static str> {
    [
        activity::PAGES,
        attachment::PAGES,
        change_set::PAGES,
        comment::PAGES,
        consent::PAGES,
        group::PAGES,
        history::PAGES,
        link::PAGES,
        mention::PAGES,
        oauth_grant::PAGES,
        organization::PAGES,
        preference::PAGES,
        record::PAGES,
        saved_view::PAGES,
        session::PAGES,
        user::PAGES,
        webhook::delivery::PAGES,
    ]
    .concat()
}
