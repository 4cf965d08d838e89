"""Values the same options with the engine and with numpy and scipy in one run, checks that they agree
to 1e-10 and prints options per CPU second. Exits with 1 below the required throughput."""

import argparse
import json
import subprocess
import sys
import time

import numpy as np
from scipy.special import ndtr

ROUNDS = 5
REQUIRED_IN_CHAIN = 20e6
REQUIRED_ALONE = 3e6
YEAR_SECONDS = 31_536_000


def options(count):
    """The options of `crates/strangle-engine/benches/options`."""
    place = np.arange(count)
    direction = np.where(place % 2 == 0, 1.0, -1.0)
    strike = 70_000 + 60_000 * ((place * 37 % 1_009) / 1_009)
    years = (3_600 + 7_772_400 * ((place * 17 % 499) / 499)) / YEAR_SECONDS
    return direction, np.full(count, 100_000.0), strike, years, 0.2 + (place * 29 % 211) / 211


def value(direction, spot, strike, years, volatility):
    root = np.sqrt(years)
    deviation = volatility * root
    d1 = np.log(spot / strike) / deviation + deviation / 2
    below1, below2 = ndtr(direction * d1), ndtr(direction * (d1 - deviation))
    density = np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi)
    return (
        direction * (spot * below1 - strike * below2),
        direction * below1,
        density / (spot * deviation),
        spot * density * root / 100,
        -spot * density * volatility / (2 * root) / 365,
        direction * strike * years * below2 / 100,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", help="the compiled throughput benchmark")
    engine = parser.parse_args().engine

    best = {"engine, chain": np.inf, "engine, one by one": np.inf, "numpy and scipy": np.inf}
    for _ in range(ROUNDS):
        run = subprocess.run([engine, "--bench"], check=True, capture_output=True)
        answer = json.loads(run.stdout)
        best["engine, chain"] = min(best["engine, chain"], answer["seconds_in_chain"])
        best["engine, one by one"] = min(best["engine, one by one"], answer["seconds_alone"])
        columns = options(answer["options"])
        before = time.process_time()
        for _ in range(50):
            theirs = value(*columns)
        seconds = (time.process_time() - before) / 50 / answer["options"]
        best["numpy and scipy"] = min(best["numpy and scipy"], seconds)

    print(f"{answer['options']:,} options, price and five greeks, one thread, best of {ROUNDS} rounds")
    for name, seconds in best.items():
        ratio = best["numpy and scipy"] / seconds
        print(f"{name:20}{1e-6 / seconds:8.1f} M options / cpu s{ratio:8.1f}x numpy")

    worst = 0.0
    for ours, column in zip(answer["columns"], theirs):
        ours, seen = np.array(ours), np.abs(column) > 1e-6
        worst = max(worst, (np.abs(ours - column)[seen] / np.abs(column)[seen]).max())
    print(f"largest relative difference {worst:.1e} (of results above 1e-6)")

    enough = 1 / best["engine, chain"] >= REQUIRED_IN_CHAIN
    enough &= 1 / best["engine, one by one"] >= REQUIRED_ALONE
    if worst > 1e-10 or not enough:
        sys.exit(1)


if __name__ == "__main__":
    main()
