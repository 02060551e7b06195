import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** A graphics processor, or a program that imitates one. */
export interface GraphicsAdapter {
  name: string;
  /** Computed by the processor: good for tests, slower than the CPU device. */
  software: boolean;
}

/** Where Linux says what hardware there is. */
const NVIDIA_FOLDER = '/proc/driver/nvidia/gpus';
const PCI_FOLDER = '/sys/bus/pci/devices';
const RENDER_FOLDER = '/dev/dri';
const WINDOWS_SUBSYSTEM_GPU = '/dev/dxg';

/** PCI's class of display controllers. */
const DISPLAY_CLASS = '0x03';

const VENDORS: Record<string, string> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
};

/**
 * The adapter that WebGPU would use, or null where there is none. ONNX Runtime does not tell the name of its adapter, so it comes from the
 * operating system; a software driver named in VK_DRIVER_FILES or VK_ICD_FILENAMES takes precedence, as it does for Vulkan.
 */
export function findGraphicsAdapter(environment: NodeJS.ProcessEnv = process.env): GraphicsAdapter | null {
  if (process.platform === 'darwin') return { name: `${cpus()[0]?.model ?? 'Apple'} GPU (Metal)`, software: false };
  if (process.platform === 'win32') return { name: 'Direct3D 12 adapter', software: false };
  const drivers = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'] ?? '';
  if (/swiftshader/i.test(drivers)) return { name: 'SwiftShader (Vulkan in software)', software: true };
  if (/lvp|llvmpipe|lavapipe/i.test(drivers)) return { name: 'llvmpipe (Vulkan in software)', software: true };
  const name = nvidiaName() ?? pciName();
  if (name !== null) return { name, software: false };
  return existsSync(WINDOWS_SUBSYSTEM_GPU) ? { name: 'GPU of the Windows host', software: false } : null;
}

function nvidiaName(): string | null {
  if (!existsSync(NVIDIA_FOLDER)) return null;
  for (const card of readdirSync(NVIDIA_FOLDER)) {
    const model = /^Model:\s*(.+)$/m.exec(readFileSync(join(NVIDIA_FOLDER, card, 'information'), 'utf8'))?.[1];
    if (model !== undefined) return model.trim();
  }
  return null;
}

/** A display controller counts only with a render node: servers have controllers that cannot compute. */
function pciName(): string | null {
  if (!existsSync(PCI_FOLDER) || !existsSync(RENDER_FOLDER)) return null;
  if (!readdirSync(RENDER_FOLDER).some((entry) => entry.startsWith('renderD'))) return null;
  for (const slot of readdirSync(PCI_FOLDER)) {
    const read = (file: string): string => readFileSync(join(PCI_FOLDER, slot, file), 'utf8').trim();
    if (!read('class').startsWith(DISPLAY_CLASS)) continue;
    const vendor = VENDORS[read('vendor')];
    if (vendor !== undefined) return `${vendor} GPU ${read('device')}`;
  }
  return null;
}
