//! Compares distributions, samples and tranches with tables that numpy and scipy computed; see
//! `oracle/risk_tables.py`, and the first line of each table for the versions.

#[cfg(test)]
mod tests {
    use credit_engine::risk::distribution::Distribution;
    use credit_engine::risk::sample::{percentile, sorted, summary};
    use credit_engine::risk::tail::order_statistics;
    use credit_engine::risk::vasicek::LargePool;

    const DISTRIBUTIONS: &str = include_str!("oracle/distributions.csv");
    const SAMPLES: &str = include_str!("oracle/samples.csv");
    const TRANCHES: &str = include_str!("oracle/tranches.csv");

    fn numbers(text: &str) -> Vec<f64> {
        text.split(',').map(|cell| cell.parse().unwrap()).collect()
    }

    fn lines(text: &str) -> impl Iterator<Item = &str> {
        text.lines().filter(|line| !line.starts_with('#'))
    }

    #[track_caller]
    fn close(got: f64, expected: f64, tolerance: f64, line: &str) {
        let error = (got - expected).abs();
        assert!(error <= tolerance * expected.abs().max(1e-3), "{line}\n got {got}");
    }

    fn distribution(name: &str, parameters: &[f64]) -> Distribution {
        match (name, parameters) {
            ("normal", &[mean, standard_deviation]) => {
                Distribution::Normal { mean, standard_deviation }
            }
            ("lognormal", &[log_mean, log_standard_deviation]) => {
                Distribution::Lognormal { log_mean, log_standard_deviation }
            }
            ("uniform", &[min, max]) => Distribution::Uniform { min, max },
            ("triangular", &[min, mode, max]) => Distribution::Triangular { min, mode, max },
            ("beta", &[alpha, beta, min, max]) => Distribution::Beta { alpha, beta, min, max },
            ("exponential", &[rate]) => Distribution::Exponential { rate },
            ("gamma", &[shape, scale]) => Distribution::Gamma { shape, scale },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn quantiles_and_moments_are_those_of_scipy() {
        for line in lines(DISTRIBUTIONS) {
            let [name, parameters, what, value]: [&str; 4] =
                line.split(';').collect::<Vec<_>>().try_into().unwrap();
            let law = distribution(name, &numbers(parameters));
            let expected: f64 = value.parse().unwrap();
            let got = match what {
                "mean" => law.mean(),
                "sd" => law.standard_deviation(),
                level => law.quantile(level.parse().unwrap()),
            };
            close(got, expected, 2e-9, line);
        }
    }

    #[test]
    fn samples_have_the_figures_of_numpy_and_scipy() {
        for line in lines(SAMPLES) {
            let (sample, expected) = line.split_once(';').unwrap();
            let (sample, expected) = (numbers(sample), numbers(expected));
            let [mean, sd, skew, kurtosis, p50, p90, p95, p99, low, high] = expected[..] else {
                panic!("{line}")
            };
            let found = summary(&sample).unwrap();
            close(found.mean, mean, 1e-12, line);
            close(found.standard_deviation, sd, 1e-12, line);
            if sample.len() > 2 {
                close(found.skewness.unwrap(), skew, 1e-10, line);
                close(found.excess_kurtosis.unwrap(), kurtosis, 1e-10, line);
            }
            let rising = sorted(&sample);
            for (level, wanted) in [(0.5, p50), (0.9, p90), (0.95, p95), (0.99, p99)] {
                close(percentile(&rising, level).unwrap(), wanted, 1e-12, line);
            }
            let ranks = order_statistics(sample.len(), 0.95, 0.95);
            let fits = low >= 1.0 && high <= f64::from(u32::try_from(sample.len()).unwrap());
            let text = ranks.map(|[low, high]| format!("{low} {high}"));
            assert_eq!(text, fits.then(|| format!("{low} {high}")), "{line}");
        }
    }

    #[test]
    fn tranches_lose_what_numerical_integration_says() {
        for line in lines(TRANCHES) {
            let cells: Vec<f64> = line.split(';').map(|cell| cell.parse().unwrap()).collect();
            let [pd, asset_correlation, lgd, attach, detach, expected] = cells[..] else {
                panic!("{line}")
            };
            let pool = LargePool { pd, asset_correlation, lgd };

            let got = pool.tranche_expected_loss(attach, detach);

            assert!((got - expected).abs() < 1e-9, "{line}\n got {got}");
        }
    }
}
