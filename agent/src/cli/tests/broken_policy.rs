//! What is said where the organisation policy cannot be used.

use super::*;

#[test]
fn under_a_broken_policy_no_destination_and_no_ceiling_is_made_up() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    desk.consent(&["grant", "--yes", "--tier", "content"], &mut Answers::nobody(), &mut there);
    let desk = Desk { context: broken(&desk), ..desk };
    desk.printed();
    assert_eq!(desk.consent(&["status"], &mut Answers::nobody(), &mut there), Exit::Done);
    let printed = desk.printed();
    assert!(printed.contains("mode         off\nbecause      the organisation policy cannot be used"), "{printed}");
    assert!(printed.contains("destination  not known: nothing is sent until the policy can be used"), "{printed}");
    assert!(
        printed.contains("policy ceiling not known\n") && printed.contains("`bcce-agent config check`"),
        "{printed}"
    );
    // What was granted is known all the same.
    assert!(printed.contains("granted      content\ngranted for  a folder on this computer\n"), "{printed}");
    assert!(!printed.contains("[dir]/lake") && !printed.contains("your setting"), "{printed}");
    for (words, expected) in [("--json", "\"destination\": null"), ("--quiet", "destination  not known")] {
        let Command::Status(arguments) = Cli::try_parse_from(["bcce-agent", "status", words]).unwrap().command else {
            panic!("not status")
        };
        super::super::status::run(&desk.context, &arguments).unwrap();
        let printed = desk.printed();
        assert!(printed.contains(expected) && printed.contains("the organisation policy cannot be used"), "{printed}");
        assert!(!printed.contains("a folder on this computer"), "{printed}");
    }
}

/// The same installation under a policy that has a line too many.
fn broken(desk: &Desk) -> Context {
    let dir = desk.dir.path();
    std::fs::write(dir.join("policy.toml"), "max_tier = \"metrics\"\nsinc = 1\n").unwrap();
    Context::new(config(dir), paths(dir), Arc::clone(&desk.context.output), Environment::default())
}
