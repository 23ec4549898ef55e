//! What consent has to do with the rest of the program.

use super::{Context, consent, hinted};
use crate::driver::session::{self, Session, SessionError};
use crate::edge::key::KeyFile;
use crate::edge::ledger::LedgerFile;
use crate::edge::store::{Beginnings, Store};
use crate::edge::{clock, host::Host};
use crate::filter::preview::Layout;
use crate::filter::projects::Reach;
use anyhow::Context as _;
use pipeline::consent::GrantRequest;
use pipeline::ship::SpoolDrop;
use scrubber::Tier;

/// The real program around a consent.
pub(super) struct Program<'a> {
    context: &'a Context,
    /// Whether a grant that is tried is the first, and there were no keys and no spool before.
    keys_are_new: bool,
    spool_is_new: bool,
    /// Where reading went on before it was tried, under the consent in force.
    reading: Option<Beginnings>,
}

impl<'a> Program<'a> {
    pub(super) const fn new(context: &'a Context) -> Self {
        Self { context, keys_are_new: false, spool_is_new: false, reading: None }
    }
}

impl consent::Surroundings for Program<'_> {
    fn preview(&mut self, tier: Tier) -> anyhow::Result<()> {
        let newest = super::preview::newest(&self.context.paths.roots)?.files();
        let host = Host::read(&self.context.paths.home);
        let policy = super::detectors::policy(self.context, &host, tier)?;
        let layout = Layout::Columns(super::preview::width());
        super::preview::show(self.context, &policy, (tier, Reach::AsSent), &newest, layout)?;
        Ok(self.context.output.flush()?)
    }

    fn example(&mut self) -> Vec<String> {
        // The question is asked all the same where there is none: "preview" tells what is wrong.
        super::preview::example::rows(self.context)
    }

    fn before_grant(&mut self, request: &GrantRequest) -> anyhow::Result<()> {
        let Context { config, paths, .. } = self.context;
        let ledger = LedgerFile::open(&paths.state_dir)?;
        let granted = ledger.ledger().stand(&self.context.circumstances()).granted;
        self.keys_are_new = granted.is_none() && !KeyFile::new(&paths.state_dir).exists();
        self.spool_is_new = granted.is_none() && !Store::exists(&self.context.store_settings());
        let session = Session::open(config, paths)?;
        if request.backfill {
            let before = granted.map_or("", |granted| granted.consent_id.as_str());
            return session.begin_at_the_starts_after(before).context("cannot set where reading begins");
        }
        self.reading = granted.map(|_| session.reading()).transpose()?;
        let begun = session.begin_at_the_ends(&session::roots(config, paths));
        begun.map(|_| ()).map_err(|error| {
            let what = format!("cannot record where the transcripts end now: {}", error.kind());
            hinted(
                what,
                "make them readable for you (`bcce-agent doctor` checks them), or name other folders with --root",
            )
        })
    }

    fn after_failed_grant(&mut self) {
        let Context { config, paths, .. } = self.context;
        let read_on = |reading| Ok::<_, SessionError>(Session::open(config, paths)?.read_on(&reading)?);
        if let Some(Err(fault)) = self.reading.take().map(read_on) {
            tracing::error!(%fault, "reading goes on at the ends: what was not read yet under the consent in force is passed over");
        }
        let keys = KeyFile::new(&paths.state_dir);
        if self.keys_are_new
            && let Err(fault) = keys.delete()
        {
            tracing::error!(%fault, "the keys that were made for a consent that was not given cannot be deleted");
        }
        if self.spool_is_new
            && let Err(fault) = Store::delete(&self.context.store_settings())
        {
            tracing::error!(%fault, "the spool that was made for a consent that was not given cannot be deleted");
        }
    }

    fn after_grant(&mut self, consent_id: &str) {
        let store = Store::open_existing(self.context.store_settings());
        if let Err(fault) = store.and_then(|store| store.keep_beginnings(consent_id)) {
            tracing::warn!(%fault, "cannot keep where reading began");
        }
    }

    fn after_revoke(&mut self) -> anyhow::Result<u64> {
        let emptied = Store::empty(self.context.store_settings(), SpoolDrop::Revoked, clock::wall());
        let emptied = emptied.context("cannot empty the spool; nothing of it is sent any more")?;
        super::preview::forget_notes(self.context)?;
        Ok(emptied)
    }
}
