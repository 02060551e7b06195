import { Select } from 'antd';
import { guessedEncoding } from '@greenlight/shared/stages/data/preparation/reading/text-encoding.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Field } from '../../../ui/field.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { ENCODINGS, otherEncodings, type Encoding } from '../file-import/decode-text.ts';
import { FileProblem } from '../file-import/file-problem.ts';
import { itemsOfTable, suggestMapping, type ColumnMapping, type TableItems } from '../file-import/items-of-table.ts';
import type { Table } from '../file-import/read-table.ts';
import type { PlacedItem } from '../split-texts.ts';
import { usePersonalLabels } from '../use-personal-labels.ts';
import { FileProblemNotice } from './file-problem-notice.tsx';
import { ItemsSample } from './items-sample.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { PersonalLabelsWarning } from './personal-labels-warning.tsx';

interface Properties {
  /** Columns by whose values the project's criteria judge: they are kept unless somebody says otherwise. */
  readonly judged: readonly string[];
  /** Called with the items of the chosen file, or null while there are none. */
  readonly onItems: (items: readonly PlacedItem[] | null) => void;
}

interface ReadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  readonly table: Table | null;
  readonly problem: FileProblem | null;
  /** Whether the encoding was guessed, and is not the usual one. */
  readonly isGuessed: boolean;
}

interface State {
  readonly file: ReadFile | null;
  readonly mapping: ColumnMapping | null;
  readonly outcome: TableItems | FileProblem | null;
}

/** The parser comes when a file does: who types texts never loads it. */
async function readFile(name: string, bytes: Uint8Array, chosen: Encoding | null): Promise<ReadFile> {
  const { readTable } = await import('../file-import/read-table.ts');
  const guessed = guessedEncoding(bytes);
  const encoding = chosen ?? ENCODINGS.find((known) => known === guessed) ?? 'utf-8';
  const file = { name, bytes, encoding, isGuessed: chosen === null && encoding !== 'utf-8' };
  try {
    return { ...file, table: readTable(name, bytes, encoding), problem: null };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { ...file, table: null, problem: error };
  }
}

function mapped(table: Table | null, mapping: ColumnMapping | null): State['outcome'] {
  if (!table || !mapping) return null;
  try {
    return itemsOfTable(table, mapping);
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
}

/** Reads a file in the browser, lets a person say what its columns are, and shows what comes of it. */
export function FileFields({ judged, onItems }: Properties) {
  const { t } = useTranslation('data');
  const language = useLanguage();
  const [{ file, mapping, outcome }, setState] = useState<State>({ file: null, mapping: null, outcome: null });
  const show = (shown: ReadFile, chosen: ColumnMapping | null) => {
    const made = mapped(shown.table, chosen);
    setState({ file: shown, mapping: chosen, outcome: made });
    onItems(made === null || made instanceof FileProblem ? null : made.items);
  };
  const read = async (name: string, bytes: Uint8Array, chosen: Encoding | null) => {
    const next = await readFile(name, bytes, chosen);
    show(next, next.table && suggestMapping(next.table, judged));
  };
  const readAgain = (encoding: Encoding) => void (file && read(file.name, file.bytes, encoding));
  const personalLabels = usePersonalLabels(outcome === null || outcome instanceof FileProblem ? null : outcome.items);
  const placed =
    outcome === null || outcome instanceof FileProblem
      ? 0
      : outcome.items.filter(({ split }) => split !== undefined).length;
  const problem = file?.problem ?? (outcome instanceof FileProblem ? outcome : null);
  return (
    <>
      <FileDrop
        accept=".csv,.tsv,.jsonl,.ndjson,.txt"
        kinds={t('file.kinds')}
        chosen={file?.name}
        onFile={(chosen) => void chosen.arrayBuffer().then((bytes) => read(chosen.name, new Uint8Array(bytes), null))}
      />
      {file && (
        <Field
          label={t('file.encoding')}
          notes={
            file.table && (
              <>
                {t('file.rowsRead', {
                  name: file.name,
                  count: file.table.rows.length,
                  columns: t('file.columnsRead', { count: file.table.columns.length }),
                })}
                {file.isGuessed && ` ${t('file.guessed', { encoding: file.encoding.toUpperCase() })}`}
              </>
            )
          }
        >
          {(control) => (
            <Select
              {...control}
              value={file.encoding}
              options={ENCODINGS.map((value) => ({ value, label: value.toUpperCase() }))}
              onChange={readAgain}
            />
          )}
        </Field>
      )}
      {file && problem && (
        <FileProblemNotice
          problem={problem}
          encodings={problem.code === 'encoding' ? otherEncodings(file.bytes, file.encoding) : []}
          onEncoding={readAgain}
        />
      )}
      {file?.table && mapping && (
        <MappingFields table={file.table} mapping={mapping} onChange={(next) => show(file, next)} />
      )}
      {outcome !== null && !(outcome instanceof FileProblem) && (
        <>
          <p data-testid="file-ready">
            {[
              t('file.ready', { count: outcome.items.length }),
              ...(placed > 0 ? [t('file.placed', { count: placed })] : []),
              ...(outcome.withoutText > 0 ? [t('file.withoutText', { count: outcome.withoutText })] : []),
              ...(outcome.onlyTasks > 0 ? [t('file.onlyTasks', { count: outcome.onlyTasks })] : []),
              ...(outcome.withoutLabel > 0 ? [t('file.withoutLabel', { count: outcome.withoutLabel })] : []),
            ].join(language === 'zh' ? '' : ' ')}
          </p>
          <ItemsSample items={outcome.items} />
          <PersonalLabelsWarning {...personalLabels} />
        </>
      )}
    </>
  );
}
