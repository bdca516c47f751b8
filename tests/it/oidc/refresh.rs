//! Refresh tokens: the same each time, or the next one with each use.

use libtest_mimic::Trial;
use musubi_service::oauth_client::OauthClientSettings;
use musubi_testkit::app::Answer;
use musubi_testkit::engine::async_on_both;

use super::stage::{Stage, claims, settings};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("openid refresh: the first token is sent every time", |engine| async move {
            stays_the_same(Stage::new(engine).await).await;
        }),
        async_on_both(
            "openid refresh: a token that changes is used once, but for a lost answer",
            |engine| async move {
                changes(Stage::with(engine, rotating()).await).await;
            },
        ),
        async_on_both("openid refresh: whoever uses an old token again ends the family", |engine| async move {
            ends_the_family(Stage::with(engine, rotating()).await).await;
        }),
        async_on_both("openid refresh: many at once are given the same next token", |engine| async move {
            many_at_once(Stage::with(engine, rotating()).await).await;
        }),
        async_on_both(
            "openid refresh: it ends when the consent does, and the person is asked again",
            |engine| async move {
                ends_with_the_consent(Stage::new(engine).await).await;
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rotating() -> OauthClientSettings {
    OauthClientSettings { rotate_refresh: true, ..settings() }
}

fn refresh_token(answer: &Answer) -> String {
    answer.body["refresh_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn stays_the_same(stage: Stage) {
    let first = stage.tokens("openid email offline_access").await;
    let refresh = refresh_token(&first);
    for seconds in [0, 11, 86_400] {
        stage.app.source.advance_seconds(seconds);
        let again = stage.refresh(&refresh).await;
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(refresh_token(&again), refresh);
        assert_ne!(again.body["access_token"], first.body["access_token"]);
        let (told, before) =
            (claims(again.body["id_token"].as_str().unwrap()), claims(first.body["id_token"].as_str().unwrap()));
        assert!(told.get("nonce").is_none());
        assert_eq!((&told["auth_time"], &told["sub"]), (&before["auth_time"], &before["sub"]));
    }
    let body = format!("grant_type=refresh_token&refresh_token={refresh}&scope=email");
    let narrow = stage.post("/oidc-auth/token", &body).await;
    assert_eq!((narrow.body["scope"].as_str(), narrow.body.get("id_token")), (Some("email"), None), "{}", narrow.text);
    let wide = stage.post("/oidc-auth/token", &body.replace("scope=email", "scope=phone")).await;
    assert_eq!((wide.status.as_u16(), wide.body["error"].as_str()), (400, Some("invalid_scope")));
}

async fn changes(stage: Stage) {
    let first = refresh_token(&stage.tokens("openid offline_access").await);
    let second = refresh_token(&stage.refresh(&first).await);
    assert_ne!(first, second);
    stage.app.source.advance_seconds(10);
    assert_eq!(refresh_token(&stage.refresh(&first).await), second, "the answer was lost");
    stage.app.source.advance_seconds(-310);
    assert_eq!(refresh_token(&stage.refresh(&first).await), second, "the clock went back a little");
    stage.app.source.advance_seconds(310);
    let third = refresh_token(&stage.refresh(&second).await);
    assert_eq!(refresh_token(&stage.refresh(&second).await), third);
    assert_ne!(third, second);
    stage.app.source.advance_seconds(-86_400);
    assert_eq!(stage.refresh(&second).await.status, 400, "the clock went back a day");
    assert_eq!(stage.refresh(&third).await.status, 400);
}

async fn ends_the_family(stage: Stage) {
    for wait in [11, 0] {
        let given = stage.tokens("openid offline_access").await;
        let first = refresh_token(&given);
        let second = refresh_token(&stage.refresh(&first).await);
        let latest = if wait == 0 { refresh_token(&stage.refresh(&second).await) } else { second };
        stage.app.source.advance_seconds(wait);
        let reused = stage.refresh(&first).await;
        assert_eq!((reused.status.as_u16(), reused.body["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(stage.refresh(&latest).await.status, 400, "the honest one has lost it too");
        assert_eq!(stage.userinfo(given.body["access_token"].as_str().unwrap()).await.status, 401);
    }
}

async fn many_at_once(stage: Stage) {
    let first = refresh_token(&stage.tokens("email offline_access").await);
    let other = stage.app.instance().await;
    let body = format!("grant_type=refresh_token&refresh_token={first}");
    let (basic, body) = (stage.basic(), body.as_str());
    let ask = async |at: usize| {
        let app = if at.is_multiple_of(2) { &stage.app } else { &other };
        super::stage::post(app, "/oidc-auth/token", Some(&basic), body).await
    };
    let answers = futures_of(16, ask).await;
    let next: Vec<_> = answers.iter().map(refresh_token).collect();
    assert!(next.iter().all(|token| *token == next[0] && *token != first), "{next:?}");
    let mut access: Vec<_> = answers.iter().map(|answer| answer.body["access_token"].to_string()).collect();
    access.sort_unstable();
    access.dedup();
    assert_eq!(access.len(), 16);
}

/// Runs so many at the same time.
async fn futures_of<F>(count: usize, one: F) -> Vec<Answer>
where
    F: AsyncFn(usize) -> Answer,
{
    let mut waiting: Vec<_> = (0..count).map(|at| (Box::pin(one(at)), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(answer) = future.as_mut().poll(context)
            {
                *done = Some(answer);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

async fn ends_with_the_consent(stage: Stage) {
    let scope = "openid offline_access";
    let first = refresh_token(&stage.tokens(scope).await);
    stage.app.source.advance_seconds(29 * 86_400);
    assert_eq!(stage.refresh(&first).await.status, 200);
    let query = stage.query(scope, "&prompt=none");
    let silent = stage.come_back(&query).await;
    let later = stage.exchange(silent.get("code").unwrap()).await;
    let later = refresh_token(&later);
    stage.app.source.advance_seconds(86_400 - 1);
    assert_eq!(stage.refresh(&later).await.status, 200);
    stage.app.source.advance_seconds(1);
    for token in [first, later] {
        assert_eq!(stage.refresh(&token).await.status, 400, "nothing extends it");
    }
    let asked = stage.come_back(&query).await;
    assert_eq!(asked.get("error"), Some("consent_required"));
    assert_eq!(stage.tokens(scope).await.status, 200);
}
