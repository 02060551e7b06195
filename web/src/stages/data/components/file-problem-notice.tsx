import { ENCODING_NAMES, type TextEncoding } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FileProblem } from '../file-import/file-problem.ts';

interface Properties {
  readonly problem: FileProblem;
  /** Encodings in which the file can be read. */
  readonly encodings: readonly TextEncoding[];
  readonly onEncoding: (encoding: TextEncoding) => void;
}

/** What is wrong with a file, where, and what to do. */
export function FileProblemNotice({ problem: { code, line, byte }, encodings, onEncoding }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  const said = t(`file.problems.${code}`);
  const place = byte === null ? t('file.atLine', { line }) : t('file.at', { line, byte });
  return (
    <Alert
      type="error"
      showIcon
      data-testid="file-problem"
      title={line === null ? said : t('common:labelled', { label: place, value: said })}
      description={
        <>
          <p>{t('file.nothingKept')}</p>
          {encodings.map((encoding) => (
            <Button key={encoding} onClick={() => onEncoding(encoding)}>
              {t('file.readAs', { encoding: ENCODING_NAMES[encoding] })}
            </Button>
          ))}
        </>
      }
    />
  );
}
