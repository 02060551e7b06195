/** What the parts of a turn are called in the usual files of conversations (OpenAI's, ShareGPT's). */
const SPEAKER_KEYS = ['role', 'from', 'speaker'];
const CONTENT_KEYS = ['content', 'value', 'text'];

function firstOf(turn: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  return keys.map((key) => turn[key]).find((value) => value !== undefined && value !== null);
}

function contentOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  // The texts of a turn in parts, beside which there may be images.
  const texts = value.map((part: unknown) => {
    const text = typeof part === 'object' && part !== null ? (part as { text?: unknown }).text : part;
    return typeof text === 'string' ? text : null;
  });
  return texts.includes(null) ? null : texts.join('\n');
}

function turnOf(turn: unknown): string | null {
  if (typeof turn === 'string') return turn;
  if (typeof turn !== 'object' || turn === null || Array.isArray(turn)) return null;
  const given = turn as Readonly<Record<string, unknown>>;
  const [speaker, content] = [firstOf(given, SPEAKER_KEYS), contentOf(firstOf(given, CONTENT_KEYS))];
  if (content === null) return null;
  return typeof speaker === 'string' ? `${speaker}: ${content}` : content;
}

/** The text of a conversation, a line a turn with who speaks before it; null where a list holds anything else. */
export function conversationText(turns: readonly unknown[]): string | null {
  const texts = turns.map(turnOf);
  return texts.includes(null) ? null : texts.join('\n');
}
