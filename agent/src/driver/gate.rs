//! Whether sending is allowed now: the consent ledger beside the settings, asked before every call.

use crate::config::Config;
use crate::edge::ledger::LedgerFile;
use pipeline::consent::{
    Circumstances, ConsentText, Environment, Given, Grant, Mode, OffReason, PolicyStanding, Standing,
};
use pipeline::time::Wall;
use scrubber::Tier;
use std::path::Path;

/// The ledger and all that decides on sending besides it.
pub struct Gate {
    ledger: LedgerFile,
    policy: PolicyStanding,
    setting: Mode,
    text: ConsentText,
    destination: String,
    extras: Vec<String>,
    environment: Environment,
}

/// The consent that a driver was started under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The effective tier.
    pub tier: Tier,
    /// The consent's id.
    pub consent_id: String,
    /// Whether what was written before the grant is included.
    pub backfill: bool,
    /// What the ledger holds of it.
    pub given: Consented,
}

/// When, how and to what a person said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consented {
    /// When, by the system's clock.
    pub at: Option<Wall>,
    /// The tier that was agreed to; less may be in force.
    pub tier: Tier,
    /// Version of the text.
    pub text_version: u32,
    /// At a terminal or by flags.
    pub given: Given,
}

impl Gate {
    /// Opens the ledger of a state folder under the present settings.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open(
        state_dir: &Path,
        config: &Config,
        text: ConsentText,
        environment: Environment,
    ) -> Result<Self, crate::edge::ledger::LedgerFileError> {
        Ok(Self {
            ledger: LedgerFile::open(state_dir)?,
            policy: config.policy_standing(),
            setting: config.tier,
            text,
            destination: config.destination(),
            extras: config.extras(),
            environment,
        })
    }

    /// The ledger's file.
    pub fn ledger_path(&self) -> &Path {
        self.ledger.path()
    }

    /// Reads the ledger again if it changed, and says what is in force now. An unreadable ledger is off.
    pub fn standing(&mut self) -> Standing<'_> {
        if self.ledger.refresh().is_err() {
            tracing::error!("the consent ledger cannot be read: nothing is sent");
        }
        self.ledger.ledger().stand(&Circumstances {
            policy: self.policy,
            setting: self.setting,
            text: &self.text,
            destination: &self.destination,
            extras: &self.extras,
            environment: self.environment,
        })
    }

    /// The grant in force now; lasts as long as this turn.
    ///
    /// # Errors
    /// Why there is none.
    pub fn grant(&mut self) -> Result<Grant<'_>, OffReason> {
        let standing = self.standing();
        let reason = standing.off.unwrap_or(OffReason::NeverGranted);
        standing.into_grant().ok_or(reason)
    }

    /// The terms in force now.
    ///
    /// # Errors
    /// Why there are none.
    pub fn terms(&mut self) -> Result<Terms, OffReason> {
        let standing = self.standing();
        let reason = standing.off.unwrap_or(OffReason::NeverGranted);
        let backfill = standing.granted.is_some_and(|granted| granted.backfill);
        let grant = standing.into_grant().ok_or(reason)?;
        let entry = grant.entry();
        let (tier, text_version, given) = (entry.tier, entry.text_version, entry.given);
        let given = Consented { at: grant.given_at(), tier, text_version, given };
        Ok(Terms { tier: grant.tier(), consent_id: grant.consent_id().as_str().to_owned(), backfill, given })
    }
}
