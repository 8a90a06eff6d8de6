import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Keys.module.css';

/** Words asked again, counted from 0: the third and the last but one. */
const ASKED = [2, 7];

interface PhraseStepsProps {
  phrase: string;
  busy: boolean;
  onKept: () => void;
}

/** Shows a phrase, this one time, and goes on once two of its words were typed. */
export function PhraseSteps({ phrase, busy, onKept }: PhraseStepsProps) {
  const [written, setWritten] = useState(false);
  return written ? (
    <Confirm phrase={phrase} busy={busy} onBack={() => setWritten(false)} onKept={onKept} />
  ) : (
    <Show phrase={phrase} onWritten={() => setWritten(true)} />
  );
}

function Show({ phrase, onWritten }: { phrase: string; onWritten: () => void }) {
  const { t } = useTranslation('keys');
  return (
    <Stack>
      <Alert color="yellow" title={t('phrase.title')}>
        {t('phrase.once')}
      </Alert>
      <ol className={classes.words} aria-label={t('phrase.label')}>
        {phrase.split(' ').map((word, at) => (
          <li key={`${at} ${word}`}>{word}</li>
        ))}
      </ol>
      <Text size="sm" c="dimmed">
        {t('phrase.hint')}
      </Text>
      <Group>
        <CopyButton value={phrase}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={copy}
            >
              {copied ? t('phrase.copied') : t('phrase.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onWritten}>{t('phrase.written')}</Button>
      </Group>
    </Stack>
  );
}

function Confirm({ phrase, busy, onBack, onKept }: PhraseStepsProps & { onBack: () => void }) {
  const { t } = useTranslation('keys');
  const [typed, setTyped] = useState(ASKED.map(() => ''));
  const [wrong, setWrong] = useState(false);
  const words = phrase.split(' ');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const right = ASKED.every((at, n) => words[at] === typed[n]?.trim().toLowerCase());
    setWrong(!right);
    if (right) onKept();
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack>
        <Text>{t('phrase.again')}</Text>
        {wrong && (
          <Alert color="red" role="alert">
            {t('phrase.wrongWords')}
          </Alert>
        )}
        {ASKED.map((at, n) => (
          <TextInput
            key={at}
            label={t('phrase.word', { number: at + 1 })}
            value={typed[n] ?? ''}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onChange={(event) => setTyped(typed.with(n, event.currentTarget.value))}
          />
        ))}
        <Group>
          <Button variant="default" onClick={onBack}>
            {t('phrase.back')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('phrase.done')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
