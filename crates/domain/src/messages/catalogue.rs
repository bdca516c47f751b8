//! The texts: code, Japanese, English, by what they are about.

use super::Message;
use crate::template::label;

/// Code, Japanese, English.
pub(super) type Entry = (&'static str, String, String);

pub(super) fn say(code: &'static str, ja: &str, en: &str) -> Entry {
    (code, ja.to_owned(), en.to_owned())
}

impl Message {
    /// The message's line of the catalogue. Each group knows its own; a test asks for every message there is.
    pub(super) fn entry(&self) -> Entry {
        let entry = self.body_entry().or_else(|| self.limit_entry()).or_else(|| self.value_entry());
        let entry = entry.or_else(|| self.record_entry()).or_else(|| self.file_entry());
        let entry = entry.or_else(|| self.door_entry());
        let entry = entry.or_else(|| self.openid_entry()).or_else(|| self.sign_in_entry());
        entry.or_else(|| self.reference_entry()).unwrap_or_else(|| self.state_entry())
    }

    /// What can be wrong with a value by itself.
    fn value_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::OneRequired { members } => {
                ("one_required", format!("{members} のどちらかを指定してください。"), format!("Give one of {members}."))
            }
            Self::NotForPublicClients => say(
                "not_for_public_clients",
                "公開クライアントは client_credentials を使えません。",
                "A public client cannot use client_credentials.",
            ),
            Self::ShippedScope => say(
                "shipped_scope",
                "標準のスコープは削除できません。使わないときは scope disable で無効にしてください。",
                "A scope that ships cannot be removed. Disable it with scope disable.",
            ),
            Self::NotHost => say(
                "not_host",
                "ホスト名だけを指定してください(http:// や / は不要です。localhost は使えません。日本語の名前は xn-- で始まる形にします)。",
                "Give a host name alone, without http:// and /; localhost cannot be one, other letters are written as xn--.",
            ),
            Self::SeveralTenants => say(
                "several_tenants",
                "企業が複数あります。--tenant で企業UIDを指定してください。",
                "There are several tenants. Say which with --tenant.",
            ),
            Self::WrongDataObject { expected } => (
                "wrong_data_object",
                format!("この項目の値は {expected} に指定してください。"),
                format!("The value of the item is given in {expected}."),
            ),
            Self::OnlyOneOf { members } => (
                "only_one_of",
                format!("{members} は、どちらか一方だけを指定してください。"),
                format!("Give only one of {members}."),
            ),
            Self::DiffersFrom { member } => (
                "differs_from",
                format!("{member} で指定された値と異なります。"),
                format!("This is not the value that {member} gives."),
            ),
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
            Self::ControlCharacterInLines => say(
                "control_character_in_lines",
                "改行のほかの制御文字(タブを含む)は使えません。",
                "Control characters other than line breaks cannot be used, tabs included.",
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
                "実在する日時(1 年 1 月 1 日~9999 年 12 月 30 日)を RFC 3339 か YYYY-MM-DD HH:MM:SS で指定してください。",
                "Give a moment that exists, of the years 1 to 9999, as RFC 3339 or as YYYY-MM-DD HH:MM:SS.",
            ),
            Self::NotDateOrMoment => say(
                "not_date_or_moment",
                "実在する日付(YYYY-MM-DD)か日時(RFC 3339 か YYYY-MM-DD HH:MM:SS)を指定してください。",
                "Give a date that exists (YYYY-MM-DD) or a moment (RFC 3339 or YYYY-MM-DD HH:MM:SS).",
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
            _ => return None,
        })
    }

    /// What can be wrong with what a value names.
    fn reference_entry(&self) -> Option<Entry> {
        Some(match self {
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
            Self::NotFound => say("not_found", "該当するものが見つかりません。", "Nothing of that kind is found."),
            _ => return None,
        })
    }

    /// What stands in the way of something being done to a record.
    fn record_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::HiddenItem => say(
                "hidden_item",
                "閲覧権限のない項目は、条件・並べ替え・集計に使えません。",
                "An item that you may not read cannot be used to filter, sort or group.",
            ),
            Self::NoRight => say(
                "no_right",
                "このデータベースでこの操作を行う権限がありません。",
                "You have no right to do this in this database.",
            ),
            Self::KeyTaken => say(
                "key_taken",
                "この値は別のデータで使われています。キー項目の値は重複できません。",
                "Another record holds this value; the values of a key item are unique.",
            ),
            Self::ChangedMeanwhile => say(
                "changed_meanwhile",
                "読み込んだ後に別の人が変更しています。最新の内容を確認して、もう一度変更してください。",
                "Somebody has changed the record since you read it. Look at it as it is now and change it again.",
            ),
            Self::RecordCycle => say(
                "record_cycle",
                "自分自身より下のデータを上位にはできません。",
                "A record cannot be placed below itself.",
            ),
            Self::StillReferred { by } => {
                let ja: Vec<_> = by.iter().map(|(name, count)| format!("{} {count} 件", label(name))).collect();
                let en: Vec<_> = by.iter().map(|(name, count)| format!("{name}: {count}")).collect();
                (
                    "still_referred",
                    format!("ほかのデータから参照されています({})。", ja.join("、")),
                    format!("Other records refer to it ({}).", en.join(", ")),
                )
            }
            Self::TooManyRecords { most } => (
                "too_many_records",
                format!("一度に扱えるのは {most} 件までです。"),
                format!("At most {most} records can be handled at once."),
            ),
            Self::NeedsIndex { most } => (
                "needs_index",
                format!("{most} 件を超える一覧をこの項目で並べ替えるには、索引を作成してください。"),
                format!("Make an index to sort more than {most} records by this."),
            ),
            Self::TrashExpired { days } => (
                "trash_expired",
                format!("ごみ箱から戻せるのは削除から {days} 日以内です。"),
                format!("A record can be restored within {days} days of its deletion."),
            ),
            Self::OwnerInTrash => say(
                "owner_in_trash",
                "このデータが属するデータがごみ箱にあります。先にそちらを戻してください。",
                "What it belongs to is in the trash. Restore that first.",
            ),
            Self::NotUndoable => say(
                "not_undoable",
                "この変更は取り消し中か、すでに取り消されています。",
                "The change is being undone or has been undone.",
            ),
            _ => return None,
        })
    }

    /// What can be wrong with a file.
    fn file_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::FileType => say(
                "file_type",
                "この種類のファイルは添付できません。PDF、画像、Office 文書、テキスト、CSV、ZIP などを選んでください。",
                "Files of this kind cannot be attached. Choose a PDF, an image, an office document, text, CSV or ZIP.",
            ),
            Self::FileContent => say(
                "file_content",
                "ファイルの中身が、名前の拡張子と合いません。",
                "The content of the file is not what its name says.",
            ),
            Self::FileEmpty => {
                say("file_empty", "ファイルが空か、選ばれていません。", "The file is empty, or none is chosen.")
            }
            Self::FileTooLarge { most } => (
                "file_too_large",
                format!("ファイルが大きすぎます({most} MB まで)。"),
                format!("The file is too large; it may have {most} MB."),
            ),
            Self::FilesFull { most } => (
                "files_full",
                format!("添付ファイルの容量({most} GB)が足りません。不要なファイルを削除してください。"),
                format!("There is no room left for files ({most} GB). Remove files that are not needed."),
            ),
            Self::BadRow { expected: 0 } => {
                say("bad_row", "引用符の使い方が正しくありません。", "The quotes of the row are not in order.")
            }
            Self::BadRow { expected } => (
                "bad_row",
                format!("列の数が見出し行({expected} 列)と違います。"),
                format!("The row does not have {expected} fields like the first row."),
            ),
            Self::NotText { line } => (
                "not_text",
                format!("{line} 行目に、文字コードに合わないデータがあります。文字コードを指定してください。"),
                format!("Line {line} holds bytes that are no text of this encoding. Say which encoding it is."),
            ),
            Self::RowTooLong { line } => {
                ("row_too_long", format!("{line} 行目が長すぎます。"), format!("Line {line} is too long."))
            }
            Self::UnclosedQuote { line } => (
                "unclosed_quote",
                format!("{line} 行目から始まる引用符が閉じられていません。"),
                format!("A quote of the row that begins on line {line} is never closed."),
            ),
            Self::EmptyFile => say("empty_file", "ファイルに行がありません。", "The file has no row."),
            _ => return None,
        })
    }

    /// What is said of where callers come from.
    fn door_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::NotNetwork => say(
                "not_network",
                "IP アドレスか、192.0.2.0/24 の形のネットワークを指定してください。",
                "Give an address or a network such as 192.0.2.0/24.",
            ),
            Self::NotOrigin => say(
                "not_origin",
                "https://app.example.co.jp の形で、パスを付けずに指定してください。",
                "Give an origin such as https://app.example.co.jp, without a path.",
            ),
            Self::AddressNotAllowed => say(
                "address_not_allowed",
                "この IP アドレスからの利用は許可されていません。",
                "It may not be used from this address.",
            ),
            Self::TooManyRequests { seconds } => (
                "too_many_requests",
                format!("1 分間のリクエスト数の上限を超えました。{seconds} 秒後にもう一度実行してください。"),
                format!("There are more requests in a minute than allowed. Try again in {seconds} seconds."),
            ),
            _ => return None,
        })
    }

    /// What stands in the way of a call or a command.
    fn state_entry(&self) -> Entry {
        match self {
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
            Self::Taken => say("taken", "すでに使われています。", "It is already in use."),
            Self::BadName => say("bad_name", "この名前は使えません。", "This name cannot be used."),
            Self::NoSuchRight => say("no_such_right", "存在しない権限です。", "There is no such right."),
            Self::RightOfTemplate => say(
                "right_of_template",
                "権限テンプレートによる権限です。テンプレートを変更するか外してください。",
                "The right comes from the permission template; change the template or take it away.",
            ),
            Self::LastWithRight { right } => (
                "last_with_right",
                format!("権限「{right}」を持つ人がいなくなります。先にほかの人に付与してください。"),
                format!("Nobody would be left with the right {right}. Give it to somebody else first."),
            ),
            Self::NoSuchPermissionTemplate => say(
                "no_such_permission_template",
                "存在しない権限テンプレートです。",
                "There is no such permission template.",
            ),
            Self::OwnAddressMissing { address } => (
                "own_address_missing",
                format!("現在のアドレス {address} が含まれていません。保存すると自分がサインインできなくなります。"),
                format!("Your own address {address} is not among them: you would no longer be let in."),
            ),
            Self::EndsBeforeItBegins => say(
                "ends_before_it_begins",
                "終了日は開始日以降の日付にしてください。",
                "The last day must not be before the first.",
            ),
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
            Self::ItemNeeded { by } => {
                let (ja, en) = by.texts();
                ("item_needed", format!("この項目は使われています({ja})。"), format!("The item is needed: {en}."))
            }
            Self::HideFirst => say(
                "hide_first",
                "データに値があるかもしれません。先に項目を非表示にしてください。",
                "Records may hold values of the item. Hide it first.",
            ),
            Self::NameOfSeveral => say(
                "name_of_several",
                "同じ名前の項目が 2 つ以上あります。どちらかの項目名を変更してください。",
                "Several items are called so. Rename one of them.",
            ),
            Self::NotWithUser => say(
                "not_with_user",
                "ユーザーのトークンはそのユーザーの権限で動くため、権限を指定できません。",
                "A token of a person has the rights of the person; none can be given to it.",
            ),
            Self::NoNamedRight { right } => (
                "no_named_right",
                format!("権限「{right}」がありません。"),
                format!("You do not have the right {right}."),
            ),
            Self::TypeIsFixed => {
                say("type_is_fixed", "項目タイプは変更できません。", "The type of an item cannot be changed.")
            }
            Self::NotForThisType => say(
                "not_for_this_type",
                "この項目タイプでは指定できません。",
                "It does not belong to this type of item.",
            ),
            _ => say(
                "internal",
                "システムエラーが発生しました。管理者にリクエストIDを伝えてください。",
                "An internal error occurred. Tell the administrator the request ID.",
            ),
        }
    }

    /// What can be wrong with a call before its members are looked at.
    fn body_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::NotJson { line: 0, .. } | Self::NotJson { column: 0, line: 1 } => {
                say("not_json", "本文が空です。JSON を指定してください。", "The body is empty. Give JSON.")
            }
            Self::NotJson { line, column } => (
                "not_json",
                format!("{line} 行 {column} 桁で JSON として読めません。"),
                format!("Line {line}, column {column}: this is not JSON."),
            ),
            Self::BodyIncomplete => say(
                "body_incomplete",
                "本文が最後まで届きませんでした。もう一度送ってください。",
                "The body did not come in whole. Send it again.",
            ),
            Self::MoreProblems { count } => (
                "more_problems",
                format!("ほかに {count} 件の誤りがあります。"),
                format!("There are {count} problems more."),
            ),
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
            Self::NoSuchCall => say("no_such_call", "この URL の API はありません。", "There is no call at this path."),
            Self::NotJsonType => say(
                "not_json_type",
                "Content-Type は application/json にしてください。",
                "Content-Type must be application/json.",
            ),
            Self::BodyTooLarge { most } => (
                "body_too_large",
                format!("本文は {most} バイトまでです。"),
                format!("The body is limited to {most} bytes."),
            ),
            Self::NotUtf8 => say("not_utf8", "UTF-8 として読めません。", "The text is not UTF-8."),
            _ => return None,
        })
    }

    /// What is too much or too little.
    fn limit_entry(&self) -> Option<Entry> {
        Some(match self {
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
            _ => return None,
        })
    }
}
