/** Small pools to try the service with: the same loans every time. */
import type { PoolWords } from "../api/types";

export interface Sample {
  id: string;
  title: string;
  text: string;
  make: (today: string) => PoolWords & { assets: object[] };
}

/** A source of numbers between 0 and 1 that looks random and is always the same. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const between = (roll: () => number, low: number, high: number) => low + (high - low) * roll();
const whole = (roll: () => number, low: number, high: number) =>
  Math.round(between(roll, low, high));
const cents = (value: number) => Math.round(value * 100) / 100;
const STATES = ["CA", "TX", "FL", "NY", "GA", "OH", "NC", "WA", "CO", "AZ"];
const pick = <Item>(roll: () => number, items: readonly Item[]): Item =>
  items[Math.floor(roll() * items.length)] as Item;

function mortgages(): object[] {
  const roll = dice(20_240_101);
  return Array.from({ length: 400 }, (_, at) => {
    const age = whole(roll, 1, 60);
    const original = whole(roll, 120, 780) * 1_000;
    return {
      id: `M-${String(at + 1).padStart(4, "0")}`,
      asset_class: "residential_mortgage",
      balance: cents(original * (1 - age * 0.0013)),
      original_balance: original,
      rate: Number(between(roll, 0.0475, 0.0775).toFixed(5)),
      term_months: 360,
      remaining_term_months: 360 - age,
      ltv_ratio: Number(between(roll, 0.45, 0.97).toFixed(3)),
      fico_score: whole(roll, 610, 820),
      location: pick(roll, STATES),
    };
  });
}

function autos(): object[] {
  const roll = dice(20_250_601);
  return Array.from({ length: 600 }, (_, at) => {
    const term = pick(roll, [48, 60, 72, 84]);
    const age = whole(roll, 0, 24);
    const original = whole(roll, 9, 58) * 1_000;
    return {
      id: `A-${String(at + 1).padStart(4, "0")}`,
      asset_class: "auto_loan",
      balance: cents(original * (1 - age / term)),
      original_balance: original,
      rate: Number(between(roll, 0.039, 0.139).toFixed(5)),
      term_months: term,
      remaining_term_months: term - age,
      vehicle_type: pick(roll, ["new", "used"]),
      fico_score: whole(roll, 560, 800),
      location: pick(roll, STATES),
    };
  });
}

function collateral(): object[] {
  const roll = dice(20_230_915);
  return Array.from({ length: 150 }, (_, at) => {
    const age = whole(roll, 0, 30);
    return {
      id: `C-${String(at + 1).padStart(4, "0")}`,
      asset_class: "clo_cdo",
      balance: whole(roll, 8, 45) * 100_000,
      rate: Number(between(roll, 0.068, 0.104).toFixed(5)),
      term_months: 84,
      remaining_term_months: 84 - age,
    };
  });
}

const words = (name: string, text: string, today: string): PoolWords => ({
  pool_name: name,
  pool_description: text,
  currency: "USD",
  cut_off_date: today,
});

export const SAMPLES: readonly Sample[] = [
  {
    id: "mortgages",
    title: "Mortgage pool",
    text: "400 fixed-rate mortgages, 30 years",
    make: (today) => ({
      ...words("Sample mortgages", "400 made-up fixed-rate mortgages", today),
      assets: mortgages(),
    }),
  },
  {
    id: "autos",
    title: "Auto loans",
    text: "600 loans, 48 to 84 months",
    make: (today) => ({
      ...words("Sample auto loans", "600 made-up auto loans", today),
      assets: autos(),
    }),
  },
  {
    id: "clo",
    title: "CLO collateral",
    text: "150 corporate loans, 7 years",
    make: (today) => ({
      ...words("Sample CLO collateral", "150 made-up corporate loans", today),
      assets: collateral(),
    }),
  },
];
