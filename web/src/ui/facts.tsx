import type { ReactNode } from 'react';

/** A name and what it is. */
export interface Fact {
  readonly name: ReactNode;
  readonly value: ReactNode;
  readonly key: string;
}

/** Names and values in two columns. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ key, name, value }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
