//! The service and the way to it. It keeps what it accepted, whatever becomes of its answer.

use pipeline::pack::Batch;
use pipeline::ship::{Answer, Outcome, Trouble};

use super::clock::{HOUR, MINUTE, MS, SECOND};
use super::dice::Dice;
use super::records::{Records, told};

/// What the service and the network are like for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// So many records in a thousand fail one by one.
    Partial(u64),
    /// So many calls in a thousand come to nothing, in any of the ways there are.
    Mixed(u64),
    /// Calls arrive or not, and no answer comes back.
    Lost,
    /// No answer for a minute, then a timeout; the call arrived or not.
    Hanging,
    /// Each call brings this.
    Always(Trouble),
    /// The answer names another number of outcomes than there were records.
    Odd,
}

/// What became of a call.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) after: u64,
    /// What the service has for good: places of records in the call.
    pub(crate) kept: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) weather: Weather,
}

const TROUBLES: [Trouble; 16] = [
    Trouble::Throttled,
    Trouble::Unavailable,
    Trouble::OutcomeUnknown,
    Trouble::Offline,
    Trouble::CaptivePortal,
    Trouble::Proxy,
    Trouble::Tls,
    Trouble::TlsVersion,
    Trouble::Certificate,
    Trouble::CredentialsMissing,
    Trouble::CredentialsExpired,
    Trouble::AccessDenied,
    Trouble::StreamMissing,
    Trouble::EncryptionKey,
    Trouble::ClockSkew,
    Trouble::Disk,
];

impl Cloud {
    /// Changes the weather; says for how long.
    pub(crate) fn change(&mut self, dice: &mut Dice) -> u64 {
        self.weather = match dice.weighted(&[30, 20, 15, 6, 6, 20, 3]) {
            0 => Weather::Fine,
            1 => Weather::Partial(dice.within(50, 900)),
            2 => Weather::Mixed(dice.within(100, 900)),
            3 => Weather::Lost,
            4 => Weather::Hanging,
            5 => Weather::Always(dice.pick(&TROUBLES)),
            _ => Weather::Odd,
        };
        match dice.weighted(&[50, 35, 15]) {
            0 => dice.within(SECOND, 5 * MINUTE),
            1 => dice.within(5 * MINUTE, HOUR),
            _ => dice.within(HOUR, 6 * HOUR),
        }
    }

    /// Takes a call. `skew_ms` is how far the machine's calendar is off.
    pub(crate) fn call(&self, batch: &Batch, records: &Records, skew_ms: i64, dice: &mut Dice) -> Reply {
        let count = batch.records().len();
        let quick = dice.within(20 * MS, 2 * SECOND);
        let all = || (0..count).collect::<Vec<_>>();
        let nothing = |trouble, after| Reply { answer: Answer::Trouble(trouble), after, kept: Vec::new() };
        let weather = match self.weather {
            Weather::Mixed(share) if dice.permille(share) => match dice.below(4) {
                0 => Weather::Lost,
                1 => Weather::Partial(500),
                2 => Weather::Odd,
                _ => Weather::Always(dice.pick(&TROUBLES)),
            },
            Weather::Mixed(_) => Weather::Fine,
            same @ (Weather::Fine
            | Weather::Partial(_)
            | Weather::Lost
            | Weather::Hanging
            | Weather::Always(_)
            | Weather::Odd) => same,
        };
        match weather {
            Weather::Always(trouble) => return nothing(trouble, quick),
            Weather::Hanging => {
                let kept = if dice.permille(300) { all() } else { Vec::new() };
                return Reply { answer: Answer::Trouble(Trouble::OutcomeUnknown), after: MINUTE, kept };
            }
            Weather::Lost => {
                let kept = if dice.permille(500) { all() } else { Vec::new() };
                return Reply { answer: Answer::Trouble(Trouble::OutcomeUnknown), after: quick, kept };
            }
            Weather::Fine | Weather::Partial(_) | Weather::Mixed(_) | Weather::Odd => {}
        }
        if skew_ms.abs() > 5 * 60_000 {
            return nothing(Trouble::ClockSkew, quick);
        }
        if batch.records().iter().any(|record| is_poisoned(record.bytes(), records)) {
            return nothing(Trouble::Rejected, quick);
        }
        let share = if let Weather::Partial(share) = weather { share } else { 0 };
        let outcomes: Vec<_> = (0..count)
            .map(|_| match (dice.permille(share), dice.permille(700)) {
                (false, _) => Outcome::Accepted,
                (true, true) => Outcome::Throttled,
                (true, false) => Outcome::Failed,
            })
            .collect();
        let kept = (0..count).filter(|place| outcomes[*place] == Outcome::Accepted).collect();
        if weather == Weather::Odd {
            let answer = Answer::Settled(vec![Outcome::Accepted; count + 1 - 2 * dice.below(2) as usize]);
            return Reply { answer, after: quick, kept: all() };
        }
        Reply { answer: Answer::Settled(outcomes), after: quick, kept }
    }
}

fn is_poisoned(lines: &[u8], records: &Records) -> bool {
    lines.split(|byte| *byte == b'\n').filter_map(told).any(|told| {
        let number = records.of_event(told.id);
        number.is_some_and(|number| records.get(number).poison)
    })
}
