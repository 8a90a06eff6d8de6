import { List, ThemeIcon } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useAbilityWords } from './useAbilityWords';

/** What an app may do, a line each. */
export function AbilityList({ abilities, label }: { abilities: string[]; label: string }) {
  const words = useAbilityWords();
  return (
    <List
      spacing="xs"
      center
      aria-label={label}
      icon={
        <ThemeIcon size={22} radius="xl" variant="light" aria-hidden="true">
          <IconCheck size={14} />
        </ThemeIcon>
      }
    >
      {abilities.map((ability) => (
        <List.Item key={ability}>{words(ability)}</List.Item>
      ))}
    </List>
  );
}
