//! Texts of what stands around pages, of the home page and of search.

texts! {
    clients_group: "取引先", "Clients";
    clients: "取引先", "Clients";
    contacts: "取引先担当者", "Contacts";
    business_cards: "名刺", "Business cards";
    card_review: "名寄せの確認", "Cards to review";
    products: "商品", "Products";
    work_group: "運用", "Operation";
    changes: "変更の一覧", "Changes";
    connections: "接続", "Connections";
    administration: "管理", "Administration";
    search: "全体を検索", "Search everything";
    search_hint: "取引先・担当者・名刺を検索", "Search clients, contacts, cards";
    undo: "元に戻す", "Undo";
    keys: "キー操作", "Keyboard shortcuts";
}
