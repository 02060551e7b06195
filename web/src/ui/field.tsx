import { useId, type ReactNode } from 'react';

/** What ties a control to its label and notes, and shows that it is wrong. */
interface Control {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly status: 'error' | '';
}

interface Properties {
  readonly label: ReactNode;
  /** Said below the control: what to enter, what is wrong. */
  readonly notes?: ReactNode;
  readonly isWrong?: boolean;
  readonly children: (control: Control) => ReactNode;
}

/** A label above a control and notes below it, tied together for readers of the screen. */
export function Field({ label, notes, isWrong = false, children }: Properties) {
  const id = useId();
  const notesId = `${id}notes`;
  return (
    <div className={`field ${isWrong ? 'field-wrong' : ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': notesId, 'aria-invalid': isWrong, status: isWrong ? 'error' : '' })}
      <div className="field-notes" id={notesId}>
        {notes}
      </div>
    </div>
  );
}
