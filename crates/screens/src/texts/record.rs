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
}
