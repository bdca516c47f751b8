//! 名刺: the cards of a contact.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::time::Timestamp;
use musubi_service::business_card::{CardRow, contact_card_list};

use super::CrmState;
use super::call::{Caller, JsonBody};
use super::convert::key;
use super::error::Failure;
use super::wire::AppStatus;
use super::wire::answer::{CardListInfo, CardListResponse, CardListRow, CardMetaInfo};
use super::words::CONTACT;
use crate::extract::json;

/// POST /api/crm/get-client-responsible-businesscard-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let ((key, path), page) = key::cards(&body, &CONTACT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let listed = contact_card_list(&state.service, &caller.context, (key, &path), page.offset, page.limit).await;
    let listed = listed.map_err(|error| caller.error(&error))?;
    let client_responsible_businesscard_list_info =
        CardListInfo { business_card_list: listed.rows.into_iter().map(row).collect(), get_more_flag: listed.more };
    Ok(caller.answer(&CardListResponse { client_responsible_businesscard_list_info, app_status: AppStatus::success() }))
}

fn row(card: CardRow) -> CardListRow {
    let moment = |moment: Option<Timestamp>| moment.map(Timestamp::to_rfc3339);
    let (route, route_name) = card.route.unzip();
    CardListRow {
        card_id: card.id,
        department_name: card.department,
        title_name: card.title,
        person_name_last: card.family_name,
        person_name_first: card.first_name,
        card_meta_info: CardMetaInfo {
            card_owner_user_id: card.owner.as_ref().map(|owner| owner.id),
            card_owner_name: card.owner.as_ref().map(|owner| owner.display_name()),
            card_owner_delete_flag: card.owner.as_ref().map(|owner| !owner.active),
            sent_date: moment(card.created_at),
            card_exchange_date: moment(card.exchanged_at),
            inquiry_route_id: route.map(|route| route.route),
            inquiry_route_name: route_name,
        },
    }
}
