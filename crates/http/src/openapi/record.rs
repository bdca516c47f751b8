//! What the calls of clients and of contacts have in common: requests by the words of each.

use musubi_domain::limits::{ACTION_RECORDS, CONDITION_CHARACTERS, CONDITION_VALUES, LIST_OFFSET, LIST_ROWS};
use serde_json::{Value, json};

use super::linkage::{given_list, slot, sought};
use super::schema::{
    Member, always, closed, exactly_one, flag, integer, list, nullable, open, reference, set, text, text_to, uuid,
};
pub(super) use crate::crm::words::{CLIENT, CONTACT, Words};

/// The request of a registration, with what it has beside items and linkage values.
pub(super) fn register(words: &Words, further: Vec<Member>) -> Value {
    let items = "登録する項目。必須の項目はすべて指定します。同じ項目を 2 回指定することはできません。";
    let mut members = further;
    members.push(always(words.items, list(items, reference("GivenItem"))));
    members.push(nullable("systemLinkageInfoList", given_list("ほかのシステムでのID。")));
    to_data(words.register, open("", members))
}

/// The request of an update, with what it has beside items and linkage values.
pub(super) fn update(words: &Words, further: Vec<Member>) -> Value {
    let items = "変更する項目。ここにない項目は変わりません。値なしで指定すると、その項目の値を消します(必須の項目は消せません)。\
                 今と同じ値は、読み取り専用の項目でも指定できます。同じ項目を 2 回指定することはできません。";
    let linkage = "変更する連携ID値。ここにないシステム連携IDの値は変わりません。\"\" はその値を消します。";
    let mut members = vec![
        nullable(words.info, open("IDによる指定。", ids(words))),
        nullable("systemLinkageInfo", reference("SystemLinkageKey")),
        always(words.items, list(items, reference("GivenItem"))),
    ];
    members.extend(further);
    members.push(nullable("systemLinkageInfoList", given_list(linkage)));
    let mut info = open(&format!("{} と systemLinkageInfo は、どちらか一方だけを指定します。", words.info), members);
    exactly_one(&mut info, words.info, "systemLinkageInfo", &json!({"type": "object"}), &json!({"type": "null"}));
    to_data(words.update, info)
}

/// The request of a deletion.
pub(super) fn delete(words: &Words) -> Value {
    let of = |description: &str, items: Value| {
        let mut schema = list(&format!("{description}{ACTION_RECORDS} 件まで。重複は 1 件と数えます。"), items);
        set(&mut schema, "maxItems", json!(ACTION_RECORDS));
        schema
    };
    let force = "true なら、ほかのデータからの参照を空にして削除します。false、または指定がなければ、参照されているものがあるときは E041 です。";
    let members = vec![
        nullable(words.delete_list, of("IDで指定するもの。", open("", ids(words)))),
        nullable("deleteSystemLinkageList", of("連携ID値で指定するもの。", reference("SystemLinkageKey"))),
        nullable("forceDeleteFlag", flag(force)),
    ];
    let lists = format!("{} と deleteSystemLinkageList は、どちらか一方だけを指定します。", words.delete_list);
    let mut info = open(&lists, members);
    let (some, none) = (json!({"type": "array", "minItems": 1}), json!({"type": ["array", "null"], "maxItems": 0}));
    exactly_one(&mut info, words.delete_list, "deleteSystemLinkageList", &some, &none);
    to_data(words.delete, info)
}

/// The request of a detail.
pub(super) fn detail(words: &Words) -> Value {
    let mut param = open(&key_rule(words), key(words));
    set(&mut param, "anyOf", either_key(words));
    open("", vec![always("param", param)])
}

/// The request of the list of a contact's cards.
pub(super) fn cards(words: &Words) -> Value {
    let mut members = key(words);
    members.push(always("pagination", pagination()));
    let mut conditions = open(&key_rule(words), members);
    set(&mut conditions, "anyOf", either_key(words));
    open("", vec![always("param", open("", vec![always("conditions", conditions)]))])
}

/// The request of a list with these conditions, those of names first and of times last.
pub(super) fn listing(names: Vec<Member>, of: &str) -> Value {
    let mut members = names;
    members.extend(place_and_people());
    members.extend(times());
    let description = format!(
        "検索条件。すべてを満たす{of}を返します。null、\"\"、[] は条件なしです。\
         部分一致では、全角と半角、大文字と小文字、ひらがなとカタカナを区別しません。"
    );
    let required = open("", vec![always("pagination", pagination())]);
    let optional = open("", vec![nullable("searchConditions", open(&description, members))]);
    open(
        "",
        vec![always(
            "param",
            open("", vec![always("requiredConditions", required), nullable("optionalConditions", optional)]),
        )],
    )
}

/// The answer of a call that gives one id.
pub(super) fn one_id(result: &'static str, words: &Words, description: &str) -> Value {
    let result = always(result, closed("", vec![always(words.id, uuid(description))]));
    closed("", vec![result, always("appStatus", reference("AppStatus"))])
}

/// The answer of a deletion.
pub(super) fn deleted(result: &'static str, words: &Words) -> Value {
    let of_one = closed("", vec![always(words.id, uuid("ID(小文字)。"))]);
    let result = always(result, list("削除したもの。指定した順に並びます。", of_one));
    closed("", vec![result, always("appStatus", reference("AppStatus"))])
}

/// The answer of a list: the member, the rows' member and schema.
pub(super) fn listed(info: &'static str, rows: &'static str, row: &str) -> Value {
    let members = vec![
        always(rows, list("作成の古い順に並びます。", reference(row))),
        always("getMoreFlag", flag("続きがあるときは true。")),
    ];
    closed("", vec![always(info, closed("", members)), always("appStatus", reference("AppStatus"))])
}

/// A part of a text that is looked for.
pub(super) fn part(description: &str) -> Value {
    text_to(CONDITION_CHARACTERS, description)
}

fn to_data(name: &'static str, info: Value) -> Value {
    let data = open("", vec![always(name, info)]);
    open("", vec![always("param", open("", vec![always("toData", data)]))])
}

/// The ids that name a record, and what they are of.
fn ids(words: &Words) -> Vec<Member> {
    let owner = words.owner.map(|owner| always(owner, uuid("取引先ID。大文字と小文字は区別しません。")));
    owner.into_iter().chain([always(words.id, uuid("ID。大文字と小文字は区別しません。"))]).collect()
}

fn key(words: &Words) -> Vec<Member> {
    vec![
        nullable(words.id, uuid("ID。大文字と小文字は区別しません。")),
        nullable("systemLinkageID", slot("システム連携ID。")),
        nullable("linkageIDValue", sought()),
    ]
}

fn key_rule(words: &Words) -> String {
    let id = words.id;
    format!("{id}、または systemLinkageID と linkageIDValue で指定します。{id} があればそれだけを使います。")
}

fn either_key(words: &Words) -> Value {
    let id = words.id;
    let by_id = json!({"required": [id], "properties": {id: {"type": "string"}}});
    let by_linkage = json!({
        "required": ["systemLinkageID", "linkageIDValue"],
        "properties": {"systemLinkageID": {"type": "integer"}, "linkageIDValue": {"type": "string"}},
    });
    json!([by_id, by_linkage])
}

fn pagination() -> Value {
    let offset = "飛ばす件数。続きを取得するときは、前回の offset に limit を加えます。";
    let members = vec![
        always("offset", integer(0, LIST_OFFSET, offset)),
        always("limit", integer(1, LIST_ROWS, "一度に返す件数の上限。")),
    ];
    open("", members)
}

fn place_and_people() -> Vec<Member> {
    let any_of = |description: &str, items: Value| {
        let mut schema = list(description, items);
        set(&mut schema, "maxItems", json!(CONDITION_VALUES));
        schema
    };
    let prefectures = "都道府県名(どれかに一致)。「東京都」のように都道府県まで書きます。";
    let departments = "営業主担当部署の組織ID(どれかに一致)。下位の組織は含みません。";
    vec![
        nullable("prefectures", any_of(prefectures, text("都道府県名。"))),
        nullable("address", part("都道府県と市区町村以下をつないだ住所の一部。")),
        nullable("salesPersonDepartmentIDList", any_of(departments, uuid("組織ID。"))),
        nullable("salesPersonUserIDList", any_of("営業主担当者のユーザーID(どれかに一致)。", uuid("ユーザーID。"))),
    ]
}

fn times() -> [Member; 4] {
    let moment = |description: &str| {
        text(&format!("{description}YYYY-MM-DD(日本時間の一日)、RFC 3339、または YYYY-MM-DD HH:MM:SS(日本時間)。"))
    };
    [
        nullable("createDateFrom", moment("作成日の始まり(その日時を含む)。")),
        nullable("createDateTo", moment("作成日の終わり(その日時を含む)。")),
        nullable("updateDateFrom", moment("最終更新日の始まり(その日時を含む)。")),
        nullable("updateDateTo", moment("最終更新日の終わり(その日時を含む)。")),
    ]
}
