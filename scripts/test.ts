// npm test: every test of the project; the last line says how many passed and failed.
import { debianBinaries } from '../server/src/database/postgres-binaries.ts';
import { addCounts, countsLine, skippedLines } from './testing/counts.ts';
import { runPlaywright, runVitest } from './testing/runners.ts';
import { hasBrowser, installSystemPackages } from './testing/system-packages.ts';

installSystemPackages();

/** Tests of the server that open no database, or always the embedded one. */
const withoutDatabase = ['database/embedded-postgres.test.ts', 'env.test.ts', 'plugins/**', 'storage/**'];

let counts = await runVitest([], { GREENLIGHT_TEST_POSTGRES: 'embedded' });
if (debianBinaries()) {
  console.log("\nThe server's tests again, on Debian's PostgreSQL 15");
  counts = addCounts(
    counts,
    await runVitest(['--project=server', ...withoutDatabase.map((files) => `--exclude=server/src/${files}`)], {
      GREENLIGHT_TEST_POSTGRES: 'debian',
    }),
  );
}
if (hasBrowser()) {
  console.log('\nJourneys in a browser');
  counts = addCounts(counts, await runPlaywright([]));
}
for (const line of skippedLines(counts)) console.log(line);
console.log(countsLine(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
