#!/bin/bash
# Tries a deb on a real systemd: install, consent, ship, kill, stop, start, sandbox, upgrade, remove, purge.
#
#   trial.sh DEB NEWER FOLDER [SUITE]
#
# NEWER is the same with a later version. SUITE is a Debian: bookworm (systemd 252, the default) or trixie (257). FOLDER is for the
# systems that are made (500 MB each). Needs root, mmdebstrap and systemd-nspawn. Ends with 0 when every step did what it should. The
# steps run inside, as a service of that system.
set -euo pipefail
deb=$(realpath "$1")
newer=$(realpath "$2")
folder=$(realpath --canonicalize-missing "$3")
suite=${4:-bookworm}
base="$folder/$suite.tar"
system="$folder/$suite"

mkdir -p "$folder"
if [ ! -f "$base" ]; then
    mmdebstrap --quiet --variant=minbase \
        --include=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps "$suite" "${base%.tar}.new.tar"
    mv "${base%.tar}.new.tar" "$base"
fi
rm -rf "$system"
mkdir "$system"
tar --extract --file "$base" --directory "$system" --numeric-owner
cp "$deb" "$system/root/agent.deb"
cp "$newer" "$system/root/newer.deb"
chroot "$system" useradd --create-home dev
# The user's manager runs without a login.
mkdir -p "$system/var/lib/systemd/linger" "$system/home/dev/.claude/projects/-w"
touch "$system/var/lib/systemd/linger/dev"
chroot "$system" chown -R dev:dev /home/dev

cat > "$system/root/steps.sh" <<'STEPS'
#!/bin/bash
exec > /root/steps.log 2>&1
as_dev() { runuser -u dev -- env XDG_RUNTIME_DIR=/run/user/1000 HOME=/home/dev "$@"; }
unit() { as_dev systemctl --user show bcce-agent --property "$1" --value; }
fail() { echo "FAILED: $*"; as_dev systemctl --user status bcce-agent --no-pager; systemctl poweroff; exit 1; }
must() { local what=$1; shift; "$@" && echo "ok: $what" || fail "$what"; }
# Tries again for a minute and a half.
comes() { for _ in $(seq 90); do "$@" && return 0; sleep 1; done; return 1; }
runs() { [ "$(unit ActiveState)" = active ] && [ "$(unit MainPID)" != 0 ]; }
runs_as_another() { runs && [ "$(unit MainPID)" != "$1" ]; }
# The root of the process is read-only.
in_a_sandbox() { awk '$5 == "/" && $6 ~ /^ro(,|$)/ { found = 1 } END { exit !found }' "/proc/$(unit MainPID)/mountinfo"; }
tells_full() { grep --quiet '^sandbox *full' <(as_dev bcce-agent status); }
# Where the kernel can do it outside of the unit.
restricted() {
    grep --quiet '^ok *sandbox' <(as_dev bcce-agent doctor) || { echo "SKIPPED: this kernel has no Landlock, or not all of it"; return 0; }
    comes tells_full
}
stands_still() { ! pgrep --exact bcce-agent > /dev/null; }
# Another manager of the user, as after the last session ended and a new one began.
logs_in_anew() { systemctl restart user@1000.service && comes test -S /run/user/1000/systemd/private; }
delivered() { as_dev bcce-agent flush > /dev/null; [ "$(zcat /home/dev/.local/share/bcce/lake/*/*/*.gz 2> /dev/null | wc -l)" = "$1" ]; }
says() {
    local file=/home/dev/.claude/projects/-w/00000000-0000-4000-8000-0000000000aa.jsonl
    echo '{"type":"user","uuid":"00000000-0000-4000-8000-00000000000'"$1"'","sessionId":"s","cwd":"/home/dev","timestamp":"2026-01-01T00:00:00Z","version":"2.1.0","message":{"role":"user","content":"words"}}' >> "$file"
    chown dev:dev "$file"
}

comes test -S /run/user/1000/systemd/private || fail "the user's manager starts"
must "the package installs" dpkg --install /root/agent.deb
as_dev systemctl --user daemon-reload
must "installing enables nothing" [ "$(as_dev systemctl --user is-enabled bcce-agent)" = disabled ]
must "the user installs the service" as_dev bcce-agent service install
must "it runs" comes runs
says 1
sleep 3
must "without consent nothing is kept" [ ! -e /home/dev/.local/state/bcce/spool.db ]
mkdir -m 755 /etc/bcce
echo 'max_tier = "content"' > /etc/bcce/policy.toml
must "consent is given" as_dev bcce-agent consent grant --tier content --backfill --yes
must "what was there arrives" comes delivered 1
must "the threads that read are restricted as far as the kernel can" restricted
pid=$(unit MainPID)
kill -KILL "$pid"
must "killed, it starts again" comes runs_as_another "$pid"
says 2
must "what was written meanwhile arrives once" comes delivered 2
must "the user stops it" as_dev bcce-agent service stop
must "stopped, it is gone" comes stands_still
says 3
must "the user starts it" as_dev bcce-agent service start
must "and what was written meanwhile arrives" comes delivered 3
mkdir -p /etc/systemd/user/bcce-agent.service.d
cp /usr/share/doc/bcce-agent/examples/hardened.conf /etc/systemd/user/bcce-agent.service.d/
as_dev systemctl --user daemon-reload
pid=$(unit MainPID)
must "it is started again in the sandbox of mounts" as_dev systemctl --user restart bcce-agent
must "and runs there" comes runs_as_another "$pid"
must "the sandbox holds" in_a_sandbox
says 4
must "and delivers from there" comes delivered 4
must "restricted there, too" restricted
pid=$(unit MainPID)
must "the package is upgraded" dpkg --install /root/newer.deb
must "the new program takes over" comes runs_as_another "$pid"
must "consent outlasts the upgrade" grep --quiet "^mode *content" <(as_dev bcce-agent consent status)
must "and so does the policy" grep --quiet policy.toml <(as_dev bcce-agent config show)
says 5
must "and the position" comes delivered 5
must "the user uninstalls the service" as_dev bcce-agent service uninstall
must "which ends it" comes stands_still
must "and leaves nothing that starts it" [ "$(as_dev systemctl --user is-enabled bcce-agent)" = disabled ]
must "nor a mask, where the machine starts nothing" [ ! -L /home/dev/.config/systemd/user/bcce-agent.service ]
must "the administrator enables it for all" systemctl --global enable bcce-agent
as_dev systemctl --user daemon-reload
must "which holds for this user" [ "$(as_dev systemctl --user is-enabled bcce-agent)" = enabled ]
must "a new login starts it" logs_in_anew
must "so it runs" comes runs
must "the user uninstalls it under that, too" as_dev bcce-agent service uninstall
must "which ends it again" comes stands_still
must "a new login" logs_in_anew
sleep 10
must "does not bring it back" stands_still
must "and the user is told so" grep --quiet '"installed": false' <(as_dev bcce-agent service status --json)
must "until the user installs it" as_dev bcce-agent service install
must "and it runs again" comes runs
systemctl --global disable bcce-agent > /dev/null 2>&1
must "the package is removed" dpkg --remove bcce-agent
must "removed, it stops" comes stands_still
sleep 35
must "and stays so" stands_still
dpkg --purge bcce-agent > /dev/null 2>&1
must "the administrator's files stay" [ -f /etc/bcce/policy.toml ]
rm -r /etc/bcce /etc/systemd/user/bcce-agent.service.d
left=$(find / -xdev -name '*bcce*' -not -path '/proc/*' -not -path '/home/*' -not -path '/root/*')
must "nothing else of it is left outside the user's home" [ -z "$left" ]
must "what the user's agent kept stays with the user" [ -e /home/dev/.local/state/bcce/spool.db ]
systemctl --version | head -1
echo "TRIAL PASSED"
systemctl poweroff
STEPS
chmod +x "$system/root/steps.sh"
cat > "$system/etc/systemd/system/steps.service" <<'UNIT'
[Unit]
After=multi-user.target user@1000.service
Wants=user@1000.service
[Service]
Type=oneshot
ExecStart=/root/steps.sh
[Install]
WantedBy=multi-user.target
UNIT
ln -s /etc/systemd/system/steps.service "$system/etc/systemd/system/multi-user.target.wants/steps.service"

# Debian 13's systemd refuses the old hierarchy, which is this host's where it has both.
# Its own filter of system calls does not know those of Landlock.
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 timeout 900 systemd-nspawn --quiet --directory "$system" --boot --register=no --keep-unit --console=pipe \
    --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" \
    > "$folder/console.log" 2>&1 || true
cat "$system/root/steps.log"
grep --quiet "^TRIAL PASSED$" "$system/root/steps.log"
