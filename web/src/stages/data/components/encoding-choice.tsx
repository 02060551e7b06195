import { ENCODING_NAMES, type TextEncoding } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import type { SourceSample } from '@greenlight/shared/stages/data/source-contract.ts';
import { Alert, Radio } from 'antd';
import { useTranslation } from 'react-i18next';

interface Properties {
  readonly encodings: SourceSample['encodings'];
  /** The encoding that the file is read in; null where it could not be read. */
  readonly current: TextEncoding | null;
  readonly onChoose: (encoding: TextEncoding) => void;
}

/** The encodings that a file may have, with some of its text in each: only a reader can tell which one is right. */
export function EncodingChoice({ encodings, current, onChoose }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  if (encodings.length === 0) return null;
  const isRead = encodings.some(({ encoding }) => encoding === current);
  return (
    <Alert
      type={isRead ? 'info' : 'warning'}
      showIcon
      data-testid="encoding-choice"
      title={t(isRead ? 'upload.encodingRead' : 'upload.encodingToChoose')}
      description={
        <Radio.Group
          vertical
          aria-label={t('file.encoding')}
          value={current}
          onChange={({ target }) => onChoose(target.value as TextEncoding)}
          options={encodings.map(({ encoding, text }) => ({
            value: encoding,
            label: (
              <>
                {t('common:labelled', { label: ENCODING_NAMES[encoding], value: '' })}
                <span data-raw>{text}</span>
              </>
            ),
          }))}
        />
      }
    />
  );
}
