import { createCpuDevice } from './cpu.ts';
import { createCudaDevice, cudaRefusal, findCuda, whyNotCuda, type CudaFinding } from './cuda.ts';
import { DeviceUnavailableError, problemOf } from './device-error.ts';
import type { Device, DeviceReason, RequestedDevice, StateShape } from './device.ts';
import { findGraphicsAdapter, type GraphicsAdapter } from './graphics-adapter.ts';
import { createTfjsNodeDevice } from './tfjs-node.ts';
import { createWebGpuDevice } from './webgpu.ts';

/** A device that may be tried, and why it would be the one. */
interface Candidate {
  device: 'cuda' | 'webgpu' | 'cpu';
  /** Name of the card; null for the processor. */
  adapter: string | null;
  reason: DeviceReason;
}

/** What is known of the machine. */
interface Findings {
  cuda: CudaFinding;
  graphics: GraphicsAdapter | null;
}

/**
 * The devices to try, in this order, for what was asked for; the CPU comes last and always works. Throws a
 * `DeviceUnavailableError` where CUDA was asked for and is not there.
 */
export function candidates(
  requested: Exclude<RequestedDevice, 'tfjs-node'>,
  { cuda, graphics }: Findings,
): Candidate[] {
  if (requested === 'cpu') {
    return [{ device: 'cpu', adapter: null, reason: { zh: '按要求使用 CPU。', en: 'The CPU was asked for.' } }];
  }
  if (requested === 'webgpu') {
    const reason = { zh: '按要求使用 WebGPU。', en: 'WebGPU was asked for.' };
    return [{ device: 'webgpu', adapter: graphics?.name ?? 'unknown adapter', reason }];
  }
  if (requested === 'cuda') {
    if (cuda.state !== 'ready') throw new DeviceUnavailableError(cudaRefusal(cuda));
    return [{ device: 'cuda', adapter: cuda.adapter, reason: { zh: '按要求使用 CUDA。', en: 'CUDA was asked for.' } }];
  }
  const found: Candidate[] = [];
  const without = whyNotCuda(cuda);
  if (cuda.state === 'ready') {
    const reason = {
      zh: '找到了 NVIDIA 显卡和 ONNX Runtime 的 CUDA 文件。',
      en: "An NVIDIA card and ONNX Runtime's CUDA files were found.",
    };
    found.push({ device: 'cuda', adapter: cuda.adapter, reason });
  }
  if (graphics !== null && !graphics.software) {
    const reason = { zh: '找到了图形处理器。', en: 'A graphics processor was found.' };
    found.push({ device: 'webgpu', adapter: graphics.name, reason: joined(without, reason) });
  }
  found.push({ device: 'cpu', adapter: null, reason: joined(without, whyCpu(graphics)) });
  return found;
}

function whyCpu(graphics: GraphicsAdapter | null): DeviceReason {
  if (graphics === null) return { zh: '没有找到图形处理器。', en: 'No graphics processor was found.' };
  if (!graphics.software) return { zh: '', en: '' };
  return {
    zh: `${graphics.name} 不是真正的图形处理器，CPU 更快。`,
    en: `${graphics.name} is no real graphics processor; the CPU is faster.`,
  };
}

/** One reason after the other. */
function joined(first: DeviceReason | null, second: DeviceReason): DeviceReason {
  if (first === null) return second;
  return { zh: `${first.zh}${second.zh && `。${second.zh}`}`, en: `${first.en}${second.en && `. ${second.en}`}` };
}

/** What this machine has. */
async function findings(requested: Exclude<RequestedDevice, 'tfjs-node'>): Promise<Findings> {
  const asksCuda = requested === 'auto' || requested === 'cuda';
  return { cuda: asksCuda ? await findCuda() : { state: 'no-card' }, graphics: findGraphicsAdapter() };
}

/** The device that `auto` would try first here. */
export async function likelyDevice(): Promise<Candidate> {
  const [first] = candidates('auto', await findings('auto'));
  if (first === undefined) throw new Error('No device is left to try');
  return first;
}

/** Makes the device that was asked for; `auto` takes the first that starts of CUDA, WebGPU on a real graphics processor, and the CPU. */
export async function createDevice(requested: RequestedDevice, shape: StateShape): Promise<Device> {
  if (requested === 'tfjs-node') return createTfjsNodeDevice(shape);
  let failure: DeviceReason | null = null;
  for (const { device, adapter, reason } of candidates(requested, await findings(requested))) {
    const why = joined(failure, reason);
    if (device === 'cpu') return createCpuDevice(shape, why);
    const create = device === 'cuda' ? createCudaDevice : createWebGpuDevice;
    try {
      return await create(shape, adapter ?? '', why);
    } catch (error) {
      if (requested !== 'auto') throw error;
      failure = whyItFailed(device === 'cuda' ? 'CUDA' : 'WebGPU', adapter ?? '', error);
    }
  }
  throw new Error('No device is left to try');
}

function whyItFailed(method: string, adapter: string, error: unknown): DeviceReason {
  const problem = problemOf(error);
  return {
    zh: `${adapter} 无法以 ${method} 启动：${problem}`,
    en: `${adapter} did not start with ${method}: ${problem}`,
  };
}
