import type { GeneratedText } from '@greenlight/shared/stages/training/generation.ts';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../../ui/time.ts';
import type { Generation } from './use-generation.ts';

function reasonOf({ finishReason, stopSequence, tokens }: GeneratedText, maxTokens: number, t: TFunction<'training'>) {
  if (stopSequence !== null) return t('playground.endedAtStop', { sequence: stopSequence });
  if (finishReason === 'stop') return t('playground.endedItself');
  if (finishReason === 'time') return t('playground.endedInTime');
  return tokens < maxTokens ? t('playground.endedAtModel') : t('playground.endedAtLimit');
}

/** A text as it is written, then what it took and why it ended. */
export function GeneratedTextView({ generation }: { readonly generation: Generation }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const { state, text, end, maxTokens } = generation;
  return (
    <div aria-live="polite" aria-busy={state === 'writing'}>
      {text !== '' && (
        <p className="generated" data-testid="generate-text" data-raw>
          {text}
        </p>
      )}
      {end && (
        <p className="secondary figures" data-testid="generate-end">
          {t('playground.result', {
            tokens: end.tokens,
            duration: formatDuration(end.elapsedMs, common),
            step: end.checkpointStep,
            reason: reasonOf(end, maxTokens, t),
          })}
        </p>
      )}
      {state === 'halted' && <p className="secondary">{t('playground.halted')}</p>}
      {state === 'failed' && text !== '' && <p className="secondary">{t('playground.broken')}</p>}
    </div>
  );
}
