//! What a pool pays with prepayments and defaults.
