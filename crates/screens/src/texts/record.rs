//! Texts of forms of records, the trash.

texts! {
    must: "必須", "Required";
    none: "(選択なし)", "(none)";
    nothing: "(なし)", "(empty)";
    gone: "(削除済み)", "(gone)";
    ruby: "フリガナ", "Reading";
    pick: "名前で検索", "Search by name";
    which: "どれを指すか選んでください", "Which one do you mean?";
    which_none: "この中にはない", "None of these";
    several: "複数見つかりました。下から選んでください。", "Several were found. Choose one of them below.";
    hint_date: "例: 2026-04-01、2026/4/1、令和8年4月1日、R8.4.1", "2026-04-01, 2026/4/1 or R8.4.1";
    hint_datetime: "例: 2026-04-01 09:00", "2026-04-01 09:00";
    hint_url: "http:// または https:// から始まるURL", "Begins with http:// or https://";
    hint_characters: "{}文字まで", "At most {} characters";
    hint_many: "複数選べます", "You can choose several";
    search: "検索する", "Search";
    candidates: "候補", "Candidates";
    candidates_none: "見つかりません", "Nothing found";
    candidates_more: "ほかにもあります。続けて入力すると絞り込めます。", "There are more. Type on to narrow them down.";

    // The form.
    linkage: "連携ID", "Linkage ID";
    register: "{}の登録", "New: {}";
    edit: "{}の編集", "Edit: {}";
    save: "保存する", "Save";
    save_new: "登録する", "Register";
    save_and_new: "登録して続けて登録", "Register and go on with the next";
    save_anyway: "それでも登録する", "Register it all the same";
    save_key: "Ctrl+Enter でも保存できます。", "Ctrl+Enter saves, too.";
    facts: "システムの項目", "Filled by the system";
    summary: "次の項目を確認してください。入力した内容は残っています。", "Please look at these. What you typed is still here.";
    items_gone: "フォームを開いている間に項目の設定が変わったため、{}件の項目は保存の対象から外れました。",
        "The items have been set up anew while the form was open: {} of them can no longer be saved here.";
    merged: "フォームを開いている間にほかの人が変更した項目は、その値にしてあります。",
        "Items that somebody else has changed meanwhile show what he made of them.";
    conflict: "ほかの人が同じ項目を変更しました({}件)。どちらの値にするかを選んで、もう一度保存してください。ほかの項目の入力は残っています。",
        "Somebody else has changed the same items ({}). Choose which value it is to be, and save again. What you typed elsewhere is kept.";
    both_changed: "ほかの人も変更しています。どちらの値にするか選んでください。", "Somebody else has changed it, too. Choose one of the values.";
    side_before: "元の値", "Before";
    side_theirs: "相手の値", "Theirs";
    side_mine: "あなたの値(下の欄の値)", "Yours (in the field below)";
    side_choose: "どちらの値にしますか", "Which value is it to be?";

    // What may be the same.
    duplicates: "似ているものがすでに登録されています", "There is something like it already";
    duplicates_stopped: "登録する前に、同じものでないか確認してください。", "Please make sure that it is not the same before you register it.";
    strong: "ほぼ同じ", "Almost the same";
    weak: "似ている", "Alike";
    against: "異なる点: {}", "Different: {}";

    // What was done.
    was_registered: "登録しました。", "It has been registered.";
    was_registered_review: "登録しました。取引先を自動で決められなかったため、名寄せの確認に入れました。",
        "It has been registered. Whose it is could not be told, so it waits among the cards to review.";
    was_updated: "保存しました。", "It has been saved.";
    was_updated_merged: "保存しました。ほかの人が変更した項目は、その値のままにしてあります。",
        "It has been saved. What somebody else has changed meanwhile stays as he made it.";
    was_updated_gone: "保存しました。フォームを開いている間に項目の設定が変わったため、保存の対象から外れた項目があります。",
        "It has been saved, but for items that have been set up anew while the form was open.";
    was_unchanged: "変更はありませんでした。", "Nothing had been changed.";
    was_deleted: "ごみ箱に移しました。", "It has been moved to the trash.";
    was_restored: "ごみ箱から戻しました。", "It is back from the trash.";
    was_restored_part: "ごみ箱から戻しました。戻せなかった値があります。", "It is back from the trash, but for some of its values.";

    // Deleting.
    delete: "{}の削除", "Delete: {}";
    delete_it: "ごみ箱に移す", "Move to the trash";
    delete_ask: "次のデータをごみ箱に移します。", "This will be moved to the trash:";
    delete_days: "{}日間はごみ箱から戻せます。", "For {} days it can be brought back.";
    delete_owned: "一緒にごみ箱に移るもの", "What goes with it";
    delete_blocking: "これを参照しているもの", "What refers to it";
    delete_blocking_hint: "このままでは削除できません。参照を空にしてもよければ、下の欄をチェックしてください。",
        "It cannot be deleted like this. If these references may be emptied, check the box below.";
    delete_emptied: "参照が空になるもの", "Whose reference is emptied";
    delete_force: "参照を空にして削除する", "Delete it and empty these references";
    delete_nothing: "ほかに影響するデータはありません。", "Nothing else is affected.";
    count: "{}件", "{}";
    and_more: "ほか", "and more";

    // The trash.
    trash: "{}のごみ箱", "Trash: {}";
    trash_lead: "削除したデータは{}日間ここに残り、元に戻せます。", "What was deleted stays here for {} days and can be brought back.";
    trash_empty: "ごみ箱は空です", "The trash is empty";
    trash_empty_hint: "削除したデータはここに表示されます。", "What is deleted appears here.";
    trash_table: "ごみ箱にあるデータ", "What lies in the trash";
    trash_name: "名前", "Name";
    trash_by: "削除した人", "Deleted by";
    trash_at: "削除日時", "Deleted";
    trash_until: "戻せる期限", "Until";
    trash_next: "次のページ", "Next page";
    trash_first: "最初のページ", "First page";
    select: "選択", "Select";
    select_of: "{} を選択", "Select {}";
    restore: "戻す", "Restore";
    restore_of: "{} を戻す", "Restore {}";
    restore_chosen: "選択したものを戻す", "Restore what is selected";
    restore_none: "戻すものを選んでください。", "Select what is to be brought back.";
    lost_value: "ほかのデータが使っている値(キー項目・連携ID)は空にしました。", "Values that others hold by now (keys, linkage IDs) have been emptied.";
    lost_target: "参照先がなくなった項目は空にしました。", "References to what is gone have been emptied.";
    lost_above: "自分自身が上位になる参照は空にしました。", "References by which it would stand above itself have been emptied.";
    lost_other: "戻せなかった値があります。", "Some values could not come back.";
}
