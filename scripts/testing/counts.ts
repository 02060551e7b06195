import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How many tests passed and failed, and which were skipped: each by its whole title, which says why. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
});

interface Suite {
  readonly suites?: readonly Suite[] | undefined;
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly annotations: readonly { readonly type: string; readonly description?: string | undefined }[];
    }[];
  }[];
}

const suite: z.ZodType<Suite> = z.object({
  get suites() {
    return z.array(suite).optional();
  },
  specs: z.array(
    z.object({
      title: z.string(),
      tests: z.array(
        z.object({
          status: z.string(),
          annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })),
        }),
      ),
    }),
  ),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(suite),
});

/** Nothing counted yet. */
const noCounts: Counts = { passed: 0, failed: 0, skipped: [] };

/** The sum of two counts. */
export function addCounts(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: [...one.skipped, ...other.skipped],
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
  const skipped = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
  return settle({ passed: report.numPassedTests, failed: report.numFailedTests, skipped }, exitCode);
}

/** Titles of what a suite skipped, each with its reason. */
function skippedIn({ suites = [], specs }: Suite): string[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) =>
        [title, ...annotations.flatMap(({ type, description }) => (type === 'skip' && description) || [])].join(': '),
      ),
  );
  return [...own, ...suites.flatMap(skippedIn)];
}

/** Reads the counts of a Playwright run from its JSON report; a test that passed only on a second try has failed. */
export function playwrightCounts(file: string, exitCode: number): Counts {
  const report = readReport(file, playwrightReport);
  if (!report) return { ...noCounts, failed: 1 };
  const { expected, unexpected, flaky } = report.stats;
  const skipped = report.suites.flatMap(skippedIn);
  return settle({ passed: expected, failed: unexpected + flaky, skipped }, exitCode);
}

/** What was skipped, one line each. */
export const skippedLines = ({ skipped }: Counts): string[] => skipped.map((title) => `SKIPPED: ${title}`);

/** The line that ends a test run. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}
