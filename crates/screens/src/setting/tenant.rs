//! 企業情報: what is known of the company, and the host names that lead to it.

use axum::extract::RawQuery;
use axum::response::Response;
use musubi_domain::tenant::{TenantProfileSet, host_name};
use musubi_service::tenant::{TenantSet, tenant_set, tenant_show};

use crate::error::Failure;
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::setting::input::Input;
use crate::setting::page::{FormPage, Said, lines, tell};
use crate::texts::fill;
use crate::told::lead_told;

const PATH: &str = "/admin/tenant";
/// The fields of the form, as far as they are texts of one line.
const NAMES: [&str; 7] = ["name", "phone", "mail", "postal", "prefecture", "city", "street"];

/// GET /admin/tenant
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let known = tenant_show(&person.service, &person.context).await;
    let (company, hosts) = known.map_err(|error| person.failure(&error))?;
    let profile = company.profile;
    let texts = [
        company.name,
        profile.phone,
        profile.mail,
        profile.postal_code,
        profile.prefecture,
        profile.city,
        profile.street,
    ];
    page(&person, &texts, &hosts.join("\n"), Said::default())
}

fn page(person: &Person, texts: &[String; 7], hosts: &str, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let labels = [
        (say.tenant_name, "--name"),
        (say.tenant_phone, "--phone"),
        (say.tenant_mail, "--mail"),
        (say.tenant_postal, "--postal-code"),
        (say.tenant_prefecture, "--prefecture"),
        (say.tenant_city, "--city"),
        (say.tenant_street, "--street"),
    ];
    let mut page = FormPage::new(frame, say.tenant, PATH);
    say.tenant_lead.clone_into(&mut page.lead);
    for ((name, text), (label, path)) in NAMES.into_iter().zip(texts).zip(labels) {
        let input = Input::line(name, label, text.as_str()).with_error(said.take(path));
        page.inputs.push(if name == "name" { input.required(frame.say) } else { input });
    }
    let wrong = [said.take("--host"), said.take("--remove-host")].join(" ");
    let hosts = Input::lines("hosts", say.tenant_hosts, hosts, 4).with_hint(say.tenant_hosts_hint);
    page.inputs.push(hosts.with_error(wrong.trim()));
    page.answer(person, said)
}

/// POST /admin/tenant
pub(crate) async fn change(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let known = tenant_show(&person.service, &person.context).await;
    let (_, known) = known.map_err(|error| person.failure(&error))?;
    let texts = NAMES.map(|name| form.get(name).trim().to_owned());
    let given = lines(form.get("hosts"));
    let names: Vec<String> = given.iter().filter_map(|host| host_name(host)).collect();
    let removed: Vec<String> = known.iter().filter(|host| !names.contains(host)).cloned().collect();
    // Whoever takes away the name under which he is here could not open the page again to mend it.
    let own = person.peer.host.as_deref().and_then(host_name).unwrap_or_default();
    if removed.contains(&own) {
        let said = Said::here("--remove-host", fill(person.frame.say.setting.tenant_own_host, &own));
        return page(&person, &texts, form.get("hosts"), said);
    }
    let [name, phone, mail, postal, prefecture, city, street] = texts.clone();
    let change = TenantSet {
        name: Some(name),
        hosts: given,
        removed_hosts: removed,
        profile: TenantProfileSet {
            phone: Some(phone),
            mail: Some(mail),
            postal_code: Some(postal),
            prefecture: Some(prefecture),
            city: Some(city),
            street: Some(street),
            ..TenantProfileSet::default()
        },
        ..TenantSet::default()
    };
    match tenant_set(&person.service, &person.context, change).await {
        Ok(()) => Ok(lead_told(PATH, "saved", None)),
        Err(error) => page(&person, &texts, form.get("hosts"), Said::of(&person, &error)?),
    }
}
