//! Limits on records, bytes and calls per second, in the form of the generic cell rate algorithm.
//!
//! A call is let go when all limits allow it and is charged to all of them at once; a limiter that charges while it
//! asks would lose what the first ones gave when the last one refuses.

use std::time::Duration;

use crate::time::Mono;

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Records in the call.
    pub records: u64,
    /// Bytes of all records.
    pub bytes: u64,
}

/// Units a second on average, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Units a second; at least 1.
    pub per_second: u64,
    /// Units that may come at once after a quiet time. A single call above this waits until the allowance is whole.
    pub burst: u64,
}

/// Limits over all streams together; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rates {
    /// Calls.
    pub calls: Option<Rate>,
    /// Records.
    pub records: Option<Rate>,
    /// Bytes of NDJSON.
    pub bytes: Option<Rate>,
}

impl Rates {
    /// The default for Firehose: 256 KiB/s with a burst of one call, 4 calls/s, 500 records/s. A direct-PUT stream takes
    /// 1 MiB/s in most regions (<https://docs.aws.amazon.com/firehose/latest/dev/limits.html>, checked 2026-11-24), so
    /// four laptops that catch up leave room in it.
    pub const FIREHOSE: Self = Self {
        calls: Some(Rate { per_second: 4, burst: 8 }),
        records: Some(Rate { per_second: 500, burst: 1000 }),
        bytes: Some(Rate { per_second: 256 * 1024, burst: 1024 * 1024 }),
    };
}

/// Holds calls to [`Rates`].
#[derive(Debug, Clone)]
pub struct Limiter {
    calls: Option<Bucket>,
    records: Option<Bucket>,
    bytes: Option<Bucket>,
}

/// One limit. `charged` is when all that was let go so far is paid for, the theoretical arrival time.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    rate: Rate,
    charged: Mono,
}

impl Limiter {
    /// A limiter with whole allowances.
    pub fn new(rates: Rates) -> Self {
        let bucket = |rate: Option<Rate>| rate.map(|rate| Bucket { rate, charged: Mono::default() });
        Self { calls: bucket(rates.calls), records: bucket(rates.records), bytes: bucket(rates.bytes) }
    }

    /// When a call of this cost may go: `now` or later.
    pub fn ready_at(&self, cost: Cost, now: Mono) -> Mono {
        let ready = |bucket: &Option<Bucket>, units| bucket.map_or(now, |bucket| bucket.ready_at(units).max(now));
        ready(&self.calls, 1).max(ready(&self.records, cost.records)).max(ready(&self.bytes, cost.bytes))
    }

    /// Charges a call that goes now.
    pub fn charge(&mut self, cost: Cost, now: Mono) {
        for (bucket, units) in [(&mut self.calls, 1), (&mut self.records, cost.records), (&mut self.bytes, cost.bytes)]
        {
            if let Some(bucket) = bucket {
                bucket.charged = bucket.charged.max(now).after(bucket.time_of(units));
            }
        }
    }
}

impl Bucket {
    fn time_of(&self, units: u64) -> Duration {
        let nanos = u128::from(units) * 1_000_000_000 / u128::from(self.rate.per_second.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    fn ready_at(&self, units: u64) -> Mono {
        let slack = self.time_of(self.rate.burst.saturating_sub(units));
        Mono(self.charged.0.saturating_sub(u64::try_from(slack.as_nanos()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn bytes_only() -> Limiter {
        Limiter::new(Rates { bytes: Some(Rate { per_second: 100, burst: 200 }), ..Rates::default() })
    }

    fn bytes(bytes: u64) -> Cost {
        Cost { records: 1, bytes }
    }

    #[test]
    fn a_burst_goes_at_once_and_the_next_call_waits_for_its_own_units() {
        let mut limiter = bytes_only();
        let now = Mono(10 * SECOND);
        assert_eq!(limiter.ready_at(bytes(200), now), now);
        limiter.charge(bytes(200), now);
        assert_eq!(limiter.ready_at(bytes(50), now), Mono(now.0 + SECOND / 2));
        assert_eq!(limiter.ready_at(bytes(200), now), Mono(now.0 + 2 * SECOND));
    }

    #[test]
    fn a_call_above_the_burst_waits_for_the_whole_allowance_and_then_goes() {
        let mut limiter = bytes_only();
        let now = Mono(10 * SECOND);
        assert_eq!(limiter.ready_at(bytes(1000), now), now);
        limiter.charge(bytes(1000), now);
        assert_eq!(limiter.ready_at(bytes(1000), now), Mono(now.0 + 10 * SECOND));
    }

    #[test]
    fn the_average_rate_holds_over_a_long_run() {
        let mut limiter = bytes_only();
        let (start, mut now, mut sent) = (Mono(SECOND), Mono(SECOND), 0);
        while start.until(now) < Duration::from_secs(1000) {
            now = limiter.ready_at(bytes(30), now);
            limiter.charge(bytes(30), now);
            sent += 30;
        }
        assert!(sent <= 100 * 1000 + 200 + 30, "sent {sent}");
        assert!(sent >= 100 * 1000, "sent {sent}");
    }

    #[test]
    fn a_refusing_limit_costs_nothing_in_the_others() {
        let rate = Some(Rate { per_second: 1, burst: 1 });
        let mut limiter = Limiter::new(Rates { calls: rate, records: rate, bytes: None });
        let now = Mono(10 * SECOND);
        limiter.charge(Cost { records: 1, bytes: 1 }, now);
        for _ in 0..10 {
            assert_eq!(limiter.ready_at(Cost { records: 1, bytes: 1 }, now), Mono(now.0 + SECOND));
        }
    }
}
