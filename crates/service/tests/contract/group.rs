//! Groups of people and security settings: who may change them, and what stands in them.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::rights::named;
use musubi_domain::security::SecuritySettings;
use musubi_service::Service;
use musubi_service::group::{GroupCreate, GroupSet, group_create, group_list, group_remove, group_set};
use musubi_service::security::{SecuritySet, security_set, security_show};
use musubi_service::user_right::user_right_set;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;

use crate::stage::Stage;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("groups_have_members_and_addresses", groups),
        async_on_both("a_group_that_cannot_be_is_refused_whole", refused),
        async_on_both("groups_and_security_settings_need_their_rights", rights),
        async_on_both("security_settings_are_changed_by_themselves", settings),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn create(name: &str, members: &[&str], addresses: &[&str]) -> GroupCreate {
    GroupCreate { name: name.to_owned(), members: texts(members), allowed_addresses: texts(addresses) }
}

async fn listed(service: &Service, context: &Arc<Context>) -> Vec<(String, Vec<String>, Vec<String>)> {
    let rows = group_list(service, context).await.unwrap().into_iter();
    rows.map(|row| (row.group.name, row.members, row.group.allowed_addresses)).collect()
}

fn row(name: &str, members: &[&str], addresses: &[&str]) -> (String, Vec<String>, Vec<String>) {
    (name.to_owned(), texts(members), texts(addresses))
}

async fn groups(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, &stage.app.context());
    let made = create("拠点", &["member", "HEAD", "member"], &["192.0.2.9/24", "192.0.2.0/24"]);
    group_create(service, context, made).await.unwrap();
    group_create(service, context, create("役員", &[], &[])).await.unwrap();
    let both = [row("拠点", &["head", "member"], &["192.0.2.0/24"]), row("役員", &[], &[])];
    assert_eq!(listed(service, context).await, both);
    let change = GroupSet {
        name: Some("支店".to_owned()),
        members: texts(&["outsider"]),
        removed_members: texts(&["head"]),
        allowed_addresses: Some(texts(&["2001:db8::/32"])),
    };
    group_set(service, context, "拠点".to_owned(), change).await.unwrap();
    group_set(service, context, "役員".to_owned(), GroupSet { members: texts(&["head"]), ..GroupSet::default() })
        .await
        .unwrap();
    let both = [row("支店", &["member", "outsider"], &["2001:db8::/32"]), row("役員", &["head"], &[])];
    assert_eq!(listed(service, context).await, both);
    group_remove(service, context, "支店".to_owned()).await.unwrap();
    assert_eq!(listed(service, context).await, [row("役員", &["head"], &[])]);
    // The name is free again, and nobody is in the new one.
    group_create(service, context, create("支店", &[], &[])).await.unwrap();
    assert_eq!(listed(service, context).await[1], row("支店", &[], &[]));
}

async fn refused(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, &stage.app.context());
    group_create(service, context, create("拠点", &["head"], &[])).await.unwrap();
    let made = async |command| group_create(service, context, command).await.unwrap_err();
    let told = |error: Error| error.problems().iter().map(|problem| problem.path.clone()).collect::<Vec<_>>();
    assert_eq!(told(made(create(" ", &[], &["x", "192.0.2.1", "y"])).await), ["--name", "--address", "--address"]);
    assert_eq!(made(create("拠点", &[], &[])).await.problems()[0].message, Message::Taken);
    let unknown = made(create("新", &["head", "nobody"], &[])).await;
    assert_eq!((unknown.kind(), told(unknown)), (Kind::NotFound, texts(&["--member"])));
    assert_eq!(made(create("新", &["system:musubi"], &[])).await.kind(), Kind::NotFound);
    for text in hostile::texts() {
        let made = group_create(service, context, create(text, &[], &[])).await;
        let is_name = !text.trim().is_empty() && !text.chars().any(char::is_control) && text.chars().count() <= 255;
        assert_eq!(made.is_ok(), is_name, "{text:?}");
        if made.is_ok() {
            assert!(listed(service, context).await.iter().any(|(name, ..)| name == text), "{text:?}");
            group_remove(service, context, (*text).to_owned()).await.unwrap();
        }
    }
    let set = async |name: &str, change| group_set(service, context, name.to_owned(), change).await;
    let renamed = GroupSet { name: Some("ない".to_owned()), ..GroupSet::default() };
    assert_eq!(set("新", renamed).await.unwrap_err().kind(), Kind::NotFound);
    let no_member = GroupSet { removed_members: texts(&["outsider"]), ..GroupSet::default() };
    assert_eq!(set("拠点", no_member).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(group_remove(service, context, "新".to_owned()).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(listed(service, context).await, [row("拠点", &["head"], &[])]);
    // A person is in so many groups and no more; to be put into one a second time is nothing new.
    for number in 1..limits::USER_GROUPS {
        group_create(service, context, create(&format!("班{number}"), &["head"], &[])).await.unwrap();
    }
    let one_more = made(create("もう一つ", &["head"], &[])).await;
    assert_eq!(one_more.problems()[0].message, Message::TooMany { most: limits::USER_GROUPS });
    set("拠点", GroupSet { members: texts(&["head"]), ..GroupSet::default() }).await.unwrap();
}

async fn rights(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, command) = (&stage.app.service, stage.app.context());
    group_create(service, &command, create("許可", &[], &["192.0.2.0/24"])).await.unwrap();
    let addresses = |list: &[&str]| GroupSet { allowed_addresses: Some(texts(list)), ..GroupSet::default() };
    let members = || GroupSet { members: texts(&["head"]), ..GroupSet::default() };
    // What somebody with this right alone may do: groups, groups with addresses, members, addresses, removal of a group without and
    // with addresses, security settings.
    let may = async |context: &Arc<Context>| {
        let name = |error: Error| {
            assert_eq!(error.kind(), Kind::Forbidden, "{error:?}");
        };
        [
            group_create(service, context, create("班", &["head"], &[])).await.map_err(name).is_ok(),
            group_create(service, context, create("班2", &[], &["192.0.2.1"])).await.map_err(name).is_ok(),
            group_set(service, context, "許可".to_owned(), members()).await.map_err(name).is_ok(),
            group_set(service, context, "許可".to_owned(), addresses(&["192.0.2.2"])).await.map_err(name).is_ok(),
            group_remove(service, context, "空".to_owned()).await.map_err(name).is_ok(),
            group_remove(service, context, "許可".to_owned()).await.map_err(name).is_ok(),
            security_set(service, context, SecuritySet::default()).await.map_err(name).is_ok(),
            security_show(service, context).await.map_err(name).is_ok(),
        ]
    };
    let give = async |right: &str, remove| {
        let rights = vec![right.to_owned()];
        user_right_set(service, &command, "member".to_owned(), rights, remove).await.unwrap();
    };
    group_create(service, &command, create("空", &[], &[])).await.unwrap();
    let member = || stage.context_of(stage.member, Locale::Ja);
    assert_eq!(may(&member()).await, [false; 8]);
    give(named::SYSTEM, false).await;
    assert_eq!(may(&member()).await, [false, false, false, true, false, false, true, true]);
    give(named::SYSTEM, true).await;
    give(named::PEOPLE, false).await;
    assert_eq!(may(&member()).await, [true, false, true, false, true, false, false, false]);
    group_create(service, &command, create("空", &[], &[])).await.unwrap();
    group_remove(service, &command, "班".to_owned()).await.unwrap();
    give(named::SYSTEM, false).await;
    assert_eq!(may(&member()).await, [true; 8]);
}

async fn settings(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, &stage.app.context());
    assert_eq!(security_show(service, context).await.unwrap(), SecuritySettings::default());
    let change = SecuritySet {
        allowed_addresses: Some(texts(&["192.0.2.7/24", "2001:DB8::/32"])),
        cors_origins: Some(texts(&["https://App.example:443"])),
        ..SecuritySet::default()
    };
    security_set(service, context, change).await.unwrap();
    security_set(service, context, SecuritySet { session_hours: Some(8), ..SecuritySet::default() }).await.unwrap();
    let expected = SecuritySettings {
        session_hours: 8,
        allowed_addresses: texts(&["192.0.2.0/24", "2001:db8::/32"]),
        cors_origins: texts(&["https://app.example"]),
        ..SecuritySettings::default()
    };
    assert_eq!(security_show(service, context).await.unwrap(), expected);
    // Another instance knows it too.
    assert_eq!(security_show(&stage.app.instance().await.service, context).await.unwrap(), expected);
    let wrong = SecuritySet {
        session_hours: Some(0),
        allowed_addresses: Some(texts(&["everywhere"])),
        ..SecuritySet::default()
    };
    let error = security_set(service, context, wrong).await.unwrap_err();
    let paths: Vec<_> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!((error.kind(), paths), (Kind::Invalid, vec!["--session-hours", "--address"]));
    assert_eq!(security_show(service, context).await.unwrap(), expected);
    let none = SecuritySet { allowed_addresses: Some(Vec::new()), ..SecuritySet::default() };
    security_set(service, context, none).await.unwrap();
    assert_eq!(security_show(service, context).await.unwrap().allowed_addresses, Vec::<String>::new());
}
