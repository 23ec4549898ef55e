use std::path::Path;
use std::time::Duration;

use pipeline::time::Mono;
use scrubber::ProjectDecision::{Deny, Ship, Unknown};
use scrubber::{ProjectDecision, Projects as _, Scopes, Tier};

use super::ProjectFolders;
use crate::config::ProjectRules;

const ALL: ProjectDecision = Ship(Tier::Content);

fn globs(globs: &[&str]) -> Vec<String> {
    globs.iter().map(|glob| (*glob).to_owned()).collect()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn repository(top: &Path, url: &str) {
    write(&top.join(".git/config"), &format!("[remote \"origin\"]\nurl = {url}\n"));
}

fn decide(rules: &[ProjectRules], home: &Path, cwd: &Path) -> ProjectDecision {
    ProjectFolders::new(rules, home).unwrap().decide(cwd.to_str())
}

#[test]
fn without_rules_everything_ships_but_what_is_opted_out() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::create_dir_all(home.join("a/b")).unwrap();
    let mut projects = ProjectFolders::new(&[], home).unwrap();
    assert_eq!(projects.decide(None), ALL);
    assert_eq!(projects.decide(Some("not absolute")), ALL);
    assert_eq!(projects.decide(home.join("a/b").to_str()), ALL);
    assert_eq!(projects.decide(home.join("gone").to_str()), ALL);
    write(&home.join("a/.bcce-ignore"), "");
    assert_eq!(decide(&[], home, &home.join("a/b")), Deny);
    assert_eq!(decide(&[], home, &home.join("a/gone/deeper")), Deny);
}

#[test]
fn a_name_too_long_for_any_folder_is_not_taken_for_one_and_not_remembered() {
    let home = tempfile::tempdir().unwrap();
    let mut projects = ProjectFolders::new(&[], home.path()).unwrap();
    for drive in ["/", "C:/", "//server/share/"] {
        assert_eq!(projects.decide(Some(&format!("{drive}{}", "d/".repeat(2000)))), ALL, "{drive}");
        assert_eq!(projects.decide(Some(&format!("{drive}{}", "d/".repeat(2100)))), Unknown, "{drive}");
    }
    assert_eq!(projects.answers.len(), 3);
}

#[test]
fn the_ignore_file_counts_up_to_the_git_top_level_or_home() {
    let outer = tempfile::tempdir().unwrap();
    let home = outer.path().join("home");
    write(&outer.path().join(".bcce-ignore"), "");
    write(&home.join("group/.bcce-ignore"), "");
    repository(&home.join("group/repo"), "git@h.example:a/b");
    std::fs::create_dir_all(home.join("group/repo/sub")).unwrap();
    std::fs::create_dir_all(home.join("other")).unwrap();
    assert_eq!(decide(&[], &home, &home.join("group/repo/sub")), ALL);
    assert_eq!(decide(&[], &home, &home.join("group")), Deny);
    assert_eq!(decide(&[], &home, &home.join("other")), ALL);
    write(&home.join("group/repo/.bcce-ignore"), "");
    assert_eq!(decide(&[], &home, &home.join("group/repo/sub")), Deny);
}

#[test]
fn folder_globs_hold_for_everything_beneath_and_denial_wins() {
    let home = Path::new("/home/u");
    let rules =
        [ProjectRules { allow: globs(&["~/code/*"]), deny: globs(&["~/code/secret"]), ..ProjectRules::default() }];
    let check = |cwd: &str, expected| assert_eq!(decide(&rules, home, Path::new(cwd)), expected, "{cwd}");
    check("/home/u/code/a", ALL);
    check("/home/u/code/a/deep/er", ALL);
    check("/home/u/code", Deny);
    check("/home/u/code/secret", Deny);
    check("/home/u/code/SECRET/x", Deny);
    check("/home/u/code/a/../secret/x", Deny);
    check("/home/u/code/secretary", ALL);
    check("/home/u/private", Deny);
    assert_eq!(ProjectFolders::new(&rules, home).unwrap().decide(None), Unknown);
    assert_eq!(ProjectFolders::new(&rules, home).unwrap().decide(Some("code/a")), Unknown);
}

#[test]
fn windows_paths_are_matched_as_text_on_any_system() {
    let rules = [ProjectRules { deny: globs(&["D:\\private\\**", "**/hobby"]), ..ProjectRules::default() }];
    let check =
        |cwd: &str, expected| assert_eq!(decide(&rules, Path::new("/home/u"), Path::new(cwd)), expected, "{cwd}");
    check("D:\\private\\x", Deny);
    check("d:/Private/x/y", Deny);
    check("\\\\?\\D:\\private\\x", Deny);
    check("D:\\code\\x", ALL);
    check("D:\\code\\hobby\\x", Deny);
    check("\\\\server\\share\\hobby", Deny);
    check("\\\\server\\share\\code", ALL);
}

#[test]
fn remotes_are_allowed_and_denied_in_any_form() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    repository(&home.join("code"), "git@github.com:Acme/tool.git");
    repository(&home.join("mine"), "https://github.com/me/blog");
    std::fs::create_dir_all(home.join("plain")).unwrap();
    std::fs::create_dir_all(home.join("code/src")).unwrap();
    let allow = [ProjectRules { allow_remotes: globs(&["github.com/acme/*"]), ..ProjectRules::default() }];
    let deny = [ProjectRules { deny_remotes: globs(&["github.com/me"]), ..ProjectRules::default() }];
    let check = |rules: &[ProjectRules], folder: &str, expected| {
        assert_eq!(decide(rules, home, &home.join(folder)), expected, "{folder}");
    };
    check(&allow, "code/src", ALL);
    check(&allow, "code/deleted", ALL);
    check(&allow, "mine", Deny);
    check(&allow, "plain", Deny);
    check(&allow, "gone", Unknown);
    check(&deny, "code", ALL);
    check(&deny, "mine", Deny);
    check(&deny, "plain", ALL);
    check(&deny, "gone", Unknown);
    write(&home.join("broken/.git"), "gitdir");
    check(&deny, "broken", Unknown);
    check(&[], "broken", ALL);
}

#[test]
fn all_layers_must_agree_and_the_lowest_ceiling_holds() {
    let policy = ProjectRules {
        allow: globs(&["/w/**"]),
        tiers: vec![("/w/low".to_owned(), Tier::Activity)],
        ..ProjectRules::default()
    };
    let user = ProjectRules {
        allow: globs(&["/w/low", "/w/b", "/private"]),
        tiers: vec![("/w/low/est".to_owned(), Tier::Metrics)],
        ..ProjectRules::default()
    };
    let rules = [policy, user];
    let check =
        |cwd: &str, expected| assert_eq!(decide(&rules, Path::new("/home/u"), Path::new(cwd)), expected, "{cwd}");
    check("/w/b", ALL);
    check("/w/low/x", Ship(Tier::Activity));
    check("/w/low/est/x", Ship(Tier::Metrics));
    check("/w/c", Deny);
    check("/private", Deny);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_around_a_rule() {
    let home = tempfile::tempdir().unwrap();
    let home = std::fs::canonicalize(home.path()).unwrap();
    std::fs::create_dir_all(home.join("private/x")).unwrap();
    std::fs::create_dir_all(home.join("code")).unwrap();
    std::os::unix::fs::symlink(home.join("private/x"), home.join("code/link")).unwrap();
    let deny = [ProjectRules { deny: globs(&["~/private"]), ..ProjectRules::default() }];
    let allow = [ProjectRules { allow: globs(&["~/code"]), ..ProjectRules::default() }];
    assert_eq!(decide(&deny, &home, &home.join("code/link")), Deny);
    assert_eq!(decide(&allow, &home, &home.join("code/link")), Deny);
    write(&home.join("private/.bcce-ignore"), "");
    assert_eq!(decide(&[], &home, &home.join("code/link")), Deny);
}

#[test]
fn an_answer_holds_for_a_while_and_is_then_found_anew() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::create_dir_all(home.join("a")).unwrap();
    let mut projects = ProjectFolders::new(&[], home).unwrap();
    let start = Mono(1);
    projects.tick(start);
    assert_eq!(projects.decide(home.join("a").to_str()), ALL);
    write(&home.join("a/.bcce-ignore"), "");
    assert_eq!(projects.decide(home.join("a").to_str()), ALL);
    projects.tick(start.after(Duration::from_secs(31)));
    assert_eq!(projects.decide(home.join("a").to_str()), Deny);
}

#[test]
fn what_is_let_pass_in_a_folder_is_so_beneath_it_and_nowhere_else() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for folder in ["code/a/deep", "code/b"] {
        std::fs::create_dir_all(home.join(folder)).unwrap();
    }
    let folders = globs(&["~/code/a", "**/deep"]);
    let mut projects = ProjectFolders::new(&[], home).unwrap().with_scopes(&folders).unwrap();
    let (first, second) = (Scopes::project(0).unwrap(), Scopes::project(1).unwrap());
    let mut check = |folder: Option<&str>, expected: Scopes| {
        projects.decide(folder.map(|folder| home.join(folder).to_str().unwrap().to_owned()).as_deref());
        assert_eq!(projects.scopes(), expected, "{folder:?}");
    };
    check(Some("code/a"), Scopes::EVERYWHERE.or(first));
    check(Some("code/a/deep"), Scopes::EVERYWHERE.or(first).or(second));
    check(Some("code/b"), Scopes::EVERYWHERE);
    check(None, Scopes::EVERYWHERE);
    check(Some("code/a/gone"), Scopes::EVERYWHERE.or(first));
    check(Some("code/a/../b"), Scopes::EVERYWHERE);
}
