import type { Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';

const MOST_PAIRS = 20;

function useVisible(): (token: string) => string {
  const { t } = useTranslation('evaluation');
  return (token) => (token === ' ' ? t('confusion.space') : token === '\n' ? t('confusion.lineBreak') : token);
}

/** The pairs of tokens that the model confuses most. */
export function MostConfused({
  confusion,
  writesText,
}: Pick<Evaluation, 'confusion'> & { readonly writesText: boolean }) {
  const { t } = useTranslation('evaluation');
  const visible = useVisible();
  const pairs = confusion
    .filter((pair) => pair.actual !== pair.predicted)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_PAIRS);
  return (
    <Panel title={t('confusion.title')}>
      {pairs.length === 0 ? (
        <p className="secondary">{t(writesText ? 'confusion.none' : 'confusion.noLabel')}</p>
      ) : (
        <Scrolling label={t('confusion.title')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('confusion.actual')}</th>
                <th scope="col">{t('confusion.predicted')}</th>
                <th scope="col" className="number">
                  {t('confusion.count')}
                </th>
              </tr>
            </thead>
            <tbody>
              {pairs.map((pair) => (
                <tr key={`${pair.actual} ${pair.predicted}`} data-raw>
                  <td>{visible(pair.actual)}</td>
                  <td>{visible(pair.predicted)}</td>
                  <td className="number">{pair.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </Panel>
  );
}

/** What the evaluated checkpoint writes. */
export function EvaluationSamples({ samples }: Pick<Evaluation, 'samples'>) {
  const { t } = useTranslation('evaluation');
  return (
    <Panel title={t('samples.title')}>
      {samples.length === 0 ? (
        <p className="secondary">{t('samples.none')}</p>
      ) : (
        samples.map((sample) => (
          <div className="sample" key={`${sample.step} ${sample.prompt}`}>
            <div className="secondary" data-raw>
              {t('samples.prompt')}: {sample.prompt}
            </div>
            <p className="sample-text" data-testid="sample-text" data-raw>
              {sample.text}
            </p>
          </div>
        ))
      )}
    </Panel>
  );
}
