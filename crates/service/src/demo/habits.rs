//! How firms do things: departments and titles, payment, size of capital, notes, and how they were met.

/// Departments of companies: the first three are in small ones too, the first eight in those of some dozen people.
pub(crate) static DEPARTMENTS: &[&str] =
    &["総務部", "営業部", "業務課", "経理部", "管理部", "購買部", "資材部", "調達課", "情報システム部", "法務部"];

/// Departments of corporations that are no companies.
pub(crate) static OFFICES: &[&str] = &["事務局", "総務課", "経理課", "管理課", "事務部"];

/// Which kinds a client has, and how often.
#[rustfmt::skip]
pub(crate) static KINDS: &[(&[i32], usize)] = &[(&[1], 50), (&[2], 15), (&[3], 12), (&[4], 8), (&[5], 4), (&[6], 2), (&[1, 3], 6), (&[1, 5], 3)];

/// The same of corporations that are no companies.
pub(crate) static CORPORATION_KINDS: &[(&[i32], usize)] = &[(&[1], 75), (&[2], 20), (&[6], 5)];

/// How clients pay.
pub(crate) static PAYMENT_TERMS: &[&str] = &[
    "月末締め翌月末払い",
    "月末締め翌々月10日払い",
    "20日締め翌月20日払い",
    "15日締め翌月15日払い",
    "月末締め翌月末払い(電子記録債権)",
    "前払い",
];

/// Notes on clients.
pub(crate) static NOTES: &[&str] = &[
    "請求書は電子データで送付する。",
    "納品書に発注番号を必ず記載すること。",
    "見積りは購買担当を通すこと。",
    "年1回、価格を見直す。",
    "夏季と年末年始は受注を停止する。",
    "定例会は毎月第2火曜日、オンライン。",
    "基本契約は自動更新。更新の3か月前に確認する。",
    "検収は納品から10日以内。",
    "見本は総務あてに送る。",
    "反社会的勢力の排除に関する覚書を締結済み。",
];

/// Millions of yen, for each size.
pub(crate) static CAPITAL: &[[u64; 5]] =
    &[[3, 3, 5, 8, 10], [10, 10, 20, 30, 48], [30, 50, 80, 98, 100], [100, 300, 500, 1_000, 3_000]];

/// Closing days, and how many of a hundred firms have them.
#[rustfmt::skip]
pub(crate) static CLOSING_DAYS: &[(&str, usize)] = &[
    ("3/31", 55), ("12/31", 9), ("9/30", 8), ("6/30", 6), ("3/20", 3), ("2/28", 3), ("5/31", 3), ("8/31", 3), ("1/31", 2),
    ("4/30", 2), ("7/31", 2), ("10/31", 2), ("11/30", 2),
];

/// Inquiry routes (引合経路), each with its category, and how often clients came by it.
#[rustfmt::skip]
pub(crate) static ROUTES: &[(&str, &str, usize)] = &[
    ("展示会", "春の総合展", 12), ("展示会", "秋の業務改善展", 9), ("展示会", "地域産業フェア", 6),
    ("ウェブサイト", "問い合わせフォーム", 16), ("ウェブサイト", "資料請求", 11), ("ウェブサイト", "オンラインセミナー", 7),
    ("紹介", "取引先からの紹介", 14), ("紹介", "金融機関からの紹介", 5), ("紹介", "社員からの紹介", 4),
    ("営業活動", "訪問", 7), ("営業活動", "電話", 5), ("営業活動", "ダイレクトメール", 3),
    ("広告", "業界紙", 3), ("広告", "検索広告", 4),
];

/// Where a business with a prospect stands.
pub(crate) static PROSPECTS: &[&str] = &[
    "初回訪問済み。次回は製品の説明を行う。",
    "見積りを提出し、回答を待っている。",
    "来期の予算で検討中。",
    "資料を送付した。四半期ごとに状況を確認する。",
    "競合の製品と比較検討中。",
];

/// Titles in a department (部), the highest first; whoever has none is 担当.
pub(crate) static DEPARTMENT_TITLES: &[&str] = &["部長", "次長", "課長", "課長代理", "係長", "主任"];

/// Titles in a section (課).
pub(crate) static SECTION_TITLES: &[&str] = &["課長", "課長代理", "係長", "主任"];

/// Titles in an office of a corporation (事務局).
pub(crate) static OFFICE_TITLES: &[&str] = &["事務局長", "事務局次長", "主任"];

/// Lists that contacts are on.
pub(crate) static LISTS: &[&str] =
    &["年賀状", "展示会の案内", "メールマガジン", "暑中見舞い", "新製品の案内", "周年行事の招待"];

/// Short notes on contacts, and the departments that they fit; without one they fit all.
pub(crate) static CONTACT_NOTES: &[(&str, &[&str])] = &[
    ("電話は午前中がつながりやすい。", &[]),
    ("決裁者への説明に同席いただける。", &[]),
    ("在宅勤務が多く、連絡はメールがよい。", &[]),
    ("毎週水曜日は不在。", &[]),
    ("前任者から引き継ぎ。", &[]),
    ("年度末は多忙。早めに予定を伺う。", &[]),
    ("契約書の送付先。", &["法務部", "総務部", "総務課", "事務局"]),
    ("請求書の送付先。", &["経理部", "経理課"]),
    ("技術的な質問はこの方へ。", &["情報システム部", "資材部"]),
    ("納期の相談はこの方へ。", &["購買部", "資材部", "調達課", "営業部", "業務課"]),
];

/// Longer notes on contacts.
pub(crate) static CONTACT_DETAILS: &[&str] = &[
    "導入時の窓口。\n稟議は部長、購買部の順に回る。",
    "打合せはオンラインを希望。\n資料は前日までに送る。",
    "来社の際は正面の受付で部署名を伝える。\n駐車場あり。",
    "現場の責任者。\n繁忙期は3月と9月。",
];

/// Notes on cards.
pub(crate) static CARD_NOTES: &[&str] = &[
    "新任のご挨拶で来社。",
    "打合せに同席。",
    "前任者と引き継ぎのご挨拶。",
    "拠点の見学の際に交換。",
    "年始のご挨拶。",
    "見積りの説明に同席。",
    "契約更新の打合せ。",
];
