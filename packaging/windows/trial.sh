#!/bin/bash
# Tries an MSI under wine: install, start at logon, consent, ship, upgrade, refused downgrade, remove. No proof for Windows itself.
#
#   trial.sh MSI NEWER FOLDER
#
# NEWER is the same with a later version. FOLDER is for the Debian 13 with wine 10 that is made (1.1 GB, and as much again unpacked).
# Needs root, mmdebstrap and openssl. Ends with 0 when every step did what it should. The steps run inside, without the network of this machine's
# other programs being touched: events go to a folder.
set -euo pipefail
msi=$(realpath "$1")
newer=$(realpath "$2")
folder=$(realpath --canonicalize-missing "$3")
base="$folder/wine.tar"
system="$folder/wine"

mkdir -p "$folder"
if [ ! -f "$base" ]; then
    mmdebstrap --quiet --variant=minbase --include=wine,wine64,ca-certificates,procps trixie "${base%.tar}.new.tar"
    mv "${base%.tar}.new.tar" "$base"
fi
# A mount that an earlier trial left must go before what it lies in.
for name in proc dev; do mountpoint --quiet "$system/$name" && umount "$system/$name"; done
rm -rf "$system"
mkdir "$system"
tar --extract --file "$base" --directory "$system" --numeric-owner
cp "$msi" "$system/root/agent.msi"
cp "$newer" "$system/root/newer.msi"

# Policies signed by the organisation and by somebody else, each with its public key: the last 32 bytes of its form in DER.
signed() {
    local folder="$system/root/$1"
    mkdir "$folder"
    echo "max_tier = \"$2\"" > "$folder/policy.toml"
    openssl genpkey -algorithm ed25519 -out "$folder/key.pem"
    openssl pkey -in "$folder/key.pem" -pubout -outform DER | tail --bytes 32 | base64 > "$folder/policy.pub"
    openssl pkeyutl -sign -rawin -inkey "$folder/key.pem" -in "$folder/policy.toml" | base64 --wrap 0 > "$folder/policy.toml.sig"
}
signed own activity
signed other content

cat > "$system/root/steps.sh" <<'STEPS'
#!/bin/bash
export HOME=/root WINEDEBUG=-all WINEPREFIX=/root/prefix XDG_RUNTIME_DIR=/tmp BCCE_ALLOW_ROOT=1
unset DISPLAY CI DO_NOT_TRACK
drive="$WINEPREFIX/drive_c"
agent='C:\Program Files\BCCE Agent\bcce-agent.exe'
policy='HKLM\Software\Policies\BCCE\Agent'
startup='HKLM\Software\Microsoft\Windows\CurrentVersion\Run'
fail() { echo "FAILED: $*"; wineserver -k; exit 1; }
must() { local what=$1; shift; "$@" && echo "ok: $what" || fail "$what"; }
must_not() { local what=$1; shift; "$@" && fail "$what" || echo "ok: $what"; }
# Tries again for a minute and a half.
comes() { for _ in $(seq 90); do "$@" && return 0; sleep 1; done; return 1; }
msi() { wine msiexec "$@" /qn > /dev/null 2>&1; }
value() { wine reg query "$1" /v "$2" 2> /dev/null | tr -d '\r' | grep --quiet --fixed-strings -- "$3"; }
is_set() { wine reg query "$1" /v "$2" > /dev/null 2>&1; }
version() { wine reg query 'HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall' /s 2> /dev/null | tr -d '\r' | awk '$1 == "DisplayVersion" { print $3 }'; }
on_path() { wine reg query 'HKLM\System\CurrentControlSet\Control\Session Manager\Environment' /v PATH 2> /dev/null | grep --quiet 'BCCE Agent'; }
show() { wine "$agent" config show 2> /dev/null | tr -d '\r'; }
shows() { grep --quiet --fixed-strings -- "$1" <(show); }
# What `service` would do. wine's schtasks answers every /query as if the task were there, and cannot disable one.
plans() { grep --quiet --fixed-strings -- "$2" <(wine "$agent" service $1 --dry-run 2> /dev/null); }
installs_service() { wine "$agent" service install > /root/service.log 2>&1; }
runs() { pgrep -f 'bcce-agent.exe run' > /dev/null; }
stands_still() { ! pgrep -f 'bcce-agent.exe run' > /dev/null; }
lake() { find "$drive/lake" -name '*.gz' -exec zcat {} + 2> /dev/null; }
delivered() { [ "$(lake | wc -l)" = "$1" ]; }
transcripts="$drive/users/root/.claude/projects/-w"
# Put together here: nothing in the tree is shaped like a live key.
token="ghp_$(printf 'a1B2c3D4e5F6' | sha256sum | tr -dc 'a-f0-9' | head -c 36)"
says() {
    mkdir -p "$transcripts"
    echo '{"type":"user","uuid":"00000000-0000-4000-8000-00000000000'"$1"'","sessionId":"s","cwd":"C:\\w","timestamp":"2026-01-01T00:00:00Z","version":"2.1.0","message":{"role":"user","content":"words number '"$1"' and '"$token"'"}}' \
        >> "$transcripts/00000000-0000-4000-8000-0000000000aa.jsonl"
}
start() { wine "$agent" run --wait > /root/run.log 2>&1 & }

wineboot --init > /dev/null 2>&1
# While the services of a new prefix start, which takes minutes on a machine that is busy, none other can be started. Those of an old one start
# at once.
wineserver -k
before=$(find "$drive/Program Files" "$drive/ProgramData" | sort | sha256sum)
must "it installs" msi /i 'Z:\root\agent.msi' POLICY_MAX_TIER=content POLICY_SINK=directory 'POLICY_DIRECTORY=C:\lake' POLICY_ORG=acme
first=$(version)
must "the program is there" wine "$agent" --version
must "it is on the path" on_path
must "the policy is what its properties say" value "$policy" sink.directory.path 'C:\lake'
must_not "what no property names is not set" is_set "$policy" sink.firehose.region
must "it starts at each logon" value "$startup" "BCCE Agent" 'bcce-agent.exe" service install --if-missing'
must "the agent takes the policy" shows 'identity.org = "acme"'
# As Group Policy writes what is no text: a flag, a list and a table.
wine reg add "$policy" /v tail.history /t REG_DWORD /d 1 /f > /dev/null 2>&1
wine reg add "$policy" /v projects.deny /t REG_MULTI_SZ /d '~/private\0**/secret' /f > /dev/null 2>&1
wine reg add "$policy\\projects.tiers" /v '~/src/own' /t REG_SZ /d metrics /f > /dev/null 2>&1
must "a number of the registry is a flag" shows 'tail.history = true  # HKEY_LOCAL_MACHINE\Software\Policies\BCCE\Agent'
must "its list is a list" shows 'projects.deny = ["~/private", "**/secret"]  # HKEY_LOCAL_MACHINE\Software\Policies\BCCE\Agent'
must "a key below is a table" shows 'projects.tiers = { "~/src/own" = "metrics" }  # HKEY_LOCAL_MACHINE\Software\Policies\BCCE\Agent'
wine reg add "$policy" /v tail.history /t REG_DWORD /d 2 /f > /dev/null 2>&1
must "a value that is none breaks the policy" shows 'cannot be used: nothing is sent'
wine reg delete "$policy" /v tail.history /f > /dev/null 2>&1
wine reg delete "$policy" /v projects.deny /f > /dev/null 2>&1
wine reg delete "$policy\\projects.tiers" /f > /dev/null 2>&1
# Of a logon: what the Run key names is started. wine's Task Scheduler knows no logon and no /query, so the task is made by hand.
must "the task of its user can be written" grep --quiet 'run --wait' <(wine "$agent" service install --dry-run 2> /dev/null)
must "under a name that is that user's alone" grep --quiet 'BCCE Agent root@' <(wine "$agent" service install --dry-run 2> /dev/null)
must "the task is made" comes installs_service
must "the next logon finds it" plans "install --if-missing" 'installed already'
must "its user's uninstalling disables it" plans uninstall '/disable'
must_not "and does not delete it, since the machine's entry would make it again" plans uninstall '/delete'
start
must "it runs" comes runs
says 1
sleep 3
must_not "without consent nothing leaves" delivered 1
must "consent is given" wine "$agent" consent grant --tier content --backfill --yes > /dev/null
must "what was there arrives" comes delivered 1
says 2
must "what is appended arrives" comes delivered 2
must "words leave" grep --quiet 'words number 2' <(lake)
must_not "secrets do not" grep --quiet --fixed-strings "$token" <(lake)
must "the upgrade, without a property" msi /i 'Z:\root\newer.msi'
must "stops the running agent" comes stands_still
must "is another version" [ "$(version)" != "$first" ]
second=$(version)
must "keeps the policy" value "$policy" sink.directory.path 'C:\lake'
must "and its organisation" value "$policy" identity.org acme
must "and the start at logon" is_set "$startup" "BCCE Agent"
must "consent outlasts it" grep --quiet "^mode *content" <(wine "$agent" consent status 2> /dev/null | tr -d '\r')
start
must "the new one runs" comes runs
says 3
must "from where the old one was" comes delivered 3
must_not "a downgrade is refused" msi /i 'Z:\root\agent.msi'
must "and changes nothing" [ "$(version)" = "$second" ]
must "a property changes the policy" msi /i 'Z:\root\newer.msi' REINSTALL=ALL REINSTALLMODE=omus POLICY_ORG=other
must "in the registry" value "$policy" identity.org other
must "it is removed" msi /x 'Z:\root\newer.msi'
must "removed, it stops" comes stands_still
must "nothing is left of it" [ "$(find "$drive/Program Files" "$drive/ProgramData" | sort | sha256sum)" = "$before" ]
must_not "no policy" is_set "$policy" sink.kind
must_not "no start at logon" is_set "$startup" "BCCE Agent"
must_not "not on the path" on_path
must "what the user's agent kept stays" [ -n "$(find "$drive/users" -name spool.db)" ]
must "it installs without a start at logon" msi /i 'Z:\root\agent.msi' AUTOSTART=0 POLICY_PUBLIC_KEY="$(cat /root/own/policy.pub)"
must_not "which is not there" is_set "$startup" "BCCE Agent"
must "so that uninstalling the service deletes its task" plans uninstall '/delete'
must "with a pinned key a missing policy is a broken one" shows 'cannot be used: nothing is sent'
mkdir "$drive/ProgramData/BCCE"
cp /root/own/policy.toml /root/own/policy.toml.sig "$drive/ProgramData/BCCE/"
must "a signed one is in force" shows 'max_tier = "activity"  # C:\ProgramData\BCCE\policy.toml:1'
must "an upgrade" msi /i 'Z:\root\newer.msi'
must_not "remembers that" is_set "$startup" "BCCE Agent"
must "and the key" value 'HKLM\Software\BCCE\Agent' PolicyPublicKey "$(cat /root/own/policy.pub)"
must "by which the policy is still in force" shows 'max_tier = "activity"  # C:\ProgramData\BCCE\policy.toml:1'
cp /root/other/policy.toml /root/other/policy.toml.sig /root/other/policy.pub "$drive/ProgramData/BCCE/"
must "another's is not, though his key lies beside it" shows 'cannot be used: nothing is sent'
must "it is removed again" msi /x 'Z:\root\newer.msi'
wineserver -k
echo "TRIAL PASSED"
STEPS
chmod +x "$system/root/steps.sh"
mount --bind /proc "$system/proc"
mount --bind /dev "$system/dev"
trap 'umount "$system/proc" "$system/dev"' EXIT
timeout 1500 chroot "$system" /root/steps.sh > "$folder/wine.log" 2>&1 || true
cat "$folder/wine.log"
grep --quiet "^TRIAL PASSED$" "$folder/wine.log"
