"""Writes the reference tables of this folder.

Run with QuantLib 1.44, numpy-financial 1.0.0 and pyxirr 0.10.8:
    python reference_tables.py
"""

import random

import QuantLib as ql

CALENDARS = {
    "US Federal Reserve": ql.UnitedStates(ql.UnitedStates.FederalReserve),
    "US government bond": ql.UnitedStates(ql.UnitedStates.GovernmentBond),
    "SOFR": ql.UnitedStates(ql.UnitedStates.SOFR),
    "TARGET": ql.TARGET(),
    "UK settlement": ql.UnitedKingdom(ql.UnitedKingdom.Settlement),
}
DAY_COUNTS = {
    "ACT/360": ql.Actual360(),
    "ACT/365F": ql.Actual365Fixed(),
    "ACT/ACT ISDA": ql.ActualActual(ql.ActualActual.ISDA),
    "30/360": ql.Thirty360(ql.Thirty360.BondBasis),
    "30/360 US": ql.Thirty360(ql.Thirty360.USA),
    "30E/360": ql.Thirty360(ql.Thirty360.EurobondBasis),
    "30E/360 ISDA": ql.Thirty360(ql.Thirty360.ISDA),
}


def holidays():
    """One line per calendar and year: name;year;MM-DD MM-DD ..., weekends excluded."""
    with open("holidays.csv", "w") as out:
        for name, calendar in CALENDARS.items():
            for year in range(1990, 2101):
                days = calendar.holidayList(ql.Date(1, 1, year), ql.Date(31, 12, year), False)
                out.write(f"{name};{year};{' '.join(day.ISO()[5:] for day in days)}\n")


def day_counts():
    """One line per convention and pair of dates: name;start;end;fraction."""
    random.seed(7)
    edges = [ql.Date(28, 2, 2007), ql.Date(29, 2, 2008), ql.Date(31, 8, 2007), ql.Date(31, 1, 2008)]
    with open("day_counts.csv", "w") as out:
        for name, convention in DAY_COUNTS.items():
            for number in range(60):
                start = edges[number % 4] if number % 3 == 0 else ql.Date(random.randint(36526, 45000))
                end = start + random.randint(1, 900)
                if number % 5 == 0:
                    end = ql.Date.endOfMonth(end)
                fraction = convention.yearFraction(start, end)
                out.write(f"{name};{start.ISO()};{end.ISO()};{fraction:.15f}\n")


def fixed_bonds():
    """coupon;per_year;day_count;dated;maturity;settlement;clean;yield;accrued;macaulay;modified;convexity."""
    random.seed(11)
    counts = {"30/360": ql.Thirty360(ql.Thirty360.BondBasis), "ACT/ACT ICMA": None}
    with open("fixed_bonds.csv", "w") as out:
        for number in range(24):
            per_year = [1, 2, 4][number % 3]
            frequency = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly}[per_year]
            name = list(counts)[number % 2]
            dated = ql.Date(random.randint(1, 28), random.randint(1, 12), random.randint(2018, 2023))
            maturity = dated + ql.Period(random.randint(3, 30), ql.Years)
            coupon = random.randint(0, 32) / 400
            schedule = ql.Schedule(dated, maturity, ql.Period(frequency), ql.NullCalendar(),
                                   ql.Unadjusted, ql.Unadjusted, ql.DateGeneration.Backward, False)
            count = counts[name] or ql.ActualActual(ql.ActualActual.ISMA, schedule)
            bond = ql.FixedRateBond(0, 100.0, schedule, [coupon], count)
            settlement = dated + random.randint(20, 900)
            clean = 80 + random.random() * 40
            price = ql.BondPrice(clean, ql.BondPrice.Clean)
            rate = bond.bondYield(price, count, ql.Compounded, frequency, settlement, 1e-14, 1000)
            term = ql.InterestRate(rate, count, ql.Compounded, frequency)
            values = [
                rate,
                bond.accruedAmount(settlement),
                ql.BondFunctions.duration(bond, term, ql.Duration.Macaulay, settlement),
                ql.BondFunctions.duration(bond, term, ql.Duration.Modified, settlement),
                ql.BondFunctions.convexity(bond, term, settlement),
            ]
            facts = [coupon, per_year, name, dated.ISO(), maturity.ISO(), settlement.ISO(), f"{clean:.10f}"]
            out.write(";".join(str(fact) for fact in facts))
            out.write(";" + ";".join(f"{value:.12f}" for value in values) + "\n")


def dated_returns():
    """Dated flows and their XIRR: date=amount ...;xirr."""
    import pyxirr

    random.seed(13)
    with open("dated_returns.csv", "w") as out:
        for _ in range(40):
            day = ql.Date(1, 1, 2015)
            flows = [(day, -round(random.uniform(500, 2000), 2))]
            for _ in range(random.randint(2, 14)):
                day = day + random.randint(3, 400)
                flows.append((day, round(random.uniform(10, 600), 2)))
            dates = [flow_day.to_date() for flow_day, _ in flows]
            rate = pyxirr.xirr(dates, [amount for _, amount in flows])
            if rate is None or rate < -0.99:
                continue
            text = " ".join(f"{flow_day.ISO()}={amount}" for flow_day, amount in flows)
            out.write(f"{text};{rate:.12f}\n")


def level_payments():
    """balance;rate;periods;payment with a residual value paid at the end: balance;rate;n;fv;pmt."""
    import numpy_financial as npf

    random.seed(17)
    with open("level_payments.csv", "w") as out:
        for _ in range(60):
            balance = round(random.uniform(1e3, 1e6), 2)
            rate = random.choice([0.0, round(random.uniform(0, 0.25), 5)])
            periods = random.randint(1, 480)
            residual = random.choice([0.0, round(balance * random.random(), 2)])
            payment = -npf.pmt(rate / 12, periods, balance, -residual)
            out.write(f"{balance};{rate};{periods};{residual};{payment:.12f}\n")


if __name__ == "__main__":
    holidays()
    day_counts()
    fixed_bonds()
    dated_returns()
    level_payments()
