//! Texts of forms of records, the trash.

texts! {
    title: "レコード", "Record";
}
