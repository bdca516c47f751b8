//! Names of people, each with its reading.

use super::words::{Word, word};

/// Family names (姓).
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

/// Given names (名).
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
    word("直子", "ナオコ", "naoko"), word("恵美", "エミ", "emi"), word("幸子", "サチコ", "sachiko"),
    word("啓介", "ケイスケ", "keisuke"), word("健一", "ケンイチ", "kenichi"), word("浩", "ヒロシ", "hiroshi"),
    word("茂", "シゲル", "shigeru"), word("進", "ススム", "susumu"), word("勉", "ツトム", "tsutomu"),
    word("豊", "ユタカ", "yutaka"), word("一郎", "イチロウ", "ichiro"), word("大輔", "ダイスケ", "daisuke"),
    word("徹", "トオル", "toru"), word("昇", "ノボル", "noboru"), word("和彦", "カズヒコ", "kazuhiko"),
    word("雅之", "マサユキ", "masayuki"), word("隆志", "タカシ", "takashi"), word("正人", "マサト", "masato"),
    word("賢治", "ケンジ", "kenji"), word("智也", "トモヤ", "tomoya"), word("翔", "ショウ", "sho"),
    word("蓮", "レン", "ren"), word("拓海", "タクミ", "takumi"), word("悠太", "ユウタ", "yuta"),
    word("亜希子", "アキコ", "akiko"), word("千恵", "チエ", "chie"), word("美紀", "ミキ", "miki"),
    word("幸恵", "ユキエ", "yukie"), word("佳奈", "カナ", "kana"), word("沙也加", "サヤカ", "sayaka"),
    word("美由紀", "ミユキ", "miyuki"), word("恵", "メグミ", "megumi"), word("絵里", "エリ", "eri"),
    word("真弓", "マユミ", "mayumi"), word("桃子", "モモコ", "momoko"), word("七海", "ナナミ", "nanami"),
    word("芽衣", "メイ", "mei"), word("玲奈", "レイナ", "reina"), word("舞", "マイ", "mai"),
    word("敏夫", "トシオ", "toshio"), word("康弘", "ヤスヒロ", "yasuhiro"), word("秀明", "ヒデアキ", "hideaki"),
    word("貴之", "タカユキ", "takayuki"), word("光男", "ミツオ", "mitsuo"), word("文雄", "フミオ", "fumio"),
    word("良太", "リョウタ", "ryota"),
];

/// Further family names, of people only: no firm of the demo is named after them. Some are written in the old way.
#[rustfmt::skip]
pub(crate) static MORE_FAMILY_NAMES: &[Word] = &[
    word("福田", "フクダ", "fukuda"), word("大塚", "オオツカ", "otsuka"), word("高田", "タカダ", "takada"),
    word("三宅", "ミヤケ", "miyake"), word("川上", "カワカミ", "kawakami"), word("古川", "フルカワ", "furukawa"),
    word("熊谷", "クマガイ", "kumagai"), word("浅野", "アサノ", "asano"), word("大久保", "オオクボ", "okubo"),
    word("岩本", "イワモト", "iwamoto"), word("尾崎", "オザキ", "ozaki"), word("秋山", "アキヤマ", "akiyama"),
    word("平田", "ヒラタ", "hirata"), word("菅原", "スガワラ", "sugawara"), word("早川", "ハヤカワ", "hayakawa"),
    word("大島", "オオシマ", "oshima"), word("高木", "タカギ", "takagi"), word("土屋", "ツチヤ", "tsuchiya"),
    word("関", "セキ", "seki"), word("黒田", "クロダ", "kuroda"), word("五十嵐", "イガラシ", "igarashi"),
    word("樋口", "ヒグチ", "higuchi"), word("須藤", "スドウ", "sudo"), word("津田", "ツダ", "tsuda"),
    word("望月", "モチヅキ", "mochizuki"), word("奥村", "オクムラ", "okumura"), word("児玉", "コダマ", "kodama"),
    word("田口", "タグチ", "taguchi"), word("根本", "ネモト", "nemoto"), word("栗原", "クリハラ", "kurihara"),
    word("小池", "コイケ", "koike"), word("吉村", "ヨシムラ", "yoshimura"), word("東", "アズマ", "azuma"),
    word("金子", "カネコ", "kaneko"), word("西川", "ニシカワ", "nishikawa"), word("広瀬", "ヒロセ", "hirose"),
    word("沢田", "サワダ", "sawada"), word("富田", "トミタ", "tomita"), word("久保田", "クボタ", "kubota"),
    word("中島", "ナカジマ", "nakajima"), word("辻", "ツジ", "tsuji"), word("大石", "オオイシ", "oishi"),
    word("松浦", "マツウラ", "matsuura"), word("馬場", "ババ", "baba"), word("森本", "モリモト", "morimoto"),
    word("篠原", "シノハラ", "shinohara"), word("今村", "イマムラ", "imamura"), word("高野", "タカノ", "takano"),
    word("上原", "ウエハラ", "uehara"), word("比嘉", "ヒガ", "higa"), word("金城", "キンジョウ", "kinjo"),
    word("山内", "ヤマウチ", "yamauchi"), word("大川", "オオカワ", "okawa"), word("吉川", "ヨシカワ", "yoshikawa"),
    word("浜田", "ハマダ", "hamada"), word("西山", "ニシヤマ", "nishiyama"), word("堀", "ホリ", "hori"),
    word("岡崎", "オカザキ", "okazaki"), word("石原", "イシハラ", "ishihara"), word("市原", "イチハラ", "ichihara"),
    word("小松", "コマツ", "komatsu"), word("川島", "カワシマ", "kawashima"), word("内藤", "ナイトウ", "naito"),
    word("白石", "シライシ", "shiraishi"), word("飯塚", "イイヅカ", "iizuka"), word("田島", "タジマ", "tajima"),
    word("髙橋", "タカハシ", "takahashi"), word("渡邊", "ワタナベ", "watanabe"), word("渡邉", "ワタナベ", "watanabe"),
    word("齋藤", "サイトウ", "saito"), word("齊藤", "サイトウ", "saito"), word("斉藤", "サイトウ", "saito"),
    word("廣瀬", "ヒロセ", "hirose"), word("澤田", "サワダ", "sawada"), word("濱田", "ハマダ", "hamada"),
    word("山﨑", "ヤマザキ", "yamazaki"), word("冨田", "トミタ", "tomita"), word("嶋田", "シマダ", "shimada"),
    word("菊池", "キクチ", "kikuchi"), word("伊東", "イトウ", "ito"),
];

/// Family names as they are typed, and as those who bear them may write them.
#[rustfmt::skip]
pub(crate) static OLD_FORMS: &[(&str, &str)] = &[
    ("高橋", "髙橋"), ("高木", "髙木"), ("高田", "髙田"), ("高野", "髙野"), ("渡辺", "渡邊"), ("斎藤", "齋藤"), ("山崎", "山﨑"),
    ("岩崎", "岩﨑"), ("尾崎", "尾﨑"), ("岡崎", "岡﨑"), ("浜田", "濱田"), ("広瀬", "廣瀬"), ("沢田", "澤田"), ("富田", "冨田"),
    ("島田", "嶋田"), ("中島", "中嶋"), ("小島", "小嶋"), ("川島", "川嶋"), ("田島", "田嶋"), ("大島", "大嶋"), ("桜井", "櫻井"),
];

/// Names that are read in two ways: the reading of the tables, and the other one.
#[rustfmt::skip]
pub(crate) static OTHER_READINGS: &[(&str, &str)] = &[
    ("河野", "カワノ"), ("熊谷", "クマガヤ"), ("東", "ヒガシ"), ("中島", "ナカシマ"), ("山崎", "ヤマサキ"), ("高田", "タカタ"),
    ("菅原", "スガハラ"), ("吉川", "キッカワ"), ("裕子", "ヒロコ"), ("智子", "サトコ"), ("聡", "アキラ"), ("淳", "アツシ"),
    ("修", "シュウ"), ("徹", "テツ"), ("正人", "マサヒト"), ("幸子", "ユキコ"), ("文香", "アヤカ"),
];
