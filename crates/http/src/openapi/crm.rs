//! The document of the CRM calls.

use musubi_domain::limits;
use serde_json::{Value, json};

use super::answers::{self, Form};
use super::call::Call;
use super::schema::added;
use super::{business_card, client, contact, item, linkage, organization, template};

/// The calls, in the order of the source's document.
fn calls() -> impl Iterator<Item = Call> {
    [client::calls(), contact::calls(), business_card::calls(), organization::calls()].into_iter().flatten()
}

/// The document of the CRM calls.
#[must_use]
pub fn crm() -> Value {
    let paths: Value = calls().map(|call| (call.path.to_owned(), call.path_item())).collect();
    let mut tags: Vec<_> = calls().map(|call| call.tag).collect();
    tags.dedup();
    let tags: Vec<_> = tags.into_iter().map(|tag| json!({"name": tag})).collect();
    let schemas: Value = [
        client::schemas(),
        contact::schemas(),
        business_card::schemas(),
        template::schemas(),
        linkage::schemas(),
        item::schemas(),
        organization::schemas(),
    ]
    .into_iter()
    .flatten()
    .map(|(name, schema)| (name.to_owned(), schema))
    .chain(Form::ALL.into_iter().flat_map(answers::schemas))
    .collect();
    let shared = Form::ALL.into_iter().flat_map(answers::shared);
    let responses: Value = shared.map(|shared| (shared.name, shared.answer)).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Musubi CRM API", "version": env!("CARGO_PKG_VERSION"), "description": introduction()},
        "servers": [{"url": "/", "description": "この文書を返したサーバー"}],
        "tags": tags,
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
        "取引先と取引先担当者を外部のシステムから登録・更新・削除・検索・参照し、名刺・組織・ユーザーを取得するための API です。\n\
         \n\
         ## 呼び出し方\n\
         \n\
         - HTTPS の POST で、`Content-Type: application/json` と `Authorization: Bearer (アクセストークン)` を付けて呼び出します。テンプレートの取得は GET でも呼び出せます。\n\
         - 接続先のホスト名でテナントが決まります。`Origin` ヘッダーは付けてもよく、判定には使いません。\n\
         - 知らないメンバーは無視します。任意のメンバーの null は、指定しないことと同じです。\n\
         - 整数は小数点や指数を付けずに書きます(`1.0` や `1e1` は誤りです)。\n\
         - 文字数は Unicode の文字(スカラー値)で数えます。\n\
         - 本文は UTF-8 で {bytes} バイトまで、入れ子は {depth} 段まで、値は {values} 個までです。1 つのオブジェクトに同じ名前のメンバーを 2 回書くことはできません。\n\
         - これらの API で登録・更新・削除しても、Webhook は送りません。\n\
         \n\
         ## 結果\n\
         \n\
         - どの応答にも `appStatus` があります。組織とユーザーの API では名前が大文字で始まり(`AppStatus`、`Code`)、成功のときの `Message` は `ok` です。`code` が `S000` なら成功、それ以外なら失敗です。\n\
         - 失敗した呼び出しは、HTTP ステータスも 4xx または 5xx になります。ただしテナントの設定により、E041、E051 と、500 の E199 を 200 で返すようにできます。\n\
         - 誤りが 1 つでもあれば、何も変わりません。\n\
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
