//! The tables that demo data is drawn from: places, names, trades. Types and composition stand in `names.rs`.

use super::names::{
    ASSOCIATION, COOPERATIVE, FOUNDATION, LAW, MEDICAL, NONPROFIT, Prefecture, Region, SCHOOL, TAX, Trade, WELFARE,
    Word, any, chome, formed, house, local, own, place, plain, port, region, word,
};

/// A first-level choice of 業種: number, label, and the second level. A child's number is 20 times its parent's and more.
pub(crate) type Industry = (i32, &'static str, &'static [(i32, &'static str)]);

/// The choices of 業種 that the demo clients use.
#[rustfmt::skip]
pub(crate) static INDUSTRIES: &[Industry] = &[
    (1, "製造業", &[
        (21, "食料品製造"), (22, "繊維・衣服製造"), (23, "紙製品製造・印刷"), (24, "化学・医薬品製造"), (25, "金属製品製造"),
        (26, "機械製造"), (27, "電気・電子機器製造"), (28, "輸送用機器製造"), (29, "その他の製造"),
    ]),
    (2, "建設業", &[(41, "総合工事"), (42, "設備工事"), (43, "専門工事")]),
    (3, "卸売業", &[(61, "食料品卸売"), (62, "機械器具卸売"), (63, "建築材料・鋼材卸売"), (64, "紙・雑貨卸売")]),
    (4, "小売業", &[(81, "飲食料品小売"), (82, "家具・家電小売"), (83, "自動車販売"), (84, "医薬品小売")]),
    (5, "運輸・倉庫業", &[(101, "貨物運送"), (102, "旅客運送"), (103, "倉庫"), (104, "海運・港湾")]),
    (6, "情報通信業", &[(121, "ソフトウェア開発"), (122, "情報処理サービス"), (123, "通信"), (124, "出版・映像")]),
    (7, "金融・保険業", &[(141, "リース・ファイナンス"), (142, "保険代理"), (143, "投資")]),
    (8, "不動産業", &[(161, "不動産売買・仲介"), (162, "不動産賃貸・管理")]),
    (9, "宿泊・飲食業", &[(181, "宿泊・観光"), (182, "飲食")]),
    (10, "医療・福祉", &[(201, "医療"), (202, "介護・福祉")]),
    (11, "教育・学習支援業", &[(221, "学校"), (222, "学習塾・研修")]),
    (12, "専門・技術サービス業", &[(241, "法務・会計"), (242, "設計・技術"), (243, "広告・デザイン"), (244, "コンサルティング")]),
    (13, "その他のサービス業", &[(261, "人材"), (262, "ビル管理・警備"), (263, "環境・廃棄物処理"), (264, "整備・修理")]),
    (14, "農林水産業", &[(281, "農業・畜産"), (282, "林業"), (283, "漁業")]),
    (15, "エネルギー", &[(301, "燃料・電力")]),
    (16, "団体", &[(321, "協会・財団"), (322, "協同組合")]),
];

/// The choices of 取引先種別.
#[cfg(test)]
pub(crate) static CLIENT_KINDS: &[(i32, &str)] =
    &[(1, "顧客"), (2, "見込み客"), (3, "仕入先"), (4, "外注先"), (5, "代理店"), (6, "その他")];

/// The choices of 評価.
#[cfg(test)]
pub(crate) static RATINGS: &[(i32, &str)] = &[(1, "重点"), (2, "通常"), (3, "要注意")];

#[rustfmt::skip]
pub(crate) static TRADES: &[Trade] = &[
    any("食品", "ショクヒン", "shokuhin", 21), any("製菓", "セイカ", "seika", 21), house("酒造", "シュゾウ", "shuzo", 21),
    house("醸造", "ジョウゾウ", "jozo", 21), any("製麺", "セイメン", "seimen", 21), own("フーズ", "フーズ", "foods", 21),
    any("繊維", "センイ", "seni", 22), any("染工", "センコウ", "senko", 22), own("アパレル", "アパレル", "apparel", 22),
    any("印刷", "インサツ", "insatsu", 23), own("製紙", "セイシ", "seishi", 23), any("紙器", "シキ", "shiki", 23),
    own("化学工業", "カガクコウギョウ", "kagaku", 24), own("製薬", "セイヤク", "seiyaku", 24), any("塗料", "トリョウ", "toryo", 24),
    own("ケミカル", "ケミカル", "chemical", 24),
    any("製作所", "セイサクショ", "seisakusho", 25), any("鉄工所", "テッコウショ", "tekkosho", 25), any("鋳造", "チュウゾウ", "chuzo", 25),
    any("板金", "バンキン", "bankin", 25), any("金属", "キンゾク", "kinzoku", 25),
    any("精機", "セイキ", "seiki", 26), any("工機", "コウキ", "koki", 26), any("精密", "セイミツ", "seimitsu", 26),
    any("機械", "キカイ", "kikai", 26),
    any("電機", "デンキ", "denki", 27), any("電子工業", "デンシコウギョウ", "denshi", 27), any("計器", "ケイキ", "keiki", 27),
    own("エレクトロニクス", "エレクトロニクス", "electronics", 27),
    any("自動車工業", "ジドウシャコウギョウ", "jidosha-kogyo", 28), any("車体", "シャタイ", "shatai", 28),
    any("木工", "モッコウ", "mokko", 29), any("硝子", "ガラス", "garasu", 29), any("樹脂", "ジュシ", "jushi", 29),
    any("建設", "ケンセツ", "kensetsu", 41), house("工務店", "コウムテン", "komuten", 41), house("組", "グミ", "gumi", 41),
    any("土木", "ドボク", "doboku", 41), own("ハウス", "ハウス", "house", 41),
    any("設備", "セツビ", "setsubi", 42), any("空調", "クウチョウ", "kucho", 42), any("電設", "デンセツ", "densetsu", 42),
    any("塗装", "トソウ", "toso", 43), any("防水", "ボウスイ", "bosui", 43), any("造園", "ゾウエン", "zoen", 43),
    own("青果", "セイカ", "seika", 61), any("水産", "スイサン", "suisan", 61), any("米穀", "ベイコク", "beikoku", 61),
    any("機工", "キコウ", "kiko", 62), any("医療機器", "イリョウキキ", "iryokiki", 62), any("事務機", "ジムキ", "jimuki", 62),
    any("建材", "ケンザイ", "kenzai", 63), any("鋼材", "コウザイ", "kozai", 63), any("木材", "モクザイ", "mokuzai", 63),
    any("紙業", "シギョウ", "shigyo", 64), any("包装", "ホウソウ", "hoso", 64), any("文具", "ブング", "bungu", 64),
    own("マート", "マート", "mart", 81), own("ベーカリー", "ベーカリー", "bakery", 81), house("酒店", "サケテン", "saketen", 81),
    any("家具", "カグ", "kagu", 82), own("無線", "ムセン", "musen", 82), own("インテリア", "インテリア", "interior", 82),
    any("自動車販売", "ジドウシャハンバイ", "jidosha", 83), own("モータース", "モータース", "motors", 83),
    own("薬局", "ヤッキョク", "yakkyoku", 84), own("ドラッグ", "ドラッグ", "drug", 84),
    any("運輸", "ウンユ", "unyu", 101), any("運送", "ウンソウ", "unso", 101), any("物流", "ブツリュウ", "butsuryu", 101),
    own("ロジスティクス", "ロジスティクス", "logistics", 101),
    own("交通", "コウツウ", "kotsu", 102), own("観光バス", "カンコウバス", "kankobus", 102), own("タクシー", "タクシー", "taxi", 102),
    own("倉庫", "ソウコ", "soko", 103), any("冷蔵", "レイゾウ", "reizo", 103),
    own("海運", "カイウン", "kaiun", 104), own("マリン", "マリン", "marine", 104),
    any("システム開発", "システムカイハツ", "system", 121), any("ソフトウェア", "ソフトウェア", "software", 121),
    own("テック", "テック", "tech", 121), own("ソリューションズ", "ソリューションズ", "solutions", 121),
    any("情報サービス", "ジョウホウサービス", "joho", 122), own("データ", "データ", "data", 122), own("ネットワーク", "ネットワーク", "network", 122),
    any("通信", "ツウシン", "tsushin", 123), own("テレコム", "テレコム", "telecom", 123),
    own("出版", "シュッパン", "shuppan", 124), house("書房", "ショボウ", "shobo", 124), any("映像", "エイゾウ", "eizo", 124),
    own("リース", "リース", "lease", 141), own("ファイナンス", "ファイナンス", "finance", 141),
    any("保険サービス", "ホケンサービス", "hoken", 142), any("保険事務所", "ホケンジムショ", "hoken-jimusho", 142),
    own("キャピタル", "キャピタル", "capital", 143), own("インベストメント", "インベストメント", "investment", 143),
    own("不動産", "フドウサン", "fudosan", 161), any("住宅", "ジュウタク", "jutaku", 161), own("ホーム", "ホーム", "home", 161),
    own("ビルディング", "ビルディング", "building", 162), any("土地建物", "トチタテモノ", "tochitatemono", 162),
    house("旅館", "リョカン", "ryokan", 181), own("リゾート", "リゾート", "resort", 181), own("観光", "カンコウ", "kanko", 181),
    own("ダイニング", "ダイニング", "dining", 182), any("給食", "キュウショク", "kyushoku", 182), own("コーヒー", "コーヒー", "coffee", 182),
    formed(own("クリニック", "クリニック", "clinic", 201), MEDICAL), formed(own("整形外科", "セイケイゲカ", "seikeigeka", 201), MEDICAL),
    formed(own("歯科医院", "シカイイン", "shika", 201), MEDICAL),
    formed(own("福祉会", "フクシカイ", "fukushikai", 202), WELFARE), own("ケアサービス", "ケアサービス", "care", 202),
    formed(own("学園", "ガクエン", "gakuen", 221), SCHOOL), formed(own("学院", "ガクイン", "gakuin", 221), SCHOOL),
    own("ゼミナール", "ゼミナール", "seminar", 222), own("アカデミー", "アカデミー", "academy", 222),
    formed(own("会計", "カイケイ", "kaikei", 241), TAX), formed(house("法律事務所", "ホウリツジムショ", "horitsu", 241), LAW),
    any("エンジニアリング", "エンジニアリング", "engineering", 242), any("設計事務所", "セッケイジムショ", "sekkei", 242),
    any("測量", "ソクリョウ", "sokuryo", 242), own("技研", "ギケン", "giken", 242),
    any("広告社", "コウコクシャ", "kokokusha", 243), own("デザイン", "デザイン", "design", 243), any("企画", "キカク", "kikaku", 243),
    own("コンサルティング", "コンサルティング", "consulting", 244), own("パートナーズ", "パートナーズ", "partners", 244),
    own("スタッフィング", "スタッフィング", "staffing", 261), own("キャリア", "キャリア", "career", 261),
    any("ビルサービス", "ビルサービス", "buildingservice", 262), any("警備保障", "ケイビホショウ", "keibi", 262), any("美装", "ビソウ", "biso", 262),
    any("環境開発", "カンキョウカイハツ", "kankyo", 263), any("衛生社", "エイセイシャ", "eiseisha", 263), own("リサイクル", "リサイクル", "recycle", 263),
    any("整備", "セイビ", "seibi", 264), own("メンテナンス", "メンテナンス", "maintenance", 264),
    house("農園", "ノウエン", "noen", 281), own("ファーム", "ファーム", "farm", 281), any("畜産", "チクサン", "chikusan", 281),
    any("林業", "リンギョウ", "ringyo", 282), any("林産", "リンサン", "rinsan", 282),
    own("漁業", "ギョギョウ", "gyogyo", 283), any("海産", "カイサン", "kaisan", 283),
    any("プロパン", "プロパン", "propane", 301), own("石油", "セキユ", "sekiyu", 301), own("エナジー", "エナジー", "energy", 301),
    formed(local("品質管理協会", "ヒンシツカンリキョウカイ", "hinshitsu", 321), ASSOCIATION),
    formed(local("技術振興財団", "ギジュツシンコウザイダン", "gijutsu", 321), FOUNDATION),
    formed(local("まちづくり支援センター", "マチヅクリシエンセンター", "machizukuri", 321), NONPROFIT),
    formed(local("物流団地", "ブツリュウダンチ", "butsuryu-danchi", 322), COOPERATIVE),
    formed(local("機械団地", "キカイダンチ", "kikai-danchi", 322), COOPERATIVE),
    house("商店", "ショウテン", "shoten", 0), any("商会", "ショウカイ", "shokai", 0), any("商事", "ショウジ", "shoji", 0),
    any("産業", "サンギョウ", "sangyo", 0), any("興業", "コウギョウ", "kogyo", 0), own("物産", "ブッサン", "bussan", 0),
    own("ホールディングス", "ホールディングス", "holdings", 0), any("貿易", "ボウエキ", "boeki", 0),
    own("トレーディング", "トレーディング", "trading", 0), own("コーポレーション", "コーポレーション", "corporation", 0),
];

/// Names of well-known firms that the tables would make; no demo client bears one.
#[rustfmt::skip]
pub(crate) static WELL_KNOWN: &[&str] = &[
    "清水建設", "前田建設", "安藤建設", "青木建設", "松井建設", "高松建設", "東洋建設", "東亜建設", "木下工務店", "長谷川工務店",
    "小林製薬", "武田製薬", "佐藤製薬", "共立製薬", "村田製作所", "加藤製作所", "遠藤製作所", "中西製作所",
    "丸山製作所", "桜井製作所", "小松製作所", "京都製作所", "山本製作所", "石井食品", "加藤産業", "藤井産業", "昭和産業", "明和産業",
    "三光産業", "田中商事", "森精機", "村田機械", "高松機械", "武田化学工業", "協和化学工業", "昭和化学工業", "富山化学工業", "三栄書房",
    "鈴木自動車工業", "大栄不動産", "平和不動産", "明和地所", "東栄住宅", "星野リゾート",
    "藤田観光", "森ビルディング", "東洋水産", "大洋漁業", "東洋電機", "日新電機", "大光電機", "山田電機", "双葉電子工業", "旭硝子",
    "富士見書房", "共立印刷", "共立メンテナンス", "セントラル警備保障", "セントラルファイナンス", "太陽石油", "東亜石油", "新和海運",
    "新潟運輸", "神戸物産", "長野計器", "岩崎電機", "三協エンジニアリング", "大同メタル", "三和ホールディングス",
    "平和コーポレーション", "三栄コーポレーション", "日昇貿易", "日新製薬", "大同化学工業", "三協化学工業", "北川鉄工所", "中村酒造", "岡本工機", "木村工機",
];

#[rustfmt::skip]
pub(crate) static FAMILY_NAMES: &[Word] = &[
    word("佐藤", "サトウ", "sato"), word("鈴木", "スズキ", "suzuki"), word("高橋", "タカハシ", "takahashi"),
    word("田中", "タナカ", "tanaka"), word("伊藤", "イトウ", "ito"), word("渡辺", "ワタナベ", "watanabe"),
    word("山本", "ヤマモト", "yamamoto"), word("中村", "ナカムラ", "nakamura"), word("小林", "コバヤシ", "kobayashi"),
    word("加藤", "カトウ", "kato"), word("吉田", "ヨシダ", "yoshida"), word("山田", "ヤマダ", "yamada"),
    word("佐々木", "ササキ", "sasaki"), word("井上", "イノウエ", "inoue"), word("木村", "キムラ", "kimura"),
    word("林", "ハヤシ", "hayashi"), word("斎藤", "サイトウ", "saito"), word("清水", "シミズ", "shimizu"),
    word("山崎", "ヤマザキ", "yamazaki"), word("森", "モリ", "mori"), word("池田", "イケダ", "ikeda"),
    word("橋本", "ハシモト", "hashimoto"), word("阿部", "アベ", "abe"), word("石井", "イシイ", "ishii"),
    word("小川", "オガワ", "ogawa"), word("前田", "マエダ", "maeda"), word("岡田", "オカダ", "okada"),
    word("長谷川", "ハセガワ", "hasegawa"), word("藤田", "フジタ", "fujita"), word("後藤", "ゴトウ", "goto"),
    word("近藤", "コンドウ", "kondo"), word("村上", "ムラカミ", "murakami"), word("遠藤", "エンドウ", "endo"),
    word("青木", "アオキ", "aoki"), word("坂本", "サカモト", "sakamoto"), word("西村", "ニシムラ", "nishimura"),
    word("太田", "オオタ", "ota"), word("藤井", "フジイ", "fujii"), word("岡本", "オカモト", "okamoto"),
    word("藤原", "フジワラ", "fujiwara"), word("三浦", "ミウラ", "miura"), word("中野", "ナカノ", "nakano"),
    word("原田", "ハラダ", "harada"), word("中川", "ナカガワ", "nakagawa"), word("松田", "マツダ", "matsuda"),
    word("竹内", "タケウチ", "takeuchi"), word("小野", "オノ", "ono"), word("田村", "タムラ", "tamura"),
    word("和田", "ワダ", "wada"), word("中山", "ナカヤマ", "nakayama"), word("石田", "イシダ", "ishida"),
    word("森田", "モリタ", "morita"), word("小島", "コジマ", "kojima"), word("柴田", "シバタ", "shibata"),
    word("原", "ハラ", "hara"), word("酒井", "サカイ", "sakai"), word("工藤", "クドウ", "kudo"),
    word("横山", "ヨコヤマ", "yokoyama"), word("宮本", "ミヤモト", "miyamoto"), word("内田", "ウチダ", "uchida"),
    word("谷口", "タニグチ", "taniguchi"), word("大野", "オオノ", "ono"), word("丸山", "マルヤマ", "maruyama"),
    word("今井", "イマイ", "imai"), word("河野", "コウノ", "kono"), word("藤本", "フジモト", "fujimoto"),
    word("村田", "ムラタ", "murata"), word("武田", "タケダ", "takeda"), word("杉山", "スギヤマ", "sugiyama"),
    word("増田", "マスダ", "masuda"), word("平野", "ヒラノ", "hirano"), word("石塚", "イシヅカ", "ishizuka"),
    word("久保", "クボ", "kubo"), word("松井", "マツイ", "matsui"), word("野口", "ノグチ", "noguchi"),
    word("菊地", "キクチ", "kikuchi"), word("木下", "キノシタ", "kinoshita"), word("宮田", "ミヤタ", "miyata"),
    word("佐野", "サノ", "sano"), word("松尾", "マツオ", "matsuo"), word("岩崎", "イワサキ", "iwasaki"),
    word("桜井", "サクライ", "sakurai"), word("新井", "アライ", "arai"), word("星野", "ホシノ", "hoshino"),
    word("大西", "オオニシ", "onishi"), word("服部", "ハットリ", "hattori"), word("関口", "セキグチ", "sekiguchi"),
    word("本間", "ホンマ", "homma"), word("川村", "カワムラ", "kawamura"), word("安藤", "アンドウ", "ando"),
    word("島田", "シマダ", "shimada"), word("水野", "ミズノ", "mizuno"), word("西田", "ニシダ", "nishida"),
    word("荒木", "アラキ", "araki"), word("永井", "ナガイ", "nagai"), word("片山", "カタヤマ", "katayama"),
    word("堀内", "ホリウチ", "horiuchi"), word("矢野", "ヤノ", "yano"), word("北川", "キタガワ", "kitagawa"),
    word("中西", "ナカニシ", "nakanishi"),
];

#[rustfmt::skip]
pub(crate) static GIVEN_NAMES: &[Word] = &[
    word("健太", "ケンタ", "kenta"), word("大介", "ダイスケ", "daisuke"), word("拓也", "タクヤ", "takuya"),
    word("翔太", "ショウタ", "shota"), word("直樹", "ナオキ", "naoki"), word("哲也", "テツヤ", "tetsuya"),
    word("和也", "カズヤ", "kazuya"), word("浩二", "コウジ", "koji"), word("隆", "タカシ", "takashi"),
    word("誠", "マコト", "makoto"), word("学", "マナブ", "manabu"), word("亮", "リョウ", "ryo"),
    word("修", "オサム", "osamu"), word("剛", "ツヨシ", "tsuyoshi"), word("淳", "ジュン", "jun"),
    word("聡", "サトシ", "satoshi"), word("博之", "ヒロユキ", "hiroyuki"), word("正樹", "マサキ", "masaki"),
    word("英明", "ヒデアキ", "hideaki"), word("俊介", "シュンスケ", "shunsuke"), word("雄一", "ユウイチ", "yuichi"),
    word("康平", "コウヘイ", "kohei"), word("祐介", "ユウスケ", "yusuke"), word("達也", "タツヤ", "tatsuya"),
    word("裕太", "ユウタ", "yuta"), word("伸一", "シンイチ", "shinichi"), word("純一", "ジュンイチ", "junichi"),
    word("孝之", "タカユキ", "takayuki"), word("幸司", "コウジ", "koji"), word("昭彦", "アキヒコ", "akihiko"),
    word("信行", "ノブユキ", "nobuyuki"), word("勇樹", "ユウキ", "yuki"), word("涼太", "リョウタ", "ryota"),
    word("悠斗", "ユウト", "yuto"), word("大樹", "ダイキ", "daiki"), word("慎吾", "シンゴ", "shingo"),
    word("洋平", "ヨウヘイ", "yohei"), word("秀樹", "ヒデキ", "hideki"), word("義人", "ヨシト", "yoshito"),
    word("美咲", "ミサキ", "misaki"), word("陽子", "ヨウコ", "yoko"), word("恵子", "ケイコ", "keiko"),
    word("由美子", "ユミコ", "yumiko"), word("明美", "アケミ", "akemi"), word("真由美", "マユミ", "mayumi"),
    word("智子", "トモコ", "tomoko"), word("裕子", "ユウコ", "yuko"), word("久美子", "クミコ", "kumiko"),
    word("美穂", "ミホ", "miho"), word("彩", "アヤ", "aya"), word("愛", "アイ", "ai"), word("麻衣", "マイ", "mai"),
    word("沙織", "サオリ", "saori"), word("香織", "カオリ", "kaori"), word("千尋", "チヒロ", "chihiro"),
    word("真理子", "マリコ", "mariko"), word("優子", "ユウコ", "yuko"), word("直美", "ナオミ", "naomi"),
    word("里奈", "リナ", "rina"), word("結衣", "ユイ", "yui"), word("葵", "アオイ", "aoi"),
    word("楓", "カエデ", "kaede"), word("奈々", "ナナ", "nana"), word("理恵", "リエ", "rie"),
    word("早紀", "サキ", "saki"), word("瞳", "ヒトミ", "hitomi"), word("和子", "カズコ", "kazuko"),
    word("京子", "キョウコ", "kyoko"), word("典子", "ノリコ", "noriko"), word("洋子", "ヨウコ", "yoko"),
    word("友美", "トモミ", "tomomi"), word("綾乃", "アヤノ", "ayano"), word("菜摘", "ナツミ", "natsumi"),
    word("春香", "ハルカ", "haruka"), word("志保", "シホ", "shiho"), word("詩織", "シオリ", "shiori"),
    word("文香", "フミカ", "fumika"),
];

/// Words that firms name themselves after.
#[rustfmt::skip]
pub(crate) static BRANDS: &[Word] = &[
    word("三和", "サンワ", "sanwa"), word("三栄", "サンエイ", "sanei"), word("三光", "サンコウ", "sanko"),
    word("三友", "サンユウ", "sanyu"), word("三協", "サンキョウ", "sankyo"), word("東洋", "トウヨウ", "toyo"),
    word("東亜", "トウア", "toa"), word("東光", "トウコウ", "toko"), word("東栄", "トウエイ", "toei"),
    word("東和", "トウワ", "towa"), word("日新", "ニッシン", "nisshin"), word("日昇", "ニッショウ", "nissho"),
    word("大洋", "タイヨウ", "taiyo"), word("太陽", "タイヨウ", "taiyo"), word("明光", "メイコウ", "meiko"),
    word("明和", "メイワ", "meiwa"), word("協和", "キョウワ", "kyowa"), word("共栄", "キョウエイ", "kyoei"),
    word("共立", "キョウリツ", "kyoritsu"), word("丸和", "マルワ", "maruwa"), word("丸栄", "マルエイ", "maruei"),
    word("丸一", "マルイチ", "maruichi"), word("丸三", "マルサン", "marusan"), word("光洋", "コウヨウ", "koyo"),
    word("光和", "コウワ", "kowa"), word("幸和", "コウワ", "kowa"), word("栄和", "エイワ", "eiwa"),
    word("永昌", "エイショウ", "eisho"), word("瑞穂", "ミズホ", "mizuho"), word("若葉", "ワカバ", "wakaba"),
    word("双葉", "フタバ", "futaba"), word("双和", "ソウワ", "sowa"), word("青葉", "アオバ", "aoba"),
    word("清和", "セイワ", "seiwa"), word("誠心", "セイシン", "seishin"), word("昭和", "ショウワ", "showa"),
    word("新栄", "シンエイ", "shinei"), word("新興", "シンコウ", "shinko"), word("新星", "シンセイ", "shinsei"),
    word("新和", "シンワ", "shinwa"), word("親和", "シンワ", "shinwa"), word("伸光", "シンコウ", "shinko"),
    word("千歳", "チトセ", "chitose"), word("大栄", "ダイエイ", "daiei"), word("大興", "ダイコウ", "daiko"),
    word("大光", "ダイコウ", "daiko"), word("大同", "ダイドウ", "daido"), word("天龍", "テンリュウ", "tenryu"),
    word("豊和", "ホウワ", "howa"), word("宝来", "ホウライ", "horai"), word("北斗", "ホクト", "hokuto"),
    word("南星", "ナンセイ", "nansei"), word("飛鳥", "アスカ", "asuka"), word("平和", "ヘイワ", "heiwa"),
    word("朋友", "ホウユウ", "hoyu"), word("八千代", "ヤチヨ", "yachiyo"), word("友和", "ユウワ", "yuwa"),
    word("山王", "サンノウ", "sanno"), word("陽光", "ヨウコウ", "yoko"), word("六甲", "ロッコウ", "rokko"),
    word("旭", "アサヒ", "asahi"), word("暁", "アカツキ", "akatsuki"), word("錦", "ニシキ", "nishiki"),
    word("富士見", "フジミ", "fujimi"), word("寿", "コトブキ", "kotobuki"), word("鶴亀", "ツルカメ", "tsurukame"),
    word("松風", "マツカゼ", "matsukaze"), word("翔陽", "ショウヨウ", "shoyo"), word("啓明", "ケイメイ", "keimei"),
    word("進栄", "シンエイ", "shinei"), word("創和", "ソウワ", "sowa"), word("創生", "ソウセイ", "sosei"),
    word("有明", "アリアケ", "ariake"), word("花菱", "ハナビシ", "hanabishi"), word("桔梗", "キキョウ", "kikyo"),
    word("橘", "タチバナ", "tachibana"), word("欅", "ケヤキ", "keyaki"), word("若竹", "ワカタケ", "wakatake"),
    word("さくら", "サクラ", "sakura"), word("ひまわり", "ヒマワリ", "himawari"), word("みなみ", "ミナミ", "minami"),
    word("のぞみ", "ノゾミ", "nozomi"), word("ひかり", "ヒカリ", "hikari"), word("あかね", "アカネ", "akane"),
    word("つばさ", "ツバサ", "tsubasa"), word("こだま", "コダマ", "kodama"), word("みらい", "ミライ", "mirai"),
    word("あすなろ", "アスナロ", "asunaro"), word("やまびこ", "ヤマビコ", "yamabiko"),
    word("ほのか", "ホノカ", "honoka"), word("かもめ", "カモメ", "kamome"), word("すずらん", "スズラン", "suzuran"),
    word("なでしこ", "ナデシコ", "nadeshiko"), word("アルファ", "アルファ", "alpha"), word("オメガ", "オメガ", "omega"),
    word("オリオン", "オリオン", "orion"), word("カシオペア", "カシオペア", "cassiopeia"),
    word("シリウス", "シリウス", "sirius"), word("アトラス", "アトラス", "atlas"), word("アクア", "アクア", "aqua"),
    word("アーバン", "アーバン", "urban"), word("イースト", "イースト", "east"), word("エース", "エース", "ace"),
    word("オーシャン", "オーシャン", "ocean"), word("ガイア", "ガイア", "gaia"),
    word("クレセント", "クレセント", "crescent"), word("クローバー", "クローバー", "clover"),
    word("サンライズ", "サンライズ", "sunrise"), word("サンシャイン", "サンシャイン", "sunshine"),
    word("シグマ", "シグマ", "sigma"), word("スカイ", "スカイ", "sky"), word("ステラ", "ステラ", "stella"),
    word("セントラル", "セントラル", "central"), word("ソレイユ", "ソレイユ", "soleil"),
    word("トライ", "トライ", "try"), word("ネクサス", "ネクサス", "nexus"), word("ノーブル", "ノーブル", "noble"),
    word("パシフィック", "パシフィック", "pacific"), word("ビーコン", "ビーコン", "beacon"),
    word("フェニックス", "フェニックス", "phoenix"), word("フロンティア", "フロンティア", "frontier"),
    word("プライム", "プライム", "prime"), word("ブリッジ", "ブリッジ", "bridge"), word("ベスト", "ベスト", "best"),
    word("ホープ", "ホープ", "hope"), word("マイスター", "マイスター", "meister"), word("ミモザ", "ミモザ", "mimosa"),
    word("メープル", "メープル", "maple"), word("ユニオン", "ユニオン", "union"), word("ラピス", "ラピス", "lapis"),
    word("リーフ", "リーフ", "leaf"), word("リンク", "リンク", "link"), word("ルミナ", "ルミナ", "lumina"),
    word("レインボー", "レインボー", "rainbow"), word("ロータス", "ロータス", "lotus"),
];

pub(crate) static REGIONS: &[Region] = &[
    region("北日本", "キタニホン", "kitanihon", 1, 7),
    region("東日本", "ヒガシニホン", "higashinihon", 1, 15),
    region("中日本", "ナカニホン", "nakanihon", 16, 24),
    region("西日本", "ニシニホン", "nishinihon", 25, 46),
    region("東北", "トウホク", "tohoku", 2, 7),
    region("北関東", "キタカントウ", "kitakanto", 8, 10),
    region("関東", "カントウ", "kanto", 8, 14),
    region("首都圏", "シュトケン", "shutoken", 11, 14),
    region("北陸", "ホクリク", "hokuriku", 16, 18),
    region("東海", "トウカイ", "tokai", 21, 24),
    region("中部", "チュウブ", "chubu", 19, 23),
    region("近畿", "キンキ", "kinki", 25, 30),
    region("関西", "カンサイ", "kansai", 25, 30),
    region("山陰", "サンイン", "sanin", 31, 32),
    region("山陽", "サンヨウ", "sanyo", 33, 35),
    region("四国", "シコク", "shikoku", 36, 39),
    region("九州", "キュウシュウ", "kyushu", 40, 46),
    region("南九州", "ミナミキュウシュウ", "minamikyushu", 43, 46),
    region("日本", "ニホン", "nihon", 1, 47),
    region("中央", "チュウオウ", "chuo", 1, 47),
    region("国際", "コクサイ", "kokusai", 1, 47),
    region("総合", "ソウゴウ", "sogo", 1, 47),
];

/// The 47 prefectures in JIS order.
#[rustfmt::skip]
pub(crate) static PREFECTURES: &[Prefecture] = &[
    Prefecture { name: "北海道", weight: 3, places: &[
        place("札幌市中央区", word("札幌", "サッポロ", "sapporo"), "011", &[chome("大通東", "060-0041"), chome("北三条東", "060-0033"), chome("南一条東", "060-0051")]),
        port("函館市", word("函館", "ハコダテ", "hakodate"), "0138", &[chome("港町", "041-0821"), chome("昭和", "041-0812"), chome("本通", "041-0851")]),
        place("旭川市", word("旭川", "アサヒカワ", "asahikawa"), "0166", &[chome("宮下通", "070-0030"), chome("常盤通", "070-0043")]),
        place("帯広市", word("帯広", "オビヒロ", "obihiro"), "0155", &[chome("大通南", "080-0010"), chome("西一条南", "080-0011")]),
        port("苫小牧市", word("苫小牧", "トマコマイ", "tomakomai"), "0144", &[chome("表町", "053-0022"), chome("王子町", "053-0027")]),
    ] },
    Prefecture { name: "青森県", weight: 1, places: &[
        port("青森市", word("青森", "アオモリ", "aomori"), "017", &[chome("中央", "030-0822"), chome("新町", "030-0801"), chome("長島", "030-0861")]),
        port("八戸市", word("八戸", "ハチノヘ", "hachinohe"), "0178", &[chome("城下", "031-0072"), chome("卸センター", "039-1121")]),
        place("弘前市", word("弘前", "ヒロサキ", "hirosaki"), "0172", &[chome("駅前", "036-8002"), chome("城東", "036-8095")]),
    ] },
    Prefecture { name: "岩手県", weight: 1, places: &[
        place("盛岡市", word("盛岡", "モリオカ", "morioka"), "019", &[chome("中央通", "020-0021"), chome("菜園", "020-0024"), chome("大通", "020-0022")]),
        place("北上市", word("北上", "キタカミ", "kitakami"), "0197", &[chome("大通り", "024-0061"), chome("本通り", "024-0094")]),
        place("花巻市", word("花巻", "ハナマキ", "hanamaki"), "0198", &[chome("大通り", "025-0092"), chome("若葉町", "025-0097")]),
    ] },
    Prefecture { name: "宮城県", weight: 2, places: &[
        port("仙台市青葉区", word("仙台", "センダイ", "sendai"), "022", &[chome("一番町", "980-0811"), chome("国分町", "980-0803"), chome("中央", "980-0021")]),
        port("石巻市", word("石巻", "イシノマキ", "ishinomaki"), "0225", &[chome("中央", "986-0822"), chome("大街道東", "986-0855")]),
        port("塩竈市", word("塩竈", "シオガマ", "shiogama"), "022", &[chome("港町", "985-0016"), chome("北浜", "985-0003")]),
    ] },
    Prefecture { name: "秋田県", weight: 1, places: &[
        port("秋田市", word("秋田", "アキタ", "akita"), "018", &[chome("山王", "010-0951"), chome("中通", "010-0001"), chome("大町", "010-0921")]),
        place("横手市", word("横手", "ヨコテ", "yokote"), "0182", &[chome("条里", "013-0060"), chome("駅南", "013-0062")]),
        place("大館市", word("大館", "オオダテ", "odate"), "0186", &[chome("御成町", "017-0044"), chome("有浦", "017-0043")]),
    ] },
    Prefecture { name: "山形県", weight: 1, places: &[
        place("山形市", word("山形", "ヤマガタ", "yamagata"), "023", &[chome("香澄町", "990-0039"), chome("十日町", "990-0031")]),
        port("酒田市", word("酒田", "サカタ", "sakata"), "0234", &[chome("本町", "998-0043"), chome("中町", "998-0044")]),
        place("米沢市", word("米沢", "ヨネザワ", "yonezawa"), "0238", &[chome("中央", "992-0045"), chome("金池", "992-0012")]),
    ] },
    Prefecture { name: "福島県", weight: 1, places: &[
        place("福島市", word("福島", "フクシマ", "fukushima"), "024", &[chome("北中央", "960-8072"), chome("東中央", "960-8071")]),
        place("郡山市", word("郡山", "コオリヤマ", "koriyama"), "024", &[chome("駅前", "963-8002"), chome("大町", "963-8001")]),
        place("会津若松市", word("会津若松", "アイヅワカマツ", "aizuwakamatsu"), "0242", &[chome("中央", "965-0037"), chome("大町", "965-0042")]),
    ] },
    Prefecture { name: "茨城県", weight: 1, places: &[
        place("水戸市", word("水戸", "ミト", "mito"), "029", &[chome("三の丸", "310-0011"), chome("中央", "310-0805"), chome("泉町", "310-0026")]),
        place("つくば市", word("つくば", "ツクバ", "tsukuba"), "029", &[chome("吾妻", "305-0031"), chome("竹園", "305-0032")]),
        place("土浦市", word("土浦", "ツチウラ", "tsuchiura"), "029", &[chome("中央", "300-0043"), chome("桜町", "300-0037")]),
    ] },
    Prefecture { name: "栃木県", weight: 1, places: &[
        place("宇都宮市", word("宇都宮", "ウツノミヤ", "utsunomiya"), "028", &[chome("大通り", "320-0811"), chome("中央", "320-0806"), chome("駅前通り", "321-0964")]),
        place("小山市", word("小山", "オヤマ", "oyama"), "0285", &[chome("中央町", "323-0023"), chome("城山町", "323-0025")]),
        place("足利市", word("足利", "アシカガ", "ashikaga"), "0284", &[chome("通", "326-0814"), chome("栄町", "326-0815")]),
    ] },
    Prefecture { name: "群馬県", weight: 1, places: &[
        place("前橋市", word("前橋", "マエバシ", "maebashi"), "027", &[chome("大手町", "371-0026"), chome("本町", "371-0023"), chome("千代田町", "371-0022")]),
        place("高崎市", word("高崎", "タカサキ", "takasaki"), "027", &[chome("問屋町", "370-0006"), chome("緑町", "370-0073")]),
        place("桐生市", word("桐生", "キリュウ", "kiryu"), "0277", &[chome("本町", "376-0031"), chome("錦町", "376-0023")]),
    ] },
    Prefecture { name: "埼玉県", weight: 4, places: &[
        place("さいたま市浦和区", word("浦和", "ウラワ", "urawa"), "048", &[chome("高砂", "330-0063"), chome("仲町", "330-0062"), chome("常盤", "330-0061")]),
        place("川口市", word("川口", "カワグチ", "kawaguchi"), "048", &[chome("栄町", "332-0017"), chome("本町", "332-0012")]),
        place("川越市", word("川越", "カワゴエ", "kawagoe"), "049", &[chome("新富町", "350-0043"), chome("新宿町", "350-1124")]),
        place("所沢市", word("所沢", "トコロザワ", "tokorozawa"), "04", &[chome("並木", "359-0042"), chome("東所沢", "359-0021")]),
    ] },
    Prefecture { name: "千葉県", weight: 3, places: &[
        port("千葉市中央区", word("千葉", "チバ", "chiba"), "043", &[chome("中央", "260-0013"), chome("中央港", "260-0024"), chome("新宿", "260-0021")]),
        port("船橋市", word("船橋", "フナバシ", "funabashi"), "047", &[chome("浜町", "273-0012"), chome("西船", "273-0031")]),
        place("柏市", word("柏", "カシワ", "kashiwa"), "04", &[chome("中央", "277-0023"), chome("柏", "277-0005")]),
        place("市川市", word("市川", "イチカワ", "ichikawa"), "047", &[chome("市川", "272-0034"), chome("八幡", "272-0021")]),
    ] },
    Prefecture { name: "東京都", weight: 13, places: &[
        place("千代田区", word("神田", "カンダ", "kanda"), "03", &[chome("神田錦町", "101-0054"), chome("神田小川町", "101-0052"), chome("岩本町", "101-0032")]),
        place("中央区", word("日本橋", "ニホンバシ", "nihonbashi"), "03", &[chome("日本橋本町", "103-0023"), chome("日本橋室町", "103-0022"), chome("日本橋人形町", "103-0013")]),
        port("港区", word("芝浦", "シバウラ", "shibaura"), "03", &[chome("三田", "108-0073"), chome("港南", "108-0075"), chome("芝大門", "105-0012")]),
        place("新宿区", word("新宿", "シンジュク", "shinjuku"), "03", &[chome("西新宿", "160-0023"), chome("新宿", "160-0022"), chome("四谷", "160-0004")]),
        place("品川区", word("品川", "シナガワ", "shinagawa"), "03", &[chome("東品川", "140-0002"), chome("大崎", "141-0032")]),
        place("大田区", word("蒲田", "カマタ", "kamata"), "03", &[chome("蒲田", "144-0052"), chome("西蒲田", "144-0051"), chome("東蒲田", "144-0031")]),
        place("墨田区", word("墨田", "スミダ", "sumida"), "03", &[chome("墨田", "131-0031"), chome("錦糸", "130-0013"), chome("両国", "130-0026")]),
        place("江東区", word("深川", "フカガワ", "fukagawa"), "03", &[chome("深川", "135-0033"), chome("東陽", "135-0016"), chome("門前仲町", "135-0048")]),
        place("渋谷区", word("渋谷", "シブヤ", "shibuya"), "03", &[chome("渋谷", "150-0002"), chome("恵比寿", "150-0013"), chome("代々木", "151-0053")]),
        place("豊島区", word("池袋", "イケブクロ", "ikebukuro"), "03", &[chome("東池袋", "170-0013"), chome("西池袋", "171-0021"), chome("南池袋", "171-0022")]),
        place("台東区", word("上野", "ウエノ", "ueno"), "03", &[chome("上野", "110-0005"), chome("東上野", "110-0015"), chome("台東", "110-0016")]),
        place("八王子市", word("八王子", "ハチオウジ", "hachioji"), "042", &[chome("明神町", "192-0046"), chome("子安町", "192-0904")]),
        place("立川市", word("立川", "タチカワ", "tachikawa"), "042", &[chome("曙町", "190-0012"), chome("錦町", "190-0022")]),
    ] },
    Prefecture { name: "神奈川県", weight: 5, places: &[
        port("横浜市中区", word("横浜", "ヨコハマ", "yokohama"), "045", &[chome("本町", "231-0005"), chome("弁天通", "231-0007"), chome("尾上町", "231-0015")]),
        port("川崎市川崎区", word("川崎", "カワサキ", "kawasaki"), "044", &[chome("砂子", "210-0006"), chome("日ノ出", "210-0824"), plain("駅前本町", "210-0007")]),
        place("相模原市中央区", word("相模原", "サガミハラ", "sagamihara"), "042", &[chome("相模原", "252-0231"), chome("中央", "252-0239")]),
        place("藤沢市", word("藤沢", "フジサワ", "fujisawa"), "0466", &[chome("藤沢", "251-0052"), chome("本町", "251-0053")]),
        place("厚木市", word("厚木", "アツギ", "atsugi"), "046", &[chome("中町", "243-0018"), chome("旭町", "243-0014")]),
    ] },
    Prefecture { name: "新潟県", weight: 2, places: &[
        port("新潟市中央区", word("新潟", "ニイガタ", "niigata"), "025", &[chome("笹口", "950-0911"), chome("万代", "950-0088"), chome("東大通", "950-0087")]),
        place("長岡市", word("長岡", "ナガオカ", "nagaoka"), "0258", &[chome("大手通", "940-0062"), chome("台町", "940-0048")]),
        port("上越市", word("上越", "ジョウエツ", "joetsu"), "025", &[chome("本町", "943-0832"), chome("西本町", "942-0004")]),
    ] },
    Prefecture { name: "富山県", weight: 1, places: &[
        port("富山市", word("富山", "トヤマ", "toyama"), "076", &[chome("総曲輪", "930-0083"), chome("新富町", "930-0002")]),
        port("高岡市", word("高岡", "タカオカ", "takaoka"), "0766", &[chome("駅南", "933-0871"), chome("昭和町", "933-0946")]),
        port("射水市", word("射水", "イミズ", "imizu"), "0766", &[chome("本町", "934-0011"), chome("南太閤山", "939-0364")]),
    ] },
    Prefecture { name: "石川県", weight: 1, places: &[
        port("金沢市", word("金沢", "カナザワ", "kanazawa"), "076", &[chome("香林坊", "920-0961"), chome("片町", "920-0981"), chome("広岡", "920-0031")]),
        place("小松市", word("小松", "コマツ", "komatsu"), "0761", &[chome("本町", "923-0937"), chome("幸町", "923-0867")]),
        place("白山市", word("白山", "ハクサン", "hakusan"), "076", &[chome("倉光", "924-0865"), chome("末広", "924-0878")]),
    ] },
    Prefecture { name: "福井県", weight: 1, places: &[
        place("福井市", word("福井", "フクイ", "fukui"), "0776", &[chome("大手", "910-0005"), chome("中央", "910-0006"), chome("順化", "910-0023")]),
        port("敦賀市", word("敦賀", "ツルガ", "tsuruga"), "0770", &[chome("本町", "914-0051"), chome("中央町", "914-0811")]),
        place("鯖江市", word("鯖江", "サバエ", "sabae"), "0778", &[chome("本町", "916-0026"), chome("旭町", "916-0025")]),
    ] },
    Prefecture { name: "山梨県", weight: 1, places: &[
        place("甲府市", word("甲府", "コウフ", "kofu"), "055", &[chome("丸の内", "400-0031"), chome("中央", "400-0032"), chome("大手", "400-0015")]),
        place("甲斐市", word("甲斐", "カイ", "kai"), "055", &[plain("竜王新町", "400-0111"), plain("篠原", "400-0115")]),
        place("富士吉田市", word("富士吉田", "フジヨシダ", "fujiyoshida"), "0555", &[chome("下吉田", "403-0004"), chome("上吉田", "403-0005")]),
    ] },
    Prefecture { name: "長野県", weight: 2, places: &[
        place("長野市", word("長野", "ナガノ", "nagano"), "026", &[chome("若里", "380-0928"), chome("上野", "381-0085")]),
        place("松本市", word("松本", "マツモト", "matsumoto"), "0263", &[chome("中央", "390-0811"), chome("深志", "390-0815"), chome("大手", "390-0874")]),
        place("上田市", word("上田", "ウエダ", "ueda"), "0268", &[chome("中央", "386-0012"), chome("大手", "386-0024")]),
        place("飯田市", word("飯田", "イイダ", "iida"), "0265", &[chome("本町", "395-0044"), chome("中央通り", "395-0041")]),
    ] },
    Prefecture { name: "岐阜県", weight: 1, places: &[
        place("岐阜市", word("岐阜", "ギフ", "gifu"), "058", &[chome("神田町", "500-8833"), chome("金町", "500-8842")]),
        place("大垣市", word("大垣", "オオガキ", "ogaki"), "0584", &[chome("高屋町", "503-0901"), chome("郭町", "503-0887")]),
        place("高山市", word("高山", "タカヤマ", "takayama"), "0577", &[chome("本町", "506-0011"), chome("花里町", "506-0026")]),
    ] },
    Prefecture { name: "静岡県", weight: 2, places: &[
        place("静岡市葵区", word("静岡", "シズオカ", "shizuoka"), "054", &[chome("呉服町", "420-0031"), plain("御幸町", "420-0857"), chome("鷹匠", "420-0839")]),
        place("浜松市中央区", word("浜松", "ハママツ", "hamamatsu"), "053", &[chome("中央", "430-0929"), plain("板屋町", "430-0928")]),
        port("沼津市", word("沼津", "ヌマヅ", "numazu"), "055", &[chome("大手町", "410-0801"), chome("東間門", "410-0865")]),
        port("焼津市", word("焼津", "ヤイヅ", "yaizu"), "054", &[chome("栄町", "425-0027"), chome("本町", "425-0022")]),
    ] },
    Prefecture { name: "愛知県", weight: 5, places: &[
        port("名古屋市中区", word("名古屋", "ナゴヤ", "nagoya"), "052", &[chome("錦", "460-0003"), chome("栄", "460-0008"), chome("丸の内", "460-0002")]),
        port("豊橋市", word("豊橋", "トヨハシ", "toyohashi"), "0532", &[chome("駅前大通", "440-0888"), chome("広小路", "440-0881")]),
        place("岡崎市", word("岡崎", "オカザキ", "okazaki"), "0564", &[chome("康生通西", "444-0059"), chome("伝馬通", "444-0038")]),
        place("一宮市", word("一宮", "イチノミヤ", "ichinomiya"), "0586", &[chome("栄", "491-0858"), chome("本町", "491-0859")]),
        place("刈谷市", word("刈谷", "カリヤ", "kariya"), "0566", &[chome("相生町", "448-0027"), chome("桜町", "448-0028")]),
    ] },
    Prefecture { name: "三重県", weight: 1, places: &[
        port("津市", word("津", "ツ", "tsu"), "059", &[chome("栄町", "514-0004"), chome("新町", "514-0042")]),
        port("四日市市", word("四日市", "ヨッカイチ", "yokkaichi"), "059", &[plain("諏訪栄町", "510-0086"), chome("富田", "510-8014")]),
        port("松阪市", word("松阪", "マツサカ", "matsusaka"), "0598", &[chome("中町", "515-0083"), chome("愛宕町", "515-0037")]),
    ] },
    Prefecture { name: "滋賀県", weight: 1, places: &[
        place("大津市", word("大津", "オオツ", "otsu"), "077", &[chome("京町", "520-0044"), chome("中央", "520-0043")]),
        place("草津市", word("草津", "クサツ", "kusatsu"), "077", &[chome("大路", "525-0032"), chome("野路", "525-0059")]),
        place("彦根市", word("彦根", "ヒコネ", "hikone"), "0749", &[chome("京町", "522-0081"), chome("本町", "522-0064")]),
    ] },
    Prefecture { name: "京都府", weight: 2, places: &[
        place("京都市中京区", word("京都", "キョウト", "kyoto"), "075", &[plain("少将井町", "604-0862"), plain("蛸薬師町", "604-0021")]),
        place("京都市伏見区", word("伏見", "フシミ", "fushimi"), "075", &[plain("表町", "612-8219"), plain("今町", "612-8051")]),
        place("宇治市", word("宇治", "ウジ", "uji"), "0774", &[chome("羽戸山", "611-0012"), chome("明星町", "611-0014")]),
        place("福知山市", word("福知山", "フクチヤマ", "fukuchiyama"), "0773", &[chome("末広町", "620-0054"), plain("駅前町", "620-0045")]),
    ] },
    Prefecture { name: "大阪府", weight: 7, places: &[
        port("大阪市中央区", word("大阪", "オオサカ", "osaka"), "06", &[chome("本町", "541-0053"), chome("北浜", "541-0041"), chome("久太郎町", "541-0056")]),
        place("大阪市北区", word("梅田", "ウメダ", "umeda"), "06", &[chome("梅田", "530-0001"), chome("堂島", "530-0003"), chome("西天満", "530-0047")]),
        place("大阪市浪速区", word("難波", "ナンバ", "namba"), "06", &[chome("難波中", "556-0011"), chome("湊町", "556-0017"), chome("元町", "556-0016")]),
        port("堺市堺区", word("堺", "サカイ", "sakai"), "072", &[chome("大町東", "590-0954"), chome("市之町東", "590-0952")]),
        place("東大阪市", word("東大阪", "ヒガシオオサカ", "higashiosaka"), "06", &[chome("足代", "577-0841"), chome("永和", "577-0809"), chome("荒本西", "577-0024")]),
        place("吹田市", word("吹田", "スイタ", "suita"), "06", &[chome("江坂町", "564-0063"), chome("垂水町", "564-0062")]),
        place("高槻市", word("高槻", "タカツキ", "takatsuki"), "072", &[chome("芥川町", "569-1123"), chome("城北町", "569-0071")]),
    ] },
    Prefecture { name: "兵庫県", weight: 3, places: &[
        port("神戸市中央区", word("神戸", "コウベ", "kobe"), "078", &[chome("海岸通", "650-0024"), chome("三宮町", "650-0021"), chome("栄町通", "650-0023")]),
        port("姫路市", word("姫路", "ヒメジ", "himeji"), "079", &[chome("京町", "670-0824"), chome("北今宿", "670-0057")]),
        port("尼崎市", word("尼崎", "アマガサキ", "amagasaki"), "06", &[chome("昭和通", "660-0881"), chome("塚口町", "661-0002")]),
        port("西宮市", word("西宮", "ニシノミヤ", "nishinomiya"), "0798", &[chome("甲子園口", "663-8113"), chome("樋ノ口町", "663-8011")]),
    ] },
    Prefecture { name: "奈良県", weight: 1, places: &[
        place("奈良市", word("奈良", "ナラ", "nara"), "0742", &[chome("三条大路", "630-8013"), chome("大宮町", "630-8115")]),
        place("橿原市", word("橿原", "カシハラ", "kashihara"), "0744", &[chome("内膳町", "634-0804"), chome("八木町", "634-0078")]),
        place("生駒市", word("生駒", "イコマ", "ikoma"), "0743", &[chome("東生駒", "630-0213"), chome("元町", "630-0257")]),
    ] },
    Prefecture { name: "和歌山県", weight: 1, places: &[
        port("和歌山市", word("和歌山", "ワカヤマ", "wakayama"), "073", &[chome("友田町", "640-8342"), chome("太田", "640-8323")]),
        port("田辺市", word("田辺", "タナベ", "tanabe"), "0739", &[chome("東山", "646-0022"), chome("上の山", "646-0061")]),
        port("海南市", word("海南", "カイナン", "kainan"), "073", &[chome("重根東", "642-0018"), chome("馬場町", "642-0004")]),
    ] },
    Prefecture { name: "鳥取県", weight: 1, places: &[
        port("鳥取市", word("鳥取", "トットリ", "tottori"), "0857", &[chome("東町", "680-0011"), chome("本町", "680-0031"), chome("富安", "680-0845")]),
        port("米子市", word("米子", "ヨナゴ", "yonago"), "0859", &[chome("角盤町", "683-0812"), chome("東福原", "683-0802")]),
        place("倉吉市", word("倉吉", "クラヨシ", "kurayoshi"), "0858", &[chome("上井町", "682-0022"), chome("昭和町", "682-0806")]),
    ] },
    Prefecture { name: "島根県", weight: 1, places: &[
        port("松江市", word("松江", "マツエ", "matsue"), "0852", &[chome("学園南", "690-0826"), chome("東本町", "690-0842")]),
        port("出雲市", word("出雲", "イズモ", "izumo"), "0853", &[chome("今市町北本町", "693-0002"), chome("姫原", "693-0068")]),
        port("浜田市", word("浜田", "ハマダ", "hamada"), "0855", &[plain("黒川町", "697-0024"), plain("相生町", "697-0034")]),
    ] },
    Prefecture { name: "岡山県", weight: 1, places: &[
        place("岡山市北区", word("岡山", "オカヤマ", "okayama"), "086", &[chome("表町", "700-0822"), chome("駅前町", "700-0023"), chome("下石井", "700-0907")]),
        port("倉敷市", word("倉敷", "クラシキ", "kurashiki"), "086", &[chome("阿知", "710-0055"), chome("中央", "710-0046")]),
        place("津山市", word("津山", "ツヤマ", "tsuyama"), "0868", &[chome("本町", "708-0073"), plain("大手町", "708-0023")]),
    ] },
    Prefecture { name: "広島県", weight: 2, places: &[
        port("広島市中区", word("広島", "ヒロシマ", "hiroshima"), "082", &[chome("大手町", "730-0051"), chome("紙屋町", "730-0031"), chome("千田町", "730-0052")]),
        port("福山市", word("福山", "フクヤマ", "fukuyama"), "084", &[chome("西町", "720-0067"), chome("東町", "720-0052")]),
        port("呉市", word("呉", "クレ", "kure"), "0823", &[chome("中央", "737-0051"), chome("西中央", "737-0811")]),
        port("尾道市", word("尾道", "オノミチ", "onomichi"), "0848", &[chome("土堂", "722-0035"), chome("新浜", "722-0014")]),
    ] },
    Prefecture { name: "山口県", weight: 1, places: &[
        place("山口市", word("山口", "ヤマグチ", "yamaguchi"), "083", &[chome("中央", "753-0074"), chome("湯田温泉", "753-0056")]),
        port("下関市", word("下関", "シモノセキ", "shimonoseki"), "083", &[chome("秋根南町", "751-0872"), chome("竹崎町", "750-0025")]),
        port("宇部市", word("宇部", "ウベ", "ube"), "0836", &[chome("中央町", "755-0045"), chome("寿町", "755-0032")]),
    ] },
    Prefecture { name: "徳島県", weight: 1, places: &[
        port("徳島市", word("徳島", "トクシマ", "tokushima"), "088", &[chome("幸町", "770-0847"), chome("中央通", "770-0936"), chome("栄町", "770-0921")]),
        port("鳴門市", word("鳴門", "ナルト", "naruto"), "088", &[plain("撫養町南浜", "772-0003"), plain("撫養町斎田", "772-0002")]),
        port("阿南市", word("阿南", "アナン", "anan"), "0884", &[plain("富岡町", "774-0030"), plain("日開野町", "774-0013")]),
    ] },
    Prefecture { name: "香川県", weight: 1, places: &[
        port("高松市", word("高松", "タカマツ", "takamatsu"), "087", &[chome("番町", "760-0017"), chome("寿町", "760-0023"), chome("錦町", "760-0020")]),
        port("丸亀市", word("丸亀", "マルガメ", "marugame"), "0877", &[chome("大手町", "763-0034"), plain("浜町", "763-0022")]),
        port("坂出市", word("坂出", "サカイデ", "sakaide"), "0877", &[chome("京町", "762-0001"), chome("本町", "762-0044")]),
    ] },
    Prefecture { name: "愛媛県", weight: 1, places: &[
        port("松山市", word("松山", "マツヤマ", "matsuyama"), "089", &[chome("一番町", "790-0001"), chome("三番町", "790-0003"), chome("千舟町", "790-0011")]),
        port("今治市", word("今治", "イマバリ", "imabari"), "0898", &[chome("旭町", "794-0042"), chome("末広町", "794-0038")]),
        port("新居浜市", word("新居浜", "ニイハマ", "niihama"), "0897", &[chome("一宮町", "792-0025"), chome("庄内町", "792-0811")]),
    ] },
    Prefecture { name: "高知県", weight: 1, places: &[
        port("高知市", word("高知", "コウチ", "kochi"), "088", &[chome("本町", "780-0870"), chome("帯屋町", "780-0841"), chome("はりまや町", "780-0822")]),
        place("南国市", word("南国", "ナンコク", "nankoku"), "088", &[chome("駅前町", "783-0002"), chome("後免町", "783-0011")]),
        place("四万十市", word("四万十", "シマント", "shimanto"), "0880", &[chome("中村大橋通", "787-0033"), chome("中村東町", "787-0023")]),
    ] },
    Prefecture { name: "福岡県", weight: 3, places: &[
        port("福岡市博多区", word("博多", "ハカタ", "hakata"), "092", &[chome("博多駅前", "812-0011"), chome("博多駅東", "812-0013"), chome("住吉", "812-0018")]),
        port("福岡市中央区", word("福岡", "フクオカ", "fukuoka"), "092", &[chome("天神", "810-0001"), chome("薬院", "810-0022"), chome("大名", "810-0041")]),
        port("北九州市小倉北区", word("小倉", "コクラ", "kokura"), "093", &[chome("魚町", "802-0006"), chome("浅野", "802-0001"), chome("米町", "802-0003")]),
        place("久留米市", word("久留米", "クルメ", "kurume"), "0942", &[chome("東合川", "839-0809"), plain("日吉町", "830-0017")]),
    ] },
    Prefecture { name: "佐賀県", weight: 1, places: &[
        place("佐賀市", word("佐賀", "サガ", "saga"), "0952", &[chome("駅前中央", "840-0801"), chome("松原", "840-0831")]),
        port("唐津市", word("唐津", "カラツ", "karatsu"), "0955", &[chome("東唐津", "847-0017"), chome("町田", "847-0821")]),
        place("鳥栖市", word("鳥栖", "トス", "tosu"), "0942", &[chome("本町", "841-0037"), chome("弥生が丘", "841-0005")]),
    ] },
    Prefecture { name: "長崎県", weight: 1, places: &[
        port("長崎市", word("長崎", "ナガサキ", "nagasaki"), "095", &[chome("大手", "852-8127"), plain("尾上町", "850-0058"), plain("万才町", "850-0033")]),
        port("佐世保市", word("佐世保", "サセボ", "sasebo"), "0956", &[chome("天神", "857-1174"), chome("広田", "859-3223")]),
        place("諫早市", word("諫早", "イサハヤ", "isahaya"), "0957", &[plain("永昌東町", "854-0071"), plain("泉町", "854-0003")]),
    ] },
    Prefecture { name: "熊本県", weight: 1, places: &[
        port("熊本市中央区", word("熊本", "クマモト", "kumamoto"), "096", &[chome("水前寺", "862-0950"), chome("新町", "860-0004"), chome("大江", "862-0971")]),
        port("八代市", word("八代", "ヤツシロ", "yatsushiro"), "0965", &[chome("本町", "866-0861"), chome("大手町", "866-0852")]),
        place("荒尾市", word("荒尾", "アラオ", "arao"), "0968", &[chome("大島町", "864-0051"), chome("緑ケ丘", "864-0033")]),
    ] },
    Prefecture { name: "大分県", weight: 1, places: &[
        port("大分市", word("大分", "オオイタ", "oita"), "097", &[chome("金池町", "870-0026"), chome("府内町", "870-0021"), chome("都町", "870-0034")]),
        port("別府市", word("別府", "ベップ", "beppu"), "0977", &[chome("北浜", "874-0920"), chome("石垣東", "874-0919")]),
        port("中津市", word("中津", "ナカツ", "nakatsu"), "0979", &[chome("中央町", "871-0024"), chome("沖代町", "871-0021")]),
    ] },
    Prefecture { name: "宮崎県", weight: 1, places: &[
        port("宮崎市", word("宮崎", "ミヤザキ", "miyazaki"), "0985", &[chome("橘通西", "880-0001"), chome("橘通東", "880-0805")]),
        place("都城市", word("都城", "ミヤコノジョウ", "miyakonojo"), "0986", &[chome("上川東", "885-0012"), chome("鷹尾", "885-0081")]),
        port("延岡市", word("延岡", "ノベオカ", "nobeoka"), "0982", &[chome("中央通", "882-0824"), chome("本町", "882-0821")]),
    ] },
    Prefecture { name: "鹿児島県", weight: 1, places: &[
        port("鹿児島市", word("鹿児島", "カゴシマ", "kagoshima"), "099", &[plain("東千石町", "892-0842"), chome("武", "890-0045"), plain("上荒田町", "890-0055")]),
        port("霧島市", word("霧島", "キリシマ", "kirishima"), "0995", &[chome("国分中央", "899-4332"), chome("国分広瀬", "899-4321")]),
        place("鹿屋市", word("鹿屋", "カノヤ", "kanoya"), "0994", &[chome("西原", "893-0064"), chome("寿", "893-0014")]),
    ] },
    Prefecture { name: "沖縄県", weight: 1, places: &[
        port("那覇市", word("那覇", "ナハ", "naha"), "098", &[chome("久茂地", "900-0015"), chome("泉崎", "900-0021"), chome("牧志", "900-0013")]),
        port("浦添市", word("浦添", "ウラソエ", "urasoe"), "098", &[plain("牧港", "901-2131"), plain("勢理客", "901-2122")]),
        place("沖縄市", word("沖縄", "オキナワ", "okinawa"), "098", &[chome("中央", "904-0004"), chome("胡屋", "904-0021")]),
    ] },
];

/// Departments of companies.
pub(crate) static DEPARTMENTS: &[&str] =
    &["総務部", "経理部", "購買部", "資材部", "営業部", "情報システム部", "法務部", "管理部", "調達課", "業務課"];

/// Departments of corporations that are no companies.
pub(crate) static OFFICES: &[&str] = &["事務局", "総務課", "経理課", "管理課", "事務部"];

/// Which kinds a client has, and how often.
#[rustfmt::skip]
pub(crate) static KINDS: &[(&[i32], usize)] = &[(&[1], 50), (&[2], 15), (&[3], 12), (&[4], 8), (&[5], 4), (&[6], 2), (&[1, 3], 6), (&[1, 5], 3)];

pub(crate) static PAYMENT_TERMS: &[&str] = &[
    "月末締め翌月末払い",
    "月末締め翌々月10日払い",
    "20日締め翌月20日払い",
    "15日締め翌月15日払い",
    "月末締め翌月末払い(電子記録債権)",
    "前払い",
];

pub(crate) static NOTES: &[&str] = &[
    "請求書は電子データで送付する。",
    "納品書に発注番号を必ず記載すること。",
    "見積りは購買担当を通すこと。",
    "年1回、価格を見直す。",
    "夏季と年末年始は受注を停止する。",
    "定例会は毎月第2火曜日、オンライン。",
    "基本契約は自動更新。更新の3か月前に確認する。",
    "展示会で名刺を交換。",
    "既存の取引先からの紹介。",
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
