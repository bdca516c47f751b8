//! Texts of change sets, imports and jobs.

texts! {
    title: "変更の一覧", "Changes";
}
