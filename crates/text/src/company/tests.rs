use super::*;

use proptest::prelude::*;
use proptest::sample::select;

fn apart(name: &str) -> (Option<&'static str>, &str, Place) {
    let split = split(name);
    (split.form.map(|form| form.name), split.core, split.place)
}

#[test]
fn a_form_is_found_before_and_behind_however_it_is_written() {
    use Place::{After, Before};
    for (name, form, core, place) in [
        ("株式会社山田商事", "株式会社", "山田商事", Before),
        ("山田商事株式会社", "株式会社", "山田商事", After),
        ("株式会社　山田　商事", "株式会社", "山田　商事", Before),
        ("株 式 会 社 山田商事", "株式会社", "山田商事", Before),
        ("山田商事\u{2003}株式会社\u{A0}", "株式会社", "山田商事", After),
        ("株式會社山田商事", "株式会社", "山田商事", Before),
        ("(株)山田商事", "株式会社", "山田商事", Before),
        ("（株）山田商事", "株式会社", "山田商事", Before),
        ("（ 株 ）山田商事", "株式会社", "山田商事", Before),
        ("(株）山田商事", "株式会社", "山田商事", Before),
        ("〔株〕山田商事", "株式会社", "山田商事", Before),
        ("㈱山田商事", "株式会社", "山田商事", Before),
        ("山田商事㈱", "株式会社", "山田商事", After),
        ("㍿山田商事", "株式会社", "山田商事", Before),
        ("山田商事（株）", "株式会社", "山田商事", After),
        ("㈲山田", "有限会社", "山田", Before),
        ("山田(有)", "有限会社", "山田", After),
        ("合同会社山田", "合同会社", "山田", Before),
        ("（同）山田", "合同会社", "山田", Before),
        ("合名会社山田", "合名会社", "山田", Before),
        ("㈴山田", "合名会社", "山田", Before),
        ("合資会社山田", "合資会社", "山田", Before),
        ("㈾山田", "合資会社", "山田", Before),
        ("一般社団法人山田協会", "一般社団法人", "山田協会", Before),
        ("（一社）山田協会", "一般社団法人", "山田協会", Before),
        ("㈳山田協会", "社団法人", "山田協会", Before),
        ("公益財団法人山田記念会", "公益財団法人", "山田記念会", Before),
        ("㈶山田記念会", "財団法人", "山田記念会", Before),
        ("社会福祉法人さくら会", "社会福祉法人", "さくら会", Before),
        ("（福）さくら会", "社会福祉法人", "さくら会", Before),
        ("医療法人誠和会", "医療法人", "誠和会", Before),
        ("医療法人社団誠和会", "医療法人社団", "誠和会", Before),
        ("医療法人社団　誠和会", "医療法人社団", "誠和会", Before),
        ("医療法人（社団）誠和会", "医療法人社団", "誠和会", Before),
        ("医療法人財団誠和会", "医療法人財団", "誠和会", Before),
        ("社会医療法人誠和会", "社会医療法人", "誠和会", Before),
        ("（医）誠和会", "医療法人", "誠和会", Before),
        ("学校法人山田学園", "学校法人", "山田学園", Before),
        ("㈻山田学園", "学校法人", "山田学園", Before),
        ("宗教法人山田寺", "宗教法人", "山田寺", Before),
        ("特定非営利活動法人結", "特定非営利活動法人", "結", Before),
        ("ＮＰＯ法人結", "特定非営利活動法人", "結", Before),
        ("認定NPO法人 結", "特定非営利活動法人", "結", Before),
        ("（特非）結", "特定非営利活動法人", "結", Before),
        ("独立行政法人結機構", "独立行政法人", "結機構", Before),
        ("地方独立行政法人結病院機構", "地方独立行政法人", "結病院機構", Before),
        ("国立大学法人結大学", "国立大学法人", "結大学", Before),
        ("税理士法人山田会計", "税理士法人", "山田会計", Before),
        ("弁護士法人山田", "弁護士法人", "山田", Before),
        ("結監査法人", "監査法人", "結", After),
        ("結有限責任監査法人", "有限責任監査法人", "結", After),
        ("農事組合法人山田", "農事組合法人", "山田", Before),
        ("結生命保険相互会社", "相互会社", "結生命保険", After),
        ("結特定目的会社", "特定目的会社", "結", After),
        ("協同組合結", "協同組合", "結", Before),
        ("結事業協同組合", "事業協同組合", "結", After),
        ("Musubi Co., Ltd.", "Co., Ltd.", "Musubi", After),
        ("Musubi Co.,Ltd", "Co., Ltd.", "Musubi", After),
        ("ＭＵＳＵＢＩ　ＣＯ．，ＬＴＤ．", "Co., Ltd.", "ＭＵＳＵＢＩ", After),
        ("Musubi Company Limited", "Co., Ltd.", "Musubi", After),
        ("Musubi, Inc.", "Inc.", "Musubi", After),
        ("Musubi Inc", "Inc.", "Musubi", After),
        ("ムスビInc.", "Inc.", "ムスビ", After),
        ("Musubi Corporation", "Corp.", "Musubi", After),
        ("Musubi Ltd.", "Ltd.", "Musubi", After),
        ("Musubi LLC", "LLC", "Musubi", After),
        ("Musubi L.L.C.", "LLC", "Musubi", After),
        ("Musubi K.K.", "株式会社", "Musubi", After),
        ("K.K. Musubi", "株式会社", "Musubi", Before),
        ("KK Musubi", "株式会社", "Musubi", Before),
        ("Musubi G.K.", "合同会社", "Musubi", After),
        ("カ)ヤマダシヨウジ", "株式会社", "ヤマダシヨウジ", Before),
        ("ｶ)ﾔﾏﾀﾞ", "株式会社", "ﾔﾏﾀﾞ", Before),
        ("カ）ヤマダ", "株式会社", "ヤマダ", Before),
        ("ヤマダ（カ", "株式会社", "ヤマダ", After),
        ("ﾔﾏﾀﾞ(ｶ)", "株式会社", "ﾔﾏﾀﾞ", After),
        ("（カ）ヤマダ", "株式会社", "ヤマダ", Before),
        ("ド）ヤマダ", "合同会社", "ヤマダ", Before),
        ("トクヒ）ムスビ", "特定非営利活動法人", "ムスビ", Before),
        ("シヤ）ムスビ", "社団法人", "ムスビ", Before),
    ] {
        assert_eq!(apart(name), (Some(form), core, place), "{name}");
    }
}

#[test]
fn nothing_is_cut_within_a_word_or_twice() {
    for (name, core) in [
        ("株式会社株式会社サービス", "株式会社サービス"),
        ("有限会社有限", "有限"),
        ("(株)山田商事（株）", "山田商事（株）"),
        ("株式会社日本有限会社", "日本有限会社"),
        ("株式会社ヤマダ Co., Ltd.", "ヤマダ Co., Ltd."),
    ] {
        assert_eq!(apart(name).1, core, "{name}");
    }
    for name in [
        "株式会社",
        "(株)",
        "㈱",
        "カ）",
        "Inc.",
        "株式会社・",
        "㈱。",
        "相互印刷",
        "有限",
        "合同製鉄",
        "株式新聞社",
        "日本株式会社研究所",
        "山田商事(株)大阪支店",
        "Zinc",
        "Musubi-zinc",
        "Principal",
        "KKR",
        "Salt",
        "ABCLLC",
        "カヤマ",
        "かやま(かん",
        "監査法人",
        "学校",
        "",
        "・",
    ] {
        assert_eq!(apart(name), (None, name, Place::Nowhere), "{name}");
    }
}

#[test]
fn a_cooperative_keeps_what_it_does_behind_its_name() {
    assert_eq!(apart("山形農業協同組合"), (Some("農業協同組合"), "山形農業協同組合", Place::After));
    assert_eq!(apart("生活協同組合コープ結"), (Some("生活協同組合"), "コープ結", Place::Before));
    assert_ne!(company_key("山形農業協同組合"), company_key("山形漁業協同組合"));
    assert_eq!(company_key("山形漁業協同組合"), "山形漁業協同組合");
}

#[test]
fn keys_meet_where_names_are_one() {
    for (one, other) in [
        ("株式会社山田商事", "山田商事㈱"),
        ("㈱ヤマダ・データ", "ﾔﾏﾀﾞ ﾃﾞｰﾀ(株)"),
        ("株式会社ＡＢＣ", "ABC株式会社"),
        ("ABC, Inc.", "株式会社abc"),
        ("株式会社A.B.C.", "ABC"),
        ("株式会社アイ・ティー・エス", "アイティーエス株式会社"),
        ("サ－バ－株式会社", "サーバー株式会社"),
        ("サ-バ-株式会社", "サーバー株式会社"),
        ("ｻｰﾊﾞｰ(ｶ", "カ）サーバー"),
        ("「結」株式会社", "株式会社結"),
        ("株式会社\u{200B}結", "株式会社結"),
    ] {
        assert_eq!(company_key(one), company_key(other), "{one} {other}");
    }
}

#[test]
fn keys_stay_apart_where_names_differ() {
    for (one, other) in [
        ("株式会社サーバー", "株式会社サバ"),
        ("株式会社サ－バ－", "株式会社サバ"),
        ("株式会社R&D", "株式会社RD"),
        ("株式会社株式会社サービス", "株式会社サービス"),
        ("有限会社有限", "有限会社"),
        ("相互印刷", "印刷"),
        ("髙橋商事", "高橋商事"),
        ("A+", "A"),
    ] {
        assert_ne!(company_key(one), company_key(other), "{one} {other}");
    }
}

#[test]
fn a_name_that_is_only_a_form_or_punctuation_keeps_itself() {
    for (name, key) in [("株式会社", "株式会社"), ("㈱", "株"), ("・・・", "・・・"), ("㈱・", "株"), ("！", "!")]
    {
        assert_eq!(company_key(name), key);
    }
    assert_eq!(company_key("　 "), "");
}

#[test]
fn readings_lose_their_form() {
    for reading in [
        "カブシキガイシャヤマダ",
        "カブシキカイシャ ヤマダ",
        "カブシキガイシヤヤマダ",
        "かぶしきがいしゃヤマダ",
        "ヤマダカブシキガイシャ",
        "ヤマダ　カブシキガイシャ",
        "ユウゲンガイシャヤマダ",
        "ゴウドウガイシャ　ヤマダ",
        "カ）ヤマダ",
        "カ)ヤマダ",
        "ヤマダ（カ",
        "ヤマダ(カ)",
        "（カ）ヤマダ",
        "ユ）ヤマダ",
        "（株）ヤマダ",
        "ヤマダ",
        "イッパンシャダンホウジンヤマダ",
        "ガッコウホウジンヤマダ",
        "エヌピーオーホウジン ヤマダ",
    ] {
        assert_eq!(kana_without_form(reading), "ヤマダ", "{reading}");
    }
    assert_eq!(kana_without_form("カブシキガイシャ"), "カブシキガイシャ");
    assert_eq!(kana_without_form("ｶﾌﾞｼｷｶﾞｲｼｬ"), "ｶﾌﾞｼｷｶﾞｲｼｬ");
    assert_eq!(kana_without_form("ﾔﾏﾀﾞ ｶﾌﾞｼｷｶﾞｲｼｬ"), "ﾔﾏﾀﾞ");
    assert_eq!(kana_without_form("カブシキガイシャガイア"), "ガイア");
}

/// Names made of what forms are made of.
fn core() -> impl Strategy<Value = String> {
    let words = "株式 会社 有限 合同 相互 法人 社団 医療 組合 協同 山田 商事 印刷 サービス ヤマダ カ ) ( 株 Inc Ltd KK Musubi ・ ー & が ﾞ";
    proptest::collection::vec(select(words.split(' ').collect::<Vec<_>>()), 1..5).prop_map(|words| words.concat())
}

fn written() -> impl Strategy<Value = (&'static str, String)> {
    let spaced = |text: &str| format!(" {text} ");
    let all: Vec<_> = FORMS
        .iter()
        .filter(|form| !form.is_kept_after)
        .flat_map(|form| {
            let words = form.words.iter().map(|word| (*word).to_owned()).chain([form.name.to_owned()]);
            let abbreviations = form.abbreviations.iter().map(|part| format!("（{part}）"));
            words.chain(abbreviations).map(move |text| (form.name, text))
        })
        .filter(|(_, text)| !text.is_ascii())
        .flat_map(|(name, text)| [(name, spaced(&text)), (name, text)])
        .collect();
    select(all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_written_before_a_name_is_cut_and_nothing_of_the_name((form, text) in written(), core in core()) {
        let name = format!("{text}{core}");
        let split = split(&name);
        // With the beginning of the name a longer form may have come about: 医療法人 and 社団.
        prop_assume!(split.form.is_some_and(|found| found.name == form) && split.place == Place::Before);
        prop_assert_eq!(split.core, trimmed(&core).trim_start_matches('ﾞ'));
        prop_assert_eq!(company_key(&name), comparable(core.trim_start_matches('ﾞ')));
    }

    #[test]
    fn what_is_written_behind_a_name_is_cut_and_nothing_of_the_name((form, text) in written(), core in core()) {
        let name = format!("{core}{text}");
        let split = split(&name);
        prop_assume!(split.form.is_some_and(|found| found.name == form) && split.place == Place::After);
        let is_only_form = company_key(&text) == comparable(split.core);
        prop_assert!(split.core == trimmed(&core) || is_only_form, "{:?}", split.core);
    }

    #[test]
    fn a_name_has_a_key_and_its_core_is_part_of_it(any in any::<String>(), core in core()) {
        for name in [any, core] {
            let split = split(&name);
            prop_assert!(name.contains(split.core));
            prop_assert_eq!(company_key(&name).is_empty(), name.trim().is_empty());
            prop_assert_eq!(split.form.is_none(), split.place == Place::Nowhere);
        }
    }

    #[test]
    fn width_and_script_make_no_difference(core in core()) {
        let full = crate::width::to_full_width_ascii(&core);
        prop_assert_eq!(company_key(&full), company_key(&core));
        prop_assert_eq!(company_key(&crate::kana::to_hiragana(&core)), company_key(&core));
    }
}
