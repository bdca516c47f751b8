//! The one catalogue of messages: a stable code, Japanese, English.
//!
//! To add one: a variant, its code, its two texts, its example. A test checks that every code is there once and every text says
//! something.

mod examples;

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// A body that is not JSON; `detail` says where it stops being so.
    NotJson {
        /// Line and column.
        detail: String,
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
    /// A control character, a line break included, where none may be.
    ControlCharacter,
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
    /// A product: there is no database of products yet.
    NoProducts,
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
    /// A password that is too short.
    PasswordTooShort {
        /// The fewest characters.
        least: usize,
    },
    /// Something that is still used.
    StillUsed,
    /// An organization that would be above itself.
    Cycle,
    /// A built-in item keeps its type and stays.
    BuiltInItem,
    /// An item keeps its type.
    TypeIsFixed,
    /// Members that do not belong to this type of item.
    NotForThisType,
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
            Self::Flag => ("true または false", "true or false"),
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

    /// Code, Japanese, English.
    fn entry(&self) -> (&'static str, String, String) {
        let say = |code, ja: &str, en: &str| (code, ja.to_owned(), en.to_owned());
        match self {
            Self::NotJson { .. }
            | Self::NotUtf8
            | Self::TooDeep { .. }
            | Self::DuplicateMember { .. }
            | Self::WrongType { .. } => self.body_entry(),
            Self::MethodNotAllowed { .. } | Self::NoSuchCall | Self::NotJsonType | Self::BodyTooLarge { .. } => {
                self.body_entry()
            }
            Self::OutOfRange { .. } | Self::TooLong { .. } | Self::TooMany { .. } | Self::TooManyDigits { .. } => {
                self.limit_entry()
            }
            Self::PasswordTooShort { .. } => self.limit_entry(),
            Self::OneRequired { members } => {
                ("one_required", format!("{members} のどちらかを指定してください。"), format!("Give one of {members}."))
            }
            Self::WrongItemType { expected } => (
                "wrong_item_type",
                format!("この項目の項目タイプは {expected} です。"),
                format!("The item's type is {expected}."),
            ),
            Self::Required => say("required", "必須です。値を指定してください。", "A value is required."),
            Self::ControlCharacter => say(
                "control_character",
                "改行や制御文字は使えません。",
                "Line breaks and control characters cannot be used.",
            ),
            Self::NotDigits => say("not_digits", "半角数字だけで指定してください。", "Only ASCII digits can be used."),
            Self::NotDecimal => say(
                "not_decimal",
                "半角数字と小数点だけで指定してください。",
                "Only ASCII digits and one decimal point can be used.",
            ),
            Self::NotDate => say(
                "not_date",
                "実在する日付を YYYY-MM-DD で指定してください。",
                "Give a date of the calendar as YYYY-MM-DD.",
            ),
            Self::NotDateTime => say(
                "not_datetime",
                "日時を RFC 3339 か YYYY-MM-DD HH:MM:SS で指定してください。",
                "Give a moment as RFC 3339 or as YYYY-MM-DD HH:MM:SS.",
            ),
            Self::NotUrl => {
                say("not_url", "http または https の URL を指定してください。", "Give an http or https URL.")
            }
            Self::NotMailAddress => {
                say("not_mail_address", "メールアドレスを 1 件指定してください。", "Give one mail address.")
            }
            Self::NotPhoneNumber => say(
                "not_phone_number",
                "半角の数字・+・- だけで指定してください。",
                "Only ASCII digits, + and - can be used.",
            ),
            Self::NotPostalCode => say(
                "not_postal_code",
                "半角の数字と - だけで指定してください。",
                "Only ASCII digits and - can be used.",
            ),
            Self::NotPrefecture => say(
                "not_prefecture",
                "都道府県名(東京都、神奈川県など)を指定してください。",
                "Give the full name of one of the 47 prefectures.",
            ),
            Self::NotUuid => say("not_uuid", "UUID の形式で指定してください。", "Give a UUID."),
            Self::OnlyOne => say("only_one", "値は 1 つだけ指定してください。", "Only one value can be given."),
            Self::Repeated => say("repeated", "同じ値が 2 回指定されています。", "The same value is given twice."),
            Self::NoSuchChoice => say("no_such_choice", "選択肢にない値です。", "The value is not one of the choices."),
            Self::HiddenChoice => {
                say("hidden_choice", "この選択肢は新しく選べません。", "This choice cannot be chosen any more.")
            }
            Self::NotAPath => say(
                "not_a_path",
                "上の階層から順に、親子関係のある値を指定してください。",
                "Give values from the first level down, each a child of the one before.",
            ),
            Self::UnknownItem => say("unknown_item", "テンプレートにない項目です。", "The template has no such item."),
            Self::ItemTwice => say("item_twice", "同じ項目が 2 回指定されています。", "The item is given twice."),
            Self::ReadOnly => say("read_only", "この項目は変更できません。", "The item cannot be changed."),
            Self::NoSuchUser => say("no_such_user", "存在しないユーザーです。", "There is no such user."),
            Self::InactiveUser => {
                say("inactive_user", "このユーザーは利用停止されています。", "The user is deactivated.")
            }
            Self::NoSuchOrganization => {
                say("no_such_organization", "存在しない組織です。", "There is no such organization.")
            }
            Self::NoSuchRecord => say("no_such_record", "存在しないデータです。", "There is no such record."),
            Self::NoSuchInquiryRoute => say(
                "no_such_inquiry_route",
                "存在しない引合経路か、カテゴリと合わない引合経路です。",
                "There is no such inquiry route in this category.",
            ),
            Self::NoProducts => say("no_products", "商品はまだ登録できません。", "Products cannot be registered yet."),
            Self::NoSuchSlot => {
                say("no_such_slot", "設定されていないシステム連携IDです。", "The linkage slot is not set up.")
            }
            Self::SlotTwice => {
                say("slot_twice", "同じシステム連携IDが 2 回指定されています。", "The linkage slot is given twice.")
            }
            Self::LinkageTaken => say(
                "linkage_taken",
                "この連携ID値は別のデータで使われています。",
                "Another record holds this linkage value.",
            ),
            Self::NotFound => say("not_found", "データが存在しません。", "There is no such data."),
            Self::Busy => say(
                "busy",
                "混み合っています。しばらくしてからもう一度実行してください。",
                "Too busy at the moment. Try again shortly.",
            ),
            Self::StorageFull => say(
                "storage_full",
                "保存領域に空きがありません。管理者に連絡してください。",
                "The disk is full. Tell the administrator.",
            ),
            Self::Unavailable => say(
                "unavailable",
                "データベースに接続できません。しばらくしてからもう一度実行してください。",
                "The database cannot be reached. Try again shortly.",
            ),
            Self::Internal => say(
                "internal",
                "システムエラーが発生しました。管理者にリクエストIDを伝えてください。",
                "An internal error occurred. Tell the administrator the request ID.",
            ),
            Self::Taken => say("taken", "すでに使われています。", "It is already in use."),
            Self::BadName => say("bad_name", "この名前は使えません。", "This name cannot be used."),
            Self::NoSuchRight => say("no_such_right", "存在しない権限です。", "There is no such right."),
            Self::StillUsed => {
                say("still_used", "使われているため削除できません。", "It is still used and cannot be removed.")
            }
            Self::Cycle => say(
                "cycle",
                "自分自身より下の組織を上位にはできません。",
                "An organization cannot be placed below itself.",
            ),
            Self::BuiltInItem => {
                say("built_in_item", "標準の項目は削除できません。", "A built-in item cannot be removed.")
            }
            Self::TypeIsFixed => {
                say("type_is_fixed", "項目タイプは変更できません。", "The type of an item cannot be changed.")
            }
            Self::NotForThisType => say(
                "not_for_this_type",
                "この項目タイプでは指定できません。",
                "It does not belong to this type of item.",
            ),
        }
    }

    /// What can be wrong with a call before its members are looked at.
    fn body_entry(&self) -> (&'static str, String, String) {
        match self {
            Self::NotJson { detail } => {
                ("not_json", format!("JSON として読めません({detail})。"), format!("The body is not JSON ({detail})."))
            }
            Self::TooDeep { most } => {
                ("too_deep", format!("入れ子は {most} 段までです。"), format!("Nesting is limited to {most} levels."))
            }
            Self::DuplicateMember { name } => (
                "duplicate_member",
                format!("メンバー {name} が 2 回指定されています。"),
                format!("Member {name} is given twice."),
            ),
            Self::WrongType { expected } => {
                let (ja, en) = expected.texts();
                ("wrong_type", format!("{ja}で指定してください。"), format!("It must be {en}."))
            }
            Self::MethodNotAllowed { allowed } => (
                "method_not_allowed",
                format!("メソッドは {allowed} を使ってください。"),
                format!("The method must be {allowed}."),
            ),
            Self::NoSuchCall => (
                "no_such_call",
                "この URL の API はありません。".to_owned(),
                "There is no call at this path.".to_owned(),
            ),
            Self::NotJsonType => (
                "not_json_type",
                "Content-Type は application/json にしてください。".to_owned(),
                "Content-Type must be application/json.".to_owned(),
            ),
            Self::BodyTooLarge { most } => (
                "body_too_large",
                format!("本文は {most} バイトまでです。"),
                format!("The body is limited to {most} bytes."),
            ),
            _ => ("not_utf8", "UTF-8 として読めません。".to_owned(), "The text is not UTF-8.".to_owned()),
        }
    }

    /// What is too much or too little.
    fn limit_entry(&self) -> (&'static str, String, String) {
        match self {
            Self::OutOfRange { least, most } => (
                "out_of_range",
                format!("{least} から {most} の整数で指定してください。"),
                format!("It must be an integer from {least} to {most}."),
            ),
            Self::TooMany { most } => {
                ("too_many", format!("値は {most} 個までです。"), format!("At most {most} values can be given."))
            }
            Self::TooManyDigits { whole, fraction: 0 } => {
                ("too_many_digits", format!("{whole} 桁までです。"), format!("At most {whole} digits can be given."))
            }
            Self::TooManyDigits { whole, fraction } => (
                "too_many_digits",
                format!("整数部は {whole} 桁、小数部は {fraction} 桁までです。"),
                format!("At most {whole} digits before the point and {fraction} after it can be given."),
            ),
            Self::PasswordTooShort { least } => (
                "password_too_short",
                format!("パスワードは {least} 文字以上にしてください。"),
                format!("A password needs at least {least} characters."),
            ),
            Self::TooLong { most } => {
                ("too_long", format!("{most} 文字までです。"), format!("At most {most} characters can be given."))
            }
            _ => ("out_of_range", "範囲外の値です。".to_owned(), "The value is out of range.".to_owned()),
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
