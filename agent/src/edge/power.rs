//! What the machine runs on.

use starship_battery::{Manager, State};

/// Whether the machine draws on its battery. A machine that does not tell does not.
pub fn is_on_battery() -> bool {
    let batteries = Manager::new().and_then(|manager| manager.batteries());
    batteries.is_ok_and(|batteries| batteries.flatten().any(|battery| battery.state() == State::Discharging))
}
