import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '@/ui/Section';
import { browserFamily } from './browsers';
import { canSkip, type Outcome, type Step, type StepState } from './steps';

const COLORS: Record<Outcome, string> = {
  waiting: 'gray',
  running: 'lagoon',
  asking: 'lagoon',
  passed: 'lagoon',
  failed: 'red',
  skipped: 'yellow',
};

interface StepCardProps {
  step: Step;
  state: StepState;
  /** Whether it is this step's turn. */
  current: boolean;
  onRetry: () => void;
  onSkip: () => void;
  children?: ReactNode;
}

/** One step: how it went, and where it went wrong what to do about it. */
export function StepCard({ step, state, current, onRetry, onSkip, children }: StepCardProps) {
  const { t } = useTranslation('check');
  const { outcome } = state;
  const name = t(`step.${step}.name`);
  const badge = (
    <Badge color={COLORS[outcome]} variant="light">
      {t(`outcome.${outcome}`)}
    </Badge>
  );
  const busy = outcome === 'running' || outcome === 'asking';
  return (
    <Section title={name} state={badge}>
      <Stack gap="sm">
        {outcome !== 'passed' && outcome !== 'failed' && <Text c="dimmed">{t(`step.${step}.text`)}</Text>}
        {children}
        {outcome === 'failed' && <Help state={state} />}
        {outcome === 'failed' && !canSkip(step) && <Text>{t('needed')}</Text>}
        {outcome === 'skipped' && <Text>{t(`step.${step}.skipped`)}</Text>}
        <Group gap="xs">
          {(outcome === 'failed' || outcome === 'skipped' || outcome === 'passed') && (
            <Button
              size="sm"
              variant={outcome === 'failed' ? 'filled' : 'default'}
              onClick={onRetry}
              aria-label={t('retryNamed', { step: name })}
            >
              {t('retry')}
            </Button>
          )}
          {current && canSkip(step) && (busy || outcome === 'failed') && (
            <Button size="sm" variant="subtle" onClick={onSkip} aria-label={t('skipNamed', { step: name })}>
              {t('skip')}
            </Button>
          )}
        </Group>
        {current && canSkip(step) && outcome === 'failed' && (
          <Text size="sm" c="dimmed">
            {t(`step.${step}.consequence`)}
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function Help({ state }: { state: StepState }) {
  const { t } = useTranslation('check');
  if (!state.fault) return null;
  return (
    <div role="alert">
      <Text fw={600}>{t(`fault.${state.fault}.what`)}</Text>
      <Text>{t(`fault.${state.fault}.help`)}</Text>
      {state.fault === 'denied' && <Text mt={4}>{t(`allow.${browserFamily()}`)}</Text>}
    </div>
  );
}
