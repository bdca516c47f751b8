//! Texts of settings of the tenant.

texts! {
    title: "設定", "Settings";
}
