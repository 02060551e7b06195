/** Text that people wrote, with its line breaks. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <p className="prose" data-raw>
      {text}
    </p>
  );
}
