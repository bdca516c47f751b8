//! Deleting what others refer to, the trash, and bringing back.

use libtest_mimic::Trial;
use musubi_service::change_set::change_set_get;
use musubi_testkit::engine::{Engine, async_on_both};

use super::{desk, led, reader, undo_of};
use crate::record::stage::{THINGS, ids, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: a deletion says what it touches, and is undone", deletes),
        async_on_both("screens: the trash says who and until when, and gives back", restores),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn deletes(engine: Engine) {
    let stage = desk(engine).await;
    let client = stage.client("山田商事", &[]).await.unwrap().id;
    let contact = stage.contact(client, "森").await.unwrap().id;
    stage.thing("参照する物", &[("client_single", ids(&[client]))]).await.unwrap();
    let mut reader = reader(&stage).await;
    let path = format!("/records/clients/{client}/delete");
    let page = reader.get(&path).await;
    assert_eq!(page.status, 200);
    for said in ["山田商事", "一緒にごみ箱に移るもの", "森", "これを参照しているもの", "参照する物", "30日間"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let answer = reader.post(&path, &[]).await;
    assert_eq!(answer.status, 422, "it stands in the way");
    assert!(stage.get("clients", client).await.is_ok());
    let answer = reader.post(&path, &[("force", "1")]).await;
    let (list, query) = led(&answer);
    assert!(list == "/records/clients" && query.starts_with("done=deleted&undo="), "{query}");
    let set = change_set_get(&stage.app.service, &stage.context(), undo_of(&answer), "id").await.unwrap();
    assert_eq!((set.kind.as_str(), set.counts.deleted), ("client.delete", 2));
    assert!(stage.get("contacts", contact).await.is_err(), "it went with its client");
    assert_eq!(reader.get(&path).await.status, 404);
}

async fn restores(engine: Engine) {
    let stage = desk(engine).await;
    let mut ids = Vec::new();
    for code in ["K-1", "K-2", "K-3"] {
        ids.push(stage.thing(code, &[("code", text(code))]).await.unwrap().id);
    }
    let mut reader = reader(&stage).await;
    let path = format!("{}/trash", super::things(&stage).await);
    assert!(reader.get(&path).await.text.contains("ごみ箱は空です"));
    let delete = |id| format!("{}/{id}/delete", path.trim_end_matches("/trash"));
    for id in &ids {
        let page = reader.get(&delete(id)).await;
        assert!(page.text.contains("ほかに影響するデータはありません。"), "{}", page.text);
        assert_eq!(reader.post(&delete(id), &[]).await.status, 303);
    }
    let page = reader.get(&path).await;
    for said in ["K-1", "K-2", "K-3", "事務 花子", "<time"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert_eq!(reader.post(&path, &[]).await.status, 422, "nothing is selected");
    // A value that another has taken cannot come back.
    stage.thing("新", &[("code", text("K-1"))]).await.unwrap();
    let (one, two) = (ids[0].to_string(), ids[1].to_string());
    let answer = reader.post(&path, &[("ids[]", &one), ("ids[]", &two)]).await;
    let (_, query) = led(&answer);
    assert!(query.starts_with("lost=value_taken&done=restored-part&undo="), "{query}");
    let page = reader.get(&format!("{path}?{query}")).await;
    assert!(
        page.text.contains("空にしました") && page.text.contains("K-3") && !page.text.contains("K-2"),
        "{}",
        page.text
    );
    assert!(stage.get(THINGS, ids[1]).await.is_ok());
    let third = ids[2].to_string();
    let answer = reader.post(&path, &[("one", &third)]).await;
    assert!(led(&answer).1.starts_with("done=restored&undo="));
    assert_eq!(reader.post(&path, &[("one", &third)]).await.status, 422, "it is not there any more");
}
