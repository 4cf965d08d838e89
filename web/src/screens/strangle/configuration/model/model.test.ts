import { describe, expect, it } from "vitest";
import { expiryOfIso, isoOfExpiry, parseTime, sessionMinutes, timeText, utcText } from "./clock";
import { bodyOf, DEFAULTS, differences, fieldOfPointer, rebased } from "./fields";
import { readProfileFile } from "./file";
import { loosened, mayTighten } from "./tightening";
import { levelAt, nextRung, peaksOf, reach, rungFaults, storedOf, trailingOf } from "./trailing";
import {
  expiryWords,
  lengthWords,
  scheduleUtc,
  scheduleWords,
  strikeWords,
  valueWords,
} from "./words";

describe("times of day", () => {
  it("are read in the forms people type", () => {
    expect(["9:30", "0930", "930", "9.30", " 09:30 "].map(parseTime)).toEqual([
      570, 570, 570, 570, 570,
    ]);
    expect(["24:00", "9", "09:60", "noon", ""].map(parseTime)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
  it("wrap around midnight", () => {
    expect(timeText(-1)).toBe("23:59");
    expect(timeText(1_440)).toBe("00:00");
  });
  it("show their twin in UTC, and when it is the day before", () => {
    expect(utcText("15:20")).toBe("09:50 UTC");
    expect(utcText("05:30")).toBe("00:00 UTC");
    expect(utcText("05:29")).toBe("23:59 UTC, the day before");
  });
  it("give the length of a session over midnight", () => {
    expect(sessionMinutes("09:30", "15:20")).toBe(350);
    expect(sessionMinutes("21:30", "05:10")).toBe(460);
    expect(sessionMinutes("09:30", "09:30")).toBeNull();
  });
});

it("an expiry changes between the server's form and ISO without loss", () => {
  expect(isoOfExpiry("27-11-2026")).toBe("2026-11-27");
  expect(expiryOfIso("2026-11-27")).toBe("27-11-2026");
  expect(isoOfExpiry(null)).toBeNull();
});

describe("the trailing stop", () => {
  const ladder = trailingOf(DEFAULTS.trailing_rules);
  it("locks the highest rung that was reached, break-even included", () => {
    expect([19.9, 20, 30, 45, 80].map((peak) => levelAt(ladder, peak))).toEqual([
      null,
      0,
      10,
      15,
      25,
    ]);
  });
  it("follows a peak at a distance or as a share", () => {
    expect(levelAt({ kind: "distance", start_pct: 20, distance_pct: 15 }, 40)).toBe(25);
    expect(levelAt({ kind: "fraction", start_pct: 20, fraction: 0.5 }, 40)).toBe(20);
    expect(levelAt({ kind: "fraction", start_pct: 20, fraction: 0.5 }, 19)).toBeNull();
  });
  it("is stored as it was read", () => {
    const stored = { kind: "distance", start_pct: 20, distance_pct: 15 };
    expect(storedOf(trailingOf(stored))).toEqual(stored);
    expect(storedOf(ladder)).toEqual(DEFAULTS.trailing_rules);
  });
  it("names what is wrong with a rung", () => {
    const faults = rungFaults([
      { trigger_pct: 20, lock_pct: 15 },
      { trigger_pct: 30, lock_pct: 10 },
      { trigger_pct: 20, lock_pct: 20 },
      { trigger_pct: 30, lock_pct: 16 },
    ]);
    expect(faults[0]).toBeNull();
    expect(faults[1]).toMatch(/earlier rule locks more/);
    expect(faults[2]).toMatch(/below its peak/);
    expect(faults[3]).toMatch(/has this peak/);
  });
  it("grows by a rung above the last", () => {
    expect(nextRung([])).toEqual({ trigger_pct: 20, lock_pct: 0 });
    expect(nextRung([{ trigger_pct: 50, lock_pct: 25 }])).toEqual({
      trigger_pct: 60,
      lock_pct: 35,
    });
  });
  it("is drawn past its last step with every step in it", () => {
    expect(reach(ladder, 80)).toBe(85);
    expect(reach(ladder, 0)).toBe(65);
    expect(peaksOf({ kind: "ladder", rules: [{ trigger_pct: 12.5, lock_pct: 1 }] }, 20)).toContain(
      12.5,
    );
  });
});

describe("an open session", () => {
  const to = (change: object) => loosened(DEFAULTS, { ...DEFAULTS, ...change });
  it("accepts what reduces risk", () => {
    expect(to({ max_loss_pct: 50, max_profit_pct: 50, leg_stop_multiple: 2 })).toEqual([]);
    expect(to({ expiry_guard_minutes: 60, name: "other", recurrence: "daily" })).toEqual([]);
    expect(
      to({
        trailing_rules: [...(DEFAULTS.trailing_rules as []), { trigger_pct: 60, lock_pct: 40 }],
      }),
    ).toEqual([]);
  });
  it("refuses what adds risk or changes what is sold", () => {
    expect(to({ max_loss_pct: 90 })).toEqual(["max_loss_pct"]);
    expect(to({ max_profit_pct: 0 })).toEqual(["max_profit_pct"]);
    expect(to({ quantity: 2, trailing_sl_enabled: false })).toEqual([
      "quantity",
      "trailing_sl_enabled",
    ]);
    expect(to({ trailing_rules: [{ trigger_pct: 20, lock_pct: 0 }] })).toEqual(["trailing_rules"]);
  });
  it("says beforehand which fields are fixed", () => {
    expect(mayTighten("max_loss_pct")).toBe(true);
    expect(mayTighten("exit_time_ist")).toBe(false);
  });
});

describe("two versions", () => {
  it("differ by value, not by identity", () => {
    expect(differences(DEFAULTS, { ...DEFAULTS, skip_dates: [] })).toEqual([]);
    expect(differences(DEFAULTS, { ...DEFAULTS, quantity: 3, name: "x" })).toEqual([
      "name",
      "quantity",
    ]);
  });
  it("are laid over each other, and what both changed is named", () => {
    const mine = { ...DEFAULTS, quantity: 3, max_loss_pct: 50 };
    const theirs = { ...DEFAULTS, quantity: 5, exit_time_ist: "14:00" };
    const { fields, both } = rebased(DEFAULTS, mine, theirs);
    expect(fields).toMatchObject({ quantity: 3, max_loss_pct: 50, exit_time_ist: "14:00" });
    expect(both).toEqual(["quantity"]);
  });
});

it("a body says its unit and nothing the server adds", () => {
  const stored = { ...DEFAULTS, id: "config_1", version: 3 };
  const body = bodyOf(stored);
  expect(body).toMatchObject({ percent_unit: "percent", quantity: 1 });
  expect(body).not.toHaveProperty("id");
});

it("a pointer into a list belongs to the field", () => {
  expect(fieldOfPointer("trailing_rules.0.lock_pct")).toBe("trailing_rules");
  expect(fieldOfPointer("version")).toBeNull();
});

describe("a profile in words", () => {
  it("says how strikes are chosen", () => {
    expect(strikeWords(DEFAULTS)).toBe("Delta 0.10 to 0.15, highest");
    const priced = {
      ...DEFAULTS,
      strike_selection_mode: "price" as const,
      call_option_price_min: "150.50",
      call_option_price_max: "250",
      put_option_price_min: "150",
      put_option_price_max: "250",
    };
    expect(strikeWords(priced)).toBe("Call 150.5–250, put 150–250 USD");
  });
  it("says expiry and schedule", () => {
    expect(expiryWords(DEFAULTS)).toBe("Auto, 24 h ahead");
    expect(expiryWords({ ...DEFAULTS, expiry_date: "27-11-2026" })).toBe("27 Nov 2026");
    const night = { ...DEFAULTS, trade_time_ist: "21:30", exit_time_ist: "05:10" };
    expect(scheduleWords(night)).toBe("21:30 to 05:10, +1 d");
    expect(scheduleUtc(night)).toBe("16:00 to 23:40 UTC");
    expect(lengthWords(night)).toBe("7 h 40 min");
  });
  it("says each value with its unit", () => {
    expect(valueWords("max_profit_pct", { ...DEFAULTS, max_profit_pct: 0 })).toBe("off");
    expect(valueWords("leg_stop_multiple", { ...DEFAULTS, leg_stop_multiple: 2.5 })).toBe(
      "2.5 × entry",
    );
    expect(valueWords("late_entry_policy", { ...DEFAULTS, late_entry_policy: "window:30" })).toBe(
      "Enter up to 30 minutes late",
    );
    expect(valueWords("trailing_rules", DEFAULTS)).toBe("20 → 0, 30 → 10, 40 → 15, 50 → 25");
    expect(valueWords("skip_dates", { ...DEFAULTS, skip_dates: ["2026-12-25"] })).toBe(
      "25 Dec 2026",
    );
  });
});

describe("a profile file", () => {
  it("is read with its name", () => {
    const text = JSON.stringify({
      format: "strangle-profile/1",
      profile: { name: "x", quantity: 2 },
    });
    expect(readProfileFile(text)).toEqual({
      format: "strangle-profile/1",
      profile: { name: "x", quantity: 2 },
    });
  });
  it("is refused in words", () => {
    expect(readProfileFile("{")).toMatch(/not JSON/);
    expect(readProfileFile("{}")).toMatch(/no format/);
    expect(readProfileFile('{"format":"other/9"}')).toMatch(/only strangle-profile\/1/);
    expect(readProfileFile('{"format":"strangle-profile/1","profile":[]}')).toMatch(/no profile/);
  });
});
