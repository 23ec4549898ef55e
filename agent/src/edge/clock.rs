//! The clocks: one that counts time asleep and never jumps, and the system's calendar.
//!
//! `Instant` stands still while a Linux machine or a Mac sleeps, so a laptop that wakes after nine hours would still wait out
//! its backoff. `CLOCK_BOOTTIME` (Linux) and `CLOCK_MONOTONIC` (macOS: clock_gettime(3), checked 2026-11) count time asleep.
//! On Windows `Instant` does so itself: it reads QueryPerformanceCounter, which includes standby and hibernation
//! (<https://learn.microsoft.com/windows/win32/sysinfo/acquiring-high-resolution-time-stamps>, checked 2026-11).

use std::time::{SystemTime, UNIX_EPOCH};

use pipeline::time::{Mono, Wall};

/// Now, on the clock that never jumps and counts time asleep.
#[cfg(unix)]
pub fn mono() -> Mono {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let now = rustix::time::clock_gettime(CLOCK);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanoseconds = u64::try_from(now.tv_nsec).unwrap_or(0);
    Mono(seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds))
}

/// Now, on the clock that never jumps and counts time asleep; counted from the first call.
#[cfg(not(unix))]
pub fn mono() -> Mono {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    Mono(u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// Now, as the system's calendar says; before 1970 counts as 1970.
pub fn wall() -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Wall(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{mono, wall};

    #[test]
    fn both_clocks_tell_a_plausible_time() {
        let (before, after) = (mono(), mono());
        assert!(before <= after);
        // 2020-01-01
        assert!(wall().0 > 1_577_836_800_000);
    }
}
