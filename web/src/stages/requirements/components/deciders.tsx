import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '../../../ui/person-name.tsx';
import { decidersQuery } from '../queries.ts';

interface Properties {
  readonly version: Pick<Requirement, 'id' | 'projectId'>;
}

/** More names than these do not help to find somebody. */
const MOST_NAMED = 5;

/** Who else may decide, by name, those who wrote any of it apart, whether authors may for want of them, and whether the reader is one; undefined while it is read. */
export function useDeciders(version: Properties['version']) {
  const { t } = useTranslation(['requirements', 'common']);
  const nameOf = usePersonName();
  const { data } = useQuery(decidersQuery(version.id));
  if (data === undefined) return undefined;
  const named = (isAuthor: boolean): string | undefined => {
    const names = data.people.filter((one) => one.isAuthor === isAuthor).map(({ email }) => nameOf(email));
    if (names.length === 0) return undefined;
    const shown = names.slice(0, MOST_NAMED).join(t('common:listOf.separator'));
    return names.length > MOST_NAMED ? t('review.andMore', { names: shown, count: names.length - MOST_NAMED }) : shown;
  };
  const { people, wasThereLately, isOwn } = data;
  const mayOverride = people.length === 0 && !wasThereLately;
  return { others: named(false), authors: named(true), wasThereLately, mayOverride, isOwn };
}

/** Says before it is tried what comes of approving one's own work, and who can do it instead. */
export function OwnWorkNotice({ version }: Properties) {
  const { t } = useTranslation('requirements');
  const deciders = useDeciders(version);
  if (deciders === undefined) return null;
  const { others, authors, wasThereLately } = deciders;
  const title =
    others !== undefined
      ? t('review.own.others', { names: others })
      : authors !== undefined
        ? t('review.own.authors', { names: authors })
        : t(wasThereLately ? 'review.own.lately' : 'review.own.alone');
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="own-work"
      title={title}
      description={
        others === undefined && (
          <Link to="/projects/$projectId/members" params={{ projectId: version.projectId }}>
            {t('review.invite')}
          </Link>
        )
      }
    />
  );
}

/** Who decides, for those who do not. */
export function WhoDecides({ version }: Properties) {
  const { t } = useTranslation('requirements');
  const others = useDeciders(version)?.others;
  return (
    <span className="secondary">
      {others === undefined ? t('review.whoCan') : t('review.whoCanByName', { names: others })}
    </span>
  );
}
