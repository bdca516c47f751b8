//! People, their organizations, permission templates and rights, as an administrator types them.

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::on_both;
use musubi_testkit::process::Connection;
use serde_json::{Value, json};

use super::{Desk, answer_in_japanese, answer_to, stop};

const USERS: &str = "/api/organization/get-user-list";
const YAMADA: [&str; 8] =
    ["--login", "yamada", "--family-name", "山田", "--first-name", "太郎", "--mail", "a@example.com"];

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_both("commands: people are created, changed and listed", |engine| people(&Desk::new(engine)));
    trials.extend(on_both("commands: rights are given by name and by template", |engine| rights(&Desk::new(engine))));
    trials.extend(on_both("commands: what is changed of people is true for a running server", |engine| {
        beside_a_server(&Desk::new(engine))
    }));
    trials
}

fn user(desk: &Desk, login: &str) -> Value {
    let users = desk.admin_json(&["user", "list"]);
    users.as_array().unwrap().iter().find(|user| user["login"] == login).unwrap().clone()
}

fn people(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    let words = [&["admin", "user", "create"], &YAMADA[..], &["--right", "台帳管理", "--password-stdin"]].concat();
    assert!(answer_to(&mut desk.command(&words), "short\n").errors.starts_with("musubi: --password-stdin: "));
    let made = answer_to(desk.command(&words).arg("--json"), "long enough\nand more\n");
    let id = serde_json::from_str::<Value>(&made.out).unwrap()["user_id"].clone();
    desk.admin(&["user", "set", "--login", "yamada", "--deactivate", "--first-name", "次郎"]);
    let listed = user(desk, "yamada");
    assert_eq!((&listed["user_id"], &listed["name"], &listed["active"]), (&id, &json!("山田 次郎"), &json!(false)));

    let fields = [
        ("view-name", "山田(東京)"),
        ("middle-name", "M"),
        ("family-name-kana", "ヤマダ"),
        ("first-name-kana", "ジロウ"),
        ("department", "営業部"),
        ("business-unit", "首都圏営業本部"),
        ("title", "営業主任"),
        ("staff-id", "EMP00123"),
        ("extension", "3210"),
        ("company-phone", "03-1234-5678"),
        ("mobile-phone", "080-1234-5678"),
        ("notification-mail", "n@example.com"),
        ("zoneinfo", "Asia/Tokyo"),
    ];
    let options: Vec<String> =
        fields.iter().flat_map(|(name, text)| [format!("--{name}"), (*text).to_owned()]).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    desk.admin(&[&["user", "set", "--login", "YAMADA"], &options[..]].concat());
    let suzuki = ["--login", "suzuki", "--family-name", "鈴木", "--first-name", "花子", "--mail", "b@example.com"];
    desk.admin(&[&["user", "create"], &suzuki[..], &options[..]].concat());
    for login in ["yamada", "suzuki"] {
        let listed = user(desk, login);
        for (name, text) in fields {
            assert_eq!(listed[name.replace('-', "_")], text, "{login}");
        }
        assert_eq!(listed["name"], "山田(東京)");
    }
    // One option alone is enough, and nothing but a field that is given is touched.
    desk.admin(&["user", "set", "--login", "yamada", "--view-name", ""]);
    let listed = user(desk, "yamada");
    assert_eq!((&listed["view_name"], &listed["name"]), (&json!(""), &json!("山田 次郎")));
    assert_eq!(listed["title"], "営業主任");
    assert_eq!(desk.run(&["admin", "user", "set", "--login", "yamada"]).status, Some(2), "nothing to change");
    let wrong = desk.run(&["admin", "user", "set", "--login", "yamada", "--title", "a\tb", "--mail", ""]);
    assert_eq!((wrong.status, wrong.errors.lines().count()), (Some(1), 2), "{}", wrong.errors);
    assert_eq!(desk.run(&["admin", "user", "set", "--login", "system:musubi", "--title", "x"]).status, Some(1));
    Ok(())
}

fn rights(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    desk.admin(&[&["user", "create"], &YAMADA[..]].concat());
    let held = || {
        let listed = desk.admin_json(&["right", "list"]);
        let own = listed.as_array().unwrap().iter().find(|person| person["login"] == "yamada").unwrap().clone();
        assert_eq!((listed.as_array().unwrap().len(), &own["name"]), (2, &json!("山田 太郎")), "people alone");
        (own["permission_template"].clone(), own["rights"].clone())
    };
    assert_eq!(held(), (json!(""), json!([])));
    desk.admin(&["right", "set", "--user", "yamada", "--right", "台帳管理", "--right", "システム設定"]);
    assert_eq!(held(), (json!(""), json!(["システム設定", "台帳管理"])));
    desk.admin(&["right", "set", "--user", "yamada", "--right", "台帳管理", "--remove"]);
    assert_eq!(held().1, json!(["システム設定"]));

    desk.admin(&["permission-template", "create", "--name", "Sales", "--right", "契約管理"]);
    let sales = json!([{"name": "Sales", "rights": ["契約管理"]}]);
    assert_eq!(desk.admin_json(&["permission-template", "list"]), sales);
    desk.admin(&["user", "set", "--login", "yamada", "--permission-template", "Sales"]);
    assert_eq!(held(), (json!("Sales"), json!(["契約管理"])));
    desk.admin(&["permission-template", "set", "Sales", "--name", "営業", "--right", "DB設定", "--right", "監査閲覧"]);
    assert_eq!(held(), (json!("営業"), json!(["DB設定", "監査閲覧"])));
    let table = answer_in_japanese(desk, &["admin", "right", "list"]);
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines[0].starts_with("ログインID") && lines[0].ends_with("監査閲覧"), "{}", table.out);
    assert!(lines[2].starts_with("yamada") && lines[2].matches('✓').count() == 2, "{}", table.out);
    assert_eq!(desk.run(&["admin", "permission-template", "remove", "営業"]).status, Some(1), "somebody has it");
    desk.admin(&["permission-template", "set", "営業", "--no-right"]);
    assert_eq!(held().1, json!([]));
    desk.admin(&["user", "set", "--login", "yamada", "--permission-template", ""]);
    desk.admin(&["permission-template", "remove", "営業"]);
    assert_eq!(desk.admin_json(&["permission-template", "list"]), json!([]));

    for (words, status) in [
        (vec!["right", "set", "--user", "yamada"], 2),
        (vec!["right", "set", "--user", "yamada", "--right", "なんでも"], 1),
        (vec!["right", "set", "--user", "nobody", "--right", "台帳管理"], 1),
        (vec!["permission-template", "set", "営業"], 2),
        (vec!["permission-template", "set", "営業", "--no-right"], 1),
        (vec!["permission-template", "create", "--name", " "], 1),
        (vec!["user", "set", "--login", "yamada", "--permission-template", "営業"], 1),
    ] {
        let refused = desk.run(&[&["admin"], &words[..]].concat());
        assert_eq!((refused.status, refused.out.as_str()), (Some(status), ""), "{words:?}");
    }
    Ok(())
}

fn beside_a_server(desk: &Desk) -> Result<(), Failed> {
    let server = desk.serve();
    let organization = |name: &str| {
        let made = desk.admin_json(&["organization", "create", "--name", name]);
        made["organization_id"].as_str().unwrap().to_owned()
    };
    let (one, other) = (organization("営業部"), organization("開発部"));
    desk.admin(&["permission-template", "create", "--name", "Sales"]);
    let more = ["--organization", one.as_str(), "--permission-template", "Sales"];
    desk.admin(&[&["user", "create"], &YAMADA[..], &more[..]].concat());
    let token = desk.admin(&["token", "--scope", "organization:read"]);
    let people = |organization: &str| {
        let options = json!({"Pagination": {"Offset": 0, "Limit": 10}, "OrganizationID": organization});
        let body = json!({"Param": {"Options": options}}).to_string();
        let answer = Connection::open(server.address).unwrap().post(USERS, token.trim(), &body).unwrap().1;
        answer["UserListInfo"]["UserList"].as_array().unwrap().clone()
    };
    assert_eq!((people(&one).len(), people(&other).len()), (1, 0));
    assert_eq!((&people(&one)[0]["LoginID"], &people(&one)[0]["UserRole"]), (&json!("yamada"), &json!("Sales")));
    desk.admin(&["user", "set", "--login", "yamada", "--organization", &other, "--department", "開発"]);
    assert_eq!((people(&one).len(), &people(&other)[0]["UserDepartment"]), (0, &json!("開発")));
    let both = ["user", "set", "--login", "yamada", "--organization", &one, "--organization", &other];
    desk.admin(&both);
    assert_eq!((people(&one).len(), people(&other).len()), (1, 1));
    desk.admin(&["user", "set", "--login", "yamada", "--no-organization"]);
    assert_eq!((people(&one).len(), people(&other).len()), (0, 0));
    desk.admin(&["organization", "remove", &one]);
    stop(server);
    Ok(())
}
