//! The one catalogue of messages: a stable code, Japanese, English.
//!
//! To add one: a variant, its code, its two texts, its example. A test checks that every code is there once and every text says
//! something.

mod catalogue;
mod examples;
mod openid;
mod sign_in;

use crate::template::ItemUse;

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// 日本語.
    #[default]
    Ja,
    /// English.
    En,
}

impl Locale {
    /// The language that an `Accept-Language` header asks for first, among ours. Anything else is Japanese.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(u32, Self)> = None;
        for part in header.split(',') {
            let (tag, weight) = part.split_once(';').map_or((part, 1_000), |(tag, rest)| (tag, weight_of(rest)));
            let locale = match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "ja" => Self::Ja,
                "en" => Self::En,
                _ => continue,
            };
            if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, locale));
            }
        }
        best.map_or(Self::Ja, |(_, locale)| locale)
    }
}

/// `q=0.8` in thousandths (RFC 9110, 12.4.2).
fn weight_of(parameter: &str) -> u32 {
    let text = parameter.trim().strip_prefix("q=").unwrap_or("1");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let thousandths = format!("{fraction:0<3}").chars().take(3).collect::<String>().parse::<u32>().unwrap_or(0);
    whole.parse::<u32>().map_or(0, |whole| (whole * 1_000 + thousandths).min(1_000))
}

/// What is to be said to a person or a developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text that is not JSON from here on.
    NotJson {
        /// The line, from 1; 0 where there is no text at all.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A body of which the end did not come.
    BodyIncomplete,
    /// Problems that are left out of a list.
    MoreProblems {
        /// How many.
        count: usize,
    },
    /// Text that is not UTF-8.
    NotUtf8,
    /// Arrays and objects within one another too deep.
    TooDeep {
        /// The limit.
        most: usize,
    },
    /// A member given twice in one object.
    DuplicateMember {
        /// Its name.
        name: String,
    },
    /// Another type of JSON value than the one that belongs there.
    WrongType {
        /// What belongs there.
        expected: Expected,
    },
    /// Something that must be given is not.
    Required,
    /// A number outside its range.
    OutOfRange {
        /// The lowest.
        least: i64,
        /// The highest.
        most: i64,
    },
    /// More characters than there is room for.
    TooLong {
        /// The limit, in characters.
        most: usize,
    },
    /// More values than there is room for.
    TooMany {
        /// The limit.
        most: usize,
    },
    /// A file of a kind that is not kept.
    FileType,
    /// A file whose content is not what its name says.
    FileContent,
    /// A file without content.
    FileEmpty,
    /// A file that is too large.
    FileTooLarge {
        /// The limit, in MiB.
        most: i64,
    },
    /// All files of the tenant together would be too large.
    FilesFull {
        /// The limit, in GiB.
        most: i64,
    },
    /// A control character, a line break included, where none may be.
    ControlCharacter,
    /// A control character other than a line break, where lines may be.
    ControlCharacterInLines,
    /// Something else than ASCII digits.
    NotDigits,
    /// More digits than there is room for.
    TooManyDigits {
        /// Before the point.
        whole: usize,
        /// After the point.
        fraction: usize,
    },
    /// Not a number with digits and at most one point.
    NotDecimal,
    /// Not a date of the calendar.
    NotDate,
    /// Not a moment in one of the two forms.
    NotDateTime,
    /// Neither a date of the calendar nor a moment.
    NotDateOrMoment,
    /// A value in the data object of another type than the item's.
    WrongDataObject {
        /// The data object of the item's type.
        expected: &'static str,
    },
    /// Not an http or https address.
    NotUrl,
    /// Not one mail address.
    NotMailAddress,
    /// Something else than digits, + and -.
    NotPhoneNumber,
    /// Something else than digits and -.
    NotPostalCode,
    /// Not one of the 47 prefectures.
    NotPrefecture,
    /// Not a UUID.
    NotUuid,
    /// More than one value where one may be.
    OnlyOne,
    /// A value given twice in a set.
    Repeated,
    /// Not one of the item's choices.
    NoSuchChoice,
    /// A choice that is hidden from new values.
    HiddenChoice,
    /// Levels of a linked pull-down that do not follow each other.
    NotAPath,
    /// No item of this id in the template.
    UnknownItem,
    /// An item given twice.
    ItemTwice,
    /// Another item type than the template's.
    WrongItemType {
        /// The template's.
        expected: &'static str,
    },
    /// An item that the system fills.
    ReadOnly,
    /// A person that does not exist.
    NoSuchUser,
    /// A person who has left.
    InactiveUser,
    /// An organization that does not exist.
    NoSuchOrganization,
    /// A record that does not exist.
    NoSuchRecord,
    /// An inquiry route that does not exist, or is of another category.
    NoSuchInquiryRoute,
    /// A linkage slot that nobody has set up.
    NoSuchSlot,
    /// A linkage slot given twice.
    SlotTwice,
    /// A linkage value that another record holds.
    LinkageTaken,
    /// A key that points at nothing.
    NotFound,
    /// One of two members must be given.
    OneRequired {
        /// Their names.
        members: &'static str,
    },
    /// Two members of which only one may be given.
    OnlyOneOf {
        /// Their names.
        members: &'static str,
    },
    /// A value that is not the one that another member gives.
    DiffersFrom {
        /// The name of the other member.
        member: &'static str,
    },
    /// A grant that asks for a secret, which a public client has not.
    NotForPublicClients,
    /// A scope that ships with the product, which is disabled and not removed.
    ShippedScope,
    /// No name of a host that leads here from elsewhere.
    NotHost,
    /// Neither an address nor a network.
    NotNetwork,
    /// No origin of a page: a scheme and a host, without a path.
    NotOrigin,
    /// A caller from an address that is not among those from which he may come.
    AddressNotAllowed,
    /// More requests in a minute than a token may make.
    TooManyRequests {
        /// After how many seconds there is room for one more.
        seconds: i64,
    },
    /// A command that does not say which of several tenants it means.
    SeveralTenants,
    /// A method that the call does not know.
    MethodNotAllowed {
        /// The ones it knows.
        allowed: &'static str,
    },
    /// A path that is no call.
    NoSuchCall,
    /// A content type other than JSON.
    NotJsonType,
    /// A body that is too large.
    BodyTooLarge {
        /// The limit, in bytes.
        most: usize,
    },
    /// Too much to do at the moment.
    Busy,
    /// No room on the disk.
    StorageFull,
    /// The database does not answer.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// Something that exists already under this name.
    Taken,
    /// A name that cannot be used.
    BadName,
    /// A right that nobody knows.
    NoSuchRight,
    /// A right that comes from the permission template and is not the person's own.
    RightOfTemplate,
    /// Nobody would be left who has a right without which nobody can give rights.
    LastWithRight {
        /// The right.
        right: &'static str,
    },
    /// A permission template that does not exist.
    NoSuchPermissionTemplate,
    /// A password that is too short.
    PasswordTooShort {
        /// The fewest characters.
        least: usize,
    },
    /// A password that everybody tries first.
    PasswordWellKnown,
    /// A password that tells whose it is.
    PasswordTellsPerson,
    /// A password that is not the person's.
    WrongPassword,
    /// A one-time code that is not the one of the moment.
    WrongCode,
    /// A second factor where there is one already.
    SecondFactorSet,
    /// A mail that the mail server does not take.
    MailRefused {
        /// What it answered.
        answer: String,
    },
    /// No mail server is set.
    NoMail,
    /// Addresses from which people may come, without that of whoever gives them.
    OwnAddressMissing {
        /// His address.
        address: String,
    },
    /// A last day before the first.
    EndsBeforeItBegins,
    /// Something that is still used.
    StillUsed,
    /// An organization that would be above itself.
    Cycle,
    /// A built-in item keeps its type and stays.
    BuiltInItem,
    /// An item that something needs.
    ItemNeeded {
        /// What.
        by: ItemUse,
    },
    /// An item that must be hidden before it is removed: records may hold values.
    HideFirst,
    /// One of the nine rights that the caller does not have.
    NoNamedRight {
        /// Its name.
        right: &'static str,
    },
    /// A name that several items have.
    NameOfSeveral,
    /// Rights for a token with which a person acts.
    NotWithUser,
    /// An item keeps its type.
    TypeIsFixed,
    /// Members that do not belong to this type of item.
    NotForThisType,
    /// An item that the caller may not read.
    HiddenItem,
    /// A database in which the caller may not do this.
    NoRight,
    /// A value of a key item that another record holds.
    KeyTaken,
    /// A record that has changed since the caller read it.
    ChangedMeanwhile,
    /// A record that would be above itself through the records that refer to it.
    RecordCycle,
    /// A record that others refer to.
    StillReferred {
        /// What refers to it: names of databases with how many records of each.
        by: Vec<(String, i64)>,
    },
    /// More records than one action may touch.
    TooManyRecords {
        /// The limit.
        most: i64,
    },
    /// A list that is too long to be sorted by something without an index.
    NeedsIndex {
        /// How many records can be sorted without one.
        most: i64,
    },
    /// A record that has been in the trash for longer than it is kept there.
    TrashExpired {
        /// Days that it is kept.
        days: i64,
    },
    /// A record that belongs to one in the trash, and comes back with that.
    OwnerInTrash,
    /// A change set that cannot be undone: it is being undone or has been.
    NotUndoable,
    /// A row of a file with too many or too few fields, or with text behind a closing quote.
    BadRow {
        /// How many fields it should have; 0 where something else is wrong.
        expected: usize,
    },
    /// Bytes of a file that are no text of its encoding.
    NotText {
        /// The line.
        line: u64,
    },
    /// A field or a row of a file that is too long.
    RowTooLong {
        /// The line.
        line: u64,
    },
    /// A quote that is never closed.
    UnclosedQuote {
        /// The line on which its row begins.
        line: u64,
    },
    /// A file without any row.
    EmptyFile,
    /// A request of a browser that cannot be read, is too long, or gives something twice.
    UnreadableRequest,
    /// The client of a request to sign out is another one than that of its ID token (OpenID Connect RP-Initiated Logout 1.0, 2).
    ContradictingClient,
    /// An OpenID client that nobody knows.
    UnknownOauthClient,
    /// A place to send a browser back to that the client has not registered.
    UnregisteredRedirectUri,
    /// A scope that there is none of.
    UnknownScope {
        /// Its name.
        name: String,
    },
    /// A scope of a token that its client may not have.
    BeyondClientScope,
    /// No place that a browser may be sent back to.
    NotRedirectUri,
    /// A claim that there is none of.
    UnknownClaim {
        /// Its name.
        name: String,
    },
    /// A secret for a client that cannot keep one.
    NoSecretForPublicClients,
    /// Something else than a name and a value with = between them.
    NotKeyValue,
}

/// A type of JSON value, or a form of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A string.
    Text,
    /// An integer.
    Integer,
    /// true or false.
    Flag,
}

impl Expected {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Object => ("オブジェクト", "an object"),
            Self::Array => ("配列", "an array"),
            Self::Text => ("文字列", "a string"),
            Self::Integer => ("整数", "an integer"),
            Self::Flag => ("true または false ", "true or false"),
        }
    }
}

impl Message {
    /// The stable code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.entry().0
    }

    /// The text.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let (_, ja, en) = self.entry();
        match locale {
            Locale::Ja => ja,
            Locale::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_first_is_taken() {
        for (header, locale) in [
            ("", Locale::Ja),
            ("en", Locale::En),
            ("en-US,en;q=0.9,ja;q=0.8", Locale::En),
            ("ja,en;q=0.5", Locale::Ja),
            ("fr, en;q=0.2, ja;q=0.1", Locale::En),
            ("en;q=0, ja;q=0.1", Locale::Ja),
            ("de", Locale::Ja),
        ] {
            assert_eq!(Locale::from_accept_language(header), locale, "{header}");
        }
    }

    #[test]
    fn texts_carry_their_numbers_in_both_languages() {
        let message = Message::TooLong { most: 255 };
        assert_eq!(message.code(), "too_long");
        assert!(message.text(Locale::Ja).contains("255"));
        assert!(message.text(Locale::En).contains("255"));
        assert_eq!(Message::NotUtf8.code(), "not_utf8");
    }
}
