//! Lists of records: conditions, order, pages, views, bulk edits, files.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use musubi_domain::id::ItemNo;
use musubi_domain::item::{ItemType, RawValue};
use musubi_domain::product;
use musubi_domain::rights::{DatabaseRight, ItemAccess};
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_service::record::{GivenItem, GivenRecord, record_register};
use musubi_service::rights::database_right_set;
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use uuid::Uuid;

use super::stage::{LOGIN, PASSWORD, Reader, after, encoded, header, person, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "screens: a list is filtered, sorted, and turned to its end, each row once",
            |engine| async move {
                lists(stage(engine).await).await;
            },
        ),
        async_on_both("screens: views are kept, shared by who may, and begin a list", |engine| async move {
            keeps_views(stage(engine).await).await;
        }),
        async_on_both("screens: what somebody may not see is neither shown nor asked for", |engine| async move {
            hides(stage(engine).await).await;
        }),
        async_on_both("screens: what has changed since a look is left and reported", |engine| async move {
            leaves_what_has_changed(stage(engine).await).await;
        }),
        async_on_both(
            "screens: many records are edited after a look, reported on, and as they were",
            |engine| async move {
                edits_many(stage(engine).await).await;
            },
        ),
        async_on_both("screens: many records are deleted, and back by an undo", |engine| async move {
            moves_many_to_the_trash(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn text(value: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: None }
}

/// Registers a product.
pub(crate) async fn product(app: &TestApp, code: &str, name: &str, ruby: &str, price: &str, status: i64) -> Uuid {
    let item = |item: Uuid, item_type: ItemType, value: RawValue| GivenItem {
        path: item.to_string(),
        item,
        item_type: item_type.row().wire.to_owned(),
        value,
    };
    let items = vec![
        item(product::CODE, ItemType::TextSingle, text(code)),
        item(product::NAME, ItemType::TextRuby, RawValue::Text { value: name.to_owned(), ruby: Some(ruby.to_owned()) }),
        item(product::UNIT_PRICE, ItemType::AmountDecimal, RawValue::Numeric(price.to_owned())),
        item(product::STATUS, ItemType::Pulldown, RawValue::Selection(vec![status])),
    ];
    let given = GivenRecord { items, items_path: "items".into(), ..GivenRecord::default() };
    let written = record_register(&app.service, &app.context(), product::DATABASE, "product.register", given).await;
    written.unwrap().id
}

async fn products(app: &TestApp, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for at in 0..count {
        let status = i64::try_from(at % 3).unwrap() + 1;
        let (code, name) = (format!("P-{at:03}"), format!("部品{at:03}"));
        ids.push(product(app, &code, &name, "ブヒン", &(at * 10).to_string(), status).await);
    }
    ids
}

/// The names of the rows of a page.
fn names(page: &str) -> Vec<String> {
    let rows = page.split("<th scope=\"row\">").skip(1);
    rows.map(|row| after(row, "\">", '<').to_owned()).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// The link to the next page; "" at the end.
fn next(page: &str) -> String {
    let turns = page.split("class=\"turns\"").nth(1).unwrap_or_default();
    let link = turns.split("<a href=\"").find(|part| part.contains("rel=\"next\""));
    link.map(|part| unescaped(part.split('"').next().unwrap())).unwrap_or_default()
}

async fn lists(app: TestApp) {
    let ids = products(&app, 130).await;
    let mut reader = Reader::signed_in(&app).await;
    for sort in ["", "sort[]=-46786736-14ef-42c0-ab4b-8044523c3362", "sort[]=0c1d5778-9b70-45dd-828c-32a5cf3f3f55"] {
        let (mut seen, mut path, mut pages) = (Vec::new(), format!("/records/products?all=1&{sort}"), 0);
        while !path.is_empty() {
            let page = reader.get(&path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            assert!(page.text.len() < 60 * 1024, "a page of {} bytes", page.text.len());
            seen.extend(names(&page.text));
            path = next(&page.text);
            pages += 1;
        }
        assert_eq!((pages, seen.len()), (3, 130), "{sort}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 130, "{sort}: each once");
        assert_eq!(seen[0], if sort.contains('-') && sort.contains("[]=-") { "部品129" } else { "部品000" });
    }
    // By the reading, in part; the page is counted.
    let page = reader.get(&format!("/records/products?{}", encoded(&[("q", "ぶひん 部品01")]))).await;
    assert_eq!(names(&page.text).len(), 10, "{}", page.text);
    assert!(page.text.contains("10件") && page.text.contains(&format!("/records/products/{}", ids[10])));
    // Conditions by a link; a figure stands with its unit.
    let asked = [
        ("c1", product::UNIT_PRICE.to_string()),
        ("c1o", "between".into()),
        ("c1v[]", "1,000".into()),
        ("c1t", "１０４０".into()),
        ("c2", product::STATUS.to_string()),
        ("c2o", "is".into()),
        ("c2v[]", "2".into()),
        ("c2v[]", "3".into()),
    ];
    let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = reader.get(&format!("/records/products?{}", encoded(&asked))).await;
    assert_eq!(names(&page.text), ["部品100", "部品101", "部品103", "部品104"]);
    assert!(page.text.contains("1,000円") && page.text.contains("単価: 1,000 – １０４０"), "{}", page.text);
    assert!(page.text.contains("販売状態: 販売準備中 または 販売終了"));
    // Without script a line is added by a button; what is not complete asks for nothing.
    let page = reader.get(&format!("/records/products?{}&c_add=1", encoded(&asked))).await;
    assert_eq!(names(&page.text).len(), 4);
    assert!(page.text.contains("name=\"c3\""), "a third line is there");
    let page = reader
        .get(&format!(
            "/records/products?{}",
            encoded(&[("c1", product::UNIT_PRICE.to_string().as_str()), ("c1o", "from"), ("c1v[]", "百")])
        ))
        .await;
    assert!(page.text.contains("is-wrong"), "{}", page.text);
    // A cursor that is not ours, pages that are not there, and what nobody knows.
    for odd in ["after=xyz", "page=-5", "page=99999999999", "sort[]=x&column[]=y&size=7", "view=x"] {
        assert_eq!(reader.get(&format!("/records/products?{odd}")).await.status, 200, "{odd}");
    }
    assert_eq!(reader.get("/records/no-such").await.status, 404);
    let empty = reader.get("/records/contacts").await;
    assert!(empty.text.contains("まだ登録がありません"), "{}", empty.text);
    let none = reader.get(&format!("/records/products?{}", encoded(&[("q", "どこにもない")]))).await;
    assert!(none.text.contains("条件に合うものがありません"));
    app.leave_jobs();
}

async fn keeps_views(app: TestApp) {
    products(&app, 6).await;
    person(&app, "suzuki", "鈴木", "花子").await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/records/products").await;
    let query = format!("{}&page=3", encoded(&[("q", "部品003"), ("size", "100")]));
    let fields = [("do", "keep"), ("name", "3番 <だけ>"), ("query", query.as_str()), ("first", "1"), ("shared", "1")];
    let refused = reader.post("/records/products/views", &fields).await;
    assert_eq!(refused.status, 403, "who may not share does not");
    let long = "あ".repeat(300);
    let wrong = [fields[0], ("name", long.as_str()), fields[2], fields[3]];
    let again = reader.post("/records/products/views", &wrong).await;
    assert_eq!(again.status, 422, "{}", again.text);
    assert!(again.text.contains("id=\"view-name-error\"") && again.text.contains(&long), "{}", again.text);
    assert!(again.text.contains("value=\"部品003\""), "the list is as it was: {}", again.text);
    let kept = reader.post("/records/products/views", &fields[..4]).await;
    assert_eq!(kept.status, 303, "{}", kept.text);
    let page = reader.get(header(&kept, "location")).await;
    assert!(page.text.contains("表示を保存しました。") && page.text.contains("3番 &#60;だけ&#62;"), "{}", page.text);
    assert_eq!(names(&page.text), ["部品003"]);
    assert_eq!(names(&reader.get("/records/products").await.text), ["部品003"], "the list begins with it");
    assert_eq!(names(&reader.get("/records/products?all=1").await.text).len(), 6);
    // Nobody else is offered it.
    let mut other = Reader::new(&app);
    other.sign_in("suzuki", PASSWORD, "/").await;
    assert!(!other.get("/records/products").await.text.contains("3番"));
    let view = after(header(&kept, "location"), "view=", '&').to_owned();
    assert_eq!(other.post("/records/products/views", &[("do", "remove"), ("view", &view)]).await.status, 404);
    assert_eq!(other.post("/records/products/views", &[("do", "first"), ("view", &view)]).await.status, 404);
    // Who may share, shares; then others see it and cannot remove it.
    let dbset = musubi_domain::rights::named::DATABASES;
    user_right_set(&app.service, &app.context(), LOGIN.to_owned(), vec![dbset.to_owned()], false).await.unwrap();
    reader.get("/records/products").await;
    let shared = [
        ("do", "keep"),
        ("as", "this"),
        ("view", view.as_str()),
        ("name", "共有の3番"),
        ("query", "q=%E9%83%A8%E5%93%81003"),
        ("shared", "1"),
    ];
    assert_eq!(reader.post("/records/products/views", &shared).await.status, 303);
    assert!(other.get("/records/products").await.text.contains("共有の3番"));
    assert_eq!(other.post("/records/products/views", &[("do", "remove"), ("view", &view)]).await.status, 403);
    assert_eq!(names(&reader.get("/records/products").await.text).len(), 6, "it begins the list no longer");
    let removed = reader.post("/records/products/views", &[("do", "remove"), ("view", &view)]).await;
    assert_eq!(header(&removed, "location"), "/records/products?done=view-removed");
    assert!(!other.get("/records/products").await.text.contains("共有の3番"));
    app.leave_jobs();
}

async fn hides(app: TestApp) {
    products(&app, 4).await;
    let template = app.service.template(app.tenant, product::DATABASE).await.unwrap();
    let price: ItemNo = template.item(product::UNIT_PRICE).unwrap().number;
    let user = musubi_service::user::user_list(&app.service, &app.context()).await.unwrap();
    let user = user.into_iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let right = DatabaseRight { items: vec![(price, ItemAccess::Hidden)], ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), user, product::DATABASE, right).await.unwrap();
    let mut reader = Reader::signed_in(&app).await;
    let plain = reader.get("/records/products").await;
    assert_eq!(names(&plain.text).len(), 4);
    assert!(!plain.text.contains("単価") && !plain.text.contains(&product::UNIT_PRICE.to_string()), "{}", plain.text);
    // Asked for by a link, it is said and not used: the order and the result tell nothing of it.
    let price = product::UNIT_PRICE.to_string();
    let asked = [
        ("c1", price.as_str()),
        ("c1o", "from"),
        ("c1v[]", "30"),
        ("sort[]", &format!("-{price}")),
        ("column[]", price.as_str()),
    ];
    let page = reader.get(&format!("/records/products?{}", encoded(&asked))).await;
    assert_eq!(names(&page.text), ["部品000", "部品001", "部品002", "部品003"]);
    assert!(page.text.contains("使えない条件があります") && page.text.contains("並び順が異なります"), "{}", page.text);
    assert!(!page.text.contains("30円"));
    // All of such a list are not edited: it would be more than was meant.
    let query = encoded(&asked);
    let answer = reader.post("/records/products/bulk", &[("step", "delete"), ("all", "1"), ("query", &query)]).await;
    assert_eq!(answer.status, 400);
    // Who may not read sees no list.
    let right = DatabaseRight { read: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), user, product::DATABASE, right).await.unwrap();
    assert_eq!(reader.get("/records/products").await.status, 403);
    app.leave_jobs();
}

async fn edits_many(app: TestApp) {
    let ids = products(&app, 60).await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/records/products").await;
    let status = product::STATUS.to_string();
    let template = app.service.template(app.tenant, product::DATABASE).await.unwrap();
    let field = |id: Uuid| format!("i{}", template.item(id).unwrap().number);
    let (status_field, name_field) = (field(product::STATUS), field(product::NAME));
    let nothing = reader.post("/records/products/bulk", &[("step", "edit"), ("query", "")]).await;
    assert_eq!(header(&nothing, "location"), "/records/products?&done=none");
    let query = encoded(&[("q", "部品")]);
    let all = [("all", "1"), ("query", query.as_str())];
    let page = reader.post("/records/products/bulk", &[&[("step", "edit")], all.as_slice()].concat()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("変更する項目") && !page.text.contains("商品コード"), "a key item is each record's own");
    let without = reader.post("/records/products/bulk", &[&[("step", "preview")], all.as_slice()].concat()).await;
    assert_eq!(without.status, 422);
    let name = product::NAME.to_string();
    let cleared = [("step", "preview"), ("item[]", name.as_str()), (name_field.as_str(), "")];
    let refused = reader.post("/records/products/bulk", &[&cleared, all.as_slice()].concat()).await;
    assert!(refused.text.contains("必須"), "each record says why: {}", refused.text);

    let change = [("item[]", status.as_str()), (status_field.as_str(), "3")];
    let preview = reader
        .post("/records/products/bulk", &[&[("step", "preview")], change.as_slice(), all.as_slice()].concat())
        .await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    assert!(preview.text.contains("60件を変更します。") && preview.text.contains("最初の20件"), "{}", preview.text);
    assert!(preview.text.contains("<del>販売中</del> → <ins>販売終了</ins>") && preview.text.contains("(変更なし)"));
    let untouched = reader.get(&format!("/records/products?all=1&c1={status}&c1o=is&c1v[]=3")).await;
    assert_eq!(names(&untouched.text).len(), 20, "a preview writes nothing");
    let run =
        reader.post("/records/products/bulk", &[&[("step", "run")], change.as_slice(), all.as_slice()].concat()).await;
    assert!(header(&run, "location").starts_with("/jobs/"), "{}", run.text);
    app.run_jobs().await;
    let job = reader.get(header(&run, "location")).await;
    assert!(job.text.contains("すべてに行いました。") && job.text.contains("変更した件数"), "{}", job.text);
    let changed = reader.get(&format!("/records/products?all=1&size=100&c1={status}&c1o=is&c1v[]=3")).await;
    assert_eq!(names(&changed.text).len(), 60);
    let set = change_set_list(&app.service, &app.context(), None, 1).await.unwrap().remove(0);
    assert_eq!((set.kind.as_str(), set.counts.updated), ("record.bulk_update", 40), "what had the value is no change");
    change_set_undo(&app.service, &app.context(), set.id, "id").await.unwrap();
    app.run_jobs().await;
    let again = reader.get(&format!("/records/products?all=1&c1={status}&c1o=is&c1v[]=3")).await;
    assert_eq!(names(&again.text).len(), 20, "as it was");

    // A selection that is kept over pages: one of the first, one of the second.
    let first = ids[1].to_string();
    let page = reader.get("/records/products?all=1").await;
    let turn = next(&page.text);
    let turn = turn.split_once('?').unwrap().1.to_owned();
    let kept = reader.post("/records/products/select", &[("id[]", &first), ("next", &turn)]).await;
    let packed = ids[1].simple().to_string();
    assert!(kept.text.contains(&format!("name=\"ids\" value=\"{packed}\"")), "{}", kept.text);
    let second = ids[55].to_string();
    let both = [("step", "run"), ("ids", packed.as_str()), ("id[]", second.as_str()), ("query", "")];
    reader.post("/records/products/bulk", &[&both, change.as_slice()].concat()).await;
    app.run_jobs().await;
    let set = change_set_list(&app.service, &app.context(), None, 1).await.unwrap().remove(0);
    assert_eq!(set.counts.updated, 2, "{set:?}");
    app.leave_jobs();
}

async fn moves_many_to_the_trash(app: TestApp) {
    let ids = products(&app, 5).await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/records/products").await;
    let some: Vec<String> = ids.iter().take(3).map(ToString::to_string).collect();
    let chosen: Vec<(&str, &str)> = some.iter().map(|id| ("id[]", id.as_str())).collect();
    let preview = reader.post("/records/products/bulk", &[&[("step", "delete")], chosen.as_slice()].concat()).await;
    assert!(preview.text.contains("3件をゴミ箱に移します。"), "{}", preview.text);
    assert_eq!(names(&reader.get("/records/products").await.text).len(), 5);
    let run = reader.post("/records/products/bulk", &[&[("step", "delete-run")], chosen.as_slice()].concat()).await;
    assert!(header(&run, "location").starts_with("/jobs/"), "{}", run.text);
    app.run_jobs().await;
    assert_eq!(names(&reader.get("/records/products").await.text), ["部品003", "部品004"]);
    let set = change_set_list(&app.service, &app.context(), None, 1).await.unwrap().remove(0);
    assert_eq!((set.kind.as_str(), set.counts.deleted), ("record.bulk_delete", 3));
    change_set_undo(&app.service, &app.context(), set.id, "id").await.unwrap();
    app.run_jobs().await;
    assert_eq!(names(&reader.get("/records/products").await.text).len(), 5);
    app.leave_jobs();
}

/// What a page hides in the form that runs a bulk edit.
fn hidden(page: &str, name: &str) -> String {
    after(page, &format!("name=\"{name}\" value=\""), '"').to_owned()
}

/// Somebody changes a record between a look and the run: by ids and by a condition it stays as it is, and the report names it.
async fn leaves_what_has_changed(app: TestApp) {
    let ids = products(&app, 3).await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/records/products").await;
    let template = app.service.template(app.tenant, product::DATABASE).await.unwrap();
    let field = format!("i{}", template.item(product::STATUS).unwrap().number);
    let status = product::STATUS.to_string();
    let change = |value: &'static str| [("item[]", status.as_str()), (field.as_str(), value)];
    let some: Vec<String> = ids.iter().take(2).map(ToString::to_string).collect();
    let chosen: Vec<(&str, &str)> = some.iter().map(|id| ("id[]", id.as_str())).collect();
    for (look, value) in [(chosen, "3"), (vec![("all", "1")], "1")] {
        let asked = [&[("step", "preview")], change(value).as_slice(), look.as_slice()].concat();
        let preview = reader.post("/records/products/bulk", &asked).await;
        assert_eq!(preview.status, 200, "{}", preview.text);
        let names = if look.len() == 1 { ["all", "looked"] } else { ["ids", "versions"] };
        let kept = names.map(|name| (name, hidden(&preview.text, name)));
        app.source.advance_seconds(60);
        let other = [("step", "run"), ("id[]", some[0].as_str())];
        reader.post("/records/products/bulk", &[&other, change("2").as_slice()].concat()).await;
        app.run_jobs().await;
        let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let run = [&[("step", "run")], change(value).as_slice(), kept.as_slice()].concat();
        let run = reader.post("/records/products/bulk", &run).await;
        app.run_jobs().await;
        let job = reader.get(header(&run, "location")).await;
        assert!(job.text.contains("変更できないものがありました"), "{}", job.text);
        let report = reader.get(&format!("{}/report", header(&run, "location"))).await;
        assert!(report.text.contains(&some[0]) && report.text.contains("別の人が変更"), "{}", report.text);
        assert!(!report.text.contains(&some[1]), "{}", report.text);
        let as_it_was = reader.get(&format!("/records/products?all=1&c1={status}&c1o=is&c1v[]=2")).await;
        assert!(as_it_was.text.contains(&some[0]), "{}", as_it_was.text);
        // Back to what differs, for the look by a condition.
        let back = [("step", "run"), ("id[]", some[0].as_str())];
        reader.post("/records/products/bulk", &[&back, change("3").as_slice()].concat()).await;
        app.run_jobs().await;
    }
    let none = [("step", "delete"), ("id[]", "00000000-0000-4000-8000-000000000000")];
    let none = reader.post("/records/products/bulk", &none).await;
    assert!(none.text.contains("対象のレコードがありません") && !none.text.contains("delete-run"), "{}", none.text);
    app.leave_jobs();
}
