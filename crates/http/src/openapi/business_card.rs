//! 名刺: the list of a contact's cards.

use musubi_domain::messages::Message;
use serde_json::Value;

use super::answers::{Detail, invalid_parameter, not_exist_data};
use super::call::{Call, Takes};
use super::record::{self, CONTACT};
use super::schema::{always, closed, flag, list, moment, or_null, reference, text, uuid};
use crate::crm;

/// The calls.
pub(super) fn calls() -> Vec<Call> {
    vec![Call {
        path: crm::GET_CONTACT_CARD_LIST,
        operation: "getClientResponsibleBusinesscardList",
        tag: "名刺",
        summary: "取引先担当者名刺一覧取得",
        description: "取引先担当者の名刺を、名刺交換日の新しい順に返します。".into(),
        takes: Takes::Body {
            schema: "ClientResponsibleBusinesscardListRequest",
            examples: &[
                (
                    "by-id",
                    "取引先担当者IDで取得する",
                    include_str!("examples/get_client_responsible_businesscard_list.request.json"),
                ),
                (
                    "by-linkage-id",
                    "連携ID値で取得する",
                    include_str!("examples/get_client_responsible_businesscard_list.linkage.json"),
                ),
            ],
            invalid: invalid_parameter(Detail {
                path: "param.conditions.pagination",
                item: None,
                message: Message::Required,
            }),
        },
        answers: (
            "ClientResponsibleBusinesscardListResponse",
            include_str!("examples/get_client_responsible_businesscard_list.response.json"),
        ),
        missing: Some(
            not_exist_data("param.conditions.clientResponsibleID", "指定した取引先担当者がありません。").ours(),
        ),
    }]
}

/// The schemas of the calls, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("ClientResponsibleBusinesscardListRequest", record::cards(&CONTACT)),
        ("ClientResponsibleBusinesscardListResponse", response()),
        ("BusinessCard", card()),
    ]
}

fn response() -> Value {
    let info = vec![
        always("businessCardList", list("名刺交換日の新しい順に並びます。", reference("BusinessCard"))),
        always("getMoreFlag", flag("続きがあるときは true。")),
    ];
    let members = vec![
        always("clientResponsibleBusinesscardListInfo", closed("", info)),
        always("appStatus", reference("AppStatus")),
    ];
    closed("", members)
}

fn card() -> Value {
    let meta = vec![
        always("cardOwnerUserID", or_null(uuid("名刺の所有者のユーザーID。"))),
        always("cardOwnerName", or_null(text("名刺の所有者の名前。"))),
        always("cardOwnerDeleteFlag", or_null(flag("所有者が利用停止中なら true。"))),
        always("sentDate", or_null(moment("名刺を登録した日時(UTC)。"))),
        always("cardExchangeDate", or_null(moment("名刺交換日の、日本時間で 0 時(UTC)。"))),
        always("inquiryRouteID", or_null(uuid("引合経路ID。ここだけ、名前の最後が大文字です。"))),
        always("inquiryRouteName", or_null(text("引合経路名。"))),
    ];
    let members = vec![
        always("cardID", uuid("名刺ID(小文字)。")),
        always("departmentName", or_null(text("部署。"))),
        always("titleName", or_null(text("役職。"))),
        always("personNameLast", or_null(text("姓。"))),
        always("personNameFirst", or_null(text("名。"))),
        always("cardMetaInfo", closed("名刺に付く情報。", meta)),
    ];
    closed("名刺。値のないもの、トークンのユーザーが見られないものは null です。", members)
}
