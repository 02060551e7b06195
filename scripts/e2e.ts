// npm run e2e: only the journeys in a browser; arguments go to Playwright, as in `npm run e2e -- first-curve`.
import { countsLine, skippedLines } from './testing/counts.ts';
import { runPlaywright } from './testing/runners.ts';
import { installSystemPackages } from './testing/system-packages.ts';

installSystemPackages();
const counts = await runPlaywright(process.argv.slice(2));
for (const line of skippedLines(counts)) console.log(line);
console.log(countsLine(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
