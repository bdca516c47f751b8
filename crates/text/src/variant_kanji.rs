//! Kanji that stand for one another in names (異体字): 髙 for 高, 﨑 for 崎, 邊 and 邉 for 辺. A name is registered with one of
//! them and typed with another, so two names that differ in nothing else may be one. May be: 斎藤 and 斉藤 are two
//! surnames. So this form is for proposing, never for deciding, and never for storing. The small ヶ of 関ヶ原, which is written
//! ケ as well, is one of them.
//!
//! [`crate::search_key::fold`] keeps all of them apart; what it folds already (神 U+FA19 and 神) needs no line here.

/// Each line is one character in its usual form and the others that it is written with.
///
/// The forms of the register of persons (戸籍統一文字) that are common in names, and old forms (旧字体) of common name
/// characters.
const VARIANTS: &[(char, &str)] = &[
    ('高', "髙"),
    ('崎', "﨑嵜"),
    ('斎', "齋斉齊"),
    ('辺', "邊邉"),
    ('浜', "濱濵"),
    ('沢', "澤"),
    ('広', "廣"),
    ('国', "國圀"),
    ('桜', "櫻"),
    ('島', "嶋嶌"),
    ('真', "眞"),
    ('恵', "惠"),
    ('寿', "壽"),
    ('栄', "榮"),
    ('円', "圓"),
    ('学', "學"),
    ('会', "會"),
    ('実', "實"),
    ('宝', "寶寳"),
    ('徳', "德"),
    ('弥', "彌"),
    ('曽', "曾"),
    ('条', "條"),
    ('浅', "淺"),
    ('滝', "瀧"),
    ('瀬', "瀨"),
    ('焼', "燒"),
    ('総', "總"),
    ('縄', "繩"),
    ('豊', "豐"),
    ('竜', "龍"),
    ('鉄', "鐵"),
    ('塩', "鹽"),
    ('黒', "黑"),
    ('青', "靑"),
    ('万', "萬"),
    ('与', "與"),
    ('応', "應"),
    ('桧', "檜"),
    ('芦', "蘆"),
    ('館', "舘"),
    ('峰', "峯"),
    ('富', "冨"),
    ('吉', "𠮷"),
    ('柳', "栁"),
    ('桑', "桒"),
    ('野', "埜"),
    ('淵', "渕"),
    ('橋', "槗𣘺"),
    ('荘', "莊"),
    ('蔵', "藏"),
    ('児', "兒"),
    ('剣', "劍劔"),
    ('穂', "穗"),
    ('亀', "龜"),
    ('静', "靜"),
    ('鴎', "鷗"),
    ('関', "關"),
    ('稲', "稻"),
    ('薮', "藪"),
    ('尭', "堯"),
    ('遥', "遙"),
    ('凛', "凜"),
    ('晃', "晄"),
    ('頼', "賴"),
    ('郷', "鄕"),
    ('内', "內"),
    ('増', "增"),
    ('鶴', "靏靍"),
];

/// A folded text with each kanji in its usual form and without variation selectors. Doing so twice gives the same as
/// doing so once.
///
/// ```
/// use musubi_text::search_key::fold;
/// use musubi_text::variant_kanji::usual_forms;
/// assert_eq!(usual_forms(&fold("髙﨑商事")), usual_forms(&fold("高崎商事")));
/// ```
#[must_use]
pub fn usual_forms(folded: &str) -> String {
    folded.chars().filter(|character| !is_selector(*character)).map(usual_form_of).collect()
}

fn usual_form_of(character: char) -> char {
    match character {
        'ゖ' => return 'け',
        '\0'..'\u{3400}' => return character,
        _ => {}
    }
    VARIANTS.iter().find(|(_, others)| others.contains(character)).map_or(character, |(usual, _)| *usual)
}

/// What chooses one drawing of a kanji (葛󠄀 or 葛󠄁) and has none itself.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    use proptest::prelude::*;

    use crate::search_key::fold;

    #[test]
    fn names_written_with_variants_meet() {
        for (one, other) in [
            ("髙橋", "高橋"),
            ("山﨑", "山崎"),
            ("山嵜", "山崎"),
            ("齋藤", "斉藤"),
            ("齊藤", "斎藤"),
            ("渡邊", "渡邉"),
            ("渡辺", "渡邉"),
            ("濵田", "浜田"),
            ("濱田", "濵田"),
            ("廣澤", "広沢"),
            ("𠮷野", "吉野"),
            ("葛\u{E0100}城", "葛城"),
            ("関ヶ原", "関ケ原"),
            ("辻\u{E0101}", "辻"),
        ] {
            assert_ne!(fold(one), fold(other));
            assert_eq!(usual_forms(&fold(one)), usual_forms(&fold(other)), "{one} {other}");
        }
    }

    #[test]
    fn other_characters_stay_apart() {
        for (one, other) in [("佐藤", "左藤"), ("伊藤", "伊東"), ("太田", "大田"), ("阿部", "安部"), ("河合", "川合")]
        {
            assert_ne!(usual_forms(one), usual_forms(other));
        }
    }

    #[test]
    fn every_character_stands_once_and_needs_its_line() {
        let mut seen = HashSet::new();
        for (usual, others) in VARIANTS {
            assert!(seen.insert(*usual), "{usual}");
            for other in others.chars() {
                assert!(seen.insert(other), "{other}");
                assert_eq!(fold(&other.to_string()), other.to_string(), "folding knows {other} already");
                assert!(other >= '\u{3400}');
            }
        }
    }

    proptest! {
        #[test]
        fn doing_so_twice_is_doing_so_once(any in any::<String>(), names in "[髙高﨑崎齋斎邊辺\u{E0100}\u{FE00}山]{0,6}") {
            for text in [any, names] {
                let once = usual_forms(&text);
                prop_assert_eq!(usual_forms(&once), once);
            }
        }
    }
}
