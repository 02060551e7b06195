import { Link } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/panel.tsx';
import type { Compared } from '../compared.ts';
import { ChangedItems } from './changed-items.tsx';
import { MovedTexts } from './moved-texts.tsx';

interface Properties {
  readonly projectId: string;
  readonly baseline: Compared;
  readonly one: Compared;
  /** Items that were answered right or wrong, or texts that were predicted better or worse. */
  readonly kind: 'answers' | 'texts';
  /** The further task that was answered; null for the first head. */
  readonly task: string | null;
  readonly direction: 'worse' | 'better';
  readonly onDirection: (direction: 'worse' | 'better') => void;
  readonly onClose: () => void;
}

/** The items that an evaluation lost or won against the baseline: those that were lost first. */
export function OpenedItems({ projectId, baseline, one, kind, task, direction, onDirection, onClose }: Properties) {
  const { t } = useTranslation('comparison');
  const { id, datasetVersionId } = one.summary;
  const names = { name: one.name, baseline: baseline.name };
  const place = useRef<HTMLDivElement>(null);
  // It opens below the link that was clicked, perhaps out of sight.
  useEffect(() => place.current?.scrollIntoView?.({ block: 'nearest' }), []);
  const of = { projectId, baseline: baseline.summary.id, evaluation: id, direction, datasetVersionId };
  return (
    <div ref={place} className="changed-items" data-testid="changed-items">
      <Panel
        title={t('answers.items', names)}
        extra={
          <Button className="print-hidden" onClick={onClose}>
            {t('answers.close')}
          </Button>
        }
      >
        <Segmented
          className="print-hidden"
          aria-label={t('answers.direction')}
          options={(['worse', 'better'] as const).map((value) => ({ value, label: t(`${kind}.${value}`) }))}
          value={direction}
          onChange={onDirection}
        />
        <p>{t(direction === 'worse' ? `${kind}.isWorse` : `${kind}.isBetter`, names)}</p>
        {kind === 'texts' ? (
          <MovedTexts of={of} names={names} key={direction} />
        ) : (
          <ChangedItems of={of} task={task} key={direction} />
        )}
        <p className="panel-links">
          <Link to="/projects/$projectId/data/items" params={{ projectId }} search={{ version: datasetVersionId }}>
            {t('answers.openData')}
          </Link>
        </p>
      </Panel>
    </div>
  );
}
