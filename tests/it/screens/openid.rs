//! The console of the OpenID provider, as an administrator sees it.

use libtest_mimic::Trial;
use musubi_service::oauth_client::oauth_client_list;
use musubi_service::token::token_list;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{LOGIN, Reader, after, header, stage};
use super::user::{administrated, with_rights};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: the OpenID console is for those who may set up the system", |engine| async move {
            turns_away(stage(engine).await).await;
        }),
        async_on_both(
            "screens: a client is registered, its secret shown once, changed and removed",
            |engine| async move {
                administers_clients(administrated(engine).await).await;
            },
        ),
        async_on_both("screens: scopes are added, changed, disabled and removed", |engine| async move {
            administers_scopes(administrated(engine).await).await;
        }),
        async_on_both(
            "screens: tokens are given out once and revoked, and nobody gives what he has not",
            |engine| async move { administers_tokens(administrated(engine).await).await },
        ),
        async_on_both("screens: signing keys are shown and replaced", |engine| async move {
            administers_keys(administrated(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const PAGES: [&str; 8] = [
    "/admin/openid",
    "/admin/openid/clients",
    "/admin/openid/clients/new",
    "/admin/openid/scopes",
    "/admin/openid/scopes/new",
    "/admin/openid/tokens",
    "/admin/openid/tokens/new",
    "/admin/openid/keys",
];

async fn turns_away(app: TestApp) {
    let mut people = with_rights(&app, "suzuki", &["ユーザ設定", "権限付与"]).await;
    let forms = ["clients/new", "clients/x/edit", "clients/x/remove", "clients/x/secret", "clients/x/consents", "keys"];
    let more = ["scopes", "scopes/new", "scopes/openid", "scopes/openid/remove", "tokens/new", "tokens/1/revoke"];
    for path in PAGES {
        assert_eq!(people.get(path).await.status, 403, "{path}");
    }
    people.get("/account").await;
    for word in forms.into_iter().chain(more) {
        let fields = [("name", "x"), ("scopes[]", "crm:read"), ("days", "1"), ("enabled", "false"), ("when", "now")];
        assert_eq!(people.post(&format!("/admin/openid/{word}"), &fields).await.status, 403, "{word}");
    }
    let mut system = with_rights(&app, "sato", &["システム設定"]).await;
    for path in PAGES {
        let page = system.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.len() < 60_000, "{path}");
    }
    assert!(system.get("/admin/openid").await.text.contains("/.well-known/openid-configuration</code>"));
    for path in ["clients/x", "clients/x/edit", "scopes/x", "scopes/profile"] {
        assert_eq!(system.get(&format!("/admin/openid/{path}")).await.status, 404, "{path}");
    }
}

async fn administers_clients(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    assert!(reader.get("/admin/openid/clients").await.text.contains("クライアントはまだありません"));
    reader.get("/admin/openid/clients/new").await;
    let wrong = [
        ("name", ""),
        ("kind", "public"),
        ("redirect_uris", "http://x y"),
        ("scopes[]", "nothing"),
        ("refresh_days", "-"),
        ("options[]", "client_credentials"),
        ("addresses", "x"),
    ];
    let refused = reader.post("/admin/openid/clients/new", &wrong).await;
    assert_eq!(refused.status, 422);
    for name in ["name", "redirect_uris", "refresh_days", "options", "addresses"] {
        assert!(refused.text.contains(&format!("id=\"{name}-error\"")), "{name}: {}", refused.text);
    }
    assert!(refused.text.contains("http://x\ny"), "nothing is lost");
    let fields = [
        ("name", "経費精算"),
        ("kind", "confidential"),
        ("redirect_uris", "https://example.jp/cb\r\nhttps://example.jp/cb2"),
        ("scopes[]", "openid"),
        ("scopes[]", "crm:read"),
        ("claims", "standard"),
        ("options[]", "client_credentials"),
        ("rights[]", "DB設定"),
    ];
    let made = reader.post("/admin/openid/clients/new", &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(header(&made, "cache-control"), "no-store", "no history keeps it");
    let client = oauth_client_list(&app.service, &app.context()).await.unwrap().remove(0);
    let id = client.client_id.clone();
    assert_eq!(client.settings.redirect_uris, ["https://example.jp/cb", "https://example.jp/cb2"]);
    assert_eq!((client.settings.scope.as_str(), client.settings.rights.clone().unwrap().len()), ("openid crm:read", 1));
    let secret = made.text.split("<dd><code>").nth(2).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    assert!(secret.len() > 40 && made.text.contains(&id));
    let path = format!("/admin/openid/clients/{id}");
    for page in [path.clone(), format!("{path}/edit"), "/admin/openid/clients".to_owned()] {
        assert!(!reader.get(&page).await.text.contains(&secret), "{page}");
    }
    reader.get(&format!("{path}/edit")).await;
    let fields = [
        ("name", "経費"),
        ("redirect_uris", "https://example.jp/cb"),
        ("scopes[]", "openid"),
        ("claims", "robotid"),
        ("rights[]", "DB設定"),
    ];
    assert_eq!(header(&reader.post(&format!("{path}/edit"), &fields).await, "location"), format!("{path}?done=saved"));
    let page = reader.get(&path).await;
    assert!(page.text.contains("<h1>経費</h1>") && page.text.contains("RobotID 互換"), "{}", page.text);
    assert!(page.text.contains("許可した人はいません"));
    reader.get(&format!("{path}/secret")).await;
    let renewed = reader.post(&format!("{path}/secret"), &[]).await;
    assert!(renewed.status == 200 && !renewed.text.contains(&secret) && renewed.text.contains("この1回だけ"));
    assert_eq!(reader.post(&format!("{path}/consents"), &[("login", LOGIN)]).await.status, 404);
    // A public one has no secret, and gets none.
    reader.get("/admin/openid/clients/new").await;
    let fields =
        [("name", "端末"), ("kind", "public"), ("redirect_uris", "com.example.app:/cb"), ("scopes[]", "openid")];
    let made = reader.post("/admin/openid/clients/new", &fields).await;
    assert!(made.status == 200 && !made.text.contains("この1回だけ"), "{}", made.text);
    let other = oauth_client_list(&app.service, &app.context()).await.unwrap().remove(1).client_id;
    reader.get(&format!("{path}/remove")).await;
    assert_eq!(reader.post(&format!("/admin/openid/clients/{other}/secret"), &[]).await.status, 422);
    for (at, text) in hostile::texts().iter().enumerate() {
        let fields = [("name", *text), ("kind", "public"), ("redirect_uris", *text), ("scopes[]", *text)];
        let made = reader.post("/admin/openid/clients/new", &fields).await;
        assert!([200, 422, 400].contains(&made.status.as_u16()), "{at} {text:?}: {}", made.status);
        assert!(!made.text.contains("<script>"), "{text:?}");
        reader.get("/admin/openid/clients/new").await;
    }
    assert_eq!(
        header(&reader.post(&format!("{path}/remove"), &[]).await, "location"),
        "/admin/openid/clients?done=removed"
    );
    assert_eq!(reader.get(&path).await.status, 404);
}

async fn administers_scopes(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/admin/openid/scopes").await;
    assert!(page.text.contains("ks3_user_tenant") && page.text.contains("/api/crm/get-client-list"), "{}", page.text);
    assert_eq!(
        header(&reader.post("/admin/openid/scopes", &[("name", "phone"), ("enabled", "false")]).await, "location"),
        "/admin/openid/scopes?done=off"
    );
    assert_eq!(reader.post("/admin/openid/scopes", &[("name", "crm:read"), ("enabled", "false")]).await.status, 303);
    let scopes = app.service.scopes(app.context().tenant).await.unwrap();
    assert!(!scopes.enabled().contains(&"phone") && !scopes.is_call("crm:read"));
    assert_eq!(reader.post("/admin/openid/scopes", &[("name", "crm:read"), ("enabled", "true")]).await.status, 303);
    assert_eq!(reader.post("/admin/openid/scopes", &[("name", "no"), ("enabled", "true")]).await.status, 404);
    reader.get("/admin/openid/scopes/new").await;
    for name in ["", "結", "profile", "crm:read"] {
        let refused = reader.post("/admin/openid/scopes/new", &[("name", name), ("kind", "system")]).await;
        assert!(refused.status == 422 && refused.text.contains("id=\"name-error\""), "{name}: {}", refused.text);
    }
    let fields = [("name", "a/b?c"), ("kind", "system"), ("claims[]", "department"), ("title_ja", "部門")];
    assert_eq!(reader.post("/admin/openid/scopes/new", &fields).await.status, 303);
    let list = reader.get("/admin/openid/scopes").await;
    let path = after(&list.text, "href=\"/admin/openid/scopes/a", '"');
    let path = format!("/admin/openid/scopes/a{path}");
    let edit = reader.get(&path).await;
    assert!(edit.status == 200 && edit.text.contains("value=\"部門\""), "{path}: {}", edit.text);
    assert_eq!(reader.post(&path, &[("claims[]", "title"), ("title_ja", "役職")]).await.status, 303);
    assert!(reader.get("/admin/openid/scopes").await.text.contains("役職"));
    let fields = [("name", "read_all"), ("kind", "api"), ("paths[]", "/api/crm/get-client-list")];
    assert_eq!(reader.post("/admin/openid/scopes/new", &fields).await.status, 303);
    assert_eq!(
        reader.post("/admin/openid/scopes/read_all", &[("paths[]", "/api/crm/get-client-detail")]).await.status,
        303
    );
    assert_eq!(reader.post("/admin/openid/scopes/read_all", &[("paths[]", "/etc/passwd")]).await.status, 422);
    for path in [path.as_str(), "/admin/openid/scopes/read_all"] {
        assert_eq!(reader.get(&format!("{path}/remove")).await.status, 200);
        assert_eq!(reader.post(&format!("{path}/remove"), &[]).await.status, 303, "{path}");
    }
    reader.get("/account").await;
    assert_eq!(reader.post("/admin/openid/scopes/crm:read/remove", &[]).await.status, 422, "what ships stays");
}

async fn administers_tokens(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/openid/tokens/new").await;
    let refused = reader.post("/admin/openid/tokens/new", &[("days", "30")]).await;
    assert!(refused.status == 422 && refused.text.contains("id=\"scopes-error\""), "{}", refused.text);
    let more = [("scopes[]", "crm:read"), ("days", "30"), ("rights[]", "契約管理")];
    let refused = reader.post("/admin/openid/tokens/new", &more).await;
    assert_eq!(refused.status, 422, "nobody gives what he has not himself");
    assert!(refused.text.contains("権限「契約管理」がありません"), "{}", refused.text);
    assert_eq!(
        reader.post("/admin/openid/tokens/new", &[("scopes[]", "crm:read"), ("days", "30")]).await.status,
        422,
        "nor all"
    );
    let fields = [("scopes[]", "crm:read"), ("days", "30"), ("rights[]", "DB設定")];
    let made = reader.post("/admin/openid/tokens/new", &fields).await;
    assert!(made.status == 200 && made.text.contains("この1回だけ"), "{}", made.text);
    let text = after(&made.text, "<dd><code>", '<').to_owned();
    let list = reader.get("/admin/openid/tokens").await;
    assert!(list.text.contains("APIトークン") && !list.text.contains(&text));
    let unknown = [("scopes[]", "crm:read"), ("days", "30"), ("user", "nobody")];
    let refused = reader.post("/admin/openid/tokens/new", &unknown).await;
    assert!(refused.status == 422 && refused.text.contains("id=\"user-error\""), "{}", refused.text);
    let number = token_list(&app.service, &app.context()).await.unwrap()[0].number;
    let revoked = reader.post(&format!("/admin/openid/tokens/{number}/revoke"), &[]).await;
    assert_eq!(header(&revoked, "location"), "/admin/openid/tokens?done=revoked");
    let list = reader.get("/admin/openid/tokens?by=hand").await;
    assert!(list.text.contains("有効なトークンはありません"), "{}", list.text);
    assert_eq!(reader.post("/admin/openid/tokens/99/revoke", &[]).await.status, 404);
    assert_eq!(reader.get("/admin/openid/tokens?client=x&after=-5").await.status, 200);
}

async fn administers_keys(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/admin/openid/keys").await;
    assert_eq!(page.text.matches("使用中").count(), 1, "{}", page.text);
    assert_eq!(
        header(&reader.post("/admin/openid/keys", &[("when", "tomorrow")]).await, "location"),
        "/admin/openid/keys?done=rotated"
    );
    let page = reader.get("/admin/openid/keys").await;
    assert!(page.text.contains("次に使用"), "{}", page.text);
    reader.post("/admin/openid/keys", &[("when", "now")]).await;
    assert_eq!(reader.get("/admin/openid/keys").await.text.matches("使用中").count(), 1);
}
