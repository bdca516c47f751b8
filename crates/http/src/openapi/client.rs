//! 取引先: the calls and the schemas of their requests and answers.

use musubi_domain::limits::{LIST_ROWS, TRASH_DAYS};
use musubi_domain::messages::Message;
use serde_json::Value;

use super::answers::{Detail, invalid_parameter, not_exist_data};
use super::call::{Call, Takes};
use super::linkage::answered_list;
use super::record::{self, CLIENT};
use super::schema::{always, closed, list, nullable, reference, text, uuid};
use super::template;
use crate::crm;

const TAG: &str = "取引先";
const NAME_ITEM: &str = "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7";

/// The calls.
pub(super) fn calls() -> Vec<Call> {
    vec![register(), update(), delete(), get_template(), get_list(), get_detail()]
}

/// The schemas of the calls, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let name = part_of_name();
    vec![
        ("ClientRegisterRequest", record::register(&CLIENT, Vec::new())),
        ("ClientRegisterResponse", record::one_id("registerClientResult", &CLIENT, "登録した取引先のID。")),
        ("ClientUpdateRequest", record::update(&CLIENT, Vec::new())),
        ("ClientUpdateResponse", record::one_id("updateClientResult", &CLIENT, "更新した取引先のID。")),
        ("ClientDeleteRequest", record::delete(&CLIENT)),
        ("ClientDeleteResponse", record::deleted("deletedClientList", &CLIENT)),
        ("ClientTemplateResponse", template::response("clientTemplateInfo")),
        ("ClientListRequest", record::listing(vec![nullable("clientName", name)], TAG)),
        ("ClientListResponse", record::listed("clientListInfo", "clientList", "ClientListRow")),
        ("ClientListRow", list_row()),
        ("ClientDetailRequest", record::detail(&CLIENT)),
        ("ClientDetailResponse", detail_response()),
    ]
}

fn register() -> Call {
    Call {
        path: crm::CLIENT_REGISTER,
        operation: "clientRegister",
        tag: TAG,
        summary: "取引先登録",
        description: "取引先を 1 件登録し、そのIDを返します。誤りが 1 つでもあれば何も登録しません。".into(),
        takes: Takes::Body {
            schema: "ClientRegisterRequest",
            examples: &[(
                "register",
                "必須の項目と、連携プルダウンの項目を登録する",
                include_str!("examples/client_register.request.json"),
            )],
            invalid: invalid_parameter(Detail {
                path: "param.toData.clientRegisterInfo.clientItemList[0]",
                item: Some(NAME_ITEM),
                message: Message::TooLong { most: 255 },
            }),
        },
        answers: ("ClientRegisterResponse", include_str!("examples/client_register.response.json")),
        missing: None,
    }
}

fn update() -> Call {
    Call {
        path: crm::CLIENT_UPDATE,
        operation: "clientUpdate",
        tag: TAG,
        summary: "取引先更新",
        description: "取引先 1 件を差分で更新します。指定しなかった項目と連携ID値は変わりません。今と同じ値だけなら何も変わらず、最終更新日も変わりません。".into(),
        takes: Takes::Body {
            schema: "ClientUpdateRequest",
            examples: &[
                (
                    "by-id",
                    "取引先IDで更新する(支社支店・拠点は空にする)",
                    include_str!("examples/client_update.request.json"),
                ),
                ("by-linkage-id", "連携ID値で更新する", include_str!("examples/client_update.linkage.json")),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.toData.clientUpdateInfo",
                item: None,
                message: Message::OneRequired { members: "clientInfo, systemLinkageInfo" },
            }),
        },
        answers: ("ClientUpdateResponse", include_str!("examples/client_update.response.json")),
        missing: Some(
            not_exist_data("param.toData.clientUpdateInfo.clientInfo", "指定した取引先がありません。").ours(),
        ),
    }
}

fn delete() -> Call {
    Call {
        path: crm::CLIENT_DELETE,
        operation: "clientDelete",
        tag: TAG,
        summary: "取引先削除",
        description: format!(
            "取引先をまとめて削除します。すべて削除するか、1 件も削除しないかのどちらかです。取引先担当者も一緒に削除します。\
                      削除したデータはごみ箱に入り、{TRASH_DAYS} 日のあいだ管理者が戻せます。"
        ),
        takes: Takes::Body {
            schema: "ClientDeleteRequest",
            examples: &[
                ("by-id", "取引先IDで、参照されていても削除する", include_str!("examples/client_delete.request.json")),
                (
                    "by-linkage-id",
                    "連携ID値で、参照されていなければ削除する",
                    include_str!("examples/client_delete.linkage.json"),
                ),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.toData.deleteClientInfo",
                item: None,
                message: Message::OneRequired { members: "deleteClientList, deleteSystemLinkageList" },
            }),
        },
        answers: ("ClientDeleteResponse", include_str!("examples/client_delete.response.json")),
        missing: Some(not_exist_data(
            "param.toData.deleteClientInfo.deleteClientList[0]",
            "指定した取引先のどれかがありません。1 件も削除していません。",
        )),
    }
}

fn get_template() -> Call {
    Call {
        path: crm::GET_CLIENT_TEMPLATE,
        operation: "getClientTemplate",
        tag: TAG,
        summary: "取引先テンプレート取得",
        description:
            "取引先の項目と選択肢を、テンプレートの順に返します。トークンのユーザーが見られない項目は含みません。"
                .into(),
        takes: Takes::Nothing,
        answers: ("ClientTemplateResponse", include_str!("examples/get_client_template.response.json")),
        missing: None,
    }
}

fn get_list() -> Call {
    Call {
        path: crm::GET_CLIENT_LIST,
        operation: "getClientList",
        tag: TAG,
        summary: "取引先一覧取得",
        description: "条件に合う取引先を、作成の古い順に返します。".into(),
        takes: Takes::Body {
            schema: "ClientListRequest",
            examples: &[
                ("first-page", "先頭の 10 件を取得する", include_str!("examples/get_client_list.request.json")),
                ("search", "条件を付けて検索する", include_str!("examples/get_client_list.search.json")),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.requiredConditions.pagination.limit",
                item: None,
                message: Message::OutOfRange { least: 1, most: LIST_ROWS },
            }),
        },
        answers: ("ClientListResponse", include_str!("examples/get_client_list.response.json")),
        missing: None,
    }
}

fn get_detail() -> Call {
    Call {
        path: crm::GET_CLIENT_DETAIL,
        operation: "getClientDetail",
        tag: TAG,
        summary: "取引先詳細取得",
        description: "取引先 1 件の項目と連携ID値を返します。".into(),
        takes: Takes::Body {
            schema: "ClientDetailRequest",
            examples: &[
                ("by-id", "取引先IDで取得する", include_str!("examples/get_client_detail.request.json")),
                ("by-linkage-id", "連携ID値で取得する", include_str!("examples/get_client_detail.linkage.json")),
            ],
            invalid: invalid_parameter(Detail { path: "param.clientID", item: None, message: Message::NotUuid }),
        },
        answers: ("ClientDetailResponse", include_str!("examples/get_client_detail.response.json")),
        missing: Some(not_exist_data("param.clientID", "指定した取引先がありません。")),
    }
}

fn part_of_name() -> Value {
    record::part("取引先正式名称またはそのフリガナの一部。")
}

fn list_row() -> Value {
    let members = vec![
        always("clientID", uuid("取引先ID(小文字)。")),
        always("clientName", text("取引先正式名称。")),
        always("systemLinkageInfoList", answered_list()),
    ];
    closed("一覧の 1 件。", members)
}

fn detail_response() -> Value {
    let items = "値のある項目を、テンプレートの順に返します。作成日・作成者・最終更新日・最終更新者は必ず含みます。トークンのユーザーが見られない項目は含みません。";
    let info = vec![
        always("clientItemList", list(items, reference("Item"))),
        always("systemLinkageInfoList", answered_list()),
    ];
    closed("", vec![always("clientDetailInfo", closed("", info)), always("appStatus", reference("AppStatus"))])
}
