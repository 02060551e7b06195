interface NamedPerson {
  readonly email: string;
  readonly name: string;
}

/** Names by address; people who share a name keep their addresses beside it. */
export function namesByAddress(people: readonly NamedPerson[]): ReadonlyMap<string, string> {
  const holders = Map.groupBy(people, ({ name }) => name.trim());
  return new Map(
    people.map(({ email, name }) => {
      const isShared = (holders.get(name.trim())?.length ?? 0) > 1;
      return [email, isShared ? `${name.trim()} (${email})` : name.trim()];
    }),
  );
}
