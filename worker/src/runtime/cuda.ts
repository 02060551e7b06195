import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeModel } from '../graph/encode.ts';
import { CUDA } from './card-providers.ts';
import { problemOf } from './device-error.ts';
import type { Device, DeviceReason, StateShape } from './device.ts';
import { nativeFolder } from './ort-library.ts';
import { GraphicsProcessor } from './graphics-session.ts';
import { createResidentDevice, type CardDialect } from './resident-device.ts';
import { download, upload } from './resident-state.ts';

/** Fetches the files of ONNX Runtime that CUDA needs (linux/x64, CUDA 12) beside those of the installed package. */
export const INSTALL_COMMAND = 'node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12';

const LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];
const NAME_LIMIT_MS = 10_000;

/** Whether CUDA can be used, and if not, what is missing. */
export type CudaFinding =
  | { state: 'ready'; adapter: string }
  | { state: 'unsupported' | 'no-card' }
  | { state: 'not-installed'; adapter: string | null }
  | { state: 'broken'; adapter: string; problem: string };

/** Where the parts of CUDA are looked for. */
interface CudaPlaces {
  platform: string;
  /** Folder of ONNX Runtime's native libraries. */
  libraryFolder: string;
  /** Program that names NVIDIA's cards. */
  nameProgram: string;
}

/** The places on this machine. */
export function cudaPlaces(): CudaPlaces {
  const { platform, arch } = process;
  return { platform: `${platform}/${arch}`, libraryFolder: nativeFolder(), nameProgram: 'nvidia-smi' };
}

/** Looks for a card and for ONNX Runtime's libraries, and tries both with a session. */
export async function findCuda(places: CudaPlaces = cudaPlaces()): Promise<CudaFinding> {
  if (places.platform !== 'linux/x64') return { state: 'unsupported' };
  const adapter = await cardName(places.nameProgram);
  const isInstalled = LIBRARIES.every((file) => existsSync(join(places.libraryFolder, file)));
  if (!isInstalled) return { state: 'not-installed', adapter };
  if (adapter === null) return { state: 'no-card' };
  try {
    await tryCard();
    return { state: 'ready', adapter };
  } catch (error) {
    return { state: 'broken', adapter, problem: problemOf(error) };
  }
}

async function cardName(program: string): Promise<string | null> {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)(program, query, { timeout: NAME_LIMIT_MS });
    return stdout.split('\n')[0]?.trim() || null;
  } catch {
    return null;
  }
}

/** Doubles numbers in the card's memory, in several runs of one graph. */
async function tryCard(): Promise<void> {
  const scalar = { shape: [1], type: 'float32' as const };
  const bytes = encodeModel({
    nodes: [{ operator: 'Add', domain: '', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: [{ name: 'x', ...scalar }],
    outputs: [{ name: 'y', ...scalar }],
    sequenceOutput: null,
  });
  const processor = await GraphicsProcessor.start(CUDA);
  try {
    const [x, y] = [processor.array(scalar), processor.array(scalar)];
    const session = processor.open(bytes, true);
    for (const value of [21, 1.5, -4]) {
      upload(processor, [x], [Float32Array.of(value)]);
      session.run({ x }, { y }, 1);
      const [doubled] = download(processor, [y]);
      if (doubled?.[0] !== 2 * value)
        throw new Error(`The card says that ${value} + ${value} is ${String(doubled?.[0])}`);
    }
  } finally {
    processor.dispose();
  }
}

/** Why CUDA is not used, for the log and the page; null where nobody would expect it. */
export function whyNotCuda(finding: CudaFinding): DeviceReason | null {
  switch (finding.state) {
    case 'ready':
    case 'unsupported':
    case 'no-card':
      return null;
    case 'not-installed':
      if (finding.adapter === null) return null;
      return {
        zh: `找到了 ${finding.adapter}，但没有安装 ONNX Runtime 的 CUDA 文件；安装命令：${INSTALL_COMMAND}`,
        en: `${finding.adapter} is there, but ONNX Runtime's CUDA files are not installed; to install them: ${INSTALL_COMMAND}`,
      };
    case 'broken':
      return {
        zh: `${finding.adapter} 无法以 CUDA 启动：${finding.problem}`,
        en: `${finding.adapter} did not start with CUDA: ${finding.problem}`,
      };
  }
}

/** What to tell somebody who asked for CUDA where it cannot be used. */
export function cudaRefusal(finding: Exclude<CudaFinding, { state: 'ready' }>): DeviceReason {
  switch (finding.state) {
    case 'unsupported':
      return {
        zh: 'CUDA 仅支持 x64 的 Linux；请改选 webgpu 或 cpu。',
        en: 'CUDA is supported on Linux with x64 only; choose webgpu or cpu instead.',
      };
    case 'no-card':
      return {
        zh: '没有找到 NVIDIA 显卡或其驱动程序（nvidia-smi 没有回答）。',
        en: 'No NVIDIA card was found, or its driver is missing (nvidia-smi does not answer).',
      };
    case 'not-installed':
      return {
        zh: `没有安装 ONNX Runtime 的 CUDA 文件。请在安装目录中运行 ${INSTALL_COMMAND}，然后重新启动训练机。`,
        en: `ONNX Runtime's CUDA files are not installed. Run ${INSTALL_COMMAND} in the installation's folder and start the worker again.`,
      };
    case 'broken':
      return {
        zh: `${finding.adapter} 无法以 CUDA 启动：${finding.problem}`,
        en: `${finding.adapter} did not start with CUDA: ${finding.problem}`,
      };
  }
}

/**
 * How graphs are written for CUDA: ONNX Runtime has no operators there that masks could be unpacked from bits with, and an array of all parameters would be cut apart by a table that says
 * of each of its numbers where it goes, which the processor writes anew for each run.
 */
export const CUDA_DIALECT: CardDialect = {
  fusedMatMul: true,
  sumsInParts: false,
  softmaxHidesNaN: true,
  packedMasks: false,
  blocks: false,
};

/** Runs graphs on an NVIDIA card in full float32 precision. */
export async function createCudaDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const processor = await GraphicsProcessor.start(CUDA);
  return createResidentDevice(processor, shape, { device: 'cuda', adapter, reason }, CUDA_DIALECT);
}
