//! システム連携: the schemas of slots and their values.

use musubi_domain::limits::{LINKAGE_CHARACTERS, LINKAGE_SLOT_FIRST, LINKAGE_SLOT_LAST};
use serde_json::Value;

use super::schema::{always, closed, integer, list, nullable, open, or_null, reference, text, text_to};

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("GivenSystemLinkageInfo", given()),
        ("SystemLinkageKey", key()),
        ("SystemLinkageInfo", answered()),
        ("SystemLinkageSettingInfo", setting()),
    ]
}

/// A slot.
pub(super) fn slot(description: &str) -> Value {
    integer(LINKAGE_SLOT_FIRST, LINKAGE_SLOT_LAST, description)
}

/// A value by which a record is looked for.
pub(super) fn sought() -> Value {
    text("連携ID値。完全に一致するものを探します。NUL 文字は使えません。")
}

fn given() -> Value {
    let value = text_to(LINKAGE_CHARACTERS, "連携ID値。\"\" は値なし。制御文字は使えません。");
    let members = vec![
        always("systemLinkageID", slot("システム連携ID。値を指定できるのは、テナントで設定されているものだけです。")),
        nullable("linkageIDValue", value),
    ];
    open("ほかのシステムでのID。同じシステム連携IDの値は、ほかの取引先(取引先担当者)と重複できません。", members)
}

fn key() -> Value {
    let members = vec![always("systemLinkageID", slot("システム連携ID。")), always("linkageIDValue", sought())];
    open("連携ID値による指定。", members)
}

fn answered() -> Value {
    let members = vec![
        always("systemLinkageID", slot("システム連携ID。")),
        always("linkageIDValue", text("連携ID値。ないときは \"\"。")),
    ];
    closed("ほかのシステムでのID。", members)
}

fn setting() -> Value {
    let members = vec![
        always("systemLinkageID", slot("システム連携ID。")),
        always("linkageSystemName", text("連携システム名。")),
    ];
    closed("設定されているシステム連携。", members)
}

/// `systemLinkageInfoList` of a request.
pub(super) fn given_list(description: &str) -> Value {
    list(
        &format!("{description}同じシステム連携IDを 2 回指定することはできません。"),
        reference("GivenSystemLinkageInfo"),
    )
}

/// `systemLinkageInfoList` of an answer.
pub(super) fn answered_list() -> Value {
    let description = "連携ID値。設定されているシステム連携IDがすべて並び、値のないものは \"\" です。1 つも設定されていないテナントでは null です。";
    or_null(list(description, reference("SystemLinkageInfo")))
}
