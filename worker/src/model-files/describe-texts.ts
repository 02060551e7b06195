import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { ExportGraph } from './export-graphs.ts';

/** Most ids that a tokenizer may give for a text, without the begin sign that is put before them. */
function longestText({ architecture, maxSourceTokens, maxTargetTokens }: ModelSettings): number {
  if (architecture === 'encoder-decoder') return maxSourceTokens;
  return (architecture === 'encoder-classifier' ? maxSourceTokens : maxTargetTokens) - 1;
}

/**
 * The content of a `tokenizer_config.json`, with which Hugging Face's libraries know what a `tokenizer.json` does not say: which of its tokens
 * fills, begins and ends texts, how long these may be, and which inputs the model has.
 */
export function tokenizerConfigOf(tokenizerJson: string, model: ModelSettings): string {
  const [pad, bos, eos, unknown] = readTokenizerJson(tokenizerJson).tokens;
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...{ pad_token: pad, bos_token: bos, eos_token: eos, unk_token: unknown },
    model_max_length: longestText(model),
    model_input_names: ['input_ids', 'attention_mask'],
    padding_side: 'right',
    clean_up_tokenization_spaces: false,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** How the input `input_ids` of an exported graph is made from a text. */
export function inputIdsOf({ name }: Pick<ExportGraph, 'name'>, model: ModelSettings): string {
  const { architecture, maxSourceTokens, maxTargetTokens } = model;
  if (name === 'encoder_model') {
    return `The ids that tokenizer.json gives for the source text, nothing before or after them, at most ${maxSourceTokens}. Shorter rows end in 0 (padding), where attention_mask is 0.`;
  }
  if (architecture === 'encoder-classifier') {
    return `1 (begin), then the ids that tokenizer.json gives for the text, at most ${maxSourceTokens} in all. Shorter rows end in 0 (padding), where attention_mask is 0.`;
  }
  return `1 (begin), then the ids that tokenizer.json gives for the text so far, at most ${maxTargetTokens} in all; with a past, only those that came after it. The text ends where 2 (end) is the next token.`;
}
