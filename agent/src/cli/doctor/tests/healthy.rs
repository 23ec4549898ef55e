//! What looks like trouble and is none, beside what is.

use super::*;

#[test]
fn a_deliberate_no_is_healthy_and_no_answer_is_not() {
    let desk = Desk::new();
    desk.write("policy.toml", FIREHOSE);
    let nothing_runs = |world: &mut World<'_>| {
        (world.running, world.service, world.credentials) = (None, Some(Standing::NotInstalled), None);
    };
    let found = |name: &str| desk.finding(name, nothing_runs);
    fs::remove_file(desk.path("state/consent.jsonl")).unwrap();
    has(found("consent"), "consent was never given");
    let names = ["running", "service", "credentials"];
    assert!(names.iter().all(|name| found(name).is_some()));
    let refused = pipeline::consent::Refusal::Local;
    LedgerFile::open(&desk.path("state")).unwrap().refuse(refused, Given::Terminal, clock::wall()).unwrap();
    assert_eq!(found("consent"), None);
    assert_eq!(names.map(found), [None, None, None]);
    let context = desk.context();
    assert!(
        matches!(state::consent(&well(&context)), Found::Told(text) if text.contains("you chose that nothing leaves"))
    );
}

#[test]
fn a_root_that_somebody_named_should_be_there_and_the_usual_ones_need_not() {
    let desk = Desk::new();
    let roots = |named: bool, root: &str| {
        let mut context = desk.context();
        context.paths.roots = vec![desk.path("claude"), desk.path(root)];
        context.paths.named_roots = if named { context.paths.roots.clone() } else { Vec::new() };
        claude::roots(&well(&context))
    };
    let problem = |found: Found| match found {
        Found::Problem { finding, .. } => Some(finding),
        Found::Well | Found::Told(_) | Found::Skipped(_) => None,
    };
    has(problem(roots(true, "nowhere")), "nowhere does not exist");
    has(problem(roots(true, "claude/projects")), "has no folder `projects`");
    assert_eq!([roots(false, "nowhere"), roots(true, "claude")], [Found::Well, Found::Well]);
    fs::remove_dir_all(desk.path("claude")).unwrap();
    let found = roots(false, "nowhere");
    assert!(matches!(&found, Found::Told(text) if text.contains("no transcript of Claude Code is there")), "{found:?}");
}
