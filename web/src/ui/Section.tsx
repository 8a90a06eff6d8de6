import { Card, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  title: string;
  text?: ReactNode;
  /** What stands beside the title, such as whether it is on. */
  state?: ReactNode;
  children: ReactNode;
}

/** One subject of a page of several. */
export function Section({ title, text, state, children }: SectionProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} p={{ base: 'md', sm: 'lg' }}>
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h3" id={id}>
          {title}
        </Title>
        {state}
      </Group>
      {text && (
        <Text c="dimmed" mt={4}>
          {text}
        </Text>
      )}
      <div style={{ marginTop: 'var(--mantine-spacing-md)' }}>{children}</div>
    </Card>
  );
}
