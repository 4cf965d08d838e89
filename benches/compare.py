"""Measures the engine and numpy on the same pool in one run, checks that they agree to 1e-9 and
prints loan-months per CPU second and their ratio. Exits with 1 below the required ratio."""

import argparse
import json
import subprocess
import sys
import time

import numpy as np

import numpy_projection

ROUNDS = 5
REQUIRED = 8.0


def measure(project, pool, repeats):
    """Best wall time of one call and mean processor time over `repeats` calls."""
    columns, wall = project(*pool), float("inf")
    cpu_before = time.process_time()
    for _ in range(repeats):
        wall_before = time.perf_counter()
        columns = project(*pool)
        wall = min(wall, time.perf_counter() - wall_before)
    return columns, wall, (time.process_time() - cpu_before) / repeats


def disagreement(ours, theirs):
    """The largest difference, relative to the largest entry of its column."""
    worst = 0.0
    for name, column in theirs.items():
        column, mine = np.asarray(column), np.asarray(ours[name])
        length = max(len(column), len(mine))
        column = np.pad(column, (0, length - len(column)))
        mine = np.pad(mine, (0, length - len(mine)))
        worst = max(worst, np.abs(column - mine).max() / np.abs(column).max())
    return worst


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", help="the compiled throughput benchmark")
    engine = parser.parse_args().engine

    pool = numpy_projection.loans(10_000)
    loan_months = int(pool[2].sum())
    ways = {"numpy, month by month": numpy_projection.by_month,
            "numpy, factorised": numpy_projection.factorised}
    best = {name: (float("inf"), float("inf")) for name in [*ways, "engine"]}
    columns = {}
    for _ in range(ROUNDS):
        for name, project in ways.items():
            columns[name], wall, cpu = measure(project, pool, 10)
            best[name] = tuple(map(min, best[name], (wall, cpu)))
        answer = json.loads(subprocess.run([engine, "--bench"], check=True, capture_output=True).stdout)
        assert answer["loan_months"] == loan_months, "the pools differ"
        columns["engine"] = answer["columns"]
        best["engine"] = tuple(map(min, best["engine"], (answer["wall_seconds"], answer["cpu_seconds"])))

    print(f"10,000 loans, {loan_months:,} loan-months, one thread, best of {ROUNDS} rounds")
    print(f"{'':24}{'wall ms':>10}{'cpu ms':>10}{'M loan-months / cpu s':>24}{'engine is':>12}")
    for name, (wall, cpu) in best.items():
        rate, ratio = loan_months / cpu / 1e6, cpu / best["engine"][1]
        print(f"{name:24}{wall * 1e3:10.2f}{cpu * 1e3:10.2f}{rate:24.0f}{ratio:11.1f}x")
    worst = max(disagreement(columns["engine"], columns[name]) for name in ways)
    print(f"largest difference {worst:.1e} of the largest entry of a column")

    fastest = min(best[name][1] for name in ways)
    ratio = best["numpy, month by month"][1] / best["engine"][1]
    print(f"ratio {ratio:.1f} to month by month (required {REQUIRED:.0f}), "
          f"{fastest / best['engine'][1]:.1f} to the fastest numpy")
    if worst > 1e-9 or ratio < REQUIRED:
        sys.exit(1)


if __name__ == "__main__":
    main()
