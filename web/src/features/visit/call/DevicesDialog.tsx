import { Modal, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { saveDevices } from '../check/devices';
import type { Call, CallView } from './engine/call';

interface DevicesDialogProps {
  call: Call;
  view: CallView;
  opened: boolean;
  onClose: () => void;
}

const KINDS = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' } as const;

/** Which microphone, camera and speaker; the choice is kept for the next call. */
export function DevicesDialog({ call, view, opened, onClose }: DevicesDialogProps) {
  const { t } = useTranslation(['call', 'ui']);
  const query = useQuery({
    queryKey: ['call-devices'],
    queryFn: () => navigator.mediaDevices.enumerateDevices(),
    enabled: opened && 'mediaDevices' in navigator,
    staleTime: 0,
  });
  const { refetch } = query;
  useEffect(() => {
    if (!opened || !('mediaDevices' in navigator)) return;
    const changed = () => void refetch();
    navigator.mediaDevices.addEventListener('devicechange', changed);
    return () => navigator.mediaDevices.removeEventListener('devicechange', changed);
  }, [opened, refetch]);
  const inUse = {
    microphone: view.tracks.audio?.getSettings().deviceId,
    camera: view.tracks.camera?.getSettings().deviceId,
    speaker: undefined,
  };
  const choose = (kind: keyof typeof KINDS, id: string) => {
    saveDevices({ [kind]: id });
    void call.media.choose({ [kind]: id });
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('devices.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Stack>
        {(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => {
          const found = (query.data ?? []).filter((one) => one.kind === KINDS[kind] && one.deviceId !== '');
          if (found.length === 0) return null;
          return (
            <NativeSelect
              key={kind}
              label={t(`devices.${kind}`)}
              value={view.own.devices[kind] ?? inUse[kind] ?? found[0]?.deviceId ?? ''}
              onChange={(event) => choose(kind, event.currentTarget.value)}
              data={found.map((one, at) => ({ value: one.deviceId, label: one.label || t('devices.number', { at: at + 1 }) }))}
            />
          );
        })}
        {view.own.canBlur ? (
          <Switch
            label={t('devices.blur')}
            checked={view.own.blur}
            onChange={(event) => void call.media.setBlur(event.currentTarget.checked)}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t('devices.noBlur')}
          </Text>
        )}
      </Stack>
    </Modal>
  );
}
