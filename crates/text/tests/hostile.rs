//! Every module takes the texts that break software, and says of them what its documentation promises.
//!
//! The corpus is included by its path: the test kit stands on top of all crates, this one at their foot.

#[path = "../../testkit/src/hostile.rs"]
pub mod hostile;

use musubi_text::address::Place;
use musubi_text::company::{company_key, split};
use musubi_text::contact_point::{mail_key, phone_digits, postal_digits, website_domain};
use musubi_text::corporate_number::{CorporateNumber, InvoiceNumber};
use musubi_text::csv::{FieldCount, ReadOptions, Reading, RowReader, RowWriter, WriteError, WriteOptions};
use musubi_text::encoding::{Decoder, Encoding};
use musubi_text::file_name::file_name;
use musubi_text::kana::{is_kana_reading, to_full_width_kana, to_hiragana, to_katakana};
use musubi_text::search_key::fold;
use musubi_text::sjis::{self, Substitutions};
use musubi_text::variant_kanji::usual_forms;
use musubi_text::wareki;
use musubi_text::width::{to_full_width_ascii, to_half_width_ascii};

/// What is to be accepted and what is to be refused: a module of this crate takes both.
fn all() -> impl Iterator<Item = &'static str> {
    hostile::texts().iter().chain(hostile::refused_controls()).copied()
}

#[test]
fn keys_are_keys_of_themselves() {
    for text in all() {
        let folded = fold(text);
        assert_eq!(fold(&folded), folded, "{text:?}");
        assert_eq!(usual_forms(&usual_forms(&folded)), usual_forms(&folded), "{text:?}");
        for key in [mail_key, website_domain, phone_digits, postal_digits] {
            if let Some(once) = key(text) {
                assert_eq!(key(&once), Some(once), "{text:?}");
            }
        }
    }
}

#[test]
fn width_and_script_go_there_and_back() {
    for text in all() {
        assert_eq!(to_half_width_ascii(&to_full_width_ascii(text)), to_half_width_ascii(text), "{text:?}");
        assert_eq!(to_hiragana(&to_katakana(text)), to_hiragana(text), "{text:?}");
        assert_eq!(fold(&to_full_width_kana(text)), fold(text), "{text:?}");
        if is_kana_reading(text) {
            assert!(is_kana_reading(&to_katakana(text)), "{text:?}");
        }
    }
}

#[test]
fn a_file_keeps_a_name_that_leads_nowhere() {
    for text in all() {
        let name = file_name(&format!("{text}.pdf"), 50);
        assert!(!name.contains(['/', '\\', '"', ':']) && !name.chars().any(char::is_control), "{text:?}");
        assert!(!name.starts_with('.') && name.chars().count() <= 50, "{text:?}");
        assert_eq!(file_name(&name, 50), name, "{text:?}");
    }
}

#[test]
fn a_company_keeps_a_name() {
    for text in all() {
        let split = split(text);
        assert!(text.contains(split.core), "{text:?}");
        assert_eq!(company_key(text).is_empty(), text.trim().is_empty(), "{text:?}");
        assert_eq!(company_key(text), company_key(&format!(" {text} ")), "{text:?}");
        let place = Place::of(text);
        assert_eq!(place, Place::of(&to_full_width_ascii(text)), "{text:?}");
    }
    for (name, key) in [
        ("株式会社株式会社サービス", "株式会社さーびす"),
        ("株\u{200B}式会社結", "株式会社結"),
        ("サ〜バ〜株式会社", "さーばー"),
        ("サバ株式会社", "さば"),
        ("社団法人法人会", "法人会"),
        ("医療法人社団社団", "社団"),
    ] {
        assert!(hostile::group("company names").contains(&name));
        assert_eq!(company_key(name), key);
    }
}

#[test]
fn a_date_is_read_and_written_or_refused() {
    for text in all() {
        if let Ok(date) = wareki::parse(text) {
            assert_eq!(wareki::parse(&date.to_string()), Ok(date), "{text:?}");
            for written in [wareki::long(date), wareki::short(date)].into_iter().flatten() {
                assert_eq!(wareki::parse(&written), Ok(date), "{text:?}");
            }
        }
    }
    let read: Vec<_> = hostile::group("dates")
        .iter()
        .filter_map(|text| wareki::parse(text).ok())
        .map(|date| date.to_string())
        .collect();
    let days = ["2019-05-01", "2019-04-30", "2019-04-30", "1989-01-07", "1926-12-25", "1912-07-30", "2025-04-01"];
    assert_eq!(read, days);
}

#[test]
fn a_number_is_read_and_written_or_refused() {
    for text in all() {
        if let Ok(number) = CorporateNumber::parse_typed(text) {
            assert_eq!(CorporateNumber::parse(&number.to_string()), Ok(number), "{text:?}");
        }
        if let Ok(number) = InvoiceNumber::parse_typed(text) {
            assert_eq!(InvoiceNumber::parse(&number.to_string()), Ok(number), "{text:?}");
        }
    }
    let numbers = hostile::group("numbers of companies");
    // One at two widths, and thirteen nines, which fit their check digit.
    assert_eq!(numbers.iter().filter(|text| CorporateNumber::parse_typed(text).is_ok()).count(), 3);
    assert_eq!(numbers.iter().filter(|text| InvoiceNumber::parse_typed(text).is_ok()).count(), 2);
}

#[test]
fn cp932_loses_nothing_in_silence() {
    let mut lost = 0;
    for text in all() {
        for table in [Substitutions::none(), Substitutions::customary()] {
            match sjis::encode(text, &table) {
                Ok(encoded) if encoded.substituted.is_empty() => {
                    assert_eq!(sjis::decode(&encoded.bytes).as_deref(), Ok(text));
                }
                Ok(encoded) => assert_ne!(sjis::decode(&encoded.bytes).as_deref(), Ok(text)),
                Err(lacking) => {
                    lost += 1;
                    assert!(lacking.iter().all(|it| text.contains(it.character)), "{text:?}");
                }
            }
        }
    }
    assert!(lost > 100, "only {lost} texts hold what CP932 lacks");
    for (bytes, text) in hostile::cp932() {
        assert_eq!(sjis::decode(bytes).as_deref(), Ok(*text), "{bytes:02X?}");
        let encoded = sjis::encode(text, &Substitutions::none()).expect("it came from CP932").bytes;
        assert_eq!(sjis::decode(&encoded).as_deref(), Ok(*text), "{bytes:02X?}");
    }
}

#[test]
fn chunks_of_one_byte_are_the_same_text() {
    for text in all() {
        let mut decoded = String::new();
        let mut decoder = Decoder::new(Encoding::Utf8);
        for byte in text.as_bytes().chunks(1) {
            decoder.decode(byte, &mut decoded).expect("UTF-8");
        }
        decoder.finish(&mut decoded).expect("UTF-8");
        assert_eq!(decoded, text.strip_prefix('\u{FEFF}').unwrap_or(text), "{text:?}");
    }
}

/// Rows of three fields out of all texts.
fn rows() -> Vec<Vec<&'static str>> {
    let texts: Vec<_> = all().collect();
    texts.chunks_exact(3).map(<[_]>::to_vec).collect()
}

#[test]
fn every_text_comes_back_out_of_a_table() {
    for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Cp932] {
        let mut writer = RowWriter::new(Vec::new(), WriteOptions::plain(encoding)).expect("memory");
        let mut written = Vec::new();
        for row in rows() {
            match writer.write_row(&row) {
                Ok(replaced) => {
                    assert!(replaced.is_empty());
                    written.push(row);
                }
                Err(WriteError::Unmappable(lacking)) => {
                    assert!(lacking.iter().all(|it| row[it.field].contains(it.what.character)));
                }
                Err(WriteError::Io(error)) => panic!("{error}"),
            }
        }
        let bytes = writer.finish().expect("memory");
        let options = ReadOptions { encoding: Some(encoding), ..ReadOptions::default() };
        let mut reader = RowReader::new(bytes.as_slice(), options);
        for row in &written {
            match reader.next_row().expect("what was written is read") {
                Some(Reading::Row(read)) => assert_eq!(&read.fields, row),
                other => panic!("{other:?} instead of {row:?}"),
            }
        }
        assert_eq!(reader.next_row().expect("the end"), None);
        assert!(written.len() > if encoding == Encoding::Cp932 { 20 } else { 80 }, "{}", written.len());
    }
}

#[test]
fn every_hostile_table_has_an_end() {
    let mut refused = 0;
    for table in hostile::tables() {
        let options = ReadOptions { fields: FieldCount::OfFirstRow, ..ReadOptions::default() };
        let mut reader = RowReader::new(*table, options);
        loop {
            match reader.next_row() {
                Ok(Some(Reading::Row(row) | Reading::Refused(row, _))) => assert!(!row.fields.is_empty()),
                Ok(None) => break,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused >= 6, "{refused} tables were refused");
}
