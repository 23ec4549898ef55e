//! Words of which one must stand near a command, or in its line, for what it is given to be a password.

/// What stands near the commands of a mail server or a cache.
pub(super) const GREETS: &[&str] =
    &["redis", "6379", "EHLO", "HELO", "250", "+OK", "* OK", "IMAP", "imap", "220 ", "331", "OK LOGIN"];

/// What stands in the settings of a router beside a command whose words a heading or a list may have: `enable secret scanning`.
pub(super) const ROUTERS: &[&str] = &[
    "hostname ",
    "(config",
    "interface ",
    "ip address ",
    "line vty",
    "line con",
    "aaa ",
    "service password",
    "username ",
];

/// The tag that a mail client puts before the command, a letter and a number as a rule.
pub(super) const TAGS: &[&str] =
    &["0 LOGIN", "1 LOGIN", "2 LOGIN", "3 LOGIN", "4 LOGIN", "a LOGIN", "A LOGIN", ". LOGIN"];

/// Formats that print a secret behind its name: `printf 'DB_PASSWORD=%s\n' …`.
pub(super) const NAMED_FORMATS: &[&str] = &[
    "assword=%s",
    "PASSWORD=%s",
    "PASS=%s",
    "_pass=%s",
    "SECRET=%s",
    "secret=%s",
    "TOKEN=%s",
    "token=%s",
    "_KEY=%s",
    "_key=%s",
    "assword: %s",
    "ecret: %s",
    "oken: %s",
];

/// What is piped to these is a secret as a whole.
pub(super) const TAKERS: &[&str] = &[
    "sudo -S",
    "sudo --stdin",
    "sudo passwd",
    "| passwd",
    "| su ",
    "vncpasswd",
    "smbpasswd",
    "saslpasswd2",
    "-stdin",
    "--with-token",
    "--passphrase-fd",
    "kinit",
    "cryptsetup",
    "realm join",
    "op signin",
    "p4 login",
    "devops login",
    "secret set",
    "secret put",
    "secret create",
    "secrets create",
    "secrets:set",
    "create secret",
    "create-secret",
    "versions add",
    "secret-tool",
    "keepassxc-cli",
    "pass insert",
    "keyring set",
    "anydesk --set-password",
    "zfs load-key",
    "zfs change-key",
    "keystore add",
    " kv put",
    "systemd-creds",
    "kubeseal",
];

/// What is piped to these holds a secret, or may be one.
pub(super) const HOLDERS: &[&str] = &["chpasswd", "env add", "| base64"];

/// Flags that are given the output of `echo` or `printf` in place of a file.
pub(super) const FEEDERS: &[&str] = &[
    "assword-file <(",
    "assword-file=<(",
    "ass-file <(",
    "ass-file=<(",
    "-passwd <(",
    "oken-file <(",
    "ecret-file <(",
    "assword <(",
    "from-file=<(",
    "from-file <(",
    "private-key <(",
    "preshared-key <(",
    "auth-user-pass <(",
    "key-file <(",
    "key-file=<(",
    "keyfile <(",
    "keyfile=<(",
    "assCmd",
    "password-command",
];

/// What stands near the account that a program is delivered with, or that a text says to log in with.
pub(super) const DEFAULTS: &[&str] = &[
    "redential",
    "(default",
    "efault login",
    "efault admin",
    "efault user",
    "efault account",
    "ogin: ",
    "ogin with",
    "og in with",
];

/// Words of the names of files that hold a secret.
pub(super) const KEPT: &[&str] = &["pass", "PASS", "secret", "SECRET", "token", "TOKEN", "cred"];
