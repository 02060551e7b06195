import { expect, test } from 'vitest';
import { saidByRuntime } from './said-by-runtime.ts';

const FAILED = { zh: '无法打开', en: 'It does not open' };

test.each([
  [
    '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::ModelOptions&) Unsupported model IR version: 99, max supported IR version: 13\n',
    'Unsupported model IR version: 99, max supported IR version: 13',
  ],
  [
    'core/graph/model.cc:284 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::ModelOptions&) [ONNXRuntimeError] : 10 : INVALID_GRAPH : Model local function definitions must not be recursive. Cycle detected: a:F -> a:F',
    'Model local function definitions must not be recursive. Cycle detected: a:F -> a:F',
  ],
  [
    "Non-zero status code returned while running ConstantOfShape node. Name:'' Status Message: core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory",
    "Non-zero status code returned while running ConstantOfShape node. Name:'' Status Message: Failed to allocate memory",
  ],
  ['tensorprotoutils.cc:1422 GetSizeInBytes Out of bounds dimensions (a)', 'Out of bounds dimensions (a)'],
  [
    'Fatal error: com.a:B(-1) is not a registered function/op',
    'Fatal error: com.a:B(-1) is not a registered function/op',
  ],
])('what the runtime says is told without the places in its sources', (message, said) => {
  expect(saidByRuntime(FAILED, new Error(message))).toEqual({
    zh: `无法打开：${said}`,
    en: `It does not open: ${said}`,
  });
});

test('a message that repeats endless names of a file is read to a limit', () => {
  const { en } = saidByRuntime({ zh: '', en: '' }, new Error(`Node ${'a:'.repeat(1e6)}`));
  expect(en).toHaveLength(': '.length + 500);
});
