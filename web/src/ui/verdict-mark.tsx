import { useTranslation } from 'react-i18next';

/** What evidence says about one thing; `unclear` also stands for too little evidence. */
export type Mark = 'pass' | 'fail' | 'unclear' | 'none';

const SHAPES: Record<Mark, string> = { pass: '●', fail: '▲', unclear: '◐', none: '○' };

const MARK_OF_VERDICT = {
  pass: 'pass',
  fail: 'fail',
  'not-enough-evidence': 'unclear',
  'no-evidence': 'none',
} as const;

/** A verdict on a criterion. */
export type Verdict = keyof typeof MARK_OF_VERDICT;

/** The verdict's shape and colour, with its name for readers of the screen. */
export function VerdictMark({ verdict, withText = false }: { readonly verdict: Verdict; readonly withText?: boolean }) {
  const { t } = useTranslation();
  const mark = MARK_OF_VERDICT[verdict];
  const text = t(`verdict.${verdict}`);
  return (
    <span className={`mark mark-${mark}`} {...(withText ? {} : { role: 'img', 'aria-label': text, title: text })}>
      <span aria-hidden="true">{SHAPES[mark]}</span>
      {withText && ` ${text}`}
    </span>
  );
}
