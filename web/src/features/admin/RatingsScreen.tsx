import { Badge, Button, Card, Group, Stack, Text, Textarea } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ClinicRating, judgeRating, ratingsQuery } from '@/api/ratings';
import { formatDateTime } from '@/lib/time';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { MoreButton } from '@/ui/MoreButton';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { AdminScreen } from './AdminScreen';

const LONGEST_REASON = 500;

/** What patients said of their visits, for the clinic's admins, who put aside what is not to be shown. */
export function RatingsScreen() {
  return <AdminScreen section="ratings">{(clinicId) => <ForAdmins key={clinicId} clinicId={clinicId} />}</AdminScreen>;
}

function ForAdmins({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  return useIsAdmin(clinicId) ? <Ratings clinicId={clinicId} /> : <Text>{t('adminsOnly')}</Text>;
}

function Ratings({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const query = useInfiniteQuery(ratingsQuery(clinicId));
  return (
    <>
      <Text c="dimmed" maw="40rem" mb="md">
        {t('ratings.intro')}
      </Text>
      <QueryView
        query={query}
        empty={{ when: ({ pages }) => pages.every(({ items }) => items.length === 0), show: <Text>{t('ratings.none')}</Text> }}
      >
        {({ pages }) => (
          <Stack>
            <Stack component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
              {pages.flatMap(({ items }) => items).map((one) => (
                <li key={one.id}>
                  <One clinicId={clinicId} one={one} />
                </li>
              ))}
            </Stack>
            <MoreButton query={query} />
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function One({ clinicId, one }: { clinicId: string; one: ClinicRating }) {
  const { t } = useTranslation('admin');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const judge = useMutation({
    mutationFn: (hide: boolean) => judgeRating(one.appointment_id, hide, reason.trim()),
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: ratingsQuery(clinicId).queryKey });
    },
  });
  const when = formatDateTime(one.start, zone, locale);
  const patient = one.patient.name;
  return (
    <Card component="article" p="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0} style={{ flex: '1 1 16rem' }}>
          <Badge variant="light" size="lg" tt="none" color={one.hidden ? 'gray' : undefined}>
            {t('ratings.stars', { count: one.score })}
          </Badge>
          <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
            {one.comment || <Text span c="dimmed">{t('ratings.noWords')}</Text>}
          </Text>
          <Text size="sm" c="dimmed">
            {t('ratings.of', { patient, type: one.visit_type, provider: one.provider.name, when })}
          </Text>
          {one.hidden && (
            <Text size="sm" fw={600}>
              {t('ratings.hidden', { when: formatDateTime(one.hidden.at, zone, locale), reason: one.hidden.reason })}
            </Text>
          )}
        </Stack>
        <Button
          variant="default"
          style={{ flex: 'none' }}
          loading={judge.isPending}
          aria-label={t(one.hidden ? 'ratings.showNamed' : 'ratings.hideNamed', { patient })}
          onClick={() => (one.hidden ? judge.mutate(false) : setAsking(true))}
        >
          {t(one.hidden ? 'ratings.show' : 'ratings.hide')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('ratings.ask')}
        confirm={t('ratings.hide')}
        danger
        busy={judge.isPending}
        error={judge.error}
        onConfirm={() => judge.mutate(true)}
        onClose={() => setAsking(false)}
      >
        <Textarea
          label={t('ratings.reason')}
          description={t('ratings.reasonText')}
          autosize
          minRows={2}
          required
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmDialog>
    </Card>
  );
}
