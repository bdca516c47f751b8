//! Ways to reach somebody (mail addresses, telephone numbers, websites, postal codes), each in the one form in which two
//! of them can be compared. What people type is stored and shown as typed; these forms are keys. Whether an address or a
//! number exists is not asked, and neither is who offers it: that gmail.com belongs to no company is a rule of the
//! domain.

use crate::width::to_half_width_ascii;

/// A mail address for comparing: half width, lower case, without the name in front of it; none where there is none.
///
/// The part before the @ is folded to lower case too. By the letter of RFC 5321 it may matter; no provider lets it.
///
/// ```
/// use musubi_text::contact_point::mail_key;
/// assert_eq!(mail_key("山田 太郎 <Taro.Yamada@Example.co.jp>").as_deref(), Some("taro.yamada@example.co.jp"));
/// ```
#[must_use]
pub fn mail_key(mail: &str) -> Option<String> {
    let plain = plain(mail);
    let address = match plain.rsplit_once('<') {
        Some((_, rest)) => rest.split_once('>')?.0,
        None => &plain,
    };
    let address = address.trim().trim_start_matches("mailto:");
    let (local, domain) = address.rsplit_once('@')?;
    let domain = domain_key(domain)?;
    let is_local =
        !local.is_empty() && !local.contains(|character: char| character.is_whitespace() || character == ',');
    is_local.then(|| format!("{local}@{domain}"))
}

/// The domain of a mail address, for comparing; none where there is none.
#[must_use]
pub fn mail_domain(mail: &str) -> Option<String> {
    mail_key(mail).and_then(|key| key.rsplit_once('@').map(|(_, domain)| domain.to_owned()))
}

/// The domain of a website, for comparing: without scheme, `www.`, port and path; none where there is none.
///
/// ```
/// use musubi_text::contact_point::website_domain;
/// assert_eq!(website_domain("https://www.Example.co.jp/about?x=1").as_deref(), Some("example.co.jp"));
/// assert_eq!(website_domain("ｅｘａｍｐｌｅ．ｃｏ．ｊｐ").as_deref(), Some("example.co.jp"));
/// ```
#[must_use]
pub fn website_domain(website: &str) -> Option<String> {
    let plain = plain(website);
    let rest = plain.split_once("://").map_or(plain.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    domain_key(host.trim_start_matches("www."))
}

fn plain(text: &str) -> String {
    to_half_width_ascii(text).trim().to_lowercase()
}

/// A domain of two or more labels.
fn domain_key(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_end_matches('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'))
    };
    (domain.contains('.') && domain.split('.').all(is_label)).then(|| domain.to_owned())
}

/// The digits of a telephone number, for comparing: of Japan from the leading 0, of other countries behind a +. None
/// where there are fewer than 9 digits (a part of a number) or more than 11 of Japan or 15 of elsewhere (two numbers in one
/// field).
///
/// +81, 0081 and 010-81 are folded to 0. What follows 内線, ext or # is of the house and dropped.
///
/// ```
/// use musubi_text::contact_point::phone_digits;
/// for phone in ["03-1234-5678", "０３（１２３４）５６７８", "+81 3 1234 5678", "+81 (0)3-1234-5678", "03-1234-5678 内線9"] {
///     assert_eq!(phone_digits(phone).as_deref(), Some("0312345678"), "{phone}");
/// }
/// ```
#[must_use]
pub fn phone_digits(phone: &str) -> Option<String> {
    let plain = plain(phone);
    let number = ["内線", "ext", "#"].iter().fold(plain.as_str(), |text, mark| text.split(mark).next().unwrap_or(text));
    let is_international = number.find('+').is_some_and(|at| at < number.find(is_digit).unwrap_or(0));
    let digits: String = number.replace("(0)", "").chars().filter(|character| is_digit(*character)).collect();
    let abroad = if is_international {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("010").filter(|rest| rest.len() > 8).or_else(|| digits.strip_prefix("00"))
    };
    let folded = match abroad {
        None => number.chars().filter(|character| is_digit(*character)).collect(),
        Some(abroad) => abroad
            .strip_prefix("81")
            .map_or_else(|| format!("+{abroad}"), |national| format!("0{}", national.trim_start_matches('0'))),
    };
    let most = if folded.starts_with('+') { 16 } else { 11 };
    (9..=most).contains(&folded.len()).then_some(folded)
}

/// Whether the digits of [`phone_digits`] are those of a mobile phone, which belongs to a person rather than to a firm.
#[must_use]
pub fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && ["060", "070", "080", "090"].iter().any(|prefix| digits.starts_with(prefix))
}

/// The seven digits of a postal code; none where there are not seven.
#[must_use]
pub fn postal_digits(postal_code: &str) -> Option<String> {
    let digits: String = plain(postal_code).chars().filter(|character| is_digit(*character)).collect();
    (digits.len() == 7).then_some(digits)
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    use crate::width::to_full_width_ascii;

    #[test]
    fn mail_addresses_meet_however_they_are_written() {
        for mail in [
            "taro@example.co.jp",
            "Taro@Example.CO.JP",
            "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ",
            " taro@example.co.jp　",
            "mailto:taro@example.co.jp",
            "山田 太郎 <taro@example.co.jp>",
            "\"山田, 太郎\" <taro@example.co.jp>",
            "taro@example.co.jp.",
        ] {
            assert_eq!(mail_key(mail).as_deref(), Some("taro@example.co.jp"), "{mail}");
            assert_eq!(mail_domain(mail).as_deref(), Some("example.co.jp"), "{mail}");
        }
        for mail in [
            "",
            "taro",
            "taro@",
            "@example.com",
            "taro@localhost",
            "a b@example.com",
            "<taro@example.com",
            "taro@a..jp",
        ] {
            assert_eq!(mail_key(mail), None, "{mail}");
        }
        assert_eq!(mail_domain("部長@例え.テスト").as_deref(), Some("例え.テスト"));
    }

    #[test]
    fn websites_meet_however_they_are_written() {
        for website in [
            "https://www.example.co.jp/",
            "http://example.co.jp",
            "example.co.jp",
            "WWW.EXAMPLE.CO.JP/会社概要",
            "https://example.co.jp:8443/?q=1#top",
            "https://user:word@example.co.jp/",
            "ｈｔｔｐｓ：／／ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏ．ｊｐ",
        ] {
            assert_eq!(website_domain(website).as_deref(), Some("example.co.jp"), "{website}");
        }
        for website in ["", "なし", "https://", "https://localhost/", "http://", "-", "準備中 です.近日"] {
            assert_eq!(website_domain(website), None, "{website}");
        }
        assert_ne!(
            website_domain("shop.example.co.jp"),
            website_domain("example.co.jp"),
            "a subdomain is another site"
        );
    }

    #[test]
    fn telephone_numbers_meet_however_they_are_written() {
        for (phone, digits) in [
            ("03-1234-5678", "0312345678"),
            ("0312345678", "0312345678"),
            ("(03) 1234-5678", "0312345678"),
            ("０３−１２３４−５６７８", "0312345678"),
            ("TEL:03-1234-5678", "0312345678"),
            ("03-1234-5678(代)", "0312345678"),
            ("03-1234-5678（内線１２３）", "0312345678"),
            ("03-1234-5678 ext. 123", "0312345678"),
            ("03-1234-5678 #123", "0312345678"),
            ("+81-3-1234-5678", "0312345678"),
            ("＋８１−３−１２３４−５６７８", "0312345678"),
            ("+81(0)3-1234-5678", "0312345678"),
            ("+81 03 1234 5678", "0312345678"),
            ("0081-3-1234-5678", "0312345678"),
            ("010-81-3-1234-5678", "0312345678"),
            ("090-1234-5678", "09012345678"),
            ("+819012345678", "09012345678"),
            ("0120-123-456", "0120123456"),
            ("0120(0)12345", "0120012345"),
            ("+1 650 555 0100", "+16505550100"),
            ("001-650-555-0100", "+16505550100"),
        ] {
            assert_eq!(phone_digits(phone).as_deref(), Some(digits), "{phone}");
        }
        for phone in [
            "",
            "なし",
            "1234-5678",
            "内線12",
            "03-1234-5678 / 03-8765-4321",
            "03-1234-5678(123)",
            "090-1234-5678 080-1234-5678",
        ] {
            assert_eq!(phone_digits(phone), None, "{phone}");
        }
        assert!(is_mobile("09012345678") && is_mobile("07012345678"));
        assert!(!is_mobile("0312345678") && !is_mobile("05012345678") && !is_mobile("+19012345678"));
    }

    #[test]
    fn postal_codes_have_seven_digits() {
        for code in ["106-0032", "1060032", "〒106-0032", "１０６−００３２", "〒１０６ ００３２"] {
            assert_eq!(postal_digits(code).as_deref(), Some("1060032"), "{code}");
        }
        for code in ["", "106", "106-003", "106-00321", "一〇六"] {
            assert_eq!(postal_digits(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_keys_of_themselves(any in any::<String>(), near in "[0-9０＋+() -]{0,20}", mail in "[a-zＡ.@<>, ]{0,12}") {
            for text in [any, near, mail] {
                for key in [mail_key, website_domain, phone_digits, postal_digits] {
                    if let Some(once) = key(&text) {
                        prop_assert_eq!(key(&once), Some(once.clone()), "{:?}", text);
                        prop_assert_eq!(key(&to_full_width_ascii(&text)), Some(once));
                    }
                }
            }
        }
    }
}
