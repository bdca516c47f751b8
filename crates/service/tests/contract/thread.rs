//! What stands at records: comments, activities, files. Who may do what, and what becomes of it with the record.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::activity::ActivityKind;
use musubi_domain::client;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::{AttachmentNo, RecordNo};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::rights::{DatabaseRight, RowRule, named};
use musubi_service::activity::{
    ActivityGiven, activity_create, activity_delete, activity_done_set, activity_set, task_list,
};
use musubi_service::attachment::{
    attachment_begin, attachment_chunk, attachment_delete, attachment_get, attachment_list,
};
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_service::comment::{comment_create, comment_delete, comment_get, comment_set};
use musubi_service::mention::{mention_list, mention_read, mention_read_at};
use musubi_service::record::{RecordKey, record_delete, record_merge, record_restore};
use musubi_service::rights::database_right_set;
use musubi_service::thread::{ThreadEntry, thread_page};
use musubi_service::user_right::user_right_set;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use uuid::Uuid;

use crate::stage::{Person, Stage};

const CLIENTS: &str = client::DATABASE;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_comment_reaches_whom_it_names", comments),
        async_on_both("what_somebody_wrote_he_alone_changes", own),
        async_on_both("tasks_are_on_the_list_of_whoever_has_to_do_them", tasks),
        async_on_both("files_are_kept_whole_or_not_at_all", files),
        async_on_both("what_stands_at_a_record_is_for_those_who_see_it", rights),
        async_on_both("the_line_of_a_record_is_read_page_by_page", pages),
        async_on_both("what_stands_at_a_record_goes_where_it_goes", moves),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Stage {
    fn by(&self, person: Person) -> Arc<Context> {
        self.context_of(person, Locale::Ja)
    }

    async fn one(&self, name: &str) -> (RecordNo, Uuid) {
        self.add([name.to_owned()], self.head, &[]).await[0]
    }

    async fn restrict(&self, person: Person, right: DatabaseRight) {
        database_right_set(&self.app.service, &self.app.context(), person.id, CLIENTS, right).await.unwrap();
    }

    /// The texts of the line, newest first; what was deleted is "-".
    async fn line(&self, record: Uuid) -> Vec<String> {
        let page = thread_page(&self.app.service, &self.app.context(), CLIENTS, record, None).await.unwrap();
        let text = |entry: &ThreadEntry| match entry {
            ThreadEntry::Comment(comment, _) if comment.deleted.is_some() => "-".to_owned(),
            ThreadEntry::Comment(comment, _) => comment.text.clone(),
            ThreadEntry::Activity(activity) if activity.deleted.is_some() => "-".to_owned(),
            ThreadEntry::Activity(activity) => activity.text.clone(),
        };
        page.entries.iter().map(text).collect()
    }

    async fn upload(&self, person: Person, record: Uuid, name: &str, bytes: &[u8]) -> Result<AttachmentNo, Error> {
        let mut upload = attachment_begin(&self.app.service, &self.by(person), CLIENTS, record, name).await?;
        for part in bytes.chunks(100_000) {
            if let Err(error) = upload.add(part).await {
                upload.give_up().await?;
                return Err(error);
            }
        }
        upload.finish().await
    }
}

fn task(person: &str, text: &str, due: Option<&str>) -> ActivityGiven {
    let due = due.map(|due| due.parse().unwrap());
    ActivityGiven { kind: ActivityKind::Task, at: None, due, person: person.to_owned(), text: text.to_owned() }
}

fn visit(text: &str) -> ActivityGiven {
    ActivityGiven { kind: ActivityKind::Visit, at: None, due: None, person: String::new(), text: text.to_owned() }
}

fn message(error: &Error) -> Message {
    error.problems()[0].message.clone()
}

async fn comments(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    let mentions = async |person| {
        let list = mention_list(service, &stage.by(person), 10).await.unwrap();
        list.into_iter().map(|(comment, place)| (comment.text, place.display_name)).collect::<Vec<_>>()
    };
    let text = "@member さん、@MEMBER、@nobody、@head、@system:musubi\r\n見積を確認してください。";
    let number = comment_create(service, &stage.by(stage.head), CLIENTS, record, text).await.unwrap();
    let kept = text.replace("\r\n", "\n");
    assert_eq!(mentions(stage.member).await, [(kept, "結商事".to_owned())]);
    assert_eq!(mentions(stage.head).await, [], "nobody is told of his own words");
    // Somebody else is named in the end.
    let set = comment_set(service, &stage.by(stage.head), CLIENTS, (record, number), "@outsider へ").await;
    set.unwrap();
    assert_eq!((mentions(stage.member).await.len(), mentions(stage.outsider).await.len()), (0, 1));
    let page = thread_page(service, &stage.by(stage.outsider), CLIENTS, record, None).await.unwrap();
    let ThreadEntry::Comment(comment, names) = &page.entries[0] else { unreachable!("a comment was written") };
    assert!(comment.edited_at.is_some() && page.unread == [number]);
    assert_eq!(names["outsider"], "outsider 太郎");
    // Answering is reading.
    comment_create(service, &stage.by(stage.outsider), CLIENTS, record, "承知しました").await.unwrap();
    assert_eq!(mentions(stage.outsider).await, []);
    for _ in 0..2 {
        comment_create(service, &stage.by(stage.head), CLIENTS, record, "@member").await.unwrap();
    }
    let (first, _) = mention_list(service, &stage.by(stage.member), 1).await.unwrap().remove(0);
    mention_read(service, &stage.by(stage.head), first.number).await.unwrap();
    assert_eq!(mentions(stage.member).await.len(), 2, "another reads nothing for him");
    mention_read(service, &stage.by(stage.member), first.number).await.unwrap();
    assert_eq!(mentions(stage.member).await.len(), 1);
    mention_read_at(service, &stage.by(stage.member), CLIENTS, record).await.unwrap();
    assert_eq!(mentions(stage.member).await, []);
    for text in hostile::texts().iter().filter(|text| !text.trim().is_empty()) {
        let created = comment_create(service, &stage.by(stage.head), CLIENTS, record, text).await;
        let text = musubi_domain::comment::lines_settled(text);
        let is_kept = text.chars().all(|sign| !sign.is_control() || sign == '\n') && text.chars().count() <= 4_000;
        assert_eq!(created.is_ok(), is_kept, "{text:?}");
        if let Ok(number) = created {
            let read = comment_get(service, &stage.by(stage.head), CLIENTS, record, number).await.unwrap();
            assert_eq!(read.text, text);
        }
    }
    let empty = comment_create(service, &stage.by(stage.head), CLIENTS, record, " \r\n").await.unwrap_err();
    assert_eq!((empty.problems()[0].path.as_str(), message(&empty)), ("text", Message::Required));
}

async fn own(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    let (_, other) = stage.one("別の会社").await;
    let (head, member) = (stage.by(stage.head), stage.by(stage.member));
    let comment = comment_create(service, &head, CLIENTS, record, "一").await.unwrap();
    let activity = activity_create(service, &stage.by(stage.head), CLIENTS, record, visit("二")).await.unwrap();
    let file = stage.upload(stage.head, record, "a.txt", b"a").await.unwrap();
    let forbidden = |result: Result<(), Error>| assert_eq!(result.unwrap_err().kind(), Kind::Forbidden);
    forbidden(comment_set(service, &member, CLIENTS, (record, comment), "x").await);
    forbidden(comment_delete(service, &member, CLIENTS, (record, comment)).await);
    forbidden(activity_set(service, &member, CLIENTS, (record, activity), visit("x")).await);
    forbidden(activity_delete(service, &member, CLIENTS, (record, activity)).await);
    forbidden(attachment_delete(service, &member, CLIENTS, (record, file)).await);
    // By way of another record it is not there.
    let unknown = |result: Result<(), Error>| assert_eq!(result.unwrap_err().kind(), Kind::NotFound);
    unknown(comment_set(service, &head, CLIENTS, (other, comment), "x").await);
    unknown(activity_set(service, &head, CLIENTS, (other, activity), visit("x")).await);
    unknown(attachment_delete(service, &head, CLIENTS, (other, file)).await);
    unknown(attachment_get(service, &head, CLIENTS, other, file).await.map(drop));
    // An administrator takes it away but does not change it.
    let system = vec![named::SYSTEM.to_owned()];
    user_right_set(service, &stage.app.context(), "member".to_owned(), system, false).await.unwrap();
    forbidden(comment_set(service, &stage.by(stage.member), CLIENTS, (record, comment), "x").await);
    comment_delete(service, &stage.by(stage.member), CLIENTS, (record, comment)).await.unwrap();
    activity_delete(service, &stage.by(stage.member), CLIENTS, (record, activity)).await.unwrap();
    attachment_delete(service, &stage.by(stage.member), CLIENTS, (record, file)).await.unwrap();
    assert_eq!(stage.line(record).await, ["-", "-"]);
    unknown(comment_set(service, &stage.by(stage.head), CLIENTS, (record, comment), "x").await);
    unknown(activity_done_set(service, &stage.by(stage.head), CLIENTS, (record, activity), true).await);
    assert!(attachment_list(service, &head, CLIENTS, record, (None, 10)).await.unwrap().is_empty());
}

async fn tasks(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    let open = async |person| {
        let list = task_list(service, &stage.by(person), 10).await.unwrap();
        list.into_iter().map(|(task, _)| task.text).collect::<Vec<_>>()
    };
    let create = async |given| activity_create(service, &stage.by(stage.head), CLIENTS, record, given).await;
    let later = create(task("member", "後", Some("2026-05-01"))).await.unwrap();
    create(task("member 太郎", "先", Some("2026-04-02"))).await.unwrap();
    create(task("", "自分", Some("2026-04-02"))).await.unwrap();
    create(visit("訪問")).await.unwrap();
    assert_eq!(
        (open(stage.member).await, open(stage.head).await),
        (vec!["先".to_owned(), "後".into()], vec!["自分".into()])
    );
    let undated = create(task("", " ", None)).await.unwrap_err();
    assert_eq!(undated.problems().iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), ["text", "due"]);
    assert_eq!(message(&create(task("nobody", "誰", Some("2026-04-02"))).await.unwrap_err()), Message::NoSuchUser);
    // Whoever did it says so.
    activity_done_set(service, &stage.by(stage.outsider), CLIENTS, (record, later), true).await.unwrap();
    assert_eq!(open(stage.member).await, ["先"]);
    activity_done_set(service, &stage.by(stage.member), CLIENTS, (record, later), false).await.unwrap();
    assert_eq!(open(stage.member).await.len(), 2);
    let now_visit = activity_set(service, &stage.by(stage.head), CLIENTS, (record, later), visit("行った")).await;
    now_visit.unwrap();
    assert_eq!(open(stage.member).await, ["先"]);
    let done = activity_done_set(service, &stage.by(stage.head), CLIENTS, (record, later), true).await;
    assert_eq!(done.unwrap_err().kind(), Kind::NotFound, "a visit is no task");
    // What he may not see does not call him.
    stage.restrict(stage.member, DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() }).await;
    assert_eq!(open(stage.member).await, [""; 0]);
}

async fn files(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    let large: Vec<u8> = b"%PDF-".iter().copied().chain((0..11_000_000_u32).map(|at| at.to_le_bytes()[0])).collect();
    let number = stage.upload(stage.member, record, "C:\\見積\\か\u{3099}いさん見積.pdf", &large).await.unwrap();
    let context = stage.by(stage.head);
    let kept = attachment_get(service, &context, CLIENTS, record, number).await.unwrap();
    assert_eq!((kept.name.as_str(), usize::try_from(kept.size).unwrap()), ("がいさん見積.pdf", large.len()));
    assert!(kept.is_shown() && kept.sha256.len() == 32 && kept.by == stage.member.number);
    let mut read = Vec::new();
    let mut chunk = 0;
    while let Some(bytes) = attachment_chunk(service, &context, &kept, chunk).await.unwrap() {
        assert!(bytes.len() <= limits::ATTACHMENT_CHUNK_BYTES);
        read.extend(bytes);
        chunk += 1;
    }
    assert!(read == large);
    let refused =
        async |name: &str, bytes: &[u8]| message(&stage.upload(stage.head, record, name, bytes).await.unwrap_err());
    assert_eq!(refused("a.txt", b"").await, Message::FileEmpty);
    assert_eq!(refused("..", b"a").await, Message::FileEmpty);
    assert_eq!(refused("a.exe", b"MZ").await, Message::FileType);
    assert_eq!(refused("a.png", b"<html>").await, Message::FileContent);
    let too_large = vec![b'a'; usize::try_from(limits::ATTACHMENT_BYTES).unwrap() + 1];
    assert_eq!(refused("a.txt", &too_large).await, Message::FileTooLarge { most: 30 });
    assert_eq!(stage.total().await, kept.size, "nothing is left of what was refused");
    stage.fill_to(limits::ATTACHMENT_TENANT_BYTES).await;
    assert_eq!(refused("a.txt", b"a").await, Message::FilesFull { most: 20 });
    stage.fill_to(kept.size).await;
    // One that nobody ended is removed by a later one.
    let mut forgotten = attachment_begin(service, &stage.by(stage.head), CLIENTS, record, "b.txt").await.unwrap();
    forgotten.add(&too_large[..300_000]).await.unwrap();
    stage.app.source.advance_seconds(limits::ATTACHMENT_HOURS * 3_600 + 1);
    stage.upload(stage.head, record, "c.txt", b"c").await.unwrap();
    assert_eq!(stage.total().await, kept.size + 1);
    assert_eq!(forgotten.finish().await.unwrap_err().kind(), Kind::NotFound);
    attachment_delete(service, &stage.by(stage.member), CLIENTS, (record, number)).await.unwrap();
    let list = attachment_list(service, &context, CLIENTS, record, (None, 10)).await.unwrap();
    assert_eq!((list.len(), stage.total().await), (1, 1));
}

impl Stage {
    /// How many bytes all files of the tenant have.
    async fn total(&self) -> i64 {
        let read = |tx: &mut musubi_store::db::Tx<'_>| {
            let rows = tx.rows("SELECT bytes FROM attachment_total WHERE tenant_no = ?1", &[])?;
            rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
        };
        self.app.write(read).await.unwrap()
    }

    async fn fill_to(&self, bytes: i64) {
        let fill = move |tx: &mut musubi_store::db::Tx<'_>| {
            tx.execute("UPDATE attachment_total SET bytes = ?2 WHERE tenant_no = ?1", &[bytes.into()])
        };
        self.app.write(fill).await.unwrap();
    }
}

async fn rights(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    let file = stage.upload(stage.head, record, "a.txt", b"a").await.unwrap();
    comment_create(service, &stage.by(stage.head), CLIENTS, record, "@member").await.unwrap();
    let member = || stage.by(stage.member);
    // Who may only read comments, and no more.
    stage.restrict(stage.member, DatabaseRight { write: false, ..DatabaseRight::default() }).await;
    comment_create(service, &member(), CLIENTS, record, "読むだけの人から").await.unwrap();
    let created = activity_create(service, &member(), CLIENTS, record, visit("x")).await;
    assert_eq!(created.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(stage.upload(stage.member, record, "a.txt", b"a").await.unwrap_err().kind(), Kind::Forbidden);
    assert!(attachment_get(service, &member(), CLIENTS, record, file).await.is_ok());
    // Who does not see the record sees nothing of it.
    comment_create(service, &stage.by(stage.head), CLIENTS, record, "@member").await.unwrap();
    for (right, kind) in [
        (DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() }, Kind::NotFound),
        (DatabaseRight { read: false, write: false, ..DatabaseRight::default() }, Kind::Forbidden),
    ] {
        stage.restrict(stage.member, right).await;
        let refused = [
            thread_page(service, &member(), CLIENTS, record, None).await.map(drop),
            comment_create(service, &member(), CLIENTS, record, "x").await.map(drop),
            activity_create(service, &member(), CLIENTS, record, visit("x")).await.map(drop),
            attachment_list(service, &member(), CLIENTS, record, (None, 1)).await.map(drop),
            attachment_get(service, &member(), CLIENTS, record, file).await.map(drop),
            attachment_begin(service, &member(), CLIENTS, record, "a.txt").await.map(drop),
            mention_read_at(service, &member(), CLIENTS, record).await,
        ];
        for (at, refused) in refused.into_iter().enumerate() {
            assert_eq!(refused.unwrap_err().kind(), kind, "{at}");
        }
        assert!(mention_list(service, &member(), 10).await.unwrap().is_empty());
    }
}

async fn pages(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, (_, record)) = (&stage.app.service, stage.one("結商事").await);
    for number in 0..45 {
        let context = stage.by(stage.head);
        if number % 3 == 0 {
            activity_create(service, &context, CLIENTS, record, visit(&number.to_string())).await.unwrap();
        } else {
            comment_create(service, &context, CLIENTS, record, &number.to_string()).await.unwrap();
        }
        stage.app.source.advance_seconds(i64::from(number % 2));
    }
    let (mut before, mut texts, mut sizes) = (None, Vec::new(), Vec::new());
    loop {
        let page = thread_page(service, &stage.app.context(), CLIENTS, record, before).await.unwrap();
        sizes.push(page.entries.len());
        texts.extend(page.entries.iter().map(|entry| match entry {
            ThreadEntry::Comment(comment, _) => comment.text.clone(),
            ThreadEntry::Activity(activity) => activity.text.clone(),
        }));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [20, 20, 5]);
    assert_eq!(texts, (0..45).rev().map(|number| number.to_string()).collect::<Vec<_>>());
    // Long texts make short pages.
    for _ in 0..3 {
        let text = "長".repeat(limits::COMMENT_CHARACTERS);
        comment_create(service, &stage.by(stage.head), CLIENTS, record, &text).await.unwrap();
    }
    let page = thread_page(service, &stage.app.context(), CLIENTS, record, None).await.unwrap();
    assert!(page.entries.len() == 1 && page.next.is_some());
}

async fn moves(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, || stage.app.context());
    let ((_, stays), (_, gone)) = (stage.one("結商事").await, stage.one("株式会社結商事").await);
    comment_create(service, &stage.by(stage.head), CLIENTS, stays, "残").await.unwrap();
    let number = comment_create(service, &stage.by(stage.head), CLIENTS, gone, "@member 去").await.unwrap();
    activity_create(service, &stage.by(stage.head), CLIENTS, gone, task("member", "やる", Some("2026-04-02")))
        .await
        .unwrap();
    let file = stage.upload(stage.head, gone, "a.txt", b"abc").await.unwrap();
    // Into the trash and back.
    let key = |id| vec![(RecordKey::Id(id), "id".to_owned())];
    record_delete(service, &context(), (CLIENTS, "client.delete"), key(gone), false).await.unwrap();
    assert!(mention_list(service, &stage.by(stage.member), 10).await.unwrap().is_empty());
    assert!(attachment_get(service, &context(), CLIENTS, gone, file).await.is_err());
    record_restore(service, &context(), (CLIENTS, "client.restore"), gone, "id").await.unwrap();
    assert_eq!(stage.line(gone).await, ["やる", "@member 去"]);
    // With a merge, and back with its undo.
    stage.app.source.advance_seconds(1);
    record_merge(
        service,
        &context(),
        (CLIENTS, "client.merge"),
        (stays, "stays"),
        (gone, "gone"),
        std::collections::BTreeSet::new(),
    )
    .await
    .unwrap();
    assert_eq!(stage.line(stays).await, ["やる", "@member 去", "残"]);
    let (_, place) = mention_list(service, &stage.by(stage.member), 10).await.unwrap().remove(0);
    assert_eq!(place.record, stays);
    assert!(attachment_get(service, &context(), CLIENTS, stays, file).await.is_ok());
    comment_set(service, &stage.by(stage.head), CLIENTS, (stays, number), "@member 移った").await.unwrap();
    let set = change_set_list(service, &context(), None, 1).await.unwrap().remove(0);
    change_set_undo(service, &context(), set.id, "id").await.unwrap();
    stage.app.run_jobs().await;
    assert_eq!(stage.line(stays).await, ["残"]);
    assert_eq!(stage.line(gone).await, ["やる", "@member 移った"]);
    assert!(attachment_get(service, &context(), CLIENTS, gone, file).await.is_ok());
    // For good with the record.
    stage.upload(stage.head, gone, "b.txt", b"b").await.unwrap();
    record_delete(service, &context(), (CLIENTS, "client.delete"), key(gone), false).await.unwrap();
    stage.app.source.advance_seconds((limits::TRASH_DAYS + 2) * 86_400);
    stage.app.run_jobs().await;
    let left = |tx: &mut musubi_store::db::Tx<'_>| {
        let rows = tx.rows(
            "SELECT (SELECT count(*) FROM comment WHERE tenant_no = ?1) + (SELECT count(*) FROM mention WHERE tenant_no = ?1)
               + (SELECT count(*) FROM activity WHERE tenant_no = ?1) + (SELECT count(*) FROM attachment WHERE tenant_no = ?1)
               + (SELECT count(*) FROM attachment_chunk WHERE tenant_no = ?1)
               + (SELECT count(*) FROM thread_moved WHERE tenant_no = ?1)",
            &[],
        )?;
        rows.into_iter().next().map_or(Ok(0), |mut row| row.take::<i64>())
    };
    assert_eq!((stage.app.write(left).await.unwrap(), stage.total().await), (1, 0), "the comment of the other");
}
