"""Writes the tables of distributions, special functions and tails that tests/risk_tables.rs
compares with: run `python risk_tables.py` in this folder.

Libraries: numpy and scipy; the versions are written into the first line of each table.
"""

import numpy as np
import scipy
from scipy import stats

HEAD = f"# numpy {np.__version__}, scipy {scipy.__version__}\n"
LEVELS = [1e-9, 1e-4, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.9999, 1 - 1e-9]

distributions = [
    ("normal", [0.04, 0.01], stats.norm(0.04, 0.01)),
    ("lognormal", [0.1, 0.3], stats.lognorm(s=0.3, scale=np.exp(0.1))),
    ("uniform", [-1.0, 3.0], stats.uniform(-1.0, 4.0)),
    ("triangular", [0.0, 1.0, 4.0], stats.triang(c=0.25, loc=0.0, scale=4.0)),
    ("beta", [2.0, 5.0, 0.2, 0.8], stats.beta(2.0, 5.0, loc=0.2, scale=0.6)),
    ("beta", [0.3, 0.7, 0.0, 1.0], stats.beta(0.3, 0.7)),
    ("exponential", [4.0], stats.expon(scale=0.25)),
    ("gamma", [2.5, 0.4], stats.gamma(2.5, scale=0.4)),
    ("gamma", [0.2, 3.0], stats.gamma(0.2, scale=3.0)),
    ("gamma", [150.0, 0.01], stats.gamma(150.0, scale=0.01)),
]
with open("distributions.csv", "w") as out:
    out.write(HEAD)
    for name, parameters, law in distributions:
        for level in LEVELS:
            cells = [name, ",".join(map(repr, parameters)), repr(level), repr(float(law.ppf(level)))]
            out.write(";".join(cells) + "\n")
        cells = [name, ",".join(map(repr, parameters)), "mean", repr(float(law.mean()))]
        out.write(";".join(cells) + "\n")
        cells = [name, ",".join(map(repr, parameters)), "sd", repr(float(law.std()))]
        out.write(";".join(cells) + "\n")

rng = np.random.default_rng(7)
with open("samples.csv", "w") as out:
    out.write(HEAD)
    for size in [1, 2, 3, 7, 20, 101, 500]:
        sample = np.round(rng.normal(1.0, 10.0, size), 4)
        tails = []
        for level in [0.5, 0.9, 0.95, 0.99]:
            tails.append(float(np.percentile(sample, 100 * level)))
        low = int(stats.binom.ppf(0.025, size, 0.95))
        high = int(stats.binom.ppf(0.975, size, 0.95)) + 1
        sd = float(np.std(sample, ddof=1)) if size > 1 else 0.0
        skew = float(stats.skew(sample)) if size > 2 else 0.0
        kurtosis = float(stats.kurtosis(sample)) if size > 2 else 0.0
        numbers = [float(np.mean(sample)), sd, skew, kurtosis, *tails, low, high]
        out.write(",".join(map(repr, sample.tolist())) + ";" + ",".join(map(repr, numbers)) + "\n")

with open("tranches.csv", "w") as out:
    out.write(HEAD)
    for pd, rho, lgd in [(0.02, 0.15, 0.45), (0.05, 0.3, 0.6), (0.001, 0.05, 1.0)]:
        for attach, detach in [(0.0, 0.03), (0.03, 0.07), (0.07, 0.15), (0.15, 1.0)]:
            z = np.linspace(-12, 12, 2_400_001)
            rate = stats.norm.cdf((stats.norm.ppf(pd) - np.sqrt(rho) * z) / np.sqrt(1 - rho))
            loss = np.clip(lgd * rate - attach, 0.0, detach - attach) / (detach - attach)
            expected = float(np.trapezoid(loss * stats.norm.pdf(z), z))
            out.write(";".join(map(repr, [pd, rho, lgd, attach, detach, expected])) + "\n")
