//! テンプレート: the schemas of templates.

use serde_json::{Value, json};

use super::schema::{always, closed, flag, list, or_null, reference, text, uuid};

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("TemplateItem", item()),
        ("SelectionValue", closed("選択肢。", choice())),
        ("LinkageSelectionValue", linkage_choice()),
    ]
}

/// The answer of a template call, with the template under this name.
pub(super) fn response(info: &'static str) -> Value {
    let items = list("項目。テンプレートの順に並びます。", reference("TemplateItem"));
    let settings = list(
        "設定されているシステム連携。1 つも設定されていないテナントでは null です。",
        reference("SystemLinkageSettingInfo"),
    );
    let members = vec![
        always(info, closed("", vec![always("templateList", items)])),
        always("systemLinkageSettingInfoList", or_null(settings)),
        always("appStatus", reference("AppStatus")),
    ];
    closed("", members)
}

fn item() -> Value {
    let selection =
        list("選択肢。pulldown、checkbox、prefectures のときだけで、ほかは null です。", reference("SelectionValue"));
    let linkage = list(
        "第 1 階層の選択肢。linkage_pulldown のときだけで、ほかは null です。",
        reference("LinkageSelectionValue"),
    );
    let members = vec![
        always("itemID", uuid("項目ID(小文字)。")),
        always("itemType", reference("ItemType")),
        always("itemName", text("項目名。")),
        always("requiredFlag", flag("必須の項目なら true。")),
        always("beforeUnit", or_null(text("値の前に付ける単位。数値の項目のほかは null。"))),
        always("afterUnit", or_null(text("値の後に付ける単位。数値の項目のほかは null。"))),
        always(
            "readOnlyFlag",
            flag("読み取り専用なら true。トークンのユーザーに、その項目を書く権限がないときも true です。"),
        ),
        always("selectionValues", or_null(selection)),
        always("linkageSelectionValues", or_null(linkage)),
    ];
    closed("テンプレートの項目。", members)
}

fn choice() -> Vec<super::schema::Member> {
    vec![
        always("label", text("選択肢の名前。")),
        always("displayFlag", flag("新しく選べるなら true。")),
        always("value", json!({"type": "integer", "format": "int64", "description": "選択肢の値。"})),
    ]
}

fn linkage_choice() -> Value {
    let mut members = choice();
    members.push(always("children", list("次の階層の選択肢。ないときは []。", reference("LinkageSelectionValue"))));
    closed("連携プルダウンの選択肢。", members)
}
