#!/usr/bin/env bash
# Makes a backup, checks it, and removes those that are older than BACKUP_KEEP_DAYS.
#
#   backup.sh [PROGRAM]
#
# PROGRAM is the `quintet` to call (default: from PATH). BACKUP_DIR (default /var/backups/quintet) receives one file or folder
# per night, quintet-YYYYMMDDTHHMMSSZ. Old backups go only after the new one has been verified.
set -euo pipefail

program=${1:-quintet}
folder=${BACKUP_DIR:-/var/backups/quintet}
keep_days=${BACKUP_KEEP_DAYS:-14}
name="quintet-$(date -u +%Y%m%dT%H%M%SZ)"

mkdir -p "$folder"
"$program" backup create "$folder/$name"
"$program" backup verify "$folder/$name"

find "$folder" -mindepth 1 -maxdepth 1 -name 'quintet-*' -mtime "+$keep_days" -exec rm -rf -- {} +
echo "backup $folder/$name is complete"
