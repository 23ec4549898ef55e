//! The project rules in a preview: as they are when events are sent, and in words.

use crate::config::{Config, Origin};
use crate::edge::projects::{Because, ProjectFolders, Ruling};
use scrubber::{ProjectDecision, Projects, Scopes, Tier};
use std::path::Path;

/// What a preview does with a project that the rules keep out or hold to a tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// As `run` does: nothing leaves, or no more than at that tier.
    #[default]
    AsSent,
    /// Whoever names a file wants to see it: it is shown as at the tier asked for, and what the rules say is said.
    AsAsked,
}

/// Decides for a preview, and says what decided.
#[derive(Debug)]
pub struct PreviewProjects {
    folders: ProjectFolders,
    layers: Vec<Origin>,
    reach: Reach,
    last: Option<(Option<String>, Ruling)>,
}

/// What the rules say of a record's project, for its user's own eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What holds it, and what comes of that.
    pub words: String,
    /// What the outcome that is shown beside the original is.
    pub outcome: &'static str,
}

/// What an outcome is called where no rule has a say.
pub const LEAVES: &str = "What leaves";
const WOULD_LEAVE: &str = "Were it not kept out";
const WOULD_LEAVE_AT_TIER: &str = "Were it not held to its tier";

impl PreviewProjects {
    /// Decides by the rules of these settings.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn new(config: &Config, home: &Path, reach: Reach) -> Result<Self, globset::Error> {
        let folders = ProjectFolders::new(&config.projects, home)?.with_scopes(&config.scrub.folders)?;
        Ok(Self { folders, layers: config.project_layers.clone(), reach, last: None })
    }

    /// The widest tier at which the record asked about last is shown; `None` where nothing of it is.
    pub fn ceiling(&self) -> Option<Tier> {
        match (self.reach, self.ruling()?.decision) {
            (Reach::AsAsked, _) => Some(Tier::Content),
            (Reach::AsSent, ProjectDecision::Ship(tier)) => Some(tier),
            (Reach::AsSent, ProjectDecision::Deny | ProjectDecision::Unknown) => None,
        }
    }

    /// What holds the record asked about last, where the tier asked for is wider than that lets leave.
    pub fn held(&self, asked: Tier) -> Option<Held> {
        let Ruling { decision, because } = self.ruling()?;
        let why = self.words(because.as_ref()?);
        let shown = if self.reach == Reach::AsAsked { "; shown as if it were not, for you named the file" } else { "" };
        let (words, otherwise) = match decision {
            ProjectDecision::Ship(tier) if *tier >= asked => return None,
            ProjectDecision::Ship(tier) => (format!("held to {tier} by {why}{shown}"), WOULD_LEAVE_AT_TIER),
            ProjectDecision::Deny | ProjectDecision::Unknown => {
                (format!("kept out by {why}: nothing leaves{shown}"), WOULD_LEAVE)
            }
        };
        let outcome = if self.reach == Reach::AsAsked { otherwise } else { LEAVES };
        Some(Held { words, outcome })
    }

    fn ruling(&self) -> Option<&Ruling> {
        self.last.as_ref().map(|(_, ruling)| ruling)
    }

    fn words(&self, because: &Because) -> String {
        let layer = |place: usize| match self.layers.get(place) {
            Some(Origin::Policy(path)) => format!("the organisation policy ({})", path.display()),
            Some(Origin::User(path)) => format!("your settings ({})", path.display()),
            Some(origin @ (Origin::Environment(_) | Origin::BuiltIn)) => origin.to_string(),
            None => "your settings".to_owned(),
        };
        match because {
            Because::IgnoreFile(folder) => format!(".bcce-ignore in {}", folder.display()),
            Because::Glob { layer: place, key, glob } => format!("{key} \"{glob}\" of {}", layer(*place)),
            Because::NotAllowed { layer: place } => {
                format!("projects.allow and allow_remotes of {}, which do not name it", layer(*place))
            }
            Because::NoFolder => "project rules, as the record names no folder".to_owned(),
            Because::NoRemotes => "rules about remotes, as its own cannot be told".to_owned(),
            Because::Closed => "project rules, as its folder cannot be looked into".to_owned(),
        }
    }
}

impl Projects for PreviewProjects {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        // Scopes are those of the folder asked about last.
        self.folders.decide(cwd);
        if self.last.as_ref().is_none_or(|(folder, _)| folder.as_deref() != cwd) {
            self.last = Some((cwd.map(str::to_owned), self.folders.rule(cwd)));
        }
        match (self.reach, self.ruling()) {
            (Reach::AsSent, Some(ruling)) => ruling.decision,
            (Reach::AsAsked, _) | (Reach::AsSent, None) => ProjectDecision::Ship(Tier::Content),
        }
    }

    fn scopes(&self) -> Scopes {
        self.folders.scopes()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};
    use std::fs;

    /// What is decided for `home/jobs/p` under a policy and a user's file, and the words for the tier `activity`.
    fn asked(policy: &str, user: &str, reach: Reach) -> (ProjectDecision, Option<Held>) {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("jobs/p");
        fs::create_dir_all(&project).unwrap();
        fs::write(home.path().join("policy.toml"), policy).unwrap();
        fs::write(home.path().join("config.toml"), user).unwrap();
        let sources = Sources {
            policies: vec![home.path().join("policy.toml")],
            extra_policy: None,
            user: UserFile::Named(home.path().join("config.toml")),
            environment: Vec::new(),
            home: Some(home.path().to_owned()),
        };
        if user.is_empty() && policy.is_empty() {
            fs::write(home.path().join("jobs/.bcce-ignore"), "").unwrap();
        }
        let mut projects = PreviewProjects::new(&load(&sources).unwrap(), home.path(), reach).unwrap();
        let decision = projects.decide(project.to_str());
        let place = home.path().display().to_string();
        let held = projects.held(Tier::Activity);
        (decision, held.map(|held| Held { words: held.words.replace(&place, "[home]").replace('\\', "/"), ..held }))
    }

    #[test]
    fn the_rule_that_holds_a_project_and_its_layer_are_named() {
        let check = |policy: &str, user: &str, decision: ProjectDecision, words: &str| {
            let (found, held) = asked(policy, user, Reach::AsSent);
            assert_eq!((found, held.as_ref().map_or("", |held| &held.words)), (decision, words));
            assert!(held.is_none_or(|held| held.outcome == LEAVES));
        };
        let (deny, free) = (ProjectDecision::Deny, ProjectDecision::Ship(Tier::Content));
        check("", "", deny, "kept out by .bcce-ignore in [home]/jobs: nothing leaves");
        check(
            "projects.deny = [\"/x\", \"~/jobs\"]",
            "",
            deny,
            "kept out by projects.deny \"~/jobs\" of the organisation policy ([home]/policy.toml): nothing leaves",
        );
        check(
            "projects.deny = [\"/x\"]",
            "projects.allow = [\"/y\"]",
            deny,
            "kept out by projects.allow and allow_remotes of your settings ([home]/config.toml), which do not name it: nothing leaves",
        );
        check(
            "projects.tiers = { \"~/jobs\" = \"activity\", \"~/jobs/p\" = \"metrics\" }",
            "",
            ProjectDecision::Ship(Tier::Metrics),
            "held to metrics by projects.tiers \"~/jobs/p\" of the organisation policy ([home]/policy.toml)",
        );
        check("projects.deny = [\"/x\"]", "", free, "");
        check("projects.tiers = { \"~/jobs\" = \"activity\" }", "", ProjectDecision::Ship(Tier::Activity), "");
    }

    #[test]
    fn a_file_that_was_named_is_shown_and_what_keeps_it_out_is_said() {
        let (decision, held) = asked("projects.deny = [\"~/jobs\"]", "", Reach::AsAsked);
        let held = held.unwrap();
        assert_eq!((decision, held.outcome), (ProjectDecision::Ship(Tier::Content), WOULD_LEAVE));
        assert!(held.words.contains("nothing leaves; shown as if"), "{}", held.words);
        let (decision, held) = asked("projects.tiers = { \"~/jobs\" = \"metrics\" }", "", Reach::AsAsked);
        assert_eq!((decision, held.unwrap().outcome), (ProjectDecision::Ship(Tier::Content), WOULD_LEAVE_AT_TIER));
    }
}
