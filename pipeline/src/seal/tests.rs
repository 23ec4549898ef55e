//! Sealing and opening, and what planning and filling make of it.

use super::*;
use crate::pack::{BatchLimits, FillError, Form, Packer, Seq, Spooled};
use crate::time::Wall;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const CLASS: DataClass = DataClass::Restricted;

fn sealer() -> Sealer {
    Sealer::new(SealKey::new(&[1; 32]), [2; 8])
}

fn opener() -> Opener {
    Opener::new(vec![SealKey::new(&[9; 32]), SealKey::new(&[1; 32])])
}

/// Lines of the given lengths, `\n` included, of text that does not repeat much.
fn lines(lengths: &[usize]) -> Vec<u8> {
    let mut state = 1_u64;
    let mut out = Vec::new();
    for length in lengths {
        for _ in 1..*length {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            out.push(32 + u8::try_from(state >> 58).unwrap_or(0));
        }
        out.push(b'\n');
    }
    out
}

fn label() -> Label {
    Label::new("policy", "consent", ProjectTag(7))
}

fn seal(lengths: &[usize]) -> Result<(Vec<u8>, SealedRun)> {
    let plain = lines(lengths);
    let run = sealer().seal_lines(CLASS, &label(), &plain, lengths.iter().map(|length| (*length, ProjectTag(7))))?;
    Ok((plain, run))
}

fn plain_of(sealed: &Sealed) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    opener().open(sealed.clone())?.unpack(&mut plain)?;
    Ok(plain)
}

#[test]
fn runs_are_cut_at_bytes_and_lines_and_come_back_whole() -> Result {
    let cases: [(&[usize], &[u32]); 6] = [
        (&[], &[]),
        (&[10], &[1]),
        (&[SEGMENT_BYTES / 2, SEGMENT_BYTES / 2, 1], &[2, 1]),
        (&[10, SEGMENT_BYTES + 1, 10], &[1, 1, 1]),
        (&[SEGMENT_BYTES_MAX, 10], &[1, 1]),
        (&[10; 1001], &[500, 500, 1]),
    ];
    for (lengths, expected) in cases {
        let (plain, run) = seal(lengths)?;
        assert_eq!(run.too_large, 0);
        assert!(run.segments.iter().map(|segment| segment.header().lines).eq(expected.iter().copied()), "{expected:?}");
        let back = run.segments.iter().map(plain_of).collect::<Result<Vec<_>>>()?;
        assert!(back.concat() == plain);
    }
    Ok(())
}

#[test]
fn an_event_that_no_record_holds_is_counted_and_its_neighbours_stay() -> Result {
    let (plain, run) = seal(&[10, SEGMENT_BYTES_MAX + 1, 20])?;
    assert_eq!((run.too_large, run.segments.len()), (1, 2));
    let back = run.segments.iter().map(plain_of).collect::<Result<Vec<_>>>()?.concat();
    assert!(back == [plain.get(..10).unwrap_or_default(), plain.get(plain.len() - 20..).unwrap_or_default()].concat());
    Ok(())
}

#[test]
fn whatever_is_altered_does_not_open() -> Result {
    let (_, run) = seal(&[100])?;
    let sealed = run.segments.into_iter().next().ok_or("no segment")?;
    let check = |altered: Sealed| assert_eq!(opener().open(altered).map(|_| ()), Err(OpenError::Damaged));
    let Header { label, lines, bytes, .. } = sealed.header.clone();
    let with = |class, label, lines, bytes| Sealed { header: Header { class, label, lines, bytes }, ..sealed.clone() };
    check(with(DataClass::Internal, label.clone(), lines, bytes));
    check(with(CLASS, Label::new("other", "consent", ProjectTag(7)), lines, bytes));
    check(with(CLASS, Label::new("policy", "other", ProjectTag(7)), lines, bytes));
    check(with(CLASS, Label::new("policyc", "onsent", ProjectTag(7)), lines, bytes));
    check(with(CLASS, Label::new("policy", "consent", ProjectTag(8)), lines, bytes));
    check(with(CLASS, label.clone(), lines + 1, bytes));
    check(with(CLASS, label, lines, bytes - 1));
    check(Sealed { nonce: [0; NONCE_LEN], ..sealed.clone() });
    for place in 0..sealed.ciphertext.len() {
        let mut altered = sealed.clone();
        altered.ciphertext.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1);
        check(altered);
    }
    let other = Opener::new(vec![SealKey::new(&[9; 32])]);
    assert_eq!(other.open(sealed).map(|_| ()), Err(OpenError::KeyUnknown));
    Ok(())
}

#[test]
fn no_nonce_is_used_twice_and_the_last_one_is_refused() -> Result {
    let mut sealer = sealer();
    let first = sealer.next_nonce()?;
    assert_ne!(first, sealer.next_nonce()?);
    sealer.nonce_counter = u32::MAX;
    assert_eq!(sealer.next_nonce(), Err(SealError::NoncesUsedUp));
    Ok(())
}

#[test]
fn segments_join_into_records_and_members_say_the_same_as_bytes() -> Result {
    let (plain, run) = seal(&[1000; 2400])?;
    let spooled: Vec<_> =
        (0..).zip(&run.segments).map(|(seq, sealed)| Spooled::after_commit(Seq(seq), sealed, Wall(0))).collect();
    let payloads =
        || run.segments.iter().map(|sealed| opener().open(sealed.clone())).collect::<std::result::Result<Vec<_>, _>>();
    let packer = Packer::new(BatchLimits {
        bytes_max: 4 << 20,
        record_bytes: 600_000,
        record_lines_max: 2400,
        ..BatchLimits::FIREHOSE
    });
    let plan = packer.plan(&spooled).plan.ok_or("no plan")?;
    for form in [Form::Plain, Form::Members] {
        let batch = plan.fill(payloads()?, form)?;
        assert!(batch.records().iter().flat_map(|record| record.bytes().to_vec()).eq(plain.iter().copied()));
        for record in batch.records() {
            assert_eq!(record.bytes().len(), record.len());
            assert!(record.len() <= 600_000 && record.bytes().ends_with(b"\n"));
            assert_eq!(record.members().count(), record.seqs().len());
        }
        assert!(batch.records().iter().any(|record| record.seqs().len() == 2));
    }
    let mut swapped = payloads()?;
    swapped.pop();
    assert!(matches!(plan.fill(swapped, Form::Members), Err(FillError::Mismatch(_))));
    Ok(())
}

#[test]
fn a_plan_is_within_every_limit_and_says_when_more_waits() -> Result {
    let (_, run) = seal(&[100_000; 40])?;
    let spooled: Vec<_> =
        (0..).zip(&run.segments).map(|(seq, sealed)| Spooled::after_commit(Seq(seq), sealed, Wall(0))).collect();
    let limits = BatchLimits::FIREHOSE;
    let planned = Packer::new(limits).plan(&spooled);
    let plan = planned.plan.ok_or("no plan")?;
    assert!(planned.full && plan.bytes() <= limits.bytes_max);
    assert!(plan.records().iter().all(|record| record.bytes() <= limits.record_bytes && record.lines() <= 500));
    let few = Packer::new(BatchLimits { records_max: 2, ..limits }).plan(&spooled);
    assert!(few.full && few.plan.is_some_and(|plan| plan.records().len() == 2));
    assert!(Packer::new(limits).plan([]).plan.is_none());
    Ok(())
}

#[test]
fn a_segment_holds_events_of_one_project() -> Result {
    let plain = lines(&[10; 6]);
    let projects = [1, 1, 2, 1, 0, 0].map(|tag| (10, ProjectTag(tag)));
    let run = sealer().seal_lines(CLASS, &label(), &plain, projects.into_iter())?;
    let found = run.segments.iter().map(|segment| (segment.header().label.project().0, segment.header().lines));
    assert!(found.eq([(1, 2), (2, 1), (1, 1), (0, 2)]));
    let back = run.segments.iter().map(plain_of).collect::<Result<Vec<_>>>()?;
    assert_eq!(back.concat(), plain);
    Ok(())
}
