//! Importing CSV files.

use libtest_mimic::Trial;
use musubi_domain::change_set::ChangeSetState;
use musubi_domain::job::{JobFile, JobState, JobView};
use musubi_domain::limits;
use musubi_service::business_card::card_review_list;
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_service::import::{Import, ImportEncoding, import_begin};
use musubi_service::job::{job_file_read, job_get, job_input_append, job_input_complete};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use musubi_text::sjis::{Substitutions, encode};
use serde_json::json;

use super::stage::{Stage, THINGS};

const CARDS: &str = "会社名,会社名フリガナ,部署,姓,名,メールアドレス,電話番号,住所(都道府県),名刺交換日,名刺所有者\r\n\
株式会社山田商事,ヤマダショウジ,営業部,佐藤,一郎,sato@yamada.example,０３（１２３４）５６７８,東京,令和8年4月1日,yamada\r\n\
山田商事㈱,,,佐藤,一郎,sato@yamada.example,03-1234-5678,東京都,2026/4/2,yamada 太郎\r\n\
\"海洋\r\n株式会社\",,,鈴木,花子,,,,,suzuki\r\n";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("import: cards from a file are judged, matched and reported", cards),
        async_on_both("import: rows that are wrong stop the import, or are left out", bad_rows),
        async_on_both("import: rows that stand in each other's way undo the import", within_the_file),
        async_on_both("import: a file that breaks off leaves what can be undone", breaks_off),
        async_on_both("import: every encoding, and hostile texts unchanged", hostile_texts),
        async_on_both("import: a file that is no table is refused with its line", no_table),
        async_on_both("import: a file of several chunks, with lines within quotes", long_file),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn what(database: &str) -> Import {
    Import {
        database: database.into(),
        file_name: "名刺.csv".into(),
        encoding: None,
        dry_run: false,
        skips_bad_rows: false,
    }
}

/// Imports a file and gives the job and its report, line by line.
async fn import(stage: &Stage, what: Import, file: &[u8]) -> (JobView, Vec<String>) {
    let (service, context) = (&stage.app.service, stage.context());
    let number = import_begin(service, &context, what).await.unwrap();
    for chunk in file.chunks(limits::JOB_FILE_CHUNK_BYTES) {
        job_input_append(service, &context, number, chunk.to_vec()).await.unwrap();
    }
    job_input_complete(service, &context, number).await.unwrap();
    stage.app.run_jobs().await;
    let (mut report, mut chunk) = (Vec::new(), 0);
    while let Some(bytes) = job_file_read(service, &context, number, JobFile::Report, chunk).await.unwrap() {
        report.extend(bytes);
        chunk += 1;
    }
    let report = String::from_utf8(report).unwrap();
    let lines = report.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect();
    (job_get(service, &context, number).await.unwrap(), lines)
}

/// Imports a text into a database and gives the job.
pub(crate) async fn imported(stage: &Stage, database: &str, text: &str) -> JobView {
    import(stage, what(database), text.as_bytes()).await.0
}

async fn cards(engine: Engine) {
    let stage = Stage::new(engine).await;
    let file = CARDS.replace("\"海洋\r\n株式会社\"", "海洋株式会社");
    let dry = Import { dry_run: true, ..what("business_cards") };
    let (job, report) = import(&stage, dry, file.as_bytes()).await;
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(job.result.unwrap()["registered"], json!(3));
    assert_eq!(report, ["行,結果,ID,理由", "2,登録可,,", "3,登録可,,", "4,登録可,,"]);
    assert!(
        change_set_list(&stage.app.service, &stage.context(), None, 9).await.unwrap().is_empty(),
        "nothing is written"
    );
    let (job, report) = import(&stage, what("business_cards"), file.as_bytes()).await;
    let result = job.result.unwrap();
    assert_eq!((&result["registered"], &result["applied"]), (&json!(3), &json!(true)));
    assert!(report.len() == 4 && report[1].starts_with("2,登録,"), "{report:?}");
    let set = change_set_list(&stage.app.service, &stage.context(), None, 1).await.unwrap().remove(0);
    // Three cards, two clients, two contacts.
    assert_eq!((set.counts.created, set.target.as_str()), (7, "名刺 名刺.csv"));
    assert!(card_review_list(&stage.app.service, &stage.context(), 0, 9).await.unwrap().0.is_empty());
    let id = report[1].split(',').nth(2).unwrap().parse().unwrap();
    let values = stage.values("business_cards", id).await;
    assert_eq!(values["電話番号"].texts(), ["03-1234-5678"]);
    assert_eq!(values["会社名"].texts(), ["株式会社山田商事", "ヤマダショウジ"]);
    change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await.unwrap();
    stage.app.run_jobs().await;
    assert!(stage.get("business_cards", id).await.is_err());
}

async fn bad_rows(engine: Engine) {
    let stage = Stage::new(engine).await;
    let file = "text_single,number,date,pulldown,user_single,code\r\n\
        一,\"1,234\",2026/4/1,選択肢1,yamada,A\r\n\
        ,x,平成31年5月1日,なし,nobody,B\r\n\
        二,1\r\n\
        三,2,,選択肢3,,A\r\n\
        四,3,,,,C\r\n";
    let (job, report) = import(&stage, what(THINGS), file.as_bytes()).await;
    let result = job.result.unwrap();
    assert_eq!((&result["failed"], &result["applied"]), (&json!(3), &json!(false)));
    assert_eq!(report.len(), 4, "{report:?}");
    for (column, words) in [
        ("number", "半角数字"),
        ("date", "日付"),
        ("pulldown", "選択肢"),
        ("user_single", "ユーザー"),
        ("text_single", "必須"),
    ] {
        assert!(
            report[1].starts_with("3,エラー,")
                && report[1].contains(&format!("{column}: "))
                && report[1].contains(words),
            "{column}: {report:?}"
        );
    }
    assert!(report[2].starts_with("4,エラー,,列の数") && report[3].starts_with("5,エラー,"), "{report:?}");
    let skips = Import { skips_bad_rows: true, ..what(THINGS) };
    let (job, report) = import(&stage, skips, file.as_bytes()).await;
    let result = job.result.unwrap();
    assert_eq!((&result["registered"], &result["failed"], &result["applied"]), (&json!(2), &json!(3), &json!(true)));
    assert_eq!(report.len(), 6, "{report:?}");
    let wrong = "text_single,知らない列,text_single\r\n一,二,三\r\n";
    let (job, _) = import(&stage, what(THINGS), wrong.as_bytes()).await;
    assert_eq!(job.state, JobState::Failed);
    let said = job.failure.unwrap().ja;
    assert!(said.contains("知らない列: ") && said.contains("text_single: ") && said.lines().count() == 2, "{said}");
    let (job, _) = import(&stage, what(THINGS), b"number\r\n1\r\n").await;
    assert!(job.failure.unwrap().ja.contains("text_single: 必須"));
}

async fn within_the_file(engine: Engine) {
    let stage = Stage::new(engine).await;
    // Rows far enough apart to be judged in different slices.
    let mut file = "text_single,code\r\n一,K\r\n".to_owned();
    (0..600).for_each(|at| file.push_str(&format!("行{at},C{at}\r\n")));
    file.push_str("二,K\r\n");
    let (job, report) = import(&stage, what(THINGS), file.as_bytes()).await;
    let result = job.result.unwrap();
    assert_eq!((&result["failed"], &result["applied"]), (&json!(1), &json!(false)));
    assert!(report.iter().any(|line| line.starts_with("603,エラー,")), "{:?}", report.last());
    let sets = change_set_list(&stage.app.service, &stage.context(), None, 2).await.unwrap();
    assert_eq!((sets[0].counts.deleted, sets[1].counts.created), (601, 601));
    // The keys are free again.
    let skips = Import { skips_bad_rows: true, ..what(THINGS) };
    assert_eq!(import(&stage, skips, file.as_bytes()).await.0.result.unwrap()["registered"], json!(601));
}

/// A file that turns out to be broken after rows of it are in: they stay, as one change set that can be undone.
async fn breaks_off(engine: Engine) {
    let stage = Stage::new(engine).await;
    let mut file = b"text_single,code\r\n".to_vec();
    (0..2_000).for_each(|at| file.extend_from_slice(format!("行{at},C{at}\r\n").as_bytes()));
    file.extend_from_slice(b"\xff\xff,X\r\n");
    let broken = Import { skips_bad_rows: true, encoding: Some(ImportEncoding::Utf8), ..what(THINGS) };
    let (job, _) = import(&stage, broken, &file).await;
    assert_eq!(job.state, JobState::Failed);
    let failure = job.failure.unwrap();
    assert!(failure.code == "not_text" && failure.ja.contains("2002 行目"), "{failure:?}");
    let set = change_set_list(&stage.app.service, &stage.context(), None, 1).await.unwrap().remove(0);
    assert_eq!(set.state, ChangeSetState::Done);
    assert!((1..=2_000).contains(&set.counts.created), "{:?}", set.counts);
    change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await.unwrap();
    stage.app.run_jobs().await;
    let sets = change_set_list(&stage.app.service, &stage.context(), None, 2).await.unwrap();
    assert_eq!((sets[1].state, sets[0].counts.deleted), (ChangeSetState::Undone, set.counts.created));
}

async fn hostile_texts(engine: Engine) {
    let stage = Stage::new(engine).await;
    let texts: Vec<&str> = hostile::texts().iter().copied().filter(|text| !text.trim().is_empty()).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |text: &&str| format!("名,{}\r\n", quoted(text));
    let file = format!("text_single,text_multiple\r\n{}", texts.iter().map(row).collect::<String>());
    let (job, report) = import(&stage, what(THINGS), file.as_bytes()).await;
    assert_eq!(job.result.clone().unwrap()["failed"], json!(0), "{report:?}");
    for (line, text) in report[1..].iter().zip(&texts) {
        let id = line.split(',').nth(2).unwrap().parse().unwrap();
        assert_eq!(stage.values(THINGS, id).await["text_multiple"].texts(), [*text]);
    }
    // What CP932 can write comes in unchanged by it too, found out or said.
    let writable: Vec<&&str> = texts.iter().filter(|text| encode(text, &Substitutions::none()).is_ok()).collect();
    assert!(writable.len() > 20);
    let file = format!("text_single,text_multiple\r\n{}", writable.iter().map(|text| row(text)).collect::<String>());
    let bytes = encode(&file, &Substitutions::none()).unwrap().bytes;
    for encoding in [None, Some(ImportEncoding::Sjis)] {
        let (job, report) = import(&stage, Import { encoding, ..what(THINGS) }, &bytes).await;
        assert_eq!(job.result.clone().unwrap()["failed"], json!(0), "{report:?}");
        for (line, text) in report[1..].iter().zip(&writable) {
            let id = line.split(',').nth(2).unwrap().parse().unwrap();
            assert_eq!(stage.values(THINGS, id).await["text_multiple"].texts(), [**text]);
        }
    }
}

async fn no_table(engine: Engine) {
    let stage = Stage::new(engine).await;
    for (file, code) in [
        (b"".as_slice(), "empty_file"),
        (b"text_single\r\n\"never closed\r\n", "unclosed_quote"),
        (b"text_single\r\nab\xFF\xFFcd\r\n", "not_text"),
    ] {
        let (job, _) = import(&stage, Import { encoding: Some(ImportEncoding::Utf8), ..what(THINGS) }, file).await;
        assert_eq!((job.state, job.failure.unwrap().code.as_str()), (JobState::Failed, code));
    }
    let (job, report) = import(&stage, what(THINGS), b"text_single\r\n").await;
    assert_eq!((job.state, report.len()), (JobState::Done, 1));
}

/// Rows with line breaks within quotes, over several chunks of the file: each is registered once and told with its line.
async fn long_file(engine: Engine) {
    let stage = Stage::new(engine).await;
    let mut file = "text_single,text_multiple\r\n".to_owned();
    let rows = 900;
    (0..rows).for_each(|at| file.push_str(&format!("行{at},\"{}\"\r\n", "長い文章\r\n".repeat(80))));
    assert!(file.len() > 2 * limits::JOB_FILE_CHUNK_BYTES);
    let (job, report) = import(&stage, what(THINGS), file.as_bytes()).await;
    assert_eq!(job.result.unwrap()["registered"], json!(rows));
    assert_eq!(report.len(), rows + 1);
    let mut lines: Vec<usize> =
        report[1..].iter().map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
    lines.dedup();
    assert!(lines.len() == rows && lines.is_sorted() && lines[1] == lines[0] + 81);
}
