//! 取引先: the schemas of requests and answers.

use musubi_domain::limits::{
    CONDITION_CHARACTERS, CONDITION_VALUES, LINKAGE_CHARACTERS, LINKAGE_SLOT_FIRST, LINKAGE_SLOT_LAST, LIST_OFFSET,
    LIST_ROWS,
};
use serde_json::{Value, json};

use super::item::linkage_list;
use super::schema::{always, closed, integer, list, nullable, open, reference, set, text, text_to, uuid};

/// The schemas of the calls, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("ClientRegisterRequest", register_request()),
        ("ClientRegisterResponse", register_response()),
        ("ClientListRequest", list_request()),
        ("ClientListResponse", list_response()),
        ("ClientListRow", list_row()),
        ("ClientDetailRequest", detail_request()),
        ("ClientDetailResponse", detail_response()),
        ("GivenSystemLinkageInfo", given_linkage()),
        ("SystemLinkageInfo", linkage()),
    ]
}

fn slot(description: &str) -> Value {
    integer(LINKAGE_SLOT_FIRST, LINKAGE_SLOT_LAST, description)
}

fn given_linkage() -> Value {
    let value = text_to(LINKAGE_CHARACTERS, "連携ID値。\"\" は値なし。制御文字は使えません。");
    let members = vec![
        always("systemLinkageID", slot("システム連携ID。値を指定できるのは、テナントで設定されているものだけです。")),
        nullable("linkageIDValue", value),
    ];
    open("ほかのシステムでの顧客ID。同じシステム連携IDの値は、ほかの取引先と重複できません。", members)
}

fn linkage() -> Value {
    let members = vec![
        always("systemLinkageID", slot("システム連携ID。")),
        always("linkageIDValue", text("連携ID値。ないときは \"\"。")),
    ];
    closed("ほかのシステムでの顧客ID。", members)
}

fn register_request() -> Value {
    let items = list(
        "登録する項目。必須の項目はすべて指定します。同じ項目を 2 回指定することはできません。",
        reference("GivenItem"),
    );
    let linkage = list(
        "ほかのシステムでの顧客ID。同じシステム連携IDを 2 回指定することはできません。",
        reference("GivenSystemLinkageInfo"),
    );
    let info = open("", vec![always("clientItemList", items), nullable("systemLinkageInfoList", linkage)]);
    let data = open("", vec![always("clientRegisterInfo", info)]);
    open("", vec![always("param", open("", vec![always("toData", data)]))])
}

fn register_response() -> Value {
    let result = closed("", vec![always("clientID", uuid("登録した取引先のID。"))]);
    closed("", vec![always("registerClientResult", result), always("appStatus", reference("AppStatus"))])
}

fn list_request() -> Value {
    let pagination = vec![
        always(
            "offset",
            integer(0, LIST_OFFSET, "飛ばす件数。続きを取得するときは、前回の offset に limit を加えます。"),
        ),
        always("limit", integer(1, LIST_ROWS, "一度に返す件数の上限。")),
    ];
    let required = open("", vec![always("pagination", open("", pagination))]);
    let optional = open("", vec![nullable("searchConditions", search_conditions())]);
    let param = vec![always("requiredConditions", required), nullable("optionalConditions", optional)];
    open("", vec![always("param", open("", param))])
}

fn search_conditions() -> Value {
    let any_of = |description: &str, items: Value| {
        let mut schema = list(description, items);
        set(&mut schema, "maxItems", json!(CONDITION_VALUES));
        schema
    };
    let moment = |description: &str| {
        text(&format!("{description}YYYY-MM-DD(日本時間の一日)、RFC 3339、または YYYY-MM-DD HH:MM:SS(日本時間)。"))
    };
    let part = |description: &str| text_to(CONDITION_CHARACTERS, description);
    let members = vec![
        nullable("clientName", part("取引先正式名称またはそのフリガナの一部。")),
        nullable(
            "prefectures",
            any_of("都道府県名(どれかに一致)。「東京都」のように都道府県まで書きます。", text("都道府県名。")),
        ),
        nullable("address", part("都道府県と市区町村以下をつないだ住所の一部。")),
        nullable(
            "salesPersonDepartmentIDList",
            any_of("営業主担当部署の組織ID(どれかに一致)。下位の組織は含みません。", uuid("組織ID。")),
        ),
        nullable("salesPersonUserIDList", any_of("営業主担当者のユーザーID(どれかに一致)。", uuid("ユーザーID。"))),
        nullable("createDateFrom", moment("作成日の始まり(その日時を含む)。")),
        nullable("createDateTo", moment("作成日の終わり(その日時を含む)。")),
        nullable("updateDateFrom", moment("最終更新日の始まり(その日時を含む)。")),
        nullable("updateDateTo", moment("最終更新日の終わり(その日時を含む)。")),
    ];
    let description = "検索条件。すべてを満たす取引先を返します。null、\"\"、[] は条件なしです。\
                       部分一致では、全角と半角、大文字と小文字、ひらがなとカタカナを区別しません。";
    open(description, members)
}

fn list_response() -> Value {
    let info = vec![
        always("clientList", list("作成の古い順に並びます。", reference("ClientListRow"))),
        always("getMoreFlag", json!({"type": "boolean", "description": "続きがあるときは true。"})),
    ];
    closed("", vec![always("clientListInfo", closed("", info)), always("appStatus", reference("AppStatus"))])
}

fn list_row() -> Value {
    let members = vec![
        always("clientID", uuid("取引先ID(小文字)。")),
        always("clientName", text("取引先正式名称。")),
        always("systemLinkageInfoList", linkage_list()),
    ];
    closed("一覧の 1 件。", members)
}

fn detail_request() -> Value {
    let members = vec![
        nullable("clientID", uuid("取引先ID。大文字と小文字は区別しません。")),
        nullable("systemLinkageID", slot("システム連携ID。")),
        nullable("linkageIDValue", text("連携ID値。完全に一致する取引先を探します。")),
    ];
    let mut param = open(
        "取引先を clientID、または systemLinkageID と linkageIDValue で指定します。clientID があればそれだけを使います。",
        members,
    );
    let by_id = json!({"required": ["clientID"], "properties": {"clientID": {"type": "string"}}});
    let by_linkage = json!({
        "required": ["systemLinkageID", "linkageIDValue"],
        "properties": {"systemLinkageID": {"type": "integer"}, "linkageIDValue": {"type": "string"}},
    });
    set(&mut param, "anyOf", json!([by_id, by_linkage]));
    open("", vec![always("param", param)])
}

fn detail_response() -> Value {
    let items = list(
        "値のある項目を、テンプレートの順に返します。作成日・作成者・最終更新日・最終更新者は必ず含みます。",
        reference("Item"),
    );
    let info = vec![always("clientItemList", items), always("systemLinkageInfoList", linkage_list())];
    closed("", vec![always("clientDetailInfo", closed("", info)), always("appStatus", reference("AppStatus"))])
}
