import { Alert, Button, Card, Stack, Tabs, Title } from '@mantine/core';
import { IconBeach, IconCalendarEvent, IconCalendarWeek, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { providerQuery } from '@/api/providers';
import { scheduleQuery, type TaggedSchedule } from '@/api/schedule';
import type { Provider } from '@/api/types';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { AbsencesEditor } from './AbsencesEditor';
import { DatesEditor } from './DatesEditor';
import { EditingContext } from './EditingContext';
import { type Faults, faultsOf } from './faults';
import { LeaveGuard } from './LeaveGuard';
import { Preview } from './Preview';
import { SaveBar } from './SaveBar';
import { useDraft } from './useDraft';
import { WeeklyEditor } from './WeeklyEditor';
import classes from './Schedule.module.css';

type Part = 'week' | 'dates' | 'absences';

/** Edits when a provider works, with the times that would come of it beside the editor. */
export function HoursEditor({ providerId }: { providerId: string }) {
  const schedule = useQuery(scheduleQuery(providerId));
  const provider = useQuery(providerQuery(providerId));
  useLive(`agenda:${providerId}`, ['schedule', providerId]);
  return (
    <QueryView query={schedule} loading={<Loading rows={5} height={96} />}>
      {(server) => (
        <QueryView query={provider}>{(known) => <Editor key={providerId} provider={known} server={server} />}</QueryView>
      )}
    </QueryView>
  );
}

function Editor({ provider, server }: { provider: Provider; server: TaggedSchedule }) {
  const { t } = useTranslation('schedule');
  const { draft, base, dirty, newer, edit, restart } = useDraft(server);
  const [part, setPart] = useState<Part>('week');
  const [refused, setRefused] = useState<Faults>(new Map());
  const faults = new Map([...refused, ...faultsOf(draft)]);
  const change = (to: typeof draft) => {
    setRefused(new Map());
    edit(to);
  };
  const counts = { week: count(faults, 'weekly', 'breaks'), dates: count(faults, 'overrides'), absences: 0 };
  const tab = (value: Part, Icon: typeof IconBeach) => (
    <Tabs.Tab className={classes.tab} value={value} leftSection={<Icon size={18} aria-hidden="true" />}>
      {t(`parts.${value}`)}
      {counts[value] > 0 && ` (${t('faulty', { count: counts[value] })})`}
    </Tabs.Tab>
  );
  return (
    <EditingContext value={{ draft, faults, provider, change }}>
      <div className={classes.layout}>
        <Stack gap="md">
          {newer && (
            <Alert color="yellow" role="alert" icon={<IconRefresh size={20} aria-hidden="true" />} title={t('newer.title')}>
              {t('newer.text')}
              <Button mt="sm" size="sm" variant="default" onClick={() => restart(server)} display="block">
                {t('newer.take')}
              </Button>
            </Alert>
          )}
          <Card padding="md">
            <ZoneSelect
              label={t('zone')}
              description={t('zoneHint')}
              value={draft.time_zone}
              error={faults.has('zone') ? t('fault.unknown_zone') : undefined}
              onChange={(time_zone) => change({ ...draft, time_zone })}
            />
          </Card>
          <Tabs value={part} onChange={(value) => setPart((value ?? 'week') as Part)} keepMounted={false}>
            <Tabs.List mb="md">
              {tab('week', IconCalendarWeek)}
              {tab('dates', IconCalendarEvent)}
              {tab('absences', IconBeach)}
            </Tabs.List>
            <Tabs.Panel value="week">
              <WeeklyEditor />
            </Tabs.Panel>
            <Tabs.Panel value="dates">
              <DatesEditor />
            </Tabs.Panel>
            <Tabs.Panel value="absences">
              <AbsencesEditor absences={server.value.absences} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
        <aside className={classes.aside} aria-labelledby="preview-heading">
          <Card padding="md">
            <Title order={2} size="h3" id="preview-heading" mb="sm">
              {t('preview.title')}
            </Title>
            <Preview sound={faults.size === 0} />
          </Card>
        </aside>
      </div>
      {dirty && (
        <SaveBar
          etag={base.etag}
          onSaved={restart}
          onRefused={setRefused}
          onDiscard={() => {
            setRefused(new Map());
            restart(server);
          }}
        />
      )}
      <LeaveGuard dirty={dirty} />
    </EditingContext>
  );
}

function count(faults: Faults, ...parts: string[]): number {
  return [...faults.keys()].filter((where) => parts.includes(where.split('.')[0] ?? '')).length;
}
