//! A password as it is compared: the same one, whichever keyboard and system it was typed on (RFC 8265, section 4, OpaqueString). Width
//! and case stay, since they are part of the secret.

use unicode_normalization::UnicodeNormalization;

/// The form under which a password is hashed: spaces of every kind as U+0020, Unicode in form NFC. `None` for a text that is no password:
/// one that is empty or has control characters in it.
#[must_use]
pub fn opaque_string(text: &str) -> Option<String> {
    let prepared: String =
        text.chars().map(|character| if is_space(character) { ' ' } else { character }).nfc().collect();
    (!prepared.is_empty() && !prepared.chars().any(char::is_control)).then_some(prepared)
}

/// A character of the class of space separators (Zs).
const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_text_however_it_is_typed() {
        for (typed, compared) in [
            ("correct horse", "correct horse"),
            ("山田　太郎", "山田 太郎"),
            ("か\u{3099}くふ\u{309a}", "がくぷ"),
            ("Ａａ", "Ａａ"),
            ("ﾊﾟｽ", "ﾊﾟｽ"),
            (" a\u{a0}", " a "),
        ] {
            assert_eq!(opaque_string(typed).as_deref(), Some(compared), "{typed}");
            assert_eq!(opaque_string(compared).as_deref(), Some(compared), "{typed}");
        }
        for text in ["", "a\nb", "a\u{0}", "\u{7f}"] {
            assert_eq!(opaque_string(text), None, "{text:?}");
        }
    }
}
