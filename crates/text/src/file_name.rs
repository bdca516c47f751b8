//! The name of a file that somebody sends, as it is kept and given back: of its letters nothing is lost that any system can hold, and
//! nothing is left that leads to another folder, hides the real ending, or cannot be a name elsewhere. Whether files of that ending are
//! wanted is for others to say.

use unicode_normalization::UnicodeNormalization;

/// The last part of a path as a name of at most `most` characters; "" where nothing is left of it. Letters are put together (macOS sends
/// が as か and a mark), signs that Windows holds for its own become `_`, and signs without a look of their own go.
///
/// ```
/// use musubi_text::file_name::file_name;
///
/// assert_eq!(file_name("C:\\見積\\か\u{3099}いさん.pdf", 50), "がいさん.pdf");
/// assert_eq!(file_name("../../etc/passwd", 50), "passwd");
/// assert_eq!(file_name("請求書\u{202e}fdp.exe", 50), "請求書fdp.exe");
/// ```
#[must_use]
pub fn file_name(path: &str, most: usize) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let signs = last.nfc().filter(|sign| !sign.is_control() && !is_invisible(*sign));
    let name: String = signs.map(|sign| if "<>:\"|?*".contains(sign) { '_' } else { sign }).collect();
    // Neither hidden nor of a name that Windows shortens by itself.
    let name = name.trim_start_matches(is_edge).trim_end_matches(is_edge);
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let name = if is_device(stem) { format!("_{name}") } else { name.to_owned() };
    shortened(&name, most)
}

/// The ending of a name in lower case, without its point; "" where it has none.
#[must_use]
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

const fn is_edge(sign: char) -> bool {
    matches!(sign, '.' | ' ' | '\u{3000}' | '\u{a0}')
}

/// Signs that turn the direction of writing, join or part letters, or have no look: names that look alike would not be.
const fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

/// Names that stand for devices on Windows, with any ending.
fn is_device(stem: &str) -> bool {
    let upper = stem.to_ascii_uppercase();
    let numbered = |name: &str| {
        upper.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    ["CON", "PRN", "AUX", "NUL"].contains(&upper.as_str()) || numbered("COM") || numbered("LPT")
}

/// A name with what is too much taken out before its ending.
fn shortened(name: &str, most: usize) -> String {
    let count = name.chars().count();
    if count <= most {
        return name.to_owned();
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let kept = ending.chars().count() + 1;
    if ending.is_empty() || kept >= most {
        return name.chars().take(most).collect();
    }
    let stem: String = stem.chars().take(most - kept).collect();
    format!("{}.{ending}", stem.trim_end_matches(is_edge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (given, kept) in [
            ("見積書 2026年度.xlsx", "見積書 2026年度.xlsx"),
            ("..\\..\\windows\\win.ini", "win.ini"),
            ("/etc/cron.d/x", "x"),
            ("..", ""),
            ("", ""),
            ("a/", ""),
            (" .htaccess ", "htaccess"),
            ("a\r\nSet-Cookie: b.txt", "aSet-Cookie_ b.txt"),
            ("con.pdf", "_con.pdf"),
            ("lpt1", "_lpt1"),
            ("common.pdf", "common.pdf"),
            ("a\0b.png", "ab.png"),
            ("\u{200b}\u{feff}", ""),
            ("ＡＢＣ①㈱.pdf", "ＡＢＣ①㈱.pdf"),
            ("𠮷野家👨‍👩‍👧.pdf", "𠮷野家👨👩👧.pdf"),
        ] {
            assert_eq!(file_name(given, 50), kept, "{given:?}");
        }
        assert_eq!(file_name(&format!("{}.pdf", "長".repeat(300)), 20), format!("{}.pdf", "長".repeat(16)));
        assert_eq!(file_name(&"a".repeat(30), 20).len(), 20);
    }

    #[test]
    fn an_ending_is_the_last_one() {
        assert_eq!((ending("a.tar.GZ").as_str(), ending("a").as_str(), ending("請求.PDF").as_str()), ("gz", "", "pdf"));
    }
}
