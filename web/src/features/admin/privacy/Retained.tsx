import { Button, Code, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OpenReason, openRetained, retainedQuery } from '@/api/privacy';
import { formatDay } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import classes from '../Admin.module.css';

const REASONS = ['legal-claim', 'authority', 'former-patient'] as const satisfies readonly OpenReason[];

/** Records that the law keeps after their people were erased; each is opened with a reason. */
export function Retained({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation(['admin', 'ui']);
  const { locale, zone } = useLocale();
  const query = useQuery(retainedQuery(clinicId));
  const [asking, setAsking] = useState<string | null>(null);
  const [reason, setReason] = useState<OpenReason>('legal-claim');
  const open = useMutation({
    mutationFn: (id: string) => openRetained(clinicId, id, reason),
    onSuccess: () => setAsking(null),
  });
  return (
    <QueryView
      query={query}
      empty={{ when: (items) => items.length === 0, show: <Text>{t('admin:privacy.retained.none')}</Text> }}
    >
      {(items) => (
        <>
          <ul className={classes.lines}>
            {items.map(({ id, visits, keep_until }) => (
              <li key={id}>
                <div className={classes.lineText}>
                  <Text fw={600}>{t('admin:privacy.retained.visits', { count: visits })}</Text>
                  <Text size="sm" c="dimmed">
                    {t('admin:privacy.retained.until', { when: formatDay(keep_until, zone, locale, true) })}
                  </Text>
                </div>
                <Button variant="default" size="sm" onClick={() => setAsking(id)}>
                  {t('admin:privacy.retained.open')}
                </Button>
              </li>
            ))}
          </ul>
          <ConfirmDialog
            opened={asking !== null}
            title={t('admin:privacy.retained.openTitle')}
            confirm={t('admin:privacy.retained.do')}
            busy={open.isPending}
            error={open.error}
            onConfirm={() => asking && open.mutate(asking)}
            onClose={() => setAsking(null)}
          >
            <Radio.Group
              label={t('admin:privacy.retained.why')}
              value={reason}
              onChange={(value) => setReason(value)}
            >
              <Stack gap="xs" mt="xs">
                {REASONS.map((one) => (
                  <Radio key={one} size="md" value={one} label={t(`admin:privacy.retained.reason.${one}`)} />
                ))}
              </Stack>
            </Radio.Group>
          </ConfirmDialog>
          <Modal
            opened={open.data !== undefined}
            onClose={() => open.reset()}
            size="lg"
            title={t('admin:privacy.retained.title')}
            closeButtonProps={{ 'aria-label': t('ui:close') }}
          >
            <Code block>{JSON.stringify(open.data?.content, null, 2)}</Code>
          </Modal>
        </>
      )}
    </QueryView>
  );
}
