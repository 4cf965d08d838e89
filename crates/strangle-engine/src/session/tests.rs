//! Whole sessions against a little exchange that can be as bad as a real one.

mod chaos;
mod desk;
mod dice;
mod invariants;
mod results;
mod rules;
mod situations;
mod venue;
mod world;
