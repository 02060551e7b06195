import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';

const { FLOAT, INT64, STRING } = TensorProto_DataType;
const { INT, INTS, FLOAT: NUMBER, FLOATS, STRINGS } = AttributeProto_AttributeType;
const ML = 'ai.onnx.ml';

/** What the model makes of a city; others count as 0. */
const CITIES = { Bern: 1, Roma: -1 };
const WEIGHTS = [0.1, 1, 1, 0.5, 0.25, 0.125];
const OFFSET = -4;

/** An item as the model takes it. */
export interface TableItem {
  readonly age: number;
  readonly visits: number;
  readonly city: string;
  readonly sizes: readonly [number, number, number];
}

/** The probability of `yes`, worked out here. */
export function chanceOf({ age, visits, city, sizes }: TableItem): number {
  const cityValue = Object.hasOwn(CITIES, city) ? CITIES[city as keyof typeof CITIES] : 0;
  const values = [age, visits, cityValue, ...sizes];
  const logit = values.reduce((sum, value, place) => sum + value * (WEIGHTS[place] ?? 0), OFFSET);
  return 1 / (1 + Math.exp(-logit));
}

/** How the inputs of a table model are declared, where it is not as usual. */
export interface TableShape {
  /** Dimensions of `age`. */
  readonly age?: readonly (number | string)[];
  /** Rows that every input fixes. */
  readonly rows?: number;
}

function dimension(size: number | string) {
  return typeof size === 'number'
    ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
    : { value: { case: 'dimParam' as const, value: size } };
}

/**
 * A classifier of a table as scikit-learn's converter writes one: an input for each column, float, int64 and string, [N, 1], one of three columns,
 * the likeliest class as a string and a map of probabilities that ZipMap makes.
 */
export function tableModel({ age, rows }: TableShape = {}): Uint8Array<ArrayBuffer> {
  const first = rows ?? 'N';
  const value = (name: string, elemType: TensorProto_DataType, shape: readonly (number | string)[]) => ({
    name,
    type: {
      value: { case: 'tensorType' as const, value: { elemType, shape: { dim: shape.map(dimension) } } },
    },
  });
  const node = (opType: string, input: string[], output: string, attribute: object[] = [], domain = '') => ({
    ...{ opType, domain, input, output: [output], attribute },
  });
  const int = (name: string, number: number) => ({ name, type: INT, i: BigInt(number) });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const floats = (name: string, dims: number[], numbers: number[]) => ({
    ...{ name, dims: dims.map(BigInt), dataType: FLOAT },
    rawData: new Uint8Array(Float32Array.from(numbers).buffer),
  });
  const classes = ['no', 'yes'].map(bytes);
  const cities = [
    { name: 'keys_strings', type: STRINGS, strings: Object.keys(CITIES).map(bytes) },
    { name: 'values_floats', type: FLOATS, floats: Object.values(CITIES) },
    { name: 'default_float', type: NUMBER, f: 0 },
  ];
  const names = [
    { name: 'keys_int64s', type: INTS, ints: [0n, 1n] },
    { name: 'values_strings', type: STRINGS, strings: classes },
  ];
  const map = { keyType: STRING, valueType: value('', FLOAT, []).type };
  const maps = {
    case: 'sequenceType' as const,
    value: { elemType: { value: { case: 'mapType' as const, value: map } } },
  };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'skl2onnx',
    opsetImport: [
      { domain: '', version: 17n },
      { domain: ML, version: 2n },
    ],
    graph: {
      name: 'table',
      initializer: [
        { name: 'column', dims: [2n], dataType: INT64, rawData: new Uint8Array(BigInt64Array.of(-1n, 1n).buffer) },
        floats('weights', [6, 1], WEIGHTS),
        floats('offset', [1], [OFFSET]),
        floats('one', [1], [1]),
      ],
      node: [
        node('Reshape', ['age', 'column'], 'age as column'),
        node('Cast', ['visits'], 'visits as float', [int('to', FLOAT)]),
        node('LabelEncoder', ['city'], 'city as float', cities, ML),
        node('Concat', ['age as column', 'visits as float', 'city as float', 'sizes'], 'all', [int('axis', 1)]),
        node('MatMul', ['all', 'weights'], 'product'),
        node('Add', ['product', 'offset'], 'logit'),
        node('Sigmoid', ['logit'], 'yes'),
        node('Sub', ['one', 'yes'], 'no'),
        node('Concat', ['no', 'yes'], 'both', [int('axis', 1)]),
        node('ArgMax', ['both'], 'place', [int('axis', 1), int('keepdims', 0)]),
        node('LabelEncoder', ['place'], 'label', names, ML),
        node('ZipMap', ['both'], 'probability', [{ name: 'classlabels_strings', type: STRINGS, strings: classes }], ML),
      ],
      input: [
        value('age', FLOAT, age ?? [first, 1]),
        value('visits', INT64, [first, 1]),
        value('city', STRING, [first, 1]),
        value('sizes', FLOAT, [first, 3]),
      ],
      output: [value('label', STRING, [first]), { name: 'probability', type: { value: maps } }],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
