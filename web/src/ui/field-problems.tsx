import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';

const refusal = z.object({ fields: z.array(z.object({ field: z.string(), message: z.string() })) });

/** The fields or keys of a file that a refusal names, with what is wrong; nothing where it names none. */
export function FieldProblems({ error, testId }: { readonly error: unknown; readonly testId: string }) {
  const details = error instanceof ApiError ? refusal.safeParse(error.details) : undefined;
  if (details?.success !== true) return null;
  return (
    <ul data-testid={testId}>
      {details.data.fields.map(({ field, message }) => (
        <li key={`${field} ${message}`} data-raw>
          <code>{field}</code>: {message}
        </li>
      ))}
    </ul>
  );
}
