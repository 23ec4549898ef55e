use pipeline::ship::{Effect, Shipper};
use pipeline::time::Mono;

fn send(shipper: &mut Shipper) -> Option<Effect> {
    shipper.poll_effect(Mono::default())
}

fn main() {}
