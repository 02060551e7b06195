import { ATTENTION_OPERATORS, readAttention } from './attention-node.ts';
import {
  attentionShapes,
  gradientShapes,
  ownBytesOfGradient,
  planAttention,
  planAttentionGradient,
} from './attention-plan.ts';
import { NORM_ARRAYS, PRODUCT_ARRAYS } from './layout.ts';
import { NORM_OPERATORS, readNorm } from './norm-node.ts';
import { planNorm, planNormGradient } from './norm-plan.ts';
import type { Places } from './kernel-call-code.ts';
import { PRODUCT_OPERATORS, readProduct } from './product-node.ts';
import { planProduct } from './product-plan.ts';
import type { Step } from './step.ts';

/** What one node of an operator has to do. */
export interface Task {
  /** Is the same for tasks with the same programs. */
  key: string;
  /** Dimensions of each output, and maybe of some that this operator does not have. */
  shapes: number[][];
  /** Memory that each thread needs for itself. */
  ownBytes: number;
  /** The program of each thread. */
  plan(threads: number): Step[][];
}

/** Functions that give an integer or a float of a node by its name. */
export interface NodeReader {
  integer(name: string): number;
  float(name: string): number;
}

/** An operator of this project's own. */
export interface OwnOperator {
  name: string;
  /** Places among a job's addresses of those of its inputs and outputs, in their order. */
  inputs: Places[];
  outputs: Places[];
  read(node: NodeReader): Task;
}

const products = (Object.keys(PRODUCT_OPERATORS) as (keyof typeof PRODUCT_OPERATORS)[]).map((which): OwnOperator => {
  const { name, inputs, outputs } = PRODUCT_OPERATORS[which];
  return {
    name,
    inputs: inputs.map((role) => [PRODUCT_ARRAYS[role]]),
    outputs: outputs.map((role) => [PRODUCT_ARRAYS[role]]),
    read: ({ integer }) => {
      const sizes = readProduct(which, integer);
      const { rows, columns } = sizes;
      return {
        key: `${name} ${JSON.stringify(sizes)}`,
        ownBytes: 0,
        shapes: [[rows, columns], [columns]],
        plan: (threads) => planProduct(sizes, threads),
      };
    },
  };
});

const norms = (Object.keys(NORM_OPERATORS) as (keyof typeof NORM_OPERATORS)[]).map((which): OwnOperator => {
  const { name, inputs, outputs } = NORM_OPERATORS[which];
  return {
    name,
    inputs: inputs.map((role) => [NORM_ARRAYS[role]]),
    outputs: outputs.map((role) => [NORM_ARRAYS[role]]),
    read: ({ integer, float }) => {
      const sizes = readNorm(integer, float);
      const { rows, width } = sizes;
      const key = `${name} ${JSON.stringify(sizes)}`;
      if (which === 'forward') {
        const statistics = [rows, 1];
        return {
          key,
          ownBytes: 0,
          shapes: [[rows, width], statistics, statistics],
          plan: (threads) => planNorm(sizes, threads),
        };
      }
      const plan = (threads: number) => planNormGradient(sizes, which === 'gradientPlus', threads);
      return { key, ownBytes: 0, shapes: [[rows, width], [width], [width]], plan };
    },
  };
});

const attentions = (Object.keys(ATTENTION_OPERATORS) as (keyof typeof ATTENTION_OPERATORS)[]).map(
  (which): OwnOperator => {
    const { name, inputs, outputs } = ATTENTION_OPERATORS[which];
    return {
      name,
      inputs: [...inputs],
      outputs: [...outputs],
      read: ({ integer, float }) => {
        const sizes = readAttention(which, integer, float);
        return {
          key: `${name} ${JSON.stringify(sizes)}`,
          ownBytes: which === 'gradient' ? ownBytesOfGradient(sizes) : 0,
          shapes: which === 'gradient' ? gradientShapes(sizes) : attentionShapes(sizes),
          plan: (threads) =>
            which === 'gradient' ? planAttentionGradient(sizes, threads) : planAttention(sizes, threads),
        };
      },
    };
  },
);

/** Every operator that there is. */
export const OPERATORS: readonly OwnOperator[] = [...products, ...norms, ...attentions];
