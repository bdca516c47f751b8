//! The 47 prefectures, in the two orders that the wire knows.

/// The order of the source's contact template, which the built-in items have (15 山梨県 ... 21 岐阜県).
const BUILT_IN: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "山梨県",
    "長野県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// The order of JIS X 0401, which custom items have.
const CUSTOM: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// The names in the order of the built-in items.
#[must_use]
pub const fn built_in_order() -> &'static [&'static str; 47] {
    &BUILT_IN
}

/// The names in the order of custom items.
#[must_use]
pub const fn custom_order() -> &'static [&'static str; 47] {
    &CUSTOM
}

/// Whether `name` is the full name of a prefecture.
#[must_use]
pub fn is_prefecture(name: &str) -> bool {
    CUSTOM.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_hold_the_same_47_names() {
        let sorted = |order: &[&'static str; 47]| {
            let mut names = order.to_vec();
            names.sort_unstable();
            names.dedup();
            names
        };
        assert_eq!(sorted(&BUILT_IN).len(), 47);
        assert_eq!(sorted(&BUILT_IN), sorted(&CUSTOM));
        assert_eq!((BUILT_IN[14], BUILT_IN[20]), ("山梨県", "岐阜県"));
    }
}
