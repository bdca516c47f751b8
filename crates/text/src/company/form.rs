//! The forms a company or other body can have (法人格), with everything that is written for them.
//!
//! Sources: the abbreviations in parentheses are those of daily use; those of banks are the 法人略語 of the Japanese Bankers
//! Association, which stand in the rules of every bank for names of account holders.

/// A form, one row of the table.
#[derive(Debug)]
pub struct Form {
    /// The name: 株式会社.
    pub name: &'static str,
    /// What else is written out in its place: old characters, readings. Bare, see [`super::Piece`].
    pub(super) words: &'static [&'static str],
    /// What stands for it in parentheses: 株. Bare.
    pub(super) abbreviations: &'static [&'static str],
    /// What stands for it behind a name in Latin letters, without points, commas and spaces: coltd.
    pub(super) latin: &'static [&'static str],
    /// Whether the Latin letters may stand before the name too: K.K.
    pub(super) is_latin_before: bool,
    /// What banks write before or behind a parenthesis: カ）. Bare.
    pub(super) bank: Option<&'static str>,
    /// Behind a name it says what the body does, as 銀行 would, and belongs to the name: 山形農業協同組合.
    pub(super) is_kept_after: bool,
    family: Family,
}

/// Forms that are written for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Latin letters say too little: Co., Ltd. is 株式会社 or 有限会社.
    Any,
    /// The form alone.
    Own,
    Association,
    Foundation,
    Medical,
    Audit,
    Partnership,
}

impl Form {
    /// Whether a body of this form cannot be one of the other. 社団法人 can be a 一般社団法人, and what Latin letters say can be
    /// anything.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        let same_family = self.family == other.family && self.family != Family::Own;
        !(self.name == other.name || same_family || self.family == Family::Any || other.family == Family::Any)
    }
}

/// What the rows below leave out.
const PLAIN: Form = Form {
    name: "",
    words: &[],
    abbreviations: &[],
    latin: &[],
    is_latin_before: false,
    bank: None,
    is_kept_after: false,
    family: Family::Own,
};

/// All forms. Their order means nothing: the longest text that fits is taken.
pub(super) static FORMS: &[Form] = &[
    // Companies.
    Form {
        name: "株式会社",
        words: &["株式會社", "かふしきかいしや"],
        abbreviations: &["株"],
        latin: &["kk"],
        is_latin_before: true,
        bank: Some("か"),
        ..PLAIN
    },
    Form {
        name: "有限会社",
        words: &["有限會社", "ゆうけんかいしや"],
        abbreviations: &["有"],
        latin: &["yk"],
        is_latin_before: true,
        bank: Some("ゆ"),
        ..PLAIN
    },
    Form {
        name: "合同会社",
        words: &["合同會社", "こうとうかいしや"],
        abbreviations: &["同", "合"],
        latin: &["gk"],
        is_latin_before: true,
        bank: Some("と"),
        // (合) is written for each of the three.
        family: Family::Partnership,
        ..PLAIN
    },
    Form {
        name: "合名会社",
        words: &["合名會社", "こうめいかいしや"],
        abbreviations: &["名"],
        bank: Some("め"),
        family: Family::Partnership,
        ..PLAIN
    },
    Form {
        name: "合資会社",
        words: &["合資會社", "こうしかいしや"],
        abbreviations: &["資"],
        bank: Some("し"),
        family: Family::Partnership,
        ..PLAIN
    },
    Form {
        name: "相互会社",
        words: &["相互會社", "そうこかいしや"],
        abbreviations: &["相"],
        bank: Some("そ"),
        ..PLAIN
    },
    Form { name: "特定目的会社", words: &["とくていもくてきかいしや"], ..PLAIN },
    // Associations and foundations.
    Form {
        name: "社団法人",
        words: &["しやたんほうしん"],
        abbreviations: &["社"],
        bank: Some("しや"),
        family: Family::Association,
        ..PLAIN
    },
    Form {
        name: "一般社団法人",
        words: &["いつはんしやたんほうしん"],
        abbreviations: &["一社"],
        family: Family::Association,
        ..PLAIN
    },
    Form {
        name: "公益社団法人",
        words: &["こうえきしやたんほうしん"],
        abbreviations: &["公社"],
        family: Family::Association,
        ..PLAIN
    },
    Form {
        name: "財団法人",
        words: &["さいたんほうしん"],
        abbreviations: &["財"],
        bank: Some("さい"),
        family: Family::Foundation,
        ..PLAIN
    },
    Form {
        name: "一般財団法人",
        words: &["いつはんさいたんほうしん"],
        abbreviations: &["一財"],
        family: Family::Foundation,
        ..PLAIN
    },
    Form {
        name: "公益財団法人",
        words: &["こうえきさいたんほうしん"],
        abbreviations: &["公財"],
        family: Family::Foundation,
        ..PLAIN
    },
    Form { name: "有限責任中間法人", abbreviations: &["中"], bank: Some("ちゆう"), ..PLAIN },
    Form { name: "無限責任中間法人", ..PLAIN },
    // Medicine, welfare, schools, religion.
    Form {
        name: "医療法人",
        words: &["醫療法人", "いりようほうしん"],
        abbreviations: &["医"],
        bank: Some("い"),
        family: Family::Medical,
        ..PLAIN
    },
    Form {
        name: "医療法人社団",
        words: &["医療法人(社団)", "医療社団法人", "いりようほうしんしやたん"],
        abbreviations: &["医社"],
        family: Family::Medical,
        ..PLAIN
    },
    Form {
        name: "医療法人財団",
        words: &["医療法人(財団)", "医療財団法人", "いりようほうしんさいたん"],
        abbreviations: &["医財"],
        family: Family::Medical,
        ..PLAIN
    },
    Form {
        name: "社会医療法人", words: &["しやかいいりようほうしん"], family: Family::Medical, ..PLAIN
    },
    Form { name: "社会医療法人社団", family: Family::Medical, ..PLAIN },
    Form { name: "社会医療法人財団", family: Family::Medical, ..PLAIN },
    Form { name: "特定医療法人", family: Family::Medical, ..PLAIN },
    Form { name: "特定医療法人社団", family: Family::Medical, ..PLAIN },
    Form { name: "特定医療法人財団", family: Family::Medical, ..PLAIN },
    Form {
        name: "社会福祉法人",
        words: &["しやかいふくしほうしん"],
        abbreviations: &["福", "社福"],
        bank: Some("ふく"),
        ..PLAIN
    },
    Form { name: "更生保護法人", words: &["こうせいほこほうしん"], bank: Some("ほこ"), ..PLAIN },
    Form {
        name: "学校法人",
        words: &["學校法人", "かつこうほうしん"],
        abbreviations: &["学"],
        bank: Some("かく"),
        ..PLAIN
    },
    Form { name: "準学校法人", ..PLAIN },
    Form {
        name: "宗教法人", words: &["しゆうきようほうしん"], abbreviations: &["宗"], bank: Some("しゆう"), ..PLAIN
    },
    Form {
        name: "特定非営利活動法人",
        words: &[
            "npo法人",
            "認定特定非営利活動法人",
            "認定npo法人",
            "とくていひえいりかつとうほうしん",
            "えぬひーおーほうしん",
        ],
        abbreviations: &["特非", "npo"],
        bank: Some("とくひ"),
        ..PLAIN
    },
    // Public bodies.
    Form {
        name: "独立行政法人",
        words: &["とくりつきようせいほうしん"],
        abbreviations: &["独"],
        bank: Some("とく"),
        ..PLAIN
    },
    Form {
        name: "地方独立行政法人",
        words: &["ちほうとくりつきようせいほうしん"],
        abbreviations: &["地独"],
        bank: Some("ちとく"),
        ..PLAIN
    },
    Form {
        name: "国立大学法人",
        words: &["こくりつたいかくほうしん"],
        abbreviations: &["大"],
        bank: Some("たい"),
        ..PLAIN
    },
    Form { name: "公立大学法人", words: &["こうりつたいかくほうしん"], ..PLAIN },
    Form { name: "国立研究開発法人", words: &["こくりつけんきゆうかいはつほうしん"], ..PLAIN },
    Form { name: "大学共同利用機関法人", ..PLAIN },
    // Professions.
    Form {
        name: "監査法人", words: &["かんさほうしん"], abbreviations: &["監"], family: Family::Audit, ..PLAIN
    },
    Form {
        name: "有限責任監査法人", words: &["ゆうけんせきにんかんさほうしん"], family: Family::Audit, ..PLAIN
    },
    Form {
        name: "税理士法人", words: &["せいりしほうしん"], abbreviations: &["税"], bank: Some("せい"), ..PLAIN
    },
    Form {
        name: "弁護士法人",
        words: &["辯護士法人", "へんこしほうしん"],
        abbreviations: &["弁"],
        bank: Some("へん"),
        ..PLAIN
    },
    Form {
        name: "司法書士法人",
        words: &["しほうしよしほうしん"],
        abbreviations: &["司"],
        bank: Some("しほう"),
        ..PLAIN
    },
    Form {
        name: "行政書士法人",
        words: &["きようせいしよしほうしん"],
        abbreviations: &["行"],
        bank: Some("きよ"),
        ..PLAIN
    },
    Form {
        name: "社会保険労務士法人",
        words: &["社労士法人", "しやかいほけんろうむしほうしん"],
        bank: Some("ろうむ"),
        ..PLAIN
    },
    Form {
        name: "弁理士法人", words: &["特許業務法人", "へんりしほうしん", "とつきよきようむほうしん"], ..PLAIN
    },
    Form { name: "土地家屋調査士法人", ..PLAIN },
    // Unions and cooperatives.
    Form {
        name: "農事組合法人",
        words: &["のうしくみあいほうしん"],
        abbreviations: &["農"],
        bank: Some("のう"),
        ..PLAIN
    },
    Form {
        name: "管理組合法人", words: &["かんりくみあいほうしん"], bank: Some("かんり"), ..PLAIN
    },
    Form {
        name: "協同組合",
        words: &["きようとうくみあい"],
        abbreviations: &["協"],
        bank: Some("きようくみ"),
        ..PLAIN
    },
    Form { name: "事業協同組合", words: &["しきようきようとうくみあい"], ..PLAIN },
    Form { name: "労働者協同組合", words: &["ろうとうしやきようとうくみあい"], ..PLAIN },
    Form { name: "協業組合", words: &["きようきようくみあい"], ..PLAIN },
    Form { name: "企業組合", words: &["ききようくみあい"], abbreviations: &["企"], ..PLAIN },
    Form { name: "有限責任事業組合", latin: &["llp"], ..PLAIN },
    Form { name: "投資事業有限責任組合", ..PLAIN },
    Form { name: "技術研究組合", ..PLAIN },
    Form { name: "投資法人", words: &["とうしほうしん"], ..PLAIN },
    Form {
        name: "農業協同組合", words: &["のうきようきようとうくみあい"], is_kept_after: true, ..PLAIN
    },
    Form {
        name: "漁業協同組合", words: &["きよきようきようとうくみあい"], is_kept_after: true, ..PLAIN
    },
    Form {
        name: "生活協同組合",
        words: &["消費生活協同組合", "せいかつきようとうくみあい"],
        is_kept_after: true,
        ..PLAIN
    },
    Form {
        name: "信用協同組合", words: &["しんようきようとうくみあい"], is_kept_after: true, ..PLAIN
    },
    // Latin letters.
    Form {
        name: "Co., Ltd.",
        latin: &["coltd", "companylimited", "companyltd", "colimited"],
        family: Family::Any,
        ..PLAIN
    },
    Form { name: "Inc.", latin: &["inc", "incorporated", "coinc"], family: Family::Any, ..PLAIN },
    Form { name: "Corp.", latin: &["corp", "corporation"], family: Family::Any, ..PLAIN },
    Form { name: "Ltd.", latin: &["ltd", "limited", "pteltd"], family: Family::Any, ..PLAIN },
    Form { name: "LLC", latin: &["llc"], family: Family::Any, ..PLAIN },
    Form { name: "PLC", latin: &["plc"], family: Family::Any, ..PLAIN },
    Form { name: "GmbH", latin: &["gmbh"], family: Family::Any, ..PLAIN },
];

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    use crate::company::bare;

    #[test]
    fn everything_written_is_bare_and_means_one_form() {
        let (mut written, mut names) = (HashSet::new(), HashSet::new());
        for form in FORMS {
            assert!(names.insert(form.name), "{}", form.name);
            let parts = [form.words, form.abbreviations, form.latin].concat();
            for part in parts.into_iter().chain(form.bank) {
                assert_eq!(part.chars().flat_map(bare).collect::<String>(), part);
            }
            let written_out = form.words.iter().map(|word| (*word).to_owned()).chain([form.name.to_owned()]);
            let abbreviated = form.abbreviations.iter().map(|part| format!("({part})"));
            let by_banks = form.bank.iter().map(|part| format!("({part})"));
            let latin = form.latin.iter().map(|part| (*part).to_owned());
            for text in written_out.chain(abbreviated).chain(by_banks).chain(latin) {
                assert!(written.insert(text.clone()), "{text} stands for two forms");
            }
        }
    }

    #[test]
    fn forms_of_one_family_do_not_exclude_each_other() {
        let form = |name: &str| FORMS.iter().find(|form| form.name == name).unwrap();
        for (one, other, excludes) in [
            ("株式会社", "株式会社", false),
            ("株式会社", "有限会社", true),
            ("株式会社", "Co., Ltd.", false),
            ("社団法人", "一般社団法人", false),
            ("一般社団法人", "一般財団法人", true),
            ("合同会社", "合資会社", false),
            ("税理士法人", "株式会社", true),
            ("税理士法人", "弁護士法人", true),
        ] {
            assert_eq!(form(one).excludes(form(other)), excludes, "{one} {other}");
            assert_eq!(form(other).excludes(form(one)), excludes, "{one} {other}");
        }
    }
}
