//! What a check of the stored data can find (`musubi verify`): each flaw with a stable code, and the rules that need no database.

use uuid::Uuid;

use crate::history::HistoryKind;
use crate::id::{ChangeSetNo, IndexNo, ItemNo};
use crate::item::ItemValue;
use crate::messages::Locale;
use crate::record::Document;
use crate::template::Template;

/// How much a flaw weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Something is wrong.
    Error,
    /// Something should be looked at, and may be right.
    Warning,
}

/// What is known of a flaw.
struct Row {
    code: &'static str,
    weight: Weight,
    is_derived: bool,
    ja: &'static str,
    en: &'static str,
}

const fn error(code: &'static str, ja: &'static str, en: &'static str) -> Row {
    Row { code, weight: Weight::Error, is_derived: false, ja, en }
}

const fn warning(code: &'static str, ja: &'static str, en: &'static str) -> Row {
    Row { weight: Weight::Warning, ..error(code, ja, en) }
}

const fn derived(code: &'static str, ja: &'static str, en: &'static str) -> Row {
    Row { is_derived: true, ..error(code, ja, en) }
}

/// Writes the flaws and, from the same list, what is known of each: one that is missing does not compile.
macro_rules! flaws {
    ($($(#[$doc:meta])+ $name:ident => $row:expr,)+) => {
        /// One way in which stored data can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flaw {
            $($(#[$doc])+ $name,)+
        }

        impl Flaw {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$name => $row,)+
                }
            }
        }
    };
}

flaws! {
    /// The engine says that its file is damaged.
    EngineDamaged => error("engine.damaged", "データベースのファイルが壊れています", "the file of the database is damaged"),
    /// Something stored cannot be read at all.
    Unreadable => error("engine.unreadable", "読み取れないデータがあります", "stored data cannot be read"),
    /// Something took longer to look at than one read may.
    Skipped => warning("verify.skipped", "1 回の読み取りの制限時間内に検査できませんでした(サーバーを止めて実行すると検査できます)", "this could not be looked at within the time that one read may take (it can while no server runs)"),
    /// A template cannot be read.
    Template => error("template.unreadable", "テンプレートを読み取れません", "the template cannot be read"),
    /// A record's number is not of its database.
    RecordPlace => error("record.place", "レコードの番号と DB が合いません", "the number of the record is not of its database"),
    /// A record of a database that is not there.
    RecordDatabase => error("record.database", "レコードの DB がありません", "the database of the record is not there"),
    /// A record that a change set created which is not there.
    RecordChangeSet => error("record.change_set", "レコードを登録した変更の記録がありません", "the change set that created the record is not there"),
    /// A document that is not in canonical form.
    DocumentForm => error("document.form", "レコードの内容が正しい形ではありません", "the document is not in canonical form"),
    /// A member of a document that is no item of the template.
    DocumentItem => error("document.item", "レコードの内容に、テンプレートにない項目があります", "the document has a member that is no item of the template"),
    /// A value that is none of the item's type.
    DocumentValue => error("document.value", "値を項目のタイプとして読み取れません", "the value cannot be read as the type of its item"),
    /// Linkage values that are not in canonical form.
    LinkageForm => error("linkage.form", "連携ID の値が正しい形ではありません", "the linkage values are not in canonical form"),
    /// A display name other than the one that the template makes.
    DisplayName => derived("display_name.differs", "表示名が内容と合いません", "the display name is not what the template makes of the document"),
    /// A key that an index lacks.
    KeyMissing => derived("key.missing", "索引にキーがありません", "an index lacks a key of the record"),
    /// A key of an index that no record has.
    KeyStray => derived("key.stray", "索引に余分なキーがあります", "an index holds a key that the record does not have"),
    /// Keys of an index that is not there any more.
    IndexLeftover => Row { weight: Weight::Warning, ..derived("index.leftover", "削除された索引のキーが残っています", "keys of an index are left that is not there any more") },
    /// A value of a key item or a linkage value that is not noted as held.
    UniqueMissing => derived("unique.missing", "キー項目または連携ID の値が、一意の値の表にありません", "a value of a key item or linkage slot is not noted as held"),
    /// A value that is noted as held by a record that does not have it.
    UniqueStray => derived("unique.stray", "一意の値の表に、レコードが持たない値があります", "a value is noted as held by a record that does not have it"),
    /// A value that two records have and one alone may.
    UniqueClash => error("unique.clash", "キー項目または連携ID の値を、ほかのレコードも持っています", "another record has the same value of a key item or linkage slot"),
    /// A reference without its link.
    LinkMissing => derived("link.missing", "参照の索引に参照がありません", "a reference of the record has no link"),
    /// A link without its reference.
    LinkStray => derived("link.stray", "参照の索引に余分な参照があります", "there is a link that no reference of the record makes"),
    /// A reference to what is not there.
    Reference => error("reference.broken", "参照先がありません", "a reference points at nothing"),
    /// A record that stands below itself.
    ParentCycle => error("parent.cycle", "親をたどると自分に戻ります", "the record stands below itself"),
    /// A record that search does not know.
    SearchMissing => derived("search.missing", "検索の索引にありません", "the search index lacks the record"),
    /// A row of the search index without its record.
    SearchStray => derived("search.stray", "検索の索引に、ないはずのレコードがあります", "the search index holds a record that is not there"),
    /// A row of the search index that holds other texts.
    SearchDiffers => derived("search.differs", "検索の索引が内容と合いません", "the search index holds other texts than the record"),
    /// A version without its history entry, or an entry without its version.
    HistoryVersion => error("history.version", "変更履歴の版が欠けているか余っています", "a version has no history entry, or an entry no version"),
    /// Changes that cannot have followed one another.
    HistoryOrder => error("history.order", "変更履歴の順序がありえません", "the changes of the record cannot have followed one another"),
    /// A history entry of a change set that is not there.
    HistoryChangeSet => error("history.change_set", "変更履歴の属する変更の記録がありません", "the change set of a history entry is not there"),
    /// Old values that cannot be read.
    HistoryValue => error("history.value", "変更履歴の値を読み取れません", "old values of a history entry cannot be read"),
    /// History of a record that is not there.
    HistoryStray => error("history.stray", "レコードのない変更履歴があります", "there is history of a record that is not there"),
    /// A change set that says that it did something else than it did.
    ChangeSetCount => error("change_set.count", "変更の記録の件数が、履歴とレコードに合いません", "the counts of a change set are not those of history and records"),
    /// A change set in a state that does not go with its undo, or that no job goes on with.
    ChangeSetState => warning("change_set.state", "変更の記録の状態が、取り消しやジョブの状態と合いません", "the state of a change set does not go with that of its undo or of any job"),
    /// A change set that undoes one that is not there.
    ChangeSetUndoes => error("change_set.undoes", "取り消した変更の記録がありません", "the change set that was undone is not there"),
    /// An entry that the operation log lacks.
    LogHole => error("log.hole", "操作ログに抜けがあります", "the operation log lacks an entry"),
    /// A block of the operation log whose link does not hold.
    LogChain => error("log.chain", "操作ログが書き換えられています", "the operation log has been changed"),
    /// A seal that is not where the operation log ends.
    LogSeal => error("log.seal", "操作ログの封印が最後の記録と合いません", "the seal of the operation log is not where the log ends"),
    /// Entries of the operation log beyond its seal.
    LogBeyond => error("log.beyond", "操作ログに、封印の外の記録があります", "the operation log has entries beyond its seal"),
    /// An entry that the feed of events lacks.
    EventHole => error("event.hole", "イベントに抜けがあります", "the feed of events lacks an entry"),
    /// Entries of the feed of events beyond its seal.
    EventBeyond => error("event.beyond", "イベントに、封印の外の記録があります", "the feed of events has entries beyond its seal"),
    /// A counter that would give out a number again.
    Counter => error("counter.behind", "カウンターが、使われた番号より遅れています", "a counter is behind a number that was given out"),
}

impl Flaw {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// How much it weighs.
    #[must_use]
    pub const fn weight(self) -> Weight {
        self.row().weight
    }

    /// Whether it is in something that is made of documents, and can be made again.
    #[must_use]
    pub const fn is_derived(self) -> bool {
        self.row().is_derived
    }

    /// What is wrong, in words.
    #[must_use]
    pub const fn text(self, locale: Locale) -> &'static str {
        let row = self.row();
        match locale {
            Locale::Ja => row.ja,
            Locale::En => row.en,
        }
    }
}

/// Where within a record, or within a tenant, a flaw is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// The whole of it.
    Whole,
    /// An item.
    Item(ItemNo),
    /// A linkage slot.
    Slot(i64),
    /// An index.
    Index(IndexNo),
    /// A version.
    Version(i64),
    /// A change set.
    ChangeSet(ChangeSetNo),
    /// An entry of a feed.
    Entry(i64),
    /// A counter.
    Counter(String),
    /// A table.
    Table(String),
}

impl Spot {
    /// The name that it has in JSON.
    #[must_use]
    pub const fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Whole => return None,
            Self::Item(_) => "item",
            Self::Slot(_) => "slot",
            Self::Index(_) => "index",
            Self::Version(_) => "version",
            Self::ChangeSet(_) => "change_set",
            Self::Entry(_) => "entry",
            Self::Counter(_) => "counter",
            Self::Table(_) => "table",
        })
    }

    /// The number or the name of it; an item's is for whoever knows the template.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Item(number) => number.to_string(),
            Self::Index(number) => number.to_string(),
            Self::ChangeSet(number) => number.to_string(),
            Self::Slot(number) | Self::Version(number) | Self::Entry(number) => number.to_string(),
            Self::Counter(name) | Self::Table(name) => name.clone(),
        }
    }

    fn text(&self, locale: Locale, value: &str) -> String {
        let (ja, en) = match self {
            Self::Whole => return String::new(),
            Self::Item(_) => ("項目", "item"),
            Self::Slot(_) => ("連携ID", "slot"),
            Self::Index(_) => ("索引", "index"),
            Self::Version(_) => ("版", "version"),
            Self::ChangeSet(_) => ("変更", "change set"),
            Self::Entry(_) => ("番号", "entry"),
            Self::Counter(_) => ("カウンター", "counter"),
            Self::Table(_) => ("表", "table"),
        };
        let word = match locale {
            Locale::Ja => ja,
            Locale::En => en,
        };
        format!("{word} {value}")
    }
}

/// One thing that is wrong, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub flaw: Flaw,
    /// The code of the tenant, where it is of one.
    pub tenant: Option<String>,
    /// The name of the database, where it is in one.
    pub database: Option<String>,
    /// The outside id of the record, where it is of one that has one.
    pub record: Option<Uuid>,
    /// Where in it.
    pub spot: Spot,
    /// The number or the name of the spot; an item's name.
    pub spot_value: String,
    /// More of it, in numbers and words of the machine.
    pub detail: String,
}

impl Finding {
    /// What is wrong and where, in one line.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let places = [self.tenant.clone(), self.database.clone(), self.record.map(|id| id.to_string())];
        let place = places.into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let more = [self.spot.text(locale, &self.spot_value), self.detail.clone()];
        let more = more.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
        let before = if place.is_empty() { String::new() } else { format!("{place}: ") };
        let after = if more.is_empty() { String::new() } else { format!(" ({more})") };
        format!("[{}] {before}{}{after}", self.flaw.code(), self.flaw.text(locale))
    }
}

/// What is wrong with a document by itself: its form, its members, their values. What is derived from one that is wrong cannot be judged.
#[must_use]
pub fn document_flaws(template: &Template, document: &Document) -> Vec<(Flaw, Spot)> {
    let mut flaws = Vec::new();
    for (number, json) in document.members() {
        match template.item_numbered(number) {
            // What stood in a removed item stays in the document, and nobody reads it.
            None if template.removed_item(number).is_some() => {}
            None => flaws.push((Flaw::DocumentItem, Spot::Item(number))),
            Some(item) => match ItemValue::read_json(item.item_type, json) {
                None => flaws.push((Flaw::DocumentValue, Spot::Item(number))),
                Some(value) if value.to_json() != json => flaws.push((Flaw::DocumentForm, Spot::Item(number))),
                Some(_) => {}
            },
        }
    }
    if flaws.is_empty() && !is_canonical(document) {
        flaws.push((Flaw::DocumentForm, Spot::Whole));
    }
    flaws
}

/// Whether a document is what its members make: nothing beside them, in order, each once.
fn is_canonical(document: &Document) -> bool {
    let numbers: Vec<ItemNo> = document.members().map(|(number, _)| number).collect();
    let again = Document::of_members(document.members().map(|(number, json)| (number, Some(json))));
    again == *document && numbers.is_sorted_by(|one, next| one < next)
}

/// The first thing that cannot be read among the old values of a history entry. Items that the template has no more are passed over.
#[must_use]
pub fn unreadable_old_value(template: &Template, old: &Document) -> Option<Spot> {
    let is_unreadable = |(number, json): &(ItemNo, &str)| {
        let known = template.item_numbered(*number);
        *json != "null" && known.is_some_and(|item| ItemValue::read_json(item.item_type, json).is_none())
    };
    let found = old.members().find(is_unreadable).map(|(number, _)| Spot::Item(number));
    found.or_else(|| (!is_canonical(old)).then_some(Spot::Whole))
}

/// The life of a record as its history tells it, entry by entry from the oldest: version 1 is alive, and each version after it has one
/// entry.
#[derive(Debug)]
pub struct Lineage {
    next: i64,
    is_live: bool,
    flaws: Vec<(Flaw, Spot)>,
}

impl Default for Lineage {
    fn default() -> Self {
        Self { next: 2, is_live: true, flaws: Vec::new() }
    }
}

impl Lineage {
    /// Takes the next entry; none is a kind that nobody knows. What follows from the first thing that is wrong is not told.
    pub fn add(&mut self, version: i64, kind: Option<HistoryKind>) {
        if !self.flaws.is_empty() {
            return;
        }
        if version != self.next {
            self.flaws.push((Flaw::HistoryVersion, Spot::Version(self.next.min(version))));
            return;
        }
        let follows = match kind {
            Some(HistoryKind::Updated | HistoryKind::Deleted) => self.is_live,
            Some(HistoryKind::Restored) => !self.is_live,
            None => false,
        };
        if !follows {
            self.flaws.push((Flaw::HistoryOrder, Spot::Version(version)));
        }
        self.is_live = kind != Some(HistoryKind::Deleted);
        self.next = version + 1;
    }

    /// What is wrong, for a record that stands at `version` and in the trash or not.
    #[must_use]
    pub fn end(mut self, version: i64, is_live: bool) -> Vec<(Flaw, Spot)> {
        if self.flaws.is_empty() && self.next != version + 1 {
            self.flaws.push((Flaw::HistoryVersion, Spot::Version(self.next.min(version + 1))));
        } else if self.flaws.is_empty() && self.is_live != is_live {
            self.flaws.push((Flaw::HistoryOrder, Spot::Version(version)));
        }
        self.flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DatabaseNo;
    use crate::item::{Item, ItemType};
    use crate::template::DatabaseDetail;
    use std::collections::HashSet;

    fn template() -> Template {
        let item = |number, item_type| Item::new(ItemNo(number), Uuid::nil(), "項目", item_type);
        let items = vec![item(1, ItemType::TextSingle), item(2, ItemType::Date), item(3, ItemType::Checkbox)];
        Template::new(DatabaseNo(1), "things", 1, DatabaseDetail::default(), items, Vec::new())
    }

    #[test]
    fn every_flaw_has_its_own_code_and_says_something_in_both_languages() {
        let codes: HashSet<_> = Flaw::ALL.iter().map(|flaw| flaw.code()).collect();
        assert_eq!(codes.len(), Flaw::ALL.len());
        for flaw in Flaw::ALL {
            assert!(!flaw.text(Locale::Ja).is_ascii() && flaw.text(Locale::En).is_ascii(), "{flaw:?}");
            assert!(
                flaw.code().contains('.')
                    && flaw.code().bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte))
            );
        }
    }

    #[test]
    fn documents_are_judged_by_form_members_and_values() {
        let judge = |json: &str| document_flaws(&template(), &Document::from_stored(json.to_owned()));
        for sound in ["{}", r#"{"1":"東京 \"都\""}"#, r#"{"1":"a","2":"2024-02-29","3":[1,2]}"#] {
            assert_eq!(judge(sound), [], "{sound}");
        }
        let whole = [(Flaw::DocumentForm, Spot::Whole)];
        for form in [
            "",
            "{",
            "[]",
            r#"{"1":"a"}  "#,
            r#"{"2":"2024-02-29","1":"a"}"#,
            r#"{"1":"a","1":"a"}"#,
            r#"{"01":"a"}"#,
            r#"{ "1":"a"}"#,
        ] {
            assert_eq!(judge(form), whole, "{form}");
        }
        let item = |flaw, number| [(flaw, Spot::Item(ItemNo(number)))];
        assert_eq!(judge(r#"{"1":"\u0061"}"#), item(Flaw::DocumentForm, 1));
        assert_eq!(judge(r#"{"3":[1, 2]}"#), item(Flaw::DocumentForm, 3));
        assert_eq!(judge(r#"{"2":"2024-02-30"}"#), item(Flaw::DocumentValue, 2));
        assert_eq!(judge(r#"{"1":null}"#), item(Flaw::DocumentValue, 1));
        assert_eq!(judge(r#"{"9":"a"}"#), item(Flaw::DocumentItem, 9));
    }

    #[test]
    fn old_values_may_be_nothing_and_of_items_that_are_gone() {
        let judge = |json: &str| unreadable_old_value(&template(), &Document::from_stored(json.to_owned()));
        assert_eq!(judge(r#"{"1":null,"2":"2024-02-29","9":{"x":1}}"#), None);
        assert_eq!(judge(r#"{"2":"yesterday"}"#), Some(Spot::Item(ItemNo(2))));
        assert_eq!(judge(r#"{"1":"a""#), Some(Spot::Whole));
    }

    #[test]
    fn a_life_has_every_version_once_and_in_an_order_that_can_be() {
        use HistoryKind::{Deleted, Restored, Updated};
        let life = |entries: &[(i64, HistoryKind)], version, is_live| {
            let mut lineage = Lineage::default();
            entries.iter().for_each(|(version, kind)| lineage.add(*version, Some(*kind)));
            lineage.end(version, is_live)
        };
        assert_eq!(life(&[], 1, true), []);
        assert_eq!(life(&[(2, Updated), (3, Deleted), (4, Restored), (5, Deleted)], 5, false), []);
        let missing = |version| [(Flaw::HistoryVersion, Spot::Version(version))];
        assert_eq!(life(&[(3, Updated)], 3, true), missing(2));
        assert_eq!(life(&[(2, Updated)], 3, true), missing(3));
        assert_eq!(life(&[(2, Updated), (3, Updated)], 2, true), missing(3));
        assert_eq!(life(&[(1, Updated)], 1, true), missing(1));
        let wrong = |version| [(Flaw::HistoryOrder, Spot::Version(version))];
        assert_eq!(life(&[(2, Restored)], 2, true), wrong(2));
        assert_eq!(life(&[(2, Deleted), (3, Updated)], 3, true), wrong(3));
        assert_eq!(life(&[(2, Deleted)], 2, true), wrong(2));
        let mut unknown = Lineage::default();
        unknown.add(2, None);
        assert_eq!(unknown.end(2, true), wrong(2));
    }

    #[test]
    fn a_finding_says_what_and_where_in_one_line() {
        let finding = Finding {
            flaw: Flaw::KeyMissing,
            tenant: Some("main".into()),
            database: Some("clients".into()),
            record: Some(Uuid::from_u128(7)),
            spot: Spot::Index(IndexNo(3)),
            spot_value: "3".into(),
            detail: String::new(),
        };
        assert_eq!(
            finding.text(Locale::Ja),
            "[key.missing] main / clients / 00000000-0000-0000-0000-000000000007: 索引にキーがありません (索引 3)"
        );
        let bare = Finding {
            tenant: None,
            database: None,
            record: None,
            spot: Spot::Whole,
            flaw: Flaw::EngineDamaged,
            detail: "page 3".into(),
            ..finding
        };
        assert_eq!(bare.text(Locale::En), "[engine.damaged] the file of the database is damaged (page 3)");
    }
}
