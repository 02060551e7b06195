/** Text that stays text inside a Markdown document or table, whatever it contains. */
export function escapedMarkdown(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~-]/g, '\\$&')
    .replaceAll(/\b(https?|ftp|www)(?=[:.])/gi, '$1&#8203;');
}
