//! What consent has to do with the rest of the program.

use super::{Context, consent, hinted};
use crate::driver::session::{self, Session};
use crate::edge::store::Store;
use crate::edge::{clock, host::Host};
use crate::filter::preview::Layout;
use crate::filter::projects::Reach;
use anyhow::Context as _;
use pipeline::consent::GrantRequest;
use pipeline::ship::SpoolDrop;
use scrubber::Tier;

/// The real program around a consent.
pub(super) struct Program<'a>(pub(super) &'a Context);

impl consent::Surroundings for Program<'_> {
    fn preview(&mut self, tier: Tier) -> anyhow::Result<()> {
        let newest = super::preview::newest(&self.0.paths.roots)?.files();
        let host = Host::read(&self.0.paths.home);
        let policy = super::detectors::policy(self.0, &host, tier)?;
        let layout = Layout::Columns(super::preview::width());
        super::preview::show(self.0, &policy, (tier, Reach::AsSent), &newest, layout)?;
        Ok(self.0.output.flush()?)
    }

    fn example(&mut self) -> Vec<String> {
        // The question is asked all the same where there is none: "preview" tells what is wrong.
        super::preview::example::rows(self.0)
    }

    fn before_grant(&mut self, request: &GrantRequest) -> anyhow::Result<()> {
        let session = Session::open(&self.0.config, &self.0.paths)?;
        let roots = session::roots(&self.0.config, &self.0.paths);
        if request.backfill {
            session.begin_at_the_starts(&roots).context("cannot set where reading begins")?;
        } else {
            session.begin_at_the_ends(&roots).map_err(|error| {
                let what = format!("cannot record where the transcripts end now: {}", error.kind());
                hinted(
                    what,
                    "make them readable for you (`bcce-agent doctor` checks them), or name other folders with --root",
                )
            })?;
        }
        Ok(())
    }

    fn after_grant(&mut self, consent_id: &str) {
        let store = Store::open_existing(self.0.store_settings());
        if let Err(fault) = store.and_then(|store| store.keep_beginnings(consent_id)) {
            tracing::warn!(%fault, "cannot keep where reading began");
        }
    }

    fn after_revoke(&mut self) -> anyhow::Result<u64> {
        let emptied = Store::empty(self.0.store_settings(), SpoolDrop::Revoked, clock::wall());
        let emptied = emptied.context("cannot empty the spool; nothing of it is sent any more")?;
        super::preview::forget_notes(self.0)?;
        Ok(emptied)
    }
}
