//! What commands look at before, without and after consent.

use super::*;

#[test]
fn preview_looks_into_credential_files_after_consent_only_and_says_so() {
    let desk = Desk::new("", "scrub.known_values = [\"netrc\"]\n", Environment::default());
    let value = ["q7", "wz", "r4", "kd", "x9", "tb", "5v", "31"].concat();
    std::fs::write(desk.dir.path().join(".netrc"), format!("machine m.example login u password {value}\n")).unwrap();
    let session = desk.dir.path().join("session.jsonl");
    let record = serde_json::json!({
        "type": "user", "uuid": "00000000-0000-4000-8000-000000000000", "sessionId": "00000000-0000-4000-8000-000000000001",
        "timestamp": "2026-11-26T08:00:00.000Z", "message": { "role": "user", "content": format!("about {value} again") },
    });
    std::fs::write(&session, format!("{record}\n")).unwrap();
    let preview = |desk: &Desk| {
        let words = ["bcce-agent", "preview", "--plain", "--tier", "content", session.to_str().unwrap()];
        let Command::Preview(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not preview") };
        crate::cli::preview::run(&desk.context, &arguments).unwrap();
        let printed = desk.printed();
        let leaves = printed.split("what leaves").last().unwrap().contains(&value);
        (leaves, printed.contains("credential files of netrc were not looked into"))
    };
    assert_eq!(preview(&desk), (true, true));
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
    desk.printed();
    assert_eq!(preview(&desk), (false, false));
    desk.consent(&["revoke"], &mut Answers::nobody(), &mut Neighbours::default());
    desk.printed();
    assert_eq!(preview(&desk), (true, true));
}
