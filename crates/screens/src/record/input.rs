//! An item of a template as a control of a form: label, hint, what stands in it, what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;
use musubi_domain::item::{Choice, Form as Shape, Item, ItemType, ItemValue, Target, built_in_order, custom_order};
use musubi_service::candidate::Candidates;
use musubi_service::value_name::ValueNames;

use crate::record::entry::{BETWEEN_LEVELS, Entry, Names, holds_keys, japanese_date, path_key, shown};
use crate::record::reading::{Reading, candidate_key};
use crate::texts::{Texts, fill};

/// Choices that are written into a page; of an item that has more they are looked for by name, so that pages stay small.
const CHOICES_ON_PAGE: usize = 100;
/// Check boxes that are all shown; beyond, those that are checked are, and others are looked for by name.
const CHECKS_ON_PAGE: usize = 24;

/// Something that can be chosen, or has been.
pub(crate) struct ItemOption {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) chosen: bool,
}

/// What one fills in.
pub(crate) enum Control {
    /// One line: what stands in it, the keyboard that a phone shows, what stands before and after it.
    Line { text: String, keyboard: &'static str, before: String, after: String },
    /// Lines.
    Lines { text: String },
    /// A text and its reading.
    Ruby { text: String, ruby: String },
    /// A day, and how it is called in the Japanese calendar.
    Day { text: String, japanese: String },
    /// One of these.
    Select { options: Vec<ItemOption> },
    /// Any of these.
    Checks { options: Vec<ItemOption> },
    /// A name: of one thing.
    Pick { key: String, label: String, text: String },
    /// Names: of several things.
    PickMany { chosen: Vec<ItemOption>, text: String },
    /// Nothing: it is only shown.
    Shown { parts: Vec<String> },
}

/// An item as a control of a form.
#[derive(Template)]
#[template(path = "record/input.html")]
pub(crate) struct ItemInput {
    say: &'static Texts,
    names: Names,
    label: String,
    required: bool,
    hint: String,
    error: String,
    /// What may be meant by the name that was typed.
    meant: Vec<ItemOption>,
    /// Where candidates are looked for.
    source: String,
    focus: bool,
    /// Takes the whole width of the form.
    wide: bool,
    control: Control,
}

/// It is markup: it is not escaped where it stands in a page.
impl HtmlSafe for ItemInput {}

/// What the controls of a form have in common.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The texts.
    pub(crate) say: &'static Texts,
    /// The word of the database in paths: choices are looked for there.
    pub(crate) word: &'a str,
    /// The names of what is chosen.
    pub(crate) names: &'a ValueNames,
}

impl Inputs<'_> {
    /// The control of an item in which this stands.
    pub(crate) fn input(&self, item: &Item, entry: &Entry) -> ItemInput {
        let control = self.control(item, entry);
        let wide = matches!(control, Control::Lines { .. } | Control::Checks { .. });
        ItemInput {
            say: self.say,
            names: Names::of(item),
            label: item.name.clone(),
            required: item.is_demanded(),
            hint: hint(self.say, item),
            error: String::new(),
            meant: Vec::new(),
            source: source(item, self.word),
            focus: false,
            wide,
            control,
        }
    }

    /// The control of an item as a form came in.
    pub(crate) fn of_reading(&self, item: &Item, reading: &Reading) -> ItemInput {
        let mut input = self.input(item, &reading.entry);
        if let Some(candidates) = &reading.candidates {
            input.meant = options(candidates);
        }
        input
    }

    /// An item that is only shown.
    pub(crate) fn shown(&self, item: &Item, value: Option<&ItemValue>) -> ItemInput {
        let parts = value.map(|value| shown(item, value, self.names, self.say)).unwrap_or_default();
        let input = self.input(item, &Entry::default());
        ItemInput { required: false, hint: String::new(), control: Control::Shown { parts }, ..input }
    }

    fn control(&self, item: &Item, entry: &Entry) -> Control {
        let row = item.item_type.row();
        let line = |keyboard| Control::Line {
            text: entry.text.clone(),
            keyboard,
            before: String::new(),
            after: String::new(),
        };
        match row.form {
            Shape::Line | Shape::AutoNumber => line("text"),
            Shape::Datetime => line("datetime"),
            Shape::PhoneNumber => line("tel"),
            Shape::PostalCode => line("postal"),
            Shape::Url => line("url"),
            Shape::MailAddress => line("email"),
            Shape::Lines => Control::Lines { text: entry.text.clone() },
            Shape::Reading => Control::Ruby { text: entry.text.clone(), ruby: entry.ruby.clone() },
            Shape::Decimal => Control::Line {
                text: entry.text.clone(),
                keyboard: if row.fraction == 0 { "numeric" } else { "decimal" },
                before: item.before_unit.clone().unwrap_or_default(),
                after: item.after_unit.clone().unwrap_or_default(),
            },
            Shape::Date => Control::Day { text: entry.text.clone(), japanese: japanese_date(&entry.text) },
            Shape::Prefecture => Control::Select { options: prefectures(item, &entry.text) },
            Shape::Choice | Shape::ChoicePath => self.one_of(item, entry),
            Shape::ChoiceSet => self.any_of(item, entry),
            Shape::Ids | Shape::InquiryRoutes if row.multiple => self.many(item, entry),
            Shape::Ids | Shape::InquiryRoutes => self.one(item, entry),
        }
    }

    fn one_of(&self, item: &Item, entry: &Entry) -> Control {
        if item.choices.iter().map(Choice::count).sum::<usize>() > CHOICES_ON_PAGE || !entry.typed.is_empty() {
            return self.one(item, entry);
        }
        let mut options = Vec::new();
        paths(&item.choices, &mut Vec::new(), &entry.chosen, item.item_type == ItemType::LinkagePulldown, &mut options);
        self.keep_unknown(item, entry, &mut options);
        Control::Select { options }
    }

    fn any_of(&self, item: &Item, entry: &Entry) -> Control {
        if item.choices.len() > CHECKS_ON_PAGE || !entry.typed.is_empty() {
            return self.many(item, entry);
        }
        let mut options = Vec::new();
        paths(&item.choices, &mut Vec::new(), &entry.chosen, false, &mut options);
        self.keep_unknown(item, entry, &mut options);
        Control::Checks { options }
    }

    /// What stands in a record and is among the choices no longer.
    fn keep_unknown(&self, item: &Item, entry: &Entry, options: &mut Vec<ItemOption>) {
        let known = |key: &&String| !options.iter().any(|option| option.key == **key);
        let unknown: Vec<_> = entry.chosen.iter().filter(known).map(|key| self.option(item, key)).collect();
        options.extend(unknown);
    }

    fn one(&self, item: &Item, entry: &Entry) -> Control {
        let chosen = entry.chosen.first().map(|key| self.option(item, key));
        let (key, label) = chosen.map(|option| (option.key, option.label)).unwrap_or_default();
        let text = if entry.typed.is_empty() { label.clone() } else { entry.typed.clone() };
        Control::Pick { key, label, text }
    }

    fn many(&self, item: &Item, entry: &Entry) -> Control {
        let chosen = entry.chosen.iter().map(|key| self.option(item, key)).collect();
        Control::PickMany { chosen, text: entry.typed.clone() }
    }

    /// What is chosen, by its key.
    fn option(&self, item: &Item, key: &str) -> ItemOption {
        let one = Entry { chosen: vec![key.to_owned()], ..Entry::default() };
        let value = match one.chosen_value(item) {
            musubi_domain::item::RawValue::Selection(values) => Some(ItemValue::Choices(values)),
            _ => one.chosen_item_value(item),
        };
        let label = value.map(|value| shown(item, &value, self.names, self.say).join(self.say.list_comma));
        ItemOption { key: key.to_owned(), label: label.unwrap_or_default(), detail: String::new(), chosen: true }
    }
}

impl ItemInput {
    /// With what is wrong with it.
    pub(crate) fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// Where one begins to type.
    pub(crate) const fn with_focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Whether something is wrong with it.
    pub(crate) const fn is_wrong(&self) -> bool {
        !self.error.is_empty()
    }

    /// Its label.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// The id of its control.
    pub(crate) fn id(&self) -> &str {
        self.names.main()
    }

    /// Whether it is only shown.
    pub(crate) const fn is_shown_only(&self) -> bool {
        matches!(self.control, Control::Shown { .. })
    }

    /// Whether its controls are several, so that it is a group with a legend.
    const fn is_group(&self) -> bool {
        matches!(self.control, Control::Checks { .. })
    }

    /// What describes the control.
    fn described(&self) -> String {
        let id = self.names.main();
        let error = self.is_wrong().then(|| format!("{id}-error"));
        let hint = (!self.hint.is_empty()).then(|| format!("{id}-hint"));
        error.into_iter().chain(hint).collect::<Vec<_>>().join(" ")
    }
}

/// Candidates as options of which none is chosen.
pub(crate) fn options(candidates: &Candidates) -> Vec<ItemOption> {
    let option = |row: &musubi_service::candidate::Candidate| ItemOption {
        key: candidate_key(row),
        label: row.name.clone(),
        detail: row.detail.clone(),
        chosen: false,
    };
    candidates.rows.iter().map(option).collect()
}

/// Where the candidates of an item that points at something are looked for.
pub(crate) fn source_of(item: &Item) -> String {
    source(item, "")
}

/// Where the candidates of an item are looked for.
fn source(item: &Item, word: &str) -> String {
    if !holds_keys(item.item_type) {
        return String::new();
    }
    match item.item_type.row().target {
        Some(Target::User) => "/candidates/users".to_owned(),
        Some(Target::Organization) => "/candidates/organizations".to_owned(),
        Some(Target::Client) => "/candidates/clients".to_owned(),
        Some(Target::Contact) => "/candidates/contacts".to_owned(),
        Some(Target::Product) => "/candidates/products".to_owned(),
        Some(Target::Record) => item.refers_to.map(|database| format!("/candidates/{database}")).unwrap_or_default(),
        None if item.item_type == ItemType::InquiryRoute => "/candidates/inquiry-routes".to_owned(),
        None => format!("/candidates/choices?database={word}&item={}", item.number),
    }
}

/// What is to be known before one types.
fn hint(say: &Texts, item: &Item) -> String {
    let row = item.item_type.row();
    let say = &say.record;
    match row.form {
        Shape::Date => say.hint_date.to_owned(),
        Shape::Datetime => say.hint_datetime.to_owned(),
        Shape::Url => say.hint_url.to_owned(),
        Shape::Lines => fill(say.hint_characters, &row.most.to_string()),
        Shape::Ids | Shape::InquiryRoutes if row.multiple => say.hint_many.to_owned(),
        _ => String::new(),
    }
}

fn prefectures(item: &Item, chosen: &str) -> Vec<ItemOption> {
    let order = if item.built_in { built_in_order() } else { custom_order() };
    let option = |name: &&str| ItemOption {
        key: (*name).to_owned(),
        label: (*name).to_owned(),
        detail: String::new(),
        chosen: *name == chosen,
    };
    let mut options: Vec<_> = order.iter().map(option).collect();
    if !chosen.is_empty() && options.iter().all(|option| !option.chosen) {
        options.push(ItemOption {
            key: chosen.to_owned(),
            label: chosen.to_owned(),
            detail: String::new(),
            chosen: true,
        });
    }
    options
}

/// The choices that can be chosen or have been, each with what stands above it.
pub(crate) fn paths(
    choices: &[Choice],
    above: &mut Vec<(i64, String)>,
    chosen: &[String],
    deep: bool,
    options: &mut Vec<ItemOption>,
) {
    for choice in choices {
        above.push((choice.value, choice.label.clone()));
        let key = path_key(&above.iter().map(|(value, _)| *value).collect::<Vec<_>>());
        let is_chosen = chosen.contains(&key);
        if choice.display_flag || is_chosen {
            let label = above.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(BETWEEN_LEVELS);
            options.push(ItemOption { key, label, detail: String::new(), chosen: is_chosen });
        }
        if deep && choice.display_flag {
            paths(&choice.children, above, chosen, deep, options);
        }
        above.pop();
    }
}
