//! The account page: password, second factor, sessions.

use libtest_mimic::Trial;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::totp::code;

use super::stage::{LOGIN, PASSWORD, Reader, after, header, person, stage, value};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "screens: a password is changed by who knows it, and other browsers are signed out",
            |engine| async move {
                changes_password(stage(engine).await).await;
            },
        ),
        async_on_both(
            "screens: language and dates are as somebody prefers, in every browser of his",
            |engine| async move {
                prefers(stage(engine).await).await;
            },
        ),
        async_on_both("screens: a second factor is set up, asked for, and taken away", |engine| async move {
            second_factor(stage(engine).await).await;
        }),
        async_on_both("screens: sessions are ended one by one and all at once, one's own only", |engine| async move {
            ends_sessions(stage(engine).await).await;
        }),
        async_on_both("screens: a forgotten password is told alike of everybody", |engine| async move {
            forgets(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const NEW: &str = "川と海のあいだ 2026";

async fn changes_password(app: TestApp) {
    let mut other = Reader::signed_in(&app).await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/account").await;
    assert!(page.text.contains("8文字以上。"), "the rule is shown: {}", page.text);
    for (fields, told) in [
        ([("current", ""), ("new", NEW), ("again", NEW)], "current-error"),
        ([("current", "no-such-password"), ("new", NEW), ("again", NEW)], "current-error"),
        ([("current", PASSWORD), ("new", ""), ("again", "")], "new-error"),
        ([("current", PASSWORD), ("new", NEW), ("again", "x")], "again-error"),
        ([("current", PASSWORD), ("new", "short"), ("again", "short")], "new-error"),
        ([("current", PASSWORD), ("new", LOGIN), ("again", LOGIN)], "new-error"),
    ] {
        let answer = reader.post("/account/password", &fields).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.text.contains(&format!("id=\"{told}\"")), "{fields:?}: {}", answer.text);
        assert!(answer.text.contains("<title>エラー: アカウント | Musubi</title>"));
        assert!(!answer.text.contains(NEW) && !answer.text.contains(PASSWORD), "no password is given back");
    }
    let before = reader.cookies["musubi"].clone();
    let answer = reader.post("/account/password", &[("current", PASSWORD), ("new", NEW), ("again", NEW)]).await;
    assert_eq!(
        (answer.status.as_u16(), header(&answer, "location")),
        (303, "/account?done=password"),
        "{}",
        answer.text
    );
    assert_ne!(reader.cookies["musubi"], before);
    assert!(reader.get("/account?done=password").await.text.contains("パスワードを変更しました。"));
    assert_eq!(other.get("/account").await.status, 303, "other browsers are signed out");
    let mut again = Reader::new(&app);
    assert_eq!(again.sign_in(LOGIN, PASSWORD, "/").await.status, 422);
    assert_eq!(again.sign_in(LOGIN, NEW, "/").await.status, 303);
}

async fn prefers(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let mut other = Reader::signed_in(&app).await;
    reader.get("/language?to=ja&continue=/account").await;
    let page = reader.get("/account").await;
    assert!(page.text.contains("<option value=\"browser\" selected>"), "{}", page.text);
    for fields in [[("language", "fr"), ("dates", "western")], [("language", "en"), ("dates", "令和")]] {
        assert_eq!(reader.post("/account/preference", &fields).await.status, 400, "{fields:?}");
    }
    let answer = reader.post("/account/preference", &[("language", "en"), ("dates", "japanese")]).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/account?done=preference"));
    for browser in [&mut reader, &mut other] {
        let page = browser.get("/account?done=preference").await.text;
        assert!(page.contains("<html lang=\"en\">") && page.contains("Your display settings are saved."), "{page}");
        assert!(page.contains(">令和"), "the sessions began on a day of the eras: {page}");
    }
    // What is chosen at the foot of a page is for that browser.
    reader.get("/language?to=ja&continue=/account").await;
    assert!(reader.get("/account").await.text.contains("<html lang=\"ja\">"));
    assert!(other.get("/account").await.text.contains("<html lang=\"en\">"));
    let mut stranger = Reader::new(&app);
    assert!(stranger.get("/sign-in").await.text.contains("<html lang=\"ja\">"), "nobody's preference is known there");
}

async fn second_factor(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/account/totp").await;
    assert_eq!(page.status, 200);
    let (draft, secret, uri) = (value(&page.text, "draft"), value(&page.text, "secret"), value(&page.text, "uri"));
    assert!(page.text.contains("<path fill=\"#000\" d=\"M4 4h7v1h-7z"), "a QR code: {}", page.text);
    let shown = after(&page.text, "<code class=\"secret\">", '<');
    assert_eq!(shown.replace(' ', ""), secret);
    assert!(shown.split(' ').rev().skip(1).all(|group| group.len() == 4), "{shown}");
    let with = |password, code| {
        let kept = [("draft", draft.as_str()), ("secret", secret.as_str()), ("uri", uri.as_str())];
        [kept[0], kept[1], kept[2], ("password", password), ("code", code)]
    };
    let fields = |code| with(PASSWORD, code);
    for wrong in ["", "000000", "abc"] {
        let answer = reader.post("/account/totp", &fields(wrong)).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.text.contains("id=\"code-error\""), "{}", answer.text);
        assert_eq!(value(&answer.text, "secret"), secret, "the device stays as it is set up");
    }
    let long = "a".repeat(8_000);
    let odd = [("draft", draft.as_str()), ("secret", "A"), ("uri", long.as_str()), ("code", "")];
    assert_eq!(reader.post("/account/totp", &odd).await.status, 400);
    let now = code(&secret, app.service.now());
    for wrong in ["", "no-such-password"] {
        let answer = reader.post("/account/totp", &with(wrong, &now)).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.text.contains("id=\"password-error\"") && !answer.text.contains("id=\"code-error\""));
    }
    let answer = reader.post("/account/totp", &fields(&now)).await;
    assert_eq!(header(&answer, "location"), "/account?done=totp", "{}", answer.text);
    assert_eq!(header(&reader.get("/account/totp").await, "location"), "/account");

    let mut other = Reader::new(&app);
    let step = other.sign_in(LOGIN, PASSWORD, "/account").await;
    assert_eq!(step.status, 200);
    assert!(!other.cookies.contains_key("musubi"), "half of it is nothing");
    let ticket = value(&step.text, "ticket");
    let answer =
        other.post("/sign-in/totp", &[("ticket", &ticket), ("code", "000000"), ("continue", "/account")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("<title>エラー: 2段階認証 | Musubi</title>"), "{}", answer.text);
    app.source.advance_seconds(30);
    let next = code(&secret, app.service.now());
    let (left, right) = next.split_at_checked(3).unwrap();
    let spaced = format!(" {left} {right}");
    let fields = [("ticket", ticket.as_str()), ("code", spaced.as_str()), ("continue", "//evil.example/")];
    let answer = other.post("/sign-in/totp", &fields).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/"), "{}", answer.text);
    let over = other.post("/sign-in/totp", &[("ticket", "none"), ("code", "123456")]).await;
    assert_eq!(over.status, 422);
    assert!(over.text.contains("時間が過ぎたため") && over.text.contains("id=\"password\""), "{}", over.text);

    other.get("/account").await;
    let answer = other.post("/account/totp/remove", &[("password", "no-such-password")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("id=\"password-error\""), "{}", answer.text);
    let answer = other.post("/account/totp/remove", &[("password", PASSWORD)]).await;
    assert_eq!(header(&answer, "location"), "/account?done=no-totp");
    assert_eq!(Reader::new(&app).sign_in(LOGIN, PASSWORD, "/").await.status, 303);
}

async fn ends_sessions(app: TestApp) {
    person(&app, "tanaka", "田中", "花子").await;
    let mut stranger = Reader::new(&app);
    assert_eq!(stranger.sign_in("tanaka", PASSWORD, "/").await.status, 303);
    let (mut first, mut second) = (Reader::signed_in(&app).await, Reader::signed_in(&app).await);
    let mut reader = Reader::signed_in(&app).await;
    let of_stranger = {
        let mut twin = Reader::new(&app);
        twin.sign_in("tanaka", PASSWORD, "/").await;
        value(&twin.get("/account").await.text, "session")
    };
    let page = reader.get("/account").await;
    assert_eq!(page.text.matches("name=\"session\"").count(), 2, "those of others are not there: {}", page.text);
    let answer = reader.post("/account/sessions", &[("session", &of_stranger)]).await;
    assert_eq!(answer.status, 404);
    assert_eq!(reader.post("/account/sessions", &[("session", "x")]).await.status, 400);
    let number = value(&page.text, "session");
    assert_eq!(
        header(&reader.post("/account/sessions", &[("session", &number)]).await, "location"),
        "/account?done=session"
    );
    let left = [first.get("/account").await.status, second.get("/account").await.status];
    assert_eq!(left.iter().filter(|status| status.as_u16() == 200).count(), 1);
    assert_eq!(
        header(&reader.post("/account/sessions", &[("end", "others")]).await, "location"),
        "/account?done=sessions"
    );
    assert_eq!((first.get("/account").await.status.as_u16(), second.get("/account").await.status.as_u16()), (303, 303));
    assert_eq!(reader.get("/account").await.status, 200);
    assert_eq!(header(&reader.post("/account/sessions", &[("end", "all")]).await, "location"), "/signed-out");
    assert_eq!(reader.get("/account").await.status, 303);
    assert_eq!(stranger.get("/account").await.status, 200);
}

async fn forgets(app: TestApp) {
    let mut reader = Reader::new(&app);
    // Without a server for mail nobody is promised one.
    let page = reader.get("/password/forgot").await;
    assert!(page.text.contains("このサーバーからはメールを送れません"), "{}", page.text);
    reader.get("/sign-in").await;
    assert_eq!(reader.post("/password/forgot", &[("login_or_mail", " ")]).await.status, 422);
    for typed in [LOGIN, "nobody", "yamada@example.jp", "a\r\nBcc: b@example.jp"] {
        let answer = reader.post("/password/forgot", &[("login_or_mail", typed)]).await;
        assert_eq!(
            (answer.status.as_u16(), header(&answer, "location")),
            (303, "/password/forgot?done=sent"),
            "{typed}"
        );
    }
    for link in ["", "A", &"A".repeat(43), "%00", "結"] {
        let page = reader
            .get(&format!("/password/reset?token={}", super::stage::encoded(&[("", link)]).trim_start_matches('=')))
            .await;
        assert_eq!(page.status, 410, "{link}");
        assert!(page.text.contains("リンクが無効です"));
    }
    reader.get("/sign-in").await;
    let fields = [("link", "A"), ("new", NEW), ("again", NEW)];
    assert_eq!(reader.post("/password/reset", &fields).await.status, 410);
    let fields = [("link", "A"), ("new", NEW), ("again", "")];
    let answer = reader.post("/password/reset", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("id=\"again-error\"") && answer.text.contains("8文字以上"), "{}", answer.text);
}
