import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shapeSize } from '../model/parameters.ts';
import { readCheckpointLayout } from '../training/checkpoint.ts';
import { writeAtomically, type FinishedFile } from './atomic-file.ts';
import { inputIdsOf, tokenizerConfigOf } from './describe-texts.ts';
import { recordExportGraphs, type ExportGraph } from './export-graphs.ts';
import { LARGEST_INLINE_BYTES, writeModelFile, writeSharedWeights } from './write-model-file.ts';

/** ONNX's own operators in the version that every exported file asks for: the first that has LayerNormalization. */
const EXPORT_OPSET = 17;

/** Version of the file format; the one that came with opset 17's operators. */
const EXPORT_IR_VERSION = 8;

/** Name of the file that holds weights too large for the model files. */
const SHARED_WEIGHTS = 'weights.onnx_data';

/** What an export is made from. */
export interface ExportOptions {
  readonly checkpointPath: string;
  /** An existing folder is filled; files of earlier exports are replaced. */
  readonly folder: string;
  readonly producerVersion: string;
  /** Where the model comes from, as text by name; goes into every file's metadata. */
  readonly lineage: Readonly<Record<string, string>>;
  /** Copied beside the model files, with what Hugging Face's libraries want to know besides. */
  readonly tokenizerPath?: string;
  /** Where the weights and constants of a graph are larger than this, weights go into a file of their own. */
  readonly largestInlineBytes?: number;
  readonly onProgress?: (share: number) => void;
}

/** A model as files for other tools. */
export interface ExportedModel {
  readonly opset: number;
  readonly irVersion: number;
  readonly files: readonly FinishedFile[];
}

/** Bytes of the largest graph's weights and constants: a table of positions alone can have several megabytes. */
function inlineBytes(graphs: readonly ExportGraph[]): number {
  const sizes = graphs.map(({ weights, parts }) => {
    const constants = parts.initialisers.reduce((total, { bytes }) => total + bytes.length, 0);
    return weights.reduce((total, { shape }) => total + 4 * shapeSize(shape), constants);
  });
  return Math.max(...sizes);
}

/** Writes a checkpoint's model as plain ONNX files that need nothing of this product to run. */
export async function exportModel(options: ExportOptions): Promise<ExportedModel> {
  const { checkpointPath, folder, producerVersion, lineage, tokenizerPath, onProgress } = options;
  const { largestInlineBytes = LARGEST_INLINE_BYTES } = options;
  await mkdir(folder, { recursive: true });
  const { arrays, metadata } = await readCheckpointLayout(checkpointPath);
  const source = { path: checkpointPath, arrays };
  const graphs = recordExportGraphs(metadata.model);
  onProgress?.(0.1);
  const files: FinishedFile[] = [];
  let places = new Map<string, { location: string; offset: number }>();
  if (inlineBytes(graphs) > largestInlineBytes) {
    const names = new Set(graphs.flatMap(({ weights }) => weights.map(({ name }) => name)));
    const shared = await writeSharedWeights(folder, SHARED_WEIGHTS, source, [...names]);
    files.push(shared.file);
    places = shared.places;
  }
  for (const [index, graph] of graphs.entries()) {
    const described = {
      'greenlight.architecture': metadata.model.architecture,
      'greenlight.model': JSON.stringify(metadata.model),
      'greenlight.checkpoint-step': String(metadata.step),
      'greenlight.opset': String(EXPORT_OPSET),
      'greenlight.input-ids': inputIdsOf(graph, metadata.model),
      'greenlight.created-at': new Date().toISOString(),
      ...lineage,
    };
    const header = { graphName: graph.name, opset: EXPORT_OPSET, producerVersion, metadata: described };
    files.push(await writeModelFile(folder, { graph, source, places, header }));
    onProgress?.(0.1 + (0.8 * (index + 1)) / graphs.length);
  }
  if (tokenizerPath !== undefined) {
    const tokenizer = await readFile(tokenizerPath);
    const config = Buffer.from(tokenizerConfigOf(tokenizer.toString(), metadata.model));
    for (const [name, content] of [
      ['tokenizer.json', tokenizer] as const,
      ['tokenizer_config.json', config] as const,
    ]) {
      files.push(await writeAtomically(join(folder, name), (sink) => sink.write(content)));
    }
  }
  return { opset: EXPORT_OPSET, irVersion: EXPORT_IR_VERSION, files };
}
