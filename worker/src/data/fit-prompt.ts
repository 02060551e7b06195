/**
 * The end of a prompt that leaves a model of `longest` tokens room to write: all of it where it and `wanted` new tokens
 * fit, otherwise its last tokens, at least half of the longest.
 */
export function fitPrompt(prompt: Int32Array, longest: number, wanted: number): Int32Array {
  const room = Math.max(Math.ceil(longest / 2), longest - wanted);
  return prompt.length <= room ? prompt : prompt.subarray(prompt.length - room);
}
