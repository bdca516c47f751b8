//! Reading what a form holds for an item: what people type is normalised where the calls for programs refuse, and names are looked up.

use musubi_domain::error::{Kind, Problem};
use musubi_domain::item::{Form as Shape, Item, ItemType, RawValue, Target, Typed, typed};
use musubi_domain::messages::Message;
use musubi_domain::{client, contact, product};
use musubi_service::candidate::{Candidate, CandidateOf, Candidates, candidate_named};
use musubi_service::record::GivenItem;

use crate::error::Failure;
use crate::form::Form;
use crate::person::Person;
use crate::record::entry::{Entry, Names, holds_keys, path_key, route_key};

/// An item as a form holds it.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// What is shown where the form comes back. A name that was found stands among what is chosen.
    pub(crate) entry: Entry,
    /// The value, or what is wrong with it.
    pub(crate) value: Result<RawValue, Message>,
    /// The things that may be meant by a name, where those are several.
    pub(crate) candidates: Option<Candidates>,
}

impl Reading {
    /// The value as use cases take it, or what is wrong with it. The path is the name of the item's field.
    pub(crate) fn given(&self, item: &Item) -> Result<GivenItem, Problem> {
        let path = Names::of(item).main().to_owned();
        match &self.value {
            Ok(value) => {
                let item_type = item.item_type.row().wire.to_owned();
                Ok(GivenItem { path, item: item.id, item_type, value: value.clone() })
            }
            Err(message) => Err(Problem { path, item: Some(item.id), message: message.clone() }),
        }
    }
}

/// Reads an item from a form.
pub(crate) async fn read(person: &Person, item: &Item, form: &Form) -> Result<Reading, Failure> {
    read_entry(person, item, Entry::of_form(item, form)).await
}

/// Reads what stands in the control of an item.
pub(crate) async fn read_entry(person: &Person, item: &Item, mut entry: Entry) -> Result<Reading, Failure> {
    if !holds_keys(item.item_type) {
        let value = text_value(item, &entry);
        return Ok(Reading { entry, value, candidates: None });
    }
    let (mut wrong, mut candidates) = (None, None);
    if !entry.typed.is_empty() {
        match find(person, item, &entry.typed).await? {
            Found::Keys(keys) => {
                let holds_many = item.item_type.row().multiple && item.item_type != ItemType::LinkagePulldown;
                if !holds_many {
                    entry.chosen.clear();
                }
                let fresh: Vec<_> = keys.into_iter().filter(|key| !entry.chosen.contains(key)).collect();
                entry.chosen.extend(fresh);
                entry.typed.clear();
            }
            Found::Several(several) => {
                wrong = Some(nobody(item));
                candidates = Some(several);
            }
            Found::Nothing(message) => wrong = Some(message),
        }
    }
    let value = wrong.map_or_else(|| Ok(entry.chosen_value(item)), Err);
    Ok(Reading { entry, value, candidates })
}

/// What a name means.
enum Found {
    Keys(Vec<String>),
    Several(Candidates),
    Nothing(Message),
}

async fn find(person: &Person, item: &Item, name: &str) -> Result<Found, Failure> {
    let Some(of) = candidates_of(person, item).await? else {
        return Ok(match typed(item, name) {
            Ok(Typed::Value(RawValue::Selection(values))) if item.item_type == ItemType::LinkagePulldown => {
                Found::Keys(vec![path_key(&values)])
            }
            Ok(Typed::Value(RawValue::Selection(values))) => {
                Found::Keys(values.iter().map(ToString::to_string).collect())
            }
            Ok(_) => Found::Nothing(Message::NoSuchChoice),
            Err(message) => Found::Nothing(message),
        });
    };
    match candidate_named(&person.service, &person.context, &of, name).await {
        Ok(Ok(found)) => Ok(Found::Keys(vec![candidate_key(&found)])),
        Ok(Err(several)) if !several.rows.is_empty() => Ok(Found::Several(several)),
        Ok(Err(_)) => Ok(Found::Nothing(nobody(item))),
        // Who may not read them finds none.
        Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::NotFound) => Ok(Found::Nothing(nobody(item))),
        Err(error) => Err(person.failure(&error)),
    }
}

/// The key of a candidate, as fields of forms hold it.
pub(crate) fn candidate_key(candidate: &Candidate) -> String {
    candidate.category.map_or_else(
        || candidate.id.to_string(),
        |category| route_key(&musubi_domain::item::InquiryRouteRef { category, route: candidate.id }),
    )
}

/// Among what the names of an item are looked for; none for choices.
pub(crate) async fn candidates_of(person: &Person, item: &Item) -> Result<Option<CandidateOf>, Failure> {
    let records = |name: &str| Some(CandidateOf::Records(name.to_owned()));
    Ok(match item.item_type.row().target {
        Some(Target::User) => Some(CandidateOf::Users),
        Some(Target::Organization) => Some(CandidateOf::Organizations),
        Some(Target::Client) => records(client::DATABASE),
        Some(Target::Contact) => records(contact::DATABASE),
        Some(Target::Product) => records(product::DATABASE),
        Some(Target::Record) => {
            let tenant = person.context.tenant;
            let Some(database) = item.refers_to else { return Ok(None) };
            let template = person.service.template_numbered(tenant, database).await;
            records(&template.map_err(|error| person.failure(&error))?.name)
        }
        None if item.item_type == ItemType::InquiryRoute => Some(CandidateOf::InquiryRoutes),
        None => None,
    })
}

/// What is said where a name means nothing.
fn nobody(item: &Item) -> Message {
    match item.item_type.row().target {
        Some(Target::User) => Message::NoSuchUser,
        Some(Target::Organization) => Message::NoSuchOrganization,
        Some(_) => Message::NoSuchRecord,
        None if item.item_type == ItemType::InquiryRoute => Message::NoSuchInquiryRoute,
        None => Message::NoSuchChoice,
    }
}

fn text_value(item: &Item, entry: &Entry) -> Result<RawValue, Message> {
    // What is pasted from a table brings tabs with it.
    let plain = |text: &str| text.replace('\t', " ");
    if item.item_type.row().form == Shape::Reading {
        let (value, ruby) = (plain(&entry.text), plain(&entry.ruby));
        let is_empty = value.trim().is_empty() && ruby.trim().is_empty();
        return Ok(if is_empty { RawValue::Empty } else { RawValue::Text { value, ruby: Some(ruby) } });
    }
    match typed(item, &plain(&entry.text))? {
        Typed::Value(value) => Ok(value),
        Typed::Names(_) => Err(nobody(item)),
    }
}
