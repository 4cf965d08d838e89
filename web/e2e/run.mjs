// Runs the journeys in order against QUINTET_URL; a name on the command line picks one.
import { readdirSync } from "node:fs";
import { open } from "./harness.mjs";

const folder = new URL("./journeys/", import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".mjs"))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)))
  .sort();

let failed = 0;
for (const file of files) {
  const { journeys } = await import(new URL(file, folder).href);
  for (const [name, journey] of Object.entries(journeys)) {
    const session = await open(journey.options);
    const begun = performance.now();
    try {
      await journey.run(session);
      if (session.problems.length > 0) {
        throw new Error(session.problems.join("\n"));
      }
      console.log(`ok      ${name} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
    } finally {
      await session.close();
    }
  }
}
console.log(failed === 0 ? "all journeys passed" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
