//! `musubi import`.

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::{Answer, Desk, stop};

pub(super) fn imports(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    desk.admin(&["organization", "create", "--name", "営業部"]);
    let good = "会社名,会社名フリガナ,姓,名,メールアドレス\r\n株式会社山田商事,ヤマダショウジ,佐藤,一郎,sato@yamada.example\r\n";
    let bad = format!("{good},,名前だけ,,not a mail\r\n");
    for (name, text) in [("good.csv", good), ("bad.csv", bad.as_str())] {
        std::fs::write(desk.folder.path().join(name), text)?;
    }
    let outcome = |answer: &Answer| serde_json::from_str::<Value>(&answer.out).unwrap();
    // Nobody serves the data: the command does the job itself.
    let tried = desk.run(&["import", "business_cards", "good.csv", "--dry-run", "--json"]);
    assert_eq!((tried.status, tried.errors.as_str()), (Some(0), ""));
    assert_eq!((&outcome(&tried)["registered"], &outcome(&tried)["applied"]), (&json!(1), &json!(false)));
    let refused = desk.run(&["import", "business_cards", "bad.csv", "--report", "report.csv"]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.errors.contains("1 rows are wrong; nothing was imported; see report.csv"), "{}", refused.errors);
    let report = std::fs::read_to_string(desk.folder.path().join("report.csv"))?;
    assert!(report.lines().count() == 2 && report.contains("3,エラー,,"), "{report}");
    // A server serves it: the server does the job, and the command watches.
    let server = desk.serve();
    let done = desk.run(&["import", "business_cards", "bad.csv", "--skip-bad-rows", "--json"]);
    assert_eq!((done.status, done.errors.as_str()), (Some(0), ""));
    assert_eq!((&outcome(&done)["registered"], &outcome(&done)["failed"]), (&json!(1), &json!(1)));
    stop(server);
    // Wrong use, wrong names, wrong files.
    assert_eq!(desk.run(&["import", "business_cards"]).status, Some(2));
    assert_eq!(desk.run(&["import", "business_cards", "good.csv", "--encoding", "utf-7"]).status, Some(2));
    let missing = desk.run(&["import", "business_cards", "nothing.csv"]);
    assert!(missing.status == Some(1) && missing.errors.contains("nothing.csv cannot be read"), "{}", missing.errors);
    let unknown = desk.run(&["import", "nothing", "good.csv"]);
    assert!(unknown.status == Some(1) && unknown.errors.contains("--database: "), "{}", unknown.errors);
    let columns = desk.run(&["import", "clients", "good.csv"]);
    assert!(
        columns.status == Some(1) && columns.errors.contains("the file was not imported: 会社名: "),
        "{}",
        columns.errors
    );
    Ok(())
}
