// The shell's JavaScript: entry and frame with everything they import at once, Brotli. Fails above 130 KB.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const LIMIT = 130_000;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const seen = new Set();
const visit = (key) => {
  if (!seen.has(key)) {
    seen.add(key);
    for (const next of manifest[key]?.imports ?? []) visit(next);
  }
};
visit("index.html");
visit("src/shell/AppShell.tsx");
let total = 0;
for (const key of seen) {
  const file = manifest[key]?.file;
  if (file?.endsWith(".js")) {
    total += brotliCompressSync(readFileSync(`dist/${file}`), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
    }).length;
  }
}
console.log(`shell: ${(total / 1000).toFixed(1)} KB of ${LIMIT / 1000} KB, Brotli`);
if (total > LIMIT) {
  process.exit(1);
}
