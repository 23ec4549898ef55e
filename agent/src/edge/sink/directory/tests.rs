//! The folder against crashes, resends and full disks.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::civil::date;

use super::partition::temporary_name;
use super::*;

const A: &[u8] = b"{\"event_id\":\"a1\"}\n{\"event_id\":\"a2\"}\n";
const B: &[u8] = b"{\"event_id\":\"b\"}\n";
const C: &[u8] = b"{\"event_id\":\"c\"}\n";

fn sink(path: &Path, compression: Compression) -> DirectorySink {
    DirectorySink::new(DirectorySettings { path: path.to_owned(), compression }).unwrap()
}

/// Delivers segments in the form in which the spool gives them out.
fn deliver(sink: &mut DirectorySink, class: DataClass, segments: &[&[u8]], today: Date) -> io::Result<()> {
    let member = |segment: &&[u8]| {
        let mut member = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        member.write_all(segment).unwrap();
        member.finish().unwrap()
    };
    let packed: Vec<Vec<u8>> = match sink.settings.compression {
        Compression::Gzip => segments.iter().map(member).collect(),
        Compression::None => segments.iter().map(|segment| segment.to_vec()).collect(),
    };
    sink.deliver(class, &packed.iter().map(Vec::as_slice).collect::<Vec<_>>(), today)
}

fn day(day: i8) -> Date {
    date(2026, 11, day)
}

/// Every file below `path` that a reader of lakes would see, with its content unpacked.
fn seen(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if !name.starts_with('.') {
                let raw = fs::read(entry.path()).unwrap();
                let mut content = Vec::new();
                if name.ends_with(".gz") {
                    MultiGzDecoder::new(raw.as_slice()).read_to_end(&mut content).unwrap();
                } else {
                    content = raw;
                }
                let place = entry.path().strip_prefix(path).unwrap().to_string_lossy().replace('\\', "/");
                found.push((place, content));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn batches_become_whole_files_in_the_partition_of_class_and_day() {
    for (compression, extension) in [(Compression::Gzip, ".ndjson.gz"), (Compression::None, ".ndjson")] {
        let folder = tempfile::tempdir().unwrap();
        let lake = folder.path().join("not/there/yet");
        let mut sink = sink(&lake, compression);
        deliver(&mut sink, DataClass::Internal, &[A, B], day(24)).unwrap();
        deliver(&mut sink, DataClass::Restricted, &[C], day(25)).unwrap();
        let files = seen(&lake);
        let [(first, ab), (second, c)] = files.as_slice() else { panic!("{files:?}") };
        assert!(first.starts_with("class=internal/dt=2026-11-24/part-") && first.ends_with(extension), "{first}");
        assert!(second.starts_with("class=restricted/dt=2026-11-25/part-"), "{second}");
        assert_eq!((ab.as_slice(), c.as_slice()), ([A, B].concat().as_slice(), C));
    }
}

#[test]
fn a_batch_sent_again_after_a_crash_does_not_double() {
    for compression in [Compression::Gzip, Compression::None] {
        for again in [&[A, B][..], &[A, B, C], &[A]] {
            let folder = tempfile::tempdir().unwrap();
            deliver(&mut sink(folder.path(), compression), DataClass::Internal, &[A, B], day(24)).unwrap();
            // The agent was killed here, and came up again on a later day.
            deliver(&mut sink(folder.path(), compression), DataClass::Internal, again, day(27)).unwrap();
            let files = seen(folder.path());
            let longer = if again.len() > 2 { again } else { &[A, B][..] };
            assert_eq!(files.len(), 1, "{compression:?} {files:?}");
            assert_eq!(files.first().unwrap().1, longer.concat(), "{compression:?}");
        }
    }
}

#[test]
fn a_batch_that_only_starts_alike_never_takes_another_ones_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = sink(folder.path(), Compression::Gzip);
    deliver(&mut sink, DataClass::Internal, &[A, B], day(24)).unwrap();
    deliver(&mut sink, DataClass::Internal, &[A, C], day(24)).unwrap();
    let mut contents: Vec<_> = seen(folder.path()).into_iter().map(|(_, content)| content).collect();
    contents.sort();
    assert_eq!(contents, [[A, B].concat(), [A, C].concat()]);
}

#[test]
fn what_a_crash_left_is_swept_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let partition = folder.path().join("class=internal/dt=2026-11-20");
    fs::create_dir_all(&partition).unwrap();
    let old = SystemTime::now() - Duration::from_secs(3600);
    let place = |name: &str, modified: Option<SystemTime>| {
        let path = partition.join(name);
        fs::write(&path, "half").unwrap();
        if let Some(modified) = modified {
            fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        }
        path
    };
    let ours = place(".bcce-part-1.ndjson.77.tmp", Some(old));
    let at_work = place(".bcce-part-2.ndjson.78.tmp", None);
    let foreign = place(".other.tmp", Some(old));
    let whole = place("part-0.ndjson", Some(old));
    deliver(&mut sink(folder.path(), Compression::None), DataClass::Internal, &[A], day(24)).unwrap();
    assert!(!ours.exists());
    assert!(at_work.exists() && foreign.exists() && whole.exists());
}

#[test]
fn a_file_has_another_name_until_it_is_whole() {
    for earlier in [&[][..], &[A]] {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = sink(folder.path(), Compression::None);
        if !earlier.is_empty() {
            deliver(&mut sink, DataClass::Internal, earlier, day(24)).unwrap();
        }
        // Where the unfinished file should be there is a folder: nothing of the file can be written.
        let partition = folder.path().join("class=internal/dt=2026-11-24");
        let part = Part::new(&[A], first_line(A), "ndjson");
        fs::create_dir_all(temporary_name(&partition.join(part.name()))).unwrap();
        assert!(deliver(&mut sink, DataClass::Internal, &[A, B], day(24)).is_err());
        let whole: Vec<Vec<u8>> = earlier.iter().map(|segment| segment.to_vec()).collect();
        assert_eq!(seen(folder.path()).into_iter().map(|(_, content)| content).collect::<Vec<_>>(), whole);
    }
}

#[test]
fn a_file_that_cannot_be_written_is_trouble_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = sink(folder.path(), Compression::None);
    // Where the folder of the class should be there is a file.
    fs::write(folder.path().join("class=internal"), "").unwrap();
    assert!(deliver(&mut sink, DataClass::Internal, &[A], day(24)).is_err());
    fs::remove_file(folder.path().join("class=internal")).unwrap();
    // Where the file should be there is a folder, so that renaming fails after writing.
    let part = Part::new(&[A], first_line(A), "ndjson");
    let partition = folder.path().join("class=internal/dt=2026-11-24");
    fs::create_dir_all(partition.join(part.name()).join("x")).unwrap();
    assert!(deliver(&mut sink, DataClass::Internal, &[A], day(24)).is_err());
    assert_eq!(fs::read_dir(&partition).unwrap().count(), 1, "only what stood in the way");
    fs::remove_dir_all(&partition).unwrap();
    deliver(&mut sink, DataClass::Internal, &[A], day(24)).unwrap();
    assert_eq!(seen(folder.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_for_their_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    deliver(&mut sink(&lake, Compression::Gzip), DataClass::Internal, &[A], day(24)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (file, _) = seen(&lake).pop().unwrap();
    assert_eq!(mode(&lake.join(&file)), 0o600);
    assert_eq!(mode(lake.join(&file).parent().unwrap()), 0o700);
    assert_eq!(mode(&lake), 0o700);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "").unwrap();
    let error = DirectorySink::new(DirectorySettings { path: path.join("lake"), compression: Compression::None });
    assert!(error.err().unwrap().to_string().contains("lake"));
}
