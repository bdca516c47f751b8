//! The samples of organizations and people.

use libtest_mimic::Trial;
use musubi_domain::user::UserField;
use musubi_service::organization::organization_create;
use musubi_service::permission_template::permission_template_create;
use musubi_service::user::{UserCreate, user_create};
use musubi_testkit::engine::async_on_both;
use serde_json::Value;

use super::{replaced, same_shape};
use crate::crm::stage::{ORGANIZATIONS, Stage, USERS};

const ORGANIZATIONS_1: &str = include_str!("../../samples/api_organization_get-organization-list.request.1.json");
const ORGANIZATIONS_LISTED: &str = include_str!("../../samples/api_organization_get-organization-list.response.1.json");
const USERS_1: &str = include_str!("../../samples/api_organization_get-user-list.request.1.json");
const USERS_LISTED: &str = include_str!("../../samples/api_organization_get-user-list.response.1.json");

/// The members of the sample that are fields of a person; the view name of the sample is that of both names.
const FIELDS: [(UserField, &str); 8] = [
    (UserField::MiddleName, "UserMiddleName"),
    (UserField::Department, "UserDepartment"),
    (UserField::BusinessUnit, "UserBusinessUnit"),
    (UserField::StaffId, "UserStaffID"),
    (UserField::Extension, "UserExtension"),
    (UserField::MobilePhone, "UserMobilePhone"),
    (UserField::Title, "UserTitle"),
    (UserField::CompanyPhone, "UserCompanyPhone"),
];

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("samples: organizations and people are listed as the source's samples", |engine| async move {
        lists_organizations_and_people(Stage::new(engine).await).await;
    })
}

async fn lists_organizations_and_people(stage: Stage) {
    let wanted: Value = serde_json::from_str(ORGANIZATIONS_LISTED).unwrap();
    let name = wanted["OrganizationListInfo"]["OrganizationList"][0]["OrganizationName"].as_str().unwrap().to_owned();
    let (service, context) = (&stage.app.service, || stage.app.context());
    for at in 0..10 {
        organization_create(service, &context(), format!("{name}{at}"), None).await.unwrap();
    }
    let listed = stage.post(ORGANIZATIONS, &replaced(ORGANIZATIONS_1, &[])).await;
    same_shape(&wanted, &listed.body, "");
    assert_eq!((&listed.body["AppStatus"], listed.code()), (&wanted["AppStatus"], "S000"));
    assert_eq!(listed.body["OrganizationListInfo"]["GetMoreFlag"], true);
    assert_eq!(listed.body["OrganizationListInfo"]["OrganizationList"][1]["OrganizationName"], format!("{name}0"));

    // The people of the sample are put in, found by the keyword of the sample in a mail address, and given back member by member.
    let wanted: Value = serde_json::from_str(USERS_LISTED).unwrap();
    let people = wanted["UserListInfo"]["UserList"].as_array().unwrap();
    for person in people {
        let text = |name: &str| person[name].as_str().unwrap().to_owned();
        permission_template_create(service, &context(), text("UserRole"), Vec::new()).await.unwrap();
        let command = UserCreate {
            login_id: text("LoginID"),
            family_name: text("UserFamilyName"),
            first_name: text("UserFirstName"),
            mail: format!("{}@bluetec.example", text("LoginID")),
            fields: FIELDS.iter().map(|(field, name)| (*field, text(name))).collect(),
            organizations: vec![stage.organization],
            permission_template: Some(text("UserRole")),
            ..UserCreate::default()
        };
        user_create(service, &context(), command).await.unwrap();
    }
    let asked = replaced(USERS_1, &[("41573754-0873-4a46-8f54-1cc318dd21a8", stage.organization.to_string())]);
    let listed = stage.post(USERS, &asked).await;
    same_shape(&wanted, &listed.body, "");
    let answered = listed.body["UserListInfo"]["UserList"].as_array().unwrap();
    assert_eq!((answered.len(), &listed.body["UserListInfo"]["GetMoreFlag"]), (people.len(), &Value::Bool(false)));
    for (own, person) in answered.iter().zip(people) {
        for (name, value) in person.as_object().unwrap() {
            assert!(["UserID", "UserMailAddress"].contains(&name.as_str()) || own[name] == *value, "{name} of {own}");
        }
    }
}
