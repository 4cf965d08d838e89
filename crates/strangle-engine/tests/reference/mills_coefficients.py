"""Prints the coefficients of `src/pricing/normal.rs`.

M(x) = N(-x) / n(x) is the ratio of Mills. (x + c) M(x) is smooth in t = (x - c) / (x + c), which
maps 0 ... infinity to -1 ... 1; it is interpolated at Chebyshev nodes with 60 digits and written as
a polynomial in t. Needs mpmath 1.4.
"""

from mpmath import cos, erfc, exp, mp, mpf, pi, sqrt

mp.dps = 60
CENTRE = mpf(5)
DEGREE = 25


def mills(x):
    if x < 30:
        return sqrt(pi / 2) * exp(x * x / 2) * erfc(x / sqrt(mpf(2)))
    fraction = mpf(0)
    for k in range(500, 0, -1):
        fraction = k / (x + fraction)
    return 1 / (x + fraction)


def weighted(t):
    x = CENTRE * (1 + t) / (1 - t)
    return (x + CENTRE) * mills(x)


def chebyshev(count):
    angles = [pi * (k + mpf(1) / 2) / count for k in range(count)]
    values = [weighted(cos(angle)) for angle in angles]
    series = [2 * sum(v * cos(j * a) for v, a in zip(values, angles)) / count for j in range(count)]
    series[0] /= 2
    return series


def monomials(series):
    previous, current = [mpf(1)], [mpf(0), mpf(1)]
    total = [mpf(0)] * len(series)
    for j, weight in enumerate(series):
        row = previous if j == 0 else current
        for power, factor in enumerate(row):
            total[power] += weight * factor
        if j > 0:
            following = [mpf(0)] + [2 * factor for factor in current]
            for power, factor in enumerate(previous):
                following[power] -= factor
            previous, current = current, following
    return total


series = chebyshev(80)
print("left out:", mp.nstr(sum(abs(term) for term in series[DEGREE + 1 :]), 3))
for coefficient in monomials(series[: DEGREE + 1]):
    print(f"    {float(coefficient)!r},")
