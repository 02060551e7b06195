import type { EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/panel.tsx';
import type { Compared } from '../compared.ts';
import { EvaluationSwatch } from './evaluation-swatch.tsx';

interface Properties {
  readonly projectId: string;
  readonly rows: EvaluationComparison['rows'];
  readonly compared: readonly Compared[];
  /** What the address holds besides the texts that are open. */
  readonly search: { readonly ids: string | undefined; readonly head?: string | undefined };
}

/** Of models that write text: where the texts are listed that each predicts worse or better than the baseline. */
export function MovedTextsLinks({ projectId, rows, compared, search }: Properties) {
  const { t } = useTranslation('comparison');
  const loss = rows.find(({ metric }) => metric === 'loss')?.cells;
  return (
    <Panel title={t('texts.title')}>
      <p className="secondary">{t('texts.how')}</p>
      <ul className="changed-answers">
        {compared.slice(1).map(({ summary: { id }, name, color }, place) => (
          <li key={id}>
            <strong>
              <EvaluationSwatch color={color} /> <span data-raw>{name}</span>
            </strong>
            {loss?.[place + 1]?.difference == null ? (
              <div>{t('texts.unsaid')}</div>
            ) : (
              <div className="panel-links">
                {(['worse', 'better'] as const).map((direction) => (
                  <Link
                    key={direction}
                    to="/projects/$projectId/evaluation/compare"
                    params={{ projectId }}
                    search={{ ...search, changed: id, direction }}
                    resetScroll={false}
                    data-testid={`show-${direction}`}
                  >
                    {t(direction === 'worse' ? 'texts.showWorse' : 'texts.showBetter', { name })}
                  </Link>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
