#!/bin/bash
# Tries an rpm over an upgrade and a removal, with an agent that runs: consent, position, spool and policy stay, the agent ends.
#
#   rpm-trial.sh RPM NEWER FOLDER
#
# NEWER is the same with a later release. FOLDER is for the system that is made: a Debian 12, into which rpm installs from outside, since no
# system of Fedora's can be made here. Nothing is told of dnf by that, nor of systemd, which linux/trial.sh tries with the deb. Needs root,
# mmdebstrap and rpm. Ends with 0 when every step did what it should.
set -euo pipefail
rpm=$(realpath "$1")
newer=$(realpath "$2")
folder=$(realpath --canonicalize-missing "$3")
base="$folder/bookworm.tar"
system="$folder/rpm"

mkdir -p "$folder"
if [ ! -f "$base" ]; then
    mmdebstrap --quiet --variant=minbase \
        --include=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps bookworm "${base%.tar}.new.tar"
    mv "${base%.tar}.new.tar" "$base"
fi
mountpoint --quiet "$system/proc" && umount "$system/proc"
rm -rf "$system"
mkdir "$system"
tar --extract --file "$base" --directory "$system" --numeric-owner
mount --bind /proc "$system/proc"
running=
trap 'if [ -n "$running" ]; then kill "$running" 2> /dev/null || true; fi; umount "$system/proc"' EXIT
chroot "$system" useradd --create-home dev

fail() { echo "FAILED: $*"; tail -5 "$system/run.log" 2> /dev/null; exit 1; }
must() { local what=$1; shift; if "$@"; then echo "ok: $what"; else fail "$what"; fi; }
must_not() { local what=$1; shift; if "$@"; then fail "$what"; else echo "ok: $what"; fi; }
# What it asks for is there, but not as packages that rpm knows.
in_system() { rpm --root "$system" "$@" 2> /dev/null; }
as_dev() {
    chroot "$system" setpriv --reuid=dev --regid=dev --init-groups \
        env --ignore-environment --chdir=/home/dev HOME=/home/dev PATH=/usr/bin:/bin "$@"
}
agent() { as_dev bcce-agent "$@" 2> /dev/null; }
start() { as_dev bcce-agent run --wait > "$system/run.log" 2>&1 & running=$!; }
runs() { kill -0 "$running" 2> /dev/null; }
# Tries again for a minute and a half.
comes() { for _ in $(seq 90); do if "$@"; then return 0; fi; sleep 1; done; return 1; }
# Within the same time, and with this exit code.
ends_with() {
    local code=0
    comes ended || return 1
    wait "$running" || code=$?
    running=
    [ "$code" = "$1" ]
}
ended() { ! runs; }
delivered() { [ "$(find "$system/home/dev/.local/share/bcce/lake" -name '*.gz' -exec zcat {} + 2> /dev/null | wc -l)" = "$1" ]; }
says() {
    local file=/home/dev/.claude/projects/-w/00000000-0000-4000-8000-0000000000aa.jsonl
    as_dev mkdir --parents /home/dev/.claude/projects/-w
    echo '{"type":"user","uuid":"00000000-0000-4000-8000-00000000000'"$1"'","sessionId":"s","cwd":"/home/dev","timestamp":"2026-01-01T00:00:00Z","version":"2.1.0","message":{"role":"user","content":"words"}}' |
        as_dev tee --append "$file" > /dev/null
}
finds() { grep --quiet -e "$1" <(shift; "$@"); }

in_system --initdb
mkdir "$system/etc/bcce"
echo 'max_tier = "activity"' > "$system/etc/bcce/policy.toml"
must "the package installs" in_system --install --nodeps "$rpm"
must "the program starts" agent --version
says 1
must "its user starts an agent" start
sleep 3
must "it runs" runs
must_not "without consent nothing arrives" delivered 1
must "consent is given" agent consent grant --tier activity --backfill --yes
must "what was there arrives" comes delivered 1
must "the package is upgraded" in_system --upgrade --nodeps "$newer"
must "to the later one" finds '-2' in_system --query bcce-agent
must "the agent that ran ends, to be started again" ends_with 75
must "consent outlasts the upgrade" finds '^mode *activity' agent consent status
must "and so does the policy" finds 'max_tier = "activity" .*policy.toml' agent config show
says 2
must "the new agent" start
must "goes on where the old one was" comes delivered 2
must_not "a downgrade is refused" in_system --upgrade --nodeps "$rpm"
must "and changes nothing" finds '-2' in_system --query bcce-agent
must "nothing differs from what was installed" [ -z "$(in_system --verify --nodeps bcce-agent)" ]
must "the package is removed" in_system --erase bcce-agent
must "removed, the agent ends" ends_with 0
must "the administrator's policy stays" [ -f "$system/etc/bcce/policy.toml" ]
left=$(find "$system" -xdev -name '*bcce*' -not -path "$system/home/*" -not -path "$system/etc/bcce*")
must "nothing else is left outside the user's home" [ -z "$left" ]
must "what the user's agent kept stays with the user" [ -e "$system/home/dev/.local/state/bcce/spool.db" ]
echo "TRIAL PASSED"
