//! A document as text: members in the order of a declared table, and on one line what fits on one.

use serde_json::Value;

/// The longest line, in characters, that holds a whole array or object; the member's name is not counted.
const WIDTH: usize = 120;

/// The members that have a place of their own, in order. All others follow by name.
const ORDER: &[&str] = &[
    // OpenAPI.
    "openapi",
    "info",
    "title",
    "version",
    "operationId",
    "tags",
    "name",
    "in",
    "url",
    "summary",
    "$ref",
    "type",
    "scheme",
    "format",
    "enum",
    "description",
    "required",
    "security",
    "servers",
    "paths",
    "components",
    "parameters",
    "requestBody",
    "responses",
    "headers",
    "content",
    "schema",
    "schemas",
    "securitySchemes",
    "oneOf",
    "anyOf",
    "discriminator",
    "propertyName",
    "mapping",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "maxItems",
    "additionalProperties",
    "properties",
    "items",
    "default",
    // Requests, as the source has them.
    "param",
    "toData",
    "clientRegisterInfo",
    "clientUpdateInfo",
    "deleteClientInfo",
    "deleteClientList",
    "clientResponsibleRegisterInfo",
    "clientResponsibleUpdateInfo",
    "deleteClientResponsibleInfo",
    "deleteClientResponsibleList",
    "clientInfo",
    "clientResponsibleInfo",
    "systemLinkageInfo",
    "deleteSystemLinkageList",
    "forceDeleteFlag",
    "conditions",
    "requiredConditions",
    "pagination",
    "offset",
    "limit",
    "optionalConditions",
    "searchConditions",
    "clientName",
    "clientResponsibleFamilyName",
    "clientResponsibleFirstName",
    "prefectures",
    "address",
    "salesPersonDepartmentIDList",
    "salesPersonUserIDList",
    "createDateFrom",
    "createDateTo",
    "updateDateFrom",
    "updateDateTo",
    // Answers, and what both have.
    "S000",
    "registerClientResult",
    "updateClientResult",
    "deletedClientList",
    "registerClientResponsibleResult",
    "updateClientResponsibleResult",
    "deletedClientResponsibleList",
    "clientTemplateInfo",
    "clientResponsibleTemplateInfo",
    "templateList",
    "clientListInfo",
    "clientList",
    "clientResponsibleListInfo",
    "clientResponsibleList",
    "clientResponsibleBusinesscardListInfo",
    "businessCardList",
    "clientDetailInfo",
    "clientResponsibleDetailInfo",
    "clientID",
    "clientResponsibleID",
    "clientResponsibleName",
    "clientItemList",
    "clientResponsibleItemList",
    "clientResponsibleInquiryRouteDataList",
    "path",
    "itemID",
    "itemType",
    "itemName",
    "requiredFlag",
    "beforeUnit",
    "afterUnit",
    "readOnlyFlag",
    "selectionValues",
    "linkageSelectionValues",
    "label",
    "displayFlag",
    "itemTextData",
    "itemNumericData",
    "itemSelectionData",
    "itemUuidData",
    "itemUuidDataList",
    "itemInquiryRouteDataList",
    "itemInquiryRouteData",
    "value",
    "values",
    "children",
    "cardID",
    "departmentName",
    "titleName",
    "personNameLast",
    "personNameFirst",
    "cardMetaInfo",
    "systemLinkageInfoList",
    "systemLinkageSettingInfoList",
    "systemLinkageID",
    "linkageIDValue",
    "linkageSystemName",
    "getMoreFlag",
    "appStatus",
    "code",
    "message",
    // The organization calls.
    "Param",
    "Options",
    "Pagination",
    "Offset",
    "Limit",
    "SearchKeyword",
    "OrganizationListInfo",
    "OrganizationList",
    "OrganizationID",
    "OrganizationName",
    "UserListInfo",
    "UserList",
    "UserID",
    "LoginID",
    "UserViewName",
    "UserFamilyName",
    "UserFirstName",
    "UserMiddleName",
    "UserMailAddress",
    "UserDepartment",
    "UserBusinessUnit",
    "UserStaffID",
    "UserExtension",
    "UserMobilePhone",
    "UserTitle",
    "UserCompanyPhone",
    "UserRole",
    "GetMoreFlag",
    "AppStatus",
    "Path",
    "ItemID",
    "Code",
    "Message",
];

/// The text of a document. It is the same whatever the order of the members in memory.
pub(super) fn write(document: &Value) -> String {
    let mut text = String::new();
    write_value(document, 0, &mut text);
    text.push('\n');
    text
}

fn members(object: &serde_json::Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = object.iter().collect();
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    members.sort_by(|(one, _), (other, _)| (place(one), one).cmp(&(place(other), other)));
    members
}

fn write_value(value: &Value, depth: usize, text: &mut String) {
    let line = one_line(value);
    let is_long = 2 * depth + line.chars().count() > WIDTH;
    match value {
        Value::Object(object) if is_long => {
            let lines = members(object).into_iter().map(|(name, value)| (Some(name.as_str()), value));
            write_lines(('{', '}'), lines, depth, text);
        }
        Value::Array(values) if is_long => {
            write_lines(('[', ']'), values.iter().map(|value| (None, value)), depth, text);
        }
        _ => text.push_str(&line),
    }
}

fn write_lines<'v>(
    (open, close): (char, char),
    members: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    depth: usize,
    text: &mut String,
) {
    let indent = "  ".repeat(depth);
    text.push(open);
    for (at, (name, value)) in members.enumerate() {
        text.push_str(if at > 0 { ",\n  " } else { "\n  " });
        text.push_str(&indent);
        if let Some(name) = name {
            text.push_str(&format!("{}: ", Value::from(name)));
        }
        write_value(value, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&indent);
    text.push(close);
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let member =
                |(name, value): (&String, &Value)| format!("{}: {}", Value::from(name.as_str()), one_line(value));
            let members: Vec<_> = members(object).into_iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn known_members_come_first_and_long_values_are_broken() {
        let long = "あ".repeat(WIDTH);
        let document = json!({"b": [1, null], "zebra": {}, "openapi": "3.1.0", "a": {"type": "x", "enum": [long]}});
        let expected = format!(
            "{{\n  \"openapi\": \"3.1.0\",\n  \"a\": {{\n    \"type\": \"x\",\n    \"enum\": [\n      \"{long}\"\n    ]\n  }},\n  \
             \"b\": [1, null],\n  \"zebra\": {{}}\n}}\n"
        );
        assert_eq!(write(&document), expected);
    }

    #[test]
    fn every_place_is_given_once() {
        for (at, name) in ORDER.iter().enumerate() {
            assert_eq!(ORDER.iter().position(|other| other == name), Some(at), "{name}");
        }
    }
}
