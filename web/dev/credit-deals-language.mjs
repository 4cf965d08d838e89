// The deal language of the fake server: it finds a few faults and lays texts side by side.
import { formatDeal } from "./credit-deals-data.mjs";

const FIELDS =
  /^(balance|begin_balance|original_balance|factor|cum_default|cum_loss|cum_net_loss|cum_recovery|default|loss|recovery|interest|principal|prepayment|net_wac|wac|cpr|cdr)$/;
const FORMULAS = new Set(
  "target earns cap base value measure threshold numerator when price limit keep share amount proceeds condition rate_cap notional".split(
    " ",
  ),
);

export function findings(structure) {
  const found = [];
  const accounts = (structure.accounts ?? []).map((one) => one.name);
  const used = new Set();
  const visit = (node, pointer, member) => {
    if (typeof node === "string") {
      if (FORMULAS.has(member)) {
        for (const [, field] of node.matchAll(/\bpool\.(\w+)/g))
          if (!FIELDS.test(field))
            found.push({
              severity: "error",
              code: "unknown_field",
              path: pointer,
              message: `\`pool\` has no \`${field}\``,
              suggestion: "did you mean `balance`?",
            });
      }
      if (["from", "into", "account"].includes(member)) {
        used.add(node);
        if (!accounts.includes(node))
          found.push({
            severity: "error",
            code: "unknown_account",
            path: pointer,
            message: `there is no account "${node}"`,
            suggestion: accounts[0] ? `did you mean "${accounts[0]}"?` : null,
          });
      }
    } else if (node && typeof node === "object") {
      for (const [key, value] of Object.entries(node))
        visit(value, `${pointer}/${key}`, Array.isArray(node) ? member : key);
    }
  };
  visit(structure, "", "");
  (structure.accounts ?? []).forEach((account, at) => {
    if (!used.has(account.name))
      found.push({
        severity: "warning",
        code: "unused_account",
        path: `/accounts/${at}`,
        message: `No step of a waterfall uses ${account.name}.`,
        suggestion: null,
      });
  });
  return found;
}

const WORDS = {
  sequentialy: "sequentially",
  "bnd ": "bond ",
  "closng ": "closing ",
  collections: null,
  colections: "collections",
};

/** The structure is that of the deal whose name the text has; words that are nearly right are faults. */
export function parse(text, all) {
  const faults = [];
  text.split("\n").forEach((line, at) => {
    for (const [wrong, right] of Object.entries(WORDS)) {
      const column = right === null ? -1 : line.indexOf(wrong);
      if (column >= 0)
        faults.push({
          line: at + 1,
          column: column + 1,
          length: wrong.trim().length,
          code: "unknown_word",
          message: `${wrong} is not a word of the deal language here.`,
          suggestion: `did you mean \`${right.trim()}\`?`,
        });
    }
  });
  if (faults.length > 0) return { deal: null, findings: [], faults };
  const name = text.match(/deal "([^"]+)"/)?.[1];
  const known = text.match(/^waterfall amortizing[\s\S]*/m)?.[0];
  const structure =
    all.find((one) => one.name === name) ??
    all.find((one) => formatDeal(one).endsWith(known)) ??
    all[0];
  const balance = Number(text.match(/bond "A" ([\d,]+)/)?.[1]?.replaceAll(",", ""));
  const deal = { ...structuredClone(structure), name };
  if (balance > 0) deal.bonds[0].original_balance = balance;
  return { deal, findings: findings(deal), faults };
}

export const lines = (a, b) => {
  const [left, right] = [a.split("\n"), b.split("\n")];
  const out = [];
  let j = 0;
  left.forEach((text, i) => {
    const at = right.indexOf(text, j);
    if (at < 0) out.push({ side: "removed", before: i + 1, text });
    else {
      for (; j < at; j += 1) out.push({ side: "added", after: j + 1, text: right[j] });
      out.push({ side: "same", before: i + 1, after: j + 1, text });
      j += 1;
    }
  });
  for (; j < right.length; j += 1) out.push({ side: "added", after: j + 1, text: right[j] });
  return out;
};
export function changes(a, b, path = "", name = "") {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (a && b && typeof a === "object" && typeof b === "object") {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) =>
      changes(a[key], b[key], `${path}/${key}`, name === "" ? key : `${name}.${key}`),
    );
  }
  return [{ path, name, before: a, after: b }];
}
