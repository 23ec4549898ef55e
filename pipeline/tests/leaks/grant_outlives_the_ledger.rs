use pipeline::consent::{Circumstances, Grant, Ledger};

fn take<'a>(now: &'a Circumstances<'a>) -> Option<Grant<'a>> {
    let ledger = Ledger::read(b"");
    ledger.stand(now).into_grant()
}

fn main() {}
