//! 取引先担当者: the calls and the schemas of their requests and answers.

use musubi_domain::limits::{LIST_ROWS, SET_VALUES, TRASH_DAYS};
use musubi_domain::messages::Message;
use serde_json::{Value, json};

use super::answers::{Detail, invalid_parameter, not_exist_data};
use super::call::{Call, Takes};
use super::linkage::answered_list;
use super::record::{self, CONTACT};
use super::schema::{Member, always, closed, list, nullable, or_null, reference, set, text, uuid};
use super::template;
use crate::crm;

const TAG: &str = "取引先担当者";
const MAIL_ITEM: &str = "4e881466-88b5-46b3-b398-da99ad6cfb79";

/// The calls.
pub(super) fn calls() -> Vec<Call> {
    vec![register(), update(), delete(), get_template(), get_list(), get_detail()]
}

/// The schemas of the calls, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let registered = "登録した取引先担当者のID。";
    let names = vec![
        nullable("clientResponsibleFamilyName", record::part("取引先担当者姓またはそのフリガナの一部。")),
        nullable("clientResponsibleFirstName", record::part("取引先担当者名またはそのフリガナの一部。")),
    ];
    vec![
        ("ClientResponsibleRegisterRequest", record::register(&CONTACT, vec![client(), registered_routes()])),
        ("ClientResponsibleRegisterResponse", record::one_id("registerClientResponsibleResult", &CONTACT, registered)),
        ("ClientResponsibleUpdateRequest", record::update(&CONTACT, vec![updated_routes()])),
        (
            "ClientResponsibleUpdateResponse",
            record::one_id("updateClientResponsibleResult", &CONTACT, "更新した取引先担当者のID。"),
        ),
        ("ClientResponsibleDeleteRequest", record::delete(&CONTACT)),
        ("ClientResponsibleDeleteResponse", record::deleted("deletedClientResponsibleList", &CONTACT)),
        ("ClientResponsibleTemplateResponse", template::response("clientResponsibleTemplateInfo")),
        ("ClientResponsibleListRequest", record::listing(names, TAG)),
        (
            "ClientResponsibleListResponse",
            record::listed("clientResponsibleListInfo", "clientResponsibleList", "ClientResponsibleListRow"),
        ),
        ("ClientResponsibleListRow", list_row()),
        ("ClientResponsibleDetailRequest", record::detail(&CONTACT)),
        ("ClientResponsibleDetailResponse", detail_response()),
    ]
}

fn register() -> Call {
    Call {
        path: crm::CONTACT_REGISTER,
        operation: "clientResponsibleRegister",
        tag: TAG,
        summary: "取引先担当者登録",
        description: "取引先担当者を 1 件登録し、そのIDを返します。誤りが 1 つでもあれば何も登録しません。".into(),
        takes: Takes::Body {
            schema: "ClientResponsibleRegisterRequest",
            examples: &[(
                "register",
                "取引先担当者を、引合経路と連携ID値とともに登録する",
                include_str!("examples/client_responsible_register.request.json"),
            )],
            invalid: invalid_parameter(Detail {
                path: "param.toData.clientResponsibleRegisterInfo.clientResponsibleItemList[5]",
                item: Some(MAIL_ITEM),
                message: Message::NotMailAddress,
            }),
        },
        answers: (
            "ClientResponsibleRegisterResponse",
            include_str!("examples/client_responsible_register.response.json"),
        ),
        missing: None,
    }
}

fn update() -> Call {
    Call {
        path: crm::CONTACT_UPDATE,
        operation: "clientResponsibleUpdate",
        tag: TAG,
        summary: "取引先担当者更新",
        description: "取引先担当者 1 件を差分で更新します。指定しなかった項目・引合経路・連携ID値は変わりません。\
                      項目「取引先」にほかの取引先を指定すると、その取引先に移ります。"
            .into(),
        takes: Takes::Body {
            schema: "ClientResponsibleUpdateRequest",
            examples: &[
                ("by-id", "IDで更新する", include_str!("examples/client_responsible_update.request.json")),
                (
                    "by-linkage-id",
                    "連携ID値で指定し、ほかの取引先に移して引合経路を消す",
                    include_str!("examples/client_responsible_update.linkage.json"),
                ),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.toData.clientResponsibleUpdateInfo",
                item: None,
                message: Message::OneRequired { members: "clientResponsibleInfo, systemLinkageInfo" },
            }),
        },
        answers: ("ClientResponsibleUpdateResponse", include_str!("examples/client_responsible_update.response.json")),
        missing: Some(
            not_exist_data(
                "param.toData.clientResponsibleUpdateInfo.clientResponsibleInfo",
                "指定した取引先担当者がないか、指定した取引先の担当者ではありません。",
            )
            .ours(),
        ),
    }
}

fn delete() -> Call {
    Call {
        path: crm::CONTACT_DELETE,
        operation: "clientResponsibleDelete",
        tag: TAG,
        summary: "取引先担当者削除",
        description: format!(
            "取引先担当者をまとめて削除します。すべて削除するか、1 件も削除しないかのどちらかです。\
                      削除したデータはごみ箱に入り、{TRASH_DAYS} 日のあいだ管理者が戻せます。"
        ),
        takes: Takes::Body {
            schema: "ClientResponsibleDeleteRequest",
            examples: &[
                (
                    "by-id",
                    "IDで、参照されていても削除する",
                    include_str!("examples/client_responsible_delete.request.json"),
                ),
                (
                    "by-linkage-id",
                    "連携ID値で、参照されていなければ削除する",
                    include_str!("examples/client_responsible_delete.linkage.json"),
                ),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.toData.deleteClientResponsibleInfo",
                item: None,
                message: Message::OneRequired { members: "deleteClientResponsibleList, deleteSystemLinkageList" },
            }),
        },
        answers: ("ClientResponsibleDeleteResponse", include_str!("examples/client_responsible_delete.response.json")),
        missing: Some(not_exist_data(
            "param.toData.deleteClientResponsibleInfo.deleteClientResponsibleList[0]",
            "指定した取引先担当者のどれかがありません。1 件も削除していません。",
        )),
    }
}

fn get_template() -> Call {
    Call {
        path: crm::GET_CONTACT_TEMPLATE,
        operation: "getClientResponsibleTemplate",
        tag: TAG,
        summary: "取引先担当者テンプレート取得",
        description:
            "取引先担当者の項目と選択肢を、テンプレートの順に返します。トークンのユーザーが見られない項目は含みません。"
                .into(),
        takes: Takes::Nothing,
        answers: (
            "ClientResponsibleTemplateResponse",
            include_str!("examples/get_client_responsible_template.response.json"),
        ),
        missing: None,
    }
}

fn get_list() -> Call {
    Call {
        path: crm::GET_CONTACT_LIST,
        operation: "getClientResponsibleList",
        tag: TAG,
        summary: "取引先担当者一覧取得",
        description: "条件に合う取引先担当者を、作成の古い順に返します。".into(),
        takes: Takes::Body {
            schema: "ClientResponsibleListRequest",
            examples: &[
                (
                    "first-page",
                    "先頭の 10 件を取得する",
                    include_str!("examples/get_client_responsible_list.request.json"),
                ),
                ("search", "条件を付けて検索する", include_str!("examples/get_client_responsible_list.search.json")),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.requiredConditions.pagination.limit",
                item: None,
                message: Message::OutOfRange { least: 1, most: LIST_ROWS },
            }),
        },
        answers: ("ClientResponsibleListResponse", include_str!("examples/get_client_responsible_list.response.json")),
        missing: None,
    }
}

fn get_detail() -> Call {
    Call {
        path: crm::GET_CONTACT_DETAIL,
        operation: "getClientResponsibleDetail",
        tag: TAG,
        summary: "取引先担当者詳細取得",
        description: "取引先担当者 1 件の項目・引合経路・連携ID値を返します。".into(),
        takes: Takes::Body {
            schema: "ClientResponsibleDetailRequest",
            examples: &[
                (
                    "by-id",
                    "取引先担当者IDで取得する",
                    include_str!("examples/get_client_responsible_detail.request.json"),
                ),
                (
                    "by-linkage-id",
                    "連携ID値で取得する",
                    include_str!("examples/get_client_responsible_detail.linkage.json"),
                ),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.clientResponsibleID",
                item: None,
                message: Message::NotUuid,
            }),
        },
        answers: (
            "ClientResponsibleDetailResponse",
            include_str!("examples/get_client_responsible_detail.response.json"),
        ),
        missing: Some(not_exist_data("param.clientResponsibleID", "指定した取引先担当者がありません。")),
    }
}

fn client() -> Member {
    let description = "取引先ID。項目「取引先」と同じ値です。項目を省けばこの値が入り、違う値を指定すると E041 です。";
    always("clientID", uuid(description))
}

fn registered_routes() -> Member {
    nullable("clientResponsibleInquiryRouteDataList", given_routes("引合経路。登録した順に並びます。"))
}

fn updated_routes() -> Member {
    let description =
        "引合経路。指定すると全体を置き換えます。[] はすべて消します。null、または指定がなければ変わりません。";
    nullable("clientResponsibleInquiryRouteDataList", given_routes(description))
}

fn given_routes(description: &str) -> Value {
    let mut schema =
        list(&format!("{description}同じ引合経路を 2 回指定することはできません。"), reference("GivenInquiryRoute"));
    set(&mut schema, "maxItems", json!(SET_VALUES));
    schema
}

/// The client that a contact belongs to.
fn client_of() -> Member {
    let description = "取引先ID(小文字)。トークンのユーザーが項目「取引先」を見られないときは null です。";
    always("clientID", or_null(uuid(description)))
}

fn list_row() -> Value {
    let members = vec![
        client_of(),
        always("clientResponsibleID", uuid("取引先担当者ID(小文字)。")),
        always("clientResponsibleName", text("取引先担当者の姓と名。間に空白が 1 つ入ります。")),
        always("systemLinkageInfoList", answered_list()),
    ];
    closed("一覧の 1 件。", members)
}

fn detail_response() -> Value {
    let items = "値のある項目を、テンプレートの順に返します。作成日・作成者・最終更新日・最終更新者は必ず含みます。トークンのユーザーが見られない項目は含みません。";
    let info = vec![
        client_of(),
        always("clientResponsibleItemList", list(items, reference("ClientResponsibleItem"))),
        always(
            "clientResponsibleInquiryRouteDataList",
            list("引合経路。登録した順に並びます。", reference("InquiryRoute")),
        ),
        always("systemLinkageInfoList", answered_list()),
    ];
    closed(
        "",
        vec![always("clientResponsibleDetailInfo", closed("", info)), always("appStatus", reference("AppStatus"))],
    )
}
