import { Alert, Badge, Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { finishNotes, notesQuery, type VisitNotes } from '@/api/after';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';
import { Addenda, AddForm } from './Addenda';
import classes from './After.module.css';
import { unsaved, type DraftState } from './draft';
import { useDraft } from './useDraft';

const LONGEST = 50_000;

/** The clinic's side: notes for those who treat the patient, and the summary that the patient is given. */
export function Notes({ visitId, begun }: { visitId: string; begun: boolean }) {
  const query = useQuery(notesQuery(visitId));
  return (
    <QueryView query={query}>
      {(notes) =>
        notes.may_write && !notes.finished_at ? (
          <Editor visitId={visitId} notes={notes} begun={begun} />
        ) : (
          <Finished visitId={visitId} notes={notes} />
        )
      }
    </QueryView>
  );
}

function Editor({ visitId, notes, begun }: { visitId: string; notes: VisitNotes; begun: boolean }) {
  const { t } = useTranslation('after');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { state, dispatch, save } = useDraft(visitId, notes);
  const finish = useMutation({
    mutationFn: async () => {
      const version = unsaved(state) || state.version === 0 ? await save() : state.version;
      return version === null ? null : finishNotes(visitId, version);
    },
    onSuccess: (found) => {
      setAsking(false);
      if (!found) return;
      client.setQueryData(notesQuery(visitId).queryKey, found);
      notifyDone(t('finish.done'));
    },
  });
  const field = (part: 'notes' | 'summary') => ({
    label: t(`${part}.title`),
    description: t(`${part}.text`),
    value: state.texts[part],
    onChange: (event: { currentTarget: HTMLTextAreaElement }) =>
      dispatch({ type: 'typed', texts: { [part]: event.currentTarget.value } }),
    autosize: true,
    minRows: part === 'notes' ? 6 : 4,
    maxLength: LONGEST,
    disabled: state.theirs !== null,
  });
  return (
    <Section title={t('notes.heading')} state={<Standing state={state} />}>
      <Stack>
        {state.theirs && (
          <Conflict
            mine={state.texts}
            theirs={state.theirs}
            onMine={() => dispatch({ type: 'keepMine' })}
            onTheirs={() => dispatch({ type: 'takeTheirs' })}
          />
        )}
        <Textarea {...field('notes')} />
        <Textarea {...field('summary')} />
        <Group justify="flex-end">
          <Button onClick={() => setAsking(true)} disabled={state.theirs !== null || !begun}>
            {t('finish.action')}
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asking}
        title={t('finish.title')}
        confirm={t('finish.action')}
        busy={finish.isPending}
        error={finish.error}
        onConfirm={() => finish.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('finish.text')}</Text>
      </ConfirmDialog>
    </Section>
  );
}

function Standing({ state }: { state: DraftState }) {
  const { t } = useTranslation('after');
  const key = state.theirs
    ? 'conflict'
    : state.phase === 'failed'
      ? 'failed'
      : unsaved(state) || state.phase === 'saving'
        ? 'saving'
        : state.version > 0
          ? 'saved'
          : 'empty';
  const color = key === 'failed' || key === 'conflict' ? 'red' : 'gray';
  return (
    <Badge variant="light" color={color} role="status" tt="none">
      {t(`standing.${key}`)}
    </Badge>
  );
}

interface ConflictProps {
  mine: { notes: string; summary: string };
  theirs: VisitNotes;
  onMine: () => void;
  onTheirs: () => void;
}

/** Somebody else has saved meanwhile: both are shown, and one is chosen. */
function Conflict({ mine, theirs, onMine, onTheirs }: ConflictProps) {
  const { t } = useTranslation('after');
  const sides = [
    { key: 'mine', texts: mine, title: t('conflict.mine'), choose: onMine },
    { key: 'theirs', texts: theirs, title: t('conflict.theirs', { name: theirs.written_by ?? '' }), choose: onTheirs },
  ] as const;
  const over = theirs.finished_at !== null;
  return (
    <Alert color="red" role="alert" title={t(over ? 'conflict.over' : 'conflict.title')}>
      <div className={classes.sides}>
        {sides.map(({ key, texts, title, choose }) => (
          <section key={key} aria-label={title}>
            <Title order={3} size="h5">
              {title}
            </Title>
            <Text className={classes.text} mt="xs">
              {texts.notes}
            </Text>
            <Text className={classes.text} mt="xs" c="dimmed">
              {texts.summary}
            </Text>
            {!(over && key === 'mine') && (
              <Button variant="default" mt="sm" onClick={choose}>
                {t(`conflict.${key}Action`)}
              </Button>
            )}
          </section>
        ))}
      </div>
    </Alert>
  );
}

function Finished({ visitId, notes }: { visitId: string; notes: VisitNotes }) {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  const signed =
    notes.finished_at === null
      ? null
      : t('signed', { name: notes.finished_by ?? '', when: formatDateTime(notes.finished_at, zone, locale) });
  return (
    <>
      {(['notes', 'summary'] as const).map((part) => (
        <Section key={part} title={t(`${part}.title`)} text={signed ?? t('unfinished')}>
          <Text className={classes.text}>{notes[part] || t('nothing')}</Text>
          <Addenda addenda={notes.addenda.filter((each) => each.part === part)} />
          {notes.may_write && notes.finished_at && <AddForm visitId={visitId} part={part} />}
        </Section>
      ))}
    </>
  );
}
