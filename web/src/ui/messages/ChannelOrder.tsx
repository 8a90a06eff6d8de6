import { ActionIcon, Checkbox, Group, Input, Stack, Text } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Channel, CHANNELS } from '@/api/messages';

interface ChannelOrderProps {
  label: string;
  value?: Channel[];
  onChange?: (channels: Channel[]) => void;
  error?: unknown;
}

/** Which channels are used, and in which order they are tried. */
export function ChannelOrder({ label, value = [], onChange = () => undefined }: ChannelOrderProps) {
  const { t } = useTranslation('messages');
  const id = useId();
  const shown = [...value, ...CHANNELS.filter((channel) => !value.includes(channel))];
  const up = (at: number) => {
    const [moved, before] = [value.slice(at, at + 1), value.slice(at - 1, at)];
    onChange([...value.slice(0, at - 1), ...moved, ...before, ...value.slice(at + 1)]);
  };
  return (
    <div role="group" aria-labelledby={id}>
      <Input.Label id={id} component="div">
        {label}
      </Input.Label>
      <Stack gap="xs" mt="xs">
        {shown.map((channel) => {
          const at = value.indexOf(channel);
          return (
            <Group key={channel} gap="sm" mih={36}>
              <Checkbox
                size="md"
                checked={at >= 0}
                label={t(`channel.${channel}`)}
                onChange={(event) =>
                  onChange(event.currentTarget.checked ? [...value, channel] : value.filter((one) => one !== channel))
                }
              />
              {at >= 0 && (
                <Text size="sm" c="dimmed">
                  {t('order.place', { place: at + 1 })}
                </Text>
              )}
              {at > 0 && (
                <ActionIcon
                  variant="default"
                  size="lg"
                  aria-label={t('order.up', { channel: t(`channel.${channel}`) })}
                  onClick={() => up(at)}
                >
                  <IconArrowUp size={18} aria-hidden="true" />
                </ActionIcon>
              )}
            </Group>
          );
        })}
      </Stack>
    </div>
  );
}
