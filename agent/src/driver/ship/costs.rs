//! What calls cost the machine: they are fewer on its battery and on a network that counts what is sent.

use super::{Ship, Turn};
use crate::driver::status::Credentials;
use crate::edge::sink::Sink;
use crate::edge::{network, power};
use pipeline::ship::Input;
use pipeline::time::Mono;
use std::time::Duration;

/// How often the system is asked what the machine runs on and what its network costs, while something waits.
const COSTS: Duration = Duration::from_secs(3 * 60);

impl<S: Sink> Ship<'_, S> {
    pub(super) fn look_at_costs(&mut self, turn: &mut Turn, now: Mono) {
        if now < turn.next_costs || self.shipper.status().streams.iter().all(|stream| stream.waiting == 0) {
            return;
        }
        turn.next_costs = now.after(COSTS);
        let sparing = spares(self.credentials, || power::is_on_battery() || network::is_metered());
        if sparing != turn.sparing {
            turn.sparing = sparing;
            self.shipper.handle(Input::Sparing(sparing), now);
        }
    }
}

/// Whether calls are to be few. A folder on this machine takes neither the radio nor a network that costs.
fn spares(sink: Credentials, costs: impl FnOnce() -> bool) -> bool {
    sink == Credentials::Needed && costs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_written_to_as_usual_on_battery_and_on_a_network_that_costs() {
        let costs = |costs| [Credentials::Needed, Credentials::NotNeeded].map(|sink| spares(sink, || costs));
        assert_eq!((costs(true), costs(false)), ([true, false], [false, false]));
    }
}
