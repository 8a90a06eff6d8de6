import { Card, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}

/** One subject of the page. */
export function Section({ title, text, children }: SectionProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} p={{ base: 'md', sm: 'lg' }}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {text && (
        <Text c="dimmed" mt={4} mb="md">
          {text}
        </Text>
      )}
      {children}
    </Card>
  );
}
