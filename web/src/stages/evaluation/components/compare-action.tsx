import { MAX_COMPARED } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../../ui/link-button.tsx';
import { idsText } from '../chosen-ids.ts';

interface Properties {
  readonly projectId: string;
  /** In the order in which they were chosen. */
  readonly chosen: readonly string[];
  readonly onClear: () => void;
}

/** Leads to the comparison of what is chosen, and says how many that are or what is missing. */
export function CompareAction({ projectId, chosen, onClear }: Properties) {
  const { t } = useTranslation('comparison');
  const number = chosen.length;
  const values = { number, most: MAX_COMPARED };
  const state =
    number === 0 ? 'hint' : number === 1 ? 'oneMore' : number > MAX_COMPARED ? 'tooMany' : ('chosen' as const);
  return (
    <div className="compare-action">
      <span className="secondary" role="status" data-testid="chosen">
        {t(`choose.${state}`, values)}
      </span>
      {number > 0 && <Button onClick={onClear}>{t('choose.clear')}</Button>}
      {number < 2 || number > MAX_COMPARED ? (
        <Button color="primary" variant="solid" disabled data-testid="compare">
          {t('choose.compare')}
        </Button>
      ) : (
        <LinkButton
          to="/projects/$projectId/evaluation/compare"
          params={{ projectId }}
          search={{ ids: idsText(chosen) }}
          data-testid="compare"
        >
          {t('choose.compareNumber', values)}
        </LinkButton>
      )}
    </div>
  );
}
