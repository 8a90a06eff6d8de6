import { Alert, Badge, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  acceptInvitation,
  addDependent,
  type Delegation,
  DELEGATIONS_KEY,
  delegationsQuery,
  endDelegation,
  inviteDelegate,
  KINDS,
  type Scope,
  SCOPES,
} from '@/api/delegates';
import { useUser } from '@/api/session';
import { dateOf, formatDate } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import classes from './Privacy.module.css';

const ADDRESS = /^\S+@\S+\.\S+$/u;
const DAYS_AT_FIRST = 365;
const DAY_MS = 86_400_000;

/** Who may act for the person, for whom the person may act, and an invitation that was just opened. */
export function DelegatesSection() {
  const { t } = useTranslation('delegates');
  const user = useUser();
  const query = useQuery(delegationsQuery());
  const [open, setOpen] = useState<'invite' | 'child' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Accept />
      {user?.patient_id && (
        <Section title={t('given.title')} text={t('given.text')}>
          <QueryView query={query}>
            {({ given }) => <Rows items={given} side="given" none={t('given.none')} />}
          </QueryView>
          <Button variant="default" mt="md" onClick={() => setOpen('invite')}>
            {t('given.invite')}
          </Button>
        </Section>
      )}
      <Section title={t('held.title')} text={t('held.text')}>
        <QueryView query={query}>{({ held }) => <Rows items={held} side="held" none={t('held.none')} />}</QueryView>
        <Button variant="default" mt="md" onClick={() => setOpen('child')}>
          {t('held.child')}
        </Button>
      </Section>
      <Dialog opened={open === 'invite'} title={t('form.title')} onClose={close}>
        <InviteForm onDone={close} />
      </Dialog>
      <Dialog opened={open === 'child'} title={t('child.title')} onClose={close}>
        <ChildForm onDone={close} />
      </Dialog>
    </>
  );
}

function Dialog({ children, ...rest }: { opened: boolean; title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation('ui');
  return (
    <Modal {...rest} closeButtonProps={{ 'aria-label': t('close') }}>
      {children}
    </Modal>
  );
}

function Rows({ items, side, none }: { items: Delegation[]; side: 'given' | 'held'; none: string }) {
  const { t } = useTranslation('delegates');
  const shown = items.filter(({ status }) => status === 'active' || status === 'invited');
  if (shown.length === 0) return <Text>{none}</Text>;
  return (
    <ul className={classes.rows} aria-label={t(`${side}.title`)}>
      {shown.map((one) => (
        <Row key={one.id} one={one} side={side} />
      ))}
    </ul>
  );
}

function Row({ one, side }: { one: Delegation; side: 'given' | 'held' }) {
  const { t } = useTranslation('delegates');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const name = side === 'given' ? one.delegate : one.patient_name;
  const until = formatDate(dateOf(one.expires_at, zone), locale, { dateStyle: 'long' });
  const end = useMutation({
    mutationFn: () => endDelegation(one.id),
    onSuccess: () => {
      setAsking(false);
      notifyDone(t('given.ended'));
      return client.invalidateQueries({ queryKey: DELEGATIONS_KEY });
    },
  });
  return (
    <li>
      <div className={classes.what}>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {[t(`kind.${one.kind}`), t('until', { date: until }), one.by_clinic && t('given.byClinic', { clinic: one.by_clinic })]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        <Text size="sm">{one.scopes.map((scope) => t(`scope.${scope}`)).join(' · ')}</Text>
      </div>
      <Badge variant="light" size="lg" color={one.status === 'active' ? undefined : 'gray'}>
        {t(`status.${one.status}`)}
      </Badge>
      <Button
        variant="default"
        size="sm"
        aria-label={t(`${side}.endNamed`, { name })}
        onClick={() => setAsking(true)}
      >
        {t(`${side}.end`)}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t(`${side}.endNamed`, { name })}
        confirm={t(`${side}.end`)}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t(`${side}.endText`)}</Text>
      </ConfirmDialog>
    </li>
  );
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('delegates');
  const { zone } = useLocale();
  const client = useQueryClient();
  const [{ today, inAYear }] = useState(() => ({ today: dayIn(0, zone), inAYear: dayIn(DAYS_AT_FIRST, zone) }));
  const form = useForm({
    initialValues: { email: '', kind: 'carer' as Delegation['kind'], scopes: ['visits', 'book'] as Scope[], until: inAYear },
    validate: {
      email: (value) => (ADDRESS.test(value.trim()) ? null : t('form.wrongEmail')),
      until: (value) => (value > today ? null : t('form.wrongDate')),
    },
  });
  const invite = useMutation({
    mutationFn: ({ email, kind, scopes, until }: typeof form.values) =>
      inviteDelegate({ email: email.trim(), kind, scopes: scopes.length > 0 ? scopes : ['visits'], expires_on: until }),
    onSuccess: () => {
      notifyDone(t('form.sent'));
      onDone();
      return client.invalidateQueries({ queryKey: DELEGATIONS_KEY });
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack>
        <Failure error={invite.error} />
        <TextInput label={t('form.email')} type="email" data-autofocus {...form.getInputProps('email')} />
        <Select
          label={t('form.kind')}
          data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <Checkbox.Group label={t('form.may')} {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt="xs">
            {SCOPES.map((scope) => (
              <Checkbox key={scope} size="md" value={scope} label={t(`scope.${scope}`)} disabled={scope === 'visits'} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput
          label={t('form.until')}
          description={t('form.untilHint')}
          type="date"
          maw="16rem"
          {...form.getInputProps('until')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={invite.isPending}>
            {t('form.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function dayIn(days: number, zone: string): string {
  return dateOf(new Date(Date.now() + days * DAY_MS).toISOString(), zone);
}

function ChildForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('delegates');
  const { zone, language } = useLocale();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: '', born: '' },
    validate: {
      name: (value) => (value.trim() ? null : t('child.wrongName')),
      born: (value) => (value ? null : t('child.wrongDate')),
    },
  });
  const add = useMutation({
    mutationFn: ({ name, born }: typeof form.values) =>
      addDependent({ full_name: name.trim(), born_on: born, time_zone: zone, language }),
    onSuccess: ({ patient_name }) => {
      notifyDone(t('child.added', { name: patient_name }));
      onDone();
      return client.invalidateQueries({ queryKey: DELEGATIONS_KEY });
    },
    onError: () => form.setFieldError('born', t('child.wrongDate')),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <Text>{t('child.text')}</Text>
        <Failure error={add.error} />
        <TextInput label={t('child.name')} data-autofocus {...form.getInputProps('name')} />
        <TextInput label={t('child.born')} type="date" maw="16rem" {...form.getInputProps('born')} />
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending}>
            {t('child.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The invitation whose link was opened: the code stands after the #, and is taken off the address at once. */
function Accept() {
  const { t } = useTranslation('delegates');
  const client = useQueryClient();
  const [code, setCode] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('accept'));
  useEffect(() => {
    if (code) window.history.replaceState(window.history.state, '', window.location.pathname);
  }, [code]);
  const accept = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: ({ patient_name }) => {
      setCode(null);
      notifyDone(t('accept.done', { name: patient_name }));
      void client.invalidateQueries({ queryKey: ['appointments'] });
      return client.invalidateQueries({ queryKey: DELEGATIONS_KEY });
    },
  });
  if (!code) return null;
  return (
    <Section title={t('accept.title')} text={t('accept.text')}>
      <Stack align="flex-start">
        <Failure error={accept.error} />
        <Button loading={accept.isPending} onClick={() => accept.mutate(code)}>
          {t('accept.do')}
        </Button>
      </Stack>
    </Section>
  );
}

function Failure({ error }: { error: unknown }) {
  const errorText = useErrorText();
  return error ? (
    <Alert color="red" role="alert">
      {errorText(error)}
    </Alert>
  ) : null;
}
