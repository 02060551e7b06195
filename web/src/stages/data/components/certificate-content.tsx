import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { readCertificate, type CertificateReading } from '../certificate-reading.ts';

/** Everything that a certificate says. */
export function CertificateContent({ content }: { readonly content: unknown }) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  return <Reading reading={readCertificate(content, { t, language })} />;
}

function Reading({ reading }: { readonly reading: CertificateReading }): ReactNode {
  switch (reading.kind) {
    case 'words':
      return reading.text;
    case 'moment':
      return <time dateTime={reading.moment}>{reading.text}</time>;
    case 'code':
      return <code className="whole-hash">{reading.text}</code>;
    case 'raw':
      return <span data-raw>{reading.text}</span>;
    case 'list':
      return (
        <ul className="plain-list">
          {reading.members.map((member, index) => (
            // A certificate never changes.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Reading reading={member} />
            </li>
          ))}
        </ul>
      );
    case 'facts':
      return (
        <dl className="certificate">
          {reading.facts.map(({ key, name, value }) => (
            <div key={key}>
              <dt>{name}</dt>
              <dd>
                <Reading reading={value} />
              </dd>
            </div>
          ))}
        </dl>
      );
  }
}
