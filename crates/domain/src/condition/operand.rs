//! What a field is compared with, and who looks.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Field;
use crate::id::UserNo;
use crate::item::{InquiryRouteRef, KeyKind};
use crate::key::{Component, NUMBER_SCALE};
use crate::time::Timestamp;

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A text, compared folded.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// A day.
    Date(Date),
    /// The number of a choice.
    Choice(i64),
    /// An outside id.
    Id(Uuid),
    /// A moment.
    Moment(Timestamp),
    /// An inquiry route.
    InquiryRoute(InquiryRouteRef),
    /// A person or a system user, where the field is who created or changed the record.
    User(UserNo),
    /// Whoever looks.
    Me,
    /// The organizations of whoever looks.
    MyOrganizations,
    /// The organizations of whoever looks and those below them.
    MyOrganizationsAndBelow,
    /// All people of the organizations of whoever looks and of those below them.
    MyColleagues,
}

/// Who looks, as conditions speak of him.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The person: number inside, id outside.
    pub user: Option<(UserNo, Uuid)>,
    /// His organizations.
    pub organizations: Vec<Uuid>,
    /// His organizations and those below them.
    pub organizations_and_below: Vec<Uuid>,
    /// The people of those, he among them.
    pub colleagues: Vec<(UserNo, Uuid)>,
}

impl Operand {
    /// The operand as a key component. A word that is not resolved is like no value of any record, and so is a number with more digits
    /// after the point than keys hold.
    #[must_use]
    pub fn component(&self) -> Component {
        match self {
            Self::Text(text) => Component::text(text),
            Self::Number(number) if number.normalize().scale() > NUMBER_SCALE => Component::nothing(),
            Self::Number(number) => Component::number(*number),
            Self::Date(date) => Component::date(*date),
            Self::Choice(value) => Component::integer(*value),
            Self::Id(id) => Component::id(*id),
            Self::Moment(moment) => Component::moment(*moment),
            Self::InquiryRoute(route) => Component::inquiry_route(*route),
            Self::User(user) => Component::integer(user.0),
            Self::Me | Self::MyOrganizations | Self::MyOrganizationsAndBelow | Self::MyColleagues => {
                Component::nothing()
            }
        }
    }

    /// The lowest component that a value can have that is not below the operand.
    #[must_use]
    pub fn lowest(&self) -> Component {
        self.rounded(RoundingStrategy::ToPositiveInfinity)
    }

    /// The highest component that a value can have that is not above the operand.
    #[must_use]
    pub fn highest(&self) -> Component {
        self.rounded(RoundingStrategy::ToNegativeInfinity)
    }

    fn rounded(&self, strategy: RoundingStrategy) -> Component {
        match self {
            Self::Number(number) => Component::number(number.round_dp_with_strategy(NUMBER_SCALE, strategy)),
            other => other.component(),
        }
    }

    /// Whether the operand is of this kind; a word that is not resolved is of none.
    #[must_use]
    pub fn is_of(&self, kind: Option<KeyKind>) -> bool {
        let own = match self {
            Self::Text(_) => KeyKind::Text,
            Self::Number(_) => KeyKind::Number,
            Self::Date(_) => KeyKind::Date,
            Self::Choice(_) => KeyKind::Choice,
            Self::Id(_) => KeyKind::Id,
            Self::Moment(_) => KeyKind::Moment,
            Self::InquiryRoute(_) => KeyKind::InquiryRoute,
            Self::User(_) => KeyKind::User,
            Self::Me | Self::MyOrganizations | Self::MyOrganizationsAndBelow | Self::MyColleagues => return false,
        };
        kind == Some(own)
    }

    pub(super) fn resolved(&self, field: Field, viewer: &Viewer) -> Vec<Self> {
        let people = |people: &[(UserNo, Uuid)]| -> Vec<Self> {
            let by_number = matches!(field, Field::CreatedBy | Field::UpdatedBy);
            people.iter().map(|(number, id)| if by_number { Self::User(*number) } else { Self::Id(*id) }).collect()
        };
        match self {
            Self::Me => people(viewer.user.as_slice()),
            Self::MyColleagues => people(&viewer.colleagues),
            Self::MyOrganizations => viewer.organizations.iter().copied().map(Self::Id).collect(),
            Self::MyOrganizationsAndBelow => viewer.organizations_and_below.iter().copied().map(Self::Id).collect(),
            other => vec![other.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_finer_than_keys_bounds_without_being_rounded_into_them() {
        let fine = Operand::Number("1.0000001".parse().unwrap());
        let key = |text: &str| Component::number(text.parse().unwrap());
        assert_eq!(fine.component(), Component::nothing());
        assert_eq!((fine.lowest(), fine.highest()), (key("1.000001"), key("1")));
        let whole = Operand::Number("1.50".parse().unwrap());
        assert_eq!((whole.component(), whole.lowest(), whole.highest()), (key("1.5"), key("1.5"), key("1.5")));
        assert_eq!(Operand::Number("1.50000000".parse().unwrap()).component(), key("1.5"));
    }
}
