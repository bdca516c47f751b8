//! Texts of what stands around pages, of the home page and of search.

texts! {
    clients_group: "取引先", "Clients";
    clients: "取引先", "Clients";
    contacts: "取引先担当者", "Contacts";
    business_cards: "名刺", "Business cards";
    card_review: "名寄せの確認", "Cards to review";
    products: "商品", "Products";
    databases: "データベース", "Databases";
    work_group: "運用", "Operation";
    changes: "変更の一覧", "Changes";
    connections: "接続", "Connections";
    administration: "管理", "Administration";
    search: "全体を検索", "Search everything";
    search_hint: "取引先・担当者・名刺を検索", "Search clients, contacts, cards";
    search_of: "「{}」の検索結果", "Found for “{}”";
    search_lead: "上の検索欄に、会社名、フリガナ、電話番号、住所などの一部を入力してください。空白で区切ると、すべての語を含むものを探します。",
        "Type a part of a name, a reading, a phone number or an address into the field above. Several words must all be found.";
    search_none: "見つかりませんでした。", "Nothing was found.";
    search_none_hint: "語を短くするか、カナで試してください。全角と半角、ひらがなとカタカナは区別しません。",
        "Try a shorter word or its reading. Width, case and the two kana are not told apart.";
    search_part: "時間内に調べた分だけを表示しています。", "This is what was found in time.";
    search_all: "すべて見る", "See all";
    new_client: "取引先を登録", "New client";
    new_contact: "取引先担当者を登録", "New contact";
    new_card: "名刺を登録", "New business card";
    import_clients: "CSVを取り込む", "Import a CSV file";
    home_tasks: "やること", "To do";
    home_tasks_none: "期限のある予定はありません。取引先のページの「活動」から追加できます。", "Nothing to do. Tasks are added on the page of a client.";
    home_mentions: "あなた宛てのコメント", "Comments for you";
    home_mentions_none: "未読のコメントはありません。", "No comments to read.";
    home_cards: "名刺の確認", "Business cards";
    home_cards_count: "名寄せの確認待ちが {} 枚あります", "{} cards wait to be looked at";
    home_cards_none: "確認待ちの名刺はありません。", "No cards wait to be looked at.";
    late: "期限切れ", "Late";
    important: "重要", "Important";
    home_jobs: "失敗した処理", "What failed";
    home_jobs_none: "この7日間に失敗した処理はありません。", "Nothing has failed in the last 7 days.";
    home_recent: "最近見たもの", "Seen lately";
    home_recent_none: "まだ何も見ていません。取引先の一覧から始めましょう。", "Nothing yet. Begin with the list of clients.";
    home_changes: "最近の変更", "Recent changes";
    home_changes_none: "まだ変更はありません。", "No changes yet.";
    to_clients: "取引先の一覧へ", "To the clients";
    all_changes: "すべての変更を見る", "All changes";
    keys_lead: "入力欄の外で押してください。", "Press them outside of fields.";
    keys_everywhere: "どのページでも", "On every page";
    keys_list: "一覧", "Lists";
    keys_record: "詳細", "Record";
    keys_review: "名寄せの確認", "Review of cards";
    key_search: "検索欄に移動する", "Go to the search";
    key_keys: "キー操作の一覧を開く", "Show this list";
    key_home: "ホームを開く", "Go to the home page";
    key_new: "新しく登録する", "Register something new";
    key_down: "次の行へ", "Next row";
    key_up: "前の行へ", "Previous row";
    key_select: "行を選択する", "Select the row";
    key_open: "行を開く", "Open the row";
    key_edit: "編集する", "Edit";
    key_choose: "候補を選ぶ", "Choose a candidate";
    key_accept: "選んだ候補に決める", "Accept it";
    key_as_new: "新しく登録する", "As a new one";
    key_skip: "後回しにする", "Later";
    close: "閉じる", "Close";
    undo: "元に戻す", "Undo";
    keys: "キー操作", "Keyboard shortcuts";
}
