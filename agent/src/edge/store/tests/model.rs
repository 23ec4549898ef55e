//! Random operations on the spool and on a naive model of it: with reopening, with an error at each step, and killed at each step.

use std::fs;
use std::sync::{Arc, Mutex};

use super::*;

/// All that the spool should hold.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    texts: BTreeMap<Seq, String>,
    positions: BTreeMap<FileKey, FileRecord>,
    ids: BTreeMap<u64, Vec<u64>>,
    dropped: u64,
}

/// One change, so that it can be tried again after it failed.
enum Change {
    Append { sealed: Sealed, text: String, update: FileRecord, passed: Vec<Passed> },
    Discard(Seq),
    Replace { seq: Seq, sealed: Sealed, text: String },
    Forget(FileKey),
}

/// Numbers by chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn draw(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// The next change; `None` where it needs a segment and there is none.
    fn change(&mut self, step: u64, model: &Model, maker: &mut Maker) -> Result<Option<Change>> {
        let kind = self.draw(9);
        if kind < 5 {
            let text = format!("step {step} says this");
            // Hashes of any bytes and of any number, NUL and beyond a row included.
            let fresh: Vec<u64> = (0..self.draw(400)).map(|_| self.draw(1 << 31) * self.draw(1 << 31)).collect();
            return Ok(Some(Change::Append {
                sealed: maker.segment(&text)?,
                text,
                update: at(self.draw(5).into(), 1, step),
                passed: vec![passed(self.draw(3), &fresh), passed(u64::MAX, &[step])],
            }));
        }
        if kind == 8 {
            return Ok(Some(Change::Forget(at(self.draw(5).into(), 1, 0).key)));
        }
        let Some(seq) = model.texts.keys().nth(self.draw(model.texts.len().max(1) as u64) as usize).copied() else {
            return Ok(None);
        };
        if kind < 7 {
            return Ok(Some(Change::Discard(seq)));
        }
        let text = format!("step {step} replaced it");
        Ok(Some(Change::Replace { seq, sealed: maker.segment(&text)?, text }))
    }
}

impl Change {
    /// Makes the change in the spool, and where that went well in the model.
    fn make(&self, store: &mut Store, model: &mut Model) -> std::result::Result<(), StoreError> {
        let none = Counts::default();
        match self {
            Self::Append { sealed, text, update, passed } => {
                let sealed = std::slice::from_ref(sealed);
                let spooled = store.append(sealed, &[PositionUpdate::Set(*update)], passed, &none, NOW)?;
                model.texts.extend(spooled.iter().map(|segment| (segment.seq(), text.clone())));
                model.positions.insert(update.key, *update);
                passed.iter().for_each(|one| model.ids.entry(one.session.0).or_default().extend(&one.ids));
            }
            Self::Discard(seq) => {
                model.dropped += store.discard(&[*seq], SpoolDrop::Rejected, NOW)?;
                model.texts.remove(seq);
            }
            Self::Replace { seq, sealed, text } => {
                let spooled = store.replace(*seq, std::slice::from_ref(sealed), &none, NOW)?;
                assert!(spooled.iter().all(|segment| segment.seq() == *seq), "it keeps its place");
                model.texts.insert(*seq, text.clone());
            }
            Self::Forget(key) => {
                store.append(&[], &[PositionUpdate::Forget(*key)], &[], &none, NOW)?;
                model.positions.remove(key);
            }
        }
        Ok(())
    }
}

/// What the spool holds, once SQLite finds it sound.
fn held(store: &Store, sessions: impl Iterator<Item = u64>) -> Result<Model> {
    let health = store.check()?;
    assert!(health.sound, "SQLite finds the database damaged");
    let mut texts = BTreeMap::new();
    for segment in store.pending(DataClass::Restricted, None, 1000)? {
        let event = text_of(store, segment.seq())?;
        let body = event.split("\"body\":\"").nth(1).and_then(|rest| rest.split('"').next());
        texts.insert(segment.seq(), body.ok_or("an event without a text")?.to_owned());
    }
    assert_eq!(health.segments, texts.len() as u64);
    assert!(health.bytes < health.bytes_max);
    let positions = store.positions()?.into_iter().map(|record| (record.key, record)).collect();
    let mut ids = BTreeMap::new();
    for session in sessions {
        ids.insert(session, ids_of(store, session)?);
    }
    Ok(Model { texts, positions, ids, dropped: counted(store, Kind::SpoolDrop, "rejected")? })
}

fn check(store: &Store, model: &Model) -> Result {
    let mut expected = model.clone();
    expected.ids.values_mut().for_each(|ids| ids.sort_unstable());
    assert_eq!(held(store, model.ids.keys().copied())?, expected);
    Ok(())
}

#[test]
fn random_changes_with_reopening_match_a_naive_model() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let (mut model, mut chance) = (Model::default(), Chance(42));
    for step in 0..400 {
        if let Some(change) = chance.change(step, &model, &mut maker)? {
            change.make(&mut store, &mut model)?;
        }
        if chance.draw(10) == 0 {
            drop(store);
            store = open(folder.path())?;
        }
        if step % 10 == 0 {
            check(&store, &model)?;
        }
    }
    check(&store, &model)
}

#[test]
fn a_change_that_fails_at_any_step_changes_nothing_and_can_be_made_again() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let (mut model, mut chance, mut failed) = (Model::default(), Chance(7), 0);
    for step in 0..30 {
        let Some(change) = chance.change(step, &model, &mut maker)? else { continue };
        // Step by step of SQLite's program at first, then in longer strides.
        let mut allowed: u64 = 1;
        loop {
            let mut left = allowed;
            store.connection.progress_handler(
                1,
                Some(move || {
                    // Once, so that SQLite can undo the change.
                    left = left.wrapping_sub(1);
                    left == 0
                }),
            )?;
            let mut after = model.clone();
            let made = change.make(&mut store, &mut after);
            store.connection.progress_handler(0, None::<fn() -> bool>)?;
            if made.is_ok() {
                model = after;
                check(&store, &model)?;
                break;
            }
            assert!(allowed < 10_000_000, "step {step} fails whatever is allowed: {made:?}");
            failed += 1;
            check(&store, &model)?;
            allowed += 1 + allowed / 4;
        }
    }
    assert!(failed > 300, "{failed} failures");
    Ok(())
}

#[test]
fn killed_at_any_step_of_a_change_the_spool_is_as_it_was_before() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let (mut model, mut chance, mut kills) = (Model::default(), Chance(11), 0);
    for step in 0..30 {
        let Some(change) = chance.change(step, &model, &mut maker)? else { continue };
        // What the disk holds at some steps is what another process would find after a kill at that step.
        let found = tempfile::tempdir()?;
        let copies = Arc::new(Mutex::new(0_u32));
        let (from, to, count) = (folder.path().join("state"), found.path().to_owned(), Arc::clone(&copies));
        let (mut done, mut next) = (0_u64, 1_u64);
        store.connection.progress_handler(
            1,
            Some(move || {
                done += 1;
                let Ok(mut count) = count.lock() else { return true };
                if done == next {
                    next += 1 + next / 2;
                    // An error ends the change, which ends the test.
                    let copied = copy(&from, &to.join(count.to_string()).join("state"));
                    *count += 1;
                    return copied.is_err();
                }
                false
            }),
        )?;
        let before = model.clone();
        change.make(&mut store, &mut model)?;
        store.connection.progress_handler(0, None::<fn() -> bool>)?;
        let copies = *copies.lock().map_err(|_| "the handler panicked")?;
        for copy in 0..copies {
            check(&open(&found.path().join(copy.to_string()))?, &before)?;
        }
        kills += copies;
    }
    check(&store, &model)?;
    assert!(kills > 200, "{kills} kills");
    Ok(())
}

/// Copies the database and its log, as a kill leaves them.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for name in ["spool.db", "spool.db-wal"] {
        fs::copy(from.join(name), to.join(name))?;
    }
    Ok(())
}
