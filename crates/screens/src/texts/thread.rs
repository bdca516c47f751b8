//! Texts of the page of a record.

texts! {
    title: "詳細", "Details";
}
