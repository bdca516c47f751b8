//! Claims: what a client is told of the person who has signed in, and of his company (source: ユーザー情報エンドポイント; OpenID Connect
//! Core, 5.1).

use serde_json::{Map, Value, json};

use crate::tenant::TenantProfile;
use crate::user::{User, UserField};

/// Every claim that a scope can release.
pub const CLAIMS: [&str; 21] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "zoneinfo",
    "email",
    "notification_email",
    "phone_number",
    "mobile_phone_number",
    "address",
    "ks3_custom_attribute",
    "ks3_tenant_id",
    "ks3_tenant_name",
    "ks3_tenant_phone",
    "ks3_tenant_email",
    "department",
    "business_unit",
    "title",
    "staff_id",
    "extension",
];

/// How claims look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimsProfile {
    /// As the source shows them: the address is one text, and what a person has not is "".
    #[default]
    Robotid,
    /// As OpenID Connect Core says: the address is an object, and what somebody has not is left out.
    Standard,
}

impl ClaimsProfile {
    /// The profile of a word in the settings of a client.
    #[must_use]
    pub fn of(word: &str) -> Self {
        if word == "standard" { Self::Standard } else { Self::Robotid }
    }
}

/// The company of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// 企業UID.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What else is known of it.
    pub profile: TenantProfile,
}

/// The claims of these names.
#[must_use]
pub fn claims(names: &[&str], profile: ClaimsProfile, user: &User, company: &Company) -> Map<String, Value> {
    let claim = |name: &&str| {
        let value = match *name {
            "address" => address(profile, &company.profile),
            "ks3_custom_attribute" => Some(attributes(&company.profile)),
            name => text(name, profile, user, company).map(Value::from),
        };
        value.map(|value| ((*name).to_owned(), value))
    };
    names.iter().filter_map(claim).collect()
}

/// A claim that is one text. Of a person "" is said where nothing is known, in the source's profile, of the claims that its table has; of a
/// company nothing is.
fn text(name: &str, profile: ClaimsProfile, user: &User, company: &Company) -> Option<String> {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let or_empty = |text: &str| known(text).or_else(|| (profile == ClaimsProfile::Robotid).then(String::new));
    let field = |field: UserField| known(user.field(field));
    match name {
        "sub" => Some(user.login_id.clone()),
        "name" => or_empty(&user.full_name()),
        "given_name" => or_empty(&user.first_name),
        "family_name" => or_empty(&user.family_name),
        "middle_name" => or_empty(user.field(UserField::MiddleName)),
        "email" => or_empty(&user.mail),
        "phone_number" => {
            let phones = [UserField::CompanyPhone, UserField::MobilePhone].map(|phone| user.field(phone));
            or_empty(phones.into_iter().find(|phone| !phone.is_empty()).unwrap_or_default())
        }
        "zoneinfo" => field(UserField::Zoneinfo),
        "notification_email" => field(UserField::NotificationMail),
        "mobile_phone_number" => field(UserField::MobilePhone),
        "department" => field(UserField::Department),
        "business_unit" => field(UserField::BusinessUnit),
        "title" => field(UserField::Title),
        "staff_id" => field(UserField::StaffId),
        "extension" => field(UserField::Extension),
        "ks3_tenant_id" => known(&company.code),
        "ks3_tenant_name" => known(&company.name),
        "ks3_tenant_phone" => known(&company.profile.phone),
        "ks3_tenant_email" => known(&company.profile.mail),
        _ => None,
    }
}

/// 都道府県 + 市区町村 + 番地・建物名 as one text, or the parts of OpenID Connect Core, 5.1.1.
fn address(profile: ClaimsProfile, of: &TenantProfile) -> Option<Value> {
    let whole = [of.prefecture.as_str(), &of.city, &of.street].concat();
    match profile {
        ClaimsProfile::Robotid => (!whole.is_empty()).then(|| Value::from(whole)),
        ClaimsProfile::Standard => {
            let parts = [
                ("formatted", &whole),
                ("street_address", &of.street),
                ("locality", &of.city),
                ("region", &of.prefecture),
                ("postal_code", &of.postal_code),
                ("country", &of.country),
            ];
            let known = parts.into_iter().filter(|(_, text)| !text.is_empty());
            let object: Map<_, _> = known.map(|(name, text)| (name.to_owned(), text.clone().into())).collect();
            (!object.is_empty()).then_some(Value::Object(object))
        }
    }
}

fn attributes(of: &TenantProfile) -> Value {
    of.attributes.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::UserNo;
    use crate::user::UserFields;

    fn user(fields: &[(UserField, &str)]) -> User {
        User {
            number: UserNo(2),
            id: Uuid::nil(),
            login_id: "yamadatest".to_owned(),
            family_name: "山田".to_owned(),
            first_name: "太郎".to_owned(),
            mail: "tarou.yamada@example.co.jp".to_owned(),
            active: true,
            system: false,
            fields: fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect::<UserFields>(),
            permission_template: String::new(),
        }
    }

    fn company() -> Company {
        let text = str::to_owned;
        Company {
            code: text("ro7jrw"),
            name: text("ABC株式会社"),
            profile: TenantProfile {
                phone: text("0312345678"),
                country: text("JP"),
                postal_code: text("105-0001"),
                prefecture: text("東京都"),
                city: text("港区"),
                street: text("1-2-3テストビル5F"),
                attributes: vec![
                    (text("サンプルサイト用メールアドレス"), text("yamada001@example.co.jp")),
                    (text("サンプルサイトユーザー権限"), text("1")),
                ],
                ..TenantProfile::default()
            },
        }
    }

    #[test]
    fn the_profile_of_the_source_looks_like_its_sample() {
        let names: Vec<_> = CLAIMS.into_iter().filter(|name| *name != "phone_number").collect();
        let sample = json!({
            "sub": "yamadatest", "address": "東京都港区1-2-3テストビル5F", "ks3_tenant_name": "ABC株式会社",
            "ks3_tenant_phone": "0312345678", "name": "山田 太郎",
            "ks3_custom_attribute": [
                { "value": "yamada001@example.co.jp", "key": "サンプルサイト用メールアドレス" },
                { "value": "1", "key": "サンプルサイトユーザー権限" },
            ],
            "given_name": "太郎", "middle_name": "", "family_name": "山田", "email": "tarou.yamada@example.co.jp",
            "ks3_tenant_id": "ro7jrw",
        });
        assert_eq!(Value::Object(claims(&names, ClaimsProfile::Robotid, &user(&[]), &company())), sample);
        assert_eq!(
            Value::Object(claims(&["phone_number"], ClaimsProfile::Robotid, &user(&[]), &company())),
            json!({ "phone_number": "" })
        );
    }

    #[test]
    fn the_standard_profile_leaves_out_what_nobody_knows() {
        let person = user(&[(UserField::MobilePhone, "090"), (UserField::Zoneinfo, "Asia/Tokyo")]);
        let names = ["sub", "middle_name", "phone_number", "mobile_phone_number", "zoneinfo", "address", "unknown"];
        let told = claims(&names, ClaimsProfile::Standard, &person, &company());
        let expected = json!({
            "sub": "yamadatest", "phone_number": "090", "mobile_phone_number": "090", "zoneinfo": "Asia/Tokyo",
            "address": {
                "formatted": "東京都港区1-2-3テストビル5F", "street_address": "1-2-3テストビル5F", "locality": "港区",
                "region": "東京都", "postal_code": "105-0001", "country": "JP",
            },
        });
        assert_eq!(Value::Object(told), expected);
        let nothing = claims(&["address", "middle_name"], ClaimsProfile::Standard, &user(&[]), &Company::default());
        assert!(nothing.is_empty());
    }

    #[test]
    fn every_claim_is_known() {
        let all: Vec<_> = UserField::ALL.iter().map(|field| (*field, "x")).collect();
        let company =
            Company { profile: TenantProfile { mail: "a@b.example".to_owned(), ..company().profile }, ..company() };
        assert_eq!(claims(&CLAIMS, ClaimsProfile::Standard, &user(&all), &company).len(), CLAIMS.len());
        let standard = crate::system_scope::STANDARD.iter().flat_map(|scope| scope.claims);
        let examples = crate::system_scope::EXAMPLES.iter().flat_map(|(_, claims, _, _)| crate::scope::names(claims));
        assert!(standard.copied().chain(examples).all(|name| CLAIMS.contains(&name)));
    }
}
