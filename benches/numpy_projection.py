"""The projection of `crates/credit-engine/benches/pool` in vectorised numpy.

Two ways, both aggregate-only:

* `by_month`: the state of every loan as one array per quantity, one pass per month, all buffers
  reused, finished loans dropped. This is how the calculation is usually vectorised.
* `factorised`: the algebra of the engine. Scheduled principal is carried from month to month and
  added by term; survival is applied to the sums.

Assumptions: PSA 100, CDR 1 %, severity 35 %, recovery after 12 months, no defaults in the last 12
months, defaults and prepayments as shares of the beginning balance (Uniform Practices, SF-16..19).
"""

import numpy as np

LAG = 12
SEVERITY = 0.35
MONTHS = 360
MASK = (1 << 64) - 1


def loans(count):
    """Balances, monthly rates and terms; the generator of the Rust benchmark."""
    state = 20_250_101

    def uniform():
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) & MASK
        return (state >> 11) / (1 << 53)

    balance, rate, term = np.empty(count), np.empty(count), np.empty(count, dtype=np.int64)
    for position in range(count):
        term[position] = 180 + int(uniform() * 181.0)
        rate[position] = (0.03 + 0.05 * uniform()) / 12.0
        balance[position] = 50_000.0 + 750_000.0 * uniform()
    return balance, rate, term


def speeds():
    month = np.arange(1, MONTHS + 1)
    smm = 1.0 - (1.0 - 0.002 * np.minimum(month, 30)) ** (1.0 / 12.0)
    mdr = 1.0 - 0.99 ** (1.0 / 12.0)
    return smm, mdr


def columns():
    names = "beginning_balance scheduled_principal scheduled_interest prepayment default balance"
    return {name: np.zeros(MONTHS) for name in names.split()}


def liquidated(out):
    """Recoveries and losses follow from defaults a year earlier."""
    sold = np.concatenate([np.zeros(LAG), out["default"][:-LAG]])
    out["loss"] = SEVERITY * sold
    out["recovery"] = sold - out["loss"]
    out["balance"] = np.append(out["beginning_balance"][1:], 0.0)
    return out


def by_month(balance, rate, term):
    smm, mdr = speeds()
    out = columns()
    order = np.argsort(-term, kind="stable")
    balance, rate, term = balance[order].copy(), rate[order], term[order]
    active = np.searchsorted(-term, -np.arange(1, MONTHS + 1), side="right")
    defaulting = np.searchsorted(-term, -(np.arange(1, MONTHS + 1) + LAG), side="right")

    # 1 - a, the share of the balance that falls due, from the discount factor of the last payment.
    growth = 1.0 + rate
    discount = growth ** -term.astype(float)
    due, new, scratch = (np.empty_like(balance) for _ in range(3))
    for month in range(MONTHS):
        n, m = active[month], defaulting[month]
        b, r, d, nd, x = balance[:n], rate[:n], due[:n], new[:n], scratch[:n]
        out["beginning_balance"][month] = b.sum()
        np.multiply(b, mdr, out=nd)
        nd[m:] = 0.0
        out["default"][month] = nd.sum()
        np.subtract(b, nd, out=x)
        out["scheduled_interest"][month] = np.dot(x, r)
        # due = r v / (1 - v) with v = (1 + r)^-(payments left)
        v = discount[:n]
        np.subtract(1.0, v, out=d)
        np.divide(v, d, out=d)
        np.multiply(d, r, out=d)
        paid = np.dot(x, d)
        out["scheduled_principal"][month] = paid
        # b' = b (1 - due) (1 - mdr - smm), prepaid = b (1 - due) smm
        np.multiply(b, d, out=x)
        np.subtract(b, x, out=b)
        out["prepayment"][month] = b.sum() * smm[month]
        b[:m] *= 1.0 - mdr - smm[month]
        b[m:] *= 1.0 - smm[month]
        np.multiply(v, growth[:n], out=v)
    return liquidated(out)


def factorised(balance, rate, term):
    smm, mdr = speeds()
    out = columns()
    order = np.argsort(term, kind="stable")
    balance, rate, term = balance[order], rate[order], term[order]
    terms, starts = np.unique(term, return_index=True)

    growth = 1.0 + rate
    principal = balance * rate / np.expm1(term * np.log1p(rate))
    weighted = principal * rate
    due = np.zeros((MONTHS, len(terms)))
    bearing = np.zeros((MONTHS, len(terms)))
    for month in range(MONTHS):
        np.add.reduceat(principal, starts, out=due[month])
        np.add.reduceat(weighted, starts, out=bearing[month])
        principal *= growth
        weighted *= growth
    month = np.arange(1, MONTHS + 1)[:, None]
    alive = month <= terms
    due *= alive
    bearing *= alive
    owed = np.cumsum(due[::-1], axis=0)[::-1]
    interest = np.cumsum(bearing[::-1], axis=0)[::-1]

    mdr = np.where(month <= terms - LAG, mdr, 0.0)
    smm = smm[:, None]
    left = np.cumprod(1.0 - mdr - smm, axis=0)
    before = np.vstack([np.ones(len(terms)), left[:-1]])
    after = np.vstack([owed[1:], np.zeros(len(terms))])
    out["beginning_balance"] = (before * owed).sum(axis=1)
    out["scheduled_principal"] = (before * (1.0 - mdr) * due).sum(axis=1)
    out["scheduled_interest"] = (before * (1.0 - mdr) * interest).sum(axis=1)
    out["prepayment"] = (before * smm * after).sum(axis=1)
    out["default"] = (before * mdr * owed).sum(axis=1)
    return liquidated(out)
