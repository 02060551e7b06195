import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How many tests passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** Nothing counted yet. */
const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The sum of two counts. */
export function addCounts(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/**
 * The counts of a runner that ended with `exitCode`: a runner that failed without a failed test (a file that does not load, a
 * report that is missing) counts as one failure.
 */
function settle(counts: Counts, exitCode: number): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readReport<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Reads the counts of a Vitest run from its JSON report. */
export function vitestCounts(file: string, exitCode: number): Counts {
  const report = readReport(file, vitestReport);
  if (!report) return { ...noCounts, failed: 1 };
  const skipped = report.numPendingTests + report.numTodoTests;
  return settle({ passed: report.numPassedTests, failed: report.numFailedTests, skipped }, exitCode);
}

/** Reads the counts of a Playwright run from its JSON report; a test that passed only on a second try has failed. */
export function playwrightCounts(file: string, exitCode: number): Counts {
  const report = readReport(file, playwrightReport);
  if (!report) return { ...noCounts, failed: 1 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return settle({ passed: expected, failed: unexpected + flaky, skipped }, exitCode);
}

/** The line that ends a test run. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
