//! Mails that the product writes: what is sent to whom, in which words.

use crate::messages::Locale;

/// A mail to one person, in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A letter, before it has words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Somebody asked for a link to set a new password.
    PasswordReset {
        /// The login ID of the person.
        login_id: String,
        /// The link.
        link: String,
        /// Minutes for which it is good, from when it was asked for.
        minutes: i64,
    },
    /// A new password was set.
    PasswordChanged {
        /// The login ID of the person.
        login_id: String,
    },
    /// An administrator wants to know whether mails arrive.
    Test,
}

impl Letter {
    /// The mail to an address in a language.
    #[must_use]
    pub fn to(&self, address: &str, locale: Locale) -> Mail {
        let (subject, body) = match locale {
            Locale::Ja => self.ja(),
            Locale::En => self.en(),
        };
        Mail { to: address.to_owned(), subject: subject.to_owned(), body }
    }

    fn ja(&self) -> (&'static str, String) {
        match self {
            Self::PasswordReset { login_id, link, minutes } => (
                "パスワードの再設定",
                format!(
                    "ログインID {login_id} のパスワードの再設定が申し込まれました。\n\
                     次のページで新しいパスワードを決めてください。{minutes} 分以内に 1 回だけ使えます。\n\n\
                     {link}\n\n\
                     お心当たりがなければ、このメールは捨ててください。パスワードは変わりません。\n"
                ),
            ),
            Self::PasswordChanged { login_id } => (
                "パスワードが変更されました",
                format!(
                    "ログインID {login_id} のパスワードが変更されました。\n\
                     お心当たりがなければ、すぐに管理者に知らせてください。\n"
                ),
            ),
            Self::Test => {
                ("メール送信の確認", "このメールが届いていれば、メールの設定は正しくできています。\n".to_owned())
            }
        }
    }

    fn en(&self) -> (&'static str, String) {
        match self {
            Self::PasswordReset { login_id, link, minutes } => (
                "Set a new password",
                format!(
                    "Somebody asked for a new password for the login ID {login_id}.\n\
                     Set it on this page, once, within {minutes} minutes:\n\n\
                     {link}\n\n\
                     If it was not you, throw this mail away. Your password stays as it is.\n"
                ),
            ),
            Self::PasswordChanged { login_id } => (
                "Your password was changed",
                format!(
                    "The password of the login ID {login_id} was changed.\n\
                     If it was not you, tell your administrator at once.\n"
                ),
            ),
            Self::Test => ("A test of mail", "If you read this, mail is set up as it should be.\n".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_carry_what_they_are_about_in_both_languages() {
        let reset =
            Letter::PasswordReset { login_id: "hanako".into(), link: "https://a.example/x?y=z".into(), minutes: 30 };
        for locale in [Locale::Ja, Locale::En] {
            let mail = reset.to("hanako@example.jp", locale);
            assert_eq!(mail.to, "hanako@example.jp");
            for part in ["hanako", "\nhttps://a.example/x?y=z\n", "30"] {
                assert!(mail.body.contains(part), "{part}");
            }
            let changed = Letter::PasswordChanged { login_id: "hanako".into() }.to("a@example.jp", locale);
            assert!(changed.body.contains("hanako") && !changed.subject.contains('\n'));
        }
        assert_ne!(Letter::Test.to("a", Locale::Ja), Letter::Test.to("a", Locale::En));
    }
}
