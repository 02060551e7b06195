import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCounts, countsLine, playwrightCounts, skippedLines, vitestCounts } from './counts.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-counts-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function report(name: string, content: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe('the counts of a test run', () => {
  test('add up over the runners', async () => {
    const assertionResults = [
      { fullName: 'adds up', status: 'passed' },
      { fullName: 'on another system (needs it)', status: 'skipped' },
      { fullName: 'later', status: 'todo' },
    ];
    const unit = await report('unit.json', {
      numPassedTests: 7,
      numFailedTests: 1,
      testResults: [{ assertionResults }],
    });
    const annotations = [{ type: 'skip', description: 'Python is not installed' }];
    const journeys = await report('e2e.json', {
      stats: { expected: 3, unexpected: 1, flaky: 1 },
      suites: [
        {
          specs: [{ title: 'opens', tests: [{ status: 'expected', annotations: [] }] }],
          suites: [{ specs: [{ title: 'recomputes', tests: [{ status: 'skipped', annotations }] }] }],
        },
      ],
    });
    const sum = addCounts(vitestCounts(unit, 1), playwrightCounts(journeys, 1));
    expect(countsLine(sum)).toBe('10 passed, 3 failed, 3 skipped');
    expect(skippedLines(sum)).toEqual([
      'SKIPPED: on another system (needs it)',
      'SKIPPED: later',
      'SKIPPED: recomputes: Python is not installed',
    ]);
  });

  test('name a runner that failed without a failed test', async () => {
    const clean = await report('clean.json', { numPassedTests: 7, numFailedTests: 0, testResults: [] });
    expect(countsLine(vitestCounts(clean, 0))).toBe('7 passed, 0 failed');
    expect(countsLine(vitestCounts(clean, 1))).toBe('7 passed, 1 failed');
    expect(countsLine(playwrightCounts(join(folder, 'missing.json'), 0))).toBe('0 passed, 1 failed');
  });
});
