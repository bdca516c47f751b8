//! Items (項目): the declared table of their types, their values, and what belongs to an item of a template.
//!
//! The types are those of the source, the external API of Knowledge Suite+; what it leaves open is settled in
//! docs/guide/crm-api.md.

mod choice;
mod form;
mod prefecture;
mod typed;
mod types;
mod validate;
mod value;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use choice::Choice;
pub use form::is_prefix;
pub use prefecture::{built_in_order, custom_order, is_prefecture};
pub use typed::{Typed, typed};
pub use types::{DataKind, Display, Form, ItemType, KeyKind, TYPES, Target, TypeRow};
pub use validate::{Part, has_part, read, refusals, validate};
pub use value::{InquiryRouteRef, ItemValue, RawValue};

use crate::id::{DatabaseNo, ItemNo};

/// The items that the system fills: the same ids in every template of the source.
pub mod system {
    use uuid::{Uuid, uuid};

    /// 作成日.
    pub const CREATED_AT: Uuid = uuid!("abaf7064-0eba-497c-a907-386a41ec71d3");
    /// 作成者.
    pub const CREATED_BY: Uuid = uuid!("c3fdda6a-9eb5-427b-af55-45037f3889dd");
    /// 最終更新日.
    pub const UPDATED_AT: Uuid = uuid!("b91ed3f4-d0a0-4337-8d25-4117cb823d83");
    /// 最終更新者.
    pub const UPDATED_BY: Uuid = uuid!("612017e9-b88e-4ba7-90fe-7322590a6ddc");
}

/// An item of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The number inside, under which documents hold its value.
    pub number: ItemNo,
    /// The id outside.
    pub id: Uuid,
    /// Other ids under which it is accepted.
    pub aliases: Vec<Uuid>,
    /// The name that people see.
    pub name: String,
    /// The type.
    pub item_type: ItemType,
    /// A value must be given.
    pub required: bool,
    /// Filled by the system.
    pub read_only: bool,
    /// Ships with the product: cannot be removed and keeps its id.
    pub built_in: bool,
    /// What stands before a number.
    pub before_unit: Option<String>,
    /// What stands after a number.
    pub after_unit: Option<String>,
    /// The choices of a pull-down, a check box or a linked pull-down (with children).
    pub choices: Vec<Choice>,
    /// A key item: no two records of the database hold the same value.
    pub unique: bool,
    /// Kept beside the items of the template: templates do not list it, and what fills it is a member of its own.
    pub aside: bool,
    /// Hidden from everybody: neither shown nor taken nor demanded. Its values stay, and are there when it is shown again.
    pub hidden: bool,
    /// A reference that keeps nobody from deleting what it points at: it is emptied then.
    pub yields: bool,
    /// How an automatic number is written.
    pub numbering: Option<Numbering>,
    /// The database that a reference points into.
    pub refers_to: Option<DatabaseNo>,
}

/// How an automatic number is written: `E-000000001` is the prefix `E-` and nine digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// What stands before the digits.
    pub prefix: String,
    /// How many digits there are at least; a higher number has more.
    pub digits: usize,
}

impl Numbering {
    /// The text of a number.
    #[must_use]
    pub fn text(&self, number: i64) -> String {
        format!("{}{number:0>width$}", self.prefix, width = self.digits)
    }

    /// The number of a text that was written so; none of any other text.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<i64> {
        let number = text.strip_prefix(&self.prefix)?.parse().ok()?;
        (self.text(number) == text).then_some(number)
    }
}

impl Item {
    /// An item that people added, without anything that is said of it beyond name and type.
    #[must_use]
    pub fn new(number: ItemNo, id: Uuid, name: impl Into<String>, item_type: ItemType) -> Self {
        Self {
            number,
            id,
            aliases: Vec::new(),
            name: name.into(),
            item_type,
            required: false,
            read_only: false,
            built_in: false,
            before_unit: None,
            after_unit: None,
            choices: Vec::new(),
            unique: false,
            aside: false,
            hidden: false,
            yields: false,
            numbering: None,
            refers_to: None,
        }
    }

    /// Whether people must give a value: of an item that they do not see nobody demands one.
    #[must_use]
    pub const fn is_demanded(&self) -> bool {
        self.required && !self.hidden
    }

    /// The name of the prefecture that `number` means in this item (from 1).
    #[must_use]
    pub fn prefecture(&self, number: i64) -> Option<&'static str> {
        let order = if self.built_in { built_in_order() } else { custom_order() };
        usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).and_then(|at| order.get(at)).copied()
    }
}
