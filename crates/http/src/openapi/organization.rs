//! 組織とユーザー: the calls, and the schemas of requests and answers. Their members begin with a capital letter.

use musubi_domain::limits::{CONDITION_CHARACTERS, CONDITION_VALUES, LIST_OFFSET, LIST_ROWS};
use musubi_domain::messages::Message;
use serde_json::{Value, json};

use super::answers::{Detail, invalid_parameter};
use super::call::{Call, Takes};
use super::schema::{Member, always, closed, integer, list, nullable, open, reference, set, text, text_to, uuid};
use crate::crm;

const TAG: &str = "組織";

/// The calls.
pub(super) fn calls() -> Vec<Call> {
    vec![get_organization_list(), get_user_list()]
}

const fn limit() -> Detail {
    let message = Message::OutOfRange { least: 1, most: LIST_ROWS };
    Detail { path: "Param.Options.Pagination.Limit", item: None, message }
}

fn get_organization_list() -> Call {
    Call {
        path: crm::GET_ORGANIZATION_LIST,
        operation: "getOrganizationList",
        tag: TAG,
        summary: "組織一覧取得",
        description: "組織を、作成の古い順に返します。削除した組織は含みません。".into(),
        takes: Takes::Body {
            schema: "OrganizationListRequest",
            examples: &[(
                "first-page",
                "先頭の 10 件を取得する",
                include_str!("examples/get_organization_list.request.json"),
            )],
            invalid: invalid_parameter(limit()),
        },
        answers: ("OrganizationListResponse", include_str!("examples/get_organization_list.response.json")),
        missing: None,
    }
}

fn get_user_list() -> Call {
    Call {
        path: crm::GET_USER_LIST,
        operation: "getUserList",
        tag: TAG,
        summary: "ユーザー一覧取得",
        description:
            "条件に合うユーザーを、作成の古い順に返します。利用停止中のユーザーと、プログラム用のユーザーは含みません。"
                .into(),
        takes: Takes::Body {
            schema: "UserListRequest",
            examples: &[
                ("first-page", "先頭の 10 件を取得する", include_str!("examples/get_organization_list.request.json")),
                ("search", "キーワードと組織で絞り込む", include_str!("examples/get_user_list.search.json")),
            ],
            invalid: invalid_parameter(limit()),
        },
        answers: ("UserListResponse", include_str!("examples/get_user_list.response.json")),
        missing: None,
    }
}

/// The schemas of the calls, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("OrganizationListRequest", request(Vec::new())),
        ("OrganizationListResponse", organization_response()),
        ("OrganizationListRow", organization_row()),
        ("UserListRequest", request(user_conditions())),
        ("UserListResponse", user_response()),
        ("UserListRow", user_row()),
    ]
}

/// A request with these conditions.
fn request(conditions: Vec<Member>) -> Value {
    let pagination = vec![
        always(
            "Offset",
            integer(0, LIST_OFFSET, "飛ばす件数。続きを取得するときは、前回の Offset に Limit を加えます。"),
        ),
        always("Limit", integer(1, LIST_ROWS, "一度に返す件数の上限。")),
    ];
    let options = [always("Pagination", open("", pagination))].into_iter().chain(conditions).collect();
    open("", vec![always("Param", open("", vec![always("Options", open("", options))]))])
}

fn user_conditions() -> Vec<Member> {
    let mut keywords = list(
        "ログインID、表示名、姓、名、メールアドレス、部門、社員ID のどれかに含まれる文字列。すべてのキーワードを満たすユーザーを返します。\
         全角と半角、大文字と小文字、ひらがなとカタカナを区別しません。null、[] と要素の \"\" は条件なしです。",
        text_to(CONDITION_CHARACTERS, "キーワード。"),
    );
    set(&mut keywords, "maxItems", json!(CONDITION_VALUES));
    let mut organization = text("所属する組織の ID。下位の組織は含みません。null と \"\" は条件なしです。");
    set(&mut organization, "anyOf", json!([{"type": ["string", "null"], "format": "uuid"}, {"enum": [""]}]));
    vec![nullable("SearchKeyword", keywords), nullable("OrganizationID", organization)]
}

fn get_more_flag() -> Member {
    always("GetMoreFlag", json!({"type": "boolean", "description": "続きがあるときは true。"}))
}

fn response(name: &'static str, info: Vec<Member>) -> Value {
    closed("", vec![always(name, closed("", info)), always("AppStatus", reference("OrganizationAppStatus"))])
}

fn organization_response() -> Value {
    let rows = list("作成の古い順に並びます。", reference("OrganizationListRow"));
    response("OrganizationListInfo", vec![always("OrganizationList", rows), get_more_flag()])
}

fn organization_row() -> Value {
    let members =
        vec![always("OrganizationID", uuid("組織ID(小文字)。")), always("OrganizationName", text("組織名。"))];
    closed("一覧の 1 件。", members)
}

fn user_response() -> Value {
    let rows = list("作成の古い順に並びます。", reference("UserListRow"));
    response("UserListInfo", vec![always("UserList", rows), get_more_flag()])
}

fn user_row() -> Value {
    let members = vec![
        always("UserID", uuid("ユーザーID(小文字)。")),
        always("LoginID", text("ログインID。")),
        always("UserViewName", text("表示名。設定していなければ「姓 名」。")),
        always("UserFamilyName", text("姓。")),
        always("UserFirstName", text("名。")),
        always("UserMiddleName", text("ミドルネーム。")),
        always("UserMailAddress", text("メールアドレス。")),
        always("UserDepartment", text("部門。")),
        always("UserBusinessUnit", text("事業部。")),
        always("UserStaffID", text("社員ID。")),
        always("UserExtension", text("内線。")),
        always("UserMobilePhone", text("携帯電話番号。")),
        always("UserTitle", text("役職。")),
        always("UserCompanyPhone", text("会社電話番号。")),
        always("UserRole", text("権限テンプレートの名前。")),
    ];
    closed("一覧の 1 件。値のないメンバーは \"\" です。", members)
}
