import { MAX_STOP_LENGTH, MAX_STOP_SEQUENCES } from '@greenlight/shared/stages/training/generation.ts';
import { Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';

/** What the form says of how tokens are drawn and where the text stops; null where a field was emptied. */
export interface SamplingValues {
  topK: number | null;
  topP: number | null;
  seed: number | null;
  stop: string[];
}

/** Further settings of a text, folded away: which tokens are drawn among, the seed, and stop sequences. */
export function SamplingItems() {
  const { t } = useTranslation('training');
  const temperature = Form.useWatch<number | null | undefined>('temperature');
  const isGreedy = (temperature ?? 0) === 0;
  return (
    <details>
      <summary>{t('playground.more')}</summary>
      {isGreedy && <p className="secondary">{t('playground.onlySampled')}</p>}
      <div className="form-columns">
        <Form.Item name="topK" label={t('playground.topK')} extra={t('playground.topKHint')}>
          <InputNumber min={0} max={65_536} precision={0} disabled={isGreedy} />
        </Form.Item>
        <Form.Item name="topP" label={t('playground.topP')} extra={t('playground.topPHint')}>
          <InputNumber min={0.01} max={1} step={0.05} disabled={isGreedy} />
        </Form.Item>
        <Form.Item name="seed" label={t('playground.seed')}>
          <InputNumber min={0} max={2_147_483_647} precision={0} disabled={isGreedy} />
        </Form.Item>
        <Form.Item
          name="stop"
          label={t('playground.stop')}
          extra={t('playground.stopHint', { most: MAX_STOP_SEQUENCES })}
          rules={[
            {
              type: 'array',
              defaultField: {
                type: 'string',
                max: MAX_STOP_LENGTH,
                message: t('playground.stopTooLong', { most: MAX_STOP_LENGTH }),
              },
            },
          ]}
        >
          <Select mode="tags" open={false} suffixIcon={null} maxCount={MAX_STOP_SEQUENCES} />
        </Form.Item>
      </div>
    </details>
  );
}
