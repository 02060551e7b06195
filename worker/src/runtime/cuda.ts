import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeModel } from '../graph/encode.ts';
import { createHostDevice } from './cpu.ts';
import type { Device, DeviceReason, StateShape } from './device.ts';
import { nativeFolder } from './ort-library.ts';
import { cudaSessionOptions, openSession, tensorOver } from './sessions.ts';

/*
 * CUDA through ONNX Runtime. Its Node binding (1.30.0) keeps tensors in the buffers of WebGPU only, so parameters, gradients and
 * optimiser state live in this process's memory as they do on the CPU: a step sends the parameters to the card and brings the gradients
 * back into preallocated memory. Models that only write have their parameters inside the graph, which stays on the card.
 */

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
    await trySession();
    return { state: 'ready', adapter };
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { state: 'broken', adapter, problem };
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

/** Doubles one number on the card. */
async function trySession(): Promise<void> {
  const scalar = { shape: [1], type: 'float32' as const };
  const bytes = encodeModel({
    nodes: [{ operator: 'Add', domain: '', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: [{ name: 'x', ...scalar }],
    outputs: [{ name: 'y', ...scalar }],
    sequenceOutput: null,
  });
  const session = await openSession(bytes, cudaSessionOptions());
  try {
    const { y } = await session.run({ x: tensorOver(Float32Array.of(21), [1]) });
    if (y?.data[0] !== 42) throw new Error(`The card says that 21 + 21 is ${String(y?.data[0])}`);
  } finally {
    await session.release();
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

/** Runs graphs on an NVIDIA card in full float32 precision; the optimiser runs on the processor. */
export async function createCudaDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  // NVIDIA's libraries would round the factors of products to 10 bits, and losses would leave the CPU's curve.
  process.env['NVIDIA_TF32_OVERRIDE'] = '0';
  const options = cudaSessionOptions();
  // Shapes are computed on the processor, and no node may fall back to it.
  const dialect = { shapeArithmetic: false };
  return createHostDevice(
    shape,
    { device: 'cuda', adapter, reason },
    { training: options, lane: null, own: null, inference: options },
    dialect,
  );
}
