//! A condition in terms of keys: what the compiler works with.
//!
//! Values have become key components, what cannot be met or is always met is gone, and what is asked of one field in several ways
//! is one part. The parts are met by the same records as the condition; the plain twin, `Condition::matches`, is what they are
//! compared with.

use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::id::ItemNo;
use musubi_domain::item::KeyKind;
use musubi_domain::key::Component;
use musubi_domain::template::Template;
use musubi_text::search_key::fold;

use super::read::Looked;
use super::sql::padded;

/// Above every component but the null one, within its place in a key.
const ABOVE: u8 = 2;

/// What is asked of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Every one of these; none: always met.
    All(Vec<Part>),
    /// At least one of these; none: never met.
    Any(Vec<Part>),
    /// Met where the inner one is not.
    Not(Box<Part>),
    /// A field has one of these keys.
    Keys(Keys),
    /// The text of these items contains a text.
    Contains(Contains),
}

/// A field has one of these keys, or one within these ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) field: Field,
    /// Single keys, in order, none twice.
    pub(super) points: Vec<Component>,
    pub(super) ranges: Vec<Range>,
}

/// Keys of values from here to there, both included; no bound: all values. The null component is in no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Option<Component>,
    pub(super) to: Option<Component>,
}

/// The text of these items contains what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contains {
    pub(super) items: Vec<ItemNo>,
    pub(super) folded: String,
}

impl Range {
    /// All values.
    const ALL: Self = Self { from: None, to: None };

    /// The bytes of the lowest key.
    pub(super) fn low(&self) -> Vec<u8> {
        self.from.as_ref().map_or_else(|| vec![1], |from| from.as_bytes().to_vec())
    }

    /// The bytes that stand above the highest key, whatever components follow it.
    pub(super) fn above(&self) -> Vec<u8> {
        self.to.as_ref().map_or_else(|| vec![ABOVE], |to| above(to.as_bytes()))
    }

    fn holds(&self, component: &Component) -> bool {
        *component != Component::null()
            && self.from.as_ref().is_none_or(|from| component >= from)
            && self.to.as_ref().is_none_or(|to| component <= to)
    }
}

/// The bytes that stand above every key which begins with `prefix`.
pub(super) fn above(prefix: &[u8]) -> Vec<u8> {
    [prefix, &[ABOVE]].concat()
}

impl Keys {
    /// The one key that the field has, if only one will do.
    pub(super) fn pinned(&self) -> Option<&Component> {
        if let ([point], []) = (self.points.as_slice(), self.ranges.as_slice()) { Some(point) } else { None }
    }

    fn is_met(&self, record: &Looked<'_>) -> bool {
        record.has_key(self.field, |own| {
            self.points.binary_search(own).is_ok() || self.ranges.iter().any(|range| range.holds(own))
        })
    }
}

impl Part {
    /// What a condition asks of the records of a template.
    pub(super) fn of(template: &Template, condition: &Condition) -> Self {
        match condition {
            Condition::All(parts) => Self::all(parts.iter().map(|part| Self::of(template, part))),
            Condition::Any(parts) => Self::any(parts.iter().map(|part| Self::of(template, part))),
            Condition::Not(inner) => Self::of(template, inner).negated(),
            Condition::OneOf { field, values } => Self::one_of(template, *field, values),
            Condition::Between { field, from, to } => Self::between(template, *field, from.as_ref(), to.as_ref()),
            // Told from a day that is not known here: see `Condition::dated`.
            Condition::Within { .. } => Self::NEVER,
            Condition::Contains { items, text } => Self::contains(template, items, fold(text)),
            Condition::Empty { field } => Self::empty(template, *field),
        }
    }

    const ALWAYS: Self = Self::All(Vec::new());
    const NEVER: Self = Self::Any(Vec::new());

    /// Whether no record can meet it.
    pub(super) fn is_never(&self) -> bool {
        *self == Self::NEVER
    }

    fn keys(field: Field, points: Vec<Component>, ranges: Vec<Range>) -> Self {
        Self::Keys(Keys { field, points, ranges })
    }

    fn one_of(template: &Template, field: Field, values: &[Operand]) -> Self {
        let kind = template.key_kind(field);
        let mut points: Vec<_> = values.iter().filter(|value| value.is_of(kind)).map(Operand::component).collect();
        points.sort_unstable();
        points.dedup();
        if points.is_empty() { Self::NEVER } else { Self::keys(field, points, Vec::new()) }
    }

    fn between(template: &Template, field: Field, from: Option<&Operand>, to: Option<&Operand>) -> Self {
        let kind = template.key_kind(field);
        if kind.is_none() || [from, to].into_iter().flatten().any(|bound| !bound.is_of(kind)) {
            return Self::NEVER;
        }
        let (from, to) = (from.map(Operand::lowest), to.map(Operand::highest));
        match (from, to) {
            (Some(from), Some(to)) if from > to => Self::NEVER,
            (Some(from), Some(to)) if from == to => Self::keys(field, vec![from], Vec::new()),
            (from, to) => Self::keys(field, Vec::new(), vec![Range { from, to }]),
        }
    }

    fn empty(template: &Template, field: Field) -> Self {
        match field {
            Field::CreatedAt | Field::UpdatedAt | Field::CreatedBy | Field::UpdatedBy => Self::NEVER,
            Field::Item(_) | Field::Likeness { .. } if template.key_kind(field).is_none() => Self::ALWAYS,
            Field::Item(_) | Field::Likeness { .. } => Self::keys(field, vec![Component::null()], Vec::new()),
        }
    }

    fn contains(template: &Template, items: &[ItemNo], folded: String) -> Self {
        let has_text = |item: &&ItemNo| template.key_kind(Field::Item(**item)) == Some(KeyKind::Text);
        let items: Vec<_> = items.iter().filter(has_text).copied().collect();
        if items.is_empty() {
            return Self::NEVER;
        }
        if folded.is_empty() {
            // Every text contains it: what is asked is whether there is one.
            return Self::any(
                items.into_iter().map(|item| Self::keys(Field::Item(item), Vec::new(), vec![Range::ALL])),
            );
        }
        Self::Contains(Contains { items, folded })
    }

    /// Every one of these.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::All(inner) => all.extend(inner),
                part if part.is_never() => return Self::NEVER,
                part => all.push(part),
            }
        }
        if all.len() == 1 { all.remove(0) } else { Self::All(all) }
    }

    /// At least one of these; what asks for the same field is put together.
    fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any: Vec<Self> = Vec::new();
        for part in parts {
            let inner = if let Self::Any(inner) = part { inner } else { vec![part] };
            for part in inner {
                if part == Self::ALWAYS {
                    return part;
                }
                join(&mut any, part);
            }
        }
        if any.len() == 1 { any.remove(0) } else { Self::Any(any) }
    }

    fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::All(parts) if parts.is_empty() => Self::NEVER,
            Self::Any(parts) if parts.is_empty() => Self::ALWAYS,
            part => Self::Not(Box::new(part)),
        }
    }

    /// What all records must meet, taken apart.
    pub(super) fn into_conjuncts(self) -> Vec<Self> {
        if let Self::All(parts) = self { parts } else { vec![self] }
    }

    /// Whether a record meets it.
    pub(super) fn is_met(&self, record: &Looked<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.is_met(record)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(record)),
            Self::Not(inner) => !inner.is_met(record),
            Self::Keys(keys) => keys.is_met(record),
            Self::Contains(Contains { items, folded }) => record.contains(items, folded),
        }
    }

    /// How many values a statement names for it.
    pub(super) fn values(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::values).sum(),
            Self::Not(inner) => inner.values(),
            Self::Keys(keys) => padded(keys.points.len()) + 2 * keys.ranges.len(),
            Self::Contains(_) => 1,
        }
    }
}

/// Puts a part to others of which one is to be met.
fn join(any: &mut Vec<Part>, part: Part) {
    let Part::Keys(keys) = part else { return any.push(part) };
    let same = any.iter_mut().find_map(|other| match other {
        Part::Keys(other) if other.field == keys.field => Some(other),
        _ => None,
    });
    let Some(same) = same else { return any.push(Part::Keys(keys)) };
    same.points.extend(keys.points);
    same.points.sort_unstable();
    same.points.dedup();
    same.ranges.extend(keys.ranges);
}
