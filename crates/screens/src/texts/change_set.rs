//! Texts of change sets, imports and jobs.

texts! {
    title: "変更の一覧", "Changes";
    lead: "だれが、いつ、何を変えたかの記録です。まとめて元に戻せます。", "Who changed what, and when. Each change can be undone as a whole.";
    none: "まだ変更がありません。", "Nothing has been changed yet.";
    none_hint: "レコードの登録、変更、削除、インポートなどがここに並びます。", "What is added, changed, deleted or imported is listed here.";
    none_found: "条件に合う変更はありません。", "No change meets the conditions.";
    own_only: "自分の変更だけ", "Only mine";
    database: "データベース", "Database";
    kind: "操作", "Action";
    any: "すべて", "All";
    from: "開始日", "From";
    to: "終了日", "To";
    sift: "絞り込む", "Apply";
    sift_clear: "条件を外す", "Clear";
    when: "日時", "When";
    who: "変更した人", "Who";
    what: "内容", "What";
    target: "対象", "Subject";
    counts: "件数", "Records";
    state: "状態", "State";
    older: "さらに前の変更", "Older changes";
    done_to: "{}の()", "{}: ()";
    verb_register: "登録", "added";
    verb_update: "変更", "changed";
    verb_delete: "削除", "deleted";
    verb_restore: "復元", "restored";
    verb_merge: "統合", "merged";
    verb_settle: "名寄せ", "matched";
    verb_import: "インポート", "imported";
    verb_undo: "取り消し", "undone";
    verb_other: "更新", "updated";
    count_created: "登録 {} 件", "{} added";
    count_updated: "変更 {} 件", "{} changed";
    count_deleted: "削除 {} 件", "{} deleted";
    count_restored: "復元 {} 件", "{} restored";
    set_open: "途中", "Unfinished";
    set_undoing: "取り消し中", "Being undone";
    set_undone: "取り消し済み", "Undone";
    set_partly_undone: "一部取り消し済み", "Partly undone";
    summary: "概要", "Summary";
    undoing_hint: "元に戻しています。終わるとこのページの状態が変わります。", "It is being undone. The state of this page changes when that is done.";
    see_undone: "元の変更を見る", "See the change that this undid";
    left: "元に戻せなかったレコード", "Records that could not be brought back";
    left_hint: "次のレコードは、そのまま残すか、戻せる値だけを戻しました。", "These were left as they are, or got back only what they could.";
    left_changed_since: "あとから変更あり", "Changed since";
    left_referred_to: "ほかのレコードが参照", "Referred to by others";
    left_value_taken: "値がほかで使用中", "A value is taken by now";
    left_target_gone: "参照先がない", "What it referred to is gone";
    left_above_itself: "親子関係が循環", "It would stand below itself";
    left_item_removed: "項目が削除済み", "An item was removed";
    left_purged: "完全に削除済み", "Gone for good";
    records: "変更されたレコード", "Records";
    no_records: "表示できるレコードはありません。", "There is no record to show.";
    record_not_seen: "閲覧権限のないレコード、または完全に削除されたレコード", "A record that you may not see, or that is gone for good";
    record_unnamed: "(名称の閲覧権限なし)", "(name not visible to you)";
    more_items: "ほかの項目は、レコードの履歴で確認できます。", "Further items are in the history of the record.";
    more_records: "続きを表示", "Show more";
    first_page: "先頭に戻る", "Back to the first";
    before: "変更前", "Before";
    after: "変更後", "After";
    no_value: "(空)", "(empty)";
    linkage: "連携コード", "Linkage code";

    // Units.
    hours: "{}時間", "{} h ";
    minutes: "{}分", "{} min ";
    seconds: "{}秒", "{} s ";

    // Jobs.
    job_check_of: "インポートの確認: {}", "Check of {}";
    job_import_of: "インポート: {}", "Import of {}";
    job_import: "インポート", "Import";
    job_undo: "変更を元に戻す", "Undo changes";
    job_index: "索引の作成", "Filling an index";
    job_mail: "メールの送信", "Sending a mail";
    job_other: "バックグラウンド処理", "Work in the background";
    job_queued: "順番待ち", "Waiting";
    job_running: "実行中", "Running";
    job_done: "完了", "Done";
    job_failed: "失敗", "Failed";
    job_cancelled: "中止", "Stopped";
    job_took: "経過 {}", "{} so far";
    job_left: "残りおよそ{}", "about {} left";
    job_number: "処理番号", "Job";
    job_begun: "受付日時", "Asked for at";
    job_goes_on: "このページを閉じても処理は続きます。", "It goes on when you close this page.";
    done_so_far: "{} 件まで処理しました", "{} done so far";
    progress: "進み具合", "Progress";
    reload: "更新", "Refresh";
    stop: "中止する", "Stop";
    outcome: "結果", "Result";
    report: "結果をCSVでダウンロード", "Download the report (CSV)";
    job_done_text: "処理が終わりました。", "It is done.";
    job_stopped: "処理を中止しました。中止するまでに登録したものは残っています。変更の一覧から元に戻せます。",
        "It was stopped. What was done until then stays; you can undo it from the list of changes.";
    job_undo_stopped: "途中で中止しました。続きは、変更のページの「元に戻す」で行えます。",
        "It was stopped half way. Undo on the page of the change goes on with it.";

    // Undoing.
    undone: "元に戻しました。", "Undone.";
    partly_undone: "一部のレコードは元に戻せませんでした。", "Some records could not be brought back.";
    redo: "やり直す", "Redo";
    undo_ask: "変更を元に戻しますか", "Undo these changes?";
    undo_created: "登録した {} 件をごみ箱に移動します。", "{} records that were added go to the trash.";
    undo_updated: "変更した {} 件を変更前の値に戻します。", "{} records get the values back that they had before.";
    undo_deleted: "削除した {} 件をごみ箱から戻します。", "{} records come back from the trash.";
    undo_left_hint: "あとからほかの変更があったレコードはそのまま残し、一覧で知らせます。",
        "Records that were changed since stay as they are, and are listed.";
    do_not: "やめる", "Cancel";
    see_change: "変更の内容を見る", "See the changes";
    see_undo: "元に戻した内容を見る", "See what was undone";
    see_changes: "変更の一覧を開く", "Open the list of changes";
    see_review: "名寄せの確認へ進む", "Go on to the review";

    // What imports came to.
    checked_well: "すべての行を登録できます。まだ何も登録していません。", "Every row can be imported. Nothing has been written yet.";
    checked_badly: "登録できない行があります。まだ何も登録していません。", "Some rows cannot be imported. Nothing has been written yet.";
    imported: "すべての行を登録しました。", "Every row has been imported.";
    imported_partly: "エラーの行を除いて登録しました。", "All rows but those with errors have been imported.";
    imported_nothing: "エラーの行があるため、何も登録していません。", "Nothing has been imported, because some rows have errors.";
    rows_read: "読み込んだ行", "Rows read";
    rows_imported: "登録した行", "Rows imported";
    rows_importable: "登録できる行", "Rows that can be imported";
    rows_review: "名寄せの確認待ち", "Waiting for review";
    rows_wrong: "エラーの行", "Rows with errors";

    // Imports.
    import_title: "{}のインポート", "Import: {}";
    import_lead: "CSVファイルからまとめて登録します。はじめに全行を確認し、結果を見てから登録します。",
        "Add many records from a CSV file. Every row is checked first; nothing is written before you say so.";
    import_file: "CSVファイル", "CSV file";
    import_file_hint: "1行目は項目名です。文字コードは UTF-8 と Shift_JIS を自動で判別します。", "The first row names the items. UTF-8 and Shift_JIS are told apart by themselves.";
    import_check: "全行を確認する", "Check every row";
    import_columns: "使える列", "Columns";
    import_columns_hint: "「必須」の列は省けません。担当者はログインIDか氏名、部署は名前、ほかのレコードはキー項目の値で指定します。",
        "Columns marked as required must be there. People by login ID or name, organizations by name, other records by the value of a key item.";
    import_columns_get: "見出しだけのCSVをダウンロード", "Download a CSV with the headings";
    import_required: "必須", "required";
    import_no_file: "ファイルを選んでください。", "Choose a file.";
    import_all: "すべての行を登録する", "Import all rows";
    import_good: "エラーの行を除いて登録する", "Import all but the rows with errors";
    import_other: "別のファイルを選ぶ", "Choose another file";
    to_list: "一覧を開く", "Open the list";
    line: "行", "Line";
    reason: "理由", "Reason";
    problems_hint: "はじめの100件までを表示しています。すべては結果のCSVで確認できます。", "The first 100 at most; the report has all of them.";

    // Merging.
    merge: "レコードの統合", "Merge records";
    merge_lead: "同じものが二つ登録されているときに、一つにまとめます。残すのは次のレコードです。", "Makes one of two records that mean the same. This one stays:";
    merge_find: "統合するレコードを探す", "Find the other record";
    merge_query: "名称など", "Name";
    merge_search: "検索", "Search";
    merge_alike: "似ているレコード", "Records alike";
    merge_none: "見つかりませんでした。", "Nothing was found.";
    merge_items: "値が異なる項目", "Items that differ";
    merge_items_hint: "残す値を選んでください。片方にしかない値は、そのまま引き継ぎます。", "Choose which value stays. What only one of them has is kept.";
    merge_no_items: "値の異なる項目はありません。", "No item differs.";
    merge_stays: "残すレコード", "Stays";
    merge_gone: "統合して消えるレコード", "Goes";
    merge_moves: "引き継ぐもの", "What moves";
    merge_moves_of: "{}を参照しているレコード: ", "{} that refer to it: ";
    merge_records: "{} 件", "{}";
    merge_files: "コメント、活動、添付ファイルも引き継ぎます。", "Comments, activities and files move too.";
    merge_trash: "統合されたレコードはごみ箱に移ります。あとから元に戻せます。", "The other record goes to the trash. You can undo it.";
    merge_swap: "残すほうを入れ替える", "Let the other stay";
    merge_do: "統合する", "Merge";
    merged: "レコードを統合しました。", "The records have been merged.";
}
