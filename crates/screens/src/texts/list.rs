//! Texts of lists of records.

texts! {
    title: "一覧", "List";
}
