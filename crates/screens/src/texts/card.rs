//! Texts of business cards and 名寄せ.

texts! {
    title: "名刺", "Business cards";
}
