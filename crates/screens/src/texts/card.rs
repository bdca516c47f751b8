//! Texts of business cards and 名寄せ.

texts! {
    error: "エラー", "Error";
    review: "名寄せの確認", "Cards to review";
    review_none: "確認を待っている名刺はありません。", "No card waits for review.";
    review_none_hint: "だれの名刺か自動で決められなかったものが、ここに並びます。", "Cards that could not be matched without a doubt come here.";
    to_cards: "名刺の一覧を開く", "Open the list of cards";
    waiting: "確認待ち {} 件", "{} waiting";
    waiting_more: "確認待ち {} 件以上", "{} and more waiting";
    card_unnamed: "(名称のない名刺)", "(card without a name)";
    client: "取引先", "Client";
    client_unnamed: "(閲覧権限のない取引先)", "(a client that you may not see)";
    which_client: "どの取引先の名刺ですか", "Which client is it of?";
    which_contact: "だれの名刺ですか", "Whose card is it?";
    other_client: "別の取引先を選ぶ", "Choose another client";
    no_candidates: "似ている登録はありません。", "Nothing alike has been registered.";
    choose: "この取引先を選ぶ", "Choose";
    join: "この担当者に紐付ける", "It is this contact's";
    join_client: "この取引先に紐付ける", "It is of this client";
    new_contact: "新しい担当者として登録", "Add as a new contact";
    new_client: "新しい取引先として登録", "Add as a new client";
    reject: "どこにも紐付けない", "Leave it alone";
    skip: "あとで確認する", "Later";
    strong: "ほぼ一致", "Strong";
    likely: "可能性あり", "Likely";
    weak: "弱い一致", "Weak";
    in_favour: "一致: ", "For: ";
    against: "相違: ", "Against: ";
    keys: "キー操作: 1〜9 で候補、n で新規、r で紐付けない、s であとで", "Keys: 1-9 a candidate, n new, r leave alone, s later";
    told_joined: "名刺を紐付けました。", "The card has been matched.";
    told_new: "名刺から新しく登録しました。", "Client and contact have been added from the card.";
    told_rejected: "名刺をどこにも紐付けないことにしました。", "The card has been left alone.";
    told_meanwhile: "ほかの人が先に確認を済ませた名刺でした。次の名刺を表示しています。", "Somebody else was first with that card. Here is the next.";
    candidate_gone: "選んだ取引先または担当者が見つかりません。もう一度選んでください。", "What you chose is gone. Please choose again.";
}
