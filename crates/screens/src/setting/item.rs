//! An item of a template: a new one, its settings, its removal, its index.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::condition::Field;
use musubi_domain::item::{Choice, DataKind, Item, ItemType, Numbering, TYPES};
use musubi_domain::template::{ItemDefinition, ItemPlace, ItemUse, SHIPPED, can_be_key};
use musubi_service::database::database_list;
use musubi_service::index::index_create;
use musubi_service::template::change::{template_item_change, template_item_place};
use musubi_service::template::discard::{template_item_discard, template_item_look, template_item_restore};
use musubi_service::template::item::template_item_add;

use crate::error::Failure;
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::setting::input::{Input, Pick, inputs};
use crate::setting::item_type::words;
use crate::setting::page::{ConfirmPage, Crumb, FormPage, Said, lines};
use crate::setting::template::Opened;
use crate::texts::fill;
use crate::told::lead_told;

/// GET /admin/templates/{database}/items/new
pub(crate) async fn ask(person: Person, Path(word): Path<String>) -> Result<Response, Failure> {
    let opened = Opened::of(&person, &word).await?;
    add_form(&person, &opened, &Form::default(), Said::default()).await
}

async fn add_form(person: &Person, opened: &Opened, form: &Form, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let is_shipped = SHIPPED.iter().any(|shipped| shipped.name == opened.database.name);
    let own_only = |item_type| matches!(item_type, ItemType::AutoNumber | ItemType::Reference);
    let chosen = form.given("type").unwrap_or("text_single");
    let pick = |row: &musubi_domain::item::TypeRow| {
        let (label, text) = words(frame.say, row.item_type);
        let (value, chosen) = (row.wire.to_owned(), row.wire == chosen);
        Pick { value, label: label.to_owned(), text: text.to_owned(), chosen }
    };
    let picks = TYPES.iter().filter(|row| !(is_shipped && own_only(row.item_type))).map(pick).collect();
    let mut page = FormPage::new(frame, say.item_add, format!("{}/items/new", opened.path()));
    page.crumbs = opened.crumbs(frame, true);
    page.submit = say.add;
    let places = opened.placed().len() + 1;
    page.inputs = vec![
        Input::line("name", say.name, form.get("name")).with_error(said.take("item.itemName")).required(frame.say),
        Input::radios("type", say.item_type, picks).with_error(said.take("item.itemType")),
        Input::lines("choices", say.item_choices, form.get("choices"), 5)
            .with_hint(say.item_choices_hint)
            .with_error(both(&mut said, "item.selectionValues", "item.linkageSelectionValues")),
        Input::line("before", say.item_before, form.get("before")).with_error(said.take("item.beforeUnit")),
        Input::line("after", say.item_after, form.get("after"))
            .with_hint(say.item_after_hint)
            .with_error(said.take("item.afterUnit")),
        Input::check("required", say.item_required, !form.get("required").is_empty())
            .with_hint(say.item_required_hint)
            .with_error(said.take("item.requiredFlag")),
        Input::check("key", say.item_key, !form.get("key").is_empty())
            .with_hint(say.item_key_hint)
            .with_error(said.take("item.keyFlag")),
        Input::number("place", say.item_place, form.given("place").unwrap_or(&places.to_string()))
            .with_hint(fill(say.item_place_hint, &places.to_string()))
            .with_error(said.take("place")),
    ];
    if !is_shipped {
        page.inputs.extend(own_inputs(person, form, &mut said).await?);
    }
    page.answer(person, said)
}

/// What only the databases that people make can have.
async fn own_inputs(person: &Person, form: &Form, said: &mut Said) -> Result<Vec<Input>, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let templates = database_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let pick = |value: &str, label: String| Pick {
        value: value.to_owned(),
        label,
        text: String::new(),
        chosen: form.get("target") == value,
    };
    let mut picks = vec![pick("", say.item_target_none.to_owned())];
    picks.extend(templates.iter().map(|template| pick(&template.name, Database::of(template).title(frame))));
    Ok(vec![
        Input::line("prefix", say.item_prefix, form.get("prefix"))
            .with_hint(say.item_prefix_hint)
            .with_error(said.take("item.numbering")),
        Input::number("digits", say.item_digits, form.given("digits").unwrap_or("9")),
        Input::select("target", say.item_target, picks)
            .with_hint(say.item_target_hint)
            .with_error(said.take("item.database")),
    ])
}

fn both(said: &mut Said, one: &str, other: &str) -> String {
    [said.take(one), said.take(other)].join(" ").trim().to_owned()
}

/// POST /admin/templates/{database}/items/new
pub(crate) async fn add(Path(word): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let opened = Opened::of(&person, &word).await?;
    let item_type = ItemType::from_wire(form.get("type")).unwrap_or(ItemType::TextSingle);
    let definition = new_definition(&form, item_type);
    let places = opened.placed();
    let place = match form.get("place").trim().parse::<usize>() {
        Ok(place) if place >= 1 => places.get(place - 1).map_or(ItemPlace::Last, |item| ItemPlace::Before(item.id)),
        _ if form.get("place").trim().is_empty() => ItemPlace::Last,
        _ => {
            let wrong = Said::here("place", person.frame.say.setting.security_number);
            return add_form(&person, &opened, &form, wrong).await;
        }
    };
    let added = template_item_add(&person.service, &person.context, &opened.database.name, definition, place).await;
    match added {
        Ok(_) => Ok(lead_told(&opened.path(), "item-added", None)),
        Err(error) => {
            let said = Said::of(&person, &error)?;
            add_form(&person, &opened, &form, said).await
        }
    }
}

fn new_definition(form: &Form, item_type: ItemType) -> ItemDefinition {
    let unit = |name: &str| form.given(name).map(str::to_owned);
    let choices: Vec<Choice> =
        (1..).zip(lines(form.get("choices"))).map(|(value, label)| Choice::leaf(value, label)).collect();
    let choices = (!choices.is_empty()).then_some(choices);
    let is_linked = item_type == ItemType::LinkagePulldown;
    let is_number = item_type == ItemType::AutoNumber;
    let digits = form.get("digits").trim().parse().unwrap_or(0);
    ItemDefinition {
        required_flag: !form.get("required").is_empty(),
        key_flag: !form.get("key").is_empty(),
        before_unit: unit("before"),
        after_unit: unit("after"),
        selection_values: if is_linked { None } else { choices.clone() },
        linkage_selection_values: if is_linked { choices } else { None },
        numbering: is_number.then(|| Numbering { prefix: form.get("prefix").to_owned(), digits }),
        database: unit("target").filter(|_| item_type == ItemType::Reference),
        ..ItemDefinition::named(form.get("name").trim(), item_type)
    }
}

#[derive(askama::Template)]
#[template(path = "setting/item.html")]
struct ItemPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    title: String,
    kind: &'static str,
    kind_text: &'static str,
    path: String,
    wrong: String,
    mark: String,
    inputs: Vec<Input>,
    has_choices: bool,
    built_in: bool,
    /// How the index of the item stands; none: it has none.
    index: Option<bool>,
}

/// GET /admin/templates/{database}/items/{item}
pub(crate) async fn show(
    mut person: Person,
    Path((word, number)): Path<(String, String)>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Result<Response, Failure> {
    crate::setting::page::tell(&mut person, &Form::of_query(query.as_deref()));
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let place = opened.placed().iter().position(|placed| placed.number == item.number).unwrap_or(0) + 1;
    page(&person, &opened, item, &ItemDefinition::of(item), &place.to_string(), Said::default())
}

fn page(
    person: &Person,
    opened: &Opened,
    item: &Item,
    given: &ItemDefinition,
    place: &str,
    mut said: Said,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let mut fields = vec![
        Input::line("name", say.name, given.item_name.as_str())
            .with_error(said.take("item.itemName"))
            .required(frame.say),
    ];
    if item.item_type.row().data == DataKind::Numeric {
        let text = |unit: &Option<String>| unit.clone().unwrap_or_default();
        let before = Input::line("before", say.item_before, text(&given.before_unit));
        let after = Input::line("after", say.item_after, text(&given.after_unit)).with_hint(say.item_after_hint);
        fields.push(before.with_error(said.take("item.beforeUnit")));
        fields.push(after.with_error(said.take("item.afterUnit")));
    }
    if !item.read_only {
        let required = Input::check("required", say.item_required, given.required_flag);
        fields.push(required.with_hint(say.item_required_hint).with_error(said.take("item.requiredFlag")));
    }
    if can_be_key(item.item_type) && !item.read_only {
        let key = Input::check("key", say.item_key, given.key_flag);
        fields.push(key.with_hint(say.item_key_hint).with_error(said.take("item.keyFlag")));
    }
    let hidden = Input::check("hidden", say.item_hide, given.hidden_flag).with_hint(say.item_hide_hint);
    fields.push(hidden.with_error(said.take("item.hiddenFlag")));
    let places = opened.placed().len().to_string();
    let place = Input::number("place", say.item_place, place).with_hint(fill(say.item_place_hint, &places));
    fields.push(place.with_error(said.take("place")));
    let index = opened.template.indexes().iter().find(|index| index.fields == [opened.template.field(item.number)]);
    let stale = if said.is_conflict() { fill(say.stale_item, &summary(frame, item)) } else { String::new() };
    let (status, is_wrong) = (said.status(), said.is_any() || fields.iter().any(Input::is_wrong));
    let rest = said.rest();
    let wrong = match (is_wrong, stale.is_empty(), rest.is_empty()) {
        (_, false, _) => stale,
        (true, _, false) => rest,
        (true, _, true) => say.not_saved.to_owned(),
        (false, ..) => String::new(),
    };
    let (kind, kind_text) = words(frame.say, item.item_type);
    let page = ItemPage {
        frame,
        crumbs: opened.crumbs(frame, true),
        title: item.name.clone(),
        kind,
        kind_text,
        path: format!("{}/items/{}", opened.path(), item.number),
        wrong,
        mark: ItemDefinition::of(item).mark(),
        inputs: inputs(fields),
        has_choices: has_choices(item),
        built_in: item.built_in,
        index: index.map(|index| index.ready),
    };
    person.page(status, &page)
}

/// Whether people decide what can be chosen.
pub(crate) fn has_choices(item: &Item) -> bool {
    matches!(item.item_type, ItemType::Pulldown | ItemType::LinkagePulldown | ItemType::Checkbox)
}

/// How an item stands, in a line.
fn summary(frame: &Frame, item: &Item) -> String {
    let say = &frame.say.setting;
    let marks = [(item.required, say.item_required), (item.hidden, say.item_hidden), (item.unique, say.item_key)];
    let marks = marks.into_iter().filter_map(|(is_so, text)| is_so.then_some(text));
    std::iter::once(item.name.as_str()).chain(marks).collect::<Vec<_>>().join(frame.say.list_comma)
}

/// POST /admin/templates/{database}/items/{item}
pub(crate) async fn change(
    Path((word, number)): Path<(String, String)>,
    form: PersonForm,
) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let definition = given_definition(item, &form);
    let name = opened.database.name.as_str();
    let placed = opened.placed();
    let at = placed.iter().position(|placed| placed.number == item.number);
    let place = match form.get("place").trim().parse::<usize>() {
        Ok(place) if place >= 1 => place.min(placed.len()),
        _ => {
            let said = Said::here("place", person.frame.say.setting.security_number);
            return page(&person, &opened, item, &definition, form.get("place"), said);
        }
    };
    let seen = form.get("seen").to_owned();
    let changed = template_item_change(&person.service, &person.context, name, definition.clone(), seen).await;
    if let Err(error) = changed {
        let said = Said::of(&person, &error)?;
        let now = Opened::of(&person, &word).await?;
        return page(&person, &now, now.item(&person, &number)?, &definition, form.get("place"), said);
    }
    if at.is_some_and(|at| at + 1 != place) {
        let now = Opened::of(&person, &word).await?;
        let others: Vec<_> = now.placed().into_iter().filter(|other| other.number != item.number).collect();
        let to = others.get(place - 1).map_or(ItemPlace::Last, |other| ItemPlace::Before(other.id));
        let version = now.template.version;
        let moved = template_item_place(&person.service, &person.context, name, (item.id, to), version).await;
        moved.map_err(|error| person.failure(&error))?;
    }
    Ok(lead_told(&opened.path(), "saved", None))
}

fn given_definition(item: &Item, form: &Form) -> ItemDefinition {
    let known = ItemDefinition::of(item);
    let is_on = |name: &str| !form.get(name).is_empty();
    let unit = |name: &str, known: &Option<String>| {
        let given = form.get(name);
        if given.is_empty() && known.as_deref().is_none_or(str::is_empty) {
            known.clone()
        } else {
            Some(given.to_owned())
        }
    };
    let is_numeric = item.item_type.row().data == DataKind::Numeric;
    ItemDefinition {
        item_name: if form.get("name") == known.item_name {
            known.item_name.clone()
        } else {
            form.get("name").trim().to_owned()
        },
        required_flag: if item.read_only { known.required_flag } else { is_on("required") },
        key_flag: if can_be_key(item.item_type) && !item.read_only { is_on("key") } else { known.key_flag },
        hidden_flag: is_on("hidden"),
        before_unit: if is_numeric { unit("before", &known.before_unit) } else { known.before_unit.clone() },
        after_unit: if is_numeric { unit("after", &known.after_unit) } else { known.after_unit.clone() },
        ..known
    }
}

/// GET /admin/templates/{database}/items/{item}/remove
pub(crate) async fn remove_ask(
    person: Person,
    Path((word, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let look = template_item_look(&person.service, &person.context, &opened.database.name, item.id).await;
    let look = look.map_err(|error| person.failure(&error))?;
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let words = |by: &ItemUse| {
        let (ja, en) = by.texts();
        if frame.say.lang == "ja" { ja } else { en }
    };
    let mut told = vec![fill(say.item_remove_holding, &look.holding.to_string())];
    if look.more {
        told.push(say.item_remove_more.to_owned());
    }
    if item.built_in {
        told.push(say.item_built_in.to_owned());
    } else if look.uses.is_empty() {
        told.extend([say.item_remove_free, say.item_remove_days].map(str::to_owned));
    } else {
        told.push(say.item_remove_needed.to_owned());
    }
    let mut crumbs = opened.crumbs(frame, true);
    let path = format!("{}/items/{}", opened.path(), item.number);
    crumbs.push((path.clone(), item.name.clone()));
    let page = ConfirmPage {
        frame,
        title: fill(say.item_remove_title, &item.name),
        crumbs,
        lines: told,
        quote: String::new(),
        obstacles: look.uses.iter().map(words).collect(),
        action: format!("{path}/remove"),
        hidden: Vec::new(),
        submit: say.remove,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /admin/templates/{database}/items/{item}/remove
pub(crate) async fn remove(
    Path((word, number)): Path<(String, String)>,
    form: PersonForm,
) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let removed = template_item_discard(&person.service, &person.context, &opened.database.name, item.id).await;
    match removed {
        Ok(()) => Ok(lead_told(&opened.path(), "discarded", None)),
        Err(error) => {
            let place = opened.placed().iter().position(|placed| placed.number == item.number).unwrap_or(0) + 1;
            let said = Said::of(&person, &error)?;
            page(&person, &opened, item, &ItemDefinition::of(item), &place.to_string(), said)
        }
    }
}

/// POST /admin/templates/{database}/items/{item}/restore
pub(crate) async fn restore(
    Path((word, number)): Path<(String, String)>,
    form: PersonForm,
) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let restored = template_item_restore(&person.service, &person.context, &opened.database.name, item.id).await;
    restored.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&opened.path(), "restored", None))
}

/// POST /admin/templates/{database}/items/{item}/index
pub(crate) async fn index(Path((word, number)): Path<(String, String)>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let opened = Opened::of(&person, &word).await?;
    let item = opened.item(&person, &number)?;
    let fields = vec![Field::Item(item.number)];
    match index_create(&person.service, &person.context, &opened.database.name, fields).await {
        Ok((_, Some(job))) => Ok(lead(&format!("/jobs/{job}"))),
        Ok((_, None)) => Ok(lead_told(&format!("{}/items/{}", opened.path(), item.number), "added", None)),
        Err(error) => {
            let place = opened.placed().iter().position(|placed| placed.number == item.number).unwrap_or(0) + 1;
            let said = Said::of(&person, &error)?;
            page(&person, &opened, item, &ItemDefinition::of(item), &place.to_string(), said)
        }
    }
}
