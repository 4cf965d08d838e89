//! Present values, yields, durations, spreads, returns.
