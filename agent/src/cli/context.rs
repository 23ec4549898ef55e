//! What every command is given: settings, places, streams, and what decides on sending.

use std::path::Path;
use std::sync::Arc;

use pipeline::consent::{Circumstances, ConsentText, Environment, OffReason};

use super::args::Global;
use super::consent::{remedy, text};
use super::output::Output;
use crate::config::{
    Config, ConfigError, Paths, PathsError, PolicyState, Sink, Sources, UserFile, load, load_for_stopping,
};
use crate::driver::session;
use crate::edge::host;
use crate::edge::store::StoreSettings;

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// The settings in force.
    pub config: Config,
    /// Places of files.
    pub paths: Paths,
    /// Where to print.
    pub output: Arc<Output>,
    /// What the environment says of sending.
    pub environment: Environment,
    /// Where events would go, in words without any path.
    pub destination: String,
    /// What settings let be read or leave beyond the consent text.
    pub extras: Vec<String>,
    /// The consent text of this version.
    pub text: ConsentText,
}

impl Context {
    /// Finds the standard places and reads all layers of settings.
    ///
    /// # Errors
    /// When the home folder is not known or settings cannot be used. A policy that cannot be used is no error here.
    pub fn load(global: &Global, output: Arc<Output>) -> anyhow::Result<Self> {
        Self::load_by(load, global, output)
    }

    /// As [`Context::load`], for commands by which a person stops the agent, takes consent back or looks what is wrong: where the
    /// user's settings cannot be used it is said why, and the command goes on without them.
    ///
    /// # Errors
    /// When the home folder is not known, or not even the built-in settings can be used.
    pub fn load_for_stopping(global: &Global, output: Arc<Output>) -> anyhow::Result<Self> {
        let context = Self::load_by(load_for_stopping, global, output)?;
        if let Some(wrong) = &context.config.wrong {
            context.output.error(&anyhow::Error::new(wrong.clone()));
            context.output.note("This command goes on without them.");
        }
        Ok(context)
    }

    fn load_by(
        load: fn(&Sources) -> Result<Config, ConfigError>,
        global: &Global,
        output: Arc<Output>,
    ) -> anyhow::Result<Self> {
        let mut paths = Paths::find(global.state_dir.clone(), &global.roots, std::env::var_os("CLAUDE_CONFIG_DIR"))?;
        let config = load(&Self::sources(global, &paths))?;
        if let Some(file) = &global.config {
            paths.config_file.clone_from(file);
        }
        let mut environment = host::environment(|name| std::env::var_os(name));
        // Whoever names a state folder means an installation of its own, not one that a system service fell into.
        environment.superuser &= global.state_dir.is_none();
        Ok(Self::new(config, paths, output, environment))
    }

    /// The state folder, made where it is missing: for commands that need no consent, and so may be run as root.
    ///
    /// # Errors
    /// When it cannot be made or closed to others, or is another user's.
    pub fn state_dir(&self) -> Result<&Path, PathsError> {
        if self.environment.superuser { self.paths.prepare_own_state_dir() } else { self.paths.prepare_state_dir() }
    }

    /// Puts a context together.
    pub fn new(config: Config, paths: Paths, output: Arc<Output>, environment: Environment) -> Self {
        let (destination, extras) = (config.destination(), config.extras());
        Self { config, paths, output, environment, destination, extras, text: text::describe() }
    }

    fn sources(global: &Global, paths: &Paths) -> Sources {
        let user = match &global.config {
            Some(file) => UserFile::Named(file.clone()),
            None => UserFile::Standard(paths.config_file.clone()),
        };
        Sources {
            policies: paths.policies.clone(),
            extra_policy: global.policy.clone(),
            user,
            environment: std::env::vars_os().collect(),
            home: Some(paths.home.clone()),
        }
    }

    /// Reads the settings anew, as for a running agent whose policy may have changed.
    ///
    /// # Errors
    /// As [`Context::load`].
    pub fn reload(global: &Global, paths: &Paths) -> Result<Config, ConfigError> {
        load(&Self::sources(global, paths))
    }

    /// All that decides on sending besides the ledger.
    pub fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            policy: self.config.policy_standing(),
            setting: self.config.tier,
            text: &self.text,
            destination: &self.destination,
            extras: &self.extras,
            environment: self.environment,
        }
    }

    /// The spool of these settings.
    pub fn store_settings(&self) -> StoreSettings {
        session::store_settings(&self.config, &self.paths)
    }

    /// Whether the organisation policy cannot be used. What it would say of destination and ceiling is not known then, and the
    /// settings hold defaults in its place.
    pub fn policy_is_broken(&self) -> bool {
        matches!(self.config.policy, PolicyState::Broken(_))
    }

    /// Why nothing is sent, in words, and what can be done: under settings that cannot be used the reason is those.
    pub fn words_of(&self, reason: OffReason) -> (&'static str, &'static str) {
        if self.config.wrong.is_some() && reason == OffReason::Setting {
            return ("the settings cannot be used", "correct them; `bcce-agent config check` tells what is wrong");
        }
        (reason.as_str(), remedy(reason))
    }

    /// Whether destination and ceiling are known. If not, the settings hold defaults in their place.
    pub fn is_known(&self) -> bool {
        !self.policy_is_broken() && self.config.wrong.is_none()
    }

    /// Where events go, as its user may read it: with the folder's path.
    pub fn destination_for_people(&self) -> String {
        if self.config.wrong.is_some() {
            return "not known: nothing is sent until the settings can be used".to_owned();
        }
        if self.policy_is_broken() {
            return "not known: nothing is sent until the policy can be used".to_owned();
        }
        match &self.config.sink {
            Sink::Directory(directory) => {
                let folder = directory.path.as_ref().unwrap_or(&self.paths.lake);
                format!("{}: {}", self.destination, folder.display())
            }
            Sink::Firehose(_) => self.destination.clone(),
        }
    }
}
