//! Texts of connections: webhooks, mail.

texts! {
    title: "接続", "Connections";
}
