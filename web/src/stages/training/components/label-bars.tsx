import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Labels that are shown before one asks for all. */
const SHOWN = 8;

/** What is drawn: labels with their probabilities, which of them are predicted, and from which probability on. */
export interface LabelBarsProperties {
  readonly labels: readonly string[];
  /** One for each label, in their order, 0 to 1. */
  readonly probabilities: readonly number[];
  readonly predicted: readonly string[];
  /** Null where the likeliest label is the answer. */
  readonly threshold: number | null;
}

/** The probabilities of labels as bars, the likeliest first; the predicted ones are marked, and the threshold is a line. */
export function LabelBars({ labels, probabilities, predicted, threshold }: LabelBarsProperties) {
  const { t } = useTranslation('training');
  const [isWhole, setIsWhole] = useState(false);
  const sorted = labels
    .map((label, index) => ({ label, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
  const shown = isWhole ? sorted : sorted.slice(0, Math.max(SHOWN, predicted.length));
  const hidden = sorted.length - shown.length;
  return (
    <>
      <ul className="label-bars">
        {shown.map(({ label, probability }) => {
          const isPredicted = predicted.includes(label);
          return (
            <li key={label} className={isPredicted ? 'label-bar predicted' : 'label-bar'} data-testid="label-bar">
              <span className="label-name">
                <span data-raw>{label}</span>
                {isPredicted && <span className="mark mark-pass"> ✓ {t('classify.predicted')}</span>}
              </span>
              <span className="label-track" aria-hidden="true">
                <span className="label-fill" style={{ inlineSize: `${probability * 100}%` }} />
                {threshold !== null && (
                  <span className="label-threshold" style={{ insetInlineStart: `${threshold * 100}%` }} />
                )}
              </span>
              <span className="figures">{(probability * 100).toFixed(1)} %</span>
            </li>
          );
        })}
      </ul>
      {hidden > 0 && (
        <Button type="link" onClick={() => setIsWhole(true)}>
          {t('classify.showAll', { count: labels.length })}
        </Button>
      )}
    </>
  );
}
