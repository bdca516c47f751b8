//! The rights of people: that nobody who may give rights is left out of the house.

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_domain::messages::{Locale, Message};
use musubi_domain::rights::named;
use musubi_domain::user::RIGHTS;
use musubi_service::permission_template::{permission_template_create, permission_template_set};
use musubi_service::user::{UserSet, user_set};
use musubi_service::user_right::user_right_set;
use musubi_testkit::engine::{Engine, async_on_both};

use crate::stage::Stage;

pub(crate) fn trials() -> Vec<Trial> {
    [async_on_both("the_last_who_may_give_rights_keeps_that", the_last_keeps_his_right)].into_iter().flatten().collect()
}

fn owned(rights: &[&str]) -> Vec<String> {
    rights.iter().map(|&right| right.to_owned()).collect()
}

async fn the_last_keeps_his_right(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let own = || stage.context_of(stage.head, Locale::Ja);
    let give = async |login: &str, rights: &[&str]| {
        user_right_set(service, &stage.app.context(), login.to_owned(), owned(rights), false).await.unwrap();
    };
    give("head", &RIGHTS).await;
    let is_last_of = |done: Result<(), Error>, rights: &[&'static str]| {
        let error = done.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        let named = |right: &&'static str| error.problems()[0].message == Message::LastWithRight { right };
        assert!(rights.iter().any(named), "{:?}", error.problems());
    };
    let is_last = |done| is_last_of(done, &[named::GRANTS]);
    // Whoever goes takes both rights with him of which somebody must be left.
    let would_go = |done| is_last_of(done, &[named::GRANTS, named::PEOPLE]);
    let take = async || user_right_set(service, &own(), "head".to_owned(), owned(&[named::GRANTS]), true).await;
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    is_last(take().await);
    would_go(user_set(service, &own(), "head".to_owned(), leave.clone()).await);
    permission_template_create(
        service,
        &stage.app.context(),
        "付与係".to_owned(),
        owned(&[named::GRANTS, named::PEOPLE]),
    )
    .await
    .unwrap();
    permission_template_create(service, &stage.app.context(), "無し".to_owned(), Vec::new()).await.unwrap();
    let templated = |name: &str| UserSet { permission_template: Some(name.to_owned()), ..UserSet::default() };
    would_go(user_set(service, &own(), "head".to_owned(), templated("無し")).await);
    // Who has it by a template has it as well, and then the template cannot lose it.
    user_set(service, &own(), "head".to_owned(), templated("付与係")).await.unwrap();
    give("head", &[named::TEMPLATES, named::PEOPLE]).await;
    is_last(permission_template_set(service, &own(), "付与係".to_owned(), None, Some(Vec::new())).await);
    permission_template_set(service, &own(), "付与係".to_owned(), Some("係".to_owned()), None).await.unwrap();
    // Of two each may go, but the second no more. Whoever is deactivated does not count.
    give("member", &[named::GRANTS, named::PEOPLE]).await;
    user_set(service, &own(), "member".to_owned(), leave.clone()).await.unwrap();
    would_go(user_set(service, &own(), "head".to_owned(), leave.clone()).await);
    let back = UserSet { active: Some(true), ..UserSet::default() };
    user_set(service, &own(), "member".to_owned(), back).await.unwrap();
    user_set(service, &own(), "head".to_owned(), leave.clone()).await.unwrap();
    // A command on the machine could mend it, so it is not held to it.
    user_set(service, &stage.app.context(), "member".to_owned(), leave).await.unwrap();
}
