import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { setLegalHold, setRetention } from '@greenlight/shared/stages/data/retention-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { formatMoment } from '../../../ui/time.ts';
import { useNow } from '../../../ui/use-now.ts';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { DateField } from '../../../ui/date-field.tsx';
import { PersonName } from '../../../ui/person-name.tsx';

const DAY_MS = 24 * 60 * 60 * 1000;
const WARNING_DAYS = 14;

/** The end of the day that a date field names, in the reader's time zone. */
function endOfDay(date: string): string {
  return new Date(`${date}T23:59:59`).toISOString();
}

/** The day of a moment, in the reader's time zone. */
function dayOf(moment: string): string {
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

interface Values {
  readonly date?: string;
  readonly reason: string;
}

/** Personal data in a version, until when its content is kept, and what suspends that. */
export function VersionKeeping({
  projectId,
  version,
}: {
  readonly projectId: string;
  readonly version: DatasetVersion;
}) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const may = useProjectRights(projectId);
  const now = useNow(60_000);
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<'date' | 'hold' | null>(null);
  const { keptUntil, hold, deleted } = version.retention;
  const params = { datasetVersionId: version.id };
  const change = useMutation({
    mutationFn: ({ date, reason }: Values) =>
      open === 'date'
        ? call(setRetention, { params, body: { keptUntil: date ? endOfDay(date) : null, reason } })
        : call(setLegalHold, { params, body: { isHeld: hold === null, reason } }),
    onSuccess: async () => {
      setOpen(null);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: familyOf(getDatasetVersion) }),
        queryClient.invalidateQueries({ queryKey: familyOf(listDatasetVersions) }),
      ]);
    },
  });
  const days = keptUntil === null ? null : Math.ceil((Date.parse(keptUntil) - now) / DAY_MS);
  const until = keptUntil === null ? t('keep.unlimited') : formatMoment(keptUntil, language);
  const facts = [
    {
      key: 'personal',
      name: t('keep.personalItems'),
      value:
        version.personalItems === null
          ? t('keep.notCounted')
          : t('keep.items', { count: version.personalItems, items: formatExactCount(version.personalItems) }),
    },
    {
      key: 'until',
      name: t('keep.until'),
      value: days === null || deleted ? until : `${until} · ${t('keep.days', { count: Math.max(0, days) })}`,
    },
    ...(hold === null
      ? []
      : [
          {
            key: 'hold',
            name: t('keep.hold'),
            value: (
              <>
                <span data-raw>{hold.reason}</span> · <PersonName actor={hold.by} />
              </>
            ),
          },
        ]),
  ];
  return (
    <div data-testid="version-keeping">
      <h3>{t('keep.title')}</h3>
      {deleted && (
        <Alert
          type="info"
          showIcon
          data-testid="content-deleted"
          title={t(`deleted.${deleted.kind}`, { at: formatMoment(deleted.at, language) })}
          description={
            deleted.certificateId && (
              <Link
                to="/projects/$projectId/data/certificates/$certificateId"
                params={{ projectId, certificateId: deleted.certificateId }}
              >
                {t('certificate.open')}
              </Link>
            )
          }
        />
      )}
      {!deleted && days !== null && days <= WARNING_DAYS && (
        <Alert
          type={hold ? 'info' : 'warning'}
          showIcon
          title={hold ? t('keep.suspended') : t('keep.soon', { count: Math.max(0, days) })}
        />
      )}
      <Facts facts={facts} />
      {!deleted && (
        <p className="panel-links">
          {may('data:erase') && (
            <Button size="small" onClick={() => setOpen('date')}>
              {t('keep.change')}
            </Button>
          )}
          {may('data:hold') && (
            <Button size="small" onClick={() => setOpen('hold')}>
              {t(hold ? 'keep.release' : 'keep.holdNow')}
            </Button>
          )}
        </p>
      )}
      <Modal
        open={open !== null}
        title={t(open === 'date' ? 'keep.change' : hold ? 'keep.release' : 'keep.holdNow')}
        onCancel={() => setOpen(null)}
        footer={null}
        destroyOnHidden
      >
        <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => change.mutate(values)}>
          {open === 'date' && (
            <Form.Item
              name="date"
              label={t('keep.until')}
              extra={t('keep.untilHint')}
              initialValue={keptUntil === null ? undefined : dayOf(keptUntil)}
            >
              <DateField />
            </Form.Item>
          )}
          <Form.Item
            name="reason"
            label={t('keep.reason')}
            extra={t('keep.reasonHint')}
            rules={[{ required: true, whitespace: true, min: 5, message: t('keep.reasonNeeded') }]}
          >
            <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={change.isPending}>
            {t('keep.save')}
          </Button>
          {change.error && <ErrorNotice error={change.error} />}
        </Form>
      </Modal>
    </div>
  );
}
