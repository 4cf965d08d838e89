//! Many options at once, as columns.

use fearless_simd::{Level, Simd, dispatch, f64x8, prelude::*};

use super::{Greeks, Terms, Valuation, direction, formula};

/// Options per step.
const LANES: usize = 8;

/// The terms of many options.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    direction: Vec<f64>,
    spot: Vec<f64>,
    strike: Vec<f64>,
    years: Vec<f64>,
    volatility: Vec<f64>,
}

impl Chain {
    /// Makes room for `options`.
    #[must_use]
    pub fn with_capacity(options: usize) -> Self {
        let column = || Vec::with_capacity(options);
        Self {
            direction: column(),
            spot: column(),
            strike: column(),
            years: column(),
            volatility: column(),
        }
    }

    /// Adds an option.
    pub fn push(&mut self, terms: &Terms) {
        self.direction.push(direction(terms.kind));
        self.spot.push(terms.spot);
        self.strike.push(terms.strike);
        self.years.push(terms.years);
        self.volatility.push(terms.volatility);
    }

    /// Moves all options to another spot.
    pub fn set_spot(&mut self, spot: f64) {
        self.spot.fill(spot);
    }

    /// Moves all options to another time to expiry.
    pub fn set_years(&mut self, years: f64) {
        self.years.fill(years);
    }

    /// Returns how many options there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.strike.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.strike.is_empty()
    }

    /// Removes all options and keeps the room.
    pub fn clear(&mut self) {
        for column in [
            &mut self.direction,
            &mut self.spot,
            &mut self.strike,
            &mut self.years,
            &mut self.volatility,
        ] {
            column.clear();
        }
    }

    /// Values all options, on one thread. The columns are overwritten and their room is used again.
    pub fn value(&self, values: &mut ChainValues) {
        for column in &mut values.columns {
            column.resize(self.len(), 0.0);
        }
        dispatch!(Level::new(), simd => self.value_with(simd, &mut values.columns));
    }

    #[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
    #[inline(always)]
    fn value_with<S: Simd>(&self, simd: S, columns: &mut [Vec<f64>; 6]) {
        let inputs = [&self.direction, &self.spot, &self.strike, &self.years, &self.volatility];
        let (steps, rest) = (self.len() / LANES, self.len() % LANES);
        for step in 0..steps {
            let at = step * LANES..(step + 1) * LANES;
            let eight = inputs.map(|column| f64x8::from_slice(simd, &column[at.clone()]));
            for (column, result) in columns.iter_mut().zip(values_of(eight)) {
                result.store_slice(&mut column[at.clone()]);
            }
        }

        let last = self.len() - rest..self.len();
        let mut padded = [[0.0; LANES]; 5];
        for (lanes, column) in padded.iter_mut().zip(inputs) {
            lanes[..rest].copy_from_slice(&column[last.clone()]);
        }
        let eight = padded.map(|lanes| f64x8::from_slice(simd, &lanes));
        for (column, result) in columns.iter_mut().zip(values_of(eight)) {
            column[last.clone()].copy_from_slice(&result.as_slice()[..rest]);
        }
    }
}

#[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
#[inline(always)]
fn values_of<S: Simd>(inputs: [f64x8<S>; 5]) -> [f64x8<S>; 6] {
    let [direction, spot, strike, years, volatility] = inputs;
    formula::value(formula::Inputs { direction, spot, strike, years, volatility })
}

impl<'a> FromIterator<&'a Terms> for Chain {
    fn from_iter<I: IntoIterator<Item = &'a Terms>>(all: I) -> Self {
        let mut chain = Self::default();
        for terms in all {
            chain.push(terms);
        }
        chain
    }
}

/// The values of many options, in the order of their terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChainValues {
    columns: [Vec<f64>; 6],
}

impl ChainValues {
    /// Returns the prices.
    #[must_use]
    pub fn prices(&self) -> &[f64] {
        &self.columns[0]
    }

    /// Returns the deltas.
    #[must_use]
    pub fn deltas(&self) -> &[f64] {
        &self.columns[1]
    }

    /// Returns the columns price, delta, gamma, vega, theta and rho.
    #[must_use]
    pub fn columns(&self) -> &[Vec<f64>; 6] {
        &self.columns
    }

    /// Returns the value of one option.
    #[must_use]
    pub fn get(&self, option: usize) -> Option<Valuation> {
        let [price, delta, gamma, vega, theta, rho] = &self.columns;
        let at = |column: &Vec<f64>| column.get(option).copied();
        Some(Valuation {
            price: at(price)?,
            greeks: Greeks {
                delta: at(delta)?,
                gamma: at(gamma)?,
                vega: at(vega)?,
                theta: at(theta)?,
                rho: at(rho)?,
            },
        })
    }
}
