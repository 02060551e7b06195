import { Upload } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Properties {
  /** Endings of the names that can be chosen, `.csv,.txt`. */
  readonly accept: string;
  /** What is taken: kinds and sizes. */
  readonly kinds?: ReactNode;
  /** The file that is chosen now, by name. */
  readonly chosen?: string | undefined;
  readonly multiple?: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly onFile: (file: File) => void;
}

/** Where files are chosen or dropped, in the language of the page: the browser's own field speaks the browser's. */
export function FileDrop({ accept, kinds, chosen, multiple = false, disabled = false, testId, onFile }: Properties) {
  const { t } = useTranslation();
  return (
    <div className="field file-drop">
      <Upload.Dragger
        accept={accept}
        multiple={multiple}
        disabled={disabled}
        showUploadList={false}
        {...(testId !== undefined && { 'data-testid': testId })}
        beforeUpload={(file) => {
          onFile(file);
          return Upload.LIST_IGNORE;
        }}
      >
        <p>{t('fileDrop')}</p>
        {kinds && <p className="secondary">{kinds}</p>}
        {chosen !== undefined && (
          <p>
            <strong data-raw>{chosen}</strong>
          </p>
        )}
      </Upload.Dragger>
    </div>
  );
}
