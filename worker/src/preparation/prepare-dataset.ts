import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { groupsWithContained } from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { NEAR_DUPLICATE_SIMILARITY } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { emptyStepCount } from '@greenlight/shared/stages/data/preparation/item-steps.ts';
import { leakageBetween } from '@greenlight/shared/stages/data/preparation/leakage.ts';
import type { PreparationPlan, PreparationResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { SourceError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import type { DuplicateStep, StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { drawSplits } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { itemsOfChunk, readFacts } from './chunk-files.ts';
import { countOf, type CountOutcome, type VersionCount } from './count-version.ts';
import { hasSplits, leakageOfSource, profileOf, type Duplicates } from './duplicates-report.ts';
import type { Search } from './known-groups.ts';
import { planImages, readImages } from './read-images.ts';
import { ProgressMeter, type Phase, type PreparationProgress } from './progress.ts';
import { planSource, type SourcePlan } from './source-plan.ts';
import { exactGroups, nearGroups, type NearGroups } from './stage-duplicates.ts';
import { containedTexts } from './stage-containment.ts';
import { StageGathering, stageFolder, type Stage } from './stage.ts';
import { ThreadPool } from './thread-pool.ts';
import type { ThreadTask } from './thread-protocol.ts';
import { LineMemory } from './line-memory.ts';
import { segmentsOf, type Segment } from './recipe-segments.ts';
import { lookAtImages, type ImagePlaces, type LookedImages } from './image-thumbnails.ts';
import { nearImages } from './near-images.ts';
import { placesInPack } from './read-image-pack.ts';
import { writeImagePack, type PackSources } from './write-image-pack.ts';
import { writeItems } from './write-items.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
/** Belongs to what is kept between attempts: another form of the files must not be gone on with. */
const WORK_FORMAT = 6;

/** A preparation: the plan, where the source lies and where the outcome goes. */
export interface PreparationRequest extends PreparationPlan {
  readonly sourcePath: string;
  /** Where the pack of the images lies of which `holdsImages` speaks. */
  readonly sourceImagesPath?: string;
  /** Gets `items.jsonl`, and `images.pack` where there are images. */
  readonly outFolder: string;
  /** Gets, while it lasts, `work/`, from which a later call with `resume` goes on. */
  readonly keptFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PreparationProgress) => void;
  readonly resume: boolean;
  /** As many as there are processors where nothing is said; the outcome does not depend on it. */
  readonly threads?: number;
  readonly chunkBytes?: number;
}

/** What a preparation made, and where the version's files lie. */
export interface PreparedDataset extends PreparationResult {
  readonly itemsPath: string;
  /** Null for texts. */
  readonly imagesPath: string | null;
  readonly version: VersionCount;
}

/** One preparation from the source to the version's file. */
class Preparation {
  readonly #request: PreparationRequest;
  readonly #workFolder: string;
  readonly #segments: Segment[];
  readonly #counts: StepCount[];
  readonly #meter: ProgressMeter;
  readonly #pool: ThreadPool;
  readonly #lines = new LineMemory();
  #stages = 0;
  /** Where the images of an archive or a version lie; null for texts. */
  #images: (PackSources & LookedImages) | null = null;
  /** The latest search for near-duplicates. */
  #search: Search | null = null;

  constructor(request: PreparationRequest, pool: ThreadPool) {
    this.#request = request;
    this.#workFolder = join(request.keptFolder, 'work');
    this.#segments = segmentsOf(request);
    this.#counts = request.recipe.steps.map((step, place) => emptyStepCount(place, step));
    this.#pool = pool;
    const near = request.recipe.steps.filter(({ type }) => type === 'drop-near-duplicates');
    const phases: Phase[] = [
      'scan',
      'read',
      ...(request.format === 'zip' || request.holdsImages ? (['look'] as const) : []),
      'compare',
      ...this.#segments.map(() => 'clean' as const),
      'clean',
      'write',
    ];
    this.#meter = new ProgressMeter([...phases, ...near.map(() => 'compare' as const), 'compare'], request.onProgress);
  }

  async run(): Promise<PreparedDataset> {
    const { request } = { request: this.#request };
    const plan = await this.#plan();
    const raw = await this.#read(plan);
    if (request.rowErrors === 'refuse' && raw.errors.length > 0) throw new SourceError(raw.errors[0]!);
    const repeated = await this.#duplicates(raw);
    // Nobody asks of a source without splits, or of its rows that are gone, what stands within what.
    const rawDuplicates = hasSplits(raw) ? await this.#withContained(raw, repeated) : repeated;
    let stage = raw;
    let dropped = new Uint8Array(raw.high.length);
    for (const [index, segment] of this.#segments.entries()) {
      if (segment.items.length > 0) {
        const isLast = index === this.#segments.length - 1 && segment.duplicates.length === 0;
        stage = await this.#clean(stage, segment.items, dropped, isLast);
        dropped = new Uint8Array(stage.high.length);
      }
      for (const { step, place } of segment.duplicates) dropped = await this.#drop(stage, dropped, step, place);
    }
    const isWhole = !dropped.includes(1);
    if (stage.profile === null || !isWhole) {
      stage = await this.#clean(stage, [], dropped, true);
    }
    const latest = stage === raw ? rawDuplicates : await this.#duplicates(stage);
    // While one thread counts, texts within others are looked for, splits are drawn and the file is written.
    const counting = this.#pool.run({ type: 'count', folder: stage.folder, chunks: stage.chunks });
    counting.catch(() => undefined);
    const final = latest.contained === null ? await this.#withContained(stage, latest) : latest;
    return this.#finish(plan, raw, stage === raw ? final : rawDuplicates, stage, final, counting);
  }

  async #finish(
    plan: SourcePlan,
    raw: Stage,
    rawDuplicates: Duplicates,
    stage: Stage,
    duplicates: Duplicates,
    counting: Promise<CountOutcome>,
  ): Promise<PreparedDataset> {
    const { splits: splitPlan, signal, outFolder } = this.#request;
    const { same, near, contained } = duplicates;
    const splits =
      splitPlan === null
        ? stage.given.map((given) => Math.max(0, given - 1))
        : drawSplits(
            {
              high: stage.high,
              low: stage.low,
              same,
              group: groupsWithContained(near.group, contained ?? []),
              label: stage.label,
              given: stage.given,
            },
            splitPlan,
          );
    const itemsPath = join(outFolder, 'items.jsonl');
    const items = await writeItems(stage, splits, itemsPath, signal, (done) => this.#meter.advance('write', done));
    const imagesPath = this.#images === null ? null : join(outFolder, 'images.pack');
    const images =
      this.#images === null || imagesPath === null
        ? null
        : await writeImagePack(itemsPath, items.lines, this.#images, imagesPath, signal);
    const version = countOf(await counting);
    const numbers = [0, 0, 0];
    for (const split of splits) numbers[split]!++;
    const unreadable = Object.values(raw.errorCounts).reduce((sum, count) => sum + count, 0);
    const lines = { rows: stage.high.length, empty: 0, unreadable: 0 };
    const result: PreparedDataset = {
      itemsPath,
      imagesPath,
      version,
      items,
      images,
      source: {
        sha256: plan.sha256,
        sizeBytes: plan.sizeBytes,
        rows: raw.sourceRows,
        encoding: this.#request.format === 'zip' ? null : plan.layout.encoding,
      },
      labelKind: stage.kinds & 4 ? 'value' : stage.kinds & 2 ? 'multiple' : stage.kinds & 1 ? 'single' : 'none',
      splits: { train: numbers[0]!, validation: numbers[1]!, test: numbers[2]! },
      profile: {
        before: profileOf(raw, rawDuplicates, { rows: raw.sourceRows, empty: raw.emptyRows, unreadable }, raw.rows),
        after: profileOf(stage, duplicates, lines, null),
      },
      steps: this.#counts,
      leakage: leakageBetween(splits, same, near.group, near.pairs, contained),
      sourceLeakage: leakageOfSource(raw, rawDuplicates),
      errors: { total: unreadable, byCode: raw.errorCounts, examples: [...raw.errors] },
    };
    await rm(this.#workFolder, { recursive: true, force: true });
    this.#meter.finish('write');
    return result;
  }

  /** The plan of an earlier attempt where source and request are the same, else a new one and an empty folder. */
  async #plan(): Promise<SourcePlan> {
    const { sourcePath, format, mapping, holdsImages, recipe, rowErrors, resume, signal, chunkBytes } = this.#request;
    const onBytes = (bytes: number) =>
      this.#meter.advance('scan', Math.min(1, bytes / Math.max(1, this.#meter.totalBytes)));
    const plan =
      format === 'zip'
        ? await planImages(sourcePath, signal)
        : await planSource(sourcePath, { format, mapping, holdsImages }, chunkBytes ?? CHUNK_BYTES, signal, onBytes);
    this.#meter.totalBytes = plan.sizeBytes;
    this.#meter.finish('scan');
    const identity = JSON.stringify([WORK_FORMAT, format, recipe, rowErrors, plan]);
    const fingerprint = createHash('sha256').update(identity).digest('hex');
    const path = join(this.#workFolder, 'plan');
    const earlier = resume ? await readFile(path, 'utf8').catch(() => '') : '';
    if (earlier !== fingerprint) {
      await rm(this.#workFolder, { recursive: true, force: true });
      await mkdir(this.#workFolder, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.partial`, fingerprint, { flush: true });
      await rename(`${path}.partial`, path);
    }
    return plan;
  }

  async #read(plan: SourcePlan): Promise<Stage> {
    const { sourcePath, sourceImagesPath, format, signal } = this.#request;
    const folder = await this.#nextFolder();
    const gathering = (items: number) => new StageGathering(folder, items, plan.chunks.length, this.#counts);
    if (format === 'zip') {
      const heapPath = join(this.#workFolder, 'images');
      const places = await readImages(sourcePath, folder, heapPath, signal, (entries, share) => {
        this.#meter.rows = entries;
        this.#meter.bytes = Math.round(plan.sizeBytes * share);
        this.#meter.advance('read', share);
      });
      this.#meter.finish('read');
      await this.#look({ heapPath, places });
      const gathered = gathering(await itemsOfChunk(folder, 0));
      gathered.onChunk(0);
      return gathered.stage();
    }
    const images =
      sourceImagesPath === undefined
        ? null
        : { heapPath: sourceImagesPath, places: await placesInPack(sourcePath, sourceImagesPath, plan.rows) };
    const gathered = gathering(plan.rows);
    await this.#work(
      folder,
      'read',
      plan.chunks.length,
      (number) => ({
        type: 'read',
        sourcePath,
        layout: plan.layout,
        chunk: plan.chunks[number]!,
        number,
        folder,
      }),
      (number) => {
        const { startByte, endByte, startRow } = plan.chunks[number]!;
        this.#meter.bytes += endByte - startByte;
        this.#meter.rows += (plan.chunks[number + 1]?.startRow ?? plan.layout.firstRow + plan.rows) - startRow;
        gathered.onChunk(number);
      },
    );
    this.#meter.finish('read');
    if (images !== null) await this.#look(images);
    return gathered.stage();
  }

  async #look({ heapPath, places }: { heapPath: string; places: ImagePlaces }): Promise<void> {
    const thumbnailsPath = join(this.#workFolder, 'thumbnails');
    const { signal } = this.#request;
    const looked = await lookAtImages(heapPath, places, thumbnailsPath, this.#pool.size, signal, (share) =>
      this.#meter.advance('look', share),
    );
    this.#images = { heapPath, places, thumbnailsPath, ...looked };
    this.#meter.finish('look');
  }

  async #clean(from: Stage, steps: Segment['items'], dropped: Uint8Array, isProfiled: boolean): Promise<Stage> {
    const folder = await this.#nextFolder();
    const gathered = new StageGathering(folder, from.high.length, from.chunks, this.#counts);
    await this.#work(
      folder,
      'clean',
      from.chunks,
      (number) => ({
        type: 'clean',
        from: from.folder,
        folder,
        number,
        steps,
        dropped: dropped.slice(from.starts[number], from.starts[number + 1]),
        isProfiled,
        // Only the last stage is profiled here, and texts within others are looked for in that one.
        isSampled: isProfiled && this.#images === null,
      }),
      (number) => gathered.onChunk(number),
    );
    this.#meter.finish('clean');
    return gathered.stage();
  }

  async #nextFolder(): Promise<string> {
    const folder = stageFolder(this.#workFolder, this.#stages++);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Has the threads do every chunk of a stage that is not done yet. */
  async #work(
    folder: string,
    phase: Phase,
    chunks: number,
    taskOf: (chunk: number) => ThreadTask,
    onChunk: (chunk: number) => void,
  ): Promise<void> {
    let [next, done] = [0, 0];
    const workOff = async (): Promise<void> => {
      for (let chunk = next++; chunk < chunks; chunk = next++) {
        this.#request.signal.throwIfAborted();
        const isDone = (await readFacts(folder, chunk)) !== null;
        if (!isDone) await this.#pool.run(taskOf(chunk));
        onChunk(chunk);
        this.#meter.advance(phase, ++done / chunks, isDone);
      }
    };
    await Promise.all(Array.from({ length: this.#pool.chunksAtOnce }, workOff));
  }

  async #duplicates(stage: Stage): Promise<Duplicates> {
    const none = new Uint8Array(stage.high.length);
    const same = exactGroups(stage, none, 'text');
    const near = await this.#near({ stage, dropped: none, same, similarity: NEAR_DUPLICATE_SIMILARITY });
    return { same, near, contained: null };
  }

  async #withContained(stage: Stage, { same, near }: Duplicates): Promise<Duplicates> {
    if (this.#images !== null) return { same, near, contained: null };
    return { same, near, contained: await containedTexts(this.#pool, this.#lines, stage, same, near.group) };
  }

  async #near(search: Omit<Search, 'near'>): Promise<NearGroups> {
    const onShare = (done: number): void => this.#meter.advance('compare', done);
    const { stage, dropped, same, similarity } = search;
    const near =
      this.#images === null
        ? await nearGroups(this.#pool, this.#lines, search, this.#search, onShare)
        : await nearImages(same, dropped, this.#images.looks.of(stage.high, stage.low), similarity, onShare);
    this.#search = { ...search, near };
    this.#meter.finish('compare');
    return near;
  }

  async #drop(
    stage: Stage,
    dropped: Uint8Array<ArrayBuffer>,
    step: DuplicateStep,
    place: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const same = exactGroups(stage, dropped, step.type === 'drop-exact-duplicates' ? step.compare : 'text');
    const groups =
      step.type === 'drop-exact-duplicates'
        ? same
        : (await this.#near({ stage, dropped, same, similarity: step.similarity })).group;
    const count = this.#counts[place]!;
    const result = new Uint8Array(dropped);
    for (let item = 0; item < dropped.length; item++) {
      if (dropped[item] === 1) continue;
      count.items++;
      if (groups[item] === item) continue;
      result[item] = 1;
      count.dropped++;
    }
    return result;
  }
}

/**
 * Reads, profiles, cleans, splits and checks a dataset on several threads, and leaves `items.jsonl` in the folder. Throws
 * `SourceError` where the source cannot be read (nothing is kept then), `LabelsError` where what is left cannot be one version, and the signal's reason where it is cancelled (what
 * is done is kept for `resume`).
 */
export async function prepareDataset(request: PreparationRequest): Promise<PreparedDataset> {
  const { signal, outFolder, keptFolder } = request;
  signal.throwIfAborted();
  await mkdir(outFolder, { recursive: true, mode: 0o700 });
  const pool = new ThreadPool(request.threads ?? availableParallelism());
  const cancel = (): void => void pool.close(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await new Preparation(request, pool).run();
  } catch (error) {
    if (error instanceof SourceError) await rm(join(keptFolder, 'work'), { recursive: true, force: true });
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await pool.close();
  }
}
