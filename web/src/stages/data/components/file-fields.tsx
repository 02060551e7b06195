import { Select } from 'antd';
import {
  ENCODING_NAMES,
  TEXT_ENCODINGS,
  type TextEncoding,
} from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { guessedEncoding } from '@greenlight/shared/stages/data/preparation/reading/text-encoding.ts';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Field } from '../../../ui/field.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { otherEncodings } from '../file-import/decode-text.ts';
import { FileProblem } from '../file-import/file-problem.ts';
import {
  itemsOfTable,
  lacksLabel,
  suggestMapping,
  withGuessedLabel,
  type ColumnMapping,
  type TableItems,
} from '../file-import/items-of-table.ts';
import type { Table } from '../file-import/read-table.ts';
import type { PlacedItem } from '../split-texts.ts';
import { usePersonalLabels } from '../use-personal-labels.ts';
import { JudgedMissing } from './criteria-hints.tsx';
import { FileProblemNotice } from './file-problem-notice.tsx';
import { ItemsSample } from './items-sample.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { LabelCounts } from './label-counts.tsx';
import { PersonalLabelsWarning } from './personal-labels-warning.tsx';

/** The items of a file, or what is missing; `reading` while the chosen file is being read. */
export type FileItems = readonly PlacedItem[] | 'file' | 'label' | 'reading';

interface Properties {
  /** Whether a classifier is to learn from the file, which takes labels. */
  readonly isClassified: boolean;
  /** Columns by whose values the project's criteria judge: they are kept unless somebody says otherwise. */
  readonly judged: readonly string[];
  /** Called with the items of the chosen file, or with why there are none. */
  readonly onItems: (items: FileItems) => void;
  /** Called with what a file may be called by: its name without the ending. */
  readonly onName: (name: string) => void;
}

interface ReadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly encoding: TextEncoding;
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
async function readFile(name: string, bytes: Uint8Array, chosen: TextEncoding | null): Promise<ReadFile> {
  const { readTable } = await import('../file-import/read-table.ts');
  const encoding = chosen ?? guessedEncoding(bytes);
  const file = { name, bytes, encoding, isGuessed: chosen === null && encoding !== 'utf-8' };
  try {
    return { ...file, table: readTable(name, bytes, encoding), problem: null };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { ...file, table: null, problem: error };
  }
}

function mapped(table: Table | null, mapping: ColumnMapping | null): State['outcome'] {
  if (!table || !mapping || lacksLabel(mapping)) return null;
  try {
    return itemsOfTable(table, mapping);
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
}

/** Reads a file in the browser, lets a person say what its columns are, and shows what comes of it. */
export function FileFields({ isClassified, judged, onItems, onName }: Properties) {
  const { t } = useTranslation('data');
  const language = useLanguage();
  const [{ file, mapping, outcome }, setState] = useState<State>({ file: null, mapping: null, outcome: null });
  /** The label's column where it was guessed from what fills it. */
  const [guess, setGuess] = useState<string | null>(null);
  const show = (shown: ReadFile, chosen: ColumnMapping | null) => {
    const made = mapped(shown.table, chosen);
    setState({ file: shown, mapping: chosen, outcome: made });
    const isLabelMissing = shown.table !== null && chosen !== null && lacksLabel(chosen);
    onItems(isLabelMissing ? 'label' : made === null || made instanceof FileProblem ? 'file' : made.items);
  };
  /** Files are read one after another: what was chosen before the latest one is not shown any more. */
  const latest = useRef(0);
  const read = async (name: string, content: Uint8Array | Promise<ArrayBuffer>, chosen: TextEncoding | null) => {
    const turn = ++latest.current;
    onItems('reading');
    const next = await readFile(name, new Uint8Array(await content), chosen).catch((error: unknown) => {
      // The file may have gone, or changed, since it was chosen.
      if (turn === latest.current) onItems('file');
      throw error;
    });
    if (turn !== latest.current) return;
    const suggested = next.table && suggestMapping(next.table, judged);
    const guessed =
      next.table && suggested && isClassified ? withGuessedLabel(next.table, suggested, judged) : suggested;
    setGuess(guessed !== suggested && guessed !== null ? guessed.label : null);
    show(next, guessed);
  };
  const readAgain = (encoding: TextEncoding) => void (file && read(file.name, file.bytes, encoding));
  const personalLabels = usePersonalLabels(outcome === null || outcome instanceof FileProblem ? null : outcome.items);
  const placed =
    outcome === null || outcome instanceof FileProblem
      ? 0
      : outcome.items.filter(({ split }) => split !== undefined).length;
  /** Columns by which criteria judge and that the version would not have. */
  const lost = judged.filter((name) => mapping && name !== mapping.label && !mapping.kept.includes(name));
  const problem = file?.problem ?? (outcome instanceof FileProblem ? outcome : null);
  return (
    <>
      <FileDrop
        accept=".csv,.tsv,.json,.jsonl,.ndjson,.txt"
        kinds={t('file.kinds')}
        chosen={file?.name}
        onFile={(chosen) => {
          onName(chosen.name.replace(/\.\w+$/, '').slice(0, 120));
          void read(chosen.name, chosen.arrayBuffer(), null);
        }}
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
                {file.isGuessed && ` ${t('file.guessed', { encoding: ENCODING_NAMES[file.encoding] })}`}
              </>
            )
          }
        >
          {(control) => (
            <Select
              {...control}
              value={file.encoding}
              options={TEXT_ENCODINGS.map((value) => ({
                value,
                label: t(`file.encodings.${value}`, { name: ENCODING_NAMES[value] }),
              }))}
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
        <MappingFields
          table={file.table}
          mapping={mapping}
          isClassified={isClassified}
          judged={judged}
          isGuess={guess !== null && guess === mapping.label}
          onChange={(next) => show(file, next)}
        />
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
          <LabelCounts items={outcome.items} />
          <ItemsSample items={outcome.items} />
          <PersonalLabelsWarning {...personalLabels} />
          <JudgedMissing columns={lost} />
        </>
      )}
    </>
  );
}
