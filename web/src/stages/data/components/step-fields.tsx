import { NEAR_IMAGE_SIMILARITY } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import type { RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { ITEM_LANGUAGES } from '@greenlight/shared/stages/data/preparation/text-features.ts';
import { Checkbox, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { NOTHING } from '../../../ui/nothing.ts';

const LONGEST = 100_000;
const LEAST_SIMILAR_TEXTS = 70;

interface Properties {
  readonly step: RecipeStep;
  readonly holdsImages: boolean;
  readonly onChange: (step: RecipeStep) => void;
}

/** The settings of a step, where it has any. */
export function StepFields({ step, holdsImages, onChange }: Properties) {
  const { t } = useTranslation('preparation');
  switch (step.type) {
    case 'filter-length':
      return (
        <div className="recipe-fields">
          <label>
            {t('form.minimumLength')}{' '}
            <InputNumber
              min={1}
              max={step.maximum ?? LONGEST}
              precision={0}
              value={step.minimum}
              onChange={(minimum) => onChange({ ...step, minimum: minimum ?? 1 })}
            />
          </label>
          <label>
            {t('form.maximumLength')}{' '}
            <InputNumber
              min={Math.max(1, step.minimum)}
              max={LONGEST}
              precision={0}
              value={step.maximum}
              placeholder={NOTHING}
              onChange={(maximum) => onChange({ ...step, maximum })}
            />
          </label>
        </div>
      );
    case 'filter-language':
      return (
        <Checkbox.Group
          className="recipe-fields"
          value={step.keep}
          options={ITEM_LANGUAGES.map((language) => ({ value: language, label: t(`result.${language}`) }))}
          onChange={(keep) => onChange({ ...step, keep })}
        />
      );
    case 'personal-data':
      return (
        <div className="recipe-fields">
          <Radio.Group
            aria-label={t('form.personalAction')}
            value={step.action}
            options={[
              { value: 'mask', label: t('form.mask') },
              { value: 'drop', label: t('form.drop') },
            ]}
            onChange={({ target }) => onChange({ ...step, action: target.value as 'mask' | 'drop' })}
          />
          <Checkbox.Group
            value={step.kinds}
            options={PERSONAL_DATA_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
            onChange={(kinds) => onChange({ ...step, kinds })}
          />
        </div>
      );
    case 'drop-near-duplicates': {
      const least = holdsImages ? NEAR_IMAGE_SIMILARITY * 100 : LEAST_SIMILAR_TEXTS;
      return (
        <div className="recipe-fields">
          <label>
            {t('form.similarity')}{' '}
            <InputNumber
              min={least}
              max={100}
              precision={0}
              value={Math.round(step.similarity * 100)}
              onChange={(percent) => onChange({ ...step, similarity: (percent ?? least) / 100 })}
            />
          </label>
          {holdsImages && <span className="secondary">{t('form.similarImages')}</span>}
        </div>
      );
    }
    default:
      return null;
  }
}
