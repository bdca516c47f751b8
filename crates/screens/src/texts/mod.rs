//! The one catalogue of what pages say: a name, Japanese, English.
//!
//! An area of pages has its file here, and its texts are `frame.say.<area>.<name>`; what all pages say, and those of sign-in, are in this
//! one. What use cases say of what was given is in `musubi_domain::messages`. To add a text: a line. A `{}` in a text is filled with
//! [`fill`]; a test checks that both languages have it.

use musubi_domain::messages::Locale;

/// Writes the struct of all texts of an area and its two values, so that a text that is missing in one language does not compile.
macro_rules! texts {
    ($([$($area:ident),+ $(,)?])? $($name:ident: $ja:literal, $en:literal;)+) => {
        /// What the pages of an area say, in one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $($(pub(crate) $area: $area::Texts,)+)?
            $(pub(crate) $name: &'static str,)+
        }

        pub(super) const JA: Texts = Texts { $($($area: $area::JA,)+)? $($name: $ja,)+ };
        pub(super) const EN: Texts = Texts { $($($area: $area::EN,)+)? $($name: $en,)+ };

        #[cfg(test)]
        pub(super) fn all() -> Vec<(&'static str, &'static str, &'static str)> {
            let own = [$((stringify!($name), $ja, $en),)+];
            own.into_iter()$($(.chain($area::all()))+)?.collect()
        }
    };
}

mod card;
mod change_set;
mod connection;
pub(crate) mod directory;
mod item_type;
mod list;
mod openid;
mod record;
mod rights;
mod setting;
mod shell;
pub(crate) mod thread;
/// The texts of a language.
pub(crate) const fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::Ja => &JA,
        Locale::En => &EN,
    }
}

/// A text with its `{}` filled.
pub(crate) fn fill(text: &str, value: &str) -> String {
    text.replacen("{}", value, 1)
}

/// A text with its two `{}` filled, in this order: what the first is filled with is left as it is.
pub(crate) fn fill_two(text: &str, first: &str, second: &str) -> String {
    match text.split_once("{}") {
        Some((before, after)) => format!("{before}{first}{}", fill(after, second)),
        None => text.to_owned(),
    }
}

texts! {
    [card, change_set, connection, directory, item_type, list, openid, record, rights, setting, shell, thread]

    // Every page.
    lang: "ja", "en";
    other_language: "English", "日本語";
    other_lang: "en", "ja";
    skip_to_main: "本文へ移動", "Skip to the content";
    navigation: "メニュー", "Menu";
    home: "ホーム", "Home";
    account: "アカウント", "Account";
    sign_out: "サインアウト", "Sign out";
    error_prefix: "エラー: {}", "Error: {}";
    cancel: "キャンセル", "Cancel";

    // Sign-in.
    sign_in: "サインイン", "Sign in";
    login_id: "ログインID", "Login ID";
    password: "パスワード", "Password";
    forgot_link: "パスワードを忘れた場合", "Forgot your password?";
    sign_in_refused:
        "ログインIDまたはパスワードが違います。続けて失敗すると、しばらくサインインできなくなります。",
        "The login ID or the password is wrong. After several failures, sign-in is blocked for a while.";
    sign_in_address: "このネットワークからはサインインできません。管理者に確認してください。",
        "Sign-in is not allowed from this network. Please ask your administrator.";
    sign_in_over: "時間が過ぎたため、もう一度サインインしてください。", "The time for this step has passed. Please sign in again.";
    give_login_id: "ログインIDを入力してください。", "Enter your login ID.";
    give_password: "パスワードを入力してください。", "Enter your password.";
    again_as: "{} としてサインイン中です。続けるには、もう一度サインインしてください。",
        "You are signed in as {}. To continue, please sign in again.";
    sign_in_done_reset: "新しいパスワードを設定しました。新しいパスワードでサインインしてください。",
        "Your new password is set. Please sign in with it.";
    signed_out: "サインアウトしました", "You have signed out";
    signed_out_text: "この端末でのサインインを終了しました。", "This browser is no longer signed in.";
    sign_in_again: "もう一度サインインする", "Sign in again";

    // The second step.
    totp_step: "2段階認証", "Two-step verification";
    totp_lead: "認証アプリに表示されている6桁の数字を入力してください。", "Enter the 6 digits that your authenticator app shows.";
    totp_code: "認証コード", "Code";
    totp_refused:
        "認証コードが違います。アプリに表示されている新しい認証コードを入力してください。続けて失敗すると、しばらくサインインできなくなります。",
        "The code is wrong. Enter the code that the app shows now. After several failures, sign-in is blocked for a while.";
    give_totp: "6桁の数字を入力してください。", "Enter 6 digits.";
    totp_continue: "続ける", "Continue";
    totp_lost: "認証アプリを使えないときは、管理者に2段階認証の解除を依頼してください。",
        "If you cannot use your app, ask your administrator to turn off two-step verification for you.";
    forgot_no_mail: "このサーバーからはメールを送れません。パスワードの再設定は管理者に依頼してください。",
        "This server sends no mail. Ask your administrator to set a new password for you.";
    back_to_sign_in: "サインインに戻る", "Back to sign-in";

    // A forgotten password.
    forgot: "パスワードの再設定", "Reset your password";
    forgot_lead:
        "ログインIDまたはメールアドレスを入力してください。登録されているメールアドレスに、再設定用のリンクを送ります。",
        "Enter your login ID or your mail address. A link to set a new password is sent to the address we have on record.";
    login_or_mail: "ログインIDまたはメールアドレス", "Login ID or mail address";
    give_login_or_mail: "ログインIDまたはメールアドレスを入力してください。", "Enter your login ID or your mail address.";
    forgot_send: "再設定用のリンクを送る", "Send the link";
    forgot_sent: "メールを確認してください", "Check your mail";
    forgot_sent_text:
        "入力された内容に該当するアカウントがあれば、再設定用のリンクを送りました。リンクは30分間、1回だけ使えます。",
        "If there is an account for what you entered, the link has been sent. It works once, within 30 minutes.";
    forgot_sent_hint:
        "届かない場合は、迷惑メールのフォルダを確認するか、管理者に問い合わせてください。",
        "If it does not arrive, look in your spam folder or ask your administrator.";
    reset: "新しいパスワードの設定", "Set a new password";
    reset_over: "リンクが無効です", "The link does not work";
    reset_over_text:
        "このリンクは期限が切れたか、すでに使われています。再設定用のリンクをもう一度お申し込みください。",
        "This link has expired or has already been used. Please ask for a new one.";
    reset_ask_again: "再設定用のリンクを送り直す", "Ask for a new link";
    reset_set: "パスワードを設定する", "Set the password";
    new_password: "新しいパスワード", "New password";
    new_password_again: "新しいパスワード(確認)", "New password, again";
    password_rule: "{}文字以上。よく使われるもの、氏名やログインIDを含むものは使えません。",
        "At least {} characters. Not one that many people use, nor one with your name or login ID.";
    passwords_differ: "新しいパスワードと一致しません。", "This is not the same as the new password.";

    // The account.
    account_lead: "サインインの情報と、このアカウントを使っている端末やアプリを確認できます。",
        "How you sign in, and which browsers and applications use this account.";
    profile: "プロフィール", "Profile";
    profile_hint: "氏名やメールアドレスの変更は管理者に依頼してください。", "Ask your administrator to change your name or mail address.";
    name: "氏名", "Name";
    mail: "メールアドレス", "Mail address";
    preference: "表示の設定", "Display";
    preference_kept: "表示の設定を保存しました。", "Your display settings are saved.";
    language: "言語", "Language";
    language_of_browser: "ブラウザーの設定に合わせる", "As the browser says";
    dates: "日付の書き方", "How dates are written";
    keep: "保存する", "Save";
    password_change: "パスワードの変更", "Change your password";
    password_change_hint: "変更すると、ほかの端末はサインアウトされます。", "Your other browsers are signed out when you change it.";
    current_password: "現在のパスワード", "Current password";
    give_current_password: "現在のパスワードを入力してください。", "Enter your current password.";
    give_new_password: "新しいパスワードを入力してください。", "Enter your new password.";
    change: "変更する", "Change";
    password_changed: "パスワードを変更しました。", "Your password has been changed.";
    totp_on: "有効", "On";
    totp_off: "無効", "Off";
    totp_why: "パスワードに加えて、認証アプリの認証コードでサインインを守ります。", "A code from an authenticator app protects your sign-in in addition to the password.";
    totp_set_up: "2段階認証を設定する", "Set up two-step verification";
    totp_remove: "2段階認証を解除する", "Turn off two-step verification";
    totp_remove_hint: "解除するには、現在のパスワードを入力してください。", "Enter your current password to turn it off.";
    totp_was_set: "2段階認証を有効にしました。", "Two-step verification is on.";
    totp_was_removed: "2段階認証を解除しました。", "Two-step verification is off.";
    totp_setup_lead: "次の手順で設定します。", "Three steps:";
    totp_setup_app: "スマートフォンの認証アプリ(Google Authenticator、Microsoft Authenticator など)を開きます。",
        "Open an authenticator app on your phone, such as Google Authenticator or Microsoft Authenticator.";
    totp_setup_scan: "アプリでQRコードを読み取ります。", "Scan the QR code with the app.";
    totp_setup_type: "読み取れないときは、次のキーをアプリに入力してください。", "If you cannot scan it, type this key into the app.";
    totp_setup_code: "アプリに表示された6桁の数字と、現在のパスワードを入力します。", "Enter the 6 digits that the app shows, and your current password.";
    totp_qr: "認証アプリで読み取るQRコード", "QR code for the authenticator app";
    totp_turn_on: "有効にする", "Turn on";
    sessions: "サインイン中の端末", "Where you are signed in";
    sessions_table: "サインイン中の端末の一覧", "Browsers that are signed in";
    session_browser: "端末", "Browser";
    session_address: "IPアドレス", "IP address";
    session_begun: "サインイン日時", "Signed in";
    session_used: "最終利用", "Last used";
    session_this: "この端末", "This browser";
    session_end: "サインアウトさせる", "Sign out";
    session_end_of: "{} をサインアウトさせる", "Sign out {}";
    session_unknown: "不明な端末", "Unknown browser";
    sessions_end_others: "ほかのすべての端末をサインアウトさせる", "Sign out all other browsers";
    sessions_end_all: "この端末を含めてすべてサインアウトする", "Sign out everywhere, here too";
    session_ended: "端末をサインアウトさせました。", "That browser has been signed out.";
    sessions_ended: "ほかのすべての端末をサインアウトさせました。", "All other browsers have been signed out.";
    operation: "操作", "Action";
    list_comma: "、", ", ";
    consents: "連携しているアプリ", "Connected applications";
    consents_hint: "サインインしていない間もアカウントを使えるアプリです。", "Applications that may use your account while you are away.";
    consents_none: "許可しているアプリはありません。", "You have not allowed any application.";
    consents_table: "連携しているアプリの一覧", "Applications that you have allowed";
    consent_client: "アプリ", "Application";
    consent_scope: "許可した内容", "What it may use";
    consent_given: "許可した日時", "Allowed";
    consent_until: "期限", "Until";
    consent_end: "許可を取り消す", "Take back";
    consent_end_of: "{} の許可を取り消す", "Take back what {} may use";
    consent_ended: "アプリの許可を取り消しました。アプリはもうアカウントを使えません。",
        "What the application was allowed has been taken back. It can no longer use your account.";

    // Sign-in for other applications.
    consent: "アクセスの許可", "Allow access";
    consent_asks: "{} がアカウントへのアクセスを求めています", "{} asks for access to your account";
    consent_may: "許可すると、次のことができるようになります。", "If you allow it, the application can:";
    consent_as: "サインイン中のアカウント: {}", "You are signed in as {}";
    consent_to: "許可または拒否すると {} に戻ります。", "Either way you go back to {}.";
    allow: "許可する", "Allow";
    deny: "許可しない", "Do not allow";
    authorization_refused: "アプリからの要求を受け付けられません", "The application's request cannot be accepted";
    authorization_refused_text:
        "サインインを求めたアプリの設定か、要求の内容に誤りがあります。アプリの管理者に、次の内容を伝えてください。",
        "The application that asked you to sign in is not set up correctly, or its request is wrong. Please tell its administrator:";
    logout_ask: "サインアウトしますか", "Sign out?";
    logout_ask_text: "アプリからサインアウトを求められました。このブラウザで再び使うには、もう一度サインインが必要です。",
        "An application asks to sign you out. To use Musubi in this browser afterwards, you have to sign in again.";
    logout_ask_of: "{} からサインアウトを求められました。このブラウザで再び使うには、もう一度サインインが必要です。",
        "{} asks to sign you out. To use Musubi in this browser afterwards, you have to sign in again.";
    logout_stay: "サインインしたままにする", "Stay signed in";

    // The home page.
    welcome: "{} さん、こんにちは", "Hello, {}";

    // Pages for what went wrong.
    request_id: "受付番号", "Request ID";
    go_home: "ホームへ", "Go to the home page";
    bad_request: "リクエストを処理できません", "The request cannot be handled";
    bad_request_text: "送信された内容が正しくありません。前のページからやり直してください。", "What was sent is not right. Please go back and try again.";
    forbidden: "この操作はできません", "This is not allowed";
    forbidden_text: "この操作に必要な権限がありません。必要な場合は管理者に依頼してください。", "You do not have the right to do this. If you need it, ask your administrator.";
    form_over: "フォームの有効期限が切れています", "The form is no longer valid";
    form_over_text:
        "サインインの状態が変わったか、ほかのサイトから送信されました。何も変更していません。ページを開き直して、もう一度送信してください。",
        "Your sign-in has changed since the page was opened, or the form came from another site. Nothing has been changed. Open the page again and send it once more.";
    not_found: "ページが見つかりません", "There is no such page";
    not_found_text: "アドレスが間違っているか、ページがなくなっています。", "The address is wrong, or the page is gone.";
    no_tenant: "このアドレスに対応する企業が見つかりません", "Nothing is served under this address";
    no_tenant_text: "アドレスを確認するか、管理者に問い合わせてください。", "Check the address or ask your administrator.";
    method_not_allowed: "この方法では開けません", "It cannot be opened this way";
    method_not_allowed_text: "リンクやボタンから操作し直してください。", "Please use the links and buttons of the pages.";
    too_large: "送信された内容が大きすぎます", "What was sent is too large";
    too_large_text: "内容を短くして、もう一度送信してください。何も変更していません。", "Please shorten it and send it again. Nothing has been changed.";
    conflict: "ほかの操作と重なりました", "Somebody else was first";
    conflict_text: "ページを開き直して、内容を確認してください。", "Open the page again and check what it says now.";
    busy: "混み合っています", "Too busy at the moment";
    busy_text: "少し待ってから、もう一度お試しください。", "Please wait a moment and try again.";
    unavailable: "一時的に利用できません", "Not available at the moment";
    unavailable_text: "データベースに接続できないか、空き容量がありません。少し待ってから、もう一度お試しください。",
        "The database cannot be reached or has no room left. Please wait a moment and try again.";
    internal: "サーバーでエラーが発生しました", "Something went wrong on the server";
    internal_text: "もう一度お試しください。続く場合は、受付番号を管理者に伝えてください。", "Please try again. If it keeps happening, give the request ID to your administrator.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_says_something_in_both_languages_and_is_filled_alike() {
        for (name, ja, en) in all() {
            assert!(!ja.trim().is_empty() && !en.trim().is_empty(), "{name}");
            assert_ne!(ja, en, "{name}");
            assert_eq!(ja.matches("{}").count(), en.matches("{}").count(), "{name}");
            assert!(ja.matches("{}").count() <= 2, "{name}");
        }
        assert_eq!(fill("{} {}", "{}"), "{} {}");
        assert_eq!(fill_two("{}: {}", "{}", "a"), "{}: a");
    }

    #[test]
    fn japanese_is_japanese() {
        let is_japanese = |text: &str| {
            text.chars()
                .any(|sign| ('\u{3040}'..='\u{30ff}').contains(&sign) || ('\u{4e00}'..='\u{9fff}').contains(&sign))
        };
        let other = ["lang", "other_language", "other_lang", "list_comma", "encoding_utf8", "encoding_sjis"];
        for (name, ja, en) in all().into_iter().filter(|(name, ..)| !other.contains(name)) {
            assert!(is_japanese(ja), "{name}: {ja}");
            assert!(!is_japanese(en), "{name}: {en}");
        }
    }
}
