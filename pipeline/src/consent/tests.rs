use proptest::prelude::*;
use scrubber::Tier;

use super::{
    Ask, Circumstances, ConsentId, ConsentText, Environment, Given, GrantRequest, Ledger, Mode, OffReason,
    PolicyStanding, Refusal,
};
use crate::time::Wall;

const EVERYTHING: Mode = Mode::Send(Tier::Content);

fn text(version: u32, covers_from: u32) -> ConsentText {
    ConsentText::new(version, covers_from, "what is read, what leaves")
}

fn request(tier: Tier) -> GrantRequest {
    GrantRequest { tier, backfill: false, given: Given::Flags, destination: "there".to_owned(), extras: Vec::new() }
}

/// A ledger and the bytes of its file.
#[derive(Default)]
struct Book {
    ledger: Ledger,
    bytes: Vec<u8>,
}

impl Book {
    fn grant(mut self, tier: Tier) -> Self {
        let id = ConsentId::new([u8::try_from(self.bytes.len() % 251).unwrap(); 16]);
        let pending = self.ledger.grant(request(tier), &text(1, 1), id, Wall(1)).unwrap();
        self.bytes.extend(pending.line().bytes());
        self.ledger.accept(pending);
        self
    }

    fn revoke(mut self) -> Self {
        let pending = self.ledger.revoke(Given::Terminal, Wall(2)).unwrap();
        self.bytes.extend(pending.line().bytes());
        self.ledger.accept(pending);
        self
    }

    fn refuse(mut self, mode: Refusal) -> Self {
        let pending = self.ledger.refuse(mode, Given::Terminal, Wall(2)).unwrap();
        self.bytes.extend(pending.line().bytes());
        self.ledger.accept(pending);
        self
    }

    /// One of everything that can be written.
    fn step(self, step: usize) -> Self {
        match step {
            0..3 => self.grant(*Tier::ALL.get(step).unwrap()),
            3 => self.revoke(),
            4 => self.refuse(Refusal::Off),
            _ => self.refuse(Refusal::Local),
        }
    }
}

fn now(text: &ConsentText) -> Circumstances<'_> {
    let policy = PolicyStanding::AtMost(EVERYTHING);
    Circumstances {
        policy,
        setting: EVERYTHING,
        text,
        destination: "there",
        extras: &[],
        environment: Environment::default(),
    }
}

fn stand(ledger: &Ledger) -> (Mode, Option<OffReason>) {
    let text = text(1, 1);
    let standing = ledger.stand(&now(&text));
    (standing.mode, standing.off)
}

const fn off(reason: OffReason) -> (Mode, Option<OffReason>) {
    (Mode::Off, Some(reason))
}

#[test]
fn nothing_is_sent_before_a_grant_and_after_a_revocation() {
    let book = Book::default();
    assert_eq!(stand(&book.ledger), off(OffReason::NeverGranted));
    let book = book.grant(Tier::Activity);
    assert_eq!(stand(&book.ledger), (Mode::Send(Tier::Activity), None));
    let book = book.revoke();
    assert_eq!(stand(&book.ledger), off(OffReason::Revoked));
    let book = book.grant(Tier::Metrics);
    assert_eq!(stand(&book.ledger), (Mode::Send(Tier::Metrics), None));
    assert_eq!(stand(&Ledger::read(&book.bytes)), (Mode::Send(Tier::Metrics), None));
}

#[test]
fn a_refusal_ends_a_consent_and_says_how_little_is_left() {
    let book = Book::default().refuse(Refusal::Local);
    assert_eq!(stand(&book.ledger), (Mode::Local, Some(OffReason::Refused)));
    let text = text(1, 1);
    let narrower = Circumstances { setting: Mode::Off, ..now(&text) };
    assert_eq!(book.ledger.stand(&narrower).mode, Mode::Off);
    let book = book.grant(Tier::Content);
    let first = book.ledger.stand(&now(&text)).into_grant().unwrap().consent_id().as_str().to_owned();
    let book = book.refuse(Refusal::Off);
    assert_eq!(stand(&book.ledger), off(OffReason::Refused));
    assert!(book.ledger.stand(&now(&text)).into_grant().is_none());
    let book = book.grant(Tier::Metrics);
    let grant = book.ledger.stand(&now(&text)).into_grant().unwrap();
    assert!(!grant.covers(&first), "what was made before a refusal never leaves");
}

#[test]
fn the_lowest_of_policy_grant_and_setting_holds() {
    let text = text(1, 1);
    for policy in Mode::ALL {
        for setting in Mode::ALL {
            for tier in Tier::ALL {
                let book = Book::default().grant(tier);
                let now = Circumstances { policy: PolicyStanding::AtMost(policy), setting, ..now(&text) };
                let standing = book.ledger.stand(&now);
                let lowest = policy.min(setting).min(Mode::Send(tier));
                assert_eq!(standing.mode, lowest, "{policy} {setting} {tier}");
                assert_eq!(standing.off.is_none(), lowest >= Mode::Send(Tier::Metrics), "{policy} {setting} {tier}");
                let granted = standing.into_grant().map(|grant| Mode::Send(grant.tier()));
                assert_eq!(granted, (lowest >= Mode::Send(Tier::Metrics)).then_some(lowest));
            }
        }
    }
}

#[test]
fn circumstances_turn_consent_off_with_their_reason() {
    let text = text(1, 1);
    let book = Book::default().grant(Tier::Content);
    let check = |now: Circumstances<'_>, reason| {
        let standing = book.ledger.stand(&now);
        assert_eq!((standing.mode, standing.off), off(reason));
        assert!(standing.into_grant().is_none());
    };
    let with = |environment| Circumstances { environment, ..now(&text) };
    let none = Environment::default();
    check(with(Environment { do_not_track: true, ..none }), OffReason::DoNotTrack);
    check(with(Environment { ci: true, ..none }), OffReason::ContinuousIntegration);
    check(with(Environment { superuser: true, ..none }), OffReason::Superuser);
    check(Circumstances { policy: PolicyStanding::Broken, ..now(&text) }, OffReason::PolicyBroken);
    check(Circumstances { policy: PolicyStanding::AtMost(Mode::Off), ..now(&text) }, OffReason::PolicyForbids);
    check(Circumstances { setting: Mode::Off, ..now(&text) }, OffReason::Setting);
    check(Circumstances { destination: "elsewhere", ..now(&text) }, OffReason::DestinationChanged);
    check(Circumstances { extras: &["history".to_owned()], ..now(&text) }, OffReason::ScopeWidened);
}

#[test]
fn a_policy_under_which_nothing_leaves_is_named_where_nobody_was_asked() {
    let text = text(1, 1);
    let standing_under = |policy| {
        let book = Book::default();
        let now = Circumstances { policy: PolicyStanding::AtMost(policy), ..now(&text) };
        let standing = book.ledger.stand(&now);
        (standing.mode, standing.off)
    };
    assert_eq!(standing_under(Mode::Local), (Mode::Local, Some(OffReason::PolicyForbids)));
    assert_eq!(standing_under(Mode::Send(Tier::Metrics)), (Mode::Off, Some(OffReason::NeverGranted)));
}

#[test]
fn a_new_text_asks_again_and_one_that_says_more_ends_the_old_consent() {
    let book = Book::default().grant(Tier::Metrics);
    let (newer, wider) = (text(2, 1), text(3, 2));
    let standing = book.ledger.stand(&now(&newer));
    assert_eq!((standing.mode, standing.ask), (Mode::Send(Tier::Metrics), Some(Ask::NewText)));
    let standing = book.ledger.stand(&now(&wider));
    assert_eq!((standing.mode, standing.off), off(OffReason::TextOutdated));
}

#[test]
fn a_ledger_that_stops_within_an_entry_is_off() {
    let book = Book::default().grant(Tier::Metrics).revoke();
    for end in 1..book.bytes.len() {
        let ledger = Ledger::read(book.bytes.get(..end).unwrap());
        let first_entry = book.bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        if end == first_entry {
            continue;
        }
        assert_eq!(stand(&ledger), off(OffReason::LedgerTorn), "cut at {end}");
        assert!(ledger.whole_bytes() <= end as u64);
    }
}

#[test]
fn entries_of_another_ledger_do_not_fit_in() {
    let ours = Book::default().grant(Tier::Metrics).revoke();
    let theirs = Book::default().revoke().grant(Tier::Content);
    let last = theirs.bytes.split_inclusive(|byte| *byte == b'\n').next_back().unwrap();
    let spliced = [ours.bytes.as_slice(), last].concat();
    assert_eq!(stand(&Ledger::read(&spliced)), off(OffReason::LedgerBroken));
    let reordered: Vec<u8> = ours.bytes.split_inclusive(|byte| *byte == b'\n').rev().flatten().copied().collect();
    assert_eq!(stand(&Ledger::read(&reordered)), off(OffReason::LedgerBroken));
    let first_missing = ours.bytes.split_inclusive(|byte| *byte == b'\n').nth(1).unwrap();
    assert_eq!(stand(&Ledger::read(first_missing)), off(OffReason::LedgerBroken));
}

#[test]
fn nothing_can_be_built_on_an_altered_ledger() {
    let book = Book::default().grant(Tier::Metrics);
    let altered = String::from_utf8(book.bytes).unwrap().replace("metrics", "content");
    let ledger = Ledger::read(altered.as_bytes());
    assert_eq!(ledger.verify().unwrap_err().line, 1);
    assert!(ledger.grant(request(Tier::Content), &text(1, 1), ConsentId::new([0; 16]), Wall(3)).is_err());
    assert!(ledger.revoke(Given::Flags, Wall(3)).is_err());
}

proptest! {
    #[test]
    fn any_altered_byte_turns_consent_off(
        steps in proptest::collection::vec(0..6_usize, 1..6),
        place in any::<prop::sample::Index>(),
        other in any::<u8>(),
    ) {
        let book = steps.iter().fold(Book::default(), |book, step| book.step(*step));
        let mut bytes = book.bytes.clone();
        let byte = place.get(&bytes.iter().enumerate().map(|(at, _)| at).collect::<Vec<_>>()).to_owned();
        let old = bytes.get(byte).copied().unwrap();
        prop_assume!(old != other);
        if let Some(byte) = bytes.get_mut(byte) {
            *byte = other;
        }
        let ledger = Ledger::read(&bytes);
        let (mode, reason) = stand(&ledger);
        prop_assert_eq!(mode, Mode::Off);
        prop_assert!(matches!(reason, Some(OffReason::LedgerBroken | OffReason::LedgerTorn)), "{:?}", reason);
    }

    #[test]
    fn what_was_written_reads_back_the_same(steps in proptest::collection::vec(0..6_usize, 0..8)) {
        let book = steps.iter().fold(Book::default(), |book, step| book.step(*step));
        let read = Ledger::read(&book.bytes);
        prop_assert_eq!(read.entries(), book.ledger.entries());
        prop_assert_eq!(read.whole_bytes(), book.bytes.len() as u64);
        prop_assert_eq!(stand(&read), stand(&book.ledger));
    }

    #[test]
    fn no_bytes_panic_or_allow_anything(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(stand(&Ledger::read(&bytes)).0, Mode::Off);
    }
}
