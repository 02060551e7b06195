import { ortLibrary, type OrtLibrary, type Pointer } from '../runtime/ort-library.ts';
import { machineCode, type MachineCode } from './machine-code.ts';
import { OWN_DOMAIN } from './layout.ts';
import { OpenJobs } from './open-jobs.ts';
import { addOpenJob, computeOf } from './open-operators.ts';
import { OPEN_OPERATORS, PROMPT_OPERATOR, readPromptAttention } from './open-node.ts';
import { OPERATORS, type NodeReader } from './operators.ts';
import { PromptJobs } from './prompt-jobs.ts';
import { SessionJobs } from './session-jobs.ts';

/** The version of the structure that describes an operator, and the places of its functions. */
const VERSION = 16n;
const DESCRIPTION = {
  createKernel: 1,
  name: 2,
  provider: 3,
  inputType: 4,
  inputCount: 5,
  outputType: 6,
  outputCount: 7,
  compute: 8,
  destroy: 9,
  inputCharacteristic: 10,
  outputCharacteristic: 11,
  inputMemory: 12,
  computeWithStatus: 18,
  length: 19,
} as const;

/** Jobs of one session: those whose sizes are known when it is opened, those of any number of rows, and those to whom sizes are said. */
export interface Jobs {
  jobs: SessionJobs;
  openJobs: OpenJobs;
  promptJobs: PromptJobs;
}

/** An operator as ONNX Runtime is told of it, and how a node of it gets its job. */
interface Kind {
  name: string;
  inputs: number;
  outputs: number;
  /** The piece of code that computes it. */
  compute: string;
  add(jobs: Jobs, node: NodeReader): Pointer;
}

const KINDS: readonly Kind[] = [
  ...OPERATORS.map(({ name, inputs, outputs, read }): Kind => ({
    name,
    inputs: inputs.length,
    outputs: outputs.length,
    compute: `compute ${name}`,
    add: ({ jobs }, node) => jobs.add(read(node)),
  })),
  ...OPEN_OPERATORS.map((operator): Kind => ({
    ...operator,
    compute: computeOf(operator),
    add: ({ openJobs }, node) => addOpenJob(openJobs, operator.name, node),
  })),
  {
    ...PROMPT_OPERATOR,
    compute: 'compute prompt',
    add: ({ promptJobs }, { integer, float }) => promptJobs.add(readPromptAttention(integer, float)),
  },
];

/** The operators, for the sessions of this thread. */
export interface OwnOperators {
  /** Opens a session that has the operators, which run on so many threads, from its options. Its jobs have to live as long as the session: they are what operators read and write. */
  open(options: Pointer, threads: number, create: () => Pointer): { session: Pointer; jobs: Jobs };
}

let operators: Promise<OwnOperators | null> | undefined;

/** The operators that multiply by machine code; null where this machine does not run it, or its libraries cannot be opened. */
export function ownOperators(): Promise<OwnOperators | null> {
  return (operators ??= register().catch(() => null));
}

async function register(): Promise<OwnOperators | null> {
  const code = await machineCode();
  if (code === null) return null;
  const [ort, koffi] = [await ortLibrary(), await import('koffi')];
  const domain = ort.make('createCustomOpDomain', OWN_DOMAIN);
  const descriptions = KINDS.map((kind) => describe(code, kind));
  for (const description of descriptions) ort.call('customOpDomainAdd', domain, ort.addressOf(description));
  const creator = koffi.pointer(koffi.proto('void *', ['void *', 'void *', 'void *']));
  return {
    open: (options, threads, create) => {
      const jobs: Jobs = {
        jobs: new SessionJobs(ort, code, threads),
        openJobs: new OpenJobs(ort, code, threads),
        promptJobs: new PromptJobs(ort, code, threads),
      };
      let failure: unknown = null;
      // ONNX Runtime calls these for every node while it opens the session, and knows nothing of JavaScript's errors.
      const creators = KINDS.map(({ add }) =>
        koffi.register((_operator: Pointer, _ort: Pointer, info: Pointer): Pointer | null => {
          try {
            return add(jobs, readerOf(ort, info));
          } catch (error) {
            failure = error;
            return null;
          }
        }, creator),
      );
      descriptions.forEach((description, index) => {
        description[DESCRIPTION.createKernel] = koffi.address(creators[index]);
      });
      try {
        ort.call('addCustomOpDomain', options, domain);
        const session = create();
        if (failure === null) return { session, jobs };
        ort.release('session', session);
        throw failure;
      } finally {
        for (const created of creators) koffi.unregister(created);
      }
    },
  };
}

/** Reads a node from what ONNX Runtime tells of it. */
function readerOf(ort: OrtLibrary, info: Pointer): NodeReader {
  return {
    integer: (name) => Number(ort.make('kernelInfoGetAttributeInt64', info, name)),
    float: (name) => {
      const bits = Number(ort.make('kernelInfoGetAttributeFloat', info, name));
      return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
    },
  };
}

/** What ONNX Runtime reads of an operator: addresses of functions that answer its questions. */
function describe(code: MachineCode, { name, inputs, outputs, compute }: Kind): BigUint64Array {
  const words = new BigUint64Array(DESCRIPTION.length);
  const [nothing, one] = [code.address('constant 0'), code.address('constant 1')];
  words[0] = VERSION;
  words[DESCRIPTION.name] = code.address(`name ${name}`);
  words[DESCRIPTION.provider] = nothing;
  words[DESCRIPTION.inputType] = one;
  words[DESCRIPTION.inputCount] = code.address(`constant ${inputs}`);
  words[DESCRIPTION.outputType] = one;
  words[DESCRIPTION.outputCount] = code.address(`constant ${outputs}`);
  words[DESCRIPTION.destroy] = nothing;
  words[DESCRIPTION.inputCharacteristic] = nothing;
  words[DESCRIPTION.outputCharacteristic] = nothing;
  words[DESCRIPTION.inputMemory] = nothing;
  words[DESCRIPTION.computeWithStatus] = code.address(compute);
  return words;
}
