//! Texts of rights.

texts! {
    title: "全体権限一覧", "Who may do what";
}
