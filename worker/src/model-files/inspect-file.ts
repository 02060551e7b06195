import { readFile } from 'node:fs/promises';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { SaidError } from '@greenlight/shared/api/said-error.ts';
import { ModelProtoSchema, TensorProto_DataLocation, type ModelProto, type TensorProto } from 'onnx-buf';
import { storableText } from '../report/storable-text.ts';
import { unusableNames } from './declared-names.ts';
import { singleInputs, type HalfInput } from './half-inputs.ts';
import { joinedColumns } from './joined-columns.ts';
import { plainProbabilities } from './plain-probabilities.ts';

/** A model file that is not opened, or a model that cannot answer, and why. */
export class ModelFileError extends SaidError {
  override readonly name = 'ModelFileError';
}

/** A model file that may be opened, with what its frame says. */
export interface InspectedFile {
  /** As the runtime can be asked: changed where it has `halves` or `columns`. */
  readonly bytes: Uint8Array;
  readonly halves: readonly HalfInput[];
  /** Names of an output's columns by its name, where the file says them. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: string;
  readonly metadata: Record<string, string>;
}

/** More metadata than this is not shown. */
const MAX_METADATA_ENTRIES = 100;
const MAX_METADATA_CHARACTERS = 20_000;

function isTensor(value: object): value is TensorProto {
  return '$typeName' in value && value.$typeName === 'onnx.TensorProto';
}

/**
 * Throws where any tensor, in whichever graph, attribute or function it lies, has its values in another file: such a name
 * may point anywhere on the machine. Iterative, so that deep nesting cannot exhaust the stack.
 */
function refuseOtherFiles(model: ModelProto): void {
  const pending: object[] = [model];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isTensor(value)) {
      if (value.dataLocation === TensorProto_DataLocation.EXTERNAL || value.externalData.length > 0) {
        throw new ModelFileError({
          zh: `权重“${value.name}”存放在另一个文件中；模型必须是单个文件。`,
          en: `The weight '${value.name}' lies in another file; the model must be one file.`,
        });
      }
      continue;
    }
    for (const member of Object.values(value) as unknown[]) {
      if (typeof member === 'object' && member !== null && !ArrayBuffer.isView(member)) pending.push(member);
    }
  }
}

/** Reads a model file without opening it and refuses what must not be opened; throws a `ModelFileError`. */
export async function inspectFile(path: string): Promise<InspectedFile> {
  const bytes = await readFile(path);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ModelFileError({
      zh: `这不是 ONNX 文件，或者文件不完整（解析器的原话：“${why}”）。请重新导出后再上传。`,
      en: `This is not an ONNX file, or not a whole one (its reader says “${why}”). Export it anew and bring it again.`,
    });
  }
  if (model.graph === undefined || model.opsetImport.length === 0) {
    throw new ModelFileError({
      zh: '这不是 ONNX 模型：文件中没有计算图或算子集。请上传导出的 .onnx 文件。',
      en: 'This is not an ONNX file: it has no graph or no operator set. Bring the .onnx file that was exported.',
    });
  }
  refuseOtherFiles(model);
  const named = unusableNames(model.graph);
  if (named !== null) throw new ModelFileError(named);
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n;
  const entries = model.metadataProps
    .slice(0, MAX_METADATA_ENTRIES)
    .map(({ key, value }) => [key.slice(0, 200), value.slice(0, MAX_METADATA_CHARACTERS)].map(storableText));
  const producer = storableText(`${model.producerName} ${model.producerVersion}`.trim().slice(0, 200));
  const halves = singleInputs(model);
  const columns = new Map([...plainProbabilities(model), ...joinedColumns(model)]);
  return {
    bytes: halves.length + columns.size > 0 ? toBinary(ModelProtoSchema, model) : bytes,
    halves,
    columns,
    opset: Number(opset),
    irVersion: Number(model.irVersion),
    producer,
    metadata: Object.fromEntries(entries),
  };
}
