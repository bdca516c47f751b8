//! Texts of people, organizations, groups, permission templates and handing over.

texts! {
    title: "ユーザーと組織", "People and organizations";
    users: "ユーザー", "People";
    organizations: "組織", "Organizations";
    groups: "グループ", "Groups";
    templates: "権限テンプレート", "Permission templates";
    handover: "引き継ぎ", "Hand over";

    // What several pages say.
    save: "保存する", "Save";
    create: "作成する", "Create";
    remove: "削除", "Remove";
    remove_of: "「{}」を削除しますか", "Remove {}?";
    removed: "削除しました。", "Removed.";
    saved: "保存しました。", "Saved.";
    edit: "編集", "Edit";
    back: "戻る", "Back";
    effects: "影響", "What will be affected";
    blocked: "次の理由で、いまは削除できません。", "It cannot be removed now:";
    and_more: "、ほか{}人", " and {} more";
    at_least: "{}以上", "{} or more";
    any: "すべて", "Any";
    none: "なし", "None";
    yes: "あり", "Yes";
    no: "なし", "No";
    filter: "絞り込む", "Filter";
    words: "検索", "Search";
    words_hint: "氏名・フリガナ・ログインID・部門", "Name, reading, login ID, department";
    none_found: "条件に合う人はいません。", "Nobody matches.";
    show_all: "条件をはずす", "Clear the filter";
    page_before: "前のページ", "Previous page";
    page_next: "次のページ", "Next page";
    people_count: "人数", "People";
    state: "状態", "State";
    state_active: "利用中", "Active";
    state_left: "停止中", "Deactivated";
    state_all: "すべて", "All";

    // People.
    user_new: "ユーザーを追加", "Add a person";
    user_create: "追加する", "Add";
    user_created: "ユーザーを追加しました。", "The person has been added.";
    user_edit: "ユーザーの編集", "Edit a person";
    users_none: "ユーザーはまだいません。", "There is nobody yet.";
    about: "基本情報", "About";
    is_self: "自分", "You";
    names: "氏名", "Name";
    family_name: "姓", "Family name";
    first_name: "名", "First name";
    family_name_kana: "姓(フリガナ)", "Family name, reading";
    first_name_kana: "名(フリガナ)", "First name, reading";
    middle_name: "ミドルネーム", "Middle name";
    view_name: "表示名", "Display name";
    view_name_hint: "空欄なら「姓 名」で表示します。", "Where it is empty, family and first name are shown.";
    reach: "連絡先", "Contact";
    mail: "メールアドレス", "Mail address";
    notification_mail: "通知用メールアドレス", "Mail address for notifications";
    company_phone: "会社電話番号", "Company phone";
    mobile_phone: "携帯電話番号", "Mobile phone";
    extension: "内線", "Extension";
    zoneinfo: "タイムゾーン", "Time zone";
    zoneinfo_hint: "例: Asia/Tokyo", "For example Asia/Tokyo";
    place: "所属と役職", "Place and title";
    department: "部門", "Department";
    business_unit: "事業部", "Business unit";
    job_title: "役職", "Title";
    staff_id: "社員ID", "Staff ID";
    organization: "組織", "Organization";
    organizations_hint: "複数選べます。見えるデータが変わることがあります。", "Several can be chosen. It may change which records are visible.";
    rights: "権限", "Rights";
    rights_none: "権限はありません。", "No rights.";
    rights_of: "この人の権限を変更", "Change this person's rights";
    rights_all: "全体権限一覧", "Rights of everybody";
    by_template: "テンプレート", "template";
    template: "権限テンプレート", "Permission template";
    template_none: "権限テンプレートなし", "No permission template";
    template_hint: "選び直すと、個別に付与した権限はなくなり、テンプレートの権限に置き換わります。",
        "Another template takes the place of all rights that were given one by one.";
    login_id: "ログインID", "Login ID";
    login_hint: "半角英数字と . _ @ + - が使えます。一度使ったログインIDは、ほかの人には使えません。",
        "Letters, digits and . _ @ + -. A login ID that was used once is never given to another person.";
    password_first: "最初のパスワード", "First password";
    password_first_hint: "空欄のままなら、設定するまでサインインできません。", "Without one the person cannot sign in until it is set.";

    // At the door.
    sign_in: "サインイン", "Sign-in";
    sign_in_hint: "パスワードは本人にも管理者にも表示されません。", "Nobody can see a password.";
    password_is_set: "設定済み", "Set";
    password_is_not: "未設定", "Not set";
    password_set: "パスワードを設定する", "Set a password";
    password_set_of: "{} さんのパスワードの設定", "Set a password for {}";
    password_hint: "本人に安全な方法で伝え、変更してもらってください。", "Tell it to the person safely, and have it changed.";
    password_sessions: "サインイン中の端末は、すべてサインアウトされます。", "All sessions of the person end.";
    password_done: "パスワードを設定しました。サインイン中の端末はすべてサインアウトされました。", "The password is set. All sessions have ended.";
    reset_mail: "再設定のメールを送る", "Send a reset mail";
    reset_mail_done: "パスワード再設定のメールを送信します。リンクは30分間、1回だけ使えます。",
        "A mail with a link is being sent. The link works once, within 30 minutes.";
    reset_mail_none: "メールサーバーが設定されていないため、再設定のメールは送れません。", "No mail server is set, so no reset mail can be sent.";
    totp_reset: "2段階認証を解除する", "Turn off two-step verification";
    totp_reset_of: "{} さんの2段階認証を解除しますか", "Turn off two-step verification for {}?";
    totp_reset_lead: "端末をなくした人が、パスワードだけでサインインできるようになります。本人であることを確かめてから解除してください。",
        "The person can sign in with the password alone. Make sure who is asking.";
    totp_done: "2段階認証を解除しました。", "Two-step verification has been turned off.";
    sessions_none: "サインイン中の端末はありません。", "No sessions.";
    sessions_end: "すべての端末をサインアウトさせる", "End all sessions";
    session_done: "端末をサインアウトさせました。", "The session has ended.";
    sessions_done: "すべての端末をサインアウトさせました。", "All sessions have ended.";
    consent_done: "アプリの許可を取り消しました。", "The application's consent has been taken back.";

    // Leaving and coming back.
    leave: "利用を停止する", "Deactivate";
    leave_of: "{} さんの利用を停止しますか", "Deactivate {}?";
    leave_lead: "ユーザーは削除されません。いつでも再開できます。", "The person is not removed and can be let in again at any time.";
    leave_sessions: "サインイン中の端末({}台)は、すぐにサインアウトされます。", "Sessions that end at once: {}.";
    leave_tokens: "この人のトークンとアプリの許可は、すぐに使えなくなります。", "The person's tokens, and what applications may do, end at once.";
    leave_named: "担当しているデータには、名前が残ります。次のページで、ほかの人に引き継げます。",
        "Records still name the person. The next page hands them over to somebody else.";
    leave_login: "ログインIDは、ほかの人には使えません。", "The login ID is never given to another person.";
    user_left: "利用を停止しました。サインインとトークンは使えなくなりました。", "Deactivated. Sessions and tokens have ended.";
    come_back: "利用を再開する", "Let in again";
    come_back_of: "{} さんの利用を再開しますか", "Let {} in again?";
    come_back_lead: "前と同じログインIDとパスワードでサインインできるようになります。以前のトークンは戻りません。",
        "The same login ID and password work again. Earlier tokens do not come back.";
    user_back: "利用を再開しました。", "The person has been let in again.";

    // Organizations.
    organization_new: "組織を追加", "Add an organization";
    organization_created: "組織を追加しました。", "The organization has been added.";
    organization_edit: "組織の編集", "Edit an organization";
    organization_name: "組織名", "Name of the organization";
    organization_above: "上位の組織", "Belongs below";
    organization_top: "(最上位)", "(top)";
    organization_add_below: "下に追加", "Add below";
    organization_people: "所属している人がいます({}人)。先に所属を変更してください。", "People belong to it: {}. Move them first.";
    organization_below: "下位の組織があります({}件)。先に移動または削除してください。", "Organizations stand below it: {}. Move or remove them first.";
    organization_stays: "過去のデータには、組織名が残ります。新しく選ぶことはできなくなります。",
        "Records still name it. It can no longer be chosen.";
    organizations_none: "組織はまだありません。", "There are no organizations yet.";
    organizations_why: "部や課を登録すると、担当部署を選んだり、自分の組織のデータだけを見せたりできます。",
        "With organizations, records can name a division and people can be held to records of their own.";

    // Groups.
    group_new: "グループを追加", "Add a group";
    group_created: "グループを追加しました。", "The group has been added.";
    group_edit: "グループの編集", "Edit a group";
    group_name: "グループ名", "Name of the group";
    group_members: "メンバーのログインID", "Login IDs of members";
    group_members_hint: "1行に1人ずつ入力します。", "One in a line.";
    group_addresses: "許可するネットワーク", "Allowed networks";
    group_addresses_hint: "例: 203.0.113.0/24。1行に1つずつ入力します。空欄なら制限しません。", "For example 203.0.113.0/24, one in a line. Empty: from anywhere.";
    group_anywhere: "制限なし", "Anywhere";
    group_members_stay: "メンバー({}人)はユーザーとして残ります。", "Its members stay: {}.";
    group_opens: "このグループによるネットワークの制限がなくなります。", "Its members are no longer held to its networks.";
    groups_none: "グループはまだありません。", "There are no groups yet.";
    groups_why: "グループごとに、サインインできるネットワークやトップページの内容を変えられます。",
        "A group decides from which networks its members may sign in, and what their top page shows.";

    // Permission templates.
    template_new: "権限テンプレートを追加", "Add a permission template";
    template_created: "権限テンプレートを追加しました。", "The permission template has been added.";
    template_edit: "権限テンプレートの編集", "Edit a permission template";
    template_name: "テンプレート名", "Name of the template";
    template_nobody: "このテンプレートを持つ人はいません。", "Nobody has this template.";
    template_affects: "変更は次の人にすぐ反映されます: {}", "A change is true at once for: {}";
    templates_none: "権限テンプレートはまだありません。", "There are no permission templates yet.";
    templates_why: "「管理者」「営業」のように権限の組み合わせに名前を付けて、まとめて付与できます。",
        "A template gives a set of rights a name, so that people are given them as one.";
    right_system: "システム設定", "System settings";
    right_people: "ユーザ設定", "People";
    right_grants: "権限付与", "Granting rights";
    right_templates: "権限テンプレート設定", "Permission templates";
    right_databases: "DB設定", "Databases";
    right_connections: "システム連携", "Connections";
    right_contracts: "契約管理", "Contracts";
    right_ledger: "台帳管理", "Ledger";
    right_audit: "監査閲覧", "Audit";
    right_system_hint: "連携ID、OpenID、トークン、セキュリティ", "Linkage, OpenID, tokens, security";
    right_people_hint: "ユーザー、組織、グループ、引き継ぎ", "People, organizations, groups, handing over";
    right_grants_hint: "人への権限の付与。自分にない権限も付与できます", "Giving rights to people, those too that one has not";
    right_templates_hint: "権限の組み合わせの管理", "Sets of rights";
    right_databases_hint: "データベース、項目、索引", "Databases, items, indexes";
    right_connections_hint: "外部システムとの連携", "Other systems";
    right_contracts_hint: "契約の管理", "Contracts";
    right_ledger_hint: "契約台帳の管理", "The ledger of contracts";
    right_audit_hint: "操作の記録の閲覧", "What has been done";

    // Handing over.
    handover_lead: "退職や異動のときに、担当しているデータをまとめてほかの人に引き継ぎます。だれの担当を引き継ぎますか。",
        "When somebody leaves, everything that names the person is handed over at once. Whose records are to be handed over?";
    handover_from: "引き継ぎ元", "From";
    handover_to: "引き継ぎ先", "To";
    handover_of: "引き継ぎ元:", "From:";
    handover_find: "引き継ぎ先を探す", "Find somebody";
    handover_what: "引き継ぐもの", "What is handed over";
    handover_nothing: "この人が担当しているデータはありません。", "No record names this person.";
    handover_effect: "選んだ項目で、この人を指しているデータが引き継ぎ先に変わります。作成者と更新者は変わりません。",
        "Records that name the person in these items name the other one. Who created and changed them stays.";
    handover_undo: "1つの変更として記録され、まとめて元に戻せます。", "It is kept as one change, which can be undone as one.";
    handover_begin: "引き継ぐ", "Hand over";
    records_unit: "件", " records";
}
