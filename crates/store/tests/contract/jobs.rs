//! Jobs: queued with what causes them, had by one at a time, written to by him alone, and forgotten.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{JobNo, TenantNo};
use musubi_domain::job::{ClaimedJob, JobDue, JobFailure, JobFile, JobLease, JobProgress, JobState, JobView, NewJob};
use musubi_domain::limits;
use musubi_domain::time::Timestamp;
use musubi_store::db::{Lane, Settings};
use musubi_store::job::lease::{
    JobEnd, job_claim, job_due, job_end, job_failures, job_hand_back, job_lapsed, job_lapsed_failures, job_renew,
    job_slice_save,
};
use musubi_store::job::{job_by_number, job_cancel, job_delete, job_ended_before, job_insert, job_list};
use musubi_store::job_file::{job_file_append, job_file_chunk, job_file_delete};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{TENANT, World, until};

const OWN: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
const LONG: Duration = Duration::from_secs(20);

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_job_comes_and_goes_with_the_transaction_that_causes_it", a_job_comes_with_its_transaction),
        async_on_both("of_the_jobs_of_a_key_one_is_unfinished", of_the_jobs_of_a_key_one_is_unfinished),
        async_on_both("a_queued_job_wakes_whoever_does_jobs", a_queued_job_wakes),
        async_on_both("jobs_are_due_by_kind_in_the_order_of_their_moments", jobs_are_due_in_order),
        async_on_both("of_many_who_claim_a_job_one_gets_it", of_many_who_claim_one_gets_it),
        async_on_both("only_the_last_run_writes", only_the_last_run_writes),
        async_on_both("a_job_lapses_with_its_lease_or_its_boot", a_job_lapses),
        async_on_both("getting_further_forgives_failures", getting_further_forgives),
        async_on_both("a_cancelled_job_is_nobodys", a_cancelled_job_is_nobodys),
        async_on_both("files_are_kept_in_chunks_and_deleted_with_their_job", files_are_kept_in_chunks),
        async_on_both("a_job_keeps_no_more_than_it_may", a_job_keeps_no_more_than_it_may),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn count(payload: &str) -> NewJob {
    NewJob::new("count", json!(payload))
}

impl World {
    async fn queue(&self, job: NewJob) -> JobNo {
        self.write(move |tx| job_insert(tx, &job)).await.unwrap()
    }

    async fn claim(&self, number: JobNo, owner: Uuid, length: Duration) -> Option<ClaimedJob> {
        self.write(move |tx| job_claim(tx, number, owner, length)).await.unwrap()
    }

    async fn job(&self, number: JobNo) -> Option<JobView> {
        self.db.get(TENANT, move |keyed| job_by_number(keyed, number)).await.unwrap()
    }

    async fn due(&self, kind: &'static str, now: Timestamp) -> Vec<(TenantNo, JobNo)> {
        self.db.get_unscoped(move |unscoped| job_due(unscoped, kind, now, 200)).await.unwrap()
    }

    async fn lapsed(&self, own: Uuid) -> Vec<JobLease> {
        self.db.get_unscoped(move |unscoped| job_lapsed(unscoped, own)).await.unwrap()
    }
}

async fn a_job_comes_with_its_transaction(engine: Engine) {
    let world = World::new(engine).await;
    let arrivals = world.db.arrivals().watch();
    let undone = world
        .write(|tx| {
            job_insert(tx, &count("undone"))?;
            Err::<JobNo, _>(Error::new(Kind::Conflict))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(world.scan(|snapshot| job_list(snapshot, None, 10)).await.unwrap(), []);
    assert!(!arrivals.has_changed().unwrap(), "nobody is woken for what is undone");

    let context = world.context();
    let number = world.db.write(&context, Lane::Interactive, |tx| job_insert(tx, &count("kept"))).await.unwrap();
    assert!(arrivals.has_changed().unwrap(), "with the commit");
    let job = world.job(number).await.unwrap();
    let wanted = JobView {
        number,
        kind: "count".to_owned(),
        state: JobState::Queued,
        progress: JobProgress::default(),
        payload: json!("kept"),
        result: None,
        failure: None,
        user: context.actor.user,
        created_at: context.now,
        started_at: None,
        finished_at: None,
    };
    assert_eq!(job, wanted);
    assert_eq!(world.scan(|snapshot| job_list(snapshot, None, 10)).await.unwrap(), [wanted]);
    assert_eq!(world.scan(move |snapshot| job_list(snapshot, Some(number), 10)).await.unwrap(), []);
}

async fn of_the_jobs_of_a_key_one_is_unfinished(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let keyed = |kind, key: &str| NewJob { dedupe_key: Some(key.to_owned()), ..NewJob::new(kind, json!(key)) };
    let first = world.queue(keyed("count", "顧客")).await;
    assert_eq!(world.queue(keyed("count", "顧客")).await, first);
    assert_ne!(world.queue(keyed("count", "取引先")).await, first);
    assert_ne!(world.queue(keyed("fill", "顧客")).await, first);
    assert_ne!(world.queue(count("顧客")).await, first);
    let context = world.context_of(TenantNo(2));
    let others = keyed("count", "顧客");
    world.db.write(&context, Lane::Interactive, move |tx| job_insert(tx, &others)).await.unwrap();

    let lease = world.claim(first, OWN, LONG).await.unwrap().lease;
    assert_eq!(world.queue(keyed("count", "顧客")).await, first, "one that runs is unfinished");
    assert!(world.write(move |tx| job_end(tx, &lease, &JobEnd::Done(json!(null)))).await.unwrap());
    let second = world.queue(keyed("count", "顧客")).await;
    assert!(second > first);

    let at_once: Vec<_> = (0..32)
        .map(|_| {
            let (world, job) = (Arc::clone(&world), keyed("count", "同時"));
            tokio::spawn(async move { world.queue(job).await })
        })
        .collect();
    let mut numbers = Vec::new();
    for queueing in at_once {
        numbers.push(queueing.await.unwrap());
    }
    numbers.dedup();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
}

async fn a_queued_job_wakes(engine: Engine) {
    let world = World::new(engine).await;
    let mut arrivals = world.db.arrivals().watch();
    world.queue(count("here")).await;
    assert!(arrivals.has_changed().unwrap());
    if engine == Engine::Sqlite {
        // PostgreSQL's instances look each second.
        let other = world.place.open(Settings::default());
        arrivals.mark_unchanged();
        other.write(&world.context(), Lane::Interactive, |tx| job_insert(tx, &count("there"))).await.unwrap();
        until("the other process is heard of", Duration::from_secs(1), || arrivals.has_changed().unwrap()).await;
    }
}

async fn jobs_are_due_in_order(engine: Engine) {
    let world = World::new(engine).await;
    let now = world.context().now;
    let at = |seconds: i64| NewJob { due: JobDue::At(now.plus_seconds(seconds)), ..count("") };
    let (later, sooner) = (world.queue(at(20)).await, world.queue(at(10)).await);
    let held = world.queue(NewJob { due: JobDue::WithInput, ..count("") }).await;
    let other = world.queue(NewJob::new("fill", json!(null))).await;
    let context = world.context_of(TenantNo(2));
    let job = at(15);
    let theirs = world.db.write(&context, Lane::Interactive, move |tx| job_insert(tx, &job)).await.unwrap();
    assert_eq!(world.due("count", now.plus_seconds(9)).await, []);
    let wanted = [(TENANT, sooner), (TenantNo(2), theirs), (TENANT, later)];
    assert_eq!(world.due("count", now.plus_seconds(20)).await, wanted, "of all tenants");
    assert_eq!(world.due("fill", now.plus_seconds(20)).await, [(TENANT, other)]);
    assert!(world.claim(held, OWN, LONG).await.is_none(), "it waits for its input");
    assert!(world.claim(later, OWN, LONG).await.is_none(), "its moment has not come");
    assert!(world.write(move |tx| musubi_store::job::job_input_complete(tx, held)).await.unwrap());
    assert!(!world.write(move |tx| musubi_store::job::job_input_complete(tx, held)).await.unwrap());
    assert!(world.claim(held, OWN, LONG).await.is_some());
}

async fn of_many_who_claim_one_gets_it(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..5 {
        let number = world.queue(count(&format!("{round}"))).await;
        let claims: Vec<_> = (0..16_u128)
            .map(|owner| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { world.claim(number, Uuid::from_u128(owner), LONG).await })
            })
            .collect();
        let mut got = Vec::new();
        for claim in claims {
            got.extend(claim.await.unwrap());
        }
        assert_eq!(got.len(), 1, "{got:?}");
        assert_eq!(got[0].lease.attempt, 1);
        let job = world.job(number).await.unwrap();
        assert_eq!((job.state, job.started_at.is_some()), (JobState::Running, true));
    }
}

async fn only_the_last_run_writes(engine: Engine) {
    let world = World::new(engine).await;
    let number = world.queue(count("")).await;
    let claimed = world.claim(number, OWN, LONG).await.unwrap();
    let first = claimed.lease;
    assert_eq!(claimed.cursor, None);
    let progress = JobProgress { done: 5, total: Some(10) };
    assert!(world.write(move |tx| job_slice_save(tx, &first, &json!({"at": 5}), progress, LONG)).await.unwrap());
    let now = world.context().now;
    assert!(world.write(move |tx| job_hand_back(tx, &first, now, 0)).await.unwrap());
    let second = world.claim(number, OWN, LONG).await.unwrap();
    assert_eq!((second.lease.attempt, second.cursor, second.progress), (2, Some(json!({"at": 5})), progress));
    let before = world.job(number).await;

    // Another attempt of the same owner, another owner of the same attempt.
    let strays = [first, JobLease { owner: OTHER, ..second.lease }];
    for stray in strays {
        let tried = world.write(move |tx| {
            Ok([
                job_renew(tx, &stray, LONG)?,
                job_slice_save(tx, &stray, &json!(1), JobProgress::default(), LONG)?,
                job_hand_back(tx, &stray, Timestamp::from_micros(0), 0)?,
                job_end(tx, &stray, &JobEnd::Done(json!(1)))?,
                job_failures(tx, &stray)?.is_some(),
            ])
        });
        assert_eq!(tried.await.unwrap(), [false; 5], "{stray:?}");
    }
    assert_eq!(world.job(number).await, before);

    let context = world.context_of(TenantNo(2));
    let lease = second.lease;
    let other = world.db.write(&context, Lane::Interactive, move |tx| job_renew(tx, &lease, LONG).map(drop)).await;
    let held = world.db.write(&context, Lane::Interactive, move |tx| job_failures(tx, &lease)).await.unwrap();
    assert_eq!(held, None, "in a transaction of another tenant there is no such job");
    assert!(other.is_err() || engine == Engine::Sqlite, "SQLite has nothing to renew");
    let end = JobEnd::Failed(JobFailure::of(&Error::new(Kind::StorageFull)));
    assert!(world.write(move |tx| job_end(tx, &lease, &end)).await.unwrap());
    let job = world.job(number).await.unwrap();
    assert_eq!((job.state, job.failure.unwrap().code.as_str()), (JobState::Failed, "storage_full"));
    assert!(job.finished_at.is_some());
}

async fn a_job_lapses(engine: Engine) {
    let world = World::new(engine).await;
    let number = world.queue(count("")).await;
    let lease = world.claim(number, OWN, LONG).await.unwrap().lease;
    assert_eq!(world.lapsed(OWN).await, [], "its own process runs it");
    match engine {
        Engine::Sqlite => assert_eq!(world.lapsed(OTHER).await, [lease], "a folder has one server"),
        Engine::Postgres => {
            assert_eq!(world.lapsed(OTHER).await, [], "other instances wait for the end of the lease");
            assert_eq!(world.write(move |tx| job_lapsed_failures(tx, &lease, OTHER)).await.unwrap(), None);
            assert!(world.write(move |tx| job_renew(tx, &lease, Duration::ZERO)).await.unwrap());
            assert_eq!(world.lapsed(OTHER).await, [lease]);
            assert_eq!(world.lapsed(OWN).await, [lease], "it may not know that it claimed the job");
            assert!(world.write(move |tx| job_renew(tx, &lease, LONG)).await.unwrap());
            assert_eq!(world.lapsed(OTHER).await, [], "renewed before anybody took it");
            let progress = JobProgress::default();
            let save = move |tx: &mut musubi_store::db::Tx<'_>| {
                job_slice_save(tx, &lease, &json!(1), progress, Duration::ZERO)
            };
            assert!(world.write(save).await.unwrap());
            assert_eq!(world.lapsed(OTHER).await, [lease], "a slice sets the lease too");
        }
    }
    assert_eq!(world.write(move |tx| job_lapsed_failures(tx, &lease, OTHER)).await.unwrap(), Some(0));
    let now = world.context().now;
    assert!(world.write(move |tx| job_hand_back(tx, &lease, now, 1)).await.unwrap());
    assert_eq!(world.lapsed(OTHER).await, []);
    assert!(world.claim(number, OTHER, LONG).await.is_some());
}

async fn getting_further_forgives(engine: Engine) {
    let world = World::new(engine).await;
    let number = world.queue(count("")).await;
    let mut lease = world.claim(number, OWN, LONG).await.unwrap().lease;
    let now = world.context().now;
    let failures = async |lease: JobLease| world.write(move |tx| job_failures(tx, &lease)).await.unwrap();
    assert!(world.write(move |tx| job_hand_back(tx, &lease, now, 3)).await.unwrap());
    lease = world.claim(number, OWN, LONG).await.unwrap().lease;
    assert_eq!(failures(lease).await, Some(3));
    for (done, wanted) in [(0, 3), (1, 0)] {
        let progress = JobProgress { done, total: None };
        assert!(world.write(move |tx| job_slice_save(tx, &lease, &json!(done), progress, LONG)).await.unwrap());
        assert_eq!(failures(lease).await, Some(wanted), "{done} done");
    }
}

async fn a_cancelled_job_is_nobodys(engine: Engine) {
    let world = World::new(engine).await;
    let (queued, running) = (world.queue(count("")).await, world.queue(count("")).await);
    let lease = world.claim(running, OWN, LONG).await.unwrap().lease;
    for number in [queued, running] {
        assert!(world.write(move |tx| job_cancel(tx, number)).await.unwrap());
        assert!(!world.write(move |tx| job_cancel(tx, number)).await.unwrap(), "it has ended");
        let job = world.job(number).await.unwrap();
        assert_eq!((job.state, job.finished_at.is_some()), (JobState::Cancelled, true));
        assert!(world.claim(number, OWN, LONG).await.is_none());
    }
    assert!(!world.write(move |tx| job_end(tx, &lease, &JobEnd::Done(json!(1)))).await.unwrap());
    assert_eq!(world.lapsed(OTHER).await, []);
    assert!(!world.write(move |tx| job_cancel(tx, JobNo(99))).await.unwrap());
}

async fn files_are_kept_in_chunks(engine: Engine) {
    let world = World::new(engine).await;
    let number = world.queue(count("")).await;
    let full = Arc::new(vec![0x81_u8; limits::JOB_FILE_CHUNK_BYTES]);
    for wanted in 0..5 {
        let chunk = Arc::clone(&full);
        let at = world.write(move |tx| job_file_append(tx, number, JobFile::Input, &chunk)).await.unwrap();
        assert_eq!(at, wanted);
    }
    let at = world.write(move |tx| job_file_append(tx, number, JobFile::Report, &[0, 255])).await.unwrap();
    assert_eq!(at, 0, "each file has its own chunks");
    let read = async |file, chunk| {
        let db = &world.db;
        db.get(TENANT, move |keyed| job_file_chunk(keyed, number, file, chunk)).await.unwrap()
    };
    assert_eq!(read(JobFile::Input, 4).await.as_ref(), Some(full.as_ref()));
    assert_eq!(read(JobFile::Input, 5).await, None);
    assert_eq!(read(JobFile::Report, 0).await, Some(vec![0, 255]));
    let too_large = vec![0; limits::JOB_FILE_CHUNK_BYTES + 1];
    let refused = world.write(move |tx| job_file_append(tx, number, JobFile::Input, &too_large)).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Internal);
    world.place.meddle("UPDATE job_file SET chunk_no = 16382 WHERE chunk_no = 4");
    assert!(world.write(move |tx| job_file_append(tx, number, JobFile::Input, &[1])).await.is_ok());
    let refused = world.write(move |tx| job_file_append(tx, number, JobFile::Input, &[1])).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Invalid, "4 GiB");

    world.write(move |tx| job_delete(tx, number)).await.unwrap();
    assert!(world.job(number).await.is_some(), "what has not ended is not forgotten");
    assert!(world.write(move |tx| job_cancel(tx, number)).await.unwrap());
    let ended = |moment| world.db.get_unscoped(move |unscoped| job_ended_before(unscoped, moment));
    let now = world.context().now;
    assert_eq!(ended(now.plus_seconds(-1)).await.unwrap(), []);
    assert_eq!(ended(now).await.unwrap(), [(TENANT, number)]);
    let mut deleted = Vec::new();
    while deleted.last() != Some(&0) {
        deleted.push(world.write(move |tx| job_file_delete(tx, number, 4)).await.unwrap());
    }
    assert_eq!(deleted, [4, 3, 0]);
    world.write(move |tx| job_delete(tx, number)).await.unwrap();
    assert_eq!(world.job(number).await, None);
}

async fn a_job_keeps_no_more_than_it_may(engine: Engine) {
    let world = World::new(engine).await;
    // With the quotes of JSON.
    let text = |bytes: usize| json!("x".repeat(bytes - 2));
    let number = world.queue(NewJob::new("count", text(limits::JOB_TEXT_BYTES))).await;
    let large = NewJob::new("count", text(limits::JOB_TEXT_BYTES + 1));
    assert_eq!(world.write(move |tx| job_insert(tx, &large)).await.unwrap_err().kind(), Kind::Internal);
    let lease = world.claim(number, OWN, LONG).await.unwrap().lease;
    let cursor = text(limits::JOB_TEXT_BYTES + 1);
    let saved: Result<bool> =
        world.write(move |tx| job_slice_save(tx, &lease, &cursor, JobProgress::default(), LONG)).await;
    assert_eq!(saved.unwrap_err().kind(), Kind::Internal);
    let end = JobEnd::Done(text(limits::JOB_TEXT_BYTES + 1));
    assert_eq!(world.write(move |tx| job_end(tx, &lease, &end)).await.unwrap_err().kind(), Kind::Internal);
    let job = world.job(number).await.unwrap();
    assert_eq!((job.state, job.payload), (JobState::Running, text(limits::JOB_TEXT_BYTES)));
}
