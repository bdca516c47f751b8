//! `musubi import`: records from a CSV file, as a job that this command watches. Where a server serves the data, it does the job;
//! elsewhere the command does it itself.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use musubi_domain::context::Context;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobFile, JobState, JobView};
use musubi_domain::limits;
use musubi_service::Service;
use musubi_service::import::{Import as What, ImportEncoding, import_begin};
use musubi_service::job::{job_file_read, job_get, job_input_append, job_input_complete};
use musubi_service::mail::MAIL_SEND;
use musubi_service::webhook::send::DELIVER;
use musubi_worker::{Means, Worker, WorkerSettings};
use serde_json::Value;
use tokio::sync::watch;

use crate::failure::Failure;
use crate::output::{Column, Output};
use crate::place::Place;
use crate::settings::{Given, Settings};
use crate::{lifecycle, telemetry};

/// What became of the import.
const OUTCOME: [Column; 6] = [
    ("rows", "行数", "rows"),
    ("registered", "登録", "registered"),
    ("review", "名寄せ確認待ち", "to be reviewed"),
    ("failed", "エラー", "errors"),
    ("dry_run", "試行", "dry run"),
    ("applied", "取り込み", "imported"),
];
/// How often the command looks how far the job has come.
const LOOK: Duration = Duration::from_millis(200);
/// How often it says so where nobody watches.
const SAY: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The database: business_cards (matched to clients and contacts), clients, contacts, products, or the name of one of your own.
    #[arg(value_name = "DATABASE")]
    database: String,
    /// The file. Its first row names the items.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Judge every row and register nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leave out rows that are wrong. Without it nothing is imported where any row is.
    #[arg(long)]
    skip_bad_rows: bool,
    /// The encoding of the file; found out where it is not given.
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// A CSV file that is written with what became of each row.
    #[arg(long, value_name = "REPORT.csv")]
    report: Option<PathBuf>,
    /// The code of the tenant; needed where there are several.
    #[arg(long, value_name = "CODE", display_order = 900)]
    tenant: Option<String>,
    /// Print JSON.
    #[arg(long, display_order = 901)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[value(name = "utf-8")]
    Utf8,
    /// Shift_JIS as Windows has it (CP932).
    Sjis,
}

pub(crate) fn run(import: &Import, given: &Given, output: Output) -> Result<(), Failure> {
    let settings = Settings::of_process(given)?;
    telemetry::begin_quietly(&settings);
    let file = File::open(&import.file).map_err(|error| unreadable(&import.file, &error))?;
    let (place, does_jobs) = Place::find(&settings, false)?.held();
    let runtime = lifecycle::runtime()?;
    let service = place.open_briefly()?;
    let done = runtime.block_on(import_file(&service, import, file, does_jobs, output));
    service.db().close();
    done
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let place = file.display();
    Failure::plain(format!("{place} を読めません ({error})"), format!("{place} cannot be read ({error})"))
}

async fn import_file(
    service: &Service,
    import: &Import,
    file: File,
    does_jobs: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = service.command_context(service.tenant_chosen(import.tenant.as_deref()).await?);
    let file_name = import.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let encoding = import.encoding.map(|encoding| match encoding {
        Encoding::Utf8 => ImportEncoding::Utf8,
        Encoding::Sjis => ImportEncoding::Sjis,
    });
    let what = What {
        database: import.database.clone(),
        file_name,
        encoding,
        dry_run: import.dry_run,
        skips_bad_rows: import.skip_bad_rows,
    };
    let number = import_begin(service, &context, what).await?;
    hand_over(service, &context, number, file, &import.file).await?;
    let (stop, stopped) = watch::channel(false);
    // What goes out is left to a server, which knows where it goes.
    let mut kinds = musubi_worker::kinds(Means::default());
    kinds.retain(|kind| kind.name != MAIL_SEND && kind.name != DELIVER);
    let worker = Worker::new(service.clone(), kinds, WorkerSettings::default());
    let work = tokio::spawn(async move {
        if does_jobs {
            worker.run(stopped).await;
        }
    });
    let ended = watched_whole(service, &context, number, output).await;
    stop.send_replace(true);
    // What is left of other jobs is done by whoever serves next.
    drop(work.await);
    let ended = ended?;
    if let Some(path) = &import.report {
        write_report(service, &context, number, path).await?;
    }
    tell(import, &ended, output)
}

/// Gives the job its file, chunk by chunk.
async fn hand_over(
    service: &Service,
    context: &Arc<Context>,
    number: JobNo,
    file: File,
    path: &Path,
) -> Result<(), Failure> {
    loop {
        let mut chunk = Vec::new();
        let most = u64::try_from(limits::JOB_FILE_CHUNK_BYTES).unwrap_or(u64::MAX);
        let read = (&file).take(most).read_to_end(&mut chunk).map_err(|error| unreadable(path, &error))?;
        if read == 0 {
            return Ok(job_input_complete(service, context, number).await?);
        }
        job_input_append(service, context, number, chunk).await?;
    }
}

/// Waits for the end of the import, and of its undoing where rows stood in each other's way: only then nothing of it is there.
async fn watched_whole(
    service: &Service,
    context: &Arc<Context>,
    number: JobNo,
    output: Output,
) -> Result<JobView, Failure> {
    let ended = watched(service, context, number, output).await?;
    let undo = ended.result.as_ref().and_then(|result| result.get("undo_job")?.as_i64());
    if let Some(undo) = undo {
        watched(service, context, JobNo(undo), output).await?;
    }
    Ok(ended)
}

/// Waits for the end of the job, and says meanwhile how far it has come.
async fn watched(service: &Service, context: &Arc<Context>, number: JobNo, output: Output) -> Result<JobView, Failure> {
    let mut said = Instant::now();
    loop {
        let job = job_get(service, context, number).await?;
        if job.state.is_final() {
            if output.is_watched() {
                output.progress("");
            }
            return Ok(job);
        }
        if output.is_watched() || said.elapsed() >= SAY {
            said = Instant::now();
            let done = job.progress.done;
            let of = job.progress.total.map(|total| format!(" / {total}")).unwrap_or_default();
            output.progress(&format!("{done}{of} {}", output.choose("行", "rows")));
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn write_report(service: &Service, context: &Arc<Context>, number: JobNo, path: &Path) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| {
        let place = path.display();
        Failure::plain(format!("{place} に書き込めません ({error})"), format!("{place} cannot be written ({error})"))
    };
    let mut file = File::create(path).map_err(unwritable)?;
    let mut chunk = 0;
    while let Some(bytes) = job_file_read(service, context, number, JobFile::Report, chunk).await? {
        file.write_all(&bytes).map_err(unwritable)?;
        chunk += 1;
    }
    file.sync_all().map_err(unwritable)
}

fn tell(import: &Import, job: &JobView, output: Output) -> Result<(), Failure> {
    if job.state != JobState::Done {
        let said = job.failure.as_ref().map_or("", |failure| failure.text(output.locale()));
        return Err(Failure::plain(
            format!("取り込めませんでした: {said}"),
            format!("the file was not imported: {said}"),
        ));
    }
    let result = job.result.clone().unwrap_or_default();
    let row: Vec<Value> = OUTCOME.iter().map(|(name, ..)| result.get(*name).cloned().unwrap_or(Value::Null)).collect();
    output.one(&OUTCOME, &row, import.json)?;
    let failed = result.get("failed").and_then(Value::as_i64).unwrap_or(0);
    if failed == 0 || (import.skip_bad_rows && !import.dry_run) {
        return Ok(());
    }
    let report = match &import.report {
        Some(path) => (format!("{} を見てください", path.display()), format!("see {}", path.display())),
        None => {
            ("--report で行ごとの理由を書き出せます".to_owned(), "--report writes the reason for each row".to_owned())
        }
    };
    Err(Failure::plain(
        format!("正しくない行が {failed} 行あります。何も取り込んでいません。{}", report.0),
        format!("{failed} rows are wrong; nothing was imported; {}", report.1),
    ))
}
