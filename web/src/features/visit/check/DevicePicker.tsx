import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SavedDevices, saveDevices, savedDevices } from './devices';

const KINDS = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;

interface DevicePickerProps {
  kind: keyof SavedDevices;
  /** Changes when the browser may know more devices than before. */
  known: unknown;
  onChosen: () => void;
}

/** Which of several devices is used; shown only where there is a choice. */
export function DevicePicker({ kind, known, onChosen }: DevicePickerProps) {
  const { t } = useTranslation('check');
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [chosen, setChosen] = useState(() => savedDevices()[kind] ?? null);
  useEffect(() => {
    // Missing where the address is not secure.
    const media = (navigator as Partial<Navigator>).mediaDevices;
    if (!media) return;
    const look = () => void media.enumerateDevices().then((all) => setDevices(all.filter((one) => one.kind === KINDS[kind])));
    look();
    media.addEventListener('devicechange', look);
    return () => media.removeEventListener('devicechange', look);
  }, [kind, known]);
  const choices = devices.filter((device) => device.deviceId);
  if (choices.length < 2) return null;
  return (
    <Select
      label={t(`device.${kind}`)}
      data={choices.map(({ deviceId, label }, place) => ({
        value: deviceId,
        label: label || t('device.nameless', { number: place + 1 }),
      }))}
      value={choices.some(({ deviceId }) => deviceId === chosen) ? chosen : (choices[0]?.deviceId ?? null)}
      allowDeselect={false}
      onChange={(id) => {
        if (!id) return;
        setChosen(id);
        saveDevices({ [kind]: id });
        onChosen();
      }}
    />
  );
}
