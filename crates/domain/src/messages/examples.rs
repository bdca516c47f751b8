//! One message of every variant: what the reference lists.

use super::{Expected, Message};
use crate::id::IndexNo;
use crate::rights::named;
use crate::template::ItemUse;

/// Writes the list and, from the same list, a match without a catch-all arm: a variant that is missing here does not compile.
macro_rules! one_of_each {
    ($($variant:ident $({ $($field:ident: $value:expr),+ })?,)+) => {
        impl Message {
            /// One message of every variant. Numbers and names in them are examples.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                vec![$(Self::$variant $({ $($field: $value),+ })?),+]
            }
        }

        const _: fn(&Message) = |message| match message {
            $(Message::$variant { .. } => {})+
        };
    };
}

one_of_each! {
    NotJson { line: 1, column: 9 },
    BodyIncomplete,
    MoreProblems { count: 9_000 },
    NotUtf8,
    TooDeep { most: 64 },
    DuplicateMember { name: "param".to_owned() },
    WrongType { expected: Expected::Text },
    Required,
    OutOfRange { least: 1, most: 100 },
    TooLong { most: 255 },
    TooMany { most: 200 },
    FileType,
    FileContent,
    FileEmpty,
    FileTooLarge { most: 30 },
    FilesFull { most: 20 },
    ControlCharacter,
    ControlCharacterInLines,
    NotDigits,
    TooManyDigits { whole: 15, fraction: 2 },
    NotDecimal,
    NotDate,
    NotDateTime,
    NotDateOrMoment,
    WrongDataObject { expected: "itemNumericData" },
    NotUrl,
    NotMailAddress,
    NotPhoneNumber,
    NotPostalCode,
    NotPrefecture,
    NotUuid,
    OnlyOne,
    Repeated,
    NoSuchChoice,
    HiddenChoice,
    NotAPath,
    UnknownItem,
    ItemTwice,
    WrongItemType { expected: "text_single" },
    ReadOnly,
    NoSuchUser,
    InactiveUser,
    NoSuchOrganization,
    NoSuchRecord,
    NoSuchInquiryRoute,
    NoSuchSlot,
    SlotTwice,
    LinkageTaken,
    NotFound,
    OneRequired { members: "clientID, systemLinkageID + linkageIDValue" },
    NotForPublicClients,
    ShippedScope,
    NotHost,
    NotNetwork,
    NotOrigin,
    AddressNotAllowed,
    TooManyRequests { seconds: 12 },
    SeveralTenants,
    OnlyOneOf { members: "clientInfo, systemLinkageInfo" },
    DiffersFrom { member: "clientID" },
    MethodNotAllowed { allowed: "POST" },
    NoSuchCall,
    NotJsonType,
    BodyTooLarge { most: 10_485_760 },
    Busy,
    StorageFull,
    Unavailable,
    Internal,
    Taken,
    BadName,
    NoSuchRight,
    RightOfTemplate,
    LastWithRight { right: named::GRANTS },
    NoSuchPermissionTemplate,
    PasswordTooShort { least: 12 },
    PasswordWellKnown,
    PasswordTellsPerson,
    WrongPassword,
    WrongCode,
    SecondFactorSet,
    MailRefused { answer: "550 5.1.1 no such user".to_owned() },
    NoMail,
    OwnAddressMissing { address: "192.0.2.1".to_owned() },
    EndsBeforeItBegins,
    StillUsed,
    Cycle,
    BuiltInItem,
    ItemNeeded { by: ItemUse::Index(IndexNo(1)) },
    HideFirst,
    NameOfSeveral,
    NotWithUser,
    NoNamedRight { right: named::DATABASES },
    TypeIsFixed,
    NotForThisType,
    HiddenItem,
    NoRight,
    KeyTaken,
    ChangedMeanwhile,
    RecordCycle,
    StillReferred { by: vec![("contacts".to_owned(), 2)] },
    TooManyRecords { most: 1_000 },
    NeedsIndex { most: 10_000 },
    TrashExpired { days: 30 },
    OwnerInTrash,
    NotUndoable,
    BadRow { expected: 12 },
    NotText { line: 3 },
    RowTooLong { line: 3 },
    UnclosedQuote { line: 3 },
    EmptyFile,
    UnreadableRequest,
    ContradictingClient,
    UnknownOauthClient,
    UnregisteredRedirectUri,
    UnknownScope { name: "crm:reed".to_owned() },
    BeyondClientScope,
    NotRedirectUri,
    UnknownClaim { name: "shoe_size".to_owned() },
    NoSecretForPublicClients,
    NotKeyValue,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Locale;

    #[test]
    fn every_message_has_a_code_of_its_own_and_two_texts() {
        let mut codes = std::collections::HashSet::new();
        for message in Message::examples() {
            let code = message.code();
            assert!(codes.insert(code), "{code} is the code of {message:?} and of another");
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(!code.is_empty() && code.bytes().all(is_plain), "{code}");
            let (ja, en) = (message.text(Locale::Ja), message.text(Locale::En));
            assert!(ja.ends_with('。') && en.ends_with('.') && ja != en, "{ja} {en}");
        }
    }

    #[test]
    fn numbers_and_names_are_in_both_texts() {
        for message in Message::examples() {
            let members = format!("{message:?}");
            let numbers = members.split(|sign: char| !sign.is_ascii_digit()).filter(|number| !number.is_empty());
            for number in numbers {
                for locale in [Locale::Ja, Locale::En] {
                    assert!(message.text(locale).contains(number), "{number} of {message:?}");
                }
            }
        }
    }
}
