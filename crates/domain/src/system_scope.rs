//! System scopes: those that speak of the person who signs in, not of calls (source: OpenIdConnect スコープ仕様).
//!
//! The standard ones are there in every tenant and can be enabled and disabled; others a tenant makes for itself, naming the claims that
//! they release.

use crate::messages::Locale;
use crate::scope;

/// A standard scope: name, claims, title and what it gives in Japanese and in English.
#[derive(Clone, Copy, Debug)]
pub struct StandardScope {
    /// Its name.
    pub name: &'static str,
    /// The claims that it releases.
    pub claims: &'static [&'static str],
    /// What a person is told of it, in Japanese.
    pub ja: &'static str,
    /// The same in English.
    pub en: &'static str,
}

/// The standard scopes, in the order of the source.
pub const STANDARD: [StandardScope; 6] = [
    StandardScope { name: "openid", claims: &["sub"], ja: "ログインIDの確認", en: "Know your login ID" },
    StandardScope {
        name: "profile",
        claims: &["name", "given_name", "family_name", "middle_name", "zoneinfo"],
        ja: "プロフィール(姓、名、ミドルネーム、タイムゾーン)の参照",
        en: "See your profile (names, time zone)",
    },
    StandardScope {
        name: "email",
        claims: &["email", "notification_email"],
        ja: "メールアドレスの参照",
        en: "See your mail addresses",
    },
    StandardScope {
        name: "address",
        claims: &["address"],
        ja: "企業の住所の参照",
        en: "See the address of your company",
    },
    StandardScope {
        name: "phone",
        claims: &["phone_number", "mobile_phone_number"],
        ja: "電話番号の参照",
        en: "See your phone numbers",
    },
    StandardScope {
        name: "offline_access",
        claims: &[],
        ja: "ログインしていないときのアクセス",
        en: "Access while you are not signed in",
    },
];

/// What a person is told of the API scopes that ship.
const CALLS: [(&str, &str, &str); 4] = [
    ("crm:read", "取引先などの CRM データの参照", "Read clients and other CRM records"),
    (
        "crm:write",
        "取引先などの CRM データの登録、更新、削除",
        "Register, change and delete clients and other CRM records",
    ),
    ("organization:read", "組織とユーザーの参照", "Read organizations and people"),
    ("service_contract", "契約管理 API の利用", "Use the contract API"),
];

/// The scopes of a tenant's own with which it begins: name, claims, titles (source: スコープ仕様, ②).
pub const EXAMPLES: [(&str, &str, &str, &str); 2] = [
    (
        "ks3_user_tenant",
        "ks3_tenant_id ks3_tenant_name ks3_tenant_phone ks3_tenant_email",
        "所属企業の情報",
        "Your company",
    ),
    ("ks3_custom_attribute", "ks3_custom_attribute", "所属企業のカスタム属性", "Further details of your company"),
];

/// A system scope of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemScope {
    /// Its name.
    pub name: String,
    /// The names of the claims that one of the tenant's own releases.
    pub claims: String,
    /// What a person is told of one of the tenant's own, in Japanese.
    pub title_ja: String,
    /// The same in English.
    pub title_en: String,
    /// Whether it can be asked for.
    pub enabled: bool,
}

impl SystemScope {
    /// The standard scope of this name, if it is one.
    #[must_use]
    pub fn standard(&self) -> Option<&'static StandardScope> {
        STANDARD.iter().find(|standard| standard.name == self.name)
    }

    /// The claims that it releases.
    #[must_use]
    pub fn claims(&self) -> Vec<&str> {
        self.standard().map_or_else(|| scope::names(&self.claims), |standard| standard.claims.to_vec())
    }

    /// What a person is told of it.
    #[must_use]
    pub fn title(&self, locale: Locale) -> &str {
        let (ja, en) = self.standard().map_or((self.title_ja.as_str(), self.title_en.as_str()), |own| (own.ja, own.en));
        let title = if locale == Locale::Ja { ja } else { en };
        if title.is_empty() { &self.name } else { title }
    }
}

/// What a person is told of an API scope; its name where nothing is known of it.
#[must_use]
pub fn call_title(name: &str, locale: Locale) -> &str {
    let known = CALLS.iter().find(|(own, _, _)| *own == name);
    known.map_or(name, |(_, ja, en)| if locale == Locale::Ja { ja } else { en })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_of_every_scope_in_his_language() {
        let scope = |name: &str, ja: &str| SystemScope {
            name: name.to_owned(),
            claims: "department title".to_owned(),
            title_ja: ja.to_owned(),
            title_en: String::new(),
            enabled: true,
        };
        assert_eq!(scope("phone", "").title(Locale::En), "See your phone numbers");
        assert_eq!(scope("phone", "").claims(), ["phone_number", "mobile_phone_number"]);
        assert_eq!(scope("ks3_x", "所属").title(Locale::Ja), "所属");
        assert_eq!(scope("ks3_x", "所属").title(Locale::En), "ks3_x");
        assert_eq!(scope("ks3_x", "").claims(), ["department", "title"]);
        for (_, name) in scope::SHIPPED {
            assert_ne!(call_title(name, Locale::Ja), name, "what ships is told in words");
        }
        assert_eq!(call_title("own:read", Locale::En), "own:read");
    }
}
