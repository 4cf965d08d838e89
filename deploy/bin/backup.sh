#!/usr/bin/env bash
# Makes a backup, checks it, and removes old ones.
#
#   backup.sh [PROGRAM]
#
# PROGRAM is the `quintet` to call (default: from PATH). BACKUP_DIR (default /var/backups/quintet) receives one folder each
# time; BACKUP_KEEP (default 14) of them are kept. Old ones go only after the new one has been verified.
set -euo pipefail

program=${1:-quintet}
folder=${BACKUP_DIR:-/var/backups/quintet}
keep=${BACKUP_KEEP:-14}

mkdir -p "$folder"
backup=$("$program" backup create --output "$folder" | tail -n 1)
"$program" backup verify "$backup"

# A backup is complete when it has a manifest; others are left alone, somebody may want to look.
find "$folder" -mindepth 2 -maxdepth 2 -name manifest.json -printf '%T@ %h\n' | sort -rn | tail -n "+$((keep + 1))" |
  cut -d' ' -f2- | while read -r old; do rm -rf -- "$old"; done
echo "backup $backup is complete"
