import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type WaysThrough, waysThrough } from '@/api/call';
import { saveCheck } from '@/api/checks';
import { Screen } from '@/ui/Screen';
import { DevicePicker } from './DevicePicker';
import { StepCard } from './StepCard';
import { isOver, results, type Step, STEPS } from './steps';
import { type Check, useCheck } from './useCheck';

interface CheckScreenProps {
  roomId: string;
  /** Where to from here. */
  onward?: React.ReactNode;
}

/** The check of camera, microphone, speaker and network, at leisure before a visit. */
export function CheckScreen({ roomId, onward }: CheckScreenProps) {
  const { t } = useTranslation('check');
  const { mutate } = useMutation({ mutationFn: (found: ReturnType<typeof results>) => saveCheck(roomId, found) });
  return (
    <Screen title={t('title')} intro={t('intro')} width="narrow">
      <CheckSteps roomId={roomId} onFound={mutate} onward={onward} />
    </Screen>
  );
}

interface CheckStepsProps {
  roomId: string;
  /** A guest's, who is not signed in. */
  token?: string;
  /** Hears how the steps went, each time one came to an end that stays for now. */
  onFound?: (found: ReturnType<typeof results>) => void;
  onward?: React.ReactNode;
}

/** The steps themselves. What is found stays in the browser unless somebody wants to hear of it. */
export function CheckSteps({ roomId, token, onFound, onward }: CheckStepsProps) {
  const servers = useCallback(
    async () => (await waysThrough(roomId, token)).ice_servers.map(asServer),
    [roomId, token],
  );
  const check = useCheck(servers);
  const { begin, state } = check;
  useEffect(begin, []); // eslint-disable-line react-hooks/exhaustive-deps -- begun once, when the screen is opened
  useTold(check, onFound);
  return (
    <Stack gap="md">
      {STEPS.map((step) => (
        <StepCard
          key={step}
          step={step}
          state={state.steps[step]}
          current={state.at === step}
          onRetry={() => check.retry(step)}
          onSkip={() => check.skip(step)}
        >
          <Detail step={step} check={check} />
        </StepCard>
      ))}
      <div role="status">{isOver(state) && <Verdict check={check} />}</div>
      {onward}
    </Stack>
  );
}

/** A server as browsers want it, without the members that are not set. */
function asServer({ urls, username, credential }: WaysThrough['ice_servers'][number]): RTCIceServer {
  return { urls, ...(username ? { username } : {}), ...(credential ? { credential } : {}) };
}

function useTold({ state }: Check, onFound: CheckStepsProps['onFound']) {
  const resting = state.at === null || state.steps[state.at].outcome === 'failed';
  const found = JSON.stringify(results(state));
  const told = useRef('{}');
  useEffect(() => {
    if (!resting || told.current === found) return;
    told.current = found;
    onFound?.(JSON.parse(found) as ReturnType<typeof results>);
  }, [resting, found, onFound]);
}

function Verdict({ check }: { check: Check }) {
  const { t } = useTranslation('check');
  const well = STEPS.every((step) => check.state.steps[step].outcome === 'passed');
  return (
    <Alert color={well ? 'lagoon' : 'yellow'} title={t(well ? 'over.well' : 'over.skipped')}>
      {t(well ? 'over.wellText' : 'over.skippedText')}
    </Alert>
  );
}

function Detail({ step, check }: { step: Step; check: Check }) {
  const { outcome, run } = check.state.steps[step];
  if (outcome === 'waiting') return null;
  if (step === 'camera') {
    return (
      <>
        <Picture stream={check.shown.camera?.picture ?? null} />
        <DevicePicker kind="camera" known={outcome} onChosen={() => check.retry('camera')} />
      </>
    );
  }
  if (step === 'microphone') {
    return (
      <>
        <Level value={check.shown.microphone?.level ?? 0} live={outcome === 'running' || outcome === 'passed'} />
        <DevicePicker kind="microphone" known={outcome} onChosen={() => check.retry('microphone')} />
      </>
    );
  }
  if (step === 'speaker') return <Speaker check={check} key={run} />;
  return step === 'network' ? <Network check={check} /> : null;
}

function Picture({ stream }: { stream: MediaStream | null }) {
  const { t } = useTranslation('check');
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  if (!stream) return null;
  return (
    <video
      ref={video}
      autoPlay
      muted
      playsInline
      aria-label={t('step.camera.picture')}
      style={{ width: '100%', maxWidth: '24rem', borderRadius: 8, transform: 'scaleX(-1)', background: '#000' }}
    />
  );
}

function Level({ value, live }: { value: number; live: boolean }) {
  const { t } = useTranslation('check');
  if (!live) return null;
  return <Progress.Root size="lg"><Progress.Section value={Math.round(value * 100)} aria-label={t('step.microphone.level')} /></Progress.Root>;
}

function Speaker({ check }: { check: Check }) {
  const { t } = useTranslation('check');
  const { outcome } = check.state.steps.speaker;
  return (
    <>
      {outcome === 'asking' && (
        <Group gap="xs" role="group" aria-label={t('step.speaker.question')}>
          <Text>{t('step.speaker.question')}</Text>
          <Button size="sm" onClick={() => check.heard(true)}>
            {t('step.speaker.heard')}
          </Button>
          <Button size="sm" variant="default" onClick={() => check.heard(false)}>
            {t('step.speaker.notHeard')}
          </Button>
          <Button size="sm" variant="subtle" onClick={() => check.retry('speaker')}>
            {t('step.speaker.again')}
          </Button>
        </Group>
      )}
      <DevicePicker kind="speaker" known={outcome} onChosen={() => check.retry('speaker')} />
    </>
  );
}

/** What was measured, for whoever wants to know or is asked by a helper. */
function Network({ check }: { check: Check }) {
  const { t } = useTranslation('check');
  const found = check.shown.network?.network;
  if (!found?.loopback) return null;
  const { relayed, roundTripMs, lost, kilobitsPerSecond } = found.loopback;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('step.network.measured', {
          ms: Math.round(roundTripMs),
          lost: Math.round(lost * 100),
          speed: (kilobitsPerSecond / 1000).toFixed(1),
        })}{' '}
        {relayed ? t('step.network.relayed') : t('step.network.within')}
      </Text>
      {found.servers.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('step.network.servers', {
            reached: found.servers.filter((server) => server.reached).length,
            all: found.servers.length,
          })}
        </Text>
      )}
    </>
  );
}
