//! Texts of settings of the tenant.

texts! {
    // The index.
    title: "管理", "Administration";
    lead: "利用者、データの項目、外部との連携、システムの設定をここから変更します。", "Set up people, items of data, connections and the system.";
    find: "設定を探す", "Find a setting";
    find_button: "探す", "Find";
    find_none: "「{}」に合う設定はありません。ほかの言葉で探してください。", "No setting matches “{}”. Try another word.";
    nothing: "変更できる設定がありません。必要な場合は管理者に権限を依頼してください。", "There is nothing that you may change here. Ask an administrator for a right.";
    group_people: "人と権限", "People and rights";
    group_data: "データ", "Data";
    group_outside: "外部との連携", "Connections";
    group_system: "システム", "System";
    users: "利用者", "People";
    users_text: "利用者の登録、退職、パスワードの再設定、2段階認証の解除。", "Add people, let them leave, reset passwords and second factors.";
    organizations: "組織", "Organizations";
    organizations_text: "部署の階層と、そこに所属する人。", "Departments, how they stand below one another, who belongs to them.";
    groups: "グループ", "Groups";
    groups_text: "権限やトップページを分けるための、人の集まり。", "People who share rights, addresses or a top page.";
    permission_templates: "権限テンプレート", "Permission templates";
    permission_templates_text: "よく使う権限の組み合わせに名前を付けて、まとめて与えます。", "Named sets of rights that are given as one.";
    rights: "データの権限", "Rights to data";
    rights_text: "誰がどのデータのどの項目を見て、変更できるか。", "Who sees and changes which records and items.";
    why: "見えない理由", "Why something is not visible";
    why_text: "ある人にデータが見えない理由を調べます。", "Find out why somebody does not see a record.";
    handover: "引き継ぎ", "Handover";
    handover_text: "異動や退職のときに、担当をまとめて別の人に移します。", "Give what somebody is responsible for to another person.";
    databases: "データベースと項目", "Databases and items";
    databases_text: "入力する項目の追加、並べ替え、選択肢、必須、索引。", "Items of records: add, order, choices, required, indexes.";
    linkage: "システム連携ID", "Linkage IDs";
    linkage_text: "会計や販売管理など、連携するシステムの名前。", "Names of the systems whose IDs records carry.";
    inquiry_routes: "引合経路", "Inquiry routes";
    inquiry_routes_text: "展示会や紹介など、引き合いがどこから来たかの分類。", "Where inquiries come from: fairs, referrals and so on.";
    openid: "API と OpenID", "API and OpenID";
    openid_text: "連携アプリの登録、スコープ、トークン、署名鍵。", "Applications, scopes, tokens and signing keys.";
    connections: "接続", "Connections";
    connections_text: "Webhook とメールの送信先、送信の記録。", "Webhooks, mail, and what was delivered.";
    security: "セキュリティ設定", "Security";
    security_text: "パスワードの決まり、サインインの長さ、使えるアドレス。", "Rules for passwords, length of sign-ins, allowed addresses.";
    tenant: "企業情報", "Company";
    tenant_text: "会社名、連絡先、このサービスのホスト名。", "Name and address of the company, and its host names.";
    top_page: "トップページとお知らせ", "Top page and notices";
    top_page_text: "ホームに出すブロックと、利用者へのお知らせ。", "Blocks of the home page, and notices to people.";
    system: "システムの状態", "State of the system";
    system_text: "動作の状態、ジョブ、バックアップ。", "How the server is doing: jobs, backups.";
    changes: "変更の一覧", "Changes";
    changes_text: "誰がいつ何を変更したか。まとめて元に戻せます。", "Who changed what and when; undo as a whole.";

    // What pages of settings have in common.
    save: "保存", "Save";
    add: "追加", "Add";
    remove: "削除", "Remove";
    restore: "戻す", "Bring back";
    up_of: "{} を上へ移動", "Move {} up";
    down_of: "{} を下へ移動", "Move {} down";
    edit_of: "{} を編集", "Edit {}";
    remove_of: "{} を削除", "Remove {}";
    restore_of: "{} を戻す", "Bring {} back";
    name: "名前", "Name";
    order: "順序", "Order";
    state: "状態", "State";
    not_saved: "保存していません。入力した内容を確認してください。", "Nothing has been saved. Please look at what you entered.";
    stale: "開いたあとに、ほかの人がこの内容を変更しました。何も保存していません。現在の内容を確認してから、もう一度操作してください。",
        "Somebody else has changed this since you opened it. Nothing has been saved. Look at how it stands now and try again.";
    stale_item: "開いたあとに、ほかの人がこの項目を変更しました。入力した内容は下に残っています。現在の内容は「{}」です。このまま保存すると上書きします。",
        "Somebody else has changed this item since you opened it. What you entered is kept below. It now says “{}”. Saving again overwrites it.";
    told_saved: "保存しました。", "Saved.";
    told_added: "追加しました。", "Added.";
    told_removed: "削除しました。", "Removed.";
    told_moved: "並び順を変更しました。", "The order has been changed.";
    told_restored: "戻しました。", "It is back.";
    pages: "ページ", "Pages";
    cannot_undo: "この操作は元に戻せません。", "This cannot be undone.";

    // Databases.
    database: "データベース", "Database";
    database_items: "項目", "Items";
    database_shipped: "標準", "Built in";
    database_own: "追加", "Yours";
    database_table: "データベースの一覧", "Databases";
    database_new: "データベースを追加", "Add a database";
    database_new_lead: "商談や案件など、標準にない種類のデータを管理できます。項目はあとから追加できます。", "For records of a kind that does not ship. Items are added afterwards.";
    database_name: "データベースの名前", "Name of the database";
    database_name_hint: "例: 商談。あとから変更できません。", "Such as Deals. It cannot be changed later.";
    database_first: "最初の項目", "First item";
    database_first_hint: "例: 商談名。データを代表する名前として一覧や参照に表示されます。", "Such as Title. It stands for a record in lists and where it is referred to.";
    told_database: "データベースを追加しました。続けて項目を追加してください。", "The database has been added. Now add its items.";

    // A template.
    template_lead: "入力画面に表示される順です。変更はすぐに全員の画面に反映されます。", "In the order of the form. Changes are seen by everybody at once.";
    template_open: "編集中の人がいても、その人の入力は失われません。保存するときに新しい項目で確認されます。", "Somebody who has a form open loses nothing: what he entered is judged by the new items when he saves.";
    template_preview: "入力画面を見る", "Look at the form";
    template_export: "書き出し", "Export";
    template_import: "読み込み", "Import";
    item_add: "項目を追加", "Add an item";
    item: "項目", "Item";
    item_type: "種類", "Type";
    item_required: "必須", "Required";
    item_required_hint: "必須にしても、今あるデータはそのままです。次に保存するときから入力が必要になります。", "Records stay as they are. A value is demanded the next time one is saved.";
    item_hidden: "非表示", "Hidden";
    item_hide: "全員に表示しない", "Hide from everybody";
    item_hide_hint: "入力済みの値は残り、表示に戻すとまた見えます。", "Values stay, and are there when it is shown again.";
    item_key: "キー項目", "Key item";
    item_key_hint: "同じ値のデータを登録できなくなります。データがあるときは変更できません。", "No two records hold the same value. It cannot be changed once there are records.";
    item_system: "自動入力", "By the system";
    item_before: "前に付ける単位", "Unit before";
    item_after: "後ろに付ける単位", "Unit after";
    item_after_hint: "例: 円、名、%", "Such as JPY, people, %";
    item_place: "表示する位置", "Place";
    item_place_hint: "1〜{} の番号。並び順の一覧でドラッグしても変えられます。", "1 to {}. Items can be dragged in the list as well.";
    item_choices: "選択肢", "Choices";
    item_choices_hint: "1行に1つ。連携プルダウンの2段目以降は、追加したあとで入力します。", "One on a line. Further levels of a linked pull-down are added afterwards.";
    item_prefix: "番号の前に付ける文字", "Prefix of the number";
    item_prefix_hint: "自動採番のときだけ使います。例: E-", "For automatic numbers only, such as E-";
    item_digits: "番号の桁数", "Digits of the number";
    item_target: "参照するデータベース", "Database referred to";
    item_target_hint: "参照のときだけ使います。", "For references only.";
    item_target_none: "選んでください", "Choose";
    item_built_in: "標準の項目は、連携する API で使われるため削除できません。不要なときは非表示にできます。", "A built-in item cannot be removed, since programs use it by its id. It can be hidden.";
    item_remove_title: "項目「{}」の削除", "Remove the item “{}”";
    item_remove_holding: "値が入っているデータ: {} 件", "Records that hold a value: {}";
    item_remove_more: "データが多いため、最初の 10,000 件で数えました。", "There are many records; the first 10,000 were counted.";
    item_remove_days: "削除すると全員の画面から消えます。30日間は、この画面から値ごと戻せます。", "It disappears from all pages. For 30 days it can be brought back here, with all values.";
    item_remove_needed: "次で使われているため削除できません。", "It cannot be removed because of the following.";
    item_remove_free: "表示条件や権限では使われていません。", "No right or condition uses it.";
    discarded: "削除した項目", "Removed items";
    discarded_table: "削除した項目の一覧", "Removed items";
    discarded_until: "戻せる期限", "Can be brought back until";
    told_item_added: "項目を追加しました。", "The item has been added.";
    told_item_discarded: "項目を削除しました。30日間は、下の「削除した項目」から戻せます。", "The item has been removed. For 30 days it can be brought back below.";
    index: "索引", "Index";
    index_text: "索引があると、データが多くてもこの項目で速く絞り込み、並べ替えできます。", "With an index, long lists are filtered and sorted by this item quickly.";
    index_none: "なし", "None";
    index_ready: "使用中", "In use";
    index_filling: "作成中", "Being made";
    index_make: "索引を作る", "Make an index";
    preview: "入力画面のプレビュー", "Preview of the form";
    preview_lead: "入力画面での並びと見え方です。ここでは入力できません。", "How the form looks. Nothing can be entered here.";
    preview_more: "続きを見る", "Further items";
    import_title: "項目の読み込み", "Import items";
    import_lead: "書き出した内容を貼り付けると、足りない項目を追加し、ある項目の名前や選択肢を変更します。項目を削除することはありません。",
        "Paste what was exported: missing items are added, known ones are changed. No item is removed.";
    import_text: "項目の定義 (JSON)", "Items (JSON)";
    import_bad: "内容を読めません。書き出したファイルの中身をそのまま貼り付けてください。({}行目)", "It cannot be read. Paste the whole content of an exported file. (line {})";
    told_imported: "項目を読み込みました。", "The items have been imported.";

    // Choices.
    choices_of: "「{}」の選択肢", "Choices of “{}”";
    choices_none: "選択肢がまだありません。下の欄から追加してください。", "There are no choices yet. Add some below.";
    choice_label: "表示する名前", "Label";
    choice_under: "下の段", "Next level";
    choice_hide: "非表示にする", "Hide";
    choice_show: "表示する", "Show";
    choice_hide_of: "{} を非表示にする", "Hide {}";
    choice_show_of: "{} を表示する", "Show {}";
    choice_hidden_hint: "非表示にした選択肢は、入力済みのデータには残り、新しく選べなくなります。", "A hidden choice stays in records and cannot be chosen anew.";
    choice_add: "選択肢を追加", "Add choices";
    choice_add_hint: "1行に1つ。まとめて貼り付けられます。", "One on a line; several can be pasted at once.";
    choice_top: "1段目", "First level";

    // Linkage slots.
    linkage_lead: "連携するシステムの名前を付けると、データにそのシステムでのIDを記録できます。20個まで使えます。",
        "Name a system, and records can carry the ID that they have there. There is room for 20.";
    linkage_number: "番号", "Number";
    linkage_name: "連携システム名", "Name of the system";
    linkage_name_of: "{} の連携システム名", "Name of the system of {}";
    linkage_remove_title: "連携システム「{}」の削除", "Remove the system “{}”";
    linkage_used: "IDが入っているデータ: {} 件。IDを空にしてから削除してください。", "Records that hold an ID: {}. Empty them first.";
    linkage_free: "IDが入っているデータはありません。", "No record holds an ID.";
    linkage_empty: "使っている連携システムは空にできません。削除するには「削除」を選んでください。", "A system in use cannot be left without a name. Choose Remove to take it away.";

    // Inquiry routes.
    routes_lead: "引き合いがどこから来たかを、分類と経路の2段で管理します。", "Where inquiries come from, in two levels: category and route.";
    routes_none: "引合経路がまだありません。分類と経路を追加してください。", "There are no inquiry routes yet. Add a category with a route.";
    route_category: "分類", "Category";
    route_category_hint: "例: 展示会。ない分類を入力すると新しく作ります。", "Such as Fairs. A new name makes a new category.";
    route_name: "経路", "Route";
    route_name_hint: "例: 2026 東京ビッグサイト", "Such as 2026 Tokyo";
    route_categories: "今ある分類:", "Categories:";
    route_rename: "名前の変更", "Rename";
    route_remove_title: "引合経路「{}」の削除", "Remove the inquiry route “{}”";
    route_remove_category: "この分類と、その中の経路 {} 件を削除します。", "The category is removed with its routes ({}).";
    route_used: "この経路が入っているデータ: {} 件", "Records in which it is given: {}";
    route_used_more: "データが多いため、データベースごとに最初の 10,000 件で数えました。", "There are many records; the first 10,000 of each database were counted.";
    route_kept: "入力済みのデータには名前が残り、新しく選べなくなります。", "Records keep its name; it cannot be chosen anew.";

    // Security.
    security_lead: "変更は、次のリクエストから全員に適用されます。", "Changes hold for everybody from the next request on.";
    security_password: "パスワードの最小文字数", "Fewest characters of a password";
    security_password_hint: "8〜64。次にパスワードを変更するときから適用されます。", "8 to 64; for passwords that are set from now on.";
    security_idle: "操作がないときにサインアウトするまで (分)", "Minutes without a request until sign-out";
    security_idle_hint: "1〜43,200。短くすると、今サインイン中の人もこの時間でサインアウトします。", "1 to 43,200. Those who are signed in now are held to it too.";
    security_hours: "サインインの最長時間 (時間)", "Hours that a sign-in lasts at most";
    security_hours_hint: "1〜720。過ぎると、操作中でももう一度サインインします。", "1 to 720, even while somebody works.";
    security_addresses: "サインインと API を許可するアドレス", "Addresses from which people and programs may come";
    security_addresses_hint: "1行に1つ。例: 192.0.2.0/24。空欄ならどこからでも使えます。グループごとの制限は「グループ」で設定します。",
        "One on a line, such as 192.0.2.0/24. Empty: from anywhere. Groups have lists of their own.";
    security_own: "現在のアドレス: {}", "Your address: {}";
    security_rate: "トークンごとの1分あたりのリクエスト数", "Requests of a token in a minute";
    security_rate_hint: "0 なら制限しません。", "0: any number.";
    security_cors: "ブラウザーから API を呼べるサイト (CORS)", "Sites whose pages may call the APIs (CORS)";
    security_cors_hint: "1行に1つ。例: https://app.example.co.jp", "One on a line, such as https://app.example.co.jp";
    security_groups: "グループごとのアドレスを設定する", "Addresses by group";
    security_number: "数字で入力してください。", "Enter a number.";

    // The tenant.
    tenant_lead: "書類やアプリへの表示に使われる会社の情報です。", "What is known of the company, on documents and for applications.";
    tenant_name: "会社名", "Name of the company";
    tenant_phone: "電話番号", "Phone";
    tenant_mail: "メールアドレス", "Mail address";
    tenant_postal: "郵便番号", "Postal code";
    tenant_prefecture: "都道府県", "Prefecture";
    tenant_city: "市区郡", "City";
    tenant_street: "町名・番地・建物名", "Street and building";
    tenant_hosts: "ホスト名", "Host names";
    tenant_hosts_hint: "1行に1つ。このサービスを開くときのアドレスです。ここから消した名前では開けなくなります。", "One on a line: the names under which this is reached. What is taken away no longer leads here.";
    tenant_own_host: "今開いているホスト名 {} は消せません。", "The host name {} under which you are here cannot be taken away.";

    // The top page.
    top_lead: "ホームに表示するブロックと順序を、全員またはグループごとに決めます。", "Which blocks the home page shows, and in which order, for everybody or by group.";
    top_for: "対象", "For";
    top_everybody: "全員", "Everybody";
    top_everybody_hint: "グループの設定がない人に使われます。", "For those whose groups have none of their own.";
    top_of: "{} のトップページ", "Top page of {}";
    top_blocks: "表示するブロック", "Blocks that are shown";
    top_default: "初期の表示", "As it ships";
    top_own: "設定あり", "Set";
    top_reset: "初期の表示に戻す", "As it ships again";
    top_show: "表示する", "Show";
    told_reset: "初期の表示に戻しました。", "It is as it ships again.";
    top_table: "トップページの一覧", "Top pages";
    top_order_hint: "数字の小さい順に並びます。", "Smaller numbers come first.";
    top_order_of: "{} の順序", "Place of {}";
    top_twice: "順序は 1 から 7 の数字で入力してください。", "Give places from 1 to 7.";
    block_notices: "お知らせ", "Notices";
    block_tasks: "今日やること", "To do today";
    block_mentions: "自分宛てのコメント", "Comments that mention you";
    block_cards: "確認する名刺", "Cards to review";
    block_jobs: "失敗した処理", "Failed jobs";
    block_recent: "最近開いたデータ", "Recent records";
    block_changes: "最近の変更", "Recent changes";
    notices: "お知らせ", "Notices";
    notices_table: "お知らせの一覧", "Notices";
    notices_none: "お知らせはありません。休業日やメンテナンスの予定を知らせるときに使います。", "There are no notices. Use them for holidays or maintenance.";
    notice_add: "お知らせを追加", "Add a notice";
    notice_edit: "お知らせの編集", "Edit the notice";
    notice_text: "本文", "Text";
    notice_text_hint: "改行はそのまま表示されます。2,000文字まで。", "Lines are kept. Up to 2,000 characters.";
    notice_important: "重要なお知らせとして先頭に表示する", "Important: shown first";
    notice_important_mark: "重要", "Important";
    notice_from: "表示を始める日", "First day";
    notice_from_hint: "空欄ならすぐに表示します。", "Empty: at once.";
    notice_until: "表示を終える日", "Last day";
    notice_until_hint: "空欄なら終わりはありません。", "Empty: without an end.";
    notice_shown: "表示中", "Shown";
    notice_waiting: "予定", "Waiting";
    notice_over: "終了", "Over";
    notice_period: "期間", "Days";
    notice_remove_title: "お知らせの削除", "Remove the notice";
}
