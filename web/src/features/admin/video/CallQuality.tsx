import { SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callQualityQuery, type ClinicCallQuality } from '@/api/after';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';

const SPANS = ['7', '30', '90'] as const;

/** How good the clinic's calls were: numbers alone. */
export function CallQuality({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('video');
  const [days, setDays] = useState<string>('30');
  const query = useQuery(callQualityQuery(clinicId, Number(days)));
  return (
    <Section title={t('quality.title')} text={t('quality.text')}>
      <Stack>
        <SegmentedControl
          aria-label={t('quality.span')}
          value={days}
          onChange={setDays}
          data={SPANS.map((span) => ({ value: span, label: t('quality.days', { count: Number(span) }) }))}
        />
        <QueryView query={query}>
          {(found) => (found.calls === 0 ? <Text c="dimmed">{t('quality.none')}</Text> : <Numbers found={found} />)}
        </QueryView>
      </Stack>
    </Section>
  );
}

function Numbers({ found }: { found: ClinicCallQuality }) {
  const { t } = useTranslation('video');
  const { locale } = useLocale();
  const share = (value: number | null) =>
    value === null ? '–' : value.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 1 });
  const number = (value: number | null) =>
    value === null ? '–' : value.toLocaleString(locale, { maximumFractionDigits: 1 });
  const spreads = [
    ['rtt', found.rtt_ms],
    ['loss', found.loss_percent],
    ['jitter', found.jitter_ms],
  ] as const;
  const shares = [
    ['bad', share(found.bad)],
    ['steppedDown', share(found.stepped_down)],
    ['relayed', share(found.relayed)],
    ['reconnects', number(found.reconnects)],
  ] as const;
  return (
    <Stack>
      <Text role="status">{t('quality.calls', { count: found.calls, minutes: number(found.minutes) })}</Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('quality.measure')}</Table.Th>
            <Table.Th scope="col">{t('quality.median')}</Table.Th>
            <Table.Th scope="col">{t('quality.p95')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spreads.map(([key, spread]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{t(`quality.${key}`)}</Table.Th>
              <Table.Td>{number(spread.median)}</Table.Td>
              <Table.Td>{number(spread.p95)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Table>
        <Table.Tbody>
          {shares.map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{t(`quality.${key}`)}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
