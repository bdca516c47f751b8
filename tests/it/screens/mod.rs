//! The screens: pages, forms, cookies.

mod account;
mod authorization;
mod browser;
mod callers;
mod card;
mod change_browser;
mod change_set;
mod forms;
mod home;
mod import;
mod job;
mod language;
mod list;
mod openid;
mod record_form;
mod rights;
mod rights_browser;
mod search;
mod setting;
mod setting_browser;
mod sign_in;
mod stage;
mod thread;
mod user;
mod walk;
mod webhook;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [
        account::trials(),
        authorization::trials(),
        callers::trials(),
        card::trials(),
        change_browser::trials(),
        change_set::trials(),
        forms::trials(),
        home::trials(),
        import::trials(),
        job::trials(),
        language::trials(),
        record_form::trials(),
        search::trials(),
        rights::trials(),
        rights_browser::trials(),
        list::trials(),
        openid::trials(),
        setting::trials(),
        setting_browser::trials(),
        sign_in::trials(),
        webhook::trials(),
        user::trials(),
        thread::trials(),
        browser::trials(),
        walk::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
