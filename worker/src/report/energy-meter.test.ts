import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EnergyMeter, type PowerSources } from './energy-meter.ts';

let folder: string;
let nowMs = 0;
let watts: number | null = null;

const sources = (): PowerSources => ({
  powercapFolder: folder,
  cardWatts: () => (watts === null ? Promise.reject(new Error('no card')) : Promise.resolve(watts)),
  now: () => nowMs,
});

async function zone(entry: string, name: string, microjoules: number): Promise<void> {
  await mkdir(join(folder, entry), { recursive: true });
  await writeFile(join(folder, entry, 'name'), `${name}\n`);
  await writeFile(join(folder, entry, 'max_energy_range_uj'), '1000000000');
  await writeFile(join(folder, entry, 'energy_uj'), String(microjoules));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-power-'));
  [nowMs, watts] = [0, null];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('packages are added up, also when a counter begins anew; the platform, which holds them again, is not', async () => {
  await zone('intel-rapl:0', 'package-0', 999_000_000);
  await zone('intel-rapl:1', 'package-1', 0);
  await zone('intel-rapl:2', 'psys', 0);
  await zone('intel-rapl:0:0', 'core', 0);
  const meter = await EnergyMeter.start(false, sources());
  await zone('intel-rapl:0', 'package-0', 1_000_000);
  await zone('intel-rapl:1', 'package-1', 1_600_000);
  await zone('intel-rapl:2', 'psys', 900_000_000);
  await meter.sample();
  // 2 J and 1.6 J.
  expect(meter.kilowattHours('cpu')).toBeCloseTo(3.6 / 3.6e6, 15);
});

test('nothing is measured where there is nothing to read', async () => {
  const meter = await EnergyMeter.start(true, sources());
  await meter.sample();
  expect([meter.kilowattHours('cpu'), meter.kilowattHours('cuda')]).toEqual([null, null]);
});

test("a card's power is followed between two readings", async () => {
  watts = 100;
  const meter = await EnergyMeter.start(true, sources());
  [nowMs, watts] = [36_000, 300];
  await meter.sample();
  expect(meter.kilowattHours('cuda')).toBeCloseTo(0.002, 12);
  expect(meter.kilowattHours('cpu')).toBeNull();
});
