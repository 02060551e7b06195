import { availableParallelism, totalmem } from 'node:os';
import type { MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { postCalibration, registerWorker } from '@greenlight/shared/worker-protocol/contract.ts';
import type { ServerClient } from '../report/client.ts';
import { processorName } from '../runtime/processor.ts';
import { likelyDevice } from '../runtime/select-device.ts';

/** The newest version of what this worker reports; the server shows it. */
export const WORKER_VERSION = '0.1.0';

/** The worker's place in the server's list: announced once, and again where the server's database is another one. */
export class Registration {
  readonly #client: ServerClient;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #workerId: Promise<string>;
  #calibration: MachineCalibration | null = null;

  constructor(client: ServerClient, name: string, signal: AbortSignal) {
    this.#client = client;
    this.#name = name;
    this.#signal = signal;
    this.#workerId = this.#register();
  }

  /** The id under which the server knows this worker. */
  get workerId(): Promise<string> {
    return this.#workerId;
  }

  /** Announces the worker anew because the server refused `workerId`; runs and jobs may find out at the same time. */
  async renew(workerId: string): Promise<void> {
    if ((await this.#workerId) === workerId) this.#workerId = this.#register();
    await this.#workerId;
  }

  /** Tells the server how quick this machine is, now and at every later registration. */
  async tellCalibration(calibration: MachineCalibration | null): Promise<void> {
    this.#calibration = calibration;
    await this.#postCalibration(await this.#workerId);
  }

  async #postCalibration(workerId: string): Promise<void> {
    if (this.#calibration === null) return;
    const body = { workerId, calibration: this.#calibration };
    await this.#client.call(postCalibration, { body }, { signal: this.#signal });
  }

  async #register(): Promise<string> {
    const { device, adapter } = await likelyDevice();
    const body = {
      name: this.#name,
      version: WORKER_VERSION,
      device,
      adapter: adapter ?? processorName(),
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    };
    const { workerId } = await this.#client.call(registerWorker, { body }, { signal: this.#signal });
    await this.#postCalibration(workerId);
    return workerId;
  }
}
