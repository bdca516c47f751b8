use super::*;

use std::io::{self, Read};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::encoding::Encoding;
use crate::sjis::{self, Substitutions};

/// Gives its bytes in pieces of a size.
struct Pieces<'b> {
    rest: &'b [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (piece, rest) = self.rest.split_at(self.size.min(self.rest.len()).min(buffer.len()));
        buffer[..piece.len()].copy_from_slice(piece);
        self.rest = rest;
        Ok(piece.len())
    }
}

fn any_fields() -> ReadOptions {
    ReadOptions { fields: FieldCount::Any, ..ReadOptions::default() }
}

/// All rows with their lines and whether they are refused, and the error at the end.
fn read_all(source: impl Read, options: ReadOptions) -> (Vec<(Row, Option<Fault>)>, Option<String>) {
    read_on(&mut RowReader::new(source, options))
}

fn read_on(reader: &mut RowReader<impl Read>) -> (Vec<(Row, Option<Fault>)>, Option<String>) {
    let mut rows = Vec::new();
    loop {
        match reader.next_row() {
            Ok(Some(Reading::Row(row))) => rows.push((row, None)),
            Ok(Some(Reading::Refused(row, fault))) => rows.push((row, Some(fault))),
            Ok(None) => return (rows, None),
            Err(error) => {
                assert!(matches!(reader.next_row(), Ok(None)), "nothing comes after an error");
                return (rows, Some(error.to_string()));
            }
        }
    }
}

/// The rows of a text as "line: field|field", in pieces of every size up to 9.
fn rows_of(text: &[u8], options: ReadOptions) -> (Vec<String>, Option<String>) {
    let shown = |(rows, error): (Vec<(Row, Option<Fault>)>, Option<String>)| {
        let show = |(row, fault): &(Row, Option<Fault>)| {
            let mark = match fault {
                None => "",
                Some(Fault::FieldCount { .. }) => " (count)",
                Some(Fault::Misquoted) => " (quote)",
            };
            format!("{}: {}{mark}", row.line, row.fields.join("|"))
        };
        (rows.iter().map(show).collect::<Vec<_>>(), error)
    };
    let whole = shown(read_all(text, options));
    for size in 1..10 {
        assert_eq!(shown(read_all(Pieces { rest: text, size }, options)), whole, "in pieces of {size}");
    }
    whole
}

fn cp932(text: &str) -> Vec<u8> {
    sjis::encode(text, &Substitutions::none()).unwrap().bytes
}

#[test]
fn rows_are_read_as_they_come_from_everywhere() {
    for (text, rows) in [
        ("", &[][..]),
        ("\n", &[]),
        ("\r\n\r\n\r\n", &[]),
        ("a", &["1: a"]),
        ("a,b\r\nc,d\r\n", &["1: a|b", "2: c|d"]),
        ("a,b\nc,d", &["1: a|b", "2: c|d"]),
        ("a,b\rc,d\r", &["1: a|b", "2: c|d"]),
        ("a,b\n\rc,d\r\re,f\n\ng,h", &["1: a|b", "3: c|d", "5: e|f", "7: g|h"]),
        ("\r\n\n\ra,b", &["4: a|b"]),
        ("\u{FEFF}a,b\n", &["1: a|b"]),
        ("\u{FEFF}\"a\",b\n", &["1: a|b"]),
        (",\n", &["1: |"]),
        (",,\n,", &["1: ||", "2: |"]),
        ("\"\"\n", &["1: "]),
        ("\"a,b\",\"c\"\"d\"\n", &["1: a,b|c\"d"]),
        ("\"一行目\r\n二行目\",b\nc,d", &["1: 一行目\r\n二行目|b", "3: c|d"]),
        ("\"一\r二\n三\r\n四\"\nc", &["1: 一\r二\n三\r\n四", "5: c"]),
        ("a\"b\",c\"\n", &["1: a\"b\"|c\""]),
        (" \"a\"\n", &["1:  \"a\""]),
        (" a , b \n", &["1:  a | b "]),
        ("\"\"\"\"\n", &["1: \""]),
        ("\"a\"b,c\nd,e", &["1: ab|c (quote)", "2: d|e"]),
        ("\"a\" ,c\n", &["1: a |c (quote)"]),
        ("\"a\"\"\n", &[]),
        ("株式会社,山田\n\"㈱\n商事\",♥", &["1: 株式会社|山田", "2: ㈱\n商事|♥"]),
        ("a;b\tc", &["1: a;b\tc"]),
        ("a\u{2028}b\u{85}c\n", &["1: a\u{2028}b\u{85}c"]),
    ] {
        assert_eq!(rows_of(text.as_bytes(), any_fields()).0, rows, "{text:?}");
    }
}

#[test]
fn every_encoding_is_found_out() {
    let text = "番号,名称\r\n1,\"表示,ソフト\r\n株式会社\"\r\n2,ポ\\ｱ①髙\r\n";
    let rows = ["1: 番号|名称", "2: 1|表示,ソフト\r\n株式会社", "4: 2|ポ\\ｱ①髙"];
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{FEFF}{text}").into_bytes(), Encoding::Utf8Bom),
        (cp932(text), Encoding::Cp932),
    ] {
        for given in [None, Some(encoding)] {
            let options = ReadOptions { encoding: given, ..ReadOptions::default() };
            assert_eq!(rows_of(&bytes, options), (rows.map(str::to_owned).to_vec(), None));
            let mut reader = RowReader::new(bytes.as_slice(), options);
            read_on(&mut reader);
            assert_eq!(reader.position().encoding, Some(encoding));
            assert_eq!(reader.position().offset, u64::try_from(bytes.len()).unwrap());
        }
    }
}

#[test]
fn rows_of_another_length_are_reported_and_reading_goes_on() {
    let text = b"a,b\r\n1,2\r\n1\r\n1,2,3\r\n4,5\r\n";
    let options = ReadOptions::default();
    assert_eq!(rows_of(text, options).0, ["1: a|b", "2: 1|2", "3: 1 (count)", "4: 1|2|3 (count)", "5: 4|5"]);
    let options = ReadOptions { fields: FieldCount::Exactly(3), ..options };
    assert_eq!(rows_of(text, options).0[3], "4: 1|2|3");
    let (rows, _) = read_all(&text[..], options);
    assert_eq!(rows[0].1, Some(Fault::FieldCount { expected: 3 }));
}

#[test]
fn another_delimiter_is_taken() {
    let options = ReadOptions { delimiter: '\t', ..any_fields() };
    assert_eq!(rows_of("a,b\t\"c\td\"\n".as_bytes(), options).0, ["1: a,b|c\td"]);
}

#[test]
fn what_ends_the_reading_is_told_with_its_line() {
    for (bytes, rows, error) in [
        (&b"a,b\r\nc,\"d\r\ne,f\r\ng,h\r\n"[..], 1, "line 2: a quote is not closed"),
        (b"\"", 0, "line 1: a quote is not closed"),
        (b"a\r\nb\r\n\"c\"\"\r\n", 2, "line 3: a quote is not closed"),
        (b"a,b\r\nc,\xFFd\r\n", 1, "line 2: no UTF-8 or CP932 at byte 7"),
        (b"a\n\"b\nc\xFD\"\n", 1, "line 3: no UTF-8 or CP932 at byte 6"),
    ] {
        let (read, told) = rows_of(bytes, any_fields());
        assert_eq!((read.len(), told.as_deref()), (rows, Some(error)), "{bytes:?}");
    }
    let options = ReadOptions { encoding: Some(Encoding::Cp932), ..any_fields() };
    assert_eq!(rows_of(b"\x95\x5C\n\x81", options).1.as_deref(), Some("line 2: no CP932 at byte 3"));
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    assert_eq!(read_all(Broken, any_fields()).1.as_deref(), Some("the file cannot be read: the disk is gone"));
}

/// A beginning, then one byte for ever; counts what was read.
struct Endless<'c> {
    beginning: &'static [u8],
    then: u8,
    read: &'c mut usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let beginning = std::mem::take(&mut self.beginning);
        buffer.fill(self.then);
        buffer[..beginning.len()].copy_from_slice(beginning);
        *self.read += buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn a_row_over_a_bound_is_an_error_and_not_memory() {
    for (beginning, then, error) in [
        (&b"a"[..], b'a', "line 1: a field is too long"),
        (b"x\n\"a", b'\n', "line 2: a field is too long"),
        (b"", b'"', "line 1: a field is too long"),
        (b"", b',', "line 1: the row is too long"),
        (b"\"a\"", b',', "line 1: the row is too long"),
    ] {
        let mut read = 0;
        let source = Endless { beginning, then, read: &mut read };
        let options = ReadOptions { encoding: Some(Encoding::Utf8), ..any_fields() };
        assert_eq!(read_all(source, options).1.as_deref(), Some(error));
        assert!(read <= 1_200_000, "{read} bytes were read");
    }
}

#[test]
fn bounds_count_characters_and_are_exact() {
    let bounds = Bounds { field_characters: 3, row_characters: 8 };
    let options = ReadOptions { bounds, ..any_fields() };
    for (text, is_read) in [
        ("株式会,社山田\n", true),
        ("株式会社\n", false),
        ("𠮷𠮷𠮷\n", true),
        ("\"a\"\"b\"\n", true),
        ("\"a\"\"bc\"\n", false),
        ("aaa,bbb\n", true),
        ("aaa,bbb,\n", false),
    ] {
        assert_eq!(rows_of(text.as_bytes(), options).1.is_none(), is_read, "{text}");
    }
}

#[test]
fn rows_are_written_by_the_rfc() {
    let rows: &[&[&str]] = &[
        &["番号", "名 称"],
        &["1", "a,b"],
        &["\"引用\"", "一\r\n二"],
        &["一\n二", "一\r二"],
        &["", ""],
        &["=1+1", "+81"],
        &["-1", "@A"],
        &["a=1", "'x"],
    ];
    let written = |options: WriteOptions| {
        let mut writer = RowWriter::new(Vec::new(), options).unwrap();
        for row in rows {
            assert_eq!(writer.write_row(*row).unwrap(), []);
        }
        writer.write_row([""]).unwrap();
        writer.finish().unwrap()
    };
    let plain = "番号,名 称\r\n1,\"a,b\"\r\n\"\"\"引用\"\"\",\"一\r\n二\"\r\n\"一\n二\",\"一\r二\"\r\n,\r\n=1+1,+81\r\n-1,@A\r\na=1,'x\r\n\"\"\r\n";
    assert_eq!(String::from_utf8(written(WriteOptions::plain(Encoding::Utf8))).unwrap(), plain);
    assert_eq!(String::from_utf8(written(WriteOptions::plain(Encoding::Utf8Bom))).unwrap(), format!("\u{FEFF}{plain}"));
    assert_eq!(written(WriteOptions::plain(Encoding::Cp932)), cp932(plain));
    let guarded = WriteOptions { guards_formulas: true, ..WriteOptions::plain(Encoding::Cp932) };
    let guarded_text = plain.replace("=1+1,+81\r\n-1,@A", "'=1+1,'+81\r\n'-1,'@A");
    assert_eq!(sjis::decode(&written(guarded)).unwrap(), guarded_text);
}

#[test]
fn what_cp932_lacks_is_told_and_nothing_of_the_row_is_written() {
    let mut writer = RowWriter::new(Vec::new(), WriteOptions::plain(Encoding::Cp932)).unwrap();
    writer.write_row(["a", "b"]).unwrap();
    let Err(WriteError::Unmappable(lacking)) = writer.write_row(["4月〜", "\"x\"\n♥", "良"]) else {
        panic!("two characters are lacking");
    };
    let told: Vec<_> = lacking.iter().map(|it| (it.field, it.what.position.line, it.what.position.column)).collect();
    assert_eq!(told, [(0, 1, 3), (1, 2, 1)]);
    writer.write_row(["c", "d"]).unwrap();
    assert_eq!(writer.finish().unwrap(), b"a,b\r\nc,d\r\n");

    let substitutions = Substitutions::customary();
    let options = WriteOptions { substitutions, guards_formulas: true, ..WriteOptions::plain(Encoding::Cp932) };
    let mut writer = RowWriter::new(Vec::new(), options).unwrap();
    let replaced = writer.write_row(["a", "-\"〜\"\n¥"]).unwrap();
    let told: Vec<_> = replaced.iter().map(|it| (it.field, it.what.position.column, it.what.to)).collect();
    assert_eq!(told, [(1, 3, "～"), (1, 1, "￥")]);
    assert_eq!(sjis::decode(&writer.finish().unwrap()).unwrap(), "a,\"'-\"\"～\"\"\n￥\"\r\n");
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-c,\"\r\n 表ポ契ｱ①\\\\=+-]{0,6}", 1 => any::<String>(), 1 => "\u{FEFF}{0,2}"]
}

fn row(width: usize) -> impl Strategy<Value = Vec<String>> {
    vec(field(), width)
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1..4_usize).prop_flat_map(|width| vec(row(width), 1..6))
}

/// Text that is nearly a table.
fn nearly() -> impl Strategy<Value = String> {
    "[ab,\"\r\n表\u{FEFF}]{0,30}"
}

fn write(rows: &[Vec<String>], encoding: Encoding) -> Result<Vec<u8>, WriteError> {
    let mut writer = RowWriter::new(Vec::new(), WriteOptions::plain(encoding)).unwrap();
    for row in rows {
        writer.write_row(row)?;
    }
    Ok(writer.finish().unwrap())
}

/// What the csv crate makes of a text, which agrees where nothing is wrong.
fn second_opinion(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_is_read_back(rows in table(), size in 1..9_usize) {
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Cp932] {
            let Ok(bytes) = write(&rows, encoding) else {
                prop_assert_eq!(encoding, Encoding::Cp932);
                continue;
            };
            let options = ReadOptions { encoding: Some(encoding), ..ReadOptions::default() };
            let (read, error) = read_all(Pieces { rest: &bytes, size }, options);
            prop_assert_eq!(error, None);
            prop_assert!(read.iter().all(|(_, fault)| fault.is_none()));
            prop_assert_eq!(read.into_iter().map(|(row, _)| row.fields).collect::<Vec<_>>(), rows.clone());
        }
    }

    #[test]
    fn reading_can_pause_behind_every_row(text in nearly(), rows in table(), encoding in 0..3_usize) {
        let encoding = [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Cp932][encoding];
        let table = write(&rows, encoding).unwrap_or_default();
        for bytes in [text.into_bytes(), table] {
            let options = ReadOptions::default();
            let (all, error) = read_all(bytes.as_slice(), options);
            let mut reader = RowReader::new(bytes.as_slice(), options);
            for done in 0..=all.len() {
                let position = reader.position();
                let offset = usize::try_from(position.offset).expect("short");
                let rest = read_on(&mut RowReader::resume(&bytes[offset..], options, position));
                // Ahead of a header the encoding may not be known, and with less to go by it may be guessed otherwise.
                if position.encoding.is_some() || done == 0 {
                    prop_assert_eq!(&rest.0, &all[done..]);
                    prop_assert_eq!(rest.1.is_some(), error.is_some());
                }
                let _ = reader.next_row();
            }
        }
    }

    #[test]
    fn rows_agree_with_a_second_opinion(text in nearly()) {
        let (rows, error) = read_all(text.as_bytes(), any_fields());
        let fields: Vec<_> = rows.into_iter().map(|(row, _)| row.fields).collect();
        let opinion = second_opinion(&text);
        match error {
            None => prop_assert_eq!(fields, opinion),
            Some(_) => prop_assert_eq!(&fields[..], &opinion[..opinion.len() - 1], "the last row is in open quotes"),
        }
    }

    #[test]
    fn lines_are_those_of_an_editor(rows in table()) {
        let bytes = write(&rows, Encoding::Utf8).expect("UTF-8 has every character");
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        let (read, _) = read_all(bytes.as_slice(), any_fields());
        let plain = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut line = 1;
        for ((row, _), fields) in read.iter().zip(&rows) {
            prop_assert_eq!(row.line, line);
            let count = |text: &String| text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count();
            line += u64::try_from(fields.iter().map(count).sum::<usize>()).expect("few") + 1;
        }
        prop_assert_eq!(line, u64::try_from(plain.matches('\n').count()).expect("few") + 1);
    }

    #[test]
    fn any_bytes_have_an_end(bytes in vec(any::<u8>(), 0..60), size in 1..9_usize) {
        let whole = read_all(bytes.as_slice(), any_fields());
        prop_assert_eq!(read_all(Pieces { rest: &bytes, size }, any_fields()), whole);
    }
}
