//! Accounts from the outside: through HTTP and the command line, down to the database.

mod api_keys;
mod audit;
mod cli;
mod desk;
mod first_run;
mod login;
mod me;
mod refresh;
mod users;
