import type * as ort from 'onnxruntime-node';

/**
 * A session whose outputs stay in the device's buffers. The buffers belong to the session: releasing it while a tensor still
 * uses one ends the process, so the session is released when it is closed and its last tensor is disposed of.
 */
export class SharedSession {
  private readonly session: ort.InferenceSession;
  private liveTensors = 0;
  private closed = false;

  constructor(session: ort.InferenceSession) {
    this.session = session;
  }

  run(feeds: ort.InferenceSession.FeedsType): Promise<ort.InferenceSession.ReturnType> {
    return this.session.run(feeds);
  }

  /** Takes responsibility for an output that stays on the device. */
  keep(tensor: ort.Tensor | undefined): ResidentTensor {
    if (tensor === undefined) throw new Error('The session did not return an output that it should have');
    this.liveTensors++;
    let disposed = false;
    return {
      tensor,
      dispose: async () => {
        if (disposed) return;
        disposed = true;
        tensor.dispose();
        this.liveTensors--;
        await this.releaseWhenUnused();
      },
    };
  }

  /** No further runs; the session goes when its tensors have gone. */
  async close(): Promise<void> {
    this.closed = true;
    await this.releaseWhenUnused();
  }

  private async releaseWhenUnused(): Promise<void> {
    if (this.closed && this.liveTensors === 0) await this.session.release();
  }
}

/** A tensor in the device's buffers that keeps its session alive. */
export interface ResidentTensor {
  tensor: ort.Tensor;
  dispose(): Promise<void>;
}
