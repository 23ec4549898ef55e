#!/bin/sh
# Removes what the pkg brought and stops the agent for everybody who is logged in. Run it with sudo, or by your management.
# What each user's agent keeps (consent, spool, key) stays: `bcce-agent purge`, run by that user before, deletes it.
# /Library/Application Support/BCCE is the administrator's and stays, too.
set -u
label=io.github.bcce-agent
if [ "$(id -u)" != 0 ]; then
    echo "uninstall.sh: only root may remove files of the machine; hint: run it with sudo" >&2
    exit 2
fi
for uid in $(ps -axo uid=,comm= | awk '$2 ~ /\/loginwindow$/ && $1 >= 500 { print $1 }' | sort -un); do
    launchctl bootout "gui/$uid/$label" 2> /dev/null
done
# What was not started by launchd.
pkill -x bcce-agent 2> /dev/null
# ROOT is for tests.
root=${ROOT:-}
rm -f "$root/Library/LaunchAgents/$label.plist" "$root/usr/local/bin/bcce-agent" \
    "$root/usr/local/share/zsh/site-functions/_bcce-agent" \
    "$root/usr/local/share/bash-completion/completions/bcce-agent" \
    "$root/usr/local/share/fish/vendor_completions.d/bcce-agent.fish" \
    "$root"/usr/local/share/man/man1/bcce-agent.1 "$root"/usr/local/share/man/man1/bcce-agent-*.1 || exit 2
rm -rf "$root/usr/local/share/doc/bcce-agent" "$root/usr/local/share/bcce-agent" || exit 2
pkgutil --forget "$label" > /dev/null 2>&1
echo "bcce-agent is removed; what each user's agent kept is still in that user's home"
