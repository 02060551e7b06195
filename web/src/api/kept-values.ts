/** What somebody has entered in a form and not sent yet, kept in this tab over a reload or a look at another page. */
interface KeptValues<Values> {
  read(): Partial<Values> | null;
  /** Whether they are kept. */
  keep(values: Partial<Values>): boolean;
  forget(): void;
}

function tried<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch {
    return null;
  }
}

/** The values of a form under a name of its own; nothing is kept where the browser keeps nothing. */
export function keptValues<Values extends object>(name: string): KeptValues<Values> {
  const key = `greenlight.form.${name}`;
  return {
    read: () => tried(() => JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<Values> | null),
    keep: (values) => tried(() => sessionStorage.setItem(key, JSON.stringify(values))) !== null,
    forget: () => void tried(() => sessionStorage.removeItem(key)),
  };
}
