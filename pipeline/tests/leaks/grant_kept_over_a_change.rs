use pipeline::consent::{Circumstances, Ledger};
use pipeline::ship::Shipper;
use pipeline::time::Mono;

fn keep(mut ledger: Ledger, now: &Circumstances<'_>, shipper: &mut Shipper) {
    let Some(grant) = ledger.stand(now).into_grant() else { return };
    ledger = Ledger::read(b"");
    shipper.poll_effect(&grant, Mono::default());
    drop(ledger);
}

fn main() {}
