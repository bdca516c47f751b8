//! Texts of lists of records: conditions, order, columns, views, bulk edits, files.

texts! {
    title: "一覧", "List";

    // Conditions.
    conditions: "絞り込み条件", "Conditions";
    condition_item: "項目", "Item";
    condition_item_none: "(項目を選択)", "(choose an item)";
    condition_operator: "条件", "Condition";
    condition_value: "値", "Value";
    condition_to: "上限", "Upper bound";
    condition_from: "下限", "Lower bound";
    condition_days: "日数", "Days";
    condition_names: "名前で追加", "Add by name";
    condition_lines: "1行に1つ。いずれかに一致するものを探します。", "One per line. Any of them will do.";
    condition_incomplete: "値を入れると絞り込まれます。", "Give a value to filter by it.";
    condition_add: "+ 条件を追加", "+ Add a condition";
    condition_group_add: "+ 条件グループを追加", "+ Add a group";
    condition_remove: "条件を外す", "Remove";
    condition_remove_of: "{} の条件を外す", "Remove the condition on {}";
    condition_choose: "項目を反映", "Take the item over";
    condition_join: "グループの組み合わせ", "How groups belong together";
    condition_join_in: "このグループの条件", "Conditions of this group";
    join_all: "すべてに合う", "All are met";
    join_any: "いずれかに合う", "Any is met";
    groups_all: "すべてのグループに合う", "All groups are met";
    groups_any: "いずれかのグループに合う", "Any group is met";
    group: "グループ {}", "Group {}";
    condition_gone: "この項目は削除されたか、非表示になっています。この条件は使われていません。", "This item has been removed or hidden. The condition is not used.";
    condition_hidden: "この項目を見る権限がないため、この条件は使われていません。", "You may not see this item, so the condition is not used.";

    op_contains: "を含む", "contains";
    op_not_contains: "を含まない", "does not contain";
    op_is: "のいずれか", "is one of";
    op_is_not: "のいずれでもない", "is none of";
    op_equals: "と等しい", "equals";
    op_not_equals: "と等しくない", "does not equal";
    op_from: "以上", "is at least";
    op_to: "以下", "is at most";
    op_since: "以降", "is on or after";
    op_until: "以前", "is on or before";
    op_on: "の日", "is on";
    op_between: "の範囲", "is between";
    op_within: "期間(今日から数える)", "is within (told from today)";
    op_empty: "が空", "is empty";
    op_not_empty: "が空でない", "is not empty";

    chip_contains: "「{}」を含む", "contains “{}”";
    chip_not_contains: "「{}」を含まない", "does not contain “{}”";
    chip_is_not: "{} 以外", "not {}";
    chip_from: "{} 以上", "at least {}";
    chip_to: "{} 以下", "at most {}";
    chip_since: "{} 以降", "since {}";
    chip_until: "{} 以前", "until {}";
    chip_empty: "(空)", "(empty)";
    chip_not_empty: "(空でない)", "(not empty)";
    or: " または ", " or ";

    me: "自分", "Me";
    colleagues: "自分の組織(下位を含む)のメンバー", "People of my organizations and those below";
    mine: "自分の組織", "My organizations";
    mine_below: "自分の組織と下位の組織", "My organizations and those below";

    today: "今日", "Today";
    yesterday: "昨日", "Yesterday";
    tomorrow: "明日", "Tomorrow";
    before_today: "今日より前", "Before today";
    after_today: "今日より後", "After today";
    this_week: "今週", "This week";
    last_week: "先週", "Last week";
    next_week: "来週", "Next week";
    this_month: "今月", "This month";
    last_month: "先月", "Last month";
    next_month: "来月", "Next month";
    this_year: "今年", "This year";
    last_year: "昨年", "Last year";
    this_fiscal_year: "今年度(4月から)", "This fiscal year (from April)";
    last_fiscal_year: "前年度(4月から)", "Last fiscal year (from April)";
    last_days: "過去N日(今日を含む)", "The last N days, today included";
    next_days: "今後N日(今日を含む)", "The next N days, today included";
    last_days_of: "過去{}日", "The last {} days";
    next_days_of: "今後{}日", "The next {} days";
}
