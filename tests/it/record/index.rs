//! Indexes that people ask for, filled while others write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Trial;
use musubi_domain::condition::Field;
use musubi_domain::item::RawValue;
use musubi_domain::job::JobState;
use musubi_service::index::{index_create, index_list};
use musubi_service::job::job_get;
use musubi_testkit::engine::{Engine, async_on_both};

use super::stage::{Stage, THINGS, problems, text};

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("index: one that is filled while others write holds every record", filled_while_others_write)
}

async fn filled_while_others_write(engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let mut ids = Vec::new();
    for at in 0..120 {
        let number = RawValue::Numeric((at % 7).to_string());
        ids.push(stage.thing(&format!("物{at}"), &[("number", number)]).await.unwrap().id);
    }
    stage.delete(THINGS, &ids[..3], false).await.unwrap();
    let service = &stage.app.service;
    let template = service.template(stage.app.tenant, THINGS).await.unwrap();
    let field = |name: &str| Field::Item(template.items().iter().find(|item| item.name == name).unwrap().number);
    let (number, name) = (field("number"), field("text_single"));
    let (index, job) = index_create(service, &stage.context(), THINGS, vec![number, name]).await.unwrap();
    let error = index_create(service, &stage.context(), THINGS, vec![number, name]).await.unwrap_err();
    assert_eq!(problems(&error), [("fields[0]".to_owned(), "taken")]);
    assert!(
        !index_list(service, &stage.context(), THINGS)
            .await
            .unwrap()
            .iter()
            .any(|own| own.number == index && own.ready)
    );
    // Writers change, add and remove meanwhile.
    let done = Arc::new(AtomicBool::new(false));
    let writer = {
        let (stage, done, ids) = (Arc::clone(&stage), Arc::clone(&done), ids.clone());
        tokio::spawn(async move {
            let mut at = 3;
            while !done.load(Ordering::Relaxed) && at < 60 {
                stage.update(THINGS, ids[at], &[("number", RawValue::Numeric("9".into()))]).await.unwrap();
                stage.thing(&format!("新{at}"), &[("number", RawValue::Numeric("8".into()))]).await.unwrap();
                stage.delete(THINGS, &[ids[at + 60]], false).await.unwrap();
                at += 1;
            }
        })
    };
    stage.app.run_jobs().await;
    done.store(true, Ordering::Relaxed);
    writer.await.unwrap();
    let job = job_get(service, &stage.context(), job.unwrap()).await.unwrap();
    assert_eq!((job.state, job.progress.done), (JobState::Done, 120));
    assert!(
        index_list(service, &stage.context(), THINGS).await.unwrap().iter().any(|own| own.number == index && own.ready)
    );
    let (wrong, stray) = stage.index_differences(THINGS, index).await;
    assert_eq!((wrong, stray), (vec![], 0));
    // A database without records needs no filling.
    let (_, job) = index_create(service, &stage.context(), "products", vec![Field::UpdatedBy]).await.unwrap();
    assert_eq!(job, None);
    stage.update(THINGS, ids[100], &[("text_single", text("最後"))]).await.unwrap();
    assert_eq!(stage.index_differences(THINGS, index).await, (vec![], 0));
}
