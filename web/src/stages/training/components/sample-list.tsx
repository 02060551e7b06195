import type { Run, Sample } from '@greenlight/shared/stages/training/contract.ts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { changedPieces, type TextPiece } from '../changed-text.ts';

/** Samples drawn at most; the newest come first. */
const MOST_SHOWN = 60;

interface MarkedSample {
  readonly sample: Sample;
  readonly pieces: readonly TextPiece[];
}

function marked(samples: readonly Sample[]): MarkedSample[] {
  const inOrder = samples.toSorted((a, b) => a.step - b.step).slice(-MOST_SHOWN);
  const before = new Map<string, string>();
  return inOrder
    .map((sample) => {
      const pieces = changedPieces(before.get(sample.prompt), sample.text);
      before.set(sample.prompt, sample.text);
      return { sample, pieces };
    })
    .toReversed();
}

interface Properties {
  readonly run: Pick<Run, 'samples' | 'configuration'>;
  /** False once nothing more can come. */
  readonly isActive: boolean;
}

/** The sample texts at each evaluation point, newest first, with what changed since the one before. */
export function SampleList({ run: { samples, configuration }, isActive }: Properties) {
  const { t } = useTranslation('training');
  const shown = useMemo(() => marked(samples), [samples]);
  const missing = configuration.samplePrompts.length === 0 ? 'noPrompts' : isActive ? 'empty' : 'none';
  return (
    <Panel title={t('samples.title')}>
      {shown.length === 0 ? (
        <EmptyState reason={t(`samples.${missing}`)} />
      ) : (
        <>
          <p className="secondary">{t('samples.changed')}</p>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus */}
          <div className="samples" role="group" aria-label={t('samples.title')} tabIndex={0}>
            {shown.map(({ sample, pieces }) => (
              <div className="sample" key={`${sample.step} ${sample.prompt}`}>
                <div className="secondary figures">{t('samples.at', { step: sample.step })}</div>
                <p className="sample-text" data-testid="sample-text" data-step={sample.step} data-raw>
                  {pieces.map((piece, index) =>
                    // oxlint-disable-next-line react/no-array-index-key -- pieces have no identity of their own
                    piece.isChanged ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
                  )}
                </p>
              </div>
            ))}
          </div>
        </>
      )}
    </Panel>
  );
}
