#!/usr/bin/env bash
# Copies the snapshot of Redis to BACKUP_DIR/redis-backup-YYYYMMDD.rdb and removes copies older than 7 days.
#
# Redis holds nothing of record for Quintet; the copy only keeps the cache warm after a move. The password comes from
# REDISCLI_AUTH, not from the command line.
set -euo pipefail

folder=${BACKUP_DIR:-/backup/redis}
keep_days=${BACKUP_KEEP_DAYS:-7}
target="$folder/redis-backup-$(date -u +%Y%m%d).rdb"

mkdir -p "$folder"
redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "${REDIS_PORT:-6379}" --rdb "$target.part" >/dev/null
[ "$(head -c 5 "$target.part")" = REDIS ] || {
  echo "$target.part is not a snapshot" >&2
  exit 1
}
mv "$target.part" "$target"

find "$folder" -maxdepth 1 -name 'redis-backup-*.rdb' -mtime "+$keep_days" -delete
echo "$target is complete"
