//! What the network costs.

/// Whether the system counts or charges what is sent. A system that does not tell does not: macOS tells only those who link its
/// network framework, and a Linux without NetworkManager knows nothing of it.
pub fn is_metered() -> bool {
    #[cfg(target_os = "linux")]
    return linux::is_metered();
    #[cfg(windows)]
    return windows::is_metered();
    #[cfg(not(any(target_os = "linux", windows)))]
    return false;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::{Command, Stdio};

    /// `NMMetered` of NetworkManager's D-Bus interface: 1 is yes, 2 no, 3 probably, 4 probably not, 0 unknown
    /// (<https://valadoc.org/libnm/NM.Metered.html>, 2026-11-27).
    const METERED: [&str; 2] = ["u 1", "u 3"];

    /// Asks NetworkManager through systemd's `busctl`, which comes with it, and starts nothing that does not run.
    pub(super) fn is_metered() -> bool {
        let mut command = Command::new("/usr/bin/busctl");
        command.args(["--system", "--auto-start=no", "--timeout=1", "get-property"]);
        command.args(["org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"]);
        command.args(["org.freedesktop.NetworkManager", "Metered"]);
        let output = command.env_clear().stdin(Stdio::null()).stderr(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success() && says_metered(&output.stdout))
    }

    fn says_metered(answer: &[u8]) -> bool {
        METERED.iter().any(|metered| answer.trim_ascii() == metered.as_bytes())
    }

    #[cfg(test)]
    #[test]
    fn a_guess_counts_and_an_unknown_network_does_not() {
        let answers = [b"u 0\n".as_slice(), b"u 1\n", b"u 2\n", b"u 3\n", b"u 4\n", b"", b"u 13\n"];
        assert_eq!(answers.map(says_metered), [false, true, false, true, false, false, false]);
    }
}

#[cfg(windows)]
mod windows {
    use windows::Networking::Connectivity::{NetworkCostType, NetworkInformation};

    /// Asks for the cost of the connection to the internet, and whether it is a foreign network's.
    pub(super) fn is_metered() -> bool {
        let cost = NetworkInformation::GetInternetConnectionProfile().and_then(|profile| profile.GetConnectionCost());
        cost.is_ok_and(|cost| {
            let charged = [NetworkCostType::Fixed, NetworkCostType::Variable];
            cost.NetworkCostType().is_ok_and(|kind| charged.contains(&kind)) || cost.Roaming().unwrap_or(false)
        })
    }
}
