import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where Linux counts the energy that processor packages have used (Intel's RAPL; AMD's processors have it under the same name). */
const POWERCAP_FOLDER = '/sys/class/powercap';
const PACKAGE_ZONE = /^intel-rapl:\d+$/;
const CARD_QUERY = ['--id=0', '--query-gpu=power.draw', '--format=csv,noheader,nounits'];
const CARD_LIMIT_MS = 4000;
const MICROJOULES_PER_KILOWATT_HOUR = 3.6e12;
const JOULES_PER_KILOWATT_HOUR = 3.6e6;

/** One counter of microjoules, which begins anew after its range. */
interface Zone {
  path: string;
  range: number;
  last: number;
}

/** Where power is read; replaced in tests. */
export interface PowerSources {
  powercapFolder: string;
  /** Power of the first card in watts; throws where there is none. */
  cardWatts(): Promise<number>;
  now(): number;
}

async function nvidiaWatts(): Promise<number> {
  const { stdout } = await promisify(execFile)('nvidia-smi', CARD_QUERY, { timeout: CARD_LIMIT_MS });
  const watts = Number(stdout.trim());
  if (!(watts >= 0)) throw new Error(`nvidia-smi gave no power: ${stdout}`);
  return watts;
}

const SYSTEM: PowerSources = {
  powercapFolder: POWERCAP_FOLDER,
  cardWatts: nvidiaWatts,
  now: () => performance.now(),
};

async function numberIn(path: string): Promise<number> {
  return Number((await readFile(path, 'utf8')).trim());
}

async function findZones(folder: string): Promise<Zone[]> {
  const zones: Zone[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!PACKAGE_ZONE.test(entry)) continue;
    const zone = join(folder, entry);
    try {
      // The platform's zone counts the packages again.
      if (!(await readFile(join(zone, 'name'), 'utf8')).startsWith('package')) continue;
      const path = join(zone, 'energy_uj');
      zones.push({ path, range: await numberIn(join(zone, 'max_energy_range_uj')), last: await numberIn(path) });
    } catch {
      // Most systems let only root read the counters: then nothing is measured.
      return [];
    }
  }
  return zones;
}

/** Adds up the energy that drivers measure while a run is worked on: that of the whole processor and of the first card, others' work included. */
export class EnergyMeter {
  readonly #sources: PowerSources;
  readonly #zones: Zone[];
  #microjoules = 0;
  #cardJoules: number | null = null;
  #cardSince: { ms: number; watts: number } | null;

  private constructor(sources: PowerSources, zones: Zone[], card: { ms: number; watts: number } | null) {
    this.#sources = sources;
    this.#zones = zones;
    this.#cardSince = card;
    if (card !== null) this.#cardJoules = 0;
  }

  /** Looks for what can be measured here and begins; `withCard` also asks for the card's power. */
  static async start(withCard: boolean, sources: PowerSources = SYSTEM): Promise<EnergyMeter> {
    const zones = await findZones(sources.powercapFolder);
    const watts = withCard ? await sources.cardWatts().catch(() => null) : null;
    return new EnergyMeter(sources, zones, watts === null ? null : { ms: sources.now(), watts });
  }

  /** Reads the counters; call it every few seconds, before a counter has gone round or the card's power has changed much. */
  async sample(): Promise<void> {
    for (const zone of this.#zones) {
      const value = await numberIn(zone.path).catch(() => zone.last);
      this.#microjoules += value >= zone.last ? value - zone.last : value + zone.range - zone.last;
      zone.last = value;
    }
    if (this.#cardSince === null) return;
    const watts = await this.#sources.cardWatts().catch(() => this.#cardSince?.watts ?? 0);
    const ms = this.#sources.now();
    const seconds = (ms - this.#cardSince.ms) / 1000;
    this.#cardJoules = (this.#cardJoules ?? 0) + (seconds * (this.#cardSince.watts + watts)) / 2;
    this.#cardSince = { ms, watts };
  }

  /** Kilowatt-hours so far: null where the processor's counters cannot be read, or the card's power where one does the work. */
  kilowattHours(device: 'cpu' | 'webgpu' | 'cuda' | 'tfjs-node'): number | null {
    const processor = this.#zones.length === 0 ? null : this.#microjoules / MICROJOULES_PER_KILOWATT_HOUR;
    if (device === 'cpu' || device === 'tfjs-node') return processor;
    if (this.#cardJoules === null) return null;
    return this.#cardJoules / JOULES_PER_KILOWATT_HOUR + (processor ?? 0);
  }
}
