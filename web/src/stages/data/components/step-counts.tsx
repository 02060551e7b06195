import type { RecipeStep, StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/count.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';

/** What each step of a recipe took in, changed, dropped and left. */
export function StepCounts({ steps }: { readonly steps: readonly StepCount[] }) {
  const { t } = useTranslation('preparation');
  return (
    <>
      <h3>{t('result.steps')}</h3>
      <Scrolling label={t('result.steps')}>
        <table className="plain-table" data-testid="step-counts">
          <thead>
            <tr>
              <th scope="col">{t('result.step')}</th>
              {(['came', 'changed', 'dropped', 'left'] as const).map((name) => (
                <th scope="col" className="number" key={name}>
                  {t(`result.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map(({ step, type, items, changed, dropped }) => (
              <tr key={step}>
                <th scope="row">{t(`steps.${type as RecipeStep['type']}`)}</th>
                {Object.entries({ items, changed, dropped, left: items - dropped }).map(([name, value]) => (
                  <td className="number" key={name}>
                    <Count value={value} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}
