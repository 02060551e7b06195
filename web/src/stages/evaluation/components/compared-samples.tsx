import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import type { Compared } from '../compared.ts';
import { EvaluationSwatch } from './evaluation-swatch.tsx';

/** What each evaluation wrote to the same prompts, side by side; nothing where none writes. */
export function ComparedSamples({ compared }: { readonly compared: readonly Compared[] }) {
  const { t } = useTranslation('comparison');
  const written = compared.map(({ evaluation }) => {
    return new Map((evaluation?.samples ?? []).map(({ prompt, text }) => [prompt, text]));
  });
  const prompts = [...new Set(written.flatMap((texts) => [...texts.keys()]))];
  if (prompts.length === 0) return null;
  const common = prompts.filter((prompt) => written.every((texts) => texts.has(prompt)));
  const leftOut = prompts.length - common.length;
  return (
    <Panel title={t('samples.title')}>
      {common.length === 0 ? (
        <p>{t('samples.none')}</p>
      ) : (
        <Scrolling label={t('samples.title')}>
          <table
            className="plain-table comparison-table"
            style={{ '--columns': compared.length } as React.CSSProperties}
            data-testid="compared-samples"
          >
            <thead>
              <tr>
                <th scope="col">{t('samples.prompt')}</th>
                {compared.map(({ summary, name, color }) => (
                  <th scope="col" key={summary.id}>
                    <EvaluationSwatch color={color} /> <span data-raw>{name}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {common.map((prompt) => (
                <tr key={prompt} data-raw>
                  <th scope="row">{prompt}</th>
                  {written.map((texts, place) => (
                    <td className="item-text" key={compared[place]?.summary.id}>
                      {texts.get(prompt)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
      {leftOut > 0 && <p className="secondary">{t('samples.leftOut', { count: leftOut })}</p>}
    </Panel>
  );
}
