import { describe, expect, test } from 'vitest';
import { chinese, spacedAround } from './chinese-text.ts';

describe('values in Chinese sentences', () => {
  test.each([
    ['BLEU', 'BLEU 没有置信区间'],
    ['召回率（宏平均）', '召回率（宏平均）没有置信区间'],
    ['延迟 p95', '延迟 p95 没有置信区间'],
    ['准确率', '准确率没有置信区间'],
  ])('%s stands apart only where Latin meets Chinese', (name, sentence) => {
    expect(chinese`${name}没有置信区间`).toBe(sentence);
    expect(chinese`${name} 没有置信区间`).toBe(sentence);
  });

  test('numbers stand apart, signs and quotation marks do not', () => {
    expect(chinese`样本少于${20}条时“${'F1'}”不可能达到${'≥ 0.9'}。`).toBe('样本少于 20 条时“F1”不可能达到≥ 0.9。');
    expect(chinese`只有${'DistilBERT'}未被排除`).toBe('只有 DistilBERT 未被排除');
  });

  test('a finished sentence is spaced around each place of a value, and nowhere else', () => {
    expect(spacedAround('只有BERT未被排除，BERT 领先。', 'BERT')).toBe('只有 BERT 未被排除，BERT 领先。');
    expect(spacedAround('编码器（在此训练） 领先。', '编码器（在此训练）')).toBe('编码器（在此训练）领先。');
    expect(spacedAround('项目“中文ABC”', '中文ABC')).toBe('项目“中文ABC”');
    expect(spacedAround('什么都没有', '')).toBe('什么都没有');
  });
});
