import { useId, type ReactNode } from 'react';

interface Properties {
  readonly label: ReactNode;
  /** Said below the control: what to enter, what is wrong. */
  readonly notes?: ReactNode;
  readonly isWrong?: boolean;
  readonly children: (control: { id: string; 'aria-describedby': string }) => ReactNode;
}

/** A label above a control and notes below it, tied together for readers of the screen. */
export function Field({ label, notes, isWrong = false, children }: Properties) {
  const id = useId();
  const notesId = `${id}notes`;
  return (
    <div className={`field ${isWrong ? 'field-wrong' : ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': notesId })}
      <div className="field-notes" id={notesId}>
        {notes}
      </div>
    </div>
  );
}
