//! Every type of item through the form and back, hostile texts, wrong values, names that are typed, and what is like something.

use libtest_mimic::Trial;
use musubi_domain::item::ItemValue;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;

use super::{Filled, desk, field, led, reader, record_of, things, undo_of};
use crate::record::stage::{THINGS, ruby, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: every type of item is filled in as people type, and comes back", every_type),
        async_on_both("screens: hostile texts go through a form as they are", hostile_texts),
        async_on_both("screens: everything that is wrong is said at once, beside its field", wrong_values),
        async_on_both("screens: a name that is typed is looked up, and several are asked about", names),
        async_on_both("screens: what is like something is shown before it is registered", alike),
        async_on_both("screens: a form begins with what its link says, and goes on with the next", links),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn every_type(engine: Engine) {
    let stage = desk(engine).await;
    let client = stage.client("株式会社 山川", &[]).await.unwrap().id;
    let contact = stage.contact(client, "森").await.unwrap().id;
    let product =
        stage.register("products", &[("商品名", ruby("部品", "")), ("商品コード", text("P-1"))]).await.unwrap().id;
    let (mut reader, path) = (reader(&stage).await, things(&stage).await);
    let page = reader.get(&format!("{path}/new")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.len() < 60_000, "{}", page.text.len());
    let mut filled = Filled::of(&page.text);
    let typed = [
        ("text_single", "", "㈱むすび"),
        ("text_multiple", "", "一行目\r\n二行目"),
        ("number", "", "１，２３４"),
        ("amount_integer", "", "¥1,234,567"),
        ("amount_decimal", "", "1,234.50"),
        ("date", "", "令和8年11月22日"),
        ("datetime", "", "2026/11/22 9:05"),
        ("pulldown", "", "2"),
        ("linkage_pulldown", "", "1/11/111"),
        ("checkbox", "[]", "1"),
        ("checkbox", "[]", "2"),
        ("phone_number", "", "０３（１１１１）２２２２"),
        ("url", "", "https://例え.jp/"),
        ("mail_address", "", "ａ@example.com"),
        ("postal_code", "", "〒100-0001"),
        ("prefectures", "", "東京都"),
        ("user_single", "t", "suzuki"),
        ("user_multiple", "t", "yamada 太郎"),
        ("division_single", "t", "営業部"),
        ("division_multiple", "t", "開発"),
        ("client_single", "t", "山川"),
        ("client_multiple", "t", "株式会社山川"),
        ("clientresponsible_single", "t", "森"),
        ("clientresponsible_multiple", "t", "森"),
        ("product_single", "t", "P-1"),
        ("product_multiple", "t", "部品"),
        ("inquiry_route", "t", "東京"),
        ("text_ruby", "", "結"),
        ("text_ruby", "r", "ムスビ"),
        ("reference", "t", "山川"),
        ("code", "", "K-1"),
    ];
    for (item, part, value) in typed {
        let name = format!("{}{part}", field(&stage, THINGS, item).await);
        filled = filled.with(&name, value);
    }
    let answer = filled.clone().with("i999000001", "L-1").send(&mut reader, &format!("{path}/new")).await;
    let id = record_of(&answer);
    undo_of(&answer);
    let values = stage.values(THINGS, id).await;
    let is = |name: &str, value: ItemValue| assert_eq!(values.get(name), Some(&value), "{name}");
    let text = |text: &str| ItemValue::Text(text.to_owned());
    let number = |text: &str| ItemValue::Number(text.parse().unwrap());
    let ids = |id| ItemValue::References(vec![id]);
    is("text_single", text("㈱むすび"));
    is("text_multiple", text("一行目\n二行目"));
    is("number", number("1234"));
    is("amount_integer", number("1234567"));
    is("amount_decimal", number("1234.50"));
    is("date", ItemValue::Date("2026-11-22".parse().unwrap()));
    is("pulldown", ItemValue::Choices(vec![2]));
    is("linkage_pulldown", ItemValue::Choices(vec![1, 11, 111]));
    is("checkbox", ItemValue::Choices(vec![1, 2]));
    is("phone_number", text("03-1111-2222"));
    is("mail_address", text("a@example.com"));
    is("postal_code", text("100-0001"));
    is("prefectures", text("東京都"));
    is("user_single", ids(stage.users[1]));
    is("user_multiple", ids(stage.users[0]));
    is("division_single", ids(stage.organizations[0]));
    is("division_multiple", ids(stage.organizations[2]));
    is("client_single", ids(client));
    is("client_multiple", ids(client));
    is("clientresponsible_single", ids(contact));
    is("clientresponsible_multiple", ids(contact));
    is("product_single", ids(product));
    is("product_multiple", ids(product));
    is("inquiry_route", ItemValue::InquiryRoutes(vec![stage.routes[0]]));
    is("text_ruby", ItemValue::Ruby { value: "結".to_owned(), ruby: "ムスビ".to_owned() });
    is("reference", ids(client));
    is("auto_number", text("E-000000001"));
    assert_eq!(stage.get(THINGS, id).await.unwrap().record.linkage[0].value, "L-1");

    // As it comes it goes back, and nothing has changed.
    let edit = format!("{path}/{id}/edit");
    let page = reader.get(&edit).await;
    assert!(page.text.contains("1,234,567") && page.text.contains("E-000000001"), "{}", page.text);
    let same = Filled::of(&page.text);
    assert_eq!(led(&same.send(&mut reader, &edit).await), (format!("{path}/{id}"), "done=unchanged".to_owned()));
    assert_eq!(stage.get(THINGS, id).await.unwrap().record.version, 1);

    // Everything that can be emptied is.
    let mut empty = same.clone();
    for (item, part, _) in typed.iter().filter(|(item, ..)| *item != "text_single") {
        let name = field(&stage, THINGS, item).await;
        empty = match *part {
            "t" => empty.without(&format!("{name}[]")).with(&format!("{name}t"), ""),
            "[]" => empty.without(&format!("{name}[]")),
            part => empty.with(&format!("{name}{part}"), ""),
        };
    }
    let answer = empty.with("i999000001", "").send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated&undo="), "{}", answer.text);
    let left: Vec<String> = stage.values(THINGS, id).await.into_keys().collect();
    assert_eq!(left, ["auto_number", "text_single"]);
    assert!(stage.get(THINGS, id).await.unwrap().record.linkage.is_empty());
}

async fn hostile_texts(engine: Engine) {
    let stage = desk(engine).await;
    let (mut reader, path) = (reader(&stage).await, things(&stage).await);
    let [line, lines, reading] = [
        field(&stage, THINGS, "text_single").await,
        field(&stage, THINGS, "text_multiple").await,
        field(&stage, THINGS, "text_ruby").await,
    ];
    let page = reader.get(&format!("{path}/new")).await;
    let empty = Filled::of(&page.text);
    let fits = |text: &&&str| text.chars().count() <= 255 && !text.trim().is_empty();
    for text in hostile::texts().iter().filter(fits) {
        let one_line = !text.contains(['\r', '\n']);
        let short = if one_line { *text } else { "一行" };
        let filled = empty.clone().with(&line, short).with(&lines, text).with(&reading, short);
        let answer = filled.with(&format!("{reading}r"), short).send(&mut reader, &format!("{path}/new")).await;
        assert_eq!(answer.status, 303, "{text:?}: {}", answer.text);
        let id = record_of(&answer);
        let values = stage.values(THINGS, id).await;
        assert_eq!(values["text_single"], ItemValue::Text(short.to_owned()));
        let kept = text.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(values["text_multiple"], ItemValue::Text(kept), "{text:?}");
        assert_eq!(values["text_ruby"], ItemValue::Ruby { value: short.to_owned(), ruby: short.to_owned() });
        let edit = format!("{path}/{id}/edit");
        let same = Filled::of(&reader.get(&edit).await.text);
        assert_eq!(led(&same.send(&mut reader, &edit).await).1, "done=unchanged", "{text:?}");
    }
    for text in hostile::refused_controls() {
        // U+0000 is no text of a form at all.
        let answer = empty.clone().with(&line, text).send(&mut reader, &format!("{path}/new")).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{text:?}");
    }
}

async fn wrong_values(engine: Engine) {
    let stage = desk(engine).await;
    stage.thing("先客", &[("code", text("K-1"))]).await.unwrap();
    let (mut reader, path) = (reader(&stage).await, format!("{}/new", things(&stage).await));
    let mut filled = Filled::of(&reader.get(&path).await.text);
    let wrong = [
        ("text_single", "", "", "必須"),
        ("number", "", "1.5", "半角数字"),
        ("amount_decimal", "", "1,23", "小数点"),
        ("date", "", "平成31年5月1日", "日付"),
        ("datetime", "", "きのう", "日時"),
        ("phone_number", "", "内線あり", "半角"),
        ("url", "", "example.com", "URL"),
        ("mail_address", "", "a@b@c", "メールアドレス"),
        ("postal_code", "", "〒東京", "半角"),
        ("pulldown", "", "3", "選択"),
        ("user_single", "t", "だれでもない", "ユーザ"),
        ("client_single", "t", "どこにもない", ""),
        ("text_ruby", "r", "カナだけ", "必須"),
        ("code", "", "K-1", ""),
    ];
    for (item, part, value, _) in wrong {
        filled = filled.with(&format!("{}{part}", field(&stage, THINGS, item).await), value);
    }
    let answer = filled.send(&mut reader, &path).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("<title>エラー: "), "{}", answer.text);
    for (item, part, value, said) in wrong {
        let name = field(&stage, THINGS, item).await;
        let beside = super::super::stage::after(&answer.text, &format!("id=\"{name}-error\">"), '<');
        assert!(beside.contains(said), "{item}: {beside}");
        assert!(answer.text.contains(&format!("<a href=\"#{name}\">{item}</a>")), "{item} is in the summary");
        let back = Filled::of(&answer.text);
        assert_eq!(back.get(&format!("{name}{part}")), value, "{item} comes back as it was typed");
    }
    assert_eq!(answer.text.matches(" autofocus").count(), 1, "one begins at the first that is wrong");
}

async fn names(engine: Engine) {
    let stage = desk(engine).await;
    for name in ["山田商事", "山田建設", "川口製作所"] {
        stage.client(name, &[]).await.unwrap();
    }
    let (mut reader, path) = (reader(&stage).await, format!("{}/new", things(&stage).await));
    let (single, many) = (field(&stage, THINGS, "client_single").await, field(&stage, THINGS, "client_multiple").await);
    let name = field(&stage, THINGS, "text_single").await;
    let empty = Filled::of(&reader.get(&path).await.text).with(&name, "名");
    let typed = empty.with(&format!("{single}t"), "ヤマダ").with(&format!("{many}t"), "山田");
    let answer = typed.clone().with(&format!("{single}t"), "山田").send(&mut reader, &path).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("複数見つかりました。"), "{}", answer.text);
    assert_eq!(answer.text.matches("山田建設").count(), 2, "candidates of both: {}", answer.text);
    let begin = format!("name=\"{single}c\" value=\"");
    let key = super::super::stage::after(&answer.text, &begin, '"').to_owned();
    let begin = format!("name=\"{many}c\" value=\"");
    let other = super::super::stage::after(&answer.text, &begin, '"').to_owned();
    let again = Filled::of(&answer.text);
    assert_eq!(again.get(&format!("{single}t")), "山田", "what was typed is still there");
    let answer =
        again.with(&format!("{single}c"), &key).with(&format!("{many}c"), &other).send(&mut reader, &path).await;
    let id = record_of(&answer);
    let values = stage.values(THINGS, id).await;
    assert_eq!(values["client_single"], ItemValue::References(vec![key.parse().unwrap()]));
    assert_eq!(values["client_multiple"], ItemValue::References(vec![other.parse().unwrap()]));

    // Another is added to what is chosen, by a part of its name.
    let edit = format!("{}/{id}/edit", things(&stage).await);
    let page = Filled::of(&reader.get(&edit).await.text);
    let answer =
        page.with(&format!("{many}t"), "川口").with(&format!("{single}t"), "川口").send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated"), "{}", answer.text);
    let values = stage.values(THINGS, id).await;
    assert!(matches!(&values["client_multiple"], ItemValue::References(ids) if ids.len() == 2));
    assert_ne!(values["client_single"], ItemValue::References(vec![key.parse().unwrap()]));

    // The list that a script asks for, and the page.
    let list = reader.get("/candidates/clients?q=%E5%B1%B1%E7%94%B0").await;
    assert!(list.text.contains("山田商事") && list.text.contains("山田建設") && !list.text.contains("川口"));
    assert!(reader.get("/candidates/users?q=ji%20hanako").await.text.contains("見つかりません"));
    assert!(reader.get("/candidates/users?q=clerk").await.text.contains("花子"));
    assert!(reader.get("/candidates/organizations?q=").await.text.contains("営業部"));
    assert!(reader.get("/candidates/inquiry-routes?q=%E6%9D%B1%E4%BA%AC").await.text.contains("展示会"));
    let number = super::number(&stage, THINGS, "linkage_pulldown").await;
    let word = things(&stage).await.replace("/records/", "");
    let choices = reader.get(&format!("/candidates/choices?database={word}&item={number}&q=111")).await;
    assert!(choices.text.contains("選択肢1 &#62; 選択肢11 &#62; 選択肢111"), "{}", choices.text);
    assert_eq!(reader.get("/candidates/nothing").await.status, 404);
    assert_eq!(reader.get("/candidates/choices?database=clients&item=1").await.status, 404);
}

async fn alike(engine: Engine) {
    let stage = desk(engine).await;
    stage.client("株式会社山田商事", &[("代表電話番号", text("03-1111-2222"))]).await.unwrap();
    let mut reader = reader(&stage).await;
    let (name, phone) =
        (field(&stage, "clients", "取引先正式名称").await, field(&stage, "clients", "代表電話番号").await);
    let (user, place) =
        (field(&stage, "clients", "営業主担当者").await, field(&stage, "clients", "営業主担当部署").await);
    let page = reader.get("/records/clients/new").await;
    let filled = Filled::of(&page.text).with(&name, "山田商事㈱").with(&phone, "０３(1111)2222");
    let filled = filled.with(&format!("{place}t"), "営業部").with(&format!("{user}t"), "clerk");
    let part = filled.send(&mut reader, "/records/clients/duplicates").await;
    assert!(
        part.status == 200 && part.text.contains("株式会社山田商事") && part.text.contains("ほぼ同じ"),
        "{}",
        part.text
    );
    let answer = filled.send(&mut reader, "/records/clients/new").await;
    assert_eq!(answer.status, 422, "it is asked about first");
    assert!(answer.text.contains("似ているものがすでに登録されています") && answer.text.contains("それでも登録する"));
    let again = Filled::of(&answer.text);
    assert_eq!(again.get(&phone), "０３(1111)2222", "what was typed is still there");
    let answer = again.with("anyway", "1").send(&mut reader, "/records/clients/new").await;
    assert!(led(&answer).1.starts_with("done=registered&undo="), "{}", answer.text);
    // What has been shown while it was typed is not asked about once more.
    let seen = super::super::stage::value(&part.text, "seen");
    let shown = filled.clone().with("seen", &seen).send(&mut reader, "/records/clients/new").await;
    assert_eq!(shown.status, 422, "by now there is another");
    assert_eq!(Filled::of(&shown.text).send(&mut reader, "/records/clients/new").await.status, 303);

    // People are alike within their client, and by their mail address.
    let client = stage.client("川口製作所", &[]).await.unwrap().id;
    stage.contact(client, "森").await.unwrap();
    let page = reader.get(&format!("/records/contacts/new?client={client}")).await;
    let family = field(&stage, "contacts", "取引先担当者姓").await;
    let part = Filled::of(&page.text).with(&family, "森").send(&mut reader, "/records/contacts/duplicates").await;
    assert!(part.text.contains("森"), "{}", part.text);
}

async fn links(engine: Engine) {
    let stage = desk(engine).await;
    let client = stage.client("川口製作所", &[]).await.unwrap().id;
    let mut reader = reader(&stage).await;
    let page = reader.get(&format!("/records/contacts/new?client={client}")).await;
    let of = field(&stage, "contacts", "取引先").await;
    let filled = Filled::of(&page.text);
    assert_eq!((filled.get(&of), filled.get(&format!("{of}t"))), (client.to_string().as_str(), "川口製作所"));
    let user = field(&stage, "contacts", "営業主担当者").await;
    assert_eq!(filled.get(&format!("{user}t")), "事務 花子", "one is responsible oneself at first");
    let [family, place] =
        [field(&stage, "contacts", "取引先担当者姓").await, field(&stage, "contacts", "営業主担当部署").await];
    let filled = filled.with(&family, "林").with(&format!("{place}t"), "営業部").with("then", "new");
    let answer = filled.send(&mut reader, "/records/contacts/new").await;
    let (path, query) = led(&answer);
    assert_eq!(path, "/records/contacts/new");
    let page = reader.get(&format!("{path}?{query}")).await;
    assert!(page.text.contains("登録しました。") && page.text.contains("/undo"), "{}", page.text);
    assert_eq!(Filled::of(&page.text).get(&family), "");
    for missing in ["/records/nothing/new", "/records/999999/new", "/records/clients/no-uuid/edit"] {
        assert_eq!(reader.get(missing).await.status, 404, "{missing}");
    }
}
