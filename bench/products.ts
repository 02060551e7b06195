/**
 * This project's own matrix products against ONNX Runtime's: `npm run bench -- products`. The products of the models that training is measured on, forward
 * (a·b), for the gradient of the input (a·bᵀ) and of the weights (aᵀ·b), in alternation, with as many threads as there are cores.
 */
import { openTimed, type TimedGraph } from '../worker/src/calibration/operator-timing.ts';
import { productNode } from '../worker/src/products/product-node.ts';
import { ownOperators } from '../worker/src/products/own-operators.ts';
import { writeResult } from './results.ts';
import { waitForQuietMachine } from './support/quiet-machine.ts';
import { quantile, rounded } from './support/statistics.ts';

const ROUNDS = 41;
const PATIENCE_MS = 120_000;

/** Rows, inputs and outputs of a layer. */
const LAYERS: readonly (readonly [number, number, number])[] = [
  [1024, 128, 128],
  [1024, 128, 512],
  [1024, 256, 256],
  [2048, 256, 1024],
  [2048, 1024, 256],
  [512, 512, 512],
  [512, 512, 2048],
  [512, 2048, 512],
  [512, 512, 10_000],
  [16, 512, 2048],
];

const FUSED = { operator: 'FusedMatMul', domain: 'com.microsoft' };

interface Product {
  what: string;
  sizes: { rows: number; depth: number; columns: number; transposeA: boolean; transposeB: boolean };
}

function productsOf([rows, inputs, outputs]: readonly [number, number, number]): Product[] {
  return [
    { what: 'forward', sizes: { rows, depth: inputs, columns: outputs, transposeA: false, transposeB: false } },
    { what: 'input gradient', sizes: { rows, depth: outputs, columns: inputs, transposeA: false, transposeB: true } },
    {
      what: 'weight gradient',
      sizes: { rows: inputs, depth: rows, columns: outputs, transposeA: true, transposeB: false },
    },
  ];
}

function graphsOf({
  rows,
  depth,
  columns,
  transposeA,
  transposeB,
}: Product['sizes']): Record<'own' | 'runtime', TimedGraph> {
  const arrays = {
    a: transposeA ? [depth, rows] : [rows, depth],
    b: transposeB ? [columns, depth] : [depth, columns],
    y: [rows, columns],
  };
  const names = { inputs: ['a', 'b'], outputs: ['y'] };
  const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  const fused = transposeA || transposeB ? { ...FUSED, attributes } : { operator: 'MatMul' };
  const own = productNode({ rows, depth, columns, transposeA, transposeB, finish: { kind: 'none' } });
  return { own: { nodes: [{ ...own, ...names }], ...arrays }, runtime: { nodes: [{ ...fused, ...names }], ...arrays } };
}

async function compare({ what, sizes }: Product) {
  const graphs = graphsOf(sizes);
  const [own, runtime] = [await openTimed(graphs.own, true), await openTimed(graphs.runtime, false)];
  const times: Record<'own' | 'runtime', number[]> = { own: [], runtime: [] };
  await waitForQuietMachine(PATIENCE_MS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { run }] of Object.entries({ own, runtime }) as ['own' | 'runtime', typeof own][]) {
      const started = performance.now();
      await run();
      times[name].push(performance.now() - started);
    }
  }
  await own.close();
  await runtime.close();
  const gflops = (list: number[]): number =>
    rounded((2 * sizes.rows * sizes.depth * sizes.columns) / quantile(list, 0.5) / 1e6, 0);
  return {
    product: `${what}: [${sizes.rows}, ${sizes.depth}]·[${sizes.depth}, ${sizes.columns}]`,
    timesAsFast: rounded(quantile(times.runtime, 0.5) / quantile(times.own, 0.5), 2),
    gflops: { own: gflops(times.own), runtime: gflops(times.runtime) },
  };
}

if ((await ownOperators()) === null) throw new Error('This machine does not run the operators of this project');
const products = [];
for (const product of LAYERS.flatMap(productsOf)) products.push(await compare(product));
await writeResult('products', {
  command: 'npm run bench -- products',
  method: `Medians of ${ROUNDS} runs of each, in alternation, on an idle machine.`,
  products,
});
