import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';

interface Sentence {
  readonly pattern: RegExp;
  /** What is wrong and what to do, from the groups of the pattern. */
  readonly say: (...found: string[]) => InBothLanguages;
}

/** What ONNX Runtime says of models most often, each with what helps. */
const SENTENCES: readonly Sentence[] = [
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    say: (version, most) => ({
      zh: `文件格式为 IR ${version}，而这里最高支持 IR ${most}。请用较早版本的 onnx 重新导出，或在保存前设置 model.ir_version = ${most}。`,
      en: `its format is IR ${version}, and up to IR ${most} can be read. Export it with an older version of onnx, or set model.ir_version = ${most} before it is saved.`,
    }),
  },
  {
    pattern: /Opset (\d+) is under development[^]*?till opset (\d+)/,
    say: (version, most) => ({
      zh: `模型使用算子集 ${version}，而这里最高支持 ${most}。请以 opset_version=${most} 或更低版本重新导出。`,
      en: `it uses operator set ${version}, and up to ${most} is known. Export it with opset_version=${most} or lower.`,
    }),
  },
  {
    pattern: /([^\s:]+):(\w+)\(-?\d+\) is not a registered function\/op/,
    say: (domain, operator) => ({
      zh: `模型用到了算子集“${domain}”的 ${operator}，这里没有它。请只用标准 ONNX 算子重新导出。`,
      en: `it uses ${operator} of the operator set '${domain}', which is not known here. Export it with standard ONNX operators only.`,
    }),
  },
  {
    pattern: /No opset import for domain '([^']*)'/,
    say: (domain) => ({
      zh: `模型用到了算子集“${domain}”，文件却没有声明它。请只用标准 ONNX 算子重新导出。`,
      en: `it uses the operator set '${domain}' without declaring it. Export it with standard ONNX operators only.`,
    }),
  },
  {
    pattern: /No Op registered for (\w+) with domain_version of (\d+)/,
    say: (operator, version) => ({
      zh: `算子 ${operator} 所属算子集的第 ${version} 版中没有它。请用含有该算子的版本重新导出，或只用标准算子。`,
      en: `version ${version} of its operator set has no operator ${operator}. Export it with a version that has it, or with standard operators only.`,
    }),
  },
  {
    pattern: /Could not find an implementation for (\w+)\(\d+\)/,
    say: (operator) => ({
      zh: `处理器上没有算子 ${operator} 在该数据类型或该算子集版本下的实现。请以 float32 或较低的 opset_version 重新导出模型。`,
      en: `the processor has no ${operator} for numbers of this type or of this operator set. Export the model in float32, or with a lower opset_version.`,
    }),
  },
  {
    pattern:
      /Got invalid dimensions for input: (\S+) for the following indices\s+index: (\d+) Got: (-?\d+) Expected: (\d+)/,
    say: (input, place, got, expected) => ({
      zh: `输入“${input}”第 ${Number(place) + 1} 维的大小是 ${got}，模型要求 ${expected}。请检查映射以及给出的数值个数。`,
      en: `the input '${input}' got ${got} in dimension ${Number(place) + 1}, where the model takes ${expected}. Check the mapping, and how many numbers are given.`,
    }),
  },
  {
    pattern: /Invalid rank for input: (\S+) Got: (\d+) Expected: (\d+)/,
    say: (input, got, expected) => ({
      zh: `输入“${input}”得到了 ${got} 维，模型要求 ${expected} 维。请检查映射。`,
      en: `the input '${input}' has rank ${got}, where the model takes rank ${expected}. Check the mapping.`,
    }),
  },
  {
    pattern: /Unexpected input data type\. Actual: \(tensor\((\w+)\)\) , expected: \(tensor\((\w+)\)\)/,
    say: (got, expected) => ({
      zh: `一个输入得到的类型是 ${got}，模型要求 ${expected}。请检查映射。`,
      en: `an input got ${got}, where the model takes ${expected}. Check the mapping.`,
    }),
  },
  {
    pattern: /indices element out of data bounds, idx=(-?\d+) must be within the inclusive range \[-?\d+,(\d+)\]/,
    say: (index, last) => ({
      zh: `编号 ${index} 超出了模型的表（最大为 ${last}）。若输入是文本，说明 tokenizer.json 不属于该模型：请上传与模型一起训练的那一份。`,
      en: `the id ${index} is beyond the model's table, which ends at ${last}. Where texts are asked, the tokenizer.json is not this model's: bring the one that it was trained with.`,
    }),
  },
  {
    pattern: /Failed to allocate memory/,
    say: () => ({
      zh: '内存不足。请一次少问几条、缩短文本，或使用内存更大的训练机。',
      en: 'memory ran out. Ask for fewer or shorter items at a time, or use a worker with more memory.',
    }),
  },
];

/** Characters of a name in the file at most that are repeated: it may be as long as it pleases. */
const MOST_OF_A_NAME = 100;

/** A sentence of our own for what ONNX Runtime says, with what to do; null for what it says seldom. */
export function sentenceFor(said: string): InBothLanguages | null {
  for (const { pattern, say } of SENTENCES) {
    const found = pattern.exec(said);
    if (found !== null) return say(...found.slice(1).map((part) => part.slice(0, MOST_OF_A_NAME)));
  }
  return null;
}
