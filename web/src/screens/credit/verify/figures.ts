/** How small differences are written: 0, or one digit and a power of ten. */
import { MINUS } from "@/format/numbers";

const POWERS: Record<string, string> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** 2.3e-9 becomes "2.3 × 10⁻⁹"; what is not tiny stays plain. */
export function sayDifference(value: number): string {
  if (value === 0) {
    return "0";
  }
  const size = Math.abs(value);
  if (size >= 0.001 && size < 10_000) {
    return String(Number(value.toPrecision(3))).replace("-", MINUS);
  }
  const [digits = "", power = "0"] = value.toExponential(1).split("e");
  const raised = [...power.replace("+", "")].map((one) => POWERS[one] ?? one).join("");
  return `${digits.replace("-", MINUS)} × 10${raised}`;
}
