//! The language of what the command line says.

use std::ffi::OsString;

use musubi_domain::messages::Locale;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    ja: String,
    en: String,
}

impl Text {
    /// A sentence, Japanese first.
    pub(crate) fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub(crate) fn of(&self, locale: Locale) -> &str {
        choose(locale, &self.ja, &self.en)
    }
}

/// The one of two texts that is in the language.
pub(crate) const fn choose<'t>(locale: Locale, ja: &'t str, en: &'t str) -> &'t str {
    match locale {
        Locale::Ja => ja,
        Locale::En => en,
    }
}

/// The language that the environment asks for: Japanese for `ja*`, else English.
pub(crate) fn of_environment() -> Locale {
    from_variables(|name| std::env::var_os(name))
}

/// The first of the three variables that says anything decides, as POSIX has it.
fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Locale {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    if said.is_some_and(|value| value.to_string_lossy().to_ascii_lowercase().starts_with("ja")) {
        Locale::Ja
    } else {
        Locale::En
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_anything_decides() {
        let cases: [(&[(&str, &str)], Locale); 7] = [
            (&[], Locale::En),
            (&[("LANG", "ja_JP.UTF-8")], Locale::Ja),
            (&[("LANG", "JA")], Locale::Ja),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], Locale::En),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "")], Locale::Ja),
            (&[("LANG", "C"), ("LC_MESSAGES", "ja")], Locale::Ja),
            (&[("LANG", "en_US.UTF-8")], Locale::En),
        ];
        for (set, locale) in cases {
            let variable =
                |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            assert_eq!(from_variables(variable), locale, "{set:?}");
        }
    }
}
