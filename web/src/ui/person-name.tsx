import { getPeopleNames } from '@greenlight/shared/across/governance/members-contract.ts';
import { useQuery } from '@tanstack/react-query';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { namesByAddress } from './people-names.ts';

/** How long names are taken for current, in milliseconds: they hardly ever change. */
const CURRENT_MS = 60_000;

const NamesContext = createContext<(actor: string) => string>((actor) => actor);

interface ProviderProperties {
  readonly projectId: string | undefined;
  readonly children: ReactNode;
}

/** Lets everything inside call the people of a project by name. */
export function PeopleNames({ projectId, children }: ProviderProperties) {
  const { t } = useTranslation();
  const { data } = useQuery({
    ...queryOf(getPeopleNames, { params: { projectId: projectId ?? '' } }),
    enabled: projectId !== undefined,
    staleTime: CURRENT_MS,
  });
  const nameOf = useMemo(() => {
    const names = namesByAddress(data?.people ?? []);
    return (actor: string) => {
      const [, address = actor, token] = /^(\S+)( \(token [^)]*\))?$/.exec(actor) ?? [];
      const name = names.get(address) ?? address;
      return token === undefined ? name : t('byToken', { name });
    };
  }, [data, t]);
  return <NamesContext value={nameOf}>{children}</NamesContext>;
}

/** Tells how to name whom a record says by address; an address without a known name stays. */
export function usePersonName(): (actor: string) => string {
  return use(NamesContext);
}

interface Properties {
  /** As the record names them: an address, at times with the token that was used. */
  readonly actor: string;
  /** Whether the address is written beside the name, and not only shown on hover; once, where a name that two people have says it already. */
  readonly isAddressShown?: boolean;
}

/** Somebody by name, where their account has one. */
export function PersonName({ actor, isAddressShown = false }: Properties) {
  const name = usePersonName()(actor);
  if (name === actor) return <span data-raw>{actor}</span>;
  return (
    <span data-raw title={actor}>
      {name}
      {isAddressShown && !name.includes(actor) && <span className="secondary"> {actor}</span>}
    </span>
  );
}
