//! The binary as a whole: every operation's access, the process from start to kill, backups.

mod access;
mod backup;
mod process;
mod server;
