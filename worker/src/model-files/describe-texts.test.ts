import { describe, expect, test } from 'vitest';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { SPECIAL_TOKENS } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { SpecialTokens } from '@greenlight/shared/tokenizers/special-tokens.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { inputIdsOf, tokenizerConfigOf } from './describe-texts.ts';
import { tinySettings } from './test-support/exported-model.ts';

const CASES = [
  { architecture: 'encoder-decoder', graph: 'encoder_model', longestText: 12, begins: 'The ids', ends: 'at most 12.' },
  { architecture: 'encoder-decoder', graph: 'decoder_model', longestText: 12, begins: '1 (begin)', ends: '2 (end)' },
  { architecture: 'decoder-only', graph: 'model', longestText: 15, begins: '1 (begin)', ends: 'at most 16 in all' },
  {
    architecture: 'encoder-classifier',
    graph: 'model',
    longestText: 11,
    begins: '1 (begin)',
    ends: 'at most 12 in all',
  },
] as const;

describe.each(CASES)('$architecture, $graph', ({ architecture, graph, longestText, begins, ends }) => {
  const model = tinySettings({ architecture, maxSourceTokens: 12, maxTargetTokens: 16 });

  test('texts are cut so that what is put around them still fits', () => {
    const config: unknown = JSON.parse(tokenizerConfigOf(writeTokenizerJson(new CharacterTokenizer(['a'])), model));
    expect(config).toMatchObject({ model_max_length: longestText, model_input_names: ['input_ids', 'attention_mask'] });
  });

  test('how a text becomes ids is said', () => {
    const said = inputIdsOf({ name: graph }, model);
    expect([said.startsWith(begins), said.includes(ends)], said).toEqual([true, true]);
  });
});

test.each([SPECIAL_TOKENS, ['[PAD]', '[CLS]', '[SEP]', '[UNK]']])(
  'the special tokens are those of the tokenizer: %s …',
  (...names) => {
    const tokenizer = new CharacterTokenizer(['a'], names, new SpecialTokens(new Map(names.entries())));
    const config = JSON.parse(
      tokenizerConfigOf(writeTokenizerJson(tokenizer), tinySettings({ architecture: 'decoder-only' })),
    ) as Record<string, unknown>;
    expect([config['pad_token'], config['bos_token'], config['eos_token'], config['unk_token']]).toEqual(names);
  },
);
