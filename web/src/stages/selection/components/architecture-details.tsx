import type { Architecture } from '@greenlight/shared/stages/selection/architectures/architecture.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Facts } from '../../../ui/facts.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';

/** Everything that the catalogue knows about an architecture, each number with its source. */
export function ArchitectureDetails({ entry }: { readonly entry: Architecture }) {
  const { t } = useTranslation(['selection', 'common']);
  const language = useLanguage();
  const numberOf = new Map(entry.sources.map(({ id }, index) => [id, index + 1]));
  const facts = [
    { key: 'data', name: t('catalogue.data'), value: entry.data[language] },
    { key: 'parameters', name: t('catalogue.parameters'), value: entry.parameters.text[language] },
    { key: 'compute', name: t(`catalogue.compute.${entry.compute.per}`), value: entry.compute.text[language] },
    {
      key: 'explainability',
      name: t('catalogue.explainability'),
      value: t('common:labelled', {
        label: t(`catalogue.explainable.${entry.explainability.level}`),
        value: entry.explainability.text[language],
      }),
    },
    { key: 'licence', name: t('catalogue.licence'), value: entry.licence[language] },
    {
      key: 'problems',
      name: t('catalogue.problem'),
      value: entry.problemTypes.map((problem) => t(`common:problemType.${problem}`)).join(t('listSeparator')),
    },
  ];
  return (
    <div className="criterion-form">
      <Facts facts={facts} />
      <div className="columns">
        <div>
          <h3>{t('catalogue.strengths')}</h3>
          <ul className="steps">
            {entry.strengths.map((text) => (
              <li key={text.en}>{text[language]}</li>
            ))}
          </ul>
        </div>
        <div>
          <h3>{t('catalogue.risks')}</h3>
          <ul className="steps">
            {entry.risks.map((text) => (
              <li key={text.en}>{text[language]}</li>
            ))}
          </ul>
        </div>
      </div>
      {entry.scores.length > 0 && (
        <>
          <h3>{t('catalogue.scores')}</h3>
          <Scrolling label={t('catalogue.scores')}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('catalogue.benchmark')}</th>
                  <th scope="col">{t('catalogue.metric')}</th>
                  <th scope="col" className="number">
                    {t('score.score')}
                  </th>
                  <th scope="col">{t('catalogue.source')}</th>
                </tr>
              </thead>
              <tbody>
                {entry.scores.map(({ benchmark, metric, value, unit, source }) => (
                  <tr key={`${benchmark} ${metric.en}`}>
                    <th scope="row" lang="en">
                      {benchmark}
                    </th>
                    <td>{metric[language]}</td>
                    <td className="number">
                      {formatNumber(value)}
                      {unit !== '' && ` ${unit}`}
                    </td>
                    <td>{`[${numberOf.get(source) ?? '?'}]`}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
        </>
      )}
      <h3>{t('catalogue.sources')}</h3>
      <ol className="sources" lang="en">
        {entry.sources.map(({ id, authors, title, venue, year, url }) => (
          <li key={id}>
            {authors} ({year}). <cite>{title}</cite>. {venue}.{' '}
            <a href={url} target="_blank" rel="noreferrer noopener">
              {id}
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}
