import { MAX_TRIED_TEXT, tokenizeText } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Field } from '../../../ui/field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useSettled } from '../../../ui/use-settled.ts';

const QUIET_MS = 300;

function tokensQuery(tokenizerId: string, text: string) {
  return queryOptions({
    queryKey: [tokenizeText.id, tokenizerId, text],
    queryFn: ({ signal }) => call(tokenizeText, { params: { tokenizerId }, body: { text } }, signal),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    // What people type is not kept longer than it is shown.
    gcTime: 0,
  });
}

/** What the tokenizers make of a typed text. */
function Tokens({ tokenizerId, text }: { readonly tokenizerId: string; readonly text: string }) {
  const { t } = useTranslation('tokenizers');
  const { data, error, refetch } = useQuery(tokensQuery(tokenizerId, text));
  if (text === '') return null;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const { tokens, characters, words, unknownTokens } = data;
  return (
    <>
      <p className="secondary" data-testid="tried-counts">
        {t('try.counts', { tokens: tokens.length, characters, words, unknown: unknownTokens })}
      </p>
      <p className="tokens" data-testid="tried-tokens" data-raw>
        {tokens.map(({ id, token, isUnknown }, place) => (
          <code
            // oxlint-disable-next-line react/no-array-index-key -- the same token may come twice
            key={place}
            className={isUnknown ? 'token token-unknown' : 'token'}
            title={String(id)}
          >
            {token}
          </code>
        ))}
      </p>
    </>
  );
}

/** A box whose text is shown as the tokens that the tokenizer cuts it into. */
export function TokenizerTry({ tokenizerId }: { readonly tokenizerId: string }) {
  const { t } = useTranslation('tokenizers');
  const [text, setText] = useState('');
  const settled = useSettled(text, QUIET_MS);
  return (
    <Panel title={t('try.title')}>
      <Field label={t('try.text')} notes={t('try.hint')}>
        {(control) => (
          <Input.TextArea
            {...control}
            data-testid="try-text"
            maxLength={MAX_TRIED_TEXT}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <div aria-live="polite">
        <Tokens tokenizerId={tokenizerId} text={settled} />
      </div>
    </Panel>
  );
}
