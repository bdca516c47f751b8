//! The answers of calls that fail: by status, with every code, and an example of each.

use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use serde_json::{Value, json};

use super::schema::{added, always, closed, list, maybe, or_null, reference, text, uuid};

/// How the members of the status are named, and what answers and schemas with them are called.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) prefix: &'static str,
    app_status: &'static str,
    code: &'static str,
    message: &'static str,
    /// What a call that succeeded says.
    success: &'static str,
    details: &'static str,
    request_id: &'static str,
    path: &'static str,
    item_id: &'static str,
    reason: &'static str,
}

const SMALL: Form = Form {
    prefix: "",
    app_status: "appStatus",
    code: "code",
    message: "message",
    success: "",
    details: "details",
    request_id: "requestID",
    path: "path",
    item_id: "itemID",
    reason: "reason",
};

/// The organization calls.
const CAPITAL: Form = Form {
    prefix: "Organization",
    app_status: "AppStatus",
    code: "Code",
    message: "Message",
    success: "ok",
    details: "Details",
    request_id: "RequestID",
    path: "Path",
    item_id: "ItemID",
    reason: "Reason",
};

impl Form {
    /// Both.
    pub(super) const ALL: [Self; 2] = [SMALL, CAPITAL];

    /// That of a call.
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with(crate::crm::ORGANIZATION) { CAPITAL } else { SMALL }
    }

    /// The name of one of its answers or schemas.
    pub(super) fn named(self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// A code of `appStatus`, and one call that ends with it.
pub(super) struct Failing {
    pub(super) code: &'static str,
    message: &'static str,
    when: &'static str,
    detail: Option<Detail>,
    /// Ours: the source's table of the call does not have it.
    ours: bool,
}

impl Failing {
    /// Ours, not the source's.
    pub(super) const fn ours(mut self) -> Self {
        self.ours = true;
        self
    }
}

/// What `appStatus.details` says in the example.
pub(super) struct Detail {
    pub(super) path: &'static str,
    pub(super) item: Option<&'static str>,
    pub(super) message: Message,
}

const fn turned_away(code: &'static str, message: &'static str, when: &'static str) -> Failing {
    Failing { code, message, when, detail: None, ours: false }
}

const fn failed(when: &'static str, message: Message) -> Failing {
    let detail = Some(Detail { path: "", item: None, message });
    Failing { code: "E199", message: "REQUEST_FAILURE", when, detail, ours: false }
}

/// E041, with the problem of the example.
pub(super) const fn invalid_parameter(detail: Detail) -> Failing {
    let when = "リクエストに誤りがあります。details に誤りがすべて並びます。";
    Failing { code: "E041", message: "INVALID_PARAMETER", when, detail: Some(detail), ours: false }
}

/// E051, with the path of the key.
pub(super) const fn not_exist_data(path: &'static str, when: &'static str) -> Failing {
    let detail = Some(Detail { path, item: None, message: Message::NotFound });
    Failing { code: "E051", message: "NOT_EXIST_DATA", when, detail, ours: false }
}

/// E280.
pub(super) static NO_TENANT: Failing =
    turned_away("E280", "テナントが正しくありません", "接続先のホスト名に当たるテナントがありません。");

/// E199 with 500.
pub(super) static INTERNAL: Failing =
    failed("処理中にエラーが起きました。原因は requestID とともにサーバーのログに残ります。", Message::Internal);

/// The methods that a call knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Methods {
    /// POST alone.
    Post,
    /// GET, and POST whose body is not looked at.
    GetAndPost,
}

impl Methods {
    /// As the header `Allow` says them.
    const fn allowed(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::GetAndPost => "GET, POST",
        }
    }
}

/// An answer that many calls have.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) answer: Value,
    /// Where only calls with these methods have it.
    methods: Option<Methods>,
    /// Whether only a POST has it.
    posts: bool,
}

impl Shared {
    /// Whether an operation of a call with these methods has it.
    pub(super) fn is_of(&self, methods: Methods, is_post: bool) -> bool {
        self.methods.is_none_or(|own| own == methods) && (is_post || !self.posts)
    }
}

/// The answers that all or many calls of a form have.
pub(super) fn shared(form: Form) -> Vec<Shared> {
    let unauthorized = [
        turned_away("E281", "トークンが不正です", "Authorization ヘッダーに Bearer トークンがありません。"),
        turned_away(
            "E282",
            "トークンが不正です",
            "トークンが存在しないか、取り消されています。トークンのユーザーが利用停止中のときもこのコードです。",
        ),
        turned_away("E283", "トークンの有効期限が切れています", "トークンの有効期限が過ぎています。"),
    ];
    let forbidden = [
        turned_away(
            "E284",
            "トークンのスコープ外です",
            "トークンに、この API のスコープがありません。トークンのユーザーに、データベースでのその操作の権限がないときもこのコードです。",
        ),
        turned_away("E380", "テナントの企業IDが一致しませんでした", "ほかのテナントのトークンです。"),
        failed("利用を許可されていない IP アドレスからの呼び出しです。", Message::AddressNotAllowed).ours(),
    ];
    let too_many = [failed(
        "トークンの 1 分間のリクエスト数が、企業かクライアントの設定の上限を超えました。",
        Message::TooManyRequests { seconds: 12 },
    )
    .ours()];
    let unavailable = [failed(
        "混み合っている(`busy`)、保存領域に空きがない(`storage_full`)、データベースに接続できない(`unavailable`)のいずれかです。",
        Message::Busy,
    )];
    let always = |name, status, description, failing: &[Failing], header| {
        let failing: Vec<_> = failing.iter().collect();
        Shared {
            name: form.named(name),
            status,
            answer: answer(form, description, &failing, header),
            methods: None,
            posts: false,
        }
    };
    let mut shared = vec![
        always("Unauthorized", "401", "呼び出し元を確認できません。", &unauthorized, Some("WWW-Authenticate")),
        always("Forbidden", "403", "このトークンでは呼び出せません。", &forbidden, None),
        always("TooManyRequests", "429", "リクエストが多すぎます。", &too_many, Some("Retry-After")),
        method_not_allowed(form, "MethodNotAllowed", Methods::Post, "POST 以外のメソッドです。", "Allow"),
        method_not_allowed(
            form,
            "NeitherGetNorPost",
            Methods::GetAndPost,
            "GET と POST 以外のメソッドです。",
            "AllowGetAndPost",
        ),
    ];
    shared.extend(of_bodies(form));
    shared.extend([
        always("InternalServerError", "500", "サーバーのエラーです。", std::slice::from_ref(&INTERNAL), None),
        always("ServiceUnavailable", "503", "一時的に処理できません。", &unavailable, Some("Retry-After")),
    ]);
    shared
}

fn method_not_allowed(
    form: Form,
    name: &'static str,
    methods: Methods,
    when: &'static str,
    header: &'static str,
) -> Shared {
    let failing = failed(when, Message::MethodNotAllowed { allowed: methods.allowed() });
    let answer = answer(form, "メソッドが違います。", &[&failing], Some(header));
    Shared { name: form.named(name), status: "405", answer, methods: Some(methods), posts: false }
}

/// The answers to bodies that do not come in whole, are too large, or of another type.
fn of_bodies(form: Form) -> [Shared; 3] {
    let of_one = |name, status, description, when, message| {
        let answer = answer(form, description, &[&failed(when, message)], None);
        Shared { name: form.named(name), status, answer, methods: None, posts: true }
    };
    let too_large = Message::BodyTooLarge { most: limits::BODY_BYTES };
    let not_json = "Content-Type が application/json ではないか、UTF-8 でない文字コードや圧縮が指定されています。";
    let cut_off = "本文が 60 秒以内に最後まで届きませんでした。";
    [
        of_one("RequestTimeout", "408", "本文が届きません。", cut_off, Message::BodyIncomplete),
        of_one("ContentTooLarge", "413", "本文が大きすぎます。", "本文が大きすぎます。", too_large),
        of_one("UnsupportedMediaType", "415", "本文の形式が違います。", not_json, Message::NotJsonType),
    ]
}

/// A failing answer: its codes, the headers it has beside the request's id, an example of each code.
pub(super) fn answer(form: Form, description: &str, failing: &[&Failing], header: Option<&str>) -> Value {
    let codes: Vec<_> = failing.iter().map(|failing| format!("- `{}`: {}", failing.code, failing.when)).collect();
    json!({
        "description": format!("{description}\n\n{}", codes.join("\n")),
        "headers": headers(header),
        "content": {"application/json": {"schema": reference(&form.named("Failure")), "examples": examples(form, failing)}},
    })
}

/// An example of each code, under the code.
pub(super) fn examples(form: Form, failing: &[&Failing]) -> Value {
    let example = |failing: &&Failing| {
        let example = json!({"summary": failing.when, "value": body(form, failing)});
        (failing.code.to_owned(), if failing.ours { added(example) } else { example })
    };
    failing.iter().map(example).collect()
}

fn body(form: Form, failing: &Failing) -> Value {
    let mut status = serde_json::Map::new();
    status.insert(form.code.to_owned(), json!(failing.code));
    status.insert(form.message.to_owned(), json!(failing.message));
    if let Some(Detail { path, item, message }) = &failing.detail {
        let reason = message.text(Locale::Ja);
        let detail = json!({form.path: path, form.item_id: item, form.code: message.code(), form.reason: reason});
        status.insert(form.details.to_owned(), json!([detail]));
    }
    if failing.code == "E199" {
        status.insert(form.request_id.to_owned(), json!("019d4640-b000-7a51-8c3e-5f2b9d07e1a4"));
    }
    json!({form.app_status: status})
}

/// The headers of an answer.
pub(super) fn headers(further: Option<&str>) -> Value {
    let reference = |component: &str| {
        // A header of several forms has a component of each.
        let name = component.strip_suffix("GetAndPost").unwrap_or(component);
        (name.to_owned(), header_reference(component))
    };
    ["X-Request-Id"].into_iter().chain(further).map(reference).collect()
}

fn header_reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// The headers that answers have.
pub(super) fn header_components() -> Value {
    let header = |schema: Value, description: &str| {
        added(json!({"description": description, "required": true, "schema": schema}))
    };
    json!({
        "X-Request-Id": header(json!({"type": "string", "format": "uuid"}), "このリクエストのID。問い合わせのときに伝えると、サーバーのログと照合できます。"),
        "WWW-Authenticate": header(json!({"type": "string", "enum": ["Bearer"]}), "トークンの渡し方。"),
        "Allow": header(json!({"type": "string", "enum": [Methods::Post.allowed()]}), "使えるメソッド。"),
        "AllowGetAndPost": header(json!({"type": "string", "enum": [Methods::GetAndPost.allowed()]}), "使えるメソッド。"),
        "Retry-After": header(json!({"type": "string"}), "もう一度実行するまでに待つ秒数。"),
    })
}

/// The schemas of the status in a form, by name.
pub(super) fn schemas(form: Form) -> Vec<(String, Value)> {
    let success = vec![
        always(form.code, json!({"type": "string", "enum": ["S000"], "description": "成功。"})),
        always(form.message, json!({"type": "string", "enum": [form.success]})),
    ];
    let codes = json!({
        "type": "string",
        "enum": ["E041", "E051", "E199", "E280", "E281", "E282", "E283", "E284", "E380"],
        "description": "失敗の種類。",
    });
    let request_id = uuid("このリクエストのID。E199 のときだけあります。");
    let detail = reference(&form.named("StatusDetail"));
    let failure = vec![
        always(form.code, codes),
        always(form.message, text("コードごとに決まった文。")),
        maybe(form.details, added(list("何がなぜ誤っているか。E041、E051、E199 のときにあります。", detail))),
        maybe(form.request_id, added(request_id)),
    ];
    let failure = closed("失敗した呼び出しの応答。", vec![always(form.app_status, closed("", failure))]);
    vec![
        (form.named("AppStatus"), closed("成功した呼び出しの結果。", success)),
        (form.named("Failure"), failure),
        (form.named("StatusDetail"), added(status_detail(form))),
    ]
}

fn status_detail(form: Form) -> Value {
    let code = json!({
        "type": "string",
        "description": "理由のコード。変わりません。新しい理由が加わることはあるので、知らないコードも受け取れるようにしてください。",
    });
    let members = vec![
        always(
            form.path,
            text(
                "誤りのある場所(`param.toData.clientRegisterInfo.clientItemList[2]` など)。呼び出し全体のときは \"\"。",
            ),
        ),
        always(form.item_id, or_null(uuid("誤りのある項目のID。項目の誤りでないときは null。"))),
        always(form.code, code),
        always(form.reason, text("理由。Accept-Language に応じて日本語または英語です。")),
    ];
    closed("誤り 1 件。", members)
}
