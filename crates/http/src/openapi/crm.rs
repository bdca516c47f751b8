//! The document of the CRM calls.

use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::scope;
use serde_json::{Map, Value, json};

use super::answers::{self, Detail, Failing, Form, INTERNAL, NO_TENANT, invalid_parameter, not_exist_data};
use super::schema::{added, reference};
use super::{client, item, organization};
use crate::crm;

/// A call.
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) operation: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// The schemas of request and answer.
    pub(super) schemas: (&'static str, &'static str),
    /// Examples of requests: key, summary, text.
    pub(super) requests: &'static [(&'static str, &'static str, &'static str)],
    pub(super) response: &'static str,
    pub(super) invalid: Failing,
    /// Where a key stands that may point at nothing.
    pub(super) key: Option<&'static str>,
}

const NAME_ITEM: &str = "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7";

const CALLS: [Call; 3] = [
    Call {
        path: crm::CLIENT_REGISTER,
        operation: "clientRegister",
        summary: "取引先登録",
        description: "取引先を 1 件登録し、そのIDを返します。誤りが 1 つでもあれば何も登録しません。Webhook は送りません。",
        schemas: ("ClientRegisterRequest", "ClientRegisterResponse"),
        requests: &[(
            "register",
            "必須の項目と、連携プルダウンの項目を登録する",
            include_str!("examples/client_register.request.json"),
        )],
        response: include_str!("examples/client_register.response.json"),
        invalid: invalid_parameter(Detail {
            path: "param.toData.clientRegisterInfo.clientItemList[0]",
            item: Some(NAME_ITEM),
            message: Message::TooLong { most: 255 },
        }),
        key: None,
    },
    Call {
        path: crm::GET_CLIENT_LIST,
        operation: "getClientList",
        summary: "取引先一覧取得",
        description: "条件に合う取引先を、作成の古い順に返します。",
        schemas: ("ClientListRequest", "ClientListResponse"),
        requests: &[
            ("first-page", "先頭の 10 件を取得する", include_str!("examples/get_client_list.request.json")),
            ("search", "条件を付けて検索する", include_str!("examples/get_client_list.search.json")),
        ],
        response: include_str!("examples/get_client_list.response.json"),
        invalid: invalid_parameter(Detail {
            path: "param.requiredConditions.pagination.limit",
            item: None,
            message: Message::OutOfRange { least: 1, most: limits::LIST_ROWS },
        }),
        key: None,
    },
    Call {
        path: crm::GET_CLIENT_DETAIL,
        operation: "getClientDetail",
        summary: "取引先詳細取得",
        description: "取引先 1 件の項目と連携ID値を返します。",
        schemas: ("ClientDetailRequest", "ClientDetailResponse"),
        requests: &[
            ("by-id", "取引先IDで取得する", include_str!("examples/get_client_detail.request.json")),
            ("by-linkage-id", "連携ID値で取得する", include_str!("examples/get_client_detail.linkage.json")),
        ],
        response: include_str!("examples/get_client_detail.response.json"),
        invalid: invalid_parameter(Detail { path: "param.clientID", item: None, message: Message::NotUuid }),
        key: Some("param.clientID"),
    },
];

fn calls() -> impl Iterator<Item = Call> {
    CALLS.into_iter().chain(organization::CALLS)
}

/// The document of the CRM calls.
#[must_use]
pub fn crm() -> Value {
    let paths: Value = calls().map(|call| (call.path.to_owned(), json!({"post": operation(&call)}))).collect();
    let schemas: Value = [client::schemas(), item::schemas(), organization::schemas()]
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.to_owned(), schema))
        .chain(Form::ALL.into_iter().flat_map(answers::schemas))
        .collect();
    let shared = Form::ALL.into_iter().flat_map(answers::shared);
    let responses: Value = shared.map(|(name, _, answer)| (name, answer)).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Musubi CRM API", "version": env!("CARGO_PKG_VERSION"), "description": introduction()},
        "servers": [{"url": "/", "description": "この文書を返したサーバー"}],
        "tags": [{"name": "取引先"}, {"name": organization::TAG}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "アクセストークン。API ごとに必要なスコープは、各 API の security にあります。",
            }},
            "parameters": {"AcceptLanguage": accept_language()},
            "headers": answers::header_components(),
            "responses": responses,
            "schemas": schemas,
        },
    })
}

fn introduction() -> String {
    let (bytes, depth, values) = (limits::BODY_BYTES, limits::JSON_DEPTH, limits::JSON_VALUES);
    format!(
        "取引先を外部のシステムから登録・検索・参照し、組織とユーザーを取得するための API です。\n\
         \n\
         ## 呼び出し方\n\
         \n\
         - HTTPS の POST で、`Content-Type: application/json` と `Authorization: Bearer (アクセストークン)` を付けて呼び出します。\n\
         - 接続先のホスト名でテナントが決まります。`Origin` ヘッダーは付けてもよく、判定には使いません。\n\
         - 知らないメンバーは無視します。任意のメンバーの null は、指定しないことと同じです。\n\
         - 整数は小数点や指数を付けずに書きます(`1.0` や `1e1` は誤りです)。\n\
         - 文字数は Unicode の文字(スカラー値)で数えます。\n\
         - 本文は UTF-8 で {bytes} バイトまで、入れ子は {depth} 段まで、値は {values} 個までです。1 つのオブジェクトに同じ名前のメンバーを 2 回書くことはできません。\n\
         \n\
         ## 結果\n\
         \n\
         - どの応答にも `appStatus` があります。組織とユーザーの API では名前が大文字で始まり(`AppStatus`、`Code`)、成功のときの `Message` は `ok` です。`code` が `S000` なら成功、それ以外なら失敗です。\n\
         - 失敗した呼び出しは、HTTP ステータスも 4xx または 5xx になります。ただしテナントの設定により、E041、E051 と、500 の E199 を 200 で返すようにできます。\n\
         - 判定の順は、E280、E281、E282・E283、E380、E284、メソッド、Content-Type とサイズ、本文です。\n\
         \n\
         ## x-musubi-added\n\
         \n\
         パスとメンバーの名前は Knowledge Suite+ の CRM API と同じです。Musubi が加えたものには `x-musubi-added: true` があります。HTTP ステータスの使い分けも Musubi が定めたものです。\n"
    )
}

fn accept_language() -> Value {
    added(json!({
        "name": "Accept-Language",
        "in": "header",
        "description": "`appStatus.details` の言語。ja(既定)または en。",
        "schema": {"type": "string", "default": "ja"},
    }))
}

fn operation(call: &Call) -> Value {
    let (request, _) = call.schemas;
    let example = |(key, summary, text): &(&str, &str, &str)| {
        ((*key).to_owned(), json!({"summary": summary, "value": read(text)}))
    };
    let requests: Value = call.requests.iter().map(example).collect();
    json!({
        "operationId": call.operation,
        "tags": [tag(call.path)],
        "summary": call.summary,
        "description": call.description,
        "security": security(call.path),
        "parameters": [{"$ref": "#/components/parameters/AcceptLanguage"}],
        "requestBody": {
            "required": true,
            "content": {"application/json": {"schema": reference(request), "examples": requests}},
        },
        "responses": responses(call),
    })
}

fn tag(path: &str) -> &'static str {
    if path.starts_with(crm::ORGANIZATION) { organization::TAG } else { "取引先" }
}

/// One of the scopes that the table gives for the path is enough.
fn security(path: &str) -> Value {
    scope::SHIPPED.iter().filter(|(own, _)| *own == path).map(|(_, scope)| json!({"bearer": [scope]})).collect()
}

fn responses(call: &Call) -> Value {
    let (form, invalid) = (Form::of(call.path), std::slice::from_ref(&call.invalid));
    let missing: Vec<_> = [NO_TENANT].into_iter().chain(call.key.map(not_exist_data)).collect();
    let mut responses = Map::new();
    responses.insert("200".to_owned(), success(call));
    responses.insert("400".to_owned(), answers::answer(form, "リクエストを受け付けられません。", invalid, None));
    responses.insert("404".to_owned(), answers::answer(form, "見つかりません。", &missing, None));
    for (name, status, _) in answers::shared(form) {
        responses.insert(status.to_owned(), json!({"$ref": format!("#/components/responses/{name}")}));
    }
    Value::Object(responses)
}

/// The answer with 200: success, or what the tenant has answered with 200.
fn success(call: &Call) -> Value {
    let (form, mut examples) = (Form::of(call.path), Map::new());
    examples.insert("S000".to_owned(), json!({"summary": "成功", "value": read(call.response)}));
    let soft = [Some(&call.invalid), Some(&INTERNAL)];
    let missing = call.key.map(not_exist_data);
    for failing in soft.into_iter().chain([missing.as_ref()]).flatten() {
        if let Value::Object(example) = answers::examples(form, std::slice::from_ref(failing)) {
            examples.extend(example);
        }
    }
    let schema = json!({"oneOf": [reference(call.schemas.1), reference(&form.named("Failure"))]});
    json!({
        "description": "成功。失敗を 200 で返す設定のテナントでは、一部の失敗もこのステータスで返します。",
        "headers": answers::headers(None),
        "content": {"application/json": {"schema": schema, "examples": examples}},
    })
}

fn read(example: &str) -> Value {
    serde_json::from_str(example).expect("a test reads every example")
}
