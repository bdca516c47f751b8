//! People: lists of them page by page, their permission templates and rights.

use libtest_mimic::Trial;
use musubi_domain::limits;
use musubi_domain::user::{Keywords, UserField, UserFields};
use musubi_service::permission_template::{
    permission_template_create, permission_template_list, permission_template_remove, permission_template_set,
};
use musubi_service::user::{UserCreate, UserFilter, UserSet, user_create, user_page, user_set};
use musubi_service::user_right::{user_right_list, user_right_set};
use musubi_store::db::Lane;
use musubi_store::organization::organization_by_id;
use musubi_store::permission_template::permission_template_insert;
use musubi_store::user::{NewUser, user_insert, user_organization_insert};
use musubi_testkit::engine::async_on_both;
use uuid::Uuid;

use crate::stage::Stage;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("people_are_listed_once_each_however_many_there_are", |engine| async move {
            lists_many(Stage::new(engine).await).await;
        }),
        async_on_both("a_permission_template_gives_its_rights_and_its_name", |engine| async move {
            gives_rights(Stage::new(engine).await).await;
        }),
        async_on_both("everything_wrong_with_a_person_is_told_at_once", |engine| async move {
            tells_all(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn code(error: &musubi_domain::error::Error) -> Vec<(&str, &str)> {
    error.problems().iter().map(|problem| (problem.path.as_str(), problem.message.code())).collect()
}

/// More people than are looked at in one step; every third has the word, every fourth is of the branch.
async fn lists_many(stage: Stage) {
    let (service, context, branch) = (&stage.app.service, stage.app.context(), stage.branch);
    let many = 2_100;
    let fill = service.db().write(&context, Lane::Interactive, move |tx| {
        let branch = organization_by_id(tx, branch)?.unwrap().number;
        for at in 0..many {
            let word = if at % 3 == 0 { "ﾓｸｼﾞ課" } else { "" };
            let user = NewUser {
                login_id: format!("u{at}"),
                family_name: "多数".to_owned(),
                fields: UserFields::from([(UserField::Department, word.to_owned())]),
                ..NewUser::default()
            };
            let id = tx.next_id();
            let number = user_insert(tx, id, &user)?.unwrap();
            if at % 4 == 0 {
                user_organization_insert(tx, number, branch)?;
            }
        }
        Ok(())
    });
    fill.await.unwrap();
    let keywords = |word: &str| Keywords::new(&[word.to_owned()]);
    let has = |name: &str, by: usize| name.strip_prefix('u').unwrap().parse::<usize>().unwrap() % by == 0;
    for (word, organization) in [("", None), ("", Some(branch)), ("もくじ", None), ("もくじ", Some(branch))] {
        let mut found: Vec<String> = Vec::new();
        loop {
            let filter = UserFilter { keywords: keywords(word), organization };
            let offset = i64::try_from(found.len()).unwrap();
            let page = user_page(service, &context, filter, offset, 97).await.unwrap();
            assert!(page.rows.len() == 97 || !page.more);
            found.extend(page.rows.into_iter().map(|user| user.login_id));
            if !page.more {
                break;
            }
        }
        let mut wanted: Vec<String> = (0..many).map(|at| format!("u{at}")).collect();
        wanted.retain(|name| (word.is_empty() || has(name, 3)) && (organization.is_none() || has(name, 4)));
        if word.is_empty() {
            let others: &[&str] = if organization.is_some() { &["member"] } else { &["head", "member", "outsider"] };
            wanted.splice(0..0, others.iter().map(|name| (*name).to_owned()));
        }
        assert_eq!(found, wanted, "{word} {organization:?}");
    }
    let nobody = UserFilter { organization: Some(Uuid::from_u128(7)), ..UserFilter::default() };
    let page = user_page(service, &context, nobody, 0, 10).await.unwrap();
    assert_eq!((page.rows.len(), page.more), (0, false));
}

async fn gives_rights(stage: Stage) {
    let service = &stage.app.service;
    let context = || stage.app.context();
    let rights_of = async |login: &str| {
        let people = user_right_list(service, &context()).await.unwrap();
        people.into_iter().find(|held| held.user.login_id == login).unwrap().rights
    };
    let give = async |login: &str, template: &str| {
        let change = UserSet { permission_template: Some(template.to_owned()), ..UserSet::default() };
        user_set(service, &context(), login.to_owned(), change).await
    };
    let right = |name: &str| vec![name.to_owned()];
    let sales = vec!["台帳管理".to_owned(), "契約管理".to_owned(), "台帳管理".to_owned()];
    permission_template_create(service, &context(), "営業".to_owned(), sales).await.unwrap();
    let taken = permission_template_create(service, &context(), "営業".to_owned(), Vec::new()).await.unwrap_err();
    assert_eq!(code(&taken), [("--name", "taken")]);
    assert_eq!(permission_template_list(service, &context()).await.unwrap()[0].rights, ["契約管理", "台帳管理"]);

    user_right_set(service, &context(), "member".to_owned(), right("監査閲覧"), false).await.unwrap();
    assert_eq!(rights_of("member").await, ["監査閲覧"]);
    give("member", "営業").await.unwrap();
    assert_eq!(rights_of("member").await, ["契約管理", "台帳管理"], "the rights become those of the template");
    user_right_set(service, &context(), "MEMBER".to_owned(), right("DB設定"), false).await.unwrap();
    assert_eq!(rights_of("member").await, ["DB設定", "契約管理", "台帳管理"]);
    let refused = user_right_set(service, &context(), "member".to_owned(), right("台帳管理"), true).await.unwrap_err();
    assert_eq!(code(&refused), [("--right", "right_of_template")]);

    // People are cached, with the name of their template: what changes it is true at once.
    let cached = async || service.user(stage.app.tenant, stage.member.number).await.unwrap().unwrap();
    assert_eq!(cached().await.permission_template, "営業");
    let renamed = Some("第一営業".to_owned());
    permission_template_set(service, &context(), "営業".to_owned(), renamed, Some(right("ユーザ設定"))).await.unwrap();
    assert_eq!(cached().await.permission_template, "第一営業");
    assert_eq!(rights_of("member").await, ["ユーザ設定", "DB設定"]);
    let used = permission_template_remove(service, &context(), "第一営業".to_owned()).await.unwrap_err();
    assert_eq!(code(&used), [("NAME", "still_used")]);
    give("member", "").await.unwrap();
    assert_eq!((cached().await.permission_template.as_str(), rights_of("member").await), ("", right("DB設定")));
    user_right_set(service, &context(), "member".to_owned(), right("DB設定"), true).await.unwrap();
    assert_eq!(rights_of("member").await, Vec::<String>::new());
    permission_template_remove(service, &context(), "第一営業".to_owned()).await.unwrap();
    assert_eq!(
        code(&give("member", "第一営業").await.unwrap_err()),
        [("--permission-template", "no_such_permission_template")]
    );

    let at_once = context();
    let fill = service.db().write(&at_once, Lane::Interactive, |tx| {
        for at in 0..limits::PERMISSION_TEMPLATES {
            assert!(permission_template_insert(tx, &at.to_string(), &[])?);
        }
        Ok(())
    });
    fill.await.unwrap();
    let full = permission_template_create(service, &context(), "もう一つ".to_owned(), Vec::new()).await.unwrap_err();
    assert_eq!(code(&full), [("--name", "too_many")]);
    assert_eq!(permission_template_list(service, &context()).await.unwrap().len(), 200);
}

async fn tells_all(stage: Stage) {
    let (service, context) = (&stage.app.service, stage.app.context());
    let command = UserCreate {
        login_id: "a b".to_owned(),
        family_name: String::new(),
        first_name: "x\u{7}".to_owned(),
        mail: "a@example.jp".to_owned(),
        fields: UserFields::from([(UserField::StaffId, "9".repeat(256)), (UserField::Title, "\n".to_owned())]),
        organizations: vec![Uuid::nil(); 201],
        rights: vec!["なんでも".to_owned()],
        ..UserCreate::default()
    };
    let told = user_create(service, &context, command).await.unwrap_err();
    assert_eq!(
        code(&told),
        [
            ("--login", "bad_name"),
            ("--right", "no_such_right"),
            ("--family-name", "required"),
            ("--first-name", "control_character"),
            ("--title", "control_character"),
            ("--staff-id", "too_long"),
            ("--organization", "too_many"),
        ]
    );
    let unknown = UserSet { organizations: Some(vec![stage.branch, Uuid::nil(), Uuid::max()]), ..UserSet::default() };
    let told = user_set(service, &context, "head".to_owned(), unknown).await.unwrap_err();
    assert_eq!(code(&told), [("--organization", "no_such_organization"); 2]);
    let filter = UserFilter { organization: Some(stage.branch), ..UserFilter::default() };
    let page = user_page(service, &context, filter, 0, 10).await.unwrap();
    assert_eq!(page.rows.len(), 1, "nothing of it was done");
}
