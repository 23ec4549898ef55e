//! The positive twin: every step that the other cases forbid has its allowed neighbour here.

#![allow(dead_code, reason = "that they compile is the test")]

use pipeline::consent::{Circumstances, ConsentText, Environment, Ledger, Mode, PolicyStanding};
use pipeline::pack::{Batch, Form, Packer, Plan, Spooled};
use pipeline::seal::{Opener, Payload, Sealed, Sealer};
use pipeline::ship::{Effect, Input, Shipper};
use pipeline::time::Mono;
use scrubber::{Events, Outcome, Place, Policy, Projects, RawLine, Scratch, Source, Tier};

/// A raw line tells its place, and the policy alone makes something of it.
fn raw_line(policy: &Policy, text: &[u8], source: &mut Source, projects: &mut dyn Projects) -> Outcome {
    let line = RawLine::new(text, Place { offset: 0, length: 3 });
    println!("{:?}", line.place());
    let mut events = policy.events();
    policy.scrub(&line, source, projects, 0, &mut Scratch::default(), &mut events)
}

/// Events are sealed, stored, opened, planned and filled, in this order.
fn stored(events: &Events, policy: &Policy, sealer: &mut Sealer) -> Option<Sealed> {
    println!("{} {}", events.len(), events.tier());
    sealer.seal(events, policy).ok()?.segments.pop()
}

fn sent(sealed: Sealed, spooled: &[Spooled], opener: &Opener, packer: &Packer) -> Option<Batch> {
    let payload: Payload = opener.open(sealed).ok()?;
    let plan: Plan = packer.plan(spooled).plan?;
    plan.fill([payload], Form::Plain).ok()
}

/// A grant is borrowed from the ledger for one turn.
fn turn(ledger: &Ledger, shipper: &mut Shipper, now: &Circumstances<'_>) -> Option<Effect> {
    let grant = ledger.stand(now).into_grant()?;
    println!("{}", grant.tier());
    shipper.handle(Input::Flush, Mono::default());
    shipper.poll_effect(&grant, Mono::default())
}

pub(crate) fn main() {
    let text = ConsentText::new(1, 1, "what is read and what leaves");
    let now = Circumstances {
        policy: PolicyStanding::AtMost(Mode::Send(Tier::Content)),
        setting: Mode::Send(Tier::Content),
        text: &text,
        destination: "here",
        extras: &[],
        environment: Environment::default(),
    };
    let mut ledger = Ledger::read(b"");
    {
        let standing = ledger.stand(&now);
        assert!(standing.into_grant().is_none());
    }
    ledger = Ledger::read(b"");
    assert!(ledger.stand(&now).off.is_some());
}
