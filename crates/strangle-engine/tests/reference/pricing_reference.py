"""Writes pricing_reference.csv: options valued by vollib (py_vollib until 1.0) and by scipy's closed form.

Needs numpy 2.4.6, scipy 1.17.1, vollib 1.0.11 (lets_be_rational 1.1.2) (mpmath 1.4.1 for the column `exact`).
Every row is computed three ways and holds the result of 60 digits; the script prints how far the two
libraries are from it and fails beyond 1e-10. Options worth less than 1e-6 USD are left out.
"""

import csv
import itertools
from pathlib import Path

from mpmath import erfc, exp, log, mp, mpf, pi, sqrt
from vollib.black import black
from vollib.black.greeks import analytical
from scipy.stats import norm
import numpy as np

mp.dps = 60
YEAR = 31_536_000
SMALLEST = 1e-30


def exact(flag, s, k, t, v):
    s, k, t, v = map(mpf, (s, k, t, v))
    w = 1 if flag == "c" else -1
    deviation = v * sqrt(t)
    d1 = (log(s / k) + deviation**2 / 2) / deviation
    d2 = d1 - deviation
    below = lambda x: erfc(-x / sqrt(mpf(2))) / 2
    density = exp(-d1 * d1 / 2) / sqrt(2 * pi)
    return [
        w * (s * below(w * d1) - k * below(w * d2)),
        w * below(w * d1),
        density / (s * deviation),
        s * density * sqrt(t) / 100,
        -s * density * v / (2 * sqrt(t)) / 365,
        w * k * t * below(w * d2) / 100,
    ]


def closed_form(flag, s, k, t, v):
    w = 1 if flag == "c" else -1
    d1 = (np.log(s / k) + v * v * t / 2) / (v * np.sqrt(t))
    d2 = d1 - v * np.sqrt(t)
    return [
        w * (s * norm.cdf(w * d1) - k * norm.cdf(w * d2)),
        w * norm.cdf(w * d1),
        norm.pdf(d1) / (s * v * np.sqrt(t)),
        s * norm.pdf(d1) * np.sqrt(t) / 100,
        -s * norm.pdf(d1) * v / (2 * np.sqrt(t)) / 365,
        w * k * t * norm.cdf(w * d2) / 100,
    ]


def vollib(flag, s, k, t, v):
    return [
        black(flag, s, k, t, 0.0, v),
        analytical.delta(flag, s, k, t, 0.0, v),
        analytical.gamma(flag, s, k, t, 0.0, v),
        analytical.vega(flag, s, k, t, 0.0, v),
        analytical.theta(flag, s, k, t, 0.0, v),
    ]


worst = {"vollib": 0.0, "scipy": 0.0}


def compare(name, theirs, right):
    for a, b in zip(theirs, right):
        if abs(b) > SMALLEST:
            worst[name] = max(worst[name], float(abs(a - b) / abs(b)))


rows = []
for flag, s, ratio, seconds, v in itertools.product(
    "cp", (100_000.0, 4_200.0), (0.7, 0.9, 0.97, 1.0, 1.013, 1.08, 1.35),
    (60, 5_400, 95_400, 604_800, 7_776_000), (0.05, 0.42, 0.9, 3.0),
):
    k, t = round(s * ratio), seconds / YEAR
    right = exact(flag, s, k, t, v)
    if right[0] < 1e-6:
        continue
    compare("vollib", vollib(flag, s, k, t, v), right)
    compare("scipy", closed_form(flag, s, k, t, v), right)
    name = "call" if flag == "c" else "put"
    rows.append([name, s, k, seconds, v, *[repr(float(number)) for number in right]])

with open(Path(__file__).with_name("pricing_reference.csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow("kind spot strike seconds volatility price delta gamma vega theta rho".split())
    writer.writerows(rows)
print(len(rows), "rows; largest relative differences", worst)
assert max(worst.values()) < 1e-10
