//! Texts of people, organizations and groups.

texts! {
    title: "ユーザーと組織", "People and organizations";
}
