//! CSV files of records: what is written is read again by an import, in every encoding.

use libtest_mimic::Trial;
use musubi_domain::condition::Condition;
use musubi_domain::item::RawValue;
use musubi_domain::job::{JobFile, JobState};
use musubi_service::import::{Import, import_begin};
use musubi_service::job::{job_file_read, job_get, job_input_append, job_input_complete};
use musubi_service::record_export::{Export, ExportEncoding, Exported, export_at_once, export_begin};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use musubi_text::sjis::{Substitutions, encode};
use serde_json::json;

use super::stage::{Stage, THINGS, ids, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("export: what is written is imported again as it was, in every encoding", round_trip),
        async_on_both("export: what Shift_JIS has is imported again as it was", writable),
        async_on_both("export: what Shift_JIS lacks is told before anything is written", lacking),
        async_on_both("export: a job writes what is too much to be written at once", by_a_job),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn what(encoding: ExportEncoding) -> Export {
    Export {
        database: THINGS.into(),
        columns: Vec::new(),
        condition: Condition::always(),
        encoding,
        guards_formulas: false,
        substitutes: false,
    }
}

async fn at_once(stage: &Stage, what: Export) -> Exported {
    export_at_once(&stage.app.service, &stage.context(), what).await.unwrap()
}

async fn file(stage: &Stage, what: Export) -> Vec<u8> {
    match at_once(stage, what).await {
        Exported::File(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

/// Imports a file; it has to be whole.
async fn import(stage: &Stage, bytes: &[u8]) {
    let (service, context) = (&stage.app.service, stage.context());
    let import = Import {
        database: THINGS.into(),
        file_name: "things.csv".into(),
        encoding: None,
        dry_run: false,
        skips_bad_rows: false,
    };
    let number = import_begin(service, &context, import).await.unwrap();
    job_input_append(service, &context, number, bytes.to_vec()).await.unwrap();
    job_input_complete(service, &context, number).await.unwrap();
    stage.app.run_jobs().await;
    let job = job_get(service, &context, number).await.unwrap();
    let report = job_file_read(service, &context, number, JobFile::Report, 0).await.unwrap().unwrap_or_default();
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(job.result.unwrap()["failed"], json!(0), "{}", String::from_utf8_lossy(&report));
}

async fn round_trip(engine: Engine) {
    let stage = filled(engine).await;
    doubles(&stage, ExportEncoding::Utf8Bom).await;
    // What is of the system is no column that an import would refuse.
    let head = file(&stage, what(ExportEncoding::Utf8)).await;
    let head = String::from_utf8(head).unwrap().lines().next().unwrap().to_owned();
    assert!(head.contains("text_ruby,text_rubyフリガナ") && !head.contains("作成日") && !head.contains("auto_number"));
    doubles(&filled(engine).await, ExportEncoding::Utf8).await;
}

/// A record with a value of most types, and one for each hostile text.
async fn filled(engine: Engine) -> Stage {
    let stage = Stage::new(engine).await;
    let choose = |values: &[i64]| RawValue::Selection(values.to_vec());
    let numeric = |value: &str| RawValue::Numeric(value.to_owned());
    let whole = [
        ("text_single", text("=1+1")),
        ("text_ruby", RawValue::Text { value: "結び".into(), ruby: Some("ムスビ".into()) }),
        ("number", numeric("42")),
        ("amount_decimal", numeric("1234.50")),
        ("date", text("2026-11-24")),
        ("datetime", text("2026-11-24 09:05:07")),
        ("pulldown", choose(&[2])),
        ("checkbox", choose(&[1, 2])),
        ("linkage_pulldown", choose(&[1, 11, 111])),
        ("prefectures", text("北海道")),
        ("phone_number", text("03-1111-2222")),
        ("user_single", ids(&[stage.users[0]])),
        ("user_multiple", ids(&[stage.users[1], stage.users[2]])),
        ("division_multiple", ids(&[stage.organizations[0], stage.organizations[2]])),
        ("inquiry_route", RawValue::InquiryRoutes(stage.routes.clone())),
    ];
    stage.register(THINGS, &whole).await.unwrap();
    let hostile: Vec<&str> = hostile::texts().iter().copied().filter(|text| !text.trim().is_empty()).collect();
    for text_of in &hostile {
        stage.register(THINGS, &[("text_single", text("名")), ("text_multiple", text(text_of))]).await.unwrap();
    }
    stage
}

/// Imports a file where it was written: each row is there twice then, one like the other.
async fn doubles(stage: &Stage, encoding: ExportEncoding) {
    let first = file(stage, what(encoding)).await;
    import(stage, &first).await;
    let second = file(stage, what(encoding)).await;
    let head = first.windows(2).position(|part| part == b"\r\n").unwrap() + 2;
    assert!(second == [first.as_slice(), &first[head..]].concat(), "{encoding:?}");
}

async fn writable(engine: Engine) {
    let stage = Stage::new(engine).await;
    let is_writable = |text: &&&str| !text.trim().is_empty() && encode(text, &Substitutions::none()).is_ok();
    for text_of in hostile::texts().iter().filter(is_writable) {
        stage.register(THINGS, &[("text_single", text("名")), ("text_multiple", text(text_of))]).await.unwrap();
    }
    doubles(&stage, ExportEncoding::Sjis).await;
}

async fn lacking(engine: Engine) {
    let stage = Stage::new(engine).await;
    let of = |substitutes, guards_formulas| Export { substitutes, guards_formulas, ..what(ExportEncoding::Sjis) };
    stage.register(THINGS, &[("text_single", text("=山田〜商事"))]).await.unwrap();
    match at_once(&stage, of(false, false)).await {
        Exported::Lacking(lacking) => {
            let told = &lacking[&'〜'];
            assert_eq!((told.count, told.name.as_str(), told.column.as_str()), (1, "=山田〜商事", "text_single"));
        }
        other => panic!("{other:?}"),
    }
    let bytes = file(&stage, of(true, false)).await;
    let expected = encode("=山田～商事", &Substitutions::none()).unwrap().bytes;
    assert!(bytes.windows(expected.len()).any(|part| part == expected), "the wave dash as Windows has it");
    let guarded = file(&stage, of(true, true)).await;
    let expected = encode("'=山田～商事", &Substitutions::none()).unwrap().bytes;
    assert!(guarded.windows(expected.len()).any(|part| part == expected));
    // A kanji has nothing that could stand for it.
    stage.register(THINGS, &[("text_single", text("𠮷野家"))]).await.unwrap();
    assert!(matches!(at_once(&stage, of(true, false)).await, Exported::Lacking(lacking) if lacking.len() == 1));
}

async fn by_a_job(engine: Engine) {
    let stage = Stage::new(engine).await;
    let rows = 1_100;
    let table: String = (0..rows).map(|at| format!("物{at:04}\r\n")).collect();
    import(&stage, format!("text_single\r\n{table}").as_bytes()).await;
    assert!(matches!(at_once(&stage, what(ExportEncoding::Utf8)).await, Exported::Later));
    for encoding in [ExportEncoding::Utf8, ExportEncoding::Sjis] {
        let number = export_begin(&stage.app.service, &stage.context(), what(encoding)).await.unwrap();
        stage.app.run_jobs().await;
        let job = job_get(&stage.app.service, &stage.context(), number).await.unwrap();
        assert_eq!((job.state, job.result.unwrap()["rows"].clone()), (JobState::Done, json!(rows)));
        let (mut bytes, mut chunk) = (Vec::new(), 0);
        while let Some(more) =
            job_file_read(&stage.app.service, &stage.context(), number, JobFile::Report, chunk).await.unwrap()
        {
            bytes.extend(more);
            chunk += 1;
        }
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        assert_eq!(lines, rows + 1, "one head, and each row once");
    }
}
