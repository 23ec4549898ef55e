//! The key file, made, kept, damaged and moved to a keychain.

use super::*;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[test]
fn there_are_no_keys_before_they_are_made_and_the_same_ones_ever_after() -> Result {
    let folder = tempfile::tempdir()?;
    let file = KeyFile::new(folder.path());
    assert!(file.load()?.is_none());
    let made = file.create(KeyPlace::File, Wall::default())?;
    assert!(file.load()?.is_some_and(|keys| keys.bytes() == made.bytes()));
    assert_eq!(file.create(KeyPlace::File, Wall::default())?.bytes(), made.bytes());
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    fs::remove_file(&file.path)?;
    assert!(file.load()?.is_none());
    assert_ne!(file.create(KeyPlace::File, Wall::default())?.bytes(), made.bytes());
    Ok(())
}

fn with_keychain(folder: &Path) -> KeyFile {
    KeyFile { path: folder.join(FILE), keychain: Some(Keychain::in_memory()) }
}

fn named(file: &KeyFile) -> Result<String> {
    Ok(name_in(&fs::read(&file.path)?).ok_or("the secrets lie in the file")?)
}

#[test]
fn a_keychain_holds_the_secrets_and_the_file_their_name() -> Result {
    let folder = tempfile::tempdir()?;
    let file = with_keychain(folder.path());
    let start = Wall(1_790_000_000_000);
    let mut keys = file.create(KeyPlace::Keychain, start)?;
    let first = named(&file)?;
    assert!(file.load()?.is_some_and(|loaded| loaded.bytes() == keys.bytes()));
    assert!(!fs::read(&file.path)?.windows(8).any(|part| keys.pseudonym.starts_with(part)));
    // Keys that are there stay where they are, until they are moved.
    assert_eq!(file.create(KeyPlace::File, start)?.bytes(), keys.bytes());
    file.renew(&mut keys, &[], start.after(SEAL_AGE_MAX))?;
    let second = named(&file)?;
    assert!(file.load()?.is_some_and(|loaded| loaded.bytes() == keys.bytes()));
    let keychain = file.keychain.as_ref().ok_or("no keychain")?;
    assert!(first != second && keychain.get(&first)?.is_none());
    file.settle(&keys, KeyPlace::File)?;
    assert!(keychain.get(&second)?.is_none() && fs::read(&file.path)? == keys.bytes());
    file.settle(&keys, KeyPlace::Keychain)?;
    let third = named(&file)?;
    file.settle(&keys, KeyPlace::Keychain)?;
    assert_eq!(named(&file)?, third);
    // An entry that cannot be deleted keeps nobody from the new keys.
    keychain.refuse_once(&third)?;
    file.renew(&mut keys, &[], start.after(2 * SEAL_AGE_MAX))?;
    assert!(named(&file)? != third && keychain.get(&third)?.is_some());
    assert!(file.load()?.is_some_and(|loaded| loaded.bytes() == keys.bytes()));
    Ok(())
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn a_system_without_a_keychain_keeps_the_secrets_in_the_file() -> Result {
    let folder = tempfile::tempdir()?;
    let file = KeyFile { path: folder.path().join(FILE), keychain: None };
    let keys = file.create(KeyPlace::Keychain, Wall::default())?;
    file.settle(&keys, KeyPlace::Keychain)?;
    assert_eq!(fs::read(&file.path)?, keys.bytes());
    assert_eq!((file.place()?, file.possible(KeyPlace::Keychain)), (KeyPlace::File, KeyPlace::File));
    Ok(())
}

#[test]
fn a_keychain_that_refuses_is_no_loss_and_one_that_lost_the_keys_is() -> Result {
    let folder = tempfile::tempdir()?;
    let file = with_keychain(folder.path());
    let keys = file.create(KeyPlace::Keychain, Wall::default())?;
    let name = named(&file)?;
    let keychain = file.keychain.as_ref().ok_or("no keychain")?;
    keychain.refuse_once(&name)?;
    assert!(matches!(file.load(), Err(KeyError::Keychain(KeychainError::Refused))));
    assert!(file.load()?.is_some_and(|loaded| loaded.bytes() == keys.bytes()));
    keychain.delete(&name)?;
    assert!(matches!(file.load(), Err(KeyError::Lost)));
    let elsewhere = KeyFile { path: file.path.clone(), keychain: None };
    assert_eq!(matches!(elsewhere.load(), Err(KeyError::Lost)), !Keychain::ON_SYSTEM);
    assert!(matches!(file.create(KeyPlace::Keychain, Wall::default()), Err(KeyError::Lost)));
    file.set_aside()?;
    assert_ne!(file.create(KeyPlace::Keychain, Wall::default())?.bytes(), keys.bytes());
    keychain.put(&named(&file)?, b"short")?;
    assert!(matches!(file.load(), Err(KeyError::Damaged)));
    Ok(())
}

#[test]
fn who_makes_keys_second_gets_those_of_the_first() -> Result {
    let folder = tempfile::tempdir()?;
    let file = with_keychain(folder.path());
    let first = file.create(KeyPlace::Keychain, Wall::default())?;
    let other = Keys {
        seals: vec![SealSecret { made: Wall::default(), secret: [7; SECRET_BYTES] }],
        pseudonym: [8; SECRET_BYTES],
    };
    for place in [KeyPlace::Keychain, KeyPlace::File] {
        assert_eq!(file.install(&other, place)?.bytes(), first.bytes());
    }
    Ok(())
}

#[test]
fn any_flipped_bit_and_any_cut_shows() -> Result {
    let folder = tempfile::tempdir()?;
    let file = KeyFile::new(folder.path());
    let whole = file.create(KeyPlace::File, Wall::default())?.bytes();
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1);
        assert!(Keys::parse(&bytes).is_none(), "{place}");
        assert!(Keys::parse(whole.get(..place).unwrap_or_default()).is_none(), "{place}");
    }
    fs::write(&file.path, b"short")?;
    assert!(matches!(file.load(), Err(KeyError::Damaged)));
    assert!(matches!(file.create(KeyPlace::File, Wall::default()), Err(KeyError::Damaged)));
    file.set_aside()?;
    assert!(file.create(KeyPlace::File, Wall::default()).is_ok());
    Ok(())
}

#[test]
fn a_key_seals_for_a_month_and_is_forgotten_when_nothing_waits_under_it() -> Result {
    let folder = tempfile::tempdir()?;
    let file = KeyFile::new(folder.path());
    let ids = |keys: &Keys| keys.seal_keys().iter().map(SealKey::id).collect::<Vec<_>>();
    let start = Wall(1_790_000_000_000);
    let mut keys = file.create(KeyPlace::File, start)?;
    let (pseudonym, first) = (keys.pseudonym, ids(&keys));
    file.renew(&mut keys, &first, start.after(SEAL_AGE_MAX - Duration::from_secs(1)))?;
    assert_eq!(ids(&keys), first);
    let month = start.after(SEAL_AGE_MAX);
    file.renew(&mut keys, &first, month)?;
    let [second, old] = ids(&keys)[..] else { return Err("the old key is gone".into()) };
    assert!(vec![old] == first && second != old);
    // While something waits under the old key it stays; the new one seals.
    file.renew(&mut keys, &[old, second], month)?;
    assert_eq!(ids(&keys), [second, old]);
    file.renew(&mut keys, &[second], month)?;
    assert_eq!(ids(&keys), [second]);
    // A clock that was a year ahead for a while.
    file.renew(&mut keys, &[], month.after(12 * SEAL_AGE_MAX))?;
    let ahead = ids(&keys);
    file.renew(&mut keys, &[], month)?;
    assert_ne!(ids(&keys), ahead);
    let loaded = file.load()?.ok_or("no keys")?;
    assert!(ids(&loaded) == ids(&keys) && loaded.pseudonym == pseudonym);
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn a_key_is_not_replaced_where_the_file_cannot_be_written() -> Result {
    let folder = tempfile::tempdir()?;
    let file = KeyFile::new(&folder.path().join("state"));
    fs::create_dir(folder.path().join("state"))?;
    let mut keys = file.create(KeyPlace::File, Wall::default())?;
    let before = keys.bytes();
    fs::remove_dir_all(folder.path().join("state"))?;
    assert!(file.renew(&mut keys, &[], Wall::default().after(SEAL_AGE_MAX)).is_err());
    assert_eq!(keys.bytes(), before);
    Ok(())
}

#[test]
fn a_sealed_name_opens_for_what_it_is_about_and_tells_nothing_before() -> Result {
    let key = NameKey::new(&[1; 32]);
    let sealed = key.seal("/home/mira/secret", b"7")?;
    assert_eq!(key.open(&sealed, b"7").as_deref(), Some("/home/mira/secret"));
    assert_ne!(key.seal("/home/mira/secret", b"7")?, sealed);
    assert!(!sealed.windows(4).any(|window| window == b"mira"));
    assert_eq!(key.open(&sealed, b"8"), None);
    assert_eq!(NameKey::new(&[2; 32]).open(&sealed, b"7"), None);
    assert_eq!(key.open(sealed.get(1..).unwrap_or_default(), b"7"), None);
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_file_is_this_users_alone_and_an_open_one_is_refused() -> Result {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir()?;
    let file = KeyFile::new(folder.path());
    file.create(KeyPlace::File, Wall::default())?;
    assert_eq!(fs::metadata(&file.path)?.permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file.path, fs::Permissions::from_mode(0o644))?;
    assert!(matches!(file.load(), Err(KeyError::Exposed)));
    Ok(())
}
