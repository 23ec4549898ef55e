use pipeline::consent::{Grant, GrantEntry};
use scrubber::Tier;
use std::marker::PhantomData;

fn make(entry: &GrantEntry) -> Grant<'_> {
    Grant { tier: Tier::Content, entry, turn: PhantomData }
}

fn main() {}
