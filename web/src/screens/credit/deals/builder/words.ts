/** Day counts as the engine names them. */
export const DAY_COUNTS = [
  "30/360",
  "30/360 US",
  "30/360 BMA",
  "30E/360",
  "30E/360 ISDA",
  "ACT/360",
  "ACT/365F",
  "ACT/ACT ISDA",
  "ACT/ACT ICMA",
].map((name) => ({
  value: name,
  text: name,
}));
