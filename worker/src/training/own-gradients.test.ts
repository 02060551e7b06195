import { describe, test } from 'vitest';
import { ownOperators } from '../products/own-operators.ts';
import { CASES, expectThoseOfTensorflow } from './test-support/gradient-variants.ts';

const OWN = { fusedMatMul: true, ownProducts: true, sumsInParts: false, embeddingRows: true };

describe.skipIf((await ownOperators()) === null)(
  'gradients of the graph recorded for own products devices (where own machine code runs)',
  () => {
    test.each(CASES)('%s: equal those of tfjs on its own CPU backend', (_variant, variant) =>
      expectThoseOfTensorflow(variant, OWN),
    );
  },
);
