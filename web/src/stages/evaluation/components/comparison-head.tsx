import { evaluatedName } from '@greenlight/shared/stages/evaluation/contract.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Localized } from '../../../ui/localized.tsx';
import type { Compared } from '../compared.ts';
import { EvaluationSwatch } from './evaluation-swatch.tsx';

interface Properties {
  readonly one: Compared;
  readonly isBaseline: boolean;
  /** Undefined where too few would be left. */
  readonly onRemove: (() => void) | undefined;
  readonly onMakeBaseline: () => void;
}

/** The head of an evaluation's column: what was measured, on what, and what can be done with the column. */
export function ComparisonHead({ one, isBaseline, onRemove, onMakeBaseline }: Properties) {
  const { t } = useTranslation(['comparison', 'common']);
  const { summary, name, dataName, color } = one;
  const { id, projectId, runNumber, checkpointStep, split, items, datasetVersionId } = summary;
  const subject = evaluatedName(summary);
  const isNamed = runNumber === null || !isDefaultRunName(subject, runNumber);
  return (
    <>
      <div className="comparison-name">
        <EvaluationSwatch color={color} />{' '}
        <Link to="/projects/$projectId/evaluation/evaluations/$evaluationId" params={{ projectId, evaluationId: id }}>
          <span data-raw>{name}</span>
        </Link>
        {isBaseline && <span className="secondary"> {t('table.baseline')}</span>}
      </div>
      {isNamed && (
        <div data-raw>
          <Localized text={subject} />
        </div>
      )}
      {checkpointStep !== null && <div>{t('table.step', { step: checkpointStep })}</div>}
      <div>
        <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: datasetVersionId }}>
          <span data-raw>{dataName}</span>
        </Link>
      </div>
      <div>{t(`common:split.${split}`)}</div>
      <div>{t('table.items', { count: items })}</div>
      <div className="comparison-tools print-hidden">
        {!isBaseline && (
          <Button
            size="small"
            aria-label={t('table.makeBaselineOf', { name })}
            data-testid="make-baseline"
            onClick={onMakeBaseline}
          >
            {t('table.makeBaseline')}
          </Button>
        )}
        {onRemove && (
          <Button size="small" aria-label={t('table.removeOf', { name })} data-testid="remove" onClick={onRemove}>
            {t('table.remove')}
          </Button>
        )}
      </div>
    </>
  );
}
