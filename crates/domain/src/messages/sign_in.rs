//! What is said at the door: of passwords, codes and mails.

use super::Message;
use super::catalogue::{Entry, say};

impl Message {
    pub(super) fn sign_in_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::PasswordWellKnown => say(
                "password_well_known",
                "推測されやすいパスワードです。ほかのものにしてください。",
                "Everybody would guess this password. Take another one.",
            ),
            Self::PasswordTellsPerson => say(
                "password_tells_person",
                "ログインID、メールアドレス、名前を含むパスワードは使えません。",
                "A password must not contain the login ID, the mail address or the name.",
            ),
            Self::WrongPassword => say("wrong_password", "パスワードが違います。", "The password is wrong."),
            Self::WrongCode => say(
                "wrong_code",
                "認証コードが違います。時計が合っているか確かめて、新しい認証コードを入力してください。",
                "The code is wrong. See whether the clock is right, and enter a new one.",
            ),
            Self::SecondFactorSet => say(
                "second_factor_set",
                "2段階認証は設定済みです。設定しなおすには、先に解除してください。",
                "Two-step verification is on already. Turn it off first to set it up anew.",
            ),
            Self::MailRefused { answer } => (
                "mail_refused",
                format!("メールサーバーがメールを受け取りませんでした({answer})。"),
                format!("The mail server did not take the mail ({answer})."),
            ),
            Self::NoMail => say(
                "no_mail",
                "メールサーバーが設定されていません。--smtp-url と --mail-from を指定してください。",
                "No mail server is set. Give --smtp-url and --mail-from.",
            ),
            _ => return None,
        })
    }
}
