import { Card, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** One of the questions on the page, with its number. */
export function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <Card component="section" aria-label={title} padding="lg">
      <Title order={2} size="h3" mb="md">
        {`${number}. ${title}`}
      </Title>
      {children}
    </Card>
  );
}
