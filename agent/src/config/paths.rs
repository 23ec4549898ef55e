//! Standard places of files, on each system, and what may change them.
//!
//! `STATE_DIRECTORY` is not read: systemd up to 253 sets it for user units to a folder under `~/.config`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// Where this installation keeps and finds its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Spool, ledger, keys, lock: `~/.local/state/bcce`, `~/Library/Application Support/BCCE`, `%LOCALAPPDATA%\BCCE\data`.
    pub state_dir: PathBuf,
    /// The user's settings file at its standard place: `~/.config/bcce/config.toml` on Linux.
    pub config_file: PathBuf,
    /// Where the directory sink writes when no path is set.
    pub lake: PathBuf,
    /// Claude Code's configuration folders: what `--root` names, else `CLAUDE_CONFIG_DIR`, `~/.claude` and `~/.config/claude`.
    pub roots: Vec<PathBuf>,
    /// Those of them that somebody named: they should be there, as the others need not.
    pub named_roots: Vec<PathBuf>,
    /// Where organisation policies are looked for.
    pub policies: Vec<PathBuf>,
    /// The home folder.
    pub home: PathBuf,
}

/// There is no place for files.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// The system names no home folder for this user.
    #[error("the home folder is not known")]
    NoHome,
    /// The state folder cannot be made or closed to others.
    #[error("cannot prepare the state folder {}", path.display())]
    StateDir {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Root works for itself, and the state folder lies with another user.
    #[error("the state folder {} belongs to another user", path.display())]
    OfAnother {
        /// The folder.
        path: PathBuf,
    },
    /// The state folder is one that everybody may write to.
    #[error("the state folder {} is shared with other users", path.display())]
    Shared {
        /// The folder.
        path: PathBuf,
    },
}

impl Paths {
    /// Finds the standard places; `state_dir` and `roots` of the command line take their place where given. With a state
    /// folder of its own an installation touches no other folder, so the default lake lies in there too.
    ///
    /// # Errors
    /// When the system names no home folder.
    pub fn find(
        state_dir: Option<PathBuf>,
        roots: &[PathBuf],
        claude_config_dir: Option<OsString>,
    ) -> Result<Self, PathsError> {
        let dirs = ProjectDirs::from("", "", "BCCE").ok_or(PathsError::NoHome)?;
        let home = directories::BaseDirs::new().ok_or(PathsError::NoHome)?.home_dir().to_owned();
        let lake = state_dir.as_deref().unwrap_or_else(|| dirs.data_local_dir()).join("lake");
        let standard_state = || dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned();
        let named = if roots.is_empty() { roots_of_variable(&home, claude_config_dir) } else { roots.to_vec() };
        Ok(Self {
            lake,
            config_file: dirs.config_dir().join("config.toml"),
            state_dir: state_dir.unwrap_or_else(standard_state),
            roots: if roots.is_empty() { standard_roots(&home, &named) } else { named.clone() },
            named_roots: named,
            policies: standard_policies(),
            home,
        })
    }

    /// Makes the state folder, open to its owner only (0700 on Unix; on Windows it lies in the user's own profile).
    ///
    /// # Errors
    /// When it cannot be made or closed, or is a folder shared by many users.
    pub fn prepare_state_dir(&self) -> Result<&Path, PathsError> {
        let path = &self.state_dir;
        let failed = |source| PathsError::StateDir { path: path.clone(), source };
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o1002 != 0 {
                return Err(PathsError::Shared { path: path.clone() });
            }
            if mode & 0o077 != 0 {
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
            }
        }
        Ok(path)
    }

    /// As [`prepare_state_dir`](Self::prepare_state_dir), for who may be root by `sudo`, which leaves the home folder as it was: what
    /// root makes there its owner's agent cannot read, and takes for a pause.
    ///
    /// # Errors
    /// As there, and when the folder is another user's.
    pub fn prepare_own_state_dir(&self) -> Result<&Path, PathsError> {
        #[cfg(unix)]
        {
            let path = &self.state_dir;
            let of_another =
                is_of_another(path).map_err(|source| PathsError::StateDir { path: path.clone(), source })?;
            if of_another {
                return Err(PathsError::OfAnother { path: path.clone() });
            }
        }
        self.prepare_state_dir()
    }
}

/// Whether a folder, or the first above it that is there, belongs to another user.
///
/// # Errors
/// When nobody can say.
#[cfg(unix)]
fn is_of_another(folder: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    for folder in folder.ancestors() {
        match std::fs::metadata(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            facts => return Ok(facts?.uid() != rustix::process::geteuid().as_raw()),
        }
    }
    Ok(false)
}

/// `CLAUDE_CONFIG_DIR` may hold several folders, separated by commas.
fn roots_of_variable(home: &Path, claude_config_dir: Option<OsString>) -> Vec<PathBuf> {
    let named = claude_config_dir.unwrap_or_default();
    let named = named.to_string_lossy();
    let named = named.split(',').map(str::trim).filter(|dir| !dir.is_empty()).map(|dir| match dir.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => PathBuf::from(dir),
    });
    named.collect()
}

/// Claude Code's own default places count besides those that the variable names.
fn standard_roots(home: &Path, named: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = Vec::new();
    for root in named.iter().cloned().chain([home.join(".claude"), home.join(".config").join("claude")]) {
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    roots
}

#[cfg(target_os = "macos")]
fn standard_policies() -> Vec<PathBuf> {
    // The second is where the system keeps what management sets; users cannot write there.
    vec![
        PathBuf::from("/Library/Application Support/BCCE/policy.toml"),
        PathBuf::from("/Library/Managed Preferences/io.github.bcce-agent.plist"),
    ]
}

/// The folder comes from the system's own setting: it need not be on drive C, and the variable of its name can be changed by the
/// user.
#[cfg(windows)]
fn standard_policies() -> Vec<PathBuf> {
    let folder = program_data().unwrap_or_else(|| PathBuf::from("C:\\ProgramData"));
    vec![folder.join("BCCE").join("policy.toml"), PathBuf::from("HKEY_LOCAL_MACHINE\\Software\\Policies\\BCCE\\Agent")]
}

/// `%ProgramData%` as the system has it in the part of the registry that users cannot write. The drive of the system, by which it
/// is named there, is that of its own folder.
#[cfg(windows)]
fn program_data() -> Option<PathBuf> {
    use winreg::RegKey;
    use winreg::enums::{HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY};
    let system = RegKey::predef(HKEY_LOCAL_MACHINE);
    let text = |key: &str, value: &str| -> Option<String> {
        system.open_subkey_with_flags(key, KEY_READ | KEY_WOW64_64KEY).ok()?.get_value(value).ok()
    };
    let folder = text("SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", "ProgramData")?;
    let folder = match folder.strip_prefix("%SystemDrive%") {
        Some(rest) => {
            let root = text("SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "SystemRoot")?;
            format!("{}{rest}", root.get(..2)?)
        }
        None => folder,
    };
    Some(PathBuf::from(folder)).filter(|folder| folder.is_absolute())
}

#[cfg(not(any(target_os = "macos", windows)))]
fn standard_policies() -> Vec<PathBuf> {
    vec![PathBuf::from("/etc/bcce/policy.toml")]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{roots_of_variable, standard_roots};
    use std::path::{Path, PathBuf};

    #[test]
    fn the_claude_config_variable_may_name_several_folders() {
        let home = Path::new("/home/u");
        let roots = standard_roots(home, &roots_of_variable(home, Some("/a, ~/b,,/home/u/.claude".into())));
        let expected = ["/a", "/home/u/b", "/home/u/.claude", "/home/u/.config/claude"].map(PathBuf::from);
        assert_eq!(roots, expected);
    }

    #[cfg(unix)]
    #[test]
    fn the_state_folder_is_closed_to_others_and_a_shared_one_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let mut paths = super::Paths::find(Some(dir.path().join("a/b")), &[], None).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(paths.prepare_state_dir().unwrap()), 0o700);
        std::fs::set_permissions(&paths.state_dir, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(mode(paths.prepare_state_dir().unwrap()), 0o700);
        std::fs::set_permissions(&paths.state_dir, std::fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(paths.prepare_state_dir().is_err());
        paths.state_dir = dir.path().join("a");
        assert!(paths.prepare_state_dir().is_ok());
    }
}
