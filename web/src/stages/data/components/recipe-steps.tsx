import type { RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { offeredSteps, withAdded, withMoved, type KeyedStep } from '../recipe-settings.ts';
import { StepFields } from './step-fields.tsx';

/** Most steps of a recipe. */
const MOST_STEPS = 30;

interface Properties {
  readonly steps: readonly KeyedStep[];
  /** Whether the steps are for images. */
  readonly holdsImages: boolean;
  readonly onChange: (steps: readonly KeyedStep[]) => void;
}

/** The steps of a recipe in their order, each with its settings: added, moved and removed by mouse or keyboard. */
export function RecipeSteps({ steps, holdsImages, onChange }: Properties) {
  const { t } = useTranslation('preparation');
  const change = (place: number, step: RecipeStep) => onChange(steps.with(place, { ...steps[place]!, step }));
  return (
    <fieldset className="recipe-steps">
      <legend>{t('form.steps')}</legend>
      {steps.length === 0 && <p className="secondary">{t('form.noSteps')}</p>}
      <ol data-testid="recipe-steps">
        {steps.map(({ key, step }, place) => {
          const name = t(`steps.${step.type}`);
          return (
            <li key={key}>
              <div className="recipe-step">
                <span>{name}</span>
                <span className="recipe-step-buttons">
                  <Button
                    size="small"
                    aria-label={t('form.moveUp', { step: name })}
                    disabled={place === 0}
                    onClick={() => onChange(withMoved(steps, place, -1))}
                  >
                    ↑
                  </Button>
                  <Button
                    size="small"
                    aria-label={t('form.moveDown', { step: name })}
                    disabled={place === steps.length - 1}
                    onClick={() => onChange(withMoved(steps, place, 1))}
                  >
                    ↓
                  </Button>
                  <Button
                    size="small"
                    aria-label={t('form.remove', { step: name })}
                    onClick={() => onChange(steps.toSpliced(place, 1))}
                  >
                    ✕
                  </Button>
                </span>
              </div>
              <StepFields step={step} holdsImages={holdsImages} onChange={(changed) => change(place, changed)} />
            </li>
          );
        })}
      </ol>
      <Select
        aria-label={t('form.add')}
        placeholder={t('form.add')}
        value={null}
        disabled={steps.length >= MOST_STEPS}
        options={offeredSteps(holdsImages).map((type) => ({ value: type, label: t(`steps.${type}`) }))}
        onChange={(type) => type !== null && onChange(withAdded(steps, type, holdsImages))}
        style={{ minWidth: '16rem' }}
      />
    </fieldset>
  );
}
