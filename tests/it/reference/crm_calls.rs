//! The page of the CRM calls, written from the OpenAPI document.

use std::fmt::Write as _;

use musubi_domain::route::Guard;
use musubi_http::openapi::crm;
use musubi_http::router::ROUTES;
use musubi_testkit::app::crm_member;
use serde_json::{Map, Value};

use super::{COMMAND, code, table};

/// What the source leaves open or says otherwise, and what holds here: topic, the source, Musubi.
const DIFFERENCES: [(&str, &str, &str); 16] = [
    ("パス、メンバーの名前、必須の印", "定めがある。組織とユーザーの API だけ大文字で始まる", "同じ"),
    ("S000、E041、E051、E199、E28x、E380 と、そのメッセージ", "定めがある", "同じ"),
    ("E051 を返す API", "更新と名刺一覧の表にはない", "キーの示すデータがなければ、更新と名刺一覧でも返す"),
    ("HTTP ステータス", "定めがない", "失敗は 4xx・5xx。E041・E051・E199(500)を 200 で返す設定がある"),
    ("失敗の理由", "code と message だけ", "`appStatus.details` と `requestID` を加える"),
    ("テンプレート取得のメソッド", "GET(概要の説明では POST)", "どちらでもよい"),
    ("Origin ヘッダー", "付ける", "付けてもよい。判定には使わない"),
    ("知らないメンバー、null", "定めがない", "知らないメンバーは無視する。null は指定なしと同じ"),
    ("文字数、桁数、書き方の細部", "項目タイプごとの表がある", "[item-types.md](item-types.md) のとおり"),
    ("更新の差分", "差分で更新する", "指定しない項目は変えない。値なしは消す。今と同じ値は変更としない"),
    ("削除の件数", "定めがない", "1 回に 1,000 件まで。全部か、何もしないか"),
    (
        "forceDeleteFlag",
        "強制削除フラグ",
        "false または指定なしでは、参照されているデータを削除しない。true では参照を空にする",
    ),
    ("削除したデータ", "定めがない", "ごみ箱に入り、30 日のあいだ戻せる"),
    ("一覧の並び", "定めがない", "登録の順。offset を進めても変わらない"),
    ("部分一致", "部分一致", "全角と半角、大文字と小文字、ひらがなとカタカナを区別せず、フリガナも探す"),
    ("Webhook", "これらの API からは送らない", "同じ"),
];

/// The page.
pub(super) fn page() -> String {
    let document = crm();
    let mut page = format!("# CRM calls\n\n<!-- Generated. To write it anew: {COMMAND} -->\n\n");
    page.push_str(
        "Every call of the CRM API: path, method, scope, members, codes. It is written from the OpenAPI document (`/openapi/crm.json`). \
         *source*: the external API of Knowledge Suite+ has it; *ours*: Musubi added it. How to use the calls: \
         [the guide](../guide/crm-api.md).\n\n## 元の仕様と Musubi の取り決め\n\n",
    );
    let rows = DIFFERENCES.iter().map(|(topic, source, ours)| [*topic, *source, *ours].map(str::to_owned).to_vec());
    page.push_str(&table(&["Topic", "Source", "Musubi"], rows));
    page.push_str("\n## どの API にもある終了コード\n\nHTTP ステータスは *ours* です。\n\n");
    let shared = document["components"]["responses"].as_object().into_iter().flatten();
    let mut codes: Vec<_> = shared.flat_map(|(name, answer)| codes(status_of(&document, name), answer)).collect();
    codes.sort();
    codes.dedup();
    page.push_str(&table(&["HTTP", "Code", "Message", "Origin", "内容"], codes.into_iter()));
    for route in ROUTES.iter().filter(|route| route.guard == Guard::Scope) {
        if let Some(item) = document["paths"][route.path].as_object() {
            call(&mut page, route.path, item);
        }
    }
    page.push_str("\n## 共通の形\n");
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    for (name, schema) in schemas.filter(|(name, _)| !is_of_one_call(name)) {
        let _ = write!(page, "\n### {name}\n\n");
        if let Some(description) = schema["description"].as_str() {
            let _ = write!(page, "{description}\n\n");
        }
        let alternatives: Vec<_> = schema["oneOf"].as_array().into_iter().flatten().map(type_of).collect();
        if alternatives.is_empty() {
            members(&mut page, schema);
        } else {
            let _ = writeln!(page, "次のどれか: {}", alternatives.join("、"));
        }
    }
    page
}

fn is_of_one_call(name: &str) -> bool {
    name.ends_with("Request") || name.ends_with("Response")
}

/// The status under which the calls have a shared answer.
fn status_of(document: &Value, name: &str) -> String {
    let reference = format!("#/components/responses/{name}");
    let operations = document["paths"].as_object().into_iter().flatten().filter_map(|(_, item)| item.as_object());
    operations
        .flat_map(Map::values)
        .filter_map(|operation| operation["responses"].as_object())
        .flatten()
        .find(|(_, answer)| answer["$ref"] == reference.as_str())
        .map(|(status, _)| status.clone())
        .unwrap_or_default()
}

/// The codes of an answer: status, code, message, origin, when.
fn codes(status: String, answer: &Value) -> Vec<Vec<String>> {
    let row = |(code_name, example): (&String, &Value)| {
        let message = crm_member(&example["value"], "appStatus").and_then(|status| crm_member(status, "message"));
        let message = message.and_then(Value::as_str).unwrap_or_default();
        let when = example["summary"].as_str().unwrap_or_default();
        vec![status.clone(), code(code_name), message.to_owned(), origin(example), when.to_owned()]
    };
    answer["content"]["application/json"]["examples"].as_object().into_iter().flatten().map(row).collect()
}

fn origin(part: &Value) -> String {
    if part["x-musubi-added"] == true { "ours".to_owned() } else { "source".to_owned() }
}

fn call(page: &mut String, path: &str, item: &Map<String, Value>) {
    let methods: Vec<_> = item.keys().map(|method| method.to_uppercase()).collect();
    let Some(operation) = item.get("post") else { return };
    let text = |member: &str| operation[member].as_str().unwrap_or_default();
    let scopes = operation["security"].as_array().into_iter().flatten();
    let scopes: Vec<_> = scopes.filter_map(|security| security["bearer"][0].as_str()).map(code).collect();
    // Writing to a text cannot fail.
    let _ = write!(
        page,
        "\n## {}\n\n`{path}` ({}), scope {}\n\n{}\n",
        text("summary"),
        methods.join(", "),
        scopes.join(", "),
        text("description")
    );
    let document = crm();
    let schema = |part: &Value| {
        let schema = &part["content"]["application/json"]["schema"];
        let reference = schema["$ref"].as_str().or_else(|| schema["oneOf"][0]["$ref"].as_str());
        reference.and_then(|reference| document.pointer(reference.trim_start_matches('#'))).cloned()
    };
    page.push_str("\n### リクエスト\n\n");
    match schema(&operation["requestBody"]) {
        Some(schema) => members(page, &schema),
        None => page.push_str("本文は要りません。\n"),
    }
    page.push_str("\n### 応答\n\n");
    if let Some(schema) = schema(&operation["responses"]["200"]) {
        members(page, &schema);
    }
    let own = ["400", "404"].map(|status| codes(status.to_owned(), &operation["responses"][status]));
    page.push_str("\n### 終了コード\n\n");
    page.push_str(&table(&["HTTP", "Code", "Message", "Origin", "内容"], own.into_iter().flatten()));
}

/// The members of an object, those within it too.
fn members(page: &mut String, schema: &Value) {
    let mut rows = Vec::new();
    collect(schema, "", &mut rows);
    if !rows.is_empty() {
        page.push_str(&table(&["Member", "Type", "Required", "Limit", "Origin", "内容"], rows.into_iter()));
    }
}

fn collect(schema: &Value, path: &str, rows: &mut Vec<Vec<String>>) {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut names: Vec<_> = schema["properties"].as_object().into_iter().flatten().collect();
    names.sort_by_key(|(name, _)| required.iter().position(|own| own == name).unwrap_or(usize::MAX));
    for (name, member) in names {
        let own = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let description = member["description"].as_str().unwrap_or_default().replace('\n', " ");
        let is_required = if required.contains(&name.as_str()) { "yes" } else { "" };
        rows.push(vec![
            code(&own),
            type_of(member),
            is_required.to_owned(),
            limit(member),
            origin(member),
            description,
        ]);
        collect(member, &own, rows);
        if member["items"].is_object() {
            collect(&member["items"], &format!("{own}[]"), rows);
        }
    }
}

/// What a value may be, in words.
fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(alternatives) = schema["anyOf"].as_array().filter(|_| schema["type"].is_null()) {
        return alternatives.iter().map(type_of).collect::<Vec<_>>().join(" / ");
    }
    let names = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    let name = |name: &str| match (name, schema["format"].as_str()) {
        ("array", _) => format!("array of {}", type_of(&schema["items"])),
        ("string", Some(format)) => format.to_owned(),
        _ => name.to_owned(),
    };
    names.into_iter().map(name).collect::<Vec<_>>().join(" / ")
}

fn limit(schema: &Value) -> String {
    let range = schema["minimum"].as_i64().zip(schema["maximum"].as_i64());
    let range = range.map(|(least, most)| format!("{least}-{most}"));
    let length = schema["maxLength"].as_u64().map(|most| format!("{most} 文字"));
    let count = schema["maxItems"].as_u64().map(|most| format!("{most} 個"));
    range.or(length).or(count).unwrap_or_default()
}
