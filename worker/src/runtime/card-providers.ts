import type { OrtLibrary, Pointer } from './ort-library.ts';

/** How ONNX Runtime computes on a graphics processor. */
export interface CardProvider {
  /** What ONNX Runtime calls the card's memory. */
  readonly memory: string;
  /** Whether cutting an array into pieces of different sizes is one quick kernel; otherwise each is taken out by itself. */
  readonly splitsQuickly: boolean;
  /** Says in a session's options that its graph runs on the card and nowhere else, and whether its commands are captured; throws where the provider's files are not there. */
  choose(ort: OrtLibrary, options: Pointer, captures: boolean): void;
}

/** A node without a kernel on the card is an error, not slow. */
function refuseProcessor(ort: OrtLibrary, options: Pointer): void {
  ort.call('addSessionConfigEntry', options, 'session.disable_cpu_ep_fallback', '1');
}

/** So many commands go to the card at once: with captured graphs more is faster than ONNX Runtime's 16 (measured). */
const COMMANDS_AT_ONCE = '128';

/** Any graphics processor with a Vulkan, Metal or Direct3D 12 driver. */
export const WEBGPU: CardProvider = {
  memory: 'WebGPU_Buf',
  splitsQuickly: true,
  choose: (ort, options, captures) => {
    refuseProcessor(ort, options);
    const settings = { enableGraphCapture: captures ? '1' : '0', maxNumPendingDispatches: COMMANDS_AT_ONCE };
    const [keys, values] = [Object.keys(settings), Object.values(settings)];
    ort.call('sessionOptionsAppendExecutionProvider', options, 'WebGPU', keys, values, keys.length);
  },
};

/**
 * An NVIDIA card with ONNX Runtime's files for CUDA, in full float32 precision. Commands are not captured there: kernels that read what the processor puts together for each
 * run, as Split and Concat of different sizes do, would be sent again with memory that others have by then. Nobody could try it on a card yet.
 */
export const CUDA: CardProvider = {
  memory: 'Cuda',
  splitsQuickly: false,
  choose: (ort, options) => {
    refuseProcessor(ort, options);
    const chosen = ort.make('createCudaProviderOptions');
    try {
      // With TF32 the factors of products would be rounded to 10 bits, and losses would leave the CPU's curve.
      const settings = { enable_cuda_graph: '0', use_tf32: '0' };
      const [keys, values] = [Object.keys(settings), Object.values(settings)];
      ort.call('updateCudaProviderOptions', chosen, keys, values, keys.length);
      ort.call('appendCuda', options, chosen);
    } finally {
      ort.release('cudaProviderOptions', chosen);
    }
  },
};
